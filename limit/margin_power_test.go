package limit

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/linop"
)

// TestMarginPower certifies margins in ℓp on both sides of 2, for few and many
// points, with and without an intercept.
func TestMarginPower(t *testing.T) {
	for _, shape := range [][2]int{{12, 40}, {60, 8}, {200, 30}} {
		for _, p := range []float64{1.05, 1.2, 1.5, 2.5, 4, 10} {
			for _, bias := range []bool{false, true} {
				pts, err := instance.Separable{Ensemble: instance.Planted, N: shape[0], D: shape[1], Margin: 0.2, Seed: 5}.Generate()
				if err != nil {
					t.Fatal(err)
				}
				norm := MarginNorm(fmt.Sprintf("lp:%g", p))
				r, err := Margin(context.Background(), MarginProblem{X: pts.X, Y: pts.Y, Bias: bias, Norm: norm}, Options{})
				if err != nil {
					t.Fatal(err)
				}
				if r.Status != Certified || r.Gap > 1e-9 || r.Unique == nil {
					t.Errorf("%v, %s, intercept %v: %s, gap %.2g, %d steps, %s", shape, norm, bias, r.Status, r.Gap, r.Stats.Steps, r.Reason.Hint)
				}
				t.Logf("%v, %s, intercept %v: gap %.2g, %d steps, %d of %d support", shape, norm, bias, r.Gap, r.Stats.Steps, r.Support, shape[0])
			}
		}
	}
}

// TestMarginPowerByHand: one constraint zᵀw ≥ 1 has w ∝ |z|^{q−1}, and its margin is ‖z‖_q.
func TestMarginPowerByHand(t *testing.T) {
	x := linop.NewDense(2, 2, []float64{3, 4, -3, -4})
	for _, p := range []float64{1.01, 1.5, 3, 30} {
		r, err := Margin(context.Background(), MarginProblem{X: x, Y: []float64{1, -1}, Norm: MarginNorm(fmt.Sprintf("lp:%g", p))}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		q := p / (p - 1)
		want := 4 * math.Pow(1+math.Pow(0.75, q), 1/q)
		if !(math.Abs(r.Margin-want) <= 1e-9*want) || r.Status != Certified {
			t.Errorf("p = %v: margin %v (%s), want %v", p, r.Margin, r.Status, want)
		}
		if ratio := math.Pow(0.75, q-1); !(math.Abs(r.X[0]/r.X[1]-ratio) <= 1e-4*ratio+1e-12) {
			t.Errorf("p = %v: w = %v", p, r.X)
		}
	}
}

// TestMarginClasses certifies joint separators of classes in every norm, with and
// without intercepts.
func TestMarginClasses(t *testing.T) {
	x := []float64{1, 0.2, 2, -0.3, -1, 2, -0.4, 1.2, -2, -1, -0.5, -2.5, 3, 3.1, 4, 3}
	y := []float64{1, 1, 2, 2, 3, 3, 7, 7}
	moved := append([]float64(nil), x...)
	for i := range moved {
		moved[i] += 10 // nothing separates these without intercepts
	}
	for _, norm := range []MarginNorm{MarginL2, MarginL1, MarginLInf, "lp:1.3", "lp:3"} {
		var margins []float64
		for _, c := range []struct {
			x    []float64
			bias bool
		}{{x, false}, {x, true}, {moved, true}, {moved, false}} {
			r, err := Margin(context.Background(), MarginProblem{X: linop.NewDense(8, 2, c.x), Y: y, Bias: c.bias, Norm: norm}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if want := map[bool]Status{true: NotSeparable, false: Certified}[c.x[0] > 5 && !c.bias]; r.Status != want || r.Status == Certified && c.bias != (len(r.Intercepts) == 4) || r.Status == Certified && len(r.X) != 8 {
				t.Errorf("%s, intercepts %v: %s, gap %.2g, %v, %s", norm, c.bias, r.Status, r.Gap, r.Intercepts, r.Stats.Route)
			}
			margins = append(margins, r.Margin)
		}
		if d := math.Abs(margins[1]/margins[2] - 1); d > 1e-8 {
			t.Errorf("%s: a translation changes the margin with intercepts by %.1e", norm, d)
		}
		if margins[1] < margins[0] {
			t.Errorf("%s: margins %v: intercepts cannot hurt", norm, margins)
		}
	}
	// Two points of one place in two classes: the weights prove that nothing separates.
	r, err := Margin(context.Background(), MarginProblem{X: linop.NewDense(3, 1, []float64{1, 1, 5}), Y: []float64{1, 2, 3}, Bias: true}, Options{})
	if err != nil || r.Status != NotSeparable {
		t.Errorf("%+v, %v", r, err)
	}
}
