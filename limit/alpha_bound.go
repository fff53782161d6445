package limit

import "math"

// AprioriExcess bounds the relative excess S/Q − 1 of S = Σ wᵢ|xᵢ| at the limit
// x of the flow from scale α over the optimum Q, before anything about A is
// known: the separable divergence D(·, x₀) of x is at most that of an optimal
// x̂, which is largest at a vertex of {Σ wᵢ|x̂ᵢ| = Q}, while for given S it is
// least at gradients ∇D = κ·w:
//
//	min {D(x, x₀) : Σ wᵢ|xᵢ| = S}  ≤  maxᵢ D(Q/wᵢ·eᵢ, x₀),
//
// for w = 1 that is m·f(S/m) ≤ f(Q) + (m−1)·f(0), and S is the largest
// solution. m is the number of unknowns, logAlpha = ln α, w has length m or is
// nil for ones; x₀ = α^w with the entropy (nonneg), β = α^w with the
// hypentropy. The result is +Inf for Q ≤ 0 and falls with growing Q, so a
// lower bound on Q gives a valid bound.
//
// All in logarithms: α may have any exponent. Cost: about 100 sums over the
// weights, O(1) each for w = nil.
func AprioriExcess(m int, logAlpha, q float64, w []float64, nonneg bool) float64 {
	if !(q > 0) || math.IsInf(q, 1) {
		return math.Inf(1)
	}
	e := apriori{l: -logAlpha, q: q, w: w, m: m, nonneg: nonneg}
	e.vertex = math.Inf(-1)
	e.each(func(wi, _ float64) { e.vertex = math.Max(e.vertex, e.corner(wi)) })
	// The divergence left over grows with κ = L−μ, hence falls with μ; it is
	// not positive at κ = 0, where D vanishes.
	hi := e.l
	step := 1.0
	for e.excess(hi-step) <= 0 {
		hi -= step
		step *= 2
	}
	lo := hi - step
	for range 200 {
		mid := lo + (hi-lo)/2
		if mid <= lo || mid >= hi {
			break
		}
		if e.excess(mid) > 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	s, c := e.sums(lo)
	if e.l > 10 {
		// S − Q from the equation itself, which does not cancel.
		return math.Max(0, (lo*s+c+e.vertex)/(e.l*q))
	}
	return math.Max(0, s/q-1)
}

// EntropyExcess is the closed form of AprioriExcess for the entropy with w = 1,
// a little weaker: S ≤ Q/(1 − ln m/ln(Q/α)) for α < Q/m. It reports false for
// larger α, where it says nothing.
func EntropyExcess(m int, logAlpha, q float64) (float64, bool) {
	t := math.Log(q) - logAlpha
	lm := math.Log(float64(m))
	if !(q > 0) || !(t > lm) {
		return 0, false
	}
	return lm / (t - lm), true
}

// apriori holds the equation of AprioriExcess in the unknown μ = L−κ, with
// xᵢ = e^(−μwᵢ) (entropy) or ½(e^(−μwᵢ) − e^((μ−2L)wᵢ)):
//
//	L(S−Q) − μS − C − V = 0,   S = Σ wᵢxᵢ,
//
// C = Σxᵢ (entropy) or Σ(βᵢcosh(κwᵢ) − βᵢ), and V the largest corner.
type apriori struct {
	l, q, vertex float64
	w            []float64
	m            int
	nonneg       bool
}

// each visits the distinct weights with their multiplicity.
func (e *apriori) each(visit func(w, count float64)) {
	if e.w == nil {
		visit(1, float64(e.m))
		return
	}
	for _, w := range e.w {
		visit(w, 1)
	}
}

// corner is D(Q/w·eᵢ, x₀) − L·Q, up to terms that all corners share.
func (e *apriori) corner(w float64) float64 {
	z := e.q / w
	if e.nonneg {
		return z * (math.Log(z) - 1)
	}
	beta := math.Exp(-e.l * w)
	h := math.Hypot(z, beta)
	return z*math.Log(z+h) - (h - beta)
}

// sums returns S and C at μ.
func (e *apriori) sums(mu float64) (s, c float64) {
	e.each(func(w, count float64) {
		p := math.Exp(-mu * w)
		if e.nonneg {
			s += count * w * p
			c += count * p
			return
		}
		q := math.Exp((mu - 2*e.l) * w)
		s += count * w * (p - q) / 2
		c += count * ((p+q)/2 - math.Exp(-e.l*w))
	})
	return s, c
}

// excess is the left side of the equation.
func (e *apriori) excess(mu float64) float64 {
	s, c := e.sums(mu)
	if math.IsInf(s, 1) {
		return math.Inf(1)
	}
	return (e.l-mu)*s - e.l*e.q - c - e.vertex
}
