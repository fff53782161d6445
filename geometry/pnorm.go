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
type SquaredPNorm struct{ p, q float64 }

var _ Potential = SquaredPNorm{}

// NewSquaredPNorm returns the potential ½‖x‖_p².
func NewSquaredPNorm(p float64) (SquaredPNorm, error) {
	if !(p > 1 && p <= maxP) {
		return SquaredPNorm{}, fmt.Errorf("p = %v is out of range: the squared p-norm needs 1 < p ≤ %v", p, float64(maxP))
	}
	return SquaredPNorm{p, p / (p - 1)}, nil
}

// Name returns "squared-p-norm".
func (SquaredPNorm) Name() string { return "squared-p-norm" }

// norm returns ‖x‖_p, of numbers scaled to 1.
func norm(x []float64, p float64) float64 {
	var largest float64
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	if largest == 0 || math.IsInf(largest, 1) {
		return largest
	}
	var sum float64
	for _, v := range x {
		sum += math.Pow(math.Abs(v)/largest, p)
	}
	return largest * math.Pow(sum, 1/p)
}

// link sets dst = ‖x‖ sgn(x) (|x|/‖x‖)^(p−1).
func link(dst, x []float64, p float64) {
	same(dst, x)
	n := norm(x, p)
	for i, v := range x {
		if n == 0 {
			dst[i] = v
			continue
		}
		dst[i] = n * signedPow(v/n, p-1)
	}
}

// Value returns ½‖x‖_p².
func (s SquaredPNorm) Value(x []float64) float64 {
	n := norm(x, s.p)
	return n * n / 2
}

// Grad sets dst = sgn(x)|x|^(p−1)‖x‖_p^(2−p).
func (s SquaredPNorm) Grad(dst, x []float64) { link(dst, x, s.p) }

// Conj returns ½‖θ‖_q².
func (s SquaredPNorm) Conj(theta []float64) float64 {
	n := norm(theta, s.q)
	return n * n / 2
}

// GradConj sets dst = sgn(θ)|θ|^(q−1)‖θ‖_q^(2−q).
func (s SquaredPNorm) GradConj(dst, theta []float64) { link(dst, theta, s.q) }

// HessConj sets dst = (q−1) (|θ|/n)^(q−2)∘v + (2−q) g gᵀv with n = ‖θ‖_q and
// g = sgn(θ)(|θ|/n)^(q−1). At θ = 0, where φ* has no second derivative, it is
// NaN unless p = 2.
func (s SquaredPNorm) HessConj(dst, theta, v []float64) {
	same(theta, v)
	same(dst, v)
	n := norm(theta, s.q)
	var gv float64
	for i, t := range theta {
		gv += signedPow(t/n, s.q-1) * v[i]
	}
	for i, t := range theta {
		g := signedPow(t/n, s.q-1)
		dst[i] = (s.q-1)*math.Pow(math.Abs(t)/n, s.q-2)*v[i] + (2-s.q)*g*gv
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
	a, b := norm(x, s.p), norm(z, s.p)
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
		d := (v - z[i]) / b / (1 + r)
		e += lpDifference(s.p, v/a, w, d-w*r/(1+r))
	}
	return b*r/2*b*r + a*b*e
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
			sum += math.Pow(math.Abs(w), s.p) * math.Expm1(s.p*math.Log1p(u))
		} else {
			sum += math.Pow(math.Abs(v)/b, s.p) - math.Pow(math.Abs(w), s.p)
		}
	}
	return math.Expm1(math.Log1p(sum) / s.p)
}

// Fenchel returns D_φ(x, ∇φ*(θ)).
func (s SquaredPNorm) Fenchel(x, theta []float64) float64 {
	z := make([]float64, len(theta))
	s.GradConj(z, theta)
	return s.Bregman(x, z)
}
