package certify

import "math"

// second holds the claim that X is not unique to its witness, the factors of a
// second minimiser: the rows of L', then those of R' where it is not L'. The same
// y has to prove it optimal, and ‖X−X'‖_F ≥ 1000·tol·‖X‖_F, at least 10⁻⁵.
func (q *matrixProblem) second(r *report) {
	c := q.cert
	if c.Unique == nil || *c.Unique || c.Claim.farkas() {
		return
	}
	o := *q
	o.parts, o.test, o.low, o.digest, o.drawn = nil, nil, nil, nil, nil
	o.purpose += " second"
	o.w.X = nil
	lines := q.p + q.q
	if q.psd {
		lines = q.p
	}
	other := q.w.Other
	given := len(other) > 0 && len(other)%lines == 0 && largest(other) < matrixRange
	r.holds("not unique: a second minimiser is given", given)
	if !given {
		return
	}
	o.r = len(other) / lines
	o.l, o.rt = other[:q.p*o.r], other[q.p*o.r:]
	if q.psd {
		o.rt = o.l
	}
	far := q.product(q.l, q.rt, q.r, q.l, q.rt, q.r)
	size := far
	far = far.plus(q.product(o.l, o.rt, o.r, o.l, o.rt, o.r))
	far = far.minus(q.product(q.l, q.rt, q.r, o.l, o.rt, o.r).shift(1))
	least := max(apart*c.Tol, 1e-5)
	relative := far.over(size).down()
	r.add("second minimiser: squared distance from X (at least)", relative, least*least, relative >= least*least)
	o.multiply()
	var sub report
	sub.proof(c, o.measure(), "")
	for _, check := range sub.checks {
		r.add("second minimiser: "+check.Name, check.Value, check.Bound, check.Pass)
	}
}

// product returns ⟨LRᵀ, L'R'ᵀ⟩ = Σ (LᵀL')∘(RᵀR').
func (q *matrixProblem) product(l, rt []float64, r int, ol, ort []float64, s int) estimate {
	var sum estimate
	for a := range r {
		for b := range s {
			dot := func(u, v []float64, n int) estimate {
				var t acc
				for i := range n {
					t.add(u[i*r+a], v[i*s+b])
				}
				return t.estimate(n)
			}
			x, y := dot(l, ol, q.p), dot(rt, ort, q.q)
			v := x.val * y.val
			sum = sum.plus(estimate{v, raise(math.Abs(x.val)*y.err + x.err*math.Abs(y.val) + x.err*y.err + 2*unit*math.Abs(v))})
		}
	}
	return sum
}
