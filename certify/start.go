package certify

import (
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

// gradient returns ∇φ(x) to about twice the precision of doubles, where package
// geometry has it so.
func gradient(phi geometry.Separable, x []float64) ([]twofold, bool) {
	hi, lo := make([]float64, len(x)), make([]float64, len(x))
	if !geometry.GradTwice(phi, hi, lo, x) {
		return nil, false
	}
	theta := make([]twofold, len(x))
	for j, v := range hi {
		theta[j] = twofold{v, lo[j], geometry.GradTwiceError * math.Abs(v)}
	}
	return theta, true
}

// reached returns Aᵀy at coordinate j to twice the precision.
func (q *problem) reached(j int) twofold {
	z := q.products.reached(j)
	if q.low != nil {
		z = z.plus(q.low.reached(j))
	}
	return z
}

func (p *products) reached(j int) twofold {
	return twofold{math.Ldexp(p.dual[j].val, p.dexp), math.Ldexp(p.tail[j], p.dexp), math.Ldexp(p.tailErr[j], p.dexp)}
}
