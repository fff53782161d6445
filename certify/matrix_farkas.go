package certify

// measureFarkas measures the claim InfeasiblePSD. Every X ⪰ 0 with ⟨A_k, X⟩ = b_k
// has bᵀy = ⟨Σ y_kA_k, X⟩ ≤ λ⁺ tr X, λ⁺ the largest eigenvalue or 0. With
// ρ = bᵀy/(‖b‖‖y‖), a = max ‖A_k‖_F and v = λ⁺/(a‖y‖) a solution would have
//
//	a·tr X ≥ (ρ/v)‖b‖,
//
// and the claim stands if ρ/v ≥ farkasStrength and ρ > tol, as for x ≥ 0.
func (q *matrixProblem) measureFarkas() measured {
	var m measured
	length, size := normOf(q.w.Y), normOf(q.b)
	reach, abs, k := inner(q.b, q.w.Y)
	m.bound = reach.shift(k).over(size).over(length)
	m.boundSlack = agreement + float64(len(q.b)+8)*unit
	_ = abs
	q.r, q.l, q.rt = 0, nil, nil
	if top := q.positivePart(); top > 0 {
		m.residual = estimate{top, 0}.over(estimate{max(q.norms, 0x1p-1000), 0}).over(length)
	}
	m.residualSlack = agreement + m.residual.val // which of its ladder succeeds, rounding decides
	limit := m.bound.down() / farkasStrength
	m.extra = append(m.extra,
		Check{"separation of b (at least)", m.bound.down(), q.cert.Tol, m.bound.down() > q.cert.Tol},
		Check{positiveEigenvalue, m.residual.up(), limit, m.residual.up() <= limit})
	return m
}

// positiveEigenvalue names the check of InfeasiblePSD that a weakly infeasible problem,
// whose constraints are met in the limit of growing traces, may fail.
const positiveEigenvalue = "positive eigenvalue of Σ y_kA_k"

// TraceFloor returns what is proven where a claim InfeasiblePSD fails this check alone:
// every X ⪰ 0 with the measurements has max‖A_k‖_F·tr X ≥ floor·‖b‖. It is false of
// another check.
func TraceFloor(failed Check) (floor float64, ok bool) {
	if failed.Name != positiveEigenvalue || !(failed.Value > 0) || !(failed.Bound > 0) {
		return 0, false
	}
	return farkasStrength * failed.Bound / failed.Value, true
}

// positivePart bounds the positive eigenvalues of M from above, by 0 if M is
// proven to have none.
func (q *matrixProblem) positivePart() float64 {
	size := q.m.norm()
	if size == 0 {
		return 0
	}
	t := q.tester()
	if t == nil {
		return 0
	}
	if zero := -2 * t.margin(0); t.below(zero) {
		return 0
	}
	for level := 1e-15 * size; level <= 4*size; level *= 10 {
		if t.below(level) {
			return level + t.margin(level)
		}
	}
	return 2 * size
}
