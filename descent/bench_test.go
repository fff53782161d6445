package descent_test

import (
	"context"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/descent"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/param"
)

func problem(b *testing.B, n, m, k int) *instance.Problem {
	b.Helper()
	p, err := instance.Sparse{Name: "descend", Seed: 1, Ensemble: instance.Gaussian, N: n, M: m, K: k, Nonneg: true}.Generate()
	if err != nil {
		b.Fatal(err)
	}
	return p
}

func filled(m int, v float64) []float64 {
	x := make([]float64, m)
	for i := range x {
		x[i] = v
	}
	return x
}

func entropy(b *testing.B, a linop.Operator, m int, logAlpha float64) *descent.Mirror {
	b.Helper()
	d, err := descent.NewMirror(geometry.Entropy{}, a, filled(m, logAlpha), 0)
	if err != nil {
		b.Fatal(err)
	}
	return d
}

func square(b *testing.B, a linop.Operator, m int, alpha float64) *descent.Parameters {
	b.Helper()
	d, err := descent.NewParameters(param.Square(), a, filled(m, math.Sqrt(alpha)), 0)
	if err != nil {
		b.Fatal(err)
	}
	return d
}

// BenchmarkStep measures the time of a step, beside that of the two products
// with A that it cannot do without: the floor.
func BenchmarkStep(b *testing.B) {
	const n, m = 1000, 4000
	p := problem(b, n, m, 100)
	// One step reads A twice.
	const bytes = 2 * 8 * n * m
	run := func(method descent.Method, rule descent.Rule, s descent.Sampling) func(*testing.B) {
		return func(b *testing.B) {
			r := &descent.Run{A: p.A, B: p.B, Method: method, Rule: rule, Sampling: s, Stop: []descent.Criterion{descent.Steps(0)}}
			b.ResetTimer()
			r.Stop[0] = descent.Steps(b.N)
			if _, err := r.Follow(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("floor", func(b *testing.B) {
		x, y := filled(m, 1), filled(n, 1)
		b.SetBytes(bytes)
		for range b.N {
			p.A.Apply(y, x)
			p.A.ApplyT(x, y)
			x[0] = 1 // the products must not overflow
			for i := range x {
				x[i] = 1
			}
		}
	})
	b.Run("mirror", func(b *testing.B) {
		b.SetBytes(bytes)
		run(entropy(b, p.A, m, -7), descent.Constant(1e-3), descent.Sampling{})(b)
	})
	b.Run("mirror armijo", func(b *testing.B) {
		b.SetBytes(bytes)
		run(entropy(b, p.A, m, -7), descent.Armijo{}, descent.Sampling{})(b)
	})
	b.Run("square", func(b *testing.B) {
		b.SetBytes(bytes)
		run(square(b, p.A, m, 1e-3), descent.Constant(1e-3), descent.Sampling{})(b)
	})
	b.Run("batch of 50", func(b *testing.B) {
		b.SetBytes(bytes / 20)
		run(entropy(b, p.A, m, -7), descent.Constant(1e-3), descent.Sampling{Batch: 50, Seed: 1})(b)
	})
}

// BenchmarkRules counts steps and passes over A to a relative residual of 1e-8.
func BenchmarkRules(b *testing.B) {
	const n, m = 100, 400
	p := problem(b, n, m, 100) // as many nonzeros as rows: no flat directions
	type method func(*testing.B) descent.Method
	mirror := func(b *testing.B) descent.Method { return entropy(b, p.A, m, math.Log(1e-3)) }
	squared := func(b *testing.B) descent.Method { return square(b, p.A, m, 1e-3) }
	least := func(b *testing.B) descent.Method {
		d, err := descent.NewMirror(geometry.Euclidean{}, p.A, make([]float64, m), 0)
		if err != nil {
			b.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		name     string
		method   method
		rule     descent.Rule
		sampling descent.Sampling
	}{
		{"euclidean/armijo", least, descent.Armijo{}, descent.Sampling{}},
		{"euclidean/polyak", least, descent.Polyak{}, descent.Sampling{}},
		{"euclidean/constant 0.11", least, descent.Constant(0.11), descent.Sampling{}},
		{"euclidean/polyak, batch 10", least, descent.Polyak{}, descent.Sampling{Batch: 10, Seed: 1}},
		{"euclidean/polyak, batch 1", least, descent.Polyak{}, descent.Sampling{Batch: 1, Seed: 1}},
		{"entropy/armijo", mirror, descent.Armijo{}, descent.Sampling{}},
		{"entropy/polyak", mirror, descent.Polyak{}, descent.Sampling{}},
		{"entropy/constant 0.2", mirror, descent.Constant(0.2), descent.Sampling{}},
		{"entropy/polyak, batch 10", mirror, descent.Polyak{}, descent.Sampling{Batch: 10, Seed: 1}},
		{"entropy/polyak, batch 1", mirror, descent.Polyak{}, descent.Sampling{Batch: 1, Seed: 1}},
		{"square/armijo", squared, descent.Armijo{}, descent.Sampling{}},
		{"square/polyak", squared, descent.Polyak{}, descent.Sampling{}},
		{"square/constant 0.05", squared, descent.Constant(0.05), descent.Sampling{}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var res descent.Result
			for range b.N {
				r := &descent.Run{A: p.A, B: p.B, Method: c.method(b), Rule: c.rule, Sampling: c.sampling,
					Stop: []descent.Criterion{descent.ResidualBelow(1e-8), descent.Blowup(1e6), descent.Steps(3000000)}}
				var err error
				if res, err = r.Follow(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
			if res.Status != descent.Converged {
				b.Logf("%s after %d steps, residual %.1e", res.Status, res.K, res.Residual)
			}
			b.ReportMetric(float64(res.K), "steps")
			b.ReportMetric(res.Passes, "passes")
		})
	}
}
