package certify

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// apart is how many times the tolerance a second minimiser has to lie away from
// x: what the tolerance lets pass by itself must not look like one.
const apart = 1000

// second holds the claim that x is not unique to its witness: a point x' that the
// same y proves optimal to the tolerance, with
//
//	Σ wᵢ|xᵢ−x'ᵢ| ≥ 1000·tol·Σ wᵢ|xᵢ|,
//
// which is decided without rounding. exact decides the rest likewise. Nothing is
// added for other claims: their minimisers are unique.
func (r *report) second(a linop.Operator, b []float64, c Certificate, w Witness, exact bool) {
	if c.Unique == nil || *c.Unique || !c.mayTie() {
		return
	}
	r.holds("not unique: a second minimiser is given", w.Other != nil)
	if w.Other == nil {
		return
	}
	r.distance(c, w)
	w.X = w.Other
	p, _ := multiply(a, b, w.X, w.Y) // that A is finite is known by now
	q := newProblem(a, b, c, w, p)
	var sub report
	if exact && !c.Claim.denoise() {
		e, _ := entriesOf(a)
		s := sumExactly(e, b, w.X, w.Y).withTail(e, w.Tail)
		q.products = s.products(b, w.X, w.Y)
		sub.exactL1(exactProblem{problem: q, exactSums: s, measured: q.measure()})
	} else {
		sub.proof(c, q.measure(), p.suffix)
	}
	for _, check := range sub.checks {
		r.add("second minimiser: "+check.Name, check.Value, check.Bound, check.Pass)
	}
}

// distance holds x' to its distance from x.
func (r *report) distance(c Certificate, w Witness) {
	var between, size long
	for j, x := range w.X {
		weight, other := w.weight(j), w.Other[j]
		between.add(weight, max(x, other))
		between.add(-weight, min(x, other))
		size.add(weight, math.Abs(x))
	}
	far, total := between.value(), size.value()
	least := dyadicOf(apart).times(dyadicOf(c.Tol)).times(total)
	shown := math.Inf(1) // of x = 0
	if total.sign() > 0 {
		shown = ratio(far, total)
	}
	r.add("second minimiser: distance from x (at least)", shown, apart*c.Tol, far.sign() > 0 && far.cmp(least) >= 0)
}

// mayTie reports whether the claim is about an objective that several points may
// minimise.
func (c Certificate) mayTie() bool { return c.Claim == L1 || c.Claim == L1Nonneg || c.Claim.denoise() }
