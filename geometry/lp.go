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
	return LP{each[lp]{[]lp{{p, p / (p - 1)}}}}, nil
}

// maxP bounds p: beyond it |x|^p is out of the range of numbers for almost
// every x.
const maxP = 1000

// Name returns "lp".
func (LP) Name() string { return "lp" }

type lp struct{ p, q float64 }

func (lp) bounds() (lower, upper float64)     { return math.Inf(-1), math.Inf(1) }
func (lp) dualBounds() (lower, upper float64) { return math.Inf(-1), math.Inf(1) }

func (c lp) value(x float64) float64        { return math.Pow(math.Abs(x), c.p) / c.p }
func (c lp) conj(theta float64) float64     { return math.Pow(math.Abs(theta), c.q) / c.q }
func (c lp) grad(x float64) float64         { return signedPow(x, c.p-1) }
func (c lp) gradConj(theta float64) float64 { return signedPow(theta, 1/(c.p-1)) }

func (c lp) hessConj(theta float64) float64 {
	e := 1 / (c.p - 1)
	return e * math.Pow(math.Abs(theta), e-1)
}

// signedPow returns sgn(x)|x|^e.
func signedPow(x, e float64) float64 { return math.Copysign(math.Pow(math.Abs(x), e), x) }

func (c lp) bregman(x, z float64) float64 { return lpDifference(c.p, x, z, x-z) }

// lpDifference returns |x|^p/p − x sgn(z)|z|^(p−1) + |z|^p/q from d = x − z.
func lpDifference(p, x, z, d float64) float64 {
	if z < 0 || (z == 0 && x < 0) {
		x, z, d = -x, -z, -d
	}
	if x < 0 { // all terms are positive
		w := math.Pow(z, p-1)
		return math.Pow(-x, p)/p - x*w + z*w*((p-1)/p)
	}
	return (p - 1) * powerBregman(p, x, z, d)
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
		l := ln(theta) - (c.p-1)*ln(x)
		if math.Abs(l) > 1 {
			return max(0, c.value(x)+c.conj(theta)-x*theta)
		}
		return c.value(x) * c.p * (c.q - 1) * powerDivergence(c.q, math.Expm1(l), l)
	}
	return (c.q - 1) * powerBregman(c.q, theta, tx, theta-tx)
}
