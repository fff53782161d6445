package theorem

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/limit/lowrank"
	"github.com/tacit-dev/tacit/linop"
)

// greedyFlow compares where flows of factors end with greedy low-rank learning.
func greedyFlow(ctx context.Context) ([]Check, error) {
	random, err := instance.LowRank{Seed: 8, P: 6, Q: 6, Rank: 2, PSD: true, N: 18}.Generate()
	if err != nil {
		return nil, err
	}
	var checks []Check
	for _, c := range []struct {
		name string
		a    linop.Operator
		b    []float64
		d    int
	}{
		{"X₁₃ = 1, X₁₄ = X₂₃ = 2", linop.Entries(4, 4, []int{2, 3, 2}, []int{0, 0, 1}), []float64{1, 2, 2}, 4},
		{"18 random measurements of rank 2", linop.NewDense(18, 36, random.Dense), random.B, 6},
	} {
		g, err := lowrank.Solve(ctx, lowrank.Problem{A: c.a, B: c.b, P: c.d, Q: c.d, PSD: true, Greedy: true}, limit.Options{})
		if err != nil {
			return nil, err
		}
		if g.Stop != lowrank.StopResidual {
			return nil, fmt.Errorf("greedy low-rank learning of %s stopped by %s", c.name, g.Stop)
		}
		x := g.Dense()
		size := 0.0
		for _, v := range x {
			size += v * v
		}
		for _, alpha := range []float64{1e-6, 1e-12} {
			f, err := flow.NewSymmetric(c.a, c.b, c.d, scaledIdentity(c.d, alpha))
			if err != nil {
				return nil, err
			}
			r, err := f.Follow(ctx, flow.FactoredOptions{UntilLoss: 1e-16, RelTol: 1e-9})
			if err != nil {
				return nil, err
			}
			end := make([]float64, c.d*c.d)
			f.Primal(end, r.State)
			far := 0.0
			for i, v := range end {
				far += (v - x[i]) * (v - x[i])
			}
			// The distance falls like a power of α that the spectra of the stages set.
			bound := 2e-2
			if alpha == 1e-12 {
				bound = 1e-4
			}
			checks = append(checks, atMost(fmt.Sprintf("%s, α = %g: ‖X − X_greedy‖_F/‖X_greedy‖_F", c.name, alpha), bound, math.Sqrt(far/size), 0))
		}
	}
	return checks, nil
}
