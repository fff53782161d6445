package certify

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// Unique reports whether x and y prove that x is the only minimiser of
// Σ wᵢ|xᵢ| (with x ≥ 0 if nonneg) for the right-hand side Ax. Weights may be
// nil for ones. False means not proven. It is Verify for a pair that no
// certificate holds yet: whether a planted x is what every solver has to find.
//
// With S the support of x, the proof needs A_S of full column rank and a ỹ
// with A_Sᵀỹ = w_S∘sgn(x_S) and |aⱼᵀỹ| < wⱼ off S. The given y meets the
// equations up to δ = A_Sᵀy − w_S∘sgn(x_S) only, so take
// ỹ = y − A_S(A_SᵀA_S)⁻¹δ: off S it moves aⱼᵀy by at most ‖aⱼ‖‖δ‖/σ, where
// σ ≤ σ_min(A_S) is computed with its rounding error, and the slack off S must
// exceed that. Where no σ > 0 can be shown, δ has to be 0 and the rank is
// proven by FullColumnRank.
//
// Cost: two passes over A and about |S|²n flops.
func Unique(a linop.Operator, x, y, weights []float64, nonneg bool) bool {
	n, m := a.Dims()
	if len(x) != m || len(y) != n || (weights != nil && len(weights) != m) {
		panic("certify: vector length does not match the operator")
	}
	if !allFinite(x) || !allFinite(y) {
		return false
	}
	p, ok := multiply(a, make([]float64, n), nil, y)
	if !ok {
		return false
	}
	q := problem{cert: Certificate{Claim: L1}, Witness: Witness{X: x, Y: y, Weights: weights}, products: p}
	if nonneg {
		q.cert.Claim = L1Nonneg
	}
	_, _, proven := q.unique()
	return proven
}

// unique proves uniqueness, see Unique. The value, at most the bound where
// proven, is the largest perturbation of a dual slack over that slack. The
// other optimality claims minimise strictly convex functions.
func (q *problem) unique() (value, bound float64, proven bool) {
	if q.cert.Claim == MinNorm || q.cert.Claim == Bregman || q.cert.Claim.spectral() {
		return 0, 1, true
	}
	var on []int
	slack := make([]float64, len(q.X)) // lower bounds, NaN on the support
	for j, x := range q.X {
		z := q.dual[j].shift(q.dexp)
		w := estimate{q.weight(j), 0}
		switch {
		case x != 0:
			on = append(on, j)
			slack[j] = math.NaN()
		case q.cert.Claim.nonneg():
			slack[j] = w.minus(z).down()
		default:
			slack[j] = w.minus(estimate{math.Abs(z.val), z.err}).down()
		}
	}
	if len(on) > len(q.Y) {
		return math.Inf(1), 1, false
	}
	move, full := q.correction(on)
	if !full {
		return math.Inf(1), 1, false
	}
	worst, norms := 0.0, q.norms()
	for j, s := range slack {
		if math.IsNaN(s) {
			continue
		}
		shift := raise(norms[j].up() * move)
		if !(s > shift) {
			return math.Inf(1), 1, false
		}
		worst = max(worst, raise(shift/s))
	}
	return worst, 1, worst < 1
}

// correction bounds ‖ỹ−y‖·2^nexp (the norms that it will be multiplied by are
// divided by 2^nexp), and reports whether A_S is proven to have
// full column rank. Each column is divided by a power of two near its norm,
// which changes neither A_S(A_SᵀA_S)⁻¹δ nor the rank and keeps σ_min from
// suffering under badly scaled columns.
func (q *problem) correction(on []int) (move float64, full bool) {
	n, k := len(q.Y), len(on)
	columns := q.columns(on)
	even := make([]float64, 0, len(columns))
	delta := make([]estimate, k)
	uncertain := make([]float64, k) // error of the columns divided
	exact := q.operator == 0
	for p, j := range on {
		col := columns[p*n : (p+1)*n]
		size := normOf(col)
		if size.val == 0 {
			return 0, false
		}
		e := math.Ilogb(size.up()) + 1 // ‖col‖ < 2ᵉ
		for _, v := range col {
			even = append(even, math.Ldexp(v, -e))
		}
		uncertain[p] = math.Ldexp(q.operator, -e)
		target := dyadicOf(math.Copysign(q.weight(j), q.X[j])).shifted(-q.nexp)
		deviation := q.alongExactly(col).minus(target)
		exact = exact && deviation.sign() == 0
		delta[p] = deviation.estimate(e - q.nexp)
		delta[p].err += math.Ldexp(uncertain[p]*normOf(q.Y).up(), q.nexp)
	}
	sigma := leastSingularValue(n, k, even) - normOf(uncertain).up()
	if sigma > 0 {
		d := norm(k, func(p int) estimate { return delta[p] })
		return raise(d.up() / sigma), true
	}
	return 0, exact && FullColumnRank(n, k, columns)
}
