package geometry

import (
	"fmt"
	"math"
)

// SquaredPNorm is half the square of the p-norm for 1 < p < ∞ (Grove,
// Littlestone and Schuurmans 2001; Gentile 2003), with 1/p + 1/q = 1,
//
//	φ(x) = ½‖x‖_p²,  ∇φ(x) = sgn(x)|x|^(p−1)‖x‖_p^(2−p),
//	φ*(θ) = ½‖θ‖_q²,  x = sgn(θ)|θ|^(q−1)‖θ‖_q^(2−q),
//
// on all of Rᵐ. It is not separable. From x₀ = 0 it selects the solution of
// least p-norm, as LP does, by a flow that does not depend on the scale of x;
// p = 2 ln m/(2 ln m − 1) comes close to the entropy.
type SquaredPNorm struct{ lp lp }

var _ Potential = SquaredPNorm{}

// NewSquaredPNorm returns the potential ½‖x‖_p².
func NewSquaredPNorm(p float64) (SquaredPNorm, error) {
	if !(p > 1 && p <= maxP) {
		return SquaredPNorm{}, fmt.Errorf("p = %v is out of range: the squared p-norm needs 1 < p ≤ %v", p, float64(maxP))
	}
	return SquaredPNorm{newLP(p)}, nil
}

// Name returns "squared-p-norm".
func (SquaredPNorm) Name() string { return "squared-p-norm" }

// norm returns ‖x‖_p, of numbers scaled to 1.
func norm(x []float64, p exponent) float64 {
	var largest float64
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	if largest == 0 || math.IsInf(largest, 1) {
		return largest
	}
	var sum float64
	for _, v := range x {
		sum += p.pow(math.Abs(v) / largest)
	}
	return largest * exponent{1, 0}.over(p).pow(sum)
}

// link sets dst = ‖x‖_p sgn(x) (|x|/‖x‖_p)^up, up = p − 1.
func link(dst, x []float64, p, up exponent) {
	same(dst, x)
	n := norm(x, p)
	for i, v := range x {
		if n == 0 {
			dst[i] = v
			continue
		}
		dst[i] = n * math.Copysign(up.pow(math.Abs(v)/n), v)
	}
}

// Value returns ½‖x‖_p².
func (s SquaredPNorm) Value(x []float64) float64 {
	n := norm(x, s.lp.p)
	return n * n / 2
}

// Grad sets dst = sgn(x)|x|^(p−1)‖x‖_p^(2−p).
func (s SquaredPNorm) Grad(dst, x []float64) { link(dst, x, s.lp.p, s.lp.up) }

// Conj returns ½‖θ‖_q².
func (s SquaredPNorm) Conj(theta []float64) float64 {
	n := norm(theta, s.lp.q)
	return n * n / 2
}

// GradConj sets dst = sgn(θ)|θ|^(q−1)‖θ‖_q^(2−q).
func (s SquaredPNorm) GradConj(dst, theta []float64) { link(dst, theta, s.lp.q, s.lp.down) }

// HessConj sets dst = (q−1) (|θ|/n)^(q−2)∘v + (2−q) g gᵀv with n = ‖θ‖_q and
// g = sgn(θ)(|θ|/n)^(q−1). At θ = 0, where φ* has no second derivative, it is
// NaN unless p = 2.
func (s SquaredPNorm) HessConj(dst, theta, v []float64) {
	same(theta, v)
	same(dst, v)
	n := norm(theta, s.lp.q)
	var gv float64
	for i, t := range theta {
		gv += math.Copysign(s.lp.down.pow(math.Abs(t)/n), t) * v[i]
	}
	for i, t := range theta {
		g := math.Copysign(s.lp.down.pow(math.Abs(t)/n), t)
		dst[i] = s.lp.down.hi*s.lp.down.minus1().pow(math.Abs(t)/n)*v[i] + (2-s.lp.q.hi)*g*gv
	}
}

// Bregman compares x with z brought to its norm, z' = z‖x‖/‖z‖: with the
// divergence E of |x|^p/p, both terms of
//
//	D(x, z) = ½ (‖x‖−‖z‖)² + ‖z‖ ‖x‖^(1−p) E(x, z')
//
// are nonnegative.
func (s SquaredPNorm) Bregman(x, z []float64) float64 {
	same(x, z)
	a, b := norm(x, s.lp.p), norm(z, s.lp.p)
	switch {
	case b == 0:
		return a * a / 2
	case a == 0:
		return b * b / 2
	}
	r := s.growth(x, z, a, b) // ‖x‖/‖z‖ − 1
	var e float64
	for i, v := range x { // everything divided by ‖x‖
		w := z[i] / b
		d := v/a - w
		if math.Abs(r) < 0.25 {
			d = ((v-z[i])/b - w*r) / (1 + r)
		}
		e += s.lp.difference(v/a, w, d)
	}
	gap := a - b
	if math.Abs(r) < 0.25 {
		gap = b * r
	}
	return gap*gap/2 + a*b*e
}

// growth returns ‖x‖/‖z‖ − 1, from the differences of the coordinates where it
// is small.
func (s SquaredPNorm) growth(x, z []float64, a, b float64) float64 {
	r := a/b - 1
	if math.Abs(r) > 0.25 {
		return r
	}
	var sum float64 // (‖x‖^p − ‖z‖^p)/‖z‖^p
	for i, v := range x {
		w := z[i] / b
		d := (v - z[i]) / b
		if u := d / w; math.Abs(u) < 0.5 {
			sum += s.lp.p.pow(math.Abs(w)) * math.Expm1(s.lp.p.hi*math.Log1p(u))
		} else {
			sum += s.lp.p.pow(math.Abs(v)/b) - s.lp.p.pow(math.Abs(w))
		}
	}
	return math.Expm1(math.Log1p(sum) / s.lp.p.hi)
}

// Fenchel returns D_φ(x, ∇φ*(θ)).
func (s SquaredPNorm) Fenchel(x, theta []float64) float64 {
	z := make([]float64, len(theta))
	s.GradConj(z, theta)
	return s.Bregman(x, z)
}
