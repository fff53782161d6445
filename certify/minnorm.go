package certify

import "math"

// minNorm measures the claim MinNorm: for every x with Ax = b,
// (b−Ax₀)ᵀy = (x−x₀)ᵀAᵀy ≤ ‖x−x₀‖‖Aᵀy‖.
func (q *problem) minNorm() measured {
	var m measured
	m.support = terms(q.X)
	m.residual, m.residualSlack = q.relativeResidual(m.support)
	m.objective = norm(len(q.X), func(j int) estimate {
		if q.Start == nil {
			return estimate{q.X[j], 0}
		}
		return estimate{q.X[j], 0}.minus(estimate{q.Start[j], 0})
	})
	m.objectiveSlack = (agreement + float64(len(q.X))*unit) * m.objective.abs()

	reach, plain := q.rightHandSide() // (b−Ax₀)ᵀy = bᵀy − x₀ᵀ(Aᵀy)
	if q.Start != nil {
		start, abs := q.startProduct()
		reach, plain = reach.minus(start), plain+abs
	}
	length := norm(len(q.dual), func(j int) estimate { return q.dual[j] })
	spread := norm(len(q.dual), func(j int) estimate { return estimate{q.dualAbs[j], 0} })
	if reach.zero() && length.zero() {
		m.gap = relativeGap(m.objective, m.objective, estimate{})
		return m
	}
	m.bound = reach.over(length).shift(-q.dexp)
	n := float64(len(q.b) + len(q.X))
	size := math.Ldexp(length.val, q.dexp)
	m.boundSlack = (agreement+n*unit*spread.val/length.val)*m.bound.abs() + n*unit*plain/size
	m.gap = relativeGap(m.objective.minus(m.bound), m.objective, m.bound)
	return m
}

// startProduct returns x₀ᵀ(Aᵀy) and Σ|x₀|ⱼ(|A|ᵀ|y|)ⱼ.
func (q *problem) startProduct() (sum estimate, abs float64) {
	e := exponent(largest(q.Start))
	var s acc
	var err float64
	for j, v := range scaled(q.Start, e) {
		s.add(v, q.dual[j].val)
		err += math.Abs(v) * q.dual[j].err
		abs += math.Abs(v) * q.dualAbs[j]
	}
	n := len(q.Start)
	sum = s.estimate(n)
	sum.err = raise(sum.err + err*(1+float64(n+2)*unit))
	return sum.shift(e + q.dexp), math.Ldexp(abs, e+q.dexp)
}
