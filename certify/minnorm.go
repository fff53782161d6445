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

	reach, plain := q.attained() // (b−Ax₀)ᵀy = bᵀy − x₀ᵀ(Aᵀy)
	if q.Start != nil {
		start, abs := q.startProduct()
		reach, plain = reach.minus(start), plain+abs
	}
	length := norm(len(q.dual), func(j int) estimate { return q.dual[j] })
	spread := norm(len(q.dual), func(j int) estimate { return estimate{q.dualAbs[j], 0} })
	if !length.zero() { // y = 0 proves ‖x−x₀‖ ≥ 0
		m.bound = reach.over(length).shift(-q.dexp)
		n := float64(len(q.b) + len(q.X))
		size := math.Ldexp(length.val, q.dexp)
		m.boundSlack = (agreement+n*unit*spread.val/length.val)*m.bound.abs() + n*unit*plain/size
		if q.Tail != nil { // plain arithmetic has no such y
			m.boundSlack = agreement * m.bound.abs()
		}
	}
	if m.objective.up() <= startRounding*normOf(q.X).val {
		return m
	}
	m.gap = relativeGap(m.objective.minus(m.bound), m.objective, m.bound)
	return m
}

// startRounding is the distance from x₀, relative to ‖x‖, below which x is x₀
// to rounding: no relative gap of so small a distance can be computed, and it
// counts as 0.
const startRounding = 16 * unit

// startProduct returns x₀ᵀ(Aᵀy) and Σ|x₀|ⱼ(|A|ᵀ|y|)ⱼ.
func (q *problem) startProduct() (sum estimate, abs float64) {
	sum, abs = q.products.along(q.Start)
	if q.low != nil {
		rest, _ := q.low.along(q.Start)
		sum = sum.plus(rest)
	}
	return sum, abs
}

// along returns vᵀ(Aᵀy) and Σ|v|ⱼ(|A|ᵀ|y|)ⱼ.
func (p *products) along(v []float64) (sum estimate, abs float64) {
	var s acc
	var err float64
	for j, v := range v {
		s.add(v, p.dual[j].val)
		err += math.Abs(v) * p.dual[j].err
		abs += math.Abs(v) * p.dualAbs[j]
	}
	n := len(p.dual)
	sum = s.estimate(n)
	sum.err = raise(sum.err + err*(1+float64(n+2)*unit))
	return sum.shift(p.dexp), math.Ldexp(abs, p.dexp)
}
