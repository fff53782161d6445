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

// addTransposed adds Aᵀy to high + low, to about twice the precision.
func addTransposed(a linop.Operator, high, low, y []float64) {
	for i, yi := range y {
		if yi == 0 {
			continue
		}
		linop.Row(a, i, func(j int, v float64) {
			p := v * yi
			e := math.FMA(v, yi, -p)
			t := high[j] + p
			z := t - high[j]
			low[j] += (high[j] - (t - z)) + (p - z) + e
			high[j] = t
		})
	}
}

// applyTCompensated sets dst = Aᵀy as if computed in twice the precision.
func applyTCompensated(a linop.Operator, dst, y []float64) {
	low := make([]float64, len(dst))
	clear(dst)
	addTransposed(a, dst, low, y)
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
