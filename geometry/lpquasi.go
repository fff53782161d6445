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
	return LPQuasi{each[quasi]{[]quasi{{p, 1}}}}, nil
}

// Name returns "lp-quasi".
func (LPQuasi) Name() string { return "lp-quasi" }

// quasi is −c x^p.
type quasi struct{ p, c float64 }

func (quasi) bounds() (lower, upper float64)     { return 0, math.Inf(1) }
func (quasi) dualBounds() (lower, upper float64) { return math.Inf(-1), 0 }

func (k quasi) value(x float64) float64 {
	if x < 0 {
		return math.Inf(1)
	}
	return -k.c * math.Pow(x, k.p)
}

func (k quasi) grad(x float64) float64 {
	if x < 0 {
		return math.NaN()
	}
	return -k.c * k.p * math.Pow(math.Abs(x), k.p-1)
}

func (k quasi) conj(theta float64) float64 {
	if theta > 0 {
		return math.Inf(1)
	}
	return k.c * (1 - k.p) * math.Pow((0-theta)/(k.c*k.p), k.p/(k.p-1))
}

func (k quasi) gradConj(theta float64) float64 {
	return math.Pow((0-theta)/(k.c*k.p), 1/(k.p-1))
}

func (k quasi) hessConj(theta float64) float64 {
	return k.gradConj(theta) / (1 - k.p) / (0 - theta)
}

func (k quasi) bregman(x, z float64) float64 {
	if x < 0 || z < 0 {
		return math.Inf(1)
	}
	return k.c * k.p * (1 - k.p) * powerBregman(k.p, x, z, x-z)
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
		l = ln(-theta/(k.c*k.p)) + (1-k.p)*ln(x)
		u = math.Expm1(l)
	}
	e := k.p / (k.p - 1)
	if e*l > 40 { // φ*(θ) is all that matters
		return k.conj(theta)
	}
	if u > 0x1p500 {
		return -x * theta
	}
	return k.c * math.Pow(x, k.p) * k.p / (1 - k.p) * powerDivergence(e, u, l)
}
