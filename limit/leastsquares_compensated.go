package limit

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// subtractCompensated sets r = b − A x as if computed in twice the precision.
func subtractCompensated(a linop.Operator, r, b, x []float64) {
	for i := range r {
		sum, low := b[i], 0.0
		linop.Row(a, i, func(j int, v float64) {
			p := -v * x[j]
			e := math.FMA(-v, x[j], -p)
			t := sum + p
			z := t - sum
			low += (sum - (t - z)) + (p - z) + e
			sum = t
		})
		r[i] = sum + low
	}
}

// applyTCompensated sets dst = Aᵀy as if computed in twice the precision.
func applyTCompensated(a linop.Operator, dst, y []float64) {
	low := make([]float64, len(dst))
	clear(dst)
	for i, yi := range y {
		linop.Row(a, i, func(j int, v float64) {
			p := v * yi
			e := math.FMA(v, yi, -p)
			t := dst[j] + p
			z := t - dst[j]
			low[j] += (dst[j] - (t - z)) + (p - z) + e
			dst[j] = t
		})
	}
	blas.Axpy(1, low, dst)
}

// dotCompensated returns Σ xᵢyᵢ as if computed in twice the precision (Ogita,
// Rump and Oishi 2005, Dot2).
func dotCompensated(x, y []float64) float64 {
	sum, low := 0.0, 0.0
	for i, v := range x {
		p := v * y[i]
		e := math.FMA(v, y[i], -p)
		t := sum + p
		z := t - sum
		low += (sum - (t - z)) + (p - z) + e
		sum = t
	}
	return sum + low
}
