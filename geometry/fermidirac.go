package geometry

import (
	"fmt"
	"math"
)

// FermiDirac is the potential of a box L < x < U, with w = U − L,
//
//	φ(x) = Σ (xᵢ−Lᵢ) ln((xᵢ−Lᵢ)/wᵢ) + (Uᵢ−xᵢ) ln((Uᵢ−xᵢ)/wᵢ),
//	∇φ(x) = ln((x−L)/(U−x)),  φ*(θ) = Σ Lᵢθᵢ + wᵢ ln(1+e^θᵢ),
//	x = L + w σ(θ) with σ(θ) = 1/(1+e^−θ),
//	D(x, z) = KL(x−L, z−L) + KL(U−x, U−z).
//
// φ is finite at the ends of the box. In survey calibration it is the bounded
// logit distance (Deville and Särndal 1992, case 6).
type FermiDirac struct{ each[fermi] }

var _ Separable = FermiDirac{}

// NewFermiDirac returns the potential of the box [L, U], with one bound for all
// coordinates or one for each. Without bounds the box is [0, 1].
func NewFermiDirac(lower, upper []float64) (FermiDirac, error) {
	if len(lower) == 0 && len(upper) == 0 {
		lower, upper = []float64{0}, []float64{1}
	}
	n := max(len(lower), len(upper))
	if (len(lower) != 1 && len(lower) != n) || (len(upper) != 1 && len(upper) != n) {
		return FermiDirac{}, fmt.Errorf("the box has %d lower and %d upper bounds; give one or one for each coordinate", len(lower), len(upper))
	}
	coords := make([]fermi, n)
	for i := range coords {
		l, u := lower[i%len(lower)], upper[i%len(upper)]
		w := u - l
		if !(w > 0) || math.IsInf(w, 0) {
			where := ""
			if n > 1 {
				where = fmt.Sprintf(" of coordinate %d", i)
			}
			return FermiDirac{}, fmt.Errorf("the box [%v, %v]%s is not one: fermi-dirac needs finite bounds L < U", l, u, where)
		}
		coords[i] = fermi{l, u, w}
	}
	return FermiDirac{each[fermi]{coords}}, nil
}

// Name returns "fermi-dirac".
func (FermiDirac) Name() string { return "fermi-dirac" }

// GradConj sets dst = L + w σ(θ).
func (f FermiDirac) GradConj(dst, theta []float64) {
	f.exps(dst, theta, func(c fermi, t, e float64) float64 {
		if t < 0 {
			return min(c.l+c.w*(e/(1+e)), c.u)
		}
		return max(c.u-c.w*(e/(1+e)), c.l)
	})
}

// HessConjDiag sets dst = w σ(θ) σ(−θ).
func (f FermiDirac) HessConjDiag(dst, theta []float64) {
	f.exps(dst, theta, func(c fermi, _, e float64) float64 { return c.w * (e / (1 + e)) / (1 + e) })
}

// HessConj sets dst = w σ(θ) σ(−θ) v.
func (f FermiDirac) HessConj(dst, theta, v []float64) { hessConj(f, dst, theta, v) }

// exps sets dst = fn(θ, e^−|θ|), with the exponentials of a vector at a time.
func (f FermiDirac) exps(dst, theta []float64, fn func(c fermi, t, e float64) float64) {
	f.check(dst, theta)
	w := room(dst, theta)
	for i, t := range theta {
		w[i] = -math.Abs(t)
	}
	expTo(w, w)
	for i, t := range theta {
		dst[i] = fn(f.at(i), t, w[i])
	}
}

// fermi is the box [l, u] of width w.
type fermi struct{ l, u, w float64 }

func (c fermi) bounds() (lower, upper float64)   { return c.l, c.u }
func (fermi) dualBounds() (lower, upper float64) { return math.Inf(-1), math.Inf(1) }

func (c fermi) value(x float64) float64 {
	a, b := x-c.l, c.u-x
	if a < 0 || b < 0 {
		return math.Inf(1)
	}
	return xlogx(a, c.w) + xlogx(b, c.w)
}

// xlogx returns a ln(a/w), 0 at a = 0.
func xlogx(a, w float64) float64 {
	if a == 0 {
		return 0
	}
	return a * logRatio(a, w)
}

func (c fermi) grad(x float64) float64 { return logOdds(x-c.l, c.u-x, (x-c.l)-(c.u-x)) }

// logOdds returns ln(a/b) from d = a − b.
func logOdds(a, b, d float64) float64 {
	switch {
	case a < 0 || b < 0:
		return math.NaN()
	case b > 0 && math.Abs(d) < b/2:
		return math.Log1p(d / b)
	case b == 0:
		return math.Inf(1)
	case a == 0:
		return math.Inf(-1)
	}
	return logRatio(a, b)
}

func (c fermi) conj(theta float64) float64 {
	// L θ + w ln(1+e^θ) = U θ + w ln(1+e^−θ)
	if theta < 0 {
		return c.l*theta + c.w*math.Log1p(math.Exp(theta))
	}
	return c.u*theta + c.w*math.Log1p(math.Exp(-theta))
}

func (c fermi) gradConj(theta float64) float64 {
	if theta < 0 {
		return min(c.l+c.w*sigma(theta), c.u)
	}
	return max(c.u-c.w*sigma(-theta), c.l)
}

func (c fermi) hessConj(theta float64) float64 { return c.w * sigma(theta) * sigma(-theta) }

// sigma returns σ(t) = 1/(1+e^−t).
func sigma(t float64) float64 {
	if t < 0 {
		e := math.Exp(t)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-t))
}

// logSigma returns ln σ(t).
func logSigma(t float64) float64 {
	if t < 0 {
		return t - math.Log1p(math.Exp(t))
	}
	return -math.Log1p(math.Exp(-t))
}

func (c fermi) bregman(x, z float64) float64 {
	d := x - z
	return klDifference(x-c.l, z-c.l, d) + klDifference(c.u-x, c.u-z, -d)
}

func (c fermi) fenchel(x, theta float64) float64 {
	a, b := x-c.l, c.u-x
	return c.w * (klFenchel(a/c.w, logSigma(theta)) + klFenchel(b/c.w, logSigma(-theta)))
}
