package limit

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/linop"

	"gonum.org/v1/gonum/blas/gonum"
)

// MinNorm minimises ‖x−x₀‖₂ subject to Ax = b: the limit of gradient descent,
// and of the gradient flow, on ½‖Ax−b‖² from x₀ (nil means 0).
//
// A is n×m of any shape and rank; b has length n, x₀ and x length m. Dually,
//
//	‖x−x₀‖ ≥ (b−Ax₀)ᵀy  for every y with ‖Aᵀy‖₂ ≤ 1,
//
// with equality at y = ν/‖Aᵀν‖ for x = x₀+Aᵀν. Result.Y is that y, so that
// ‖AᵀY‖ = 1 up to rounding, Result.Objective is ‖X−x₀‖₂ and Result.Bound is
// (b−Ax₀)ᵀY/‖AᵀY‖. The minimiser is always unique.
//
// If Ax = b has no solution the status is Infeasible and Y a vector with
// Aᵀy = 0 and bᵀy > 0; X is then a least squares solution in a norm of the
// solver's choice.
//
// Cost: LSQR, two products with A a step, where A is sparse, matrix-free or
// large and converges within the price of a factorization; else n²m + n³/3
// flops for the Cholesky factor of AAᵀ and two to four products; an orthogonal
// decomposition for dense matrices that are too ill-conditioned for both.
// Accuracy: residual and gap near rounding for condition numbers up to about
// 1e12; beyond that x and y come from a basis of the rows in twice the precision, up to
// about 1e20, where n²m is below 1e8 and A has its entries, and Y + YTail is that y.
//
// Sources: Paige and Saunders (1982); Björck (1996), chapters 1 and 2.
func MinNorm(ctx context.Context, a linop.Operator, b, x0 []float64, opt Options) (*Result, error) {
	p := Problem{A: a, B: b}
	if err := p.check(); err != nil {
		return nil, err
	}
	d, err := offset(a, b, x0)
	if err != nil {
		return nil, err
	}
	log := opt.takeLog()
	if err := log.check(map[string]int{"nu": len(b)}); err != nil {
		return nil, err
	}
	if opt.MaxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.MaxTime)
		defer cancel()
	}
	s := &minNorm{a: a, b: b, x0: x0, d: d, tol: opt.tol(), units: chooseUnits(Problem{A: a, B: d}), log: log}
	return log.end(s.conditioned(ctx, s.solve(ctx, opt))), nil
}

// offset returns b − Ax₀.
func offset(a linop.Operator, b, x0 []float64) ([]float64, error) {
	if x0 == nil {
		return b, nil
	}
	n, m := a.Dims()
	if len(x0) != m {
		return nil, fmt.Errorf("limit: x₀ has length %d, but A has %d columns", len(x0), m)
	}
	for j, v := range x0 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("limit: x₀[%d] is %v; every entry must be finite", j, v)
		}
	}
	d := make([]float64, n)
	subtractProduct(a, d, b, x0)
	for i, v := range d {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("limit: entry %d of A·x₀ is too large for float64; scale row %d of A and b down", i, i)
		}
	}
	return d, nil
}

// minNorm is one call of MinNorm: the displacement x−x₀ has least norm among
// the solutions of A(x−x₀) = d.
type minNorm struct {
	a     linop.Operator
	b, d  []float64
	x0    []float64
	tol   float64
	units units
	log   *logbook
}

func (s *minNorm) solve(ctx context.Context, opt Options) *Result {
	_, m := s.a.Dims()
	yes := true
	res := &Result{Unique: &yes, X: make([]float64, m), Y: make([]float64, len(s.b))}
	at, dt := s.units.normalise(s.a), s.units.normaliseRHS(s.d)
	if !finite(dt) {
		res.Status = NumericalTrouble
		res.Residual = math.Inf(1)
		res.Reason = Reason{Criterion: "scale", Value: math.Inf(1), Bound: math.MaxFloat64,
			Hint: "the solution is too large for float64: scale b down or A up"}
		return res
	}
	ls := leastSquares(ctx, at, dt, s.plan(opt))
	farkas := s.farkas(ctx, at, ls)
	res.Stats = Stats{Factorizations: ls.factorized, Steps: ls.steps, Route: ls.route}
	s.primal(res, ls)
	if farkas != nil {
		res.Status, res.AnySign, res.Y = Infeasible, true, farkas
		res.Stats.Passes += ls.passes
		res.Unique = nil
		res.Reason = Reason{Criterion: "residual", Value: res.Residual, Bound: s.tol,
			Hint: "b is not in the range of A: drop or correct the contradicting rows"}
		return res
	}
	s.certify(res, at, dt, ls)
	if len(ls.nu) > 0 {
		s.log.latest = s.at(func() []float64 { return ls.nu })
	}
	s.judge(ctx, res, ls)
	if res.Status != Certified {
		res.Unique = nil
	}
	if opt.Observe != nil {
		opt.Observe(Progress{Lane: ls.route, Step: ls.steps, Gap: res.Gap, Residual: res.Residual})
	}
	return res
}

// plan is what the least squares solver is told, in its units.
func (s *minNorm) plan(opt Options) leastSquaresOptions {
	o := leastSquaresOptions{tol: s.tol, steps: opt.MaxSteps, done: s.accepts}
	if v := s.log.take(stageLSQR, "nu"); v != nil {
		o.start = s.units.scaledNu(v["nu"])
	}
	o.save = func(nu func() []float64) { s.log.keep(s.at(nu)) }
	return o
}

// at is where another run can go on: its X is nearly x₀ + Aᵀν, but the directions
// of LSQR start anew.
func (s *minNorm) at(nu func() []float64) func() *Checkpoint {
	return func() *Checkpoint {
		return &Checkpoint{stageLSQR, map[string][]float64{"nu": s.units.nu(nu())}}
	}
}

// farkas returns a proof that Ax = b has no solution, in the units of the
// problem, or nil.
func (s *minNorm) farkas(ctx context.Context, at linop.Operator, ls *leastSquaresResult) []float64 {
	switch {
	case ls.err != nil || ls.exhausted:
		return nil
	case ls.farkas != nil && (s.x0 == nil || isFarkas(at, s.units.normaliseRHS(s.b), ls.farkas, s.tol)):
		return s.units.dual(ls.farkas)
	case s.accepts(ls.r) || s.x0 == nil && columnScaling(at) == nil:
		return nil
	}
	// With x₀ the question was about b − Ax₀; with columns of very different
	// size it was put badly.
	y, _, err := consistent(ctx, s.a, s.b, s.tol)
	ls.err = err
	return y
}

// accepts reports whether the residual r in normalised units is small enough
// in the units of the problem.
func (s *minNorm) accepts(r []float64) bool { return s.relative(r) <= s.tol }

// relative returns ‖Ax−b‖/‖b‖ for a residual in normalised units.
func (s *minNorm) relative(r []float64) float64 { return residualInUnits(s.units, r, s.b) }

// residualInUnits returns ‖Ax−b‖/‖b‖, or ‖Ax−b‖ if b = 0, in the units of the
// problem for a residual r in the normalised units u.
func residualInUnits(u units, r, b []float64) float64 {
	if u.rhs != nil {
		r = append([]float64(nil), r...)
		for i := range r {
			r[i] /= u.rhs[i]
		}
	}
	if norm := safeNorm(b); norm > 0 {
		return safeNorm(r) / norm
	}
	return safeNorm(r)
}

// primal fills in X, its distance from x₀ and its residual.
func (s *minNorm) primal(res *Result, ls *leastSquaresResult) {
	res.X = s.units.primal(ls.x)
	res.Objective = safeNorm(ls.x) * s.units.x
	res.Residual = s.relative(ls.r)
	if s.x0 != nil {
		for j, v := range s.x0 {
			res.X[j] += v
		}
		// Adding x₀ rounds: the residual that counts is that of the sum.
		z, r := append([]float64(nil), res.X...), make([]float64, len(s.b))
		scale(1/s.units.x, z)
		subtractProduct(s.units.normalise(s.a), r, s.units.normaliseRHS(s.b), z)
		res.Residual = s.relative(r)
	}
	res.Support = 0
	for _, v := range res.X {
		if v != 0 {
			res.Support++
		}
	}
}

// certify scales ν to be dual feasible and evaluates its bound. If that falls
// short, x and ν are improved. In an ill-conditioned problem the rounding
// errors of Ax and Aᵀν are amplified, so both are computed anew in twice the
// precision.
func (s *minNorm) certify(res *Result, at linop.Operator, dt []float64, ls *leastSquaresResult) {
	n, m := s.a.Dims()
	r, z := make([]float64, n), make([]float64, m)
	s.bound(res, at.ApplyT, dt, ls.nu, z)
	_, readable := s.a.(linop.Rower)
	careful := func(dst, y []float64) { applyTCompensated(at, dst, y) }
	for range refineRounds {
		if ls.step == nil || !readable || res.Gap <= s.tol/10 || res.Residual > s.tol {
			break
		}
		x, nu := append([]float64(nil), ls.x...), append([]float64(nil), ls.nu...)
		subtractCompensated(at, r, dt, x)
		ls.step(x, nu, r)
		careful(z, nu)
		for j, v := range x {
			z[j] = v - z[j]
		}
		ls.dualStep(nu, z)
		subtractCompensated(at, r, dt, x)
		trial, next := *res, *ls
		next.x, next.nu, next.r = x, nu, r
		s.primal(&trial, &next)
		s.bound(&trial, careful, dt, nu, z)
		if !(trial.Gap < refineGain*res.Gap) {
			break
		}
		copy(ls.x, x)
		copy(ls.nu, nu)
		*res = trial
		res.Stats.Passes += 3
	}
	res.Stats.Passes += ls.passes
}

// bound evaluates the dual vector ν by applyT and leaves Ãᵀν in z.
func (s *minNorm) bound(res *Result, applyT func(dst, y []float64), dt, nu, z []float64) {
	applyT(z, nu)
	res.Stats.Passes++
	length := safeNorm(z)
	if length == 0 {
		// Nothing to prove at x = x₀; otherwise 0 is the bound of y = 0.
		res.Gap = relativeGap(res.Objective, 0)
		return
	}
	y := make([]float64, len(nu))
	for i, v := range nu {
		y[i] = v / length
	}
	res.Bound = dotCompensated(dt, nu) / length * s.units.x
	res.Y = s.units.dual(y)
	res.Gap = relativeGap(res.Objective, res.Bound)
}

// judge turns the measured gap and residual into a status.
func (s *minNorm) judge(ctx context.Context, res *Result, ls *leastSquaresResult) {
	value, criterion := res.Gap, "gap"
	if res.Residual > s.tol {
		value, criterion = res.Residual, "residual"
	}
	res.Reason = Reason{Criterion: criterion, Value: value, Bound: s.tol}
	switch {
	case !finite(res.X):
		res.Status = NumericalTrouble
		res.Reason.Hint = "the solution is too large for float64: scale b down or A up"
	case value <= s.tol:
		res.Status = Certified
	case ls.err != nil:
		res.Status = interrupted(ctx)
		res.Reason.Hint = "allow more time"
	case ls.exhausted:
		res.Status = Budget
		res.Reason.Hint = "allow more steps"
	case criterion == "gap":
		res.Status = Approximate
		res.Reason.Hint = "A is nearly rank deficient: check its rows for near copies, or raise the tolerance"
	default:
		res.Status = NumericalTrouble
		res.Reason.Hint = "A is too ill-conditioned to tell whether Ax = b has a solution: check its rows for near copies"
	}
}

// safeNorm is the Euclidean norm without overflow or underflow of squares.
func safeNorm(x []float64) float64 {
	return gonum.Implementation{}.Dnrm2(len(x), x, 1)
}

func finite(x []float64) bool {
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
