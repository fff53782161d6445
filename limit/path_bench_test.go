package limit

import (
	"context"
	"fmt"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// BenchmarkPath reports events a second, beside the floor: the product with
// Aᵀ that an event cannot do without.
func BenchmarkPath(b *testing.B) {
	for _, c := range []struct {
		n, m, k int
		nonneg  bool
	}{{200, 1000, 20, false}, {200, 1000, 50, true}, {1000, 4000, 100, false}, {1000, 4000, 100, true}} {
		p, _ := planted(1, c.n, c.m, c.k, c.nonneg)
		name := fmt.Sprintf("%dx%d,k=%d,nonneg=%v", c.n, c.m, c.k, c.nonneg)
		b.Run(name, func(b *testing.B) {
			events := 0
			for b.Loop() {
				r, err := Path(context.Background(), p, PathOptions{})
				if err != nil || r.Status != Certified {
					b.Fatalf("%v, %v", r, err)
				}
				events += len(r.Events)
			}
			b.ReportMetric(float64(events)/float64(b.N), "events")
			b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
		})
		b.Run(name+"/floor", func(b *testing.B) {
			v := make([]float64, c.m)
			for b.Loop() {
				p.A.(*linop.Dense).ApplyT(v, p.B)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "products/s")
		})
	}
}
