package certify

import "math"

// farkas measures the claims Inconsistent and InfeasibleNonneg: with
// ρ = bᵀy/(‖b‖‖y‖) and v = maxⱼ |aⱼᵀy|/(‖aⱼ‖‖y‖) (positive parts for x ≥ 0) a
// solution x would have
//
//	ρ‖b‖‖y‖ = bᵀy = Σ xⱼ aⱼᵀy ≤ v‖y‖ Σ ‖aⱼ‖|xⱼ|,
//
// so Σ ‖aⱼ‖|xⱼ| ≥ (ρ/v)‖b‖. The claim stands if v ≤ ρ/farkasStrength, whatever
// the tolerance, and ρ > tol so that b itself is known well enough. Aᵀy = 0 also
// needs dependent rows: where it costs little, rows of A that are independent
// modulo a prime refute the claim. A, b and y come balanced (balance.go). With a σ
// it is bᵀy − σ‖y‖ that a solution has to reach, in the units of the problem.
//
// What is proven is therefore that no solution is smaller than that; the check
// shows the number.
func (q *problem) farkas() measured {
	var m measured
	size, eb := normOf(q.b).fraction()
	length, ey := normOf(q.Y).fraction()
	reach, _, k := inner(q.b, q.Y)
	if q.cert.Sigma != nil {
		reach = reach.minus(q.noise(k))
	}
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
	bound := m.bound.down() / farkasStrength
	m.extra = append(m.extra,
		Check{"separation of b (at least)", m.bound.down(), q.cert.Tol, m.bound.down() > q.cert.Tol},
		Check{"violation of the dual cone", m.residual.up(), bound, m.residual.up() <= bound})
	if q.cert.Claim == Inconsistent && q.independentRows() {
		m.extra = append(m.extra, Check{"rows of A that y combines are independent (exact, modulo 2⁶¹−1)", 1, 0, false})
	}
	return m
}

// farkasStrength is the least ratio of ‖b‖ to a solution, in the sense of
// Σ ‖aⱼ‖|xⱼ|, that counts as none.
const farkasStrength = 1e9

// rankWork bounds the multiplications spent on the rank of the rows.
const rankWork = 5e8

// independentRows reports whether the rows of A that y combines are seen to be
// independent, so that Aᵀy cannot be 0.
func (q *problem) independentRows() bool {
	var rows []int
	for i, v := range q.Y {
		if v != 0 {
			rows = append(rows, i)
		}
	}
	n, m, k := len(q.Y), len(q.dual), len(rows)
	if k > m || float64(k)*float64(k)*float64(m) > rankWork {
		return false
	}
	all := make([]int, m)
	for j := range all {
		all[j] = j
	}
	columns := q.columns(all)
	data := make([]float64, k*m)
	for r, i := range rows {
		for j := range m {
			data[r*m+j] = columns[j*n+i]
		}
	}
	return FullColumnRank(m, k, data)
}
