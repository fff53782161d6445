// Package phase has the phase transition of sparse recovery by ℓ1 minimisation
// from Gaussian measurements: how many nonzero entries can be recovered.
//
// # Mathematics
//
// A is n×m with Gaussian entries, x has k nonzero entries, δ = n/m and ρ = k/n.
// As m grows, x is recovered from Ax with probability 1 if ρ < ρ(δ) and with
// probability 0 if ρ > ρ(δ), where
//
//	ρ(δ) = max over z ≥ 0 of (1 − (κ/δ) G(z)) / (1 + z² − κ G(z)),
//	G(z) = ∫ over u > z of (u − z)² φ(u) du = (1 + z²) Φ(−z) − z φ(z),
//
// φ and Φ are density and distribution function of the standard normal, κ = 2
// for entries of any sign and κ = 1 for x ≥ 0 (Donoho, Maleki and Montanari
// 2009, doi:10.1073/pnas.0909892106). The same curve in other coordinates is the
// statistical dimension of a descent cone (Amelunxen, Lotz, McCoy and Tropp
// 2014, doi:10.1093/imaiai/iau005),
//
//	δ = ψ(ε) = min over τ ≥ 0 of ε (1 + τ²) + (1 − ε) κ G(τ),   ε = k/m,
//
// from which the width follows: the transition takes place within O(√m) rows.
package phase

import "math"

// Sign says which unknowns are allowed.
type Sign uint8

const (
	Signed Sign = iota // entries of either sign: min ‖x‖₁
	Nonneg             // x ≥ 0: min Σ xᵢ
)

func (s Sign) kappa() float64 {
	if s == Nonneg {
		return 1
	}
	return 2
}

// seriesFrom is where the closed forms below have lost five digits, and the
// series have nine.
const seriesFrom = 25

// tail is G(z). For large z the closed form cancels, and the asymptotic series
// G(z) = φ(z) (2/z³ − 12/z⁵ + 90/z⁷ − 840/z⁹ + …) takes its place.
func tail(z float64) float64 {
	if z > seriesFrom {
		w := 1 / (z * z)
		return density(z) / (z * z * z) * (2 - w*(12-w*(90-w*(840-w*9450))))
	}
	return (1+z*z)*upper(z) - z*density(z)
}

// tailSlope is −G′(z)/2 = φ(z) − z Φ(−z).
func tailSlope(z float64) float64 {
	if z > seriesFrom {
		w := 1 / (z * z)
		return density(z) * w * (1 - w*(3-w*(15-w*105)))
	}
	return density(z) - z*upper(z)
}

func density(z float64) float64 { return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) }
func upper(z float64) float64   { return math.Erfc(z/math.Sqrt2) / 2 }

// Dimension is ψ(ε), the least share n/m of measurements that suffices for a
// share ε = k/m of nonzero entries, 0 ≤ ε ≤ 1. ψ increases from 0 to 1.
//
// The minimum is where ετ = (1−ε) κ (φ(τ) − τ Φ(−τ)), found by bisection: the
// left side increases in τ, the right side decreases.
func Dimension(epsilon float64, s Sign) float64 {
	switch {
	case !(epsilon >= 0 && epsilon <= 1):
		return math.NaN()
	case epsilon == 0 || epsilon == 1:
		return epsilon
	}
	tau := threshold(epsilon, s)
	return epsilon*(1+tau*tau) + (1-epsilon)*s.kappa()*tail(tau)
}

// threshold is the minimising τ of Dimension.
func threshold(epsilon float64, s Sign) float64 {
	lo, hi := 0.0, 40.0
	for hi-lo > 1e-15*(1+hi) {
		mid := (lo + hi) / 2
		if mid == lo || mid == hi {
			break
		}
		if epsilon*mid < (1-epsilon)*s.kappa()*tailSlope(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

// Rho is ρ(δ), the largest share k/n of nonzero entries that n = δm measurements
// recover, for 0 < δ < 1; it is 0 at δ = 0 and 1 at δ = 1.
//
// It is k/n where ψ(k/m) = δ, by bisection on k/m.
func Rho(delta float64, s Sign) float64 {
	switch {
	case !(delta >= 0 && delta <= 1):
		return math.NaN()
	case delta == 0 || delta == 1:
		return delta
	}
	lo, hi := 0.0, delta
	for range 200 {
		mid := (lo + hi) / 2
		if mid == lo || mid == hi {
			break
		}
		if Dimension(mid, s) < delta {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2 / delta
}
