package geometry

import "math"

// The scalar functions of the hyperbolic entropy, for β = e^lb. The names are
// x = β sinh θ and h(x) = √(x²+β²) = β cosh θ.

// Between these values of ln β, both β and products of β with numbers that a
// problem contains are normal numbers.
const (
	lowLogBeta  = -700
	highLogBeta = 690
)

// Above hugeLogBeta, |x/β| < e⁻⁵⁰ for every number x, and the geometry is
// Euclidean to rounding: D(x, z) = (x−z)²/2β = ½β(θ_x−θ_z)². Between
// highLogBeta and hugeLogBeta divergences are scaled:
// D_β(x, z) = c D_{β/c}(x/c, z/c).
const (
	hugeLogBeta  = 760
	scaleHuge    = 0x1p200
	logScaleHuge = 200 * math.Ln2
)

// quadratic returns ½ e^l u², where e^l and u² may be out of range.
func quadratic(u, l float64) float64 {
	return math.Exp(l+2*ln(math.Abs(u))) / 2
}

// arcsinh returns arcsinh(x/β).
func arcsinh(x, lb float64) float64 {
	if lb > lowLogBeta && lb < highLogBeta {
		if q := x / math.Exp(lb); !math.IsInf(q, 0) || math.IsInf(x, 0) {
			return math.Asinh(q)
		}
	}
	if x == 0 {
		return x
	}
	l := ln(math.Abs(x)) - lb // ln |x/β|
	if l > farTheta {         // arcsinh q = ln 2q + 1/4q² − …
		return math.Copysign(l+math.Ln2, x)
	}
	return math.Asinh(math.Copysign(math.Exp(l), x))
}

// roundoff returns the rounding error of a + lb: the exponential of the sum
// misses the factor e^roundoff, which for ln β = -700 is 500 units in the last
// place.
func roundoff(a, lb float64) float64 {
	s := a + lb
	t := s - a
	return (a - (s - t)) + (lb - t)
}

// halfExp returns ½ e^{a+lb} from e, the exponential of the rounded sum.
func halfExp(e, a, lb float64) float64 {
	if e == 0 || math.IsInf(e, 1) { // the rounding may be anything there
		return e
	}
	return e / 2 * (1 + roundoff(a, lb))
}

// hypot returns √(x²+β²).
func hypot(x, lb float64) float64 { return math.Hypot(x, math.Exp(lb)) }

// hypBregman returns D(x, z).
func hypBregman(x, z, lb float64) float64 {
	if lb > hugeLogBeta {
		return 4 * quadratic(x/2-z/2, -lb)
	}
	if lb >= highLogBeta {
		return scaleHuge * hypBregman(x/scaleHuge, z/scaleHuge, lb-logScaleHuge)
	}
	if x < 0 || (x == 0 && z > 0) { // D(−x, −z) = D(x, z)
		x, z = -x, -z
	}
	hx, hz := hypot(x, lb), hypot(z, lb)
	u := arcsinhDifference(x, z, hx, hz, lb)
	return divergence(x, hx, hz, u)
}

// hypFenchel returns D(x, β sinh θ).
func hypFenchel(x, theta, lb float64) float64 {
	if math.IsInf(theta, 0) {
		return math.Inf(1)
	}
	if lb >= highLogBeta && lb <= hugeLogBeta {
		return scaleHuge * hypFenchel(x/scaleHuge, theta, lb-logScaleHuge)
	}
	u := arcsinh(x, lb) - theta
	if lb > hugeLogBeta {
		return quadratic(u, lb)
	}
	a := math.Abs(theta)
	hz := halfExp(math.Exp(a+lb), a, lb) * (1 + math.Exp(-2*a))
	return divergence(x, hypot(x, lb), hz, u)
}

// divergence returns D = β (cosh θ_z − cosh θ_x + (θ_x − θ_z) sinh θ_x) from
// x, hx = β cosh θ_x, hz = β cosh θ_z and u = θ_x − θ_z. The second form,
// by the addition theorem of cosh, has no cancellation for small u.
func divergence(x, hx, hz, u float64) float64 {
	if math.Abs(u) > 1 {
		if math.IsInf(hz, 1) { // x u may be -Inf
			return hz
		}
		return hz - hx + x*u
	}
	s := math.Sinh(u / 2)
	return 2*(hx*s)*s - x*sinhmx(u) // cosh u − 1 = 2 sinh²(u/2); u² might underflow
}

// arcsinhDifference returns arcsinh(x/β) − arcsinh(z/β) for x ≥ 0, to full
// relative accuracy: by the half-angle formula tanh(u/2) = (x−z)/(hx+hz) where
// it is small, and by e^θ = (x + h)/β, which has no need of β if x and z have
// the same sign.
func arcsinhDifference(x, z, hx, hz, lb float64) float64 {
	if hx > math.MaxFloat64/4 || hz > math.MaxFloat64/4 {
		x, z, hx, hz = x/4, z/4, hx/4, hz/4
		lb -= 2 * math.Ln2
	}
	if r := (x - z) / (hx + hz); math.Abs(r) <= 0.5 {
		return 2 * math.Atanh(r)
	}
	if z > 0 {
		return logRatio(x+hx, z+hz)
	}
	return arcsinh(x, lb) - arcsinh(z, lb)
}
