// Package certify checks answers without trusting the code that found them.
//
// # Mathematics
//
// A certificate is a claim about A and b, a primal vector x and a dual vector
// y. Weak duality turns y into a bound on the optimum that nobody has to
// believe in:
//
//	l1              Σ wᵢ|xᵢ| ≥ bᵀy / max(1, maxⱼ |aⱼᵀy|/wⱼ)     for Ax = b
//	l1-nonneg       Σ wᵢxᵢ   ≥ bᵀy / max(1, maxⱼ aⱼᵀy/wⱼ)       for Ax = b, x ≥ 0
//	min-norm        ‖x−x₀‖₂  ≥ (b−Ax₀)ᵀy / ‖Aᵀy‖₂               for Ax = b
//	l1-denoise      Σ wᵢ|xᵢ| ≥ (bᵀy − σ‖y‖₂) / max(1, …)        for ‖Ax−b‖₂ ≤ σ
//	bregman         D(x, x₀) ≥ bᵀy − φ*(θ₀+Aᵀy) + φ*(θ₀)        for Ax = b
//	margin          ‖w‖ ≥ Σpᵢ/‖Σpᵢzᵢ‖*                          for zᵢᵀw ≥ 1
//	not-separable      Σpᵢzᵢ = 0: no w with zᵢᵀw > 0
//	inconsistent       Aᵀy = 0, bᵀy > 0: no x at all
//	infeasible-nonneg  Aᵀy ≤ 0, bᵀy > 0: no x ≥ 0
//	infeasible-box     bᵀy > max yᵀAx over a box: no x in it
//	infeasible-interior  Aᵀy ≤ 0 ≤ bᵀy, Aᵀy ≠ 0: no x > 0
//
// If the objective at x meets the bound, x is optimal.
//
// # Numerical method
//
// Verify recomputes every number with compensated products (Ogita, Rump and
// Oishi 2005) and carries a bound on its own rounding error, so the value of a
// check is an upper bound of the quantity that it names. VerifyExact does the
// sums without any rounding. The loops are plain on purpose: this package
// imports the matrices and nothing of the solvers. For divergences from a start
// x₀ it takes the formulas of package geometry and allows for their errors.
//
// docs/certificates.md states the file format, the proofs and the error
// analysis.
//
// # Limits
//
// A right-hand side in floating point is almost never met exactly: x is held
// to ‖Ax−b‖ ≤ tol·‖b‖, and an answer is optimal for the right-hand side Ax.
package certify
