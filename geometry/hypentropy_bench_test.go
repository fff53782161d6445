package geometry

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The mirror map of the hypentropy and its inverse, by element, at ln β = −20.
func BenchmarkHypentropy(b *testing.B) {
	const n = 4000
	r := rand.New(rand.NewPCG(1, 2))
	theta, x, dst := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range theta {
		theta[i] = 22 * (2*r.Float64() - 1)
		x[i] = math.Exp(-20) * math.Sinh(theta[i])
	}
	h := Hypentropy{LogBeta: []float64{-20}}
	for _, c := range []struct {
		name string
		run  func()
	}{
		{"Grad", func() { h.Grad(dst, x) }},
		{"GradConj", func() { h.GradConj(dst, theta) }},
		{"HessConjDiag", func() { h.HessConjDiag(dst, theta) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				c.run()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
		})
	}
}
