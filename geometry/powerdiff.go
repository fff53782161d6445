package geometry

import (
	"fmt"
	"math"
)

// PowerDiff is the potential of the parameterization x = u^L − v^L, L ≥ 3
// (Woodworth et al. 2020). With a = L/(L−2), c = a − 1 = 2/(L−2) and a scale
// s > 0 of x,
//
//	x = s h(θ),  h(θ) = (1−θ)^(−a) − (1+θ)^(−a),
//	φ*(θ) = s Σ ((1−θᵢ)^(−c) + (1+θᵢ)^(−c) − 2)/c
//
// on all of Rᵐ, with φ* on −1 < θ < 1. From u = v = α the scale is s = α^L.
// From x₀ = 0 it selects the solution of least ℓ1 norm as s → 0.
//
// The points x = ±∞ are θ = ±1, at a finite distance: a number θ resolves x to
// a relative error of about 2⁻⁵³ a (|x|/s)^(1/a) only, and x > s 2^(53a) not at
// all. What needs more digits keeps the gaps 1−θ and 1+θ; see GradConjGap.
type PowerDiff struct{ each[powerDiff] }

var _ Separable = PowerDiff{}

// NewPowerDiff returns the potential of x = u^L − v^L with the scale
// s = e^logScale, one for all coordinates or one for each. L need not be an
// integer.
func NewPowerDiff(l float64, logScale ...float64) (PowerDiff, error) {
	if err := checkDepth("power-diff", "hypentropy", l); err != nil {
		return PowerDiff{}, err
	}
	if len(logScale) == 0 {
		logScale = []float64{0}
	}
	coords := make([]powerDiff, len(logScale))
	for i, ls := range logScale {
		if !(math.Abs(ls) <= maxLogScale) {
			return PowerDiff{}, fmt.Errorf("the scale e^%v is out of range: power-diff needs 1e-300 ≤ s ≤ 1e300", ls)
		}
		a := exponent{l, 0}.over(sumOf(l, -2))
		coords[i] = powerDiff{pa: exponent{-a.hi, -a.lo}, a: a.hi, c: 2 / (l - 2), s: math.Exp(ls)}
	}
	return PowerDiff{each[powerDiff]{coords}}, nil
}

const maxLogScale = 300 * math.Ln10

// Name returns "power-diff".
func (PowerDiff) Name() string { return "power-diff" }

// Gap sets lower = 1 + θ and upper = 1 − θ for θ = ∇φ(x), each to full
// relative accuracy.
func (p PowerDiff) Gap(lower, upper, x []float64) {
	p.check(lower, x)
	p.check(upper, x)
	for i, v := range x {
		_, lower[i], upper[i] = p.at(i).link(v)
	}
}

// GradConjGap sets dst = ∇φ*(θ) from the gaps lower = 1 + θ and upper = 1 − θ,
// of which one may be far below the rounding of the other. A method that moves
// θ adds to both gaps; errors in their sum are errors of the start, relative to
// its own size.
func (p PowerDiff) GradConjGap(dst, lower, upper []float64) {
	p.check(dst, lower)
	p.check(dst, upper)
	for i, lo := range lower {
		dst[i] = p.at(i).fromGaps(lo, upper[i])
	}
}

// HessConjDiagGap sets dst to the diagonal of ∇²φ*(θ) from the gaps.
func (p PowerDiff) HessConjDiagGap(dst, lower, upper []float64) {
	p.check(dst, lower)
	p.check(dst, upper)
	for i, lo := range lower {
		c := p.at(i)
		dst[i] = c.s * c.a * (math.Pow(upper[i], -c.a-1) + math.Pow(lo, -c.a-1))
	}
}

// powerDiff holds −a, a, c and s.
type powerDiff struct {
	pa      exponent
	a, c, s float64
}

func (powerDiff) bounds() (lower, upper float64)     { return math.Inf(-1), math.Inf(1) }
func (powerDiff) dualBounds() (lower, upper float64) { return -1, 1 }

// excess returns (1−θ)^(−a) − (1+θ)^(−a) for 0 ≤ θ < 1.
func (k powerDiff) excess(theta float64) float64 {
	return math.Expm1(-k.a*math.Log1p(-theta)) - math.Expm1(-k.a*math.Log1p(theta))
}

func (k powerDiff) fromGaps(lower, upper float64) float64 {
	d := (lower - upper) / 2
	if math.Abs(d) < 0.5 {
		return math.Copysign(k.s*k.excess(math.Abs(d)), d)
	}
	return k.s * (k.pa.pow(upper) - k.pa.pow(lower))
}

// link returns θ with s h(θ) = x and the gaps 1 + θ, 1 − θ.
func (k powerDiff) link(x float64) (theta, lower, upper float64) {
	q := math.Abs(x) / k.s
	switch {
	case math.IsNaN(q):
		return q, q, q
	case math.IsInf(x, 0):
		theta, upper = 1, 0
	case q <= 1:
		theta = k.linkSmall(q)
		upper = 1 - theta
	default:
		upper = k.linkLarge(math.Abs(x), q)
		theta = 1 - upper
	}
	if x < 0 {
		return -theta, upper, 1 + theta
	}
	return theta, 1 + theta, upper
}

// linkSmall solves h(θ) = q for 0 ≤ q ≤ 1: h is convex for θ ≥ 0, so Newton's
// method falls from q/h'(0) = q/2a ≤ ½ to the root.
func (k powerDiff) linkSmall(q float64) float64 {
	t := q / (2 * k.a)
	if t < 0x1p-30 { // h(θ) = 2aθ + O(θ³)
		return t
	}
	for range 30 {
		slope := k.a * (math.Pow(1-t, -k.a-1) + math.Pow(1+t, -k.a-1))
		step := (k.excess(t) - q) / slope
		t -= step
		if math.Abs(step) <= 1e-9*t { // the next step would be below 1e-17
			break
		}
	}
	return t
}

// linkLarge solves P^(−a) − (2−P)^(−a) = q for P = 1 − θ, by Newton's method for
// y = −ln P on a y = ln(q + (2−P)^(−a)), which is all but linear.
func (k powerDiff) linkLarge(x, q float64) float64 {
	if math.IsInf(q, 0) || q > 0x1p200 {
		return math.Exp(-(ln(x) - ln(k.s)) / k.a)
	}
	p := math.Pow(1+q, -1/k.a)
	for range 30 {
		w := math.Pow(2-p, -k.a)
		f := -k.a*math.Log(p) - math.Log(q+w)
		step := f / (k.a * (1 + p*w/(2-p)/(q+w))) // of y
		p *= math.Exp(step)
		if math.Abs(step) <= 1e-9 {
			break
		}
	}
	return p
}

// conjGaps returns (P^(−c) + Q^(−c) − 2)/c, as
// 2 (PQ)^(−c/2) cosh(c artanh θ) − 2 without its cancellation.
func (k powerDiff) conjGaps(theta, lower, upper float64) float64 {
	if math.Abs(theta) > 0.5 {
		return (math.Expm1(-k.c*math.Log(lower)) + math.Expm1(-k.c*math.Log(upper))) / k.c
	}
	w := k.c * math.Atanh(theta)
	s := math.Sinh(w / 2)
	return (2*math.Expm1(-k.c/2*math.Log1p(-theta*theta))*math.Cosh(w) + 4*s*s) / k.c
}

func (k powerDiff) value(x float64) float64 {
	if x == 0 {
		return 0
	}
	theta, lower, upper := k.link(x)
	return x*theta - k.s*k.conjGaps(theta, lower, upper)
}

func (k powerDiff) grad(x float64) float64 {
	theta, _, _ := k.link(x)
	return theta
}

func (k powerDiff) conj(theta float64) float64 {
	if math.Abs(theta) >= 1 {
		return math.Inf(1)
	}
	return k.s * k.conjGaps(theta, 1+theta, 1-theta)
}

func (k powerDiff) gradConj(theta float64) float64 {
	if math.Abs(theta) < 0.5 {
		return math.Copysign(k.s*k.excess(math.Abs(theta)), theta)
	}
	return k.fromGaps(1+theta, 1-theta)
}

func (k powerDiff) hessConj(theta float64) float64 {
	return k.s * k.a * (math.Pow(1-theta, -k.a-1) + math.Pow(1+theta, -k.a-1))
}

func (k powerDiff) bregman(x, z float64) float64 {
	if x == z {
		return 0
	}
	tx, lx, ux := k.link(x)
	tz, lz, uz := k.link(z)
	d := tz - tx // the gaps give it more exactly beyond ½
	if ux < 0.5 && uz < 0.5 {
		d = ux - uz
	} else if lx < 0.5 && lz < 0.5 {
		d = lz - lx
	}
	if math.Abs(d) < min(lx, ux)/4 {
		if exact := k.shift(lx, ux, d, (z-x)/k.s); !math.IsNaN(exact) {
			d = exact
		}
	}
	return k.s * k.gapDivergence(lx, lz, ux, uz, d)
}

// shift refines d = θ_z − θ_x, as a difference of the two accurate to rounding
// only, so that h(θ_x + d) − h(θ_x) = q.
func (k powerDiff) shift(lower, upper, d, q float64) float64 {
	pa, qa := math.Pow(upper, -k.a), math.Pow(lower, -k.a)
	for range 3 {
		f := pa*math.Expm1(-k.a*math.Log1p(-d/upper)) - qa*math.Expm1(-k.a*math.Log1p(d/lower)) - q
		d -= f / (k.a * (math.Pow(upper-d, -k.a-1) + math.Pow(lower+d, -k.a-1)))
	}
	return d
}

// gapDivergence returns D_φ(x, z)/s = D_φ*(θ_z, θ_x)/s, the sum of what the
// powers −c of the two gaps have, from d = θ_z − θ_x.
func (k powerDiff) gapDivergence(lx, lz, ux, uz, d float64) float64 {
	return k.a * (gapPower(-k.c, lz, lx, d) + gapPower(-k.c, uz, ux, -d))
}

// gapPower returns z^p K_p(x/z), p < 0, from d = x − z.
func gapPower(p, x, z, d float64) float64 {
	u, l := ratio(x, z, d)
	if z == 0 || x == 0 {
		return math.Inf(1)
	}
	return math.Pow(z, p) * powerDivergence(p, u, l)
}

func (k powerDiff) fenchel(x, theta float64) float64 {
	if !(math.Abs(theta) < 1) {
		return math.Inf(1)
	}
	tx, lx, ux := k.link(x)
	d := theta - tx
	if theta > 0.5 && ux < 0.5 {
		d = ux - (1 - theta)
	} else if theta < -0.5 && lx < 0.5 {
		d = (1 + theta) - lx
	}
	return k.s * k.gapDivergence(lx, 1+theta, ux, 1-theta, d)
}
