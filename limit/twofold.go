package limit

import "math"

// twofoldVector is the vector hi + lo, without rounding, |loᵢ| ≤ 2⁻⁵³|hiᵢ|: about twice the
// precision of doubles (Dekker 1971; Knuth's sum and a fused product).
type twofoldVector struct{ hi, lo []float64 }

func newTwofold(n int) twofoldVector { return twofoldVector{make([]float64, n), make([]float64, n)} }

// twoSum returns a+b and its rounding error.
func twoSum(a, b float64) (sum, err float64) {
	sum = a + b
	z := sum - a
	return sum, (a - (sum - z)) + (b - z)
}

// scale multiplies by c.
func (v twofoldVector) scale(c float64) {
	for i, x := range v.hi {
		p := x * c
		v.hi[i], v.lo[i] = twoSum(p, math.FMA(x, c, -p)+v.lo[i]*c)
	}
}

// dot returns vᵀw as hi + lo.
func (v twofoldVector) dot(w twofoldVector) (hi, lo float64) {
	for i, x := range v.hi {
		y := w.hi[i]
		p := x * y
		e := math.FMA(x, y, -p) + (x*w.lo[i] + v.lo[i]*y)
		var r float64
		hi, r = twoSum(hi, p)
		lo += r + e
	}
	return twoSum(hi, lo)
}

// subtract replaces v by v − (hi+lo)w.
func (v twofoldVector) subtract(hi, lo float64, w twofoldVector) {
	for i, x := range w.hi {
		p := hi * x
		e := math.FMA(hi, x, -p) + (hi*w.lo[i] + lo*x)
		s, r := twoSum(v.hi[i], -p)
		v.hi[i], v.lo[i] = twoSum(s, r+(v.lo[i]-e))
	}
}
