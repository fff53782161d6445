package limit

import (
	"context"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

func slackExponent(t *testing.T, p Problem) float64 {
	t.Helper()
	s, ok := SlackExponent(context.Background(), p, mustL1(t, p), Options{})
	if !ok {
		t.Fatal("no slack exponent")
	}
	return s
}

func TestSlackExponentClosedForms(t *testing.T) {
	// x₁ + 2x₂ = 1: x = (0, ½), y = ½, slack ½.
	p := Problem{A: linop.NewDense(1, 2, []float64{1, 2}), B: []float64{1}, Nonneg: true}
	if s := slackExponent(t, p); math.Abs(s-0.5) > 1e-12 {
		t.Errorf("s̄ = %.15g, want ½", s)
	}
	// The fixture of the exact path: x = (0, 0, 10/7, −10/49) is a vertex, y is
	// unique, Aᵀy = (45/49, −30/49, 1, −1).
	p = Problem{A: linop.NewDense(2, 4, []float64{1, .5, .7, 0, .5, 1, .1, .7}), B: []float64{1, 0}}
	if s := slackExponent(t, p); math.Abs(s-4.0/49) > 1e-12 {
		t.Errorf("s̄ = %.15g, want 4/49", s)
	}
	// A column orthogonal to the others keeps its whole slack.
	p = Problem{A: linop.NewDense(2, 2, []float64{1, 0, 0, 1}), B: []float64{1, 0}}
	if s := slackExponent(t, p); s != 1 {
		t.Errorf("s̄ = %.15g, want 1", s)
	}
}

// The exponent is the one that is measured: ln of the distance to the ℓ1
// solution against ln α.
func TestSlackExponentIsMeasured(t *testing.T) {
	for seed, nonneg := range []bool{true, false, true, false} {
		p, _ := planted(uint64(40+seed), 30, 60, 5, nonneg)
		start := mustL1(t, p)
		want := slackExponent(t, p)
		distance := func(logAlpha float64) float64 {
			r, err := L1AtAlpha(context.Background(), p, logAlpha, start, Options{})
			if err != nil {
				t.Fatal(err)
			}
			sum := 0.0
			for j, v := range r.X {
				sum += math.Abs(v - start.X[j])
			}
			return math.Log(sum)
		}
		const near, far = -10, -25
		slope := (distance(far) - distance(near)) / (far - near)
		if math.Abs(slope-want) > 0.05 {
			t.Errorf("nonneg %v: measured %.4f, predicted %.4f", nonneg, slope, want)
		}
	}
}

func TestSlackExponentNotDefined(t *testing.T) {
	tie := Problem{A: linop.NewDense(1, 3, []float64{1, 1, .5}), B: []float64{1}, Nonneg: true}
	if _, ok := SlackExponent(context.Background(), tie, mustL1(t, tie), Options{}); ok {
		t.Error("defined on a tie")
	}
	weighted := Problem{A: linop.NewDense(1, 2, []float64{1, 2}), B: []float64{1}, Weights: []float64{1, 1}}
	if _, ok := SlackExponent(context.Background(), weighted, mustL1(t, weighted), Options{}); ok {
		t.Error("defined with weights")
	}
}
