package flow

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/ode"
)

// TestEndToEnd follows the same balanced start on all layers and in the singular
// values of the product: whitened data and others, square and not, two to four
// layers, with a bottleneck.
func TestEndToEnd(t *testing.T) {
	for _, c := range []struct {
		dx, dy, n int
		hidden    []int
		p         int
		whitened  bool
	}{
		{3, 3, 3, []int{3}, 3, true},
		{3, 3, 3, []int{4, 3}, 3, true},
		{4, 3, 4, []int{3, 5}, 3, true},
		{3, 4, 3, []int{2, 3}, 2, true},
		{3, 3, 7, []int{3}, 3, false},
		{3, 3, 7, []int{3, 3}, 3, false},
		{4, 2, 6, []int{2, 3, 4}, 2, false},
		{2, 4, 6, []int{3, 3}, 2, false},
	} {
		what := fmt.Sprintf("%d-%v-%d, whitened %v", c.dx, c.hidden, c.dy, c.whitened)
		x := unit(c.dx)
		if !c.whitened {
			x = waves(c.dx, c.n, 0.1)
		}
		d := deepData(t, x, waves(c.dy, c.n, 1.3), c.dx, c.dy, c.n)
		net, err := d.Net(c.hidden)
		if err != nil {
			t.Fatal(err)
		}
		start, err := BalancedStart(d, float64(net.Layers()), c.p, math.Log(0.1), 3)
		if err != nil {
			t.Fatal(err)
		}
		w, err := start.Layers(net, 5)
		if err != nil {
			t.Fatal(err)
		}
		layers, err := NewDeepLayers(d, net, w)
		if err != nil {
			t.Fatal(err)
		}
		times := []float64{0.5, 2, 5, 20, 60}
		res, err := Run(context.Background(), layers.Linearized(), Options{Times: times, RelTol: 1e-10, Method: ode.NewRodas5P()})
		if err != nil || len(res.States) != len(times) {
			t.Fatal(what, err, res.Status)
		}
		for _, inv := range res.Invariants {
			if inv.Drift > 1e-6 {
				t.Errorf("%s: %s drifts by %v", what, inv.Name, inv.Drift)
			}
		}
		s, err := NewDeepSpectral(d, start, 1e-8)
		if err != nil {
			t.Fatal(err)
		}
		got, want := make([]float64, c.dx*c.dy), make([]float64, c.dx*c.dy)
		for i, time := range times {
			followTo(t, s, math.Log(time))
			s.Product(got)
			layers.Primal(want, res.States[i])
			for k := range got {
				if math.Abs(got[k]-want[k]) > 1e-6 {
					t.Fatalf("%s, t = %v: entry %d of the product is %v by singular values, %v by layers", what, time, k, got[k], want[k])
				}
			}
			if l := layers.Loss(res.States[i]); math.Abs(s.Loss()-l) > 1e-6*(1+l) {
				t.Errorf("%s, t = %v: losses %v and %v", what, time, s.Loss(), l)
			}
		}
		t.Logf("%s: %d steps and %d rejected in the singular values, %d on the layers", what, s.Steps, s.Rejected, res.Stats.Steps)
	}
}

// TestSpectralOrder halves the tolerance by eight where the method has order
// three: the error of a run goes down in proportion.
func TestSpectralOrder(t *testing.T) {
	d := deepData(t, unit(3), waves(3, 3, 0.4), 3, 3, 3)
	start, err := BalancedStart(d, 3, 3, math.Log(0.3), 1)
	if err != nil {
		t.Fatal(err)
	}
	product := func(tol float64) ([]float64, int) {
		s, err := NewDeepSpectral(d, start, tol)
		if err != nil {
			t.Fatal(err)
		}
		followTo(t, s, math.Log(3))
		p := make([]float64, 9)
		s.Product(p)
		return p, s.Steps
	}
	exact, _ := product(1e-11)
	var logs [2][2]float64
	for i, tol := range []float64{1e-5, 1e-8} {
		p, steps := product(tol)
		diff := 0.0
		for k := range p {
			diff = math.Max(diff, math.Abs(p[k]-exact[k]))
		}
		logs[i] = [2]float64{math.Log(float64(steps)), math.Log(diff)}
	}
	order := (logs[0][1] - logs[1][1]) / (logs[1][0] - logs[0][0])
	if order < 2.7 || order > 3.5 {
		t.Errorf("the error falls with the power %.2f of the number of steps, want 3", order)
	}
}

// stairsFrom runs to a residual of 1e-6 and returns the result.
func stairsFrom(t *testing.T, depth float64, logAlpha float64, aligned bool) *DeepResult {
	t.Helper()
	y := waves(4, 4, 0.9)
	d := deepData(t, unit(4), y, 4, 4, 4)
	start, err := BalancedStart(d, depth, 4, logAlpha, 2)
	if aligned {
		start, err = AlignedStart(d, depth, start.LogZ)
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewDeepSpectral(d, start, 1e-7)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(context.Background(), 0, DeepOptions{UntilLogTime: math.Inf(1), UntilResidual: 1e-6, Save: 20, MaxSteps: 100000})
	if err != nil {
		t.Fatal(err)
	}
	if r.End != "residual" || len(r.Stairs) != 4 || r.Rise > 1e-9 || r.Orthogonality > 1e-12 {
		t.Fatalf("depth %v, ln α = %v: ended by %q after %d steps with %d stairs, rise %v, orthogonality %v", depth, logAlpha, r.End, s.Steps, len(r.Stairs), r.Rise, r.Orthogonality)
	}
	if len(r.Points) != 20 {
		t.Errorf("%d points, asked for 20", len(r.Points))
	}
	return r
}

// TestStairsOfAlignedModes compares the times at which modes rise with the
// prediction for modes on their own, from 1e-2 to 1e-300.
func TestStairsOfAlignedModes(t *testing.T) {
	for _, depth := range []float64{2, 3, 4, 2.5} {
		for _, logAlpha := range []float64{-2 * math.Ln10, -20 * math.Ln10, -300 * math.Ln10} {
			for _, s := range stairsFrom(t, depth, logAlpha, true).Stairs {
				if math.Abs(s.LogTime-s.LogPredict) > 1e-4 {
					t.Errorf("depth %v, ln α = %.4g: mode %d rises at ln t = %v, predicted %v", depth, logAlpha, s.Mode, s.LogTime, s.LogPredict)
				}
			}
		}
	}
}

// TestPlateausScale holds the lengths of plateaus from unaligned starts against
// their scaling: t = ln(1/α)/s for two layers, t ∝ α^{2−N} beyond; a state that lost
// small components beside large ones would end every plateau early.
func TestPlateausScale(t *testing.T) {
	const far = -300 * math.Ln10
	two := stairsFrom(t, 2, far, false)
	for _, s := range two.Stairs {
		if got, want := math.Exp(s.LogTime), -far/s.Final; math.Abs(got-want) > 0.02*want {
			t.Errorf("two layers: mode %d rises at %v, to leading order at %v", s.Mode, got, want)
		}
	}
	for _, depth := range []float64{3, 4} {
		near := stairsFrom(t, depth, -12*math.Ln10, false)
		farther := stairsFrom(t, depth, far, false)
		for i, s := range farther.Stairs {
			a := near.Stairs[i].LogTime + (depth-2)*(-12*math.Ln10)
			b := s.LogTime + (depth-2)*far
			if math.Abs(a-b) > 1e-4 {
				t.Errorf("depth %v: α^{N−2} t of mode %d is e^%v at 1e-12 and e^%v at 1e-300", depth, s.Mode, a, b)
			}
		}
	}
}
