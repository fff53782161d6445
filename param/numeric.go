package param

import (
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

// Numeric is the potential that x = g(u) induces, φ″(x) = 1/g′(g⁻¹(x))², for a
// g of which no closed form is known: by quadrature over u,
//
//	θ = ∫ du/g′(u),  φ*(θ) = ∫ g(u)/g′(u) du,  D(x, z) = ∫ (x − g(u))/g′(u) du,
//
// the first two from a point of reference where φ, φ′ and φ* + … vanish, the
// last from z to x; and θ(u) is inverted by Newton's method. All integrals are
// to rounding for analytic g. A value costs some hundred calls of g′ per
// coordinate, some thousand near the ends of the domain: use it to find and
// check closed forms, and for small problems.
type Numeric struct {
	name         string
	link         Link
	lower, upper float64 // of u
	ref, refX    float64
}

var _ geometry.Separable = (*Numeric)(nil)

// NewNumeric returns the potential of an increasing link on lower < u < upper,
// with φ(x) = 0 and ∇φ(x) = 0 at x = g(ref).
func NewNumeric(name string, link Link, lower, upper, ref float64) *Numeric {
	if !(lower < ref && ref < upper) {
		panic("param: the point of reference is outside the domain of the link")
	}
	return &Numeric{name: name, link: link, lower: lower, upper: upper, ref: ref, refX: link.G(ref)}
}

// Name returns the name.
func (p *Numeric) Name() string { return p.name }

// Bounds returns g at the ends of the domain of u.
func (p *Numeric) Bounds(int) (lower, upper float64) {
	return p.link.G(p.lower), p.link.G(p.upper)
}

func (p *Numeric) inside(x float64) bool {
	lower, upper := p.Bounds(0)
	return lower < x && x < upper
}

// theta returns ∫ du/g′(u) from u to v.
func (p *Numeric) theta(u, v float64) float64 {
	return integrate(func(w float64) float64 { return 1 / p.link.Slope(w) }, u, v)
}

// arc returns u with θ(u) = t, NaN if there is none.
func (p *Numeric) arc(t float64) float64 {
	u, at := p.ref, 0.0
	lower, upper := p.lower, p.upper
	for range 400 {
		rest := t - at
		if rest > 0 {
			lower = u
		} else {
			upper = u
		}
		step := rest * p.link.Slope(u)
		next := u + step
		switch far := 4 * (1 + math.Abs(u)); {
		case rest == 0:
			return u
		case next >= upper && math.IsInf(upper, 1) || next > u+far:
			next = u + far
		case next <= lower && math.IsInf(lower, -1) || next < u-far:
			next = u - far
		}
		if next >= upper {
			next = u + (upper-u)/2
		} else if next <= lower {
			next = u + (lower-u)/2
		}
		move := p.theta(u, next)
		if math.IsNaN(move) {
			break
		}
		last := next == u+step && math.Abs(step) <= 1e-9*math.Abs(u)
		u, at = next, at+move
		if last || move == 0 {
			// One more step, from a θ(u) that has not come by far-off points.
			step = (t - p.theta(p.ref, u)) * p.link.Slope(u)
			if !(math.Abs(step) <= 1e-3*(1+math.Abs(u))) {
				break // θ(u) has come to its end before t
			}
			return u + step
		}
	}
	return math.NaN()
}

// curvature returns φ″(x).
func (p *Numeric) curvature(x float64) float64 {
	d := p.link.Slope(p.link.Inverse(x))
	return 1 / d / d
}

func (p *Numeric) bregman(x, z float64) float64 {
	if !p.inside(x) || !p.inside(z) {
		return math.Inf(1)
	}
	d := x - z
	if r := p.curvature(x) / p.curvature(z); r > 0.5 && r < 2 { // nothing may cancel
		return d * d * integrate(func(s float64) float64 { return (1 - s) * p.curvature(z+s*d) }, 0, 1)
	}
	return integrate(func(u float64) float64 { return (x - p.link.G(u)) / p.link.Slope(u) }, p.link.Inverse(z), p.link.Inverse(x))
}

// Value returns Σ D(xᵢ, g(ref)).
func (p *Numeric) Value(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += p.bregman(v, p.refX)
	}
	return sum
}

// Grad sets dst = ∇φ(x), NaN outside of the domain.
func (p *Numeric) Grad(dst, x []float64) {
	fit(1, dst, x)
	for i, v := range x {
		if !p.inside(v) {
			dst[i] = math.NaN()
			continue
		}
		dst[i] = p.theta(p.ref, p.link.Inverse(v))
	}
}

// Conj returns φ*(θ), which is 0 at θ = 0.
func (p *Numeric) Conj(theta []float64) float64 {
	var sum float64
	for _, t := range theta {
		sum += integrate(func(u float64) float64 { return p.link.G(u) / p.link.Slope(u) }, p.ref, p.arc(t))
	}
	return sum
}

// GradConj sets dst = ∇φ*(θ), NaN where θ is no gradient.
func (p *Numeric) GradConj(dst, theta []float64) {
	fit(1, dst, theta)
	for i, t := range theta {
		dst[i] = p.link.G(p.arc(t))
	}
}

// HessConj sets dst = ∇²φ*(θ) v.
func (p *Numeric) HessConj(dst, theta, v []float64) {
	fit(1, dst, theta)
	fit(1, dst, v)
	for i, t := range theta {
		d := p.link.Slope(p.arc(t))
		dst[i] = d * d * v[i]
	}
}

// HessConjDiag sets dst = g′(u)².
func (p *Numeric) HessConjDiag(dst, theta []float64) {
	fit(1, dst, theta)
	for i, t := range theta {
		d := p.link.Slope(p.arc(t))
		dst[i] = d * d
	}
}

// Bregman returns D_φ(x, z).
func (p *Numeric) Bregman(x, z []float64) float64 {
	fit(1, x, z)
	var sum float64
	for i, v := range x {
		sum += p.bregman(v, z[i])
	}
	return sum
}

// Fenchel returns D_φ(x, ∇φ*(θ)).
func (p *Numeric) Fenchel(x, theta []float64) float64 {
	fit(1, x, theta)
	var sum float64
	for i, v := range x {
		sum += p.bregman(v, p.link.G(p.arc(theta[i])))
	}
	return sum
}
