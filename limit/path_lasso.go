package limit

import "math"

// Lasso returns the averaged path at τ = 1/λ,
//
//	x̄ = (1/τ) ∫₀^τ x,
//
// and how far it is at most from the minimum of the lasso
//
//	½‖Ax−b‖² + λ Σ wᵢ|xᵢ|   (over x ≥ 0 for a Nonneg problem).
//
// Since y(τ) = τ(b−Ax̄), the residual b−Ax̄ is feasible for the dual of the
// lasso, and the duality gap is exactly λ Σ (wᵢ|x̄ᵢ| − x̄ᵢaᵢᵀy), with w⁺ or w⁻ for
// wᵢ by the sign of x̄ᵢ: as long as no coordinate that was switched on has left
// its bound the gap is 0, and x̄ solves the lasso. (Berthier 2025.)
//
// Beyond the last event of a path that is not Complete, x̄ averages its last
// plateau; the gap holds all the same, since b−Ax̄ is scaled into the dual. λ
// must be positive and finite: otherwise x is nil and the gap is NaN. The cost
// is two products with A.
func (p *PathResult) Lasso(lambda float64) (x []float64, gap float64) {
	if !(lambda > 0) || math.IsInf(lambda, 1) {
		return nil, math.NaN()
	}
	a, b := p.problem.A, p.problem.B
	n, m := a.Dims()
	x = p.average(lambda, m)
	z, v := make([]float64, n), make([]float64, m)
	a.Apply(z, x)
	for i := range z {
		z[i] = b[i] - z[i]
	}
	a.ApplyT(v, z)
	// u = s(b−Ax̄) is feasible for the dual max bᵀu − ½‖u‖².
	worst := 1.0
	for j, vj := range v {
		worst = math.Max(worst, vj/(lambda*p.weight(j, 1)))
		if !p.problem.Nonneg {
			worst = math.Max(worst, -vj/(lambda*p.weight(j, -1)))
		}
	}
	s := 1 / worst
	for j, xj := range x {
		gap += math.Max(0, lambda*p.weight(j, xj)*math.Abs(xj)-s*xj*v[j])
	}
	short := (1 - s) * safeNorm(z)
	return x, gap + short*short/2
}

// average returns x̄ at τ = 1/λ.
func (p *PathResult) average(lambda float64, m int) []float64 {
	x := make([]float64, m)
	for k, e := range p.Events {
		start, end := lambda*e.Tau, 1.0 // in units of τ
		if k+1 < len(p.Events) {
			end = math.Min(1, lambda*p.Events[k+1].Tau)
		}
		if start < end {
			e.X.addTo(x, end-start)
		}
	}
	return x
}

// weight returns the price of an entry of the given sign.
func (p *PathResult) weight(j int, sign float64) float64 {
	switch {
	case sign < 0 && p.weightsNeg != nil:
		return p.weightsNeg[j]
	case p.problem.Weights != nil:
		return p.problem.Weights[j]
	}
	return 1
}
