package certify

import "math"

// agreement is the relative difference that a claimed number may have from
// the recomputed one besides the rounding of plain summation.
const agreement = 1e-12

// l1 measures the claims L1 and L1Nonneg, and those of denoising.
func (q *problem) l1() measured {
	nonneg := q.cert.Claim.nonneg()
	m := measured{allowance: q.sigmaShare()}
	m.support = terms(q.X)
	m.residual, m.residualSlack = q.relativeResidual(m.support)
	if q.cert.Sigma != nil { // it is no rounding error then
		m.residualSlack -= (1e-6 - agreement) * m.residual.val
	}

	sizes := make([]float64, len(q.X))
	for i, v := range q.X {
		sizes[i] = math.Abs(v)
	}
	sum, _, k := inner(sizes, q.Weights)
	m.objective = sum.shift(k)
	m.objectiveSlack = (agreement + float64(m.support)*unit) * m.objective.abs()

	// stretch = max(1, maxⱼ |aⱼᵀy|/wⱼ): what y has to be divided by.
	stretch := estimate{1, 0}
	var plain float64 // rounding of a stretch computed plainly, over n·u
	for j, z := range q.dual {
		s := estimate{math.Abs(z.val), z.err}
		if nonneg {
			s.val = z.val
		}
		if t := q.ratio(s, j); t.up() > stretch.up() {
			stretch = t
		}
		plain = max(plain, q.ratio(estimate{q.dualAbs[j], 0}, j).val)
	}
	m.extra = append(m.extra, Check{"dual infeasibility", stretch.up() - 1, q.cert.Tol, stretch.up()-1 <= q.cert.Tol})
	if nonneg {
		m.extra = append(m.extra, coneCheck(q.X))
	}

	by, abs := q.attained()
	if q.cert.Sigma != nil {
		noise := q.noise(0)
		by, abs = by.minus(noise), abs+noise.val
	}
	m.bound = by.over(stretch)
	n := float64(len(q.b))
	m.boundSlack = (agreement+n*unit*plain)*m.bound.abs() + n*unit*abs
	if q.Tail != nil { // plain arithmetic has no such y
		m.boundSlack = agreement * m.bound.abs()
	}
	m.gap = relativeGap(m.objective.minus(m.bound), m.objective, m.bound)
	return m
}

// coneCheck holds x to x ≥ 0, without tolerance.
func coneCheck(x []float64) Check {
	var worst float64
	for _, v := range x {
		if v < 0 {
			worst = max(worst, -v)
		}
	}
	return Check{"negative part of x", worst, 0, worst == 0}
}

// ratio returns z·2^dexp/wⱼ.
func (q *problem) ratio(z estimate, j int) estimate {
	if q.Weights == nil {
		return z.shift(q.dexp)
	}
	frac, e := math.Frexp(q.Weights[j])
	return z.over(estimate{frac, 0}).shift(q.dexp - e)
}

// relativeResidual returns ‖Ax−b‖/‖b‖, ‖Ax‖ if b = 0, and what plain
// arithmetic with k terms a row may add to it.
func (q *problem) relativeResidual(k int) (r estimate, slack float64) {
	r = norm(len(q.residual), func(i int) estimate { return q.residual[i] })
	s := norm(len(q.absolute), func(i int) estimate { return estimate{q.absolute[i], 0} })
	size := normOf(q.b)
	if size.val == 0 {
		r, s = r.shift(q.rexp), s.shift(q.rexp)
	} else {
		b, e := size.fraction()
		r, s = r.over(b).shift(q.rexp-e), s.over(b).shift(q.rexp-e)
	}
	return r, 1e-6*r.val + float64(k+2)*unit*s.val
}

// relativeGap returns difference/max(|objective|, |bound|), 0 if both are 0.
func relativeGap(difference, objective, bound estimate) estimate {
	size := objective
	if math.Abs(bound.val) > math.Abs(objective.val) {
		size = bound
	}
	if size.zero() && difference.zero() {
		return estimate{}
	}
	size.val = math.Abs(size.val)
	return difference.over(size)
}
