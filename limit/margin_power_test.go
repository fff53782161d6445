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
