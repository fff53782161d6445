package certify

// interiorStrength is the least ratio of a forced coordinate's slack to what
// rounding leaves of the other conditions.
const interiorStrength = 1e12

// interior measures the claim InfeasibleInterior: Aᵀy ≤ 0 ≤ bᵀy and Aᵀy ≠ 0, so
// that 0 ≤ bᵀy = Σ xⱼ aⱼᵀy < 0 for every x > 0 with Ax = b. With
// cⱼ = aⱼᵀy/(‖aⱼ‖‖y‖), ζ = maxⱼ −cⱼ, v = maxⱼ cⱼ⁺ and δ = (−bᵀy)⁺/(‖b‖‖y‖) the
// coordinate i of ζ has, in every solution x ≥ 0,
//
//	ζ ‖aᵢ‖xᵢ ≤ δ‖b‖ + v Σ ‖aⱼ‖xⱼ ≤ (δ+v) Σ ‖aⱼ‖xⱼ,
//
// so it is 0 up to (δ+v)/ζ of the whole, which has to be at most
// 1/interiorStrength, and is 0 for an exact y. Bound is ζ and Residual δ+v.
func (q *problem) interior() measured {
	var m measured
	length, ey := normOf(q.Y).fraction()
	plain := float64(len(q.b)+2) * unit
	m.boundSlack, m.residualSlack = agreement+plain, agreement+plain
	if length.zero() {
		m.extra = append(m.extra, Check{Name: "y is not 0", Value: 1})
		return m
	}
	for j, norm := range q.norms() {
		z := q.dual[j]
		if norm.zero() || z.zero() {
			continue
		}
		v := z.over(norm).over(length).shift(q.dexp - q.nexp - ey)
		if v.up() > m.residual.up() {
			m.residual = v
		}
		if v.val = -v.val; v.down() > m.bound.down() {
			m.bound = v
		}
	}
	size, eb := normOf(q.b).fraction()
	if reach, _, k := inner(q.b, q.Y); !size.zero() && !reach.zero() {
		reach.val = -reach.val
		if deficit := reach.over(size).over(length).shift(k - eb - ey); deficit.up() > 0 {
			m.residual = m.residual.plus(deficit)
		}
	}
	bound := m.bound.down() / interiorStrength
	m.extra = append(m.extra,
		Check{"slack of a forced coordinate (at least)", m.bound.down(), 0, m.bound.down() > 0},
		Check{"violation of Aᵀy ≤ 0 ≤ bᵀy", m.residual.up(), bound, m.residual.up() <= bound})
	return m
}

// exactInterior decides InfeasibleInterior without rounding: (δ+v)/ζ by signs
// where it is 0, which an exact y reaches, and by interior otherwise.
func (r *report) exactInterior(x exactProblem) {
	exact, forced := dotExactly(x.b, x.Y).sign() >= 0, false
	for _, z := range x.exactSums.dual {
		exact = exact && z.sign() <= 0
		forced = forced || z.sign() < 0
	}
	if exact && forced {
		r.holds("Aᵀy ≤ 0 ≤ bᵀy and Aᵀy ≠ 0 (exact)", true)
		return
	}
	r.proof(x.cert, x.measured, "")
}
