package certify

import (
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

// gradient returns ∇φ(x) to about twice the precision of doubles, for potentials
// where that is a few exact operations. Where θ₀ is far larger than θ = θ₀+Aᵀy,
// as from an x₀ near 0 in a barrier, the rounding of θ₀ is what θ is uncertain by.
// It reports false for other potentials, and where a number under- or overflows.
func gradient(phi geometry.Separable, x []float64) ([]twofold, bool) {
	theta := make([]twofold, len(x))
	switch phi := phi.(type) {
	case geometry.Burg:
		for j, v := range x {
			theta[j] = reciprocal(twofold{hi: v}).negated()
		}
	case geometry.Inverse:
		for j, v := range x {
			theta[j] = reciprocal(product(v, v)).negated()
		}
	case geometry.Euclidean:
		for j, v := range x {
			theta[j] = twofold{hi: v}
		}
		return theta, true
	case geometry.Diagonal:
		if phi.Name() == "chi-square" { // k = 1/x₀, and x is x₀
			for j := range x {
				theta[j] = twofold{hi: 1}
			}
			return theta, true
		}
		k := make([]float64, len(x))
		for j := range k {
			k[j] = 1
		}
		phi.Grad(k, k) // k∘1
		for j, v := range x {
			theta[j] = product(k[j], v)
		}
	default:
		return nil, false
	}
	for j, t := range theta {
		// Else the low parts may have been subnormal.
		if size := math.Abs(t.hi); x[j] != 0 && !(size > 0x1p-450 && size < 0x1p450) {
			return nil, false
		}
	}
	return theta, true
}

// reciprocal returns 1/t, for t without error.
func reciprocal(t twofold) twofold {
	v := 1 / t.hi
	// 1/t = v + v·(1 − v·hi − v·lo) up to the square of the bracket; the first
	// two of its terms are exact together.
	lo := v * (math.FMA(-v, t.hi, 1) - v*t.lo)
	return twofold{v, lo, 8 * unit * unit * math.Abs(v)}
}

// reached returns Aᵀy at coordinate j to twice the precision.
func (q *problem) reached(j int) twofold {
	return twofold{math.Ldexp(q.dual[j].val, q.dexp), math.Ldexp(q.tail[j], q.dexp), math.Ldexp(q.tailErr[j], q.dexp)}
}
