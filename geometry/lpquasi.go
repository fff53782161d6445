package geometry

import (
	"fmt"
	"math"
)

// LPQuasi is the potential of the p-th powers for 0 < p < 1,
//
//	φ(x) = −Σ xᵢ^p,  ∇φ(x) = −p x^(p−1),  x = (−θ/p)^(1/(p−1)),
//	φ*(θ) = (1−p) Σ (−θᵢ/p)^(p/(p−1)),
//
// on x ≥ 0, with φ* on θ < 0. From x₀ = α1, α → 0, it selects a nonnegative
// solution of least sum, among several the one with the largest Σ xᵢ^p.
type LPQuasi struct{ each[quasi] }

var _ Separable = LPQuasi{}

// NewLPQuasi returns the potential −Σ xᵢ^p.
func NewLPQuasi(p float64) (LPQuasi, error) {
	if !(p > 0 && p < 1) {
		return LPQuasi{}, fmt.Errorf("p = %v is out of range: lp-quasi needs 0 < p < 1 (for p > 1 there is lp)", p)
	}
	return LPQuasi{each[quasi]{[]quasi{newQuasi(exponent{p, 0}, 1)}}}, nil
}

// Name returns "lp-quasi".
func (LPQuasi) Name() string { return "lp-quasi" }

// quasi is −c x^p. It holds p, p − 1, 1/(p−1), p/(p−1) and c p as well.
type quasi struct {
	p, up, down, dual exponent
	c, pc             float64
}

func newQuasi(p exponent, c float64) quasi {
	up := p.minus1()
	return quasi{p: p, up: up, down: exponent{1, 0}.over(up), dual: p.over(up), c: c, pc: p.hi * c}
}

func (quasi) bounds() (lower, upper float64)     { return 0, math.Inf(1) }
func (quasi) dualBounds() (lower, upper float64) { return math.Inf(-1), 0 }

func (k quasi) value(x float64) float64 {
	if x < 0 {
		return math.Inf(1)
	}
	return -k.c * k.p.pow(x)
}

func (k quasi) grad(x float64) float64 {
	if x < 0 {
		return math.NaN()
	}
	return -k.pc * k.up.pow(math.Abs(x))
}

func (k quasi) conj(theta float64) float64 {
	if theta > 0 {
		return math.Inf(1)
	}
	return -k.c * k.up.hi * k.dual.pow((0-theta)/k.pc)
}

func (k quasi) gradConj(theta float64) float64 {
	return k.down.pow((0 - theta) / k.pc)
}

func (k quasi) hessConj(theta float64) float64 {
	return k.gradConj(theta) / k.up.hi / theta
}

func (k quasi) bregman(x, z float64) float64 {
	if x < 0 || z < 0 {
		return math.Inf(1)
	}
	return -k.pc * k.up.hi * powerBregman(k.p, x, z, x-z)
}

// fenchel is the divergence of the conjugate, φ being homogeneous:
// c x^p p/(1−p) K_{p/(p−1)}(θ/θ_x).
func (k quasi) fenchel(x, theta float64) float64 {
	switch {
	case x < 0 || theta > 0:
		return math.Inf(1)
	case x == 0 || theta == 0:
		return k.conj(theta)
	}
	tx := k.grad(x)
	u, l := ratio(-theta, -tx, tx-theta)
	if tx > -0x1p-1000 || tx < -0x1p1000 {
		l = ln(-theta/k.pc) - k.up.hi*ln(x)
		u = math.Expm1(l)
	}
	if k.dual.hi*l > 40 { // φ*(θ) is all that matters
		return k.conj(theta)
	}
	if u > 0x1p500 {
		return -x * theta
	}
	return -k.c * k.p.pow(x) * k.dual.hi * powerDivergence(k.dual.hi, u, l)
}
