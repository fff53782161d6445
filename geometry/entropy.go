package geometry

import "math"

// Entropy is the potential of positive unknowns (Shannon's entropy, negated),
//
//	φ(x) = Σ xᵢ ln xᵢ − xᵢ,  ∇φ(x) = ln x,  φ*(θ) = Σ e^θᵢ,  x = e^θ,
//	D(x, z) = Σ xᵢ ln(xᵢ/zᵢ) − xᵢ + zᵢ,
//
// on x ≥ 0 with 0 ln 0 = 0. Flows from x₀ = α1 with α → 0 select the solution
// x ≥ 0 of least sum, and among several the one of maximum entropy.
type Entropy struct{}

var _ Separable = Entropy{}

// Name returns "entropy".
func (Entropy) Name() string { return "entropy" }

// Bounds returns 0 and +Inf.
func (Entropy) Bounds(int) (lower, upper float64) { return 0, math.Inf(1) }

// Value returns Σ xᵢ ln xᵢ − xᵢ.
func (Entropy) Value(x []float64) float64 {
	var sum float64
	for _, v := range x {
		switch {
		case v < 0:
			return math.Inf(1)
		case v != 0:
			sum += v * (ln(v) - 1)
		}
	}
	return sum
}

// Grad sets dst = ln x: -Inf where x = 0, NaN where x < 0.
func (Entropy) Grad(dst, x []float64) {
	same(dst, x)
	for i, v := range x {
		dst[i] = ln(v)
	}
}

// Conj returns Σ e^θᵢ.
func (Entropy) Conj(theta []float64) float64 {
	e := make([]float64, len(theta))
	expTo(e, theta)
	var sum float64
	for _, v := range e {
		sum += v
	}
	return sum
}

// GradConj sets dst = e^θ.
func (Entropy) GradConj(dst, theta []float64) { expTo(dst, theta) }

// HessConj sets dst = e^θ∘v.
func (e Entropy) HessConj(dst, theta, v []float64) { hessConj(e, dst, theta, v) }

// HessConjDiag sets dst = e^θ.
func (Entropy) HessConjDiag(dst, theta []float64) { expTo(dst, theta) }

// Bregman returns Σ xᵢ ln(xᵢ/zᵢ) − xᵢ + zᵢ, the generalised Kullback–Leibler
// divergence.
func (Entropy) Bregman(x, z []float64) float64 { return sum2(x, z, klDivergence) }

// Fenchel returns Σ xᵢ (ln xᵢ − θᵢ) − xᵢ + e^θᵢ.
func (Entropy) Fenchel(x, theta []float64) float64 { return sum2(x, theta, klFenchel) }

// klDivergence returns x ln(x/z) − x + z.
func klDivergence(x, z float64) float64 { return klDifference(x, z, x-z) }

// klDifference returns klDivergence(x, z) from d = x − z, which may be known
// more accurately than x and z. For x near z it uses, with s = d/(x+z), the
// series of 2 artanh s = ln(x/z):
//
//	D = d s Σ_{i≥0} s²ⁱ (1/(2i+1) + s/(2i+3)).
func klDifference(x, z, d float64) float64 {
	switch {
	case x < 0 || z < 0:
		return math.Inf(1)
	case x == 0:
		return z
	case z == 0:
		return math.Inf(1)
	}
	s := d / (x + z)
	if math.IsInf(x+z, 1) {
		s = (d / 2) / (x/2 + z/2)
	}
	if math.Abs(s) > 1./8 {
		return x*(logRatio(x, z)-1) + z
	}
	// The terms fall by 64 from one to the next: 10 of them reach 2⁻⁶⁰.
	s2, sum := s*s, 0.0
	for i := 9; i >= 0; i-- {
		sum = sum*s2 + 1/float64(2*i+1) + s/float64(2*i+3)
	}
	return d * s * sum
}

// klFenchel returns x (ln x − θ) − x + e^θ.
func klFenchel(x, theta float64) float64 {
	switch {
	case x < 0 || math.IsInf(theta, 1):
		return math.Inf(1)
	case x == 0:
		return math.Exp(theta)
	}
	u := ln(x) - theta
	if u < -1 { // e^θ is the larger part
		if e := math.Exp(theta); !math.IsInf(e, 1) {
			return e + x*(u-1)
		}
		return math.Inf(1)
	}
	return x * expm1mx(-u)
}
