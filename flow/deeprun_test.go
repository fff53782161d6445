package flow

import (
	"context"
	"math"
	"testing"
)

// twoModes is the flow of three layers on X = I, Y = diag(2, 1), each mode alone.
func twoModes(t *testing.T, logAlpha float64) *DeepSpectral {
	t.Helper()
	d := deepData(t, unit(2), []float64{2, 0, 0, 1}, 2, 2, 2)
	start, err := AlignedStart(d, 3, []float64{logAlpha, logAlpha - 0.01})
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewDeepSpectral(d, start, 1e-7)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// alone is the time in which ż = z²(s − z³) comes from the strength σ = z³ a·s to b·s,
// by Simpson's rule in z.
func alone(s, a, b float64) float64 {
	from, to := math.Cbrt(a*s), math.Cbrt(b*s)
	const panels = 2000
	sum := 0.0
	for i := 0; i <= panels; i++ {
		z := from + (to-from)*float64(i)/panels
		w := float64(2 + 2*(i%2))
		if i == 0 || i == panels {
			w = 1
		}
		sum += w / (z * z * (s - z*z*z))
	}
	return sum * (to - from) / panels / 3
}

// TestRisesBelowTheLastDigitOfTime: from 1e-20 and less ln t has no digits left for
// the rise of the second mode, and the points have it nevertheless: all of σ₁ from
// nothing to 1, the end of the run, and lapses that resolve the rise.
func TestRisesBelowTheLastDigitOfTime(t *testing.T) {
	for _, decades := range []float64{8, 20, 300, 3000} {
		s := twoModes(t, -decades*math.Ln10)
		r, err := s.Run(context.Background(), 0, DeepOptions{UntilLogTime: math.Inf(1), UntilResidual: 1e-6, Save: 200, MaxSteps: 5000})
		if err != nil || r.End != "residual" || len(r.Points) != 200 {
			t.Fatalf("from 1e-%v: %v, ended by %q with %d points", decades, err, r.End, len(r.Points))
		}
		last := r.Points[len(r.Points)-1]
		if last.Residual != r.Residual || last.Loss != s.Loss() {
			t.Errorf("from 1e-%v: the last point has residual %v, the run ended at %v", decades, last.Residual, r.Residual)
		}
		inside := 0
		for k, p := range r.Points {
			if sigma := math.Exp(p.LogSingular[1]); sigma > 0.1 && sigma < 0.9 {
				inside++
			}
			if k > 0 && !(p.LogTime >= r.Points[k-1].LogTime && p.LogLapse > math.Inf(-1)) {
				t.Errorf("from 1e-%v: point %d is at ln t = %v after %v, ln of the lapse %v", decades, k, p.LogTime, r.Points[k-1].LogTime, p.LogLapse)
			}
		}
		if inside < 3 {
			t.Errorf("from 1e-%v: %d points inside of the rise of the second mode", decades, inside)
		}
		total := math.Inf(-1)
		for _, p := range r.Points {
			total = logSum(total, p.LogLapse)
		}
		if math.Abs(total-s.LogTime) > 1e-11*s.LogTime {
			t.Errorf("from 1e-%v: the lapses add up to e^%v, the time is e^%v", decades, total, s.LogTime)
		}
		if len(r.Stairs) != 2 {
			t.Fatalf("from 1e-%v: %d stairs", decades, len(r.Stairs))
		}
		for _, stair := range r.Stairs {
			if got, want := math.Exp(stair.LogRise), alone(stair.Final, 0.1, 0.9); math.Abs(got-want) > 2e-3*want {
				t.Errorf("from 1e-%v: mode %d rises from 10 %% to 90 %% in %v, alone in %v", decades, stair.Mode, got, want)
			}
		}
	}
}

// TestTheEndIsRecorded also where a residual, or the number of steps, comes before the
// last of the times.
func TestTheEndIsRecorded(t *testing.T) {
	for _, steps := range []int{0, 40} {
		s := twoModes(t, math.Log(1e-2))
		r, err := s.Run(context.Background(), 0, DeepOptions{LogTimes: []float64{0, 3, 30}, UntilResidual: 1e-3, MaxSteps: steps})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(r.Points); n == 0 || r.Points[n-1].LogTime != s.LogTime || r.Points[n-1].Residual != r.Residual {
			t.Errorf("ended by %q at ln t = %v, residual %v, with the points %+v", r.End, s.LogTime, r.Residual, r.Points)
		}
	}
}
