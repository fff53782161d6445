package limit

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/certify"
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
			if fault := secondFault(p, r); fault != "" {
				t.Error(fault)
			}
			for j, v := range tc.want {
				if math.Abs(r.X[j]-v) > 1e-8 {
					t.Errorf("x[%d] = %.10g, want %.10g", j, r.X[j], v)
				}
			}
		})
	}
}

// secondFault says what is wrong with the second minimiser of a result that is not
// unique: certify judges it, in doubles and exactly.
func secondFault(p Problem, r *Result) string {
	claim, unique, name := certify.L1, false, "other.npy"
	if p.Nonneg {
		claim = certify.L1Nonneg
	}
	w := certify.Witness{X: r.X, Y: r.Y, Weights: p.Weights, Other: r.Other}
	c := certify.Certificate{Claim: claim, Tol: 1e-9, Unique: &unique, Other: &name}
	if p.Weights != nil {
		c.Weights = &name
	}
	c, err := certify.Issue(p.A, p.B, c, w)
	switch {
	case err != nil:
		return err.Error()
	case c.Unique == nil:
		return fmt.Sprintf("x' = %v is no second minimiser beside x = %v", r.Other, r.X)
	}
	for _, verify := range []func(linop.Operator, []float64, certify.Certificate, certify.Witness) (certify.Verdict, error){certify.Verify, certify.VerifyExact} {
		if v, err := verify(p.A, p.B, c, w); err != nil || !v.Valid {
			return fmt.Sprintf("the certificate is refused: %v %+v", err, v.Failed())
		}
	}
	return ""
}
