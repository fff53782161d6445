package geometry

import "math"

// Exponential is the conjugate of the entropy,
//
//	φ(x) = Σ e^xᵢ,  ∇φ(x) = e^x,  φ*(θ) = Σ θᵢ ln θᵢ − θᵢ,  x = ln θ,
//	D(x, z) = Σ e^xᵢ − e^zᵢ (1 + xᵢ − zᵢ),
//
// on all of Rᵐ, with φ* on θ > 0.
type Exponential struct{ each[exponential] }

var _ Separable = Exponential{}

// Name returns "exponential".
func (Exponential) Name() string { return "exponential" }

type exponential struct{}

func (exponential) bounds() (lower, upper float64)     { return math.Inf(-1), math.Inf(1) }
func (exponential) dualBounds() (lower, upper float64) { return 0, math.Inf(1) }
func (exponential) value(x float64) float64            { return math.Exp(x) }
func (exponential) grad(x float64) float64             { return math.Exp(x) }

func (exponential) conj(theta float64) float64 {
	switch {
	case theta < 0:
		return math.Inf(1)
	case theta == 0:
		return 0
	}
	return theta * (ln(theta) - 1)
}

func (exponential) gradConj(theta float64) float64 { return ln(theta) }
func (exponential) hessConj(theta float64) float64 { return 1 / theta }

func (exponential) bregman(x, z float64) float64 {
	d := x - z
	e := math.Exp(max(x, z))
	switch {
	case d == 0:
		return 0
	case math.IsInf(e, 1):
		return e
	case d <= 1:
		return math.Exp(z) * expm1mx(d)
	}
	return e * (1 - (1+d)*math.Exp(-d))
}

func (exponential) fenchel(x, theta float64) float64 {
	if theta < 0 {
		return math.Inf(1)
	}
	return klFenchel(theta, x)
}
