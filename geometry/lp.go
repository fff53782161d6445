package geometry

import (
	"fmt"
	"math"
)

// LP is the potential of the p-norm for 1 < p < ∞, with 1/p + 1/q = 1,
//
//	φ(x) = Σ |xᵢ|^p/p,  ∇φ(x) = sgn(x)|x|^(p−1),  φ*(θ) = Σ |θᵢ|^q/q,
//	x = sgn(θ)|θ|^(q−1),
//
// on all of Rᵐ. From x₀ = 0 it selects the solution of least p-norm. At θ = 0
// the Hessian of φ* is 0 for p < 2 and +Inf for p > 2.
type LP struct{ each[lp] }

var _ Separable = LP{}

// NewLP returns the potential of the p-norm.
func NewLP(p float64) (LP, error) {
	if !(p > 1 && p <= maxP) {
		return LP{}, fmt.Errorf("p = %v is out of range: lp needs 1 < p ≤ %v (for 0 < p < 1 there is lp-quasi)", p, float64(maxP))
	}
	return LP{each[lp]{[]lp{newLP(p)}}}, nil
}

// Power returns p.
func (l LP) Power() float64 { return l.coords[0].p.hi }

// maxP bounds p: beyond it |x|^p is out of the range of numbers for almost
// every x.
const maxP = 1000

// Name returns "lp".
func (LP) Name() string { return "lp" }

// lp holds p, q, p − 1 and q − 1.
type lp struct{ p, q, up, down exponent }

func newLP(p float64) lp {
	e := sumOf(p, -1)
	return lp{p: exponent{p, 0}, q: exponent{p, 0}.over(e), up: e, down: exponent{1, 0}.over(e)}
}

func (lp) bounds() (lower, upper float64)     { return math.Inf(-1), math.Inf(1) }
func (lp) dualBounds() (lower, upper float64) { return math.Inf(-1), math.Inf(1) }

func (c lp) value(x float64) float64        { return c.p.pow(math.Abs(x)) / c.p.hi }
func (c lp) conj(theta float64) float64     { return c.q.pow(math.Abs(theta)) / c.q.hi }
func (c lp) grad(x float64) float64         { return math.Copysign(c.up.pow(math.Abs(x)), x) }
func (c lp) gradConj(theta float64) float64 { return math.Copysign(c.down.pow(math.Abs(theta)), theta) }

func (c lp) hessConj(theta float64) float64 {
	return c.down.hi * c.down.minus1().pow(math.Abs(theta))
}

func (c lp) bregman(x, z float64) float64 { return c.difference(x, z, x-z) }

// difference returns |x|^p/p − x sgn(z)|z|^(p−1) + |z|^p/q from d = x − z.
func (c lp) difference(x, z, d float64) float64 {
	if z < 0 || (z == 0 && x < 0) {
		x, z, d = -x, -z, -d
	}
	if x < 0 { // all terms are positive
		w := c.up.pow(z)
		return c.value(x) - x*w + z*w/c.q.hi
	}
	return c.up.hi * powerBregman(c.p, x, z, d)
}

// fenchel is the divergence of the conjugate, φ being homogeneous:
// |x|^p (q−1) K_q(θ/θ_x).
func (c lp) fenchel(x, theta float64) float64 {
	if theta < 0 {
		x, theta = -x, -theta
	}
	switch {
	case theta == 0:
		return c.value(x)
	case x <= 0:
		return c.value(x) + c.conj(theta) - x*theta
	}
	tx := c.grad(x)
	if tx < 0x1p-1000 || tx > 0x1p1000 { // not to be trusted as a divisor
		l := ln(theta) - c.up.hi*ln(x)
		if math.Abs(l) > 1 {
			d := c.value(x) + c.conj(theta) - x*theta
			if math.IsNaN(d) { // what is infinite on both sides is so by itself
				return math.Inf(1)
			}
			return max(0, d)
		}
		return c.p.pow(x) * c.down.hi * powerDivergence(c.q.hi, math.Expm1(l), l)
	}
	return c.down.hi * powerBregman(c.q, theta, tx, theta-tx)
}
