// Package dual holds the chart ν ↦ θ₀ + Aᵀν ↦ x that every mirror flow on
// f(Ax) stays in, and the convex function Ψ whose gradient flow it is there.
//
// # Mathematics
//
// A is n×m, φ a Legendre potential, θ₀ = ∇φ(x₀) the mirror image of the start.
// The flow d/dt ∇φ(x) = −Aᵀ(Ax − b) keeps ∇φ(x) − θ₀ in the range of Aᵀ, so
//
//	θ(ν) = θ₀ + Aᵀν,  x(ν) = ∇φ*(θ(ν)),  Ψ(ν) = φ*(θ(ν)) − ⟨b, ν⟩,
//	∇Ψ(ν) = A x(ν) − b,  ∇²Ψ(ν) = A ∇²φ*(θ(ν)) Aᵀ,
//
// and ν' = b − A x(ν) = −∇Ψ(ν). Ψ is convex, and its minimiser is the Bregman
// projection of x₀ on {x : A x = b}, whatever method finds it. Mirror descent
// with step η is gradient descent on Ψ with step η, exactly (Alvarez, Bolte and
// Brahic 2004; the identity of steps is immediate from the chart).
//
// # Numerical method
//
// The state is ν and θ: x is a read-out, which may underflow without harm.
// θ₀ = ln x₀ = -1e6 is an ordinary start.
package dual

import (
	"math"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// Chart is the map from ν to x for one operator, one potential and one start.
// Its methods may be used by several goroutines at once, on different points.
type Chart struct {
	Phi    geometry.Separable
	A      linop.Operator
	Theta0 []float64 // θ₀ = ∇φ(x₀), length m
}

// NewChart returns the chart, and panics unless θ₀ has one element for every
// column of A.
func NewChart(phi geometry.Separable, a linop.Operator, theta0 []float64) *Chart {
	if _, m := a.Dims(); len(theta0) != m {
		panic("dual: θ₀ does not have one element for every column of A")
	}
	return &Chart{phi, a, theta0}
}

// Point is a point of a chart, held in all its coordinates.
type Point struct {
	Nu    []float64 // ν, length n
	Theta []float64 // θ₀ + Aᵀν, length m
	X     []float64 // ∇φ*(θ), length m
	AX    []float64 // A x, length n
}

// NewPoint returns a point with room for At.
func (c *Chart) NewPoint() *Point {
	n, m := c.A.Dims()
	return &Point{
		Nu: make([]float64, n), Theta: make([]float64, m),
		X: make([]float64, m), AX: make([]float64, n),
	}
}

// At sets p to the point of ν: two passes over A, on which all that is below
// builds. ν may be p.Nu itself.
func (c *Chart) At(p *Point, nu []float64) {
	if len(nu) != len(p.Nu) {
		panic("dual: ν does not have one element for every row of A")
	}
	copy(p.Nu, nu)
	c.A.ApplyT(p.Theta, nu)
	for j, t := range c.Theta0 {
		p.Theta[j] += t
	}
	c.Phi.GradConj(p.X, p.Theta)
	c.A.Apply(p.AX, p.X)
}

// Psi returns Ψ(ν) = φ*(θ) − ⟨b, ν⟩. For ν far from the solution it may
// overflow: then it is +Inf, never NaN, so that a step which leads there is
// seen to be no descent.
func (c *Chart) Psi(p *Point, b []float64) float64 {
	psi := c.Phi.Conj(p.Theta) - blas.Dot(b, p.Nu)
	if math.IsNaN(psi) {
		return math.Inf(1)
	}
	return psi
}

// Grad sets dst = ∇Ψ(ν) = A x − b, the residual; dst has length n.
func (c *Chart) Grad(dst []float64, p *Point, b []float64) {
	for i, v := range p.AX {
		dst[i] = v - b[i]
	}
}

// HessDiag sets dst to the diagonal of ∇²φ*(θ), the d of HessGram and HessMul;
// dst has length m.
func (c *Chart) HessDiag(dst []float64, p *Point) { c.Phi.HessConjDiag(dst, p.Theta) }

// HessGram sets the lower triangle of the row-major n×n matrix dst to
// ∇²Ψ(ν) = A diag(d) Aᵀ with d from HessDiag.
func (c *Chart) HessGram(dst, d []float64) { linop.Gram(c.A, dst, d) }

// HessMul sets dst = ∇²Ψ(ν) v = A diag(d) Aᵀ v with d from HessDiag; dst and v
// have length n.
func (c *Chart) HessMul(dst, d, v []float64) { linop.NormalMul(c.A, dst, d, v) }

// DualValue returns ⟨b, ν⟩ − φ*(θ) + φ*(θ₀), a lower bound of D_φ(x̃, x₀) for
// every x̃ with A x̃ = b: by Pythagoras, the bound falls short by D_φ(x̃, x).
// It is computed as
//
//	D_φ(x, x₀) − ⟨A x − b, ν⟩
//
// which does not cancel near the solution, and which errors of x change in
// second order only. It is -Inf where x overflows.
func (c *Chart) DualValue(p *Point, b []float64) float64 {
	v := c.Phi.Fenchel(p.X, c.Theta0)
	for i, nu := range p.Nu {
		v -= (p.AX[i] - b[i]) * nu
	}
	if math.IsNaN(v) || math.IsInf(v, 1) {
		return math.Inf(-1)
	}
	return v
}
