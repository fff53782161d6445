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

// link returns u with θ = ½ u + ¼ sinh 2u, and e^−|2u|.
func (tanh) link(theta float64) (u, e float64) {
	w, e := arcLinSinh(4 * theta)
	return w / 2, e
}

func (c tanh) conj(theta float64) float64 {
	u, e := c.link(theta)
	if math.Abs(u) > 1 { // sinh² u = (e^2u − 2 + e^−2u)/4
		return (1/e - 2 + e) / 8
	}
	s := math.Sinh(u)
	return s * s / 2
}

func (c tanh) gradConj(theta float64) float64 {
	u, _ := c.link(theta)
	return math.Tanh(u)
}

func (c tanh) hessConj(theta float64) float64 {
	_, e := c.link(theta)
	h := 4 * e / (1 + e) / (1 + e) // 1/cosh² u
	return h * h
}

func (tanh) bregman(x, z float64) float64 {
	return barrierDifference(1+x, 1+z, 1-x, 1-z, x-z) / 4
}

func (c tanh) fenchel(x, theta float64) float64 {
	if math.Abs(x) > 1 || math.IsInf(theta, 0) {
		return math.Inf(1)
	}
	if theta < 0 {
		x, theta = -x, -theta
	}
	u, e := c.link(theta)
	p, m := 2/(1+e), 2*e/(1+e) // 1 + z, 1 − z
	d := x - math.Tanh(u)
	if u > 0.5 {
		d = m - (1 - x)
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

// arcLinSinh returns w with w + sinh w = t, and e^−|w|, by Newton's method on the convex
// function for w ≥ 0, in logarithms where it is steep.
func arcLinSinh(t float64) (w, e float64) {
	a := math.Abs(t)
	if a == 0 || math.IsNaN(t) || math.IsInf(t, 0) {
		return t, math.Exp(-a)
	}
	w = a / 2
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
	e = math.Exp(-w)
	if a > 3 { // e^w = s + √(1+s²), whereas w = 700 is known to 1e-13 only
		s := a - w
		e = 1 / (s + math.Hypot(1, s))
	}
	return math.Copysign(w, t), e
}
