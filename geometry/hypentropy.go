package geometry

import (
	"math"

	"github.com/tacit-dev/tacit/internal/parallel"
)

// Hypentropy is the potential of unknowns of either sign (hyperbolic entropy;
// Ghai, Hazan and Singer 2020, "Exponentiated gradient meets gradient
// descent"), with β = e^LogBeta > 0,
//
//	φ(x) = Σ xᵢ arcsinh(xᵢ/β) − √(xᵢ² + β²),  ∇φ(x) = arcsinh(x/β),
//	φ*(θ) = Σ β cosh θᵢ,  x = β sinh θ,  ∇²φ*(θ) = diag(β cosh θ) = diag(√(x² + β²)),
//
// on all of Rᵐ. From x₀ = 0 it selects the solution of least ℓ1 norm as β → 0
// and of least ℓ2 norm as β → ∞.
//
// LogBeta has one element, for all coordinates, or one for each. β itself may
// be far out of the range of numbers: ln β = -1e6 is as good as any. Where β
// overflows, φ and φ* are infinite; all the rest stays finite.
type Hypentropy struct{ LogBeta []float64 }

var _ Separable = Hypentropy{}

// Name returns "hypentropy".
func (Hypentropy) Name() string { return "hypentropy" }

// logBeta returns ln β of coordinate i.
func (h Hypentropy) logBeta(i int) float64 {
	if len(h.LogBeta) == 1 {
		return h.LogBeta[0]
	}
	return h.LogBeta[i]
}

func (h Hypentropy) check(x, y []float64) {
	same(x, y)
	if len(h.LogBeta) != 1 {
		same(x, h.LogBeta)
	}
}

// Value returns Σ xᵢ arcsinh(xᵢ/β) − √(xᵢ² + β²).
func (h Hypentropy) Value(x []float64) float64 {
	h.check(x, x)
	var sum float64
	for i, v := range x {
		lb := h.logBeta(i)
		sum += v*arcsinh(v, lb) - math.Hypot(v, math.Exp(lb))
	}
	return sum
}

// Grad sets dst = arcsinh(x/β).
func (h Hypentropy) Grad(dst, x []float64) {
	h.check(dst, x)
	for i, v := range x {
		dst[i] = arcsinh(v, h.logBeta(i))
	}
}

// Conj returns Σ β cosh θᵢ.
func (h Hypentropy) Conj(theta []float64) float64 {
	d := make([]float64, len(theta))
	h.HessConjDiag(d, theta)
	var sum float64
	for _, v := range d {
		sum += v
	}
	return sum
}

// GradConj sets dst = β sinh θ, as ½ sgn(θ) e^{|θ|+ln β} (1 − e^{−2|θ|}).
func (h Hypentropy) GradConj(dst, theta []float64) {
	h.check(dst, theta)
	h.exponentials(len(dst), theta, func(lo int, grown, shrunk []float64) {
		for k, e := range grown {
			i := lo + k
			t := theta[i]
			a := math.Abs(t)
			v := halfExp(e, a, h.logBeta(i))
			if a < farTheta {
				f := 1 - shrunk[k]
				if a < nearTheta {
					f = -math.Expm1(-2 * a)
				}
				v *= f
				if math.IsInf(e, 1) && f > 0 { // β overflows, β sinh θ need not
					v = math.Exp(a+h.logBeta(i)+ln(f)) / 2
				} else if f == 0 {
					v = 0
				}
			}
			dst[i] = math.Copysign(v, t)
		}
	})
}

// HessConj sets dst = β cosh θ∘v.
func (h Hypentropy) HessConj(dst, theta, v []float64) { hessConj(h, dst, theta, v) }

// HessConjDiag sets dst = β cosh θ, as ½ e^{|θ|+ln β} (1 + e^{−2|θ|}).
func (h Hypentropy) HessConjDiag(dst, theta []float64) {
	h.check(dst, theta)
	h.exponentials(len(dst), theta, func(lo int, grown, shrunk []float64) {
		for k, e := range grown {
			i := lo + k
			a := math.Abs(theta[i])
			v := halfExp(e, a, h.logBeta(i))
			if a < farTheta {
				v *= 1 + shrunk[k]
			}
			dst[i] = v
		}
	})
}

const (
	// farTheta is where e^{−2|θ|} has fallen below the rounding of 1.
	farTheta = 20
	// nearTheta is where 1 − e^{−2|θ|} begins to lose digits.
	nearTheta = math.Ln2 / 2
)

// exponentials calls use for short blocks of coordinates, lo on, with e^{|θ|+ln β}
// and e^{−2|θ|}. The blocks may run at the same time.
func (h Hypentropy) exponentials(n int, theta []float64, use func(lo int, grown, shrunk []float64)) {
	parallel.For(n, eachGrain, func(from, to int) {
		block := min(256, to-from) // of a short vector no more room than it needs
		room := make([]float64, 2*block)
		for lo := from; lo < to; lo += block {
			t := theta[lo:min(lo+block, to)]
			g, s := room[:len(t)], room[block:block+len(t)]
			for k, v := range t {
				a := math.Abs(v)
				g[k], s[k] = a+h.logBeta(lo+k), -2*a
			}
			expTo(g, g)
			expTo(s, s)
			use(lo, g, s)
		}
	})
}

// Bregman returns Σ xᵢ (θ(xᵢ) − θ(zᵢ)) − √(xᵢ²+β²) + √(zᵢ²+β²), θ = arcsinh(·/β).
func (h Hypentropy) Bregman(x, z []float64) float64 {
	h.check(x, z)
	var sum float64
	for i, v := range x {
		sum += hypBregman(v, z[i], h.logBeta(i))
	}
	return sum
}

// Fenchel returns Σ β cosh θᵢ − √(xᵢ²+β²) + xᵢ (arcsinh(xᵢ/β) − θᵢ).
func (h Hypentropy) Fenchel(x, theta []float64) float64 {
	h.check(x, theta)
	var sum float64
	for i, v := range x {
		sum += hypFenchel(v, theta[i], h.logBeta(i))
	}
	return sum
}
