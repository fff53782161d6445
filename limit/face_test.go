package limit

import (
	"context"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

func TestTiesGiveMaximumEntropy(t *testing.T) {
	for _, tc := range []struct {
		name    string
		n, m    int
		a, b, w []float64
		nonneg  bool
		want    []float64
	}{
		{"two equal columns", 1, 3, []float64{1, 1, .5}, []float64{1}, nil, true, []float64{.5, .5, 0}},
		{"two equal columns, signed", 1, 3, []float64{1, -1, .5}, []float64{-1}, nil, false, []float64{-.5, .5, 0}},
		// Ones in the row space: every feasible point is a minimiser.
		{"moments", 2, 4, []float64{1, 1, 1, 1, 1, 2, 3, 4}, []float64{1, 2.2}, nil, true,
			[]float64{0.34743961, 0.27220765, 0.21326586, 0.16708688}},
		// x₁ + 2x₂ = 1 with weights (1, 2): both prices are 1; x₂ = x₁²: e^ν, e^{2ν}… of the weighted entropy.
		{"weights", 1, 2, []float64{1, 2}, []float64{1}, []float64{1, 2}, true, []float64{.5, .25}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := Problem{A: linop.NewDense(tc.n, tc.m, tc.a), B: tc.b, Weights: tc.w, Nonneg: tc.nonneg}
			r, err := L1(context.Background(), p, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if r.Status != Certified || r.Unique == nil || *r.Unique {
				t.Fatalf("status %v, unique %v, gap %g, route %s, x %v", r.Status, r.Unique, r.Gap, r.Stats.Route, r.X)
			}
			for j, v := range tc.want {
				if math.Abs(r.X[j]-v) > 1e-8 {
					t.Errorf("x[%d] = %.10g, want %.10g", j, r.X[j], v)
				}
			}
		})
	}
}
