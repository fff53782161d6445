// Package geometry holds Legendre potentials φ: the geometries that select one
// solution among many.
//
// # Mathematics
//
// φ: C → R is Legendre if it is strictly convex and differentiable inside its
// domain C and its gradient blows up at the boundary of C. Then the mirror map
// θ = ∇φ(x) is a bijection with inverse x = ∇φ*(θ), where
//
//	φ*(θ) = sup_x ⟨x, θ⟩ − φ(x)
//
// is the conjugate, and distances are measured by the Bregman divergence
//
//	D_φ(x, z) = φ(x) − φ(z) − ⟨∇φ(z), x − z⟩ ≥ 0.
//
// # Numerical method
//
// A point is held by its mirror image θ wherever x may underflow: the start
// x₀ = 1e-3000 of an entropy flow is θ₀ = ln x₀ ≈ -6908, an ordinary number.
// Divergences have formulas of their own; the definition above would lose all
// digits where x is close to z.
//
// # Domains
//
// Bounds and DualBounds tell where φ and φ* are finite, CheckInterior whether a
// flow may start at x₀, MaxStep how far a step may go before φ* ends. Several
// potentials have a φ* that ends at θ = 0, where x is infinite: near there θ is
// as precise as x, provided that it is moved, not recomputed. PowerDiff ends at
// θ = ±1 and has its own coordinates for that.
//
// # Conventions
//
// The destination comes first and may be the input itself. All vectors of a
// call have the same length, which potentials with parameters per coordinate
// fix; other lengths panic. Outside of C, φ is +Inf, and gradients are NaN.
// Potentials hold no state and may be shared between goroutines. Those with a
// constructor are of no use without it.
package geometry

import "github.com/tacit-dev/tacit/internal/blas"

// Potential is a Legendre function φ with its conjugate φ*.
type Potential interface {
	// Name is the lower-case name of the potential: "entropy".
	Name() string
	// Value returns φ(x), continued to the boundary of the domain by its limit
	// and by +Inf beyond.
	Value(x []float64) float64
	// Grad sets dst = ∇φ(x), the mirror map.
	Grad(dst, x []float64)
	// Conj returns φ*(θ), +Inf where it overflows.
	Conj(theta []float64) float64
	// GradConj sets dst = ∇φ*(θ), the inverse mirror map.
	GradConj(dst, theta []float64)
	// HessConj sets dst = ∇²φ*(θ) v.
	HessConj(dst, theta, v []float64)
	// Bregman returns D_φ(x, z), to full relative accuracy also where x is
	// close to z. It is +Inf if z is on the boundary and x is not z.
	Bregman(x, z []float64) float64
	// Fenchel returns φ(x) + φ*(θ) − ⟨x, θ⟩ = D_φ(x, ∇φ*(θ)) ≥ 0, without
	// cancellation, also where ∇φ*(θ) under- or overflows. It is 0 only if
	// θ = ∇φ(x) to rounding.
	Fenchel(x, theta []float64) float64
}

// Separable is a Potential that is a sum over the coordinates, so that ∇²φ* is
// diagonal.
type Separable interface {
	Potential
	// HessConjDiag sets dst to the diagonal of ∇²φ*(θ).
	HessConjDiag(dst, theta []float64)
}

const errLength = "geometry: vectors of different lengths"

// same panics unless x and y have the same length.
func same(x, y []float64) {
	if len(x) != len(y) {
		panic(errLength)
	}
}

// sum2 returns Σ f(xᵢ, yᵢ).
func sum2(x, y []float64, f func(x, y float64) float64) float64 {
	same(x, y)
	var sum float64
	for i, v := range x {
		sum += f(v, y[i])
	}
	return sum
}

// hessConj sets dst = ∇²φ*(θ) v for a separable potential.
func hessConj(phi interface{ HessConjDiag(dst, theta []float64) }, dst, theta, v []float64) {
	same(theta, v)
	same(dst, v)
	d := room(dst, v)
	phi.HessConjDiag(d, theta)
	for i, h := range d {
		dst[i] = h * v[i]
	}
}

// room returns dst as work space, or new room if dst is x, which is still
// needed.
func room(dst, x []float64) []float64 {
	if len(dst) > 0 && &dst[0] == &x[0] {
		return make([]float64, len(dst))
	}
	return dst
}

// expTo sets dst = e^x, dst = x allowed.
func expTo(dst, x []float64) {
	same(dst, x)
	blas.Exp(dst, x)
}
