package limit

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// A column in a large unit, or far from the origin, does not hide that the points can be
// separated: w = (0, 1) does it with margin 1.
func TestMarginBesideALargeColumn(t *testing.T) {
	for _, column := range []float64{1e10, 1.7e18, 1e100} {
		for _, norm := range []MarginNorm{MarginL2, MarginL1, MarginLInf, "lp:1.5"} {
			for _, bias := range []bool{false, true} {
				p := MarginProblem{X: linop.NewDense(4, 2, []float64{column, 1, column, -1, column, 2, column, -3}),
					Y: []float64{1, -1, 1, -1}, Norm: norm, Bias: bias}
				r, err := Margin(context.Background(), p, Options{})
				if err != nil {
					t.Fatal(err)
				}
				if r.Status == NotSeparable {
					t.Errorf("column %g, norm %s, bias %v: %s", column, norm, bias, r.Status)
				}
				if bias && (r.Status != Certified || math.Abs(r.Margin-1) > 1e-9) {
					t.Errorf("column %g, norm %s, bias %v: %s, margin %v", column, norm, bias, r.Status, r.Margin)
				}
				if !bias && norm == MarginL2 && (r.Status != Certified || math.Abs(r.Margin-1) > 1e-9) {
					t.Errorf("column %g, norm %s: %s, margin %v", column, norm, r.Status, r.Margin)
				}
			}
		}
	}
}

// Whether points can be separated does not depend on the units of the coordinates, nor
// with an intercept on their origin. The slow twin is the same problem before.
func TestSeparabilityHasNoUnits(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 10))
	counts := map[Status]int{}
	for k := range 200 {
		n, d, bias := 2+rng.IntN(6), 1+rng.IntN(4), k%2 == 0
		plain, scaled := make([]float64, n*d), make([]float64, n*d)
		unit, origin := make([]float64, d), make([]float64, d)
		for j := range unit {
			unit[j] = math.Ldexp(1, rng.IntN(120)-60)
			if bias {
				origin[j] = float64(rng.IntN(1 << 30))
			}
		}
		y := make([]float64, n)
		for i := range n {
			y[i] = float64(2*(i%2) - 1)
			for j := range d {
				v := float64(rng.IntN(7) - 3)
				plain[i*d+j], scaled[i*d+j] = v, (v+origin[j])*unit[j]
			}
		}
		before, err := Margin(context.Background(), MarginProblem{X: linop.NewDense(n, d, plain), Y: y, Bias: bias}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		after, err := Margin(context.Background(), MarginProblem{X: linop.NewDense(n, d, scaled), Y: y, Bias: bias}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		counts[after.Status]++
		if (before.Status == NotSeparable) != (after.Status == NotSeparable) {
			t.Errorf("instance %d: %s, in other units %s (%s)\n%v %v %v", k, before.Status, after.Status, after.Stats.Route, plain, unit, origin)
		}
	}
	if counts[NotSeparable] < 20 || counts[Certified] < 20 {
		t.Errorf("the instances test little: %v", counts)
	}
}
