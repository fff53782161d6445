package geometry

import "math"

// Sigmoid is the potential of the parameterization x = σ(u) = 1/(1+e^−u),
//
//	φ(x) = Σ (2xᵢ−1) ln(xᵢ/(1−xᵢ)),  ∇²φ(x) = diag(1/(x(1−x))²),
//	∇φ(x) = 1/(1−x) − 1/x + 2 ln(x/(1−x)) = 2 (u + sinh u),  φ*(θ) = Σ e^uᵢ + uᵢ − 1,
//
// on 0 < x < 1: gradient flow in u is its mirror flow, in the same time. It is
// the sum of two logarithmic barriers and twice the entropy of FermiDirac.
type Sigmoid struct{ each[sigmoid] }

var _ Separable = Sigmoid{}

// Name returns "sigmoid".
func (Sigmoid) Name() string { return "sigmoid" }

type sigmoid struct{}

func (sigmoid) bounds() (lower, upper float64)     { return 0, 1 }
func (sigmoid) dualBounds() (lower, upper float64) { return math.Inf(-1), math.Inf(1) }

func (sigmoid) value(x float64) float64 {
	if x <= 0 || x >= 1 {
		return math.Inf(1)
	}
	return (2*x - 1) * logOdds(x, 1-x, 2*x-1)
}

func (sigmoid) grad(x float64) float64 {
	if x < 0 || x > 1 {
		return math.NaN()
	}
	return (2*x-1)/(x*(1-x)) + 2*logOdds(x, 1-x, 2*x-1)
}

// link returns u with θ = 2 (u + sinh u), and σ(u), σ(−u).
func (sigmoid) link(theta float64) (u, x, rest float64) {
	u, e := arcLinSinh(theta / 2)
	x, rest = e/(1+e), 1/(1+e)
	if theta > 0 {
		x, rest = rest, x
	}
	return u, x, rest
}

func (c sigmoid) conj(theta float64) float64 {
	u, x, rest := c.link(theta)
	if u > 1 { // e^u = σ(u)/σ(−u)
		return x/rest - 1 + u
	}
	return math.Expm1(u) + u
}

func (c sigmoid) gradConj(theta float64) float64 {
	_, x, _ := c.link(theta)
	return x
}

func (c sigmoid) hessConj(theta float64) float64 {
	_, x, rest := c.link(theta)
	return (x * rest) * (x * rest)
}

func (sigmoid) bregman(x, z float64) float64 { return sigmoidDifference(x, z, 1-x, 1-z, x-z) }

func sigmoidDifference(p, pz, m, mz, d float64) float64 {
	if p < 0 || m < 0 {
		return math.Inf(1)
	}
	return isDifference(p, pz, d) + isDifference(m, mz, -d) + 2*(klDifference(p, pz, d)+klDifference(m, mz, -d))
}

func (c sigmoid) fenchel(x, theta float64) float64 {
	if x < 0 || x > 1 || math.IsInf(theta, 0) {
		return math.Inf(1)
	}
	u, z, rest := c.link(theta)
	d := x - z
	if u > 0 {
		d = rest - (1 - x)
	}
	return sigmoidDifference(x, z, 1-x, rest, d)
}
