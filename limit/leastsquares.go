package limit

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// leastSquaresResult is a solution of min ‖b−Ax‖₂ of least norm, or, where
// that does not vanish, the proof of it.
type leastSquaresResult struct {
	x, nu, r   []float64 // r = b − Ax; x = Aᵀν up to rounding if r is small
	residual   float64   // ‖r‖/‖b‖
	farkas     []float64 // Aᵀy = 0, bᵀy > 0 by the rule of isFarkas; nil: none found
	steps      int
	passes     int
	factorized int
	route      string
	err        error // of the context
	exhausted  bool  // the steps allowed are used up

	// By the means that found x, nil if there are none: step adds to x and nu
	// the solution for the right-hand side r, dualStep adds to nu that of
	// Aᵀδ = e.
	step     func(x, nu, r []float64)
	dualStep func(nu, e []float64)
}

// leastSquaresOptions bound the work of leastSquares.
type leastSquaresOptions struct {
	tol   float64                // of the Farkas rule
	steps int                    // 0: no limit
	done  func(r []float64) bool // accepts a residual; nil: ‖r‖ ≤ tol‖b‖

	start []float64                 // ν of an earlier run; nil: 0
	save  func(nu func() []float64) // called after each step of plain LSQR; may be nil
}

// The residual that refinement aims at, and the least gain of a further round.
const (
	residualGoal  = 1e-13
	refineGain    = 0.3
	refineRounds  = 6
	directSteps   = 100 // of LSQR on M⁻¹A; a handful suffice unless A is nearly singular
	largestFactor = 8192
)

// leastSquares answers b by A: A of any shape and rank, with rows of norms
// about 1.
//
// Plain LSQR runs where its products are cheaper than a factorization, within
// the price of one; then LSQR behind the shifted Cholesky factor of AAᵀ (one
// or two steps if A is well conditioned); then a complete orthogonal
// decomposition for what is left.
func leastSquares(ctx context.Context, a linop.Operator, b []float64, opt leastSquaresOptions) *leastSquaresResult {
	n, m := a.Dims()
	s := &leastSquaresRun{ctx: ctx, a: a, b: b, bnorm: norm2(b), opt: opt,
		leastSquaresResult: leastSquaresResult{
			x: make([]float64, m), nu: make([]float64, n), r: append([]float64(nil), b...)}}
	s.residual = 1
	if s.bnorm == 0 {
		s.residual = 0
		return &s.leastSquaresResult
	}
	plan := planLeastSquares(a)
	if plan.iterations > 0 && s.iterate(nil, plan.iterations, plan.factor) {
		return &s.leastSquaresResult
	}
	if plan.factor && !s.stopped() {
		s.factorized++
		steps := directSteps
		f := newRowFactor(a)
		if f == nil {
			steps = plan.unlimited
		}
		if s.iterate(f, steps, false) {
			return &s.leastSquaresResult
		}
	}
	if orthogonalAffordable(n, m) && !s.stopped() {
		s.factorized++
		s.decompose()
	}
	return &s.leastSquaresResult
}

// leastSquaresPlan says how many steps of plain LSQR to run first, and whether
// AAᵀ can be formed and factorized.
type leastSquaresPlan struct {
	iterations int
	factor     bool
	unlimited  int // steps within which LSQR converges if it ever does
}

// worthIterating is the least number of steps within which plain LSQR can be
// expected to reach full accuracy at a condition number of 2 or 3.
const worthIterating = 40

// planLeastSquares compares a factorization (50 GFLOP/s) with the steps of
// LSQR (1 ns an entry, dense or sparse): only the ratio matters, and only
// roughly, since plain LSQR is abandoned when it converges too slowly.
func planLeastSquares(a linop.Operator) leastSquaresPlan {
	n, m := a.Dims()
	plan := leastSquaresPlan{unlimited: 20*min(n, m) + 1000}
	if _, ok := a.(linop.Grammer); !ok || n > largestFactor {
		plan.iterations = plan.unlimited
		return plan
	}
	plan.factor = true
	entries, sparse := storedEntries(a)
	gram := float64(n) * float64(n) * float64(m)
	step := 2 * entries
	if sparse {
		gram = 4 * entries * entries / float64(m)
	}
	cube := float64(n) * float64(n) * float64(n) / 3
	if steps := (gram + cube) / 50 / step; steps >= worthIterating {
		plan.iterations = min(int(steps), plan.unlimited)
	}
	return plan
}

// storedEntries returns the number of entries that a product with a reads and
// whether they are stored sparsely.
func storedEntries(a linop.Operator) (entries float64, sparse bool) {
	n, m := a.Dims()
	entries = float64(n) * float64(m)
	if s, ok := a.(interface{ NNZ() int }); ok && float64(s.NNZ()) < entries {
		return float64(s.NNZ()), true
	}
	return entries, false
}

// leastSquaresRun is the state of one call of leastSquares.
type leastSquaresRun struct {
	leastSquaresResult
	ctx   context.Context
	a     linop.Operator
	b     []float64
	bnorm float64
	opt   leastSquaresOptions
}

func (s *leastSquaresRun) stopped() bool { return s.err != nil || s.exhausted }

// iterate runs LSQR behind the factor f with restarts on the true residual,
// from zero. It reports whether the question is settled.
func (s *leastSquaresRun) iterate(f *rowFactor, steps int, giveUp bool) bool {
	s.route = "lsqr"
	// Directions of Aᵀ below this, relative to ‖Â‖, are the rounding errors of
	// the factor, not data.
	gradient := 1e-14
	if f != nil {
		s.route = "cholesky"
		gradient = 4 * math.Sqrt(float64(len(s.b))) * roundoff / math.Sqrt(f.shift)
	}
	x, nu := make([]float64, len(s.x)), make([]float64, len(s.nu))
	r := append([]float64(nil), s.b...)
	l := newLSQR(s.a, f)
	best := 1.0
	if f == nil {
		l.save = s.opt.save
		best = s.warm(x, nu, r)
	}
	s.dualStep = func(nu, e []float64) { s.dualLSQR(f, nu, e) }
	s.step = func(x, nu, r []float64) {
		k, _ := l.add(s.ctx, x, nu, r, lsqrLimits{residual: 1e-6, gradient: gradient, steps: directSteps})
		s.steps += k
		s.passes += 2*k + 1
	}
	for round := range refineRounds {
		lim := lsqrLimits{residual: residualGoal / best, gradient: gradient, steps: steps, giveUp: giveUp && round == 0}
		if s.opt.steps > 0 {
			lim.steps = min(lim.steps, s.opt.steps-s.steps)
		}
		k, stop := l.add(s.ctx, x, nu, r, lim)
		s.steps += k
		s.passes += 2*k + 2
		subtractProduct(s.a, r, s.b, x)
		rel := norm2(r) / s.bnorm
		if rel < s.residual {
			s.residual = rel
			copy(s.x, x)
			copy(s.nu, nu)
			copy(s.r, r)
		}
		if stop == lsqrCancelled {
			s.err = s.ctx.Err()
			return true
		}
		if s.opt.steps > 0 && s.steps >= s.opt.steps && stop == lsqrLimit {
			s.exhausted = true
			return s.done(r, rel)
		}
		if stop != lsqrConverged && giveUp {
			return s.done(s.r, s.residual)
		}
		if rel <= 10*residualGoal || rel > refineGain*best {
			break
		}
		best = rel
	}
	l.save = nil // what follows is not about b
	return s.done(s.r, s.residual) || s.inconsistent(r, func(y []float64) { s.nullPart(l, y, f) })
}

// warm sets x = Aᵀν and r = b − Ax for the ν of an earlier run, where that is
// nearer than 0, and returns ‖r‖/‖b‖.
func (s *leastSquaresRun) warm(x, nu, r []float64) float64 {
	if s.opt.start == nil {
		return 1
	}
	copy(nu, s.opt.start)
	s.a.ApplyT(x, nu)
	subtractProduct(s.a, r, s.b, x)
	s.passes += 2
	rel := norm2(r) / s.bnorm
	if !(rel < 1) {
		clear(x)
		clear(nu)
		copy(r, s.b)
		return 1
	}
	s.residual = rel
	copy(s.x, x)
	copy(s.nu, nu)
	copy(s.r, r)
	return rel
}

// dualLSQR adds to nu the solution of min ‖e − Aᵀδ‖ by LSQR on AᵀM⁻ᵀ.
func (s *leastSquaresRun) dualLSQR(f *rowFactor, nu, e []float64) {
	n, m := s.a.Dims()
	delta := make([]float64, n)
	k, _ := newLSQR(dualSide{s.a, f}, nil).add(s.ctx, delta, make([]float64, m), e,
		lsqrLimits{residual: roundoff, gradient: 1e-12, steps: directSteps})
	s.passes += 2*k + 1
	f.solveT(delta)
	blas.Axpy(1, delta, nu)
}

// dualSide is the operator AᵀM⁻ᵀ.
type dualSide struct {
	a linop.Operator
	f *rowFactor
}

func (d dualSide) Dims() (n, m int) { m, n = d.a.Dims(); return n, m }

func (d dualSide) Apply(dst, y []float64) {
	z := append([]float64(nil), y...)
	d.f.solveT(z)
	d.a.ApplyT(dst, z)
}

func (d dualSide) ApplyT(dst, x []float64) {
	d.a.Apply(dst, x)
	d.f.solve(dst)
}

// done reports whether the residual r, of relative size rel, answers b.
func (s *leastSquaresRun) done(r []float64, rel float64) bool {
	if s.opt.done != nil {
		return s.opt.done(r)
	}
	return rel <= s.opt.tol
}

// nullPart removes from y its part in range(A): by inverse iteration with the
// factor of AAᵀ + σI, else by LSQR on y itself.
func (s *leastSquaresRun) nullPart(l *lsqr, y []float64, f *rowFactor) {
	if f != nil {
		f.solve(y)
		f.solveT(y)
		return
	}
	x, nu := make([]float64, len(s.x)), make([]float64, len(s.nu))
	k, _ := l.add(s.ctx, x, nu, y, lsqrLimits{residual: 0, gradient: 1e-15, steps: 100})
	s.passes += 2*k + 2
	z := append([]float64(nil), y...)
	subtractProduct(s.a, y, z, x)
}

// inconsistent looks for a Farkas vector from the residual r of a least
// squares solution, which project improves.
func (s *leastSquaresRun) inconsistent(r []float64, project func(y []float64)) bool {
	y := append([]float64(nil), r...)
	for range 3 {
		if e := norm2(y); e > 0 {
			scale(1/e, y)
		}
		s.passes++
		if isFarkas(s.a, s.b, y, s.opt.tol) {
			s.farkas = y
			return true
		}
		project(y)
	}
	return false
}

// decompose tries the orthogonal decomposition at every plausible rank.
func (s *leastSquaresRun) decompose() {
	s.route = "orthogonal"
	o := newOrthogonal(s.a)
	s.dualStep, s.step = o.addDual, o.add
	for _, rank := range o.ranks() {
		if rank == 0 || s.ctx.Err() != nil {
			break
		}
		o.setRank(rank)
		x, nu := make([]float64, len(s.x)), make([]float64, len(s.nu))
		r := append([]float64(nil), s.b...)
		best := math.Inf(1)
		for range refineRounds {
			o.add(x, nu, r)
			s.passes++
			subtractProduct(s.a, r, s.b, x)
			rel := norm2(r) / s.bnorm
			if rel <= s.residual {
				s.residual = rel
				copy(s.x, x)
				copy(s.nu, nu)
				copy(s.r, r)
			}
			if !(rel <= refineGain*best) {
				break
			}
			best = rel
		}
		if s.done(s.r, s.residual) {
			return
		}
		if s.inconsistent(r, o.project) {
			return
		}
	}
}
