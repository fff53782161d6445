package limit

import (
	"context"
	"fmt"
	"testing"

	"github.com/tacit-dev/tacit/internal/instance"
)

// BenchmarkL1Small is a cell of a phase diagram, n = 100, m = 200, x ≥ 0, from
// easy to beyond the transition (at k = 56).
func BenchmarkL1Small(b *testing.B) {
	for k := 5; k <= 95; k += 10 {
		var problems []Problem
		for seed := range 40 {
			p, err := instance.Sparse{Name: "bench small", Seed: uint64(seed), Ensemble: instance.Gaussian,
				N: 100, M: 200, K: k, Nonneg: true}.Generate()
			if err != nil {
				b.Fatal(err)
			}
			problems = append(problems, Problem{A: p.A, B: p.B, Nonneg: true})
		}
		b.Run(fmt.Sprint("k=", k), func(b *testing.B) {
			steps, factorizations, passes := 0, 0, 0
			for i := range b.N {
				r, err := L1(context.Background(), problems[i%len(problems)], Options{})
				if err != nil || r.Status != Certified {
					b.Fatal(err, r.Status)
				}
				steps += r.Stats.Steps
				factorizations += r.Stats.Factorizations
				passes += r.Stats.Passes
			}
			b.ReportMetric(float64(steps)/float64(b.N), "steps")
			b.ReportMetric(float64(factorizations)/float64(b.N), "factorizations")
			b.ReportMetric(float64(passes)/float64(b.N), "passes")
		})
	}
}
