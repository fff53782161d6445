package certify

import "math"

// farkasBox measures the claim InfeasibleBox: no x of the box L ≤ x ≤ U has
// Ax = b, since bᵀy exceeds
//
//	max {yᵀAx : L ≤ x ≤ U} = Σ max(Lⱼzⱼ, Uⱼzⱼ),  z = Aᵀy.
//
// The excess, divided by ‖b‖‖y‖ (‖y‖ if b = 0), is at most the distance of b
// from the points that can be reached, relative to ‖b‖, and has to exceed tol.
func (q *problem) farkasBox() measured {
	var m measured
	lower, upper, ok := q.cert.box(q.Witness, len(q.dual))
	if !ok {
		m.extra = []Check{{Name: "the domain is a box", Value: 1}}
		return m
	}
	var most total
	var plain float64
	for j, z := range q.dual {
		z = z.shift(q.dexp)
		end := upper[j]
		if z.val < 0 {
			end = lower[j]
		}
		// A z of uncertain sign may belong to the other end.
		wide := math.Abs(lower[j]) + math.Abs(upper[j])
		most.add(estimate{z.val * end, raise(z.err*wide + unit*math.Abs(z.val*end))})
		plain += math.Ldexp(q.dualAbs[j], q.dexp) * wide
	}
	reach, abs, k := inner(q.b, q.Y)
	excess := reach.shift(k).minus(most.estimate())
	length := normOf(q.Y)
	size := estimate{1, 0}
	if s := normOf(q.b); s.val != 0 {
		size = s
	}
	if !excess.zero() {
		m.bound = excess.over(size).over(length)
	}
	plain += math.Ldexp(abs, k)
	m.boundSlack = agreement + float64(len(q.b)+len(q.dual)+8)*unit*plain/max(size.val*length.val, 0x1p-1000)
	m.extra = append(m.extra, Check{"separation of b from A·box (at least)", m.bound.down(), q.cert.Tol, m.bound.down() > q.cert.Tol})
	return m
}
