package geometry

import "math"

// Tanh is the potential of the parameterization x = tanh u,
//
//	φ(x) = ½ Σ xᵢ artanh xᵢ,  ∇φ(x) = ½ (artanh x + x/(1−x²)),
//	∇²φ(x) = diag(1/(1−x²)²),  φ*(θ) = ½ Σ sinh² uᵢ with θ = ½ u + ¼ sinh 2u,
//
// on −1 < x < 1: gradient flow in u is its mirror flow, in the same time.
type Tanh struct{ each[tanh] }

var _ Separable = Tanh{}

// Name returns "tanh".
func (Tanh) Name() string { return "tanh" }

type tanh struct{}

func (tanh) bounds() (lower, upper float64)     { return -1, 1 }
func (tanh) dualBounds() (lower, upper float64) { return math.Inf(-1), math.Inf(1) }

func (tanh) value(x float64) float64 {
	if math.Abs(x) >= 1 {
		return math.Inf(1)
	}
	return x * math.Atanh(x) / 2
}

func (tanh) grad(x float64) float64 { return (math.Atanh(x) + x/((1-x)*(1+x))) / 2 }

// link returns u with θ = ½ u + ¼ sinh 2u.
func (tanh) link(theta float64) float64 { return arcLinSinh(4*theta) / 2 }

func (c tanh) conj(theta float64) float64 {
	s := math.Sinh(c.link(theta))
	return s * s / 2
}

func (c tanh) gradConj(theta float64) float64 { return math.Tanh(c.link(theta)) }

func (c tanh) hessConj(theta float64) float64 {
	h := 1 / math.Cosh(c.link(theta))
	return (h * h) * (h * h)
}

func (tanh) bregman(x, z float64) float64 {
	return barrierDifference(1+x, 1+z, 1-x, 1-z, x-z) / 4
}

func (c tanh) fenchel(x, theta float64) float64 {
	if math.Abs(x) > 1 || math.IsInf(theta, 0) {
		return math.Inf(1)
	}
	u := c.link(theta)
	p, m := 2*sigma(2*u), 2*sigma(-2*u) // 1 + z, 1 − z
	d := x - math.Tanh(u)
	switch {
	case u > 0.5:
		d = m - (1 - x)
	case u < -0.5:
		d = (1 + x) - p
	}
	return barrierDifference(1+x, p, 1-x, m, d) / 4
}

// barrierDifference returns the divergence from z to x of
//
//	−ln p − ln m + p ln p + m ln m,  p' = 1, m' = −1
//
// where p, m belong to x and pz, mz to z, from d = x − z: four divergences
// that are nonnegative each.
func barrierDifference(p, pz, m, mz, d float64) float64 {
	if p < 0 || m < 0 {
		return math.Inf(1)
	}
	return isDifference(p, pz, d) + isDifference(m, mz, -d) + klDifference(p, pz, d) + klDifference(m, mz, -d)
}

// arcLinSinh returns w with w + sinh w = t, by Newton's method on the convex
// function for w ≥ 0, in logarithms where it is steep.
func arcLinSinh(t float64) float64 {
	a := math.Abs(t)
	if a == 0 || math.IsNaN(t) || math.IsInf(t, 0) {
		return t
	}
	w := a / 2
	if a > 3 {
		w = math.Log(a) + math.Ln2 // sinh w ≈ e^w/2
	}
	for range 60 {
		var step float64
		if a <= 3 {
			step = (w + math.Sinh(w) - a) / (1 + math.Cosh(w))
		} else { // Newton on ln sinh w = ln(a − w)
			rest := a - w
			step = (math.Asinh(rest) - w) / -(1 + 1/math.Hypot(1, rest))
		}
		w -= step
		if math.Abs(step) <= 1e-9*w { // the next step would be below 1e-17
			break
		}
	}
	return math.Copysign(w, t)
}
