package limit

import (
	"context"
	"math"
	"testing"
)

// After whatever step the path is left, the crossover ends at an optimal vertex:
// the one that the ascent reaches from y = 0.
func TestCrossoverEndsAtTheOptimumFromEveryStep(t *testing.T) {
	for seed := range uint64(12) {
		nonneg := seed%2 == 0
		p, _ := planted(seed, 20, 50, 4+int(seed), nonneg)
		slow := newSearch(context.Background(), p, Options{})
		c := &dualState{s: slow, y: make([]float64, slow.n), v: make([]float64, slow.m)}
		slow.climb(newConeFit(slow), c, 1000)
		if !slow.certified() {
			t.Fatalf("seed %d: the ascent alone proves nothing, gap %g", seed, slow.gap())
		}
		path := newCentral(newSearch(context.Background(), p, Options{}))
		for step := 1; step <= 8; step++ {
			if !path.factor() {
				t.Fatalf("seed %d, step %d: no factor", seed, step)
			}
			path.advance()
			s := newSearch(context.Background(), p, Options{})
			if _, doubtful := s.guess(path.x, path.aty); doubtful > maxDoubtful {
				continue
			}
			if !s.crossOver(path.x, path.y, path.aty) {
				t.Errorf("seed %d, step %d, gap %.2g: not certified", seed, step, path.gap)
			} else if d := math.Abs(s.primal.objective - slow.primal.objective); d > 1e-9*slow.primal.objective {
				t.Errorf("seed %d, step %d: objectives differ by %g", seed, step, d)
			}
		}
	}
}
