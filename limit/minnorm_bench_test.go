package limit

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

func BenchmarkMinNorm(b *testing.B) {
	rng := rand.New(rand.NewPCG(91, 92))
	const n, m = 1000, 4000
	dense := linop.NewDense(n, m, gaussian(rng, n, m))
	sparse := sparseColumns(rng, 2000, 20000, 20)
	for _, c := range []struct {
		name string
		a    linop.Operator
	}{{"dense1000x4000", dense}, {"sparse2000x20000", sparse}, {"matrixfree2000x20000", matrixFree{sparse}}} {
		rows, cols := c.a.Dims()
		rhs := make([]float64, rows)
		c.a.Apply(rhs, gaussian(rng, cols, 1))
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				res, err := MinNorm(context.Background(), c.a, rhs, nil, Options{})
				if err != nil || res.Status != Certified {
					b.Fatal(err, res.Status)
				}
			}
		})
	}
}

func BenchmarkL1AtAlpha(b *testing.B) {
	rng := rand.New(rand.NewPCG(93, 94))
	p, _ := sparseInstance(rng, 500, 2000, 60, true)
	start, err := L1(context.Background(), p, Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		la   float64
	}{{"1e-8", -18.4}, {"1e-3000", -6907.8}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				res, err := L1AtAlpha(context.Background(), p, c.la, start, Options{})
				if err != nil || res.Status != Certified {
					b.Fatal(err, res.Status)
				}
			}
		})
	}
}
