// Package param holds parameterizations x = G(y) of the unknowns, and the
// geometries that they induce.
//
// # Mathematics
//
// Gradient flow on the parameters, ẏ = −∂G(y)ᵀ∇ℓ(x), moves the unknowns by
//
//	ẋ = −∂G(y) ∂G(y)ᵀ ∇ℓ(x).
//
// If ∂G ∂Gᵀ is a function of x that is the inverse Hessian of a Legendre
// potential φ, x follows the mirror flow of φ (Amid and Warmuth 2020). For
// x = g(u) coordinate by coordinate this always is so, with
//
//	φ″(x) = 1/g′(g⁻¹(x))²,
//
// and for several parameters per unknown it holds on the set where what the
// flow conserves has the value that it had at the start. In general it suffices
// that the gradients of the components of G commute (Li, Wang, Lee and Arora
// 2022); see Brackets.
//
// # Clocks
//
// The potentials of package geometry are scaled for beauty, not for time: from
// x = y∘y comes ¼ of the entropy, so that the parameters' flow is four times as
// fast as the mirror flow of the entropy. That factor is the clock.
//
// # Conventions
//
// Parameters of m unknowns are one vector y: u alone, of length m, or u
// followed by v, of length 2m. The destination comes first and must not be an
// input. Lengths that do not fit panic.
package param

import (
	"fmt"

	"github.com/tacit-dev/tacit/geometry"
)

// Param is a parameterization x = G(y), coordinate by coordinate in x.
type Param interface {
	// Name is the lower-case name: "square-diff".
	Name() string
	// Len returns the number of parameters of m unknowns.
	Len(m int) int
	// Map sets dst = G(y), of length m.
	Map(dst, y []float64)
	// Push sets dst = ∂G(y) v, of length m.
	Push(dst, y, v []float64)
	// Pull sets dst = ∂G(y)ᵀ g, of the length of y: the gradient of f(G(y)),
	// from g = ∇f.
	Pull(dst, y, g []float64)
	// Metric sets dst to the diagonal of ∂G(y) ∂G(y)ᵀ, of length m: the flow
	// moves x by ẋ = −dst∘∇ℓ(x).
	Metric(dst, y []float64)
	// Curve sets diag, of the length of y, and cross to the second derivatives
	// of ⟨g, G(y)⟩, the curvature that the parameterization adds to a loss with
	// gradient g: with two parameters per unknown, cross[i] is ∂u∂v of unknown i
	// and has length m; with one it is not used and may be nil. Others vanish.
	Curve(diag, cross, y, g []float64)
	// Lift sets dst to parameters with G(dst) = x. Where x leaves a choice, it
	// is that of the start at the scale α = e^logAlpha of x, from which the
	// induced potential has the scale α. The error names the coordinate that
	// has no parameters, or from which the flow could not move.
	Lift(dst, x []float64, logAlpha float64) error
	// Induced returns the mirror flow that x follows from the parameters y.
	Induced(y []float64) (Mirror, error)
}

// Conserver is a Param whose flow conserves a function of its parameters.
type Conserver interface {
	Param
	// Conserved sets dst, of length m, to what the flow conserves.
	Conserved(dst, y []float64)
}

// Mirror is a mirror flow d/dt ∇φ(x) = −clock∘∇ℓ(x).
type Mirror struct {
	Phi geometry.Separable
	// Clock has one element for all coordinates or one for each: coordinate i
	// of the parameters' flow at time t is as far as the mirror flow of Phi at
	// time Clock[i]·t.
	Clock []float64
}

// Potential returns the potential whose mirror flow is that of the parameters
// in the same time, φ/clock.
func (m Mirror) Potential() (geometry.Separable, error) {
	w := make([]float64, len(m.Clock))
	same := true
	for i, c := range m.Clock {
		w[i] = 1 / c
		same = same && c == 1
	}
	if same {
		return m.Phi, nil
	}
	return geometry.NewWeighted(m.Phi, w)
}

// Selects returns the potential whose Bregman divergence the limit of the flow
// minimises: φ itself where all coordinates have one clock, which changes the time
// and nothing else, otherwise φ/clock.
func (m Mirror) Selects() (geometry.Separable, error) {
	for _, c := range m.Clock {
		if c != m.Clock[0] {
			return m.Potential()
		}
	}
	return m.Phi, nil
}

const errLength = "param: vectors of lengths that do not fit"

// fit panics unless y has k parameters for each of the unknowns x.
func fit(k int, y, x []float64) {
	if len(y) != k*len(x) {
		panic(errLength)
	}
}

// outside is the error of a start that has no parameters.
func outside(name string, i int, x float64, domain string) error {
	return fmt.Errorf("x0[%d] = %v has no parameters: %s needs %s", i, x, name, domain)
}
