package certify

import "math"

// farkas measures the claims Inconsistent and InfeasibleNonneg: with
// ρ = bᵀy/(‖b‖‖y‖) and v = maxⱼ |aⱼᵀy|/(‖aⱼ‖‖y‖) (positive parts for x ≥ 0) a
// solution x would have
//
//	ρ‖b‖‖y‖ = bᵀy = Σ xⱼ aⱼᵀy ≤ v‖y‖ Σ ‖aⱼ‖|xⱼ|,
//
// so Σ ‖aⱼ‖|xⱼ| ≥ (ρ/v)‖b‖. The claim stands if v ≤ tol·ρ, and ρ > tol so that
// b itself is known well enough. A, b and y come balanced (balance.go).
func (q *problem) farkas() measured {
	var m measured
	size, eb := normOf(q.b).fraction()
	length, ey := normOf(q.Y).fraction()
	reach, _, k := inner(q.b, q.Y)
	if !reach.zero() {
		m.bound = reach.over(size).over(length).shift(k - eb - ey)
	}
	plain := float64(len(q.b)+2) * unit
	m.boundSlack = agreement + plain

	for j, norm := range q.norms() {
		z := q.dual[j]
		z.val = math.Abs(z.val)
		if q.cert.Claim == InfeasibleNonneg {
			z.val = q.dual[j].val
		}
		if norm.zero() || z.zero() || z.up() <= 0 {
			continue
		}
		if v := z.over(norm).over(length).shift(q.dexp - q.nexp - ey); v.up() > m.residual.up() {
			m.residual = v
		}
	}
	m.residualSlack = agreement + plain
	bound := m.bound.down() * q.cert.Tol
	m.extra = append(m.extra,
		Check{"separation of b (at least)", m.bound.down(), q.cert.Tol, m.bound.down() > q.cert.Tol},
		Check{"violation of the dual cone", m.residual.up(), bound, m.residual.up() <= bound})
	return m
}
