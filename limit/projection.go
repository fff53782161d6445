package limit

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
)

// Projection returns the Bregman projection of the start of a chart on the
// solutions of Ax = b, the limit of the mirror flow:
//
//	minimise D_φ(x, x₀)  subject to  Ax = b,   θ₀ = ∇φ(x₀).
//
// A is n×m of any shape and rank; b has length n. It is found by Newton's
// method on the convex dual function Ψ(ν) = φ*(θ₀+Aᵀν) − ⟨b,ν⟩ with an exact
// line search. Result.X is ∇φ*(θ₀+Aᵀν), corrected to first order for what is
// left of the residual; Result.Y is ν; Objective is D_φ(X, x₀) and
// Objective − Bound = D_φ(X, ∇φ*(θ₀+Aᵀν)) + ⟨ν, AX−b⟩ by the identity of
// Pythagoras, so that the gap is not a difference of large numbers. The
// minimiser is unique.
//
// Where the constraints force x to the boundary of the domain ν diverges: X is
// then the projection within the tolerance, and ν a point far out that proves
// it. If no x meets the constraints the status is Infeasible and Y a Farkas
// vector.
//
// Cost: a Newton step takes two products with A and the factorization of
// A D Aᵀ, or conjugate gradients where that cannot be formed.
func Projection(ctx context.Context, chart *dual.Chart, b []float64, opt Options) (*Result, error) {
	if chart == nil {
		return nil, fmt.Errorf("limit: the projection has no chart")
	}
	p := Problem{A: chart.A, B: b}
	if err := p.check(); err != nil {
		return nil, err
	}
	if _, m := chart.A.Dims(); len(chart.Theta0) != m {
		return nil, fmt.Errorf("limit: θ₀ has length %d, but A has %d columns", len(chart.Theta0), m)
	}
	if !finite(chart.Theta0) {
		return nil, fmt.Errorf("limit: θ₀ has an entry that is not finite; x₀ must lie inside of the domain of φ")
	}
	if opt.MaxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.MaxTime)
		defer cancel()
		opt.MaxTime = 0
	}
	s := newProjection(ctx, chart, b, opt)
	outcome := s.approach()
	if outcome == newtonStalled && s.residual > math.Max(newtonArrived, opt.tol()) {
		res, err := s.proveInfeasible(p)
		if res != nil || err != nil {
			return res, err
		}
	}
	return s.result(outcome), nil
}

// projection is one call of Projection. Rows of A of extreme norms are scaled,
// which changes ν but not x.
type projection struct {
	*dualNewton
	chart *dual.Chart
	rhs   []float64 // b in the units of the caller
	opt   Options
	units units
}

func newProjection(ctx context.Context, chart *dual.Chart, b []float64, opt Options) *projection {
	s := &projection{chart: chart, rhs: b, opt: opt}
	// With b = 0 only the rows are scaled.
	s.units = chooseUnits(Problem{A: chart.A, B: make([]float64, len(b))})
	phi := &chartConjugate{chart: chart, theta: make([]float64, len(chart.Theta0))}
	s.dualNewton = newDualNewton(ctx, s.units.normalise(chart.A), s.units.normaliseRHS(b), phi)
	s.limit = opt.MaxSteps
	if opt.Observe != nil {
		s.observe = func(step int, residual float64) {
			opt.Observe(Progress{Lane: "newton", Step: step, Gap: math.Inf(1), Residual: residual})
		}
	}
	return s
}

// chartConjugate is φ*(θ₀+u) of a chart.
type chartConjugate struct {
	chart *dual.Chart
	theta []float64
}

func (c *chartConjugate) at(u []float64) []float64 {
	for j, v := range u {
		c.theta[j] = c.chart.Theta0[j] + v
	}
	return c.theta
}

func (c *chartConjugate) grad(dst, u []float64) { c.chart.Phi.GradConj(dst, c.at(u)) }
func (c *chartConjugate) hess(dst, u []float64) { c.chart.Phi.HessConjDiag(dst, c.at(u)) }

// result measures the point that Newton's method ended at.
func (s *projection) result(outcome newtonOutcome) *Result {
	yes := true
	res := &Result{Unique: &yes}
	x, r := s.repair()
	x = flushed(x)
	theta := make([]float64, len(x))
	for j, v := range s.u {
		theta[j] = s.chart.Theta0[j] + v
	}
	res.X, res.Y = x, s.units.dual(s.nu)
	res.Residual = residualInUnits(s.units, r, s.rhs)
	for _, v := range x {
		if v != 0 {
			res.Support++
		}
	}
	phi := s.chart.Phi
	divergence, slack := phi.Fenchel(x, theta), dotCompensated(s.nu, r)
	res.Objective = phi.Fenchel(x, s.chart.Theta0)
	res.Bound = res.Objective - divergence + slack
	if size := math.Max(math.Abs(res.Objective), math.Abs(res.Bound)); size > 0 {
		res.Gap = (divergence + math.Abs(slack)) / size
	}
	res.Stats = s.stats
	res.Stats.Route = "newton"
	s.opt.judgeNewton(s.ctx, res, outcome)
	return res
}

// repair returns x and its residual b − Ax, after one step x + D q towards
// Ax = b if that reduces the residual: D q is the first-order change of x along
// the Newton direction, which for the entropy keeps x > 0 as long as |q| < 1.
func (s *projection) repair() (x, r []float64) {
	x, r = append([]float64(nil), s.x...), append([]float64(nil), s.r...)
	if s.residual == 0 || s.ctx.Err() != nil {
		return x, r
	}
	s.phi.hess(s.d, s.u)
	s.solve(s.p, r)
	s.a.ApplyT(s.q, s.p)
	better, left := make([]float64, len(x)), make([]float64, len(r))
	for j, q := range s.q {
		if !(math.Abs(q) < 0.5) {
			return x, r
		}
		better[j] = x[j] + s.d[j]*q
	}
	subtractProduct(s.a, left, s.b, better)
	s.stats.Passes += 2
	if norm2(left) < norm2(r) {
		return better, left
	}
	return x, r
}

// proveInfeasible looks for a proof that no x meets the constraints; nil
// means that none was found.
func (s *projection) proveInfeasible(p Problem) (*Result, error) {
	if _, ok := s.chart.Phi.(geometry.Entropy); ok {
		p.Nonneg = true
	}
	return provenInfeasible(s.ctx, p, s.x, s.r, s.units, s.stats, s.opt)
}

// provenInfeasible returns an Infeasible result for p if a Farkas vector can be
// found, with the point x of residual r reached so far.
func provenInfeasible(ctx context.Context, p Problem, x, r []float64, u units, stats Stats, opt Options) (*Result, error) {
	y, inconsistent, err := consistent(ctx, p.A, p.B, opt.tol())
	if ctx.Err() != nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if inconsistent {
		x = u.primal(x)
		if !finite(x) {
			clear(x) // Newton's method has overflowed
		}
		res := &Result{Status: Infeasible, X: x, Y: y, AnySign: true, Stats: stats,
			Residual: residualInUnits(u, r, p.B)}
		res.Stats.Route = "newton"
		res.Reason = Reason{Criterion: "residual", Value: res.Residual, Bound: opt.tol(),
			Hint: "b is not in the range of A: drop or correct the contradicting rows"}
		return res, nil
	}
	if !p.Nonneg {
		return nil, nil
	}
	opt.Observe = nil
	res, err := L1(ctx, p, opt)
	if err != nil || res.Status != Infeasible {
		return nil, err
	}
	return res, nil
}

// judgeNewton turns gap, residual and the outcome of Newton's method into a
// status.
func (o Options) judgeNewton(ctx context.Context, res *Result, outcome newtonOutcome) {
	tol := o.tol()
	value, criterion := res.Gap, "gap"
	if !(res.Residual <= tol) {
		value, criterion = res.Residual, "residual"
	}
	res.Reason = Reason{Criterion: criterion, Value: value, Bound: tol}
	switch {
	case value <= tol && finite(res.X):
		res.Status = Certified
	case outcome == newtonCancelled:
		res.Status = interrupted(ctx)
		res.Reason.Hint = "allow more time"
	case outcome == newtonBudget:
		res.Status = Budget
		res.Reason.Hint = "allow more steps"
	case res.Residual <= math.Sqrt(tol):
		res.Status = Approximate
		res.Reason.Hint = "the problem is ill-conditioned at this scale: raise the tolerance, or ask for the limit α → 0"
	default:
		res.Status = NumericalTrouble
		res.Reason.Hint = "Newton's method does not converge: ask for the limit α → 0 to see whether the constraints can be met"
	}
}
