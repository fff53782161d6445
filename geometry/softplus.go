package geometry

import "math"

// Softplus is the potential of the parameterization x = ln(1+e^u),
//
//	φ(x) = Σ xᵢ (uᵢ+1) − uᵢ + Li₂(−e^uᵢ) with u = ln(e^x − 1),
//	∇φ(x) = u − e^−u,  ∇²φ(x) = diag(1/(1−e^−x)²),
//	φ*(θ) = Σ uᵢ − xᵢ − xᵢ e^−uᵢ − Li₂(−e^uᵢ) with θ = u − e^−u,
//
// on x > 0: gradient flow in u is its mirror flow, in the same time. It is
// like Burg near 0 and Euclidean for large x.
type Softplus struct{ each[softplus] }

var _ Separable = Softplus{}

// Name returns "softplus".
func (Softplus) Name() string { return "softplus" }

type softplus struct{}

func (softplus) bounds() (lower, upper float64)     { return 0, math.Inf(1) }
func (softplus) dualBounds() (lower, upper float64) { return math.Inf(-1), math.Inf(1) }

// arcSoftplus returns u = ln(e^x − 1) for x > 0.
func arcSoftplus(x float64) float64 {
	if x < 1 {
		return ln(math.Expm1(x))
	}
	return x + math.Log1p(-math.Exp(-x))
}

// plus returns ln(1+e^u).
func plus(u float64) float64 { return max(u, 0) + math.Log1p(math.Exp(-math.Abs(u))) }

func (softplus) value(x float64) float64 {
	if x <= 0 {
		return math.Inf(1)
	}
	u := arcSoftplus(x)
	if u > 1 { // x (u+1) − u − u²/2 − π²/6 + integral(−u) with e = x − u
		e := math.Log1p(math.Exp(-u))
		return u*u/2 + e*(u+1) - math.Pi*math.Pi/6 + integral(-u)
	}
	return x*(u+1) - u - integral(u)
}

func (softplus) grad(x float64) float64 {
	if x < 0 {
		return math.NaN()
	}
	u := arcSoftplus(x)
	return u - 1/math.Expm1(x)
}

// link returns u with θ = u − e^−u, and e^−u, by Newton's method: on the concave function
// from the left, with e^−u = −θ + u where that is steep.
func (softplus) link(theta float64) (u, r float64) {
	if math.IsInf(theta, 0) || math.IsNaN(theta) {
		return theta, math.Exp(-theta)
	}
	u = theta
	if theta < 0 {
		u = -math.Log1p(-theta) // e^−u = 1 − θ ≥ u − θ
	} else if theta < 1 {
		u = 0.5 + theta/2
	}
	for range 60 {
		var step float64
		if u < -1 { // u = −ln(u − θ)
			r := u - theta
			step = (u + math.Log(r)) / (1 + 1/r)
		} else {
			e := math.Exp(-u)
			step = (u - e - theta) / (1 + e)
		}
		u -= step
		if math.Abs(step) <= 1e-9*(1+math.Abs(u)) { // the next step would be below 1e-17
			break
		}
	}
	if r = math.Exp(-u); u < -1 { // whereas u = -700 is known to 1e-13 only
		r = u - theta
	}
	return u, r
}

func (c softplus) conj(theta float64) float64 {
	u, r := c.link(theta)
	if u < 0 {
		x := math.Log1p(1 / r)
		return u - x - x*r + integral(u)
	}
	return integral(u) - math.Log1p(r) - plus(u)*r
}

func (c softplus) gradConj(theta float64) float64 {
	u, r := c.link(theta)
	if u < 0 {
		return math.Log1p(1 / r)
	}
	return plus(u)
}

func (c softplus) hessConj(theta float64) float64 {
	_, r := c.link(theta)
	return 1 / (1 + r) / (1 + r)
}

// bregman splits ∇²φ = 1 − n' + n with n = 1/(e^x − 1), whose potentials are
// x²/2, −ln(1−e^−x) and Li₂(e^−x).
func (softplus) bregman(x, z float64) float64 {
	switch {
	case x < 0 || z < 0:
		return math.Inf(1)
	case x == z:
		return 0
	case x == 0 || z == 0:
		return math.Inf(1)
	}
	d, n := x-z, 1/math.Expm1(z)
	if math.IsInf(n, 1) { // −ln x to rounding
		return isDifference(x, z, d)
	}
	if n == 0 && math.Abs(d) < z/4 {
		return d * d / 2
	}
	if math.Abs(d) < z/4 {
		v := -n * math.Expm1(-d)
		return d*d/2 + u1mlog(v) + n*expm1mx(-d) + d*d*occupation(z, d)
	}
	barrier := log1mexp(z) - log1mexp(x) + n*d
	entropy := dilogExp(x) - dilogExp(z) - log1mexp(z)*d
	return d*d/2 + barrier + entropy
}

func (c softplus) fenchel(x, theta float64) float64 {
	if math.IsInf(theta, 0) {
		return math.Inf(1)
	}
	return c.bregman(x, c.gradConj(theta))
}

// occupation returns ∫₀¹ (1−s) n(z+sd) ds for |d| < z/4, by Gauss's rule of
// eight nodes: the pole of n is at a distance of at least four intervals.
func occupation(z, d float64) float64 {
	var sum float64
	for i, t := range gaussNodes {
		lo, hi := (1-t)/2, (1+t)/2
		sum += gaussWeights[i] * (hi/math.Expm1(z+lo*d) + lo/math.Expm1(z+hi*d))
	}
	return sum / 2
}
