package certify

import "math"

// The claims of denoising differ from those of Ax = b by
//
//	‖Ax−b‖₂ ≤ σ   and   Σ wᵢ|xᵢ| ≥ (bᵀy − σ‖y‖₂)/s,  s as without σ,
//
// since bᵀȳ = xᵀAᵀȳ + (b−Ax)ᵀȳ ≤ Σ wᵢ|xᵢ| + σ‖ȳ‖ for ȳ = y/s. A Farkas vector
// with bᵀy > σ‖y‖ denies that any x comes within σ of b.

// sigmaFault says what is wrong with σ, "" if nothing is.
func (c Certificate) sigmaFault() string {
	switch {
	case c.Sigma == nil && c.Claim.denoise():
		return "the claims of denoising need sigma"
	case c.Sigma == nil:
		return ""
	case !(*c.Sigma >= 0) || math.IsInf(*c.Sigma, 1):
		return "sigma must be a finite number, not negative"
	case !c.Claim.denoise() && c.Claim != Inconsistent && c.Claim != InfeasibleNonneg:
		return "sigma has no meaning for this claim"
	}
	return ""
}

// noise returns σ‖y‖₂·2⁻ᵏ.
func (q *problem) noise(k int) estimate {
	share, e := math.Frexp(*q.cert.Sigma)
	length, ey := normOf(q.Y).fraction()
	return length.times(share).shift(e + ey - k)
}

// sigmaShare returns σ/‖b‖ from below, σ if b = 0.
func (q *problem) sigmaShare() float64 {
	if q.cert.Sigma == nil {
		return 0
	}
	size := normOf(q.b)
	if size.val == 0 {
		return *q.cert.Sigma
	}
	return max(0, estimate{*q.cert.Sigma, 0}.over(size).down())
}

// residual holds the residual to tol, beyond σ where there is one.
func (r *report) residual(c Certificate, m measured, suffix string) {
	if !c.Claim.denoise() {
		r.atMost("residual"+suffix, m.residual.up(), c.Tol)
		return
	}
	r.atMost("residual beyond sigma"+suffix, raise(m.residual.up()-m.allowance), c.Tol)
}
