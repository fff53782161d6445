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
	rank       int       // −1: not established
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
			x: make([]float64, m), nu: make([]float64, n), r: append([]float64(nil), b...), rank: -1}}
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
	if s, ok := a.(interface{ NNZ() int }); ok {
		return float64(s.NNZ()), true
	}
	return float64(n) * float64(m), false
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
	s.dualStep = func(nu, e []float64) { s.dualLSQR(f, nu, e) }
	s.step = func(x, nu, r []float64) {
		k, _ := l.add(s.ctx, x, nu, r, lsqrLimits{residual: 1e-6, gradient: gradient, steps: directSteps})
		s.steps += k
		s.passes += 2*k + 1
	}
	best := 1.0
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
	return s.done(s.r, s.residual) || s.inconsistent(r, func(y []float64) { s.nullPart(l, y, f) })
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
				s.residual, s.rank = rel, rank
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
			s.rank = rank
			return
		}
	}
}

// isFarkas is the rule by which a vector y with Aᵀy ≈ 0 proves that Ax = b has
// no solution: with
//
//	ρ = bᵀy/(‖b‖‖y‖),   v = maxⱼ |aⱼᵀy|/(‖aⱼ‖‖y‖),
//
// ρ must exceed tol, and v must not exceed tol·ρ: any x with Ax = b would then
// need Σ ‖aⱼ‖|xⱼ| ≥ ‖b‖/tol. The rounding errors of y and of the products count
// against it.
func isFarkas(a linop.Operator, b, y []float64, tol float64) bool {
	_, m := a.Dims()
	bnorm, ynorm := safeNorm(b), safeNorm(y)
	if bnorm == 0 || ynorm == 0 || math.IsNaN(ynorm) || math.IsInf(ynorm, 0) {
		return false
	}
	z := make([]float64, len(y))
	for i, v := range y {
		z[i] = v / ynorm
	}
	rho := 0.0
	for i, v := range b {
		rho += v / bnorm * z[i]
	}
	if !(rho > tol) {
		return false
	}
	products, norms := make([]float64, m), make([]float64, m)
	a.ApplyT(products, z)
	linop.ColumnNorms(a, norms)
	within := func(rounding float64) bool {
		for j, c := range products {
			if !(math.Abs(c)+rounding*norms[j] <= tol*rho*norms[j]) {
				return false
			}
		}
		return true
	}
	if within(2 * roundoff) {
		return true
	}
	if _, ok := a.(linop.Rower); !ok || !within(-2*roundoff*math.Sqrt(float64(len(y)))) {
		return false
	}
	// Too close to call in plain arithmetic.
	applyTCompensated(a, products, z)
	return within(0)
}

// consistent decides whether Ax = b has a solution of any sign. If it has
// none, y is a Farkas vector in the units of A and b, by the rule of isFarkas
// with rows balanced where their norms are extreme. A false answer with a nil
// error means that a solution was found or that nothing could be proven.
func consistent(ctx context.Context, a linop.Operator, b []float64, tol float64) (y []float64, inconsistent bool, err error) {
	u := unitsOf(a, b)
	balanced, bt := u.normalise(a), u.normaliseRHS(b)
	// Columns do not change the range of A: scaled to norms about 1 they make
	// the rank visible.
	at := balanced
	if col := columnScaling(at); col != nil {
		at = linop.Scale(at, nil, col)
	}
	res := leastSquares(ctx, at, bt, leastSquaresOptions{tol: tol})
	if res.err != nil {
		return nil, false, res.err
	}
	if res.farkas == nil || !isFarkas(balanced, bt, res.farkas, tol) {
		return nil, false, nil
	}
	return u.dual(res.farkas), true, nil
}

// columnScaling returns powers of two that bring the nonzero columns of a to
// norms in [1,2), or nil if all have moderate norms.
func columnScaling(a linop.Operator) []float64 {
	_, m := a.Dims()
	norms := make([]float64, m)
	linop.ColumnNorms(a, norms)
	lo, hi := math.Inf(1), 0.0
	for _, v := range norms {
		if v > 0 {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	if hi == 0 || lo >= 1.0/1024 && hi <= 1024 {
		return nil
	}
	for j, v := range norms {
		norms[j] = 1
		if v > 0 {
			norms[j] = powerOfTwo(1 / v)
		}
	}
	return norms
}

// subtractCompensated sets r = b − A x as if computed in twice the precision.
func subtractCompensated(a linop.Operator, r, b, x []float64) {
	for i := range r {
		sum, low := b[i], 0.0
		linop.Row(a, i, func(j int, v float64) {
			p := -v * x[j]
			e := math.FMA(-v, x[j], -p)
			t := sum + p
			z := t - sum
			low += (sum - (t - z)) + (p - z) + e
			sum = t
		})
		r[i] = sum + low
	}
}

// applyTCompensated sets dst = Aᵀy as if computed in twice the precision.
func applyTCompensated(a linop.Operator, dst, y []float64) {
	low := make([]float64, len(dst))
	clear(dst)
	for i, yi := range y {
		linop.Row(a, i, func(j int, v float64) {
			p := v * yi
			e := math.FMA(v, yi, -p)
			t := dst[j] + p
			z := t - dst[j]
			low[j] += (dst[j] - (t - z)) + (p - z) + e
			dst[j] = t
		})
	}
	blas.Axpy(1, low, dst)
}

// dotCompensated returns Σ xᵢyᵢ as if computed in twice the precision (Ogita,
// Rump and Oishi 2005, Dot2).
func dotCompensated(x, y []float64) float64 {
	sum, low := 0.0, 0.0
	for i, v := range x {
		p := v * y[i]
		e := math.FMA(v, y[i], -p)
		t := sum + p
		z := t - sum
		low += (sum - (t - z)) + (p - z) + e
		sum = t
	}
	return sum + low
}
