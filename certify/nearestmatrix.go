package certify

import (
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

// nearestMahalanobis measures the claim Bregman for φ(x) = ½xᵀKx with a matrix
// K. With d = x−x₀, z = Aᵀy and h = Kd − z, which vanishes at the projection,
//
//	D(x, x₀) = ½dᵀKd,  zᵀK⁻¹z = dᵀz − dᵀh + hᵀK⁻¹h,
//	D(x, ∇φ*(θ)) = ½hᵀK⁻¹h ≤ ‖h‖²/(2λ),
//
// so that nothing has to be solved with K: a lower bound λ of its smallest
// eigenvalue is enough.
func (q *problem) nearestMahalanobis(phi geometry.Potential) measured {
	m := q.nearestStart(phi)
	n := len(q.X)
	d := make([]estimate, n)
	for j, v := range q.X {
		d[j] = estimate{v, 0}.minus(estimate{q.Start[j], 0})
	}
	z := func(j int) estimate { return q.dual[j].shift(q.dexp) }
	h := make([]estimate, n)
	var energy, dz, dh total
	for i := range n {
		var row total
		for j, e := range d {
			row.add(e.timesEstimate(estimate{q.Matrix[i*n+j], 0}))
		}
		kd := row.estimate()
		h[i] = kd.minus(z(i))
		energy.add(d[i].timesEstimate(kd))
		dz.add(d[i].timesEstimate(z(i)))
		dh.add(d[i].timesEstimate(h[i]))
	}
	m.objective = energy.estimate().times(0.5)
	m.objectiveSlack = (agreement + float64(4*n)*unit) * m.objective.abs()

	// ½hᵀK⁻¹h is anything from 0 to ‖h‖²/(2λ).
	length := norm(n, func(j int) estimate { return h[j] }).up()
	lambda := leastEigenvalue(n, q.Matrix)
	most := 0.0
	if length > 0 {
		most = raise(length / lambda * length / 2) // infinite for λ = 0
	}
	chart := between(0, most, unit)
	reach, plain := q.reachFromStart()
	m.bound = reach.minus(dz.estimate().minus(dh.estimate()).times(0.5)).minus(chart)
	m.boundSlack = agreement*(m.bound.abs()+reach.abs()) + float64(4*n+len(q.b))*unit*plain
	m.extra = append(m.extra, q.pinned(raise(math.Sqrt(float64(n))*length/lambda)))
	if !q.atStart() {
		m.gap = relativeGap(chart.plus(q.workOfResidual()), m.objective, m.bound)
	}
	return m
}

// leastEigenvalue returns a lower bound on the smallest eigenvalue of the
// symmetric n×n matrix k, 0 if none above 0 is proven: as at
// leastSingularValue, with the rounding of Cholesky's factorization alone.
func leastEigenvalue(n int, k []float64) float64 {
	l := make([]float64, len(k))
	if !shiftedCholesky(l, k, n, 0) {
		return 0
	}
	var trace float64
	for i := range n {
		trace += k[i*n+i]
	}
	least := inverseIteration(l, n)
	rounding := 1.1 * unit * float64(n+8) * trace
	for _, share := range []float64{0.5, 0.125, 0.01} {
		if tau := share * least; tau > 2*rounding && shiftedCholesky(l, k, n, tau) {
			return (tau - rounding) * (1 - 4*unit)
		}
	}
	return 0
}
