package limit

import (
	"context"
	"fmt"
	"math"
)

// Denoise solves basis pursuit denoising and proves the answer:
//
//	minimise Σ wᵢ|xᵢ|  subject to  ‖Ax − b‖₂ ≤ σ          (signed)
//	minimise Σ wᵢ xᵢ   subject to  ‖Ax − b‖₂ ≤ σ, x ≥ 0   (Nonneg)
//
// with the dual
//
//	maximise bᵀy − σ‖y‖₂  subject to  |Aᵀy| ≤ w, respectively Aᵀy ≤ w.
//
// A is n×m, b and y have length n, x and w length m, σ has the units of b and
// is not negative. In the result Y is dual feasible and Bound is
// bᵀY − σ‖Y‖₂; X is feasible to ‖AX − b‖₂ ≤ σ(1 + 10⁻¹²) plus the rounding of
// the product itself, 16u‖b‖. Infeasible means that no x of the kind comes
// within σ of b: then bᵀY − σ‖Y‖₂ > 0 with AᵀY = 0 (AnySign) or AᵀY ≤ 0, up to
// rounding. σ ≥ ‖b‖ is answered by x = 0, and σ = 0, or below the rounding of
// Ax − b, by L1.
//
// Where AAᵀ is a multiple of the identity (rows of an orthogonal transform; a
// probe finds out) the point comes from Douglas–Rachford splitting: two
// products an iteration, both bounds for nothing, and compressible data reach
// a gap of 10⁻³ in a few hundred products. Elsewhere a semismooth Newton
// augmented Lagrangian runs (Li, Sun and Toh 2018), which factorizes only the
// columns in use, or solves with them by conjugate gradients where A is known
// by its products. Both try to finish exactly once the support holds still.
func Denoise(ctx context.Context, p Problem, sigma float64, opt Options) (*Result, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if !(sigma >= 0) || math.IsInf(sigma, 1) {
		return nil, fmt.Errorf("limit: sigma is %v; the noise level must be a finite number, not negative", sigma)
	}
	if sigma == 0 || sigma <= productRounding*safeNorm(p.B) {
		return L1(ctx, p, opt)
	}
	if opt.MaxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.MaxTime)
		defer cancel()
	}
	log := opt.takeLog()
	n, m := p.A.Dims()
	if err := log.check(map[string]int{"y": n, "x": m, "z": m, "x0": m, "u0": m, "penalty": 2, "splitting": 3}); err != nil {
		return nil, err
	}
	d := newDenoising(ctx, p, sigma, opt)
	d.log = log
	d.run()
	return log.end(d.result()), nil
}

// run chains the lanes until one of them proves the answer or a halt.
func (d *denoising) run() {
	if d.bnorm-d.sigma <= noiseRounding*d.sigma+productRounding*d.bnorm {
		d.zero()
		return
	}
	lanes := []func(){d.augmentedLagrangian}
	if d.frame > 0 && d.log.stage() != stageMultiplier {
		lanes = []func(){d.splitting, d.augmentedLagrangian}
	}
	for _, lane := range append(lanes, d.distance) {
		if lane(); d.proven() || d.farkas != nil || d.halted() {
			return
		}
	}
	if d.bnorm-d.sigma <= 0.99*d.opt.tol()*d.bnorm { // all of x is below the tolerance of b
		d.zero()
	}
}

// zero answers by x = 0, with y = 0, where ‖b‖ is at most σ up to the tolerance.
func (d *denoising) zero() {
	d.enter("zero")
	d.primal = primalPoint{x: make([]float64, d.m), residual: 1}
	if d.bnorm == 0 {
		d.primal.residual = 0
	}
	d.dual.y, d.dual.bound = make([]float64, d.n), 0
	unique := true // Σ wᵢ|xᵢ| vanishes at 0 alone
	d.unique = &unique
}

// result converts the outcome to the units of the problem and says what was
// established.
func (d *denoising) result() *Result {
	r := &Result{Stats: d.stats, X: make([]float64, d.m), Gap: d.gap(), Residual: 1}
	if d.primal.x != nil {
		r.Residual = d.primal.residual
		for j, v := range d.primal.x {
			if v != 0 {
				r.Support++
			}
			r.X[j] = v * d.scales.x
		}
	}
	y := d.dual.y
	if d.farkas != nil {
		y = d.farkas.y
	}
	r.Y = make([]float64, d.n)
	for i, v := range y {
		r.Y[i] = v * d.scales.y
	}
	r.Objective = d.primal.objective * d.scales.objective
	r.Bound = d.dual.bound * d.scales.objective
	tol := d.opt.tol()
	switch {
	case d.farkas != nil:
		r.Status, r.AnySign = Infeasible, d.farkas.anySign
		r.Reason = Reason{"farkas", d.farkas.violation / d.farkas.rho, tol, "no x comes within sigma of b: raise sigma"}
		if !d.farkas.anySign {
			r.Reason.Hint = "no x ≥ 0 comes within sigma of b: raise sigma, or drop --nonneg"
		}
	case d.proven():
		r.Status, r.Unique = Certified, d.unique
		r.Reason = Reason{Criterion: "gap", Value: r.Gap, Bound: tol}
	case d.stopped:
		r.Status, r.Reason = d.stop()
	case d.primal.x == nil:
		r.Status = NumericalTrouble
		r.Reason = Reason{"residual", r.Residual, d.sigma / d.bnorm, "no point within sigma of b was found, nor a proof that there is none: raise sigma"}
	default:
		r.Status = Approximate
		r.Reason = Reason{"gap", r.Gap, tol, "the bound is proven: accept the answer with a larger --tol, or rescale the columns of A"}
	}
	return r
}
