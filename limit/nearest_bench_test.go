package limit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

// survey is a calibration problem: n totals over m units, a tenth off the
// design weights.
func survey(n, m int) (a linop.Operator, b, weights []float64) {
	rng := rand.New(rand.NewPCG(98, 1))
	data := make([]float64, n*m)
	for k := range data {
		data[k] = rng.Float64()
	}
	for j := range m {
		data[j] = 1
	}
	a = linop.NewDense(n, m, data)
	weights = make([]float64, m)
	for j := range weights {
		weights[j] = 1 + 9*rng.Float64()
	}
	b = make([]float64, n)
	a.Apply(b, weights)
	for i := range b {
		b[i] *= 1 + 0.02*rng.NormFloat64()
	}
	return a, b, weights
}

// BenchmarkNearestSurvey weights a million units to fifty totals. The figure of
// merit is the time over that of forming A D Aᵀ eight times.
func BenchmarkNearestSurvey(b *testing.B) {
	const n, m = 50, 1_000_000
	a, totals, weights := survey(n, m)
	gram := make([]float64, n*n)
	begin := time.Now()
	for range 8 {
		linop.Gram(a, gram, weights)
	}
	eight := time.Since(begin)
	bounded := make([][]float64, 2)
	for _, w := range weights {
		bounded[0], bounded[1] = append(bounded[0], 0.5*w), append(bounded[1], 2*w)
	}
	for _, phi := range []geometry.Potential{geometry.Entropy{}, must(geometry.NewFermiDirac(bounded[0], bounded[1])), must(geometry.NewChiSquare(weights)), geometry.Burg{}, geometry.Inverse{}, must(geometry.NewLPQuasi(0.5))} {
		b.Run(phi.Name(), func(b *testing.B) {
			b.ReportAllocs()
			var stats Stats
			for range b.N {
				res, err := Nearest(context.Background(), a, totals, phi, Start{X0: weights}, Options{})
				if err != nil || res.Status != Certified {
					b.Fatal(err, fmt.Sprintf("%+v", res.Reason))
				}
				stats = res.Stats
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/eight.Seconds(), "×8-grams")
			b.ReportMetric(float64(stats.Steps), "steps")
			b.ReportMetric(float64(stats.Factorizations), "factorizations")
			b.ReportMetric(float64(stats.Passes), "passes")
		})
	}
}
