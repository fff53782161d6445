package limit

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/linop"
)

func TestPathStressHardExact(t *testing.T) {
	for name, matrix := range hardMatrices {
		for _, nonneg := range []bool{true, false} {
			for seed, k := range []int{2, 4, 10} {
				rng := rand.New(rand.NewPCG(uint64(seed), 5))
				n, m := 8, 20
				op := linop.NewDense(n, m, matrix(rng, n, m))
				x := make([]float64, m)
				for _, j := range rng.Perm(m)[:k] {
					x[j] = math.Abs(rng.NormFloat64()) + .1
					if !nonneg && rng.IntN(2) == 0 {
						x[j] = -x[j]
					}
				}
				b := make([]float64, n)
				op.Apply(b, x)
				ctx, c := context.WithTimeout(context.Background(), 5*time.Second)
				e, _ := Path(ctx, Problem{A: op, B: b, Nonneg: nonneg}, PathOptions{Exact: true})
				c()
				f := mustPath(t, Problem{A: op, B: b, Nonneg: nonneg}, PathOptions{})
				same := 0
				worst := 0.0
				for i := range min(len(e.Events), len(f.Events)) {
					p, q := e.Events[i], f.Events[i]
					if !slices.Equal(p.Entering, q.Entering) || !slices.Equal(p.Leaving, q.Leaving) {
						break
					}
					worst = math.Max(worst, math.Abs(q.Tau/p.Tau-1))
					same++
				}
				res := 1.0
				if same > 0 {
					res = e.Events[same-1].Residual
				}
				t.Logf("%s %v k=%d: exact %s %d float %s %d; same %d to residual %.1e, tau err %.1e", name, nonneg, k, e.Status, len(e.Events), f.Status, len(f.Events), same, res, worst)
			}
		}
	}
}
