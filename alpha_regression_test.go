package tacit_test

import (
	"context"
	"math"
	"testing"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
)

// Answers at a tiny α start from the solution for α → 0. On matrices of ±1, whose
// vertices are degenerate, no dual vector may interpolate the signs of its support:
// what is certified has to be verified there too.
func TestSolveAtTinyAlphaOnSigns(t *testing.T) {
	for seed := range uint64(80) {
		p, err := instance.Sparse{Ensemble: instance.Bernoulli, M: 320, N: 20, K: 20, Nonneg: seed%2 == 1, Seed: seed}.Generate()
		if err != nil {
			t.Fatal(err)
		}
		q := limit.Problem{A: p.A, B: p.B, Nonneg: p.Nonneg}
		for _, e := range []float64{-30, -57, -300} {
			ans, err := tacit.SolveAt(context.Background(), q, e*math.Ln10, limit.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if ans.Status != limit.Certified {
				t.Errorf("seed %d, α = 1e%v: %s %+v", seed, e, ans.Status, ans.Reason)
				continue
			}
			if v, err := tacit.Verify(p.A, p.B, ans); err != nil || !v.Valid {
				t.Errorf("seed %d, α = 1e%v: %v %+v", seed, e, err, v.Failed())
			}
		}
	}
}
