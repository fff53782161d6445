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
// Where the constraints force coordinates of x to the boundary of the domain ν
// diverges. If φ is finite there, X has them on the boundary exactly, and Y is a
// point far out that proves it; else the status is Infeasible, and Y the proof
// that they are forced (Boundary). If no x at all meets the constraints the status
// is Infeasible and Y a Farkas vector.
//
// Cost: a Newton step takes two products with A and the factorization of
// A D Aᵀ, or conjugate gradients where that cannot be formed.
func Projection(ctx context.Context, chart *dual.Chart, b []float64, opt Options) (*Result, error) {
	return projectOn(ctx, chart, b, nil, opt, true)
}

// projectOn is Projection, which may know the x₀ whose image θ₀ rounds, or nil, and
// may look for coordinates that are forced to the boundary.
func projectOn(ctx context.Context, chart *dual.Chart, b, x0 []float64, opt Options, boundary bool) (*Result, error) {
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
	if !geometry.InDualDomain(chart.Phi, chart.Theta0) {
		return nil, fmt.Errorf("limit: θ₀ has an entry that is not the gradient of %s at any point; x₀ must lie inside of its domain", chart.Phi.Name())
	}
	if opt.MaxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.MaxTime)
		defer cancel()
		opt.MaxTime = 0
	}
	log := opt.takeLog()
	n, m := chart.A.Dims()
	if err := log.check(map[string]int{"nu": n, "x": m, "way": wayLength}); err != nil {
		return nil, err
	}
	s := newProjection(ctx, chart, b, opt)
	s.log, s.at = log, func(way *path) *Checkpoint { return s.checkpoint(way, stageNewton) }
	outcome := s.run()
	if outcome == newtonStalled && !s.arrived() {
		res, err := s.proveInfeasible(p)
		if res != nil || err != nil {
			return res, err
		}
	}
	res := s.result(outcome)
	res = s.refineTwice(x0, res)
	if boundary && (res.Status != Certified || s.mayBeForced()) && outcome != newtonBudget && ctx.Err() == nil {
		if better, err := s.onBoundary(ctx); better != nil || err != nil {
			return log.end(better), err
		}
	}
	return log.end(res), nil
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
	s.dualNewton = newDualNewton(ctx, s.units.normalise(chart.A), s.units.normaliseRHS(b), conjugateOf(chart))
	s.settled = newtonArrived
	s.limit = opt.MaxSteps
	if opt.Observe != nil {
		s.observe = func(step int, residual float64) {
			opt.Observe(Progress{Lane: "newton", Step: step, Gap: math.Inf(1), Residual: residual})
		}
	}
	return s
}

// result measures the point that Newton's method ended at.
func (s *projection) result(outcome newtonOutcome) *Result {
	yes := true
	res := &Result{Unique: &yes}
	x, r := s.repair()
	x = flushed(x)
	theta := make([]float64, len(s.u))
	s.phi.(ofChart).theta(theta, s.u)
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
	if size := math.Max(math.Abs(res.Objective), math.Abs(res.Bound)); size > 0 && !s.atStart(x) {
		res.Gap = (divergence + math.Abs(slack)) / size
	}
	res.Stats = s.stats
	res.Stats.Route = "newton"
	s.opt.judgeNewton(s.ctx, res, outcome)
	switch res.Status {
	case Approximate:
		res.Reason.Hint = "rounding errors at this scale: accept the answer with a larger --tol, or bring x₀ and the rows of A to similar scales"
	case NumericalTrouble:
		res.Reason.Hint = "no point inside the domain that meets the constraints was found, nor a proof that there is none: they may force some xᵢ to the boundary; relax them, or start closer"
	}
	if j := s.lost(x, theta); j >= 0 {
		res.Status = NumericalTrouble
		res.Reason = Reason{Criterion: "gradient", Value: 0, Bound: math.SmallestNonzeroFloat64,
			Hint: fmt.Sprintf("the gradient of %s at x[%d] = %.3g is below the range of doubles, so that no dual vector can prove x: scale b and x₀ towards 1, or take another geometry", phi.Name(), j, x[j])}
	} else if res.Status != Certified && res.Residual <= 4*s.floor() {
		res.Reason.Hint = fmt.Sprintf("the answer is so large, ‖x‖ = %.2g, that its rounding to 53 bits alone moves Ax by this much: accept it with a larger --tol, or start closer", safeNorm(x))
	}
	return res
}

// lost returns a coordinate whose gradient |x|^{p−1} in the geometry lp:P has vanished by
// underflow, −1 where there is none.
func (s *projection) lost(x, theta []float64) int {
	if _, power := s.chart.Phi.(geometry.LP); !power {
		return -1
	}
	for j, t := range theta {
		if t == 0 && x[j] != 0 {
			return j
		}
	}
	return -1
}

// atStart reports whether x is x₀ up to the accuracy of a right-hand side in
// floating point: a gap relative to so small a divergence says nothing.
func (s *projection) atStart(x []float64) bool {
	x0 := make([]float64, len(x))
	s.chart.Phi.GradConj(x0, s.chart.Theta0)
	return near(x, x0)
}

// near reports whether x is x₀ to nearStart.
func near(x, x0 []float64) bool {
	var moved, size float64
	for j, v := range x {
		moved += math.Abs(v - x0[j])
		size += math.Abs(v)
	}
	return moved <= nearStart*size
}

// nearStart is the distance from x₀, relative to ‖x‖₁, at which x counts as x₀.
const nearStart = 0x1p-24

// repair returns x and its residual b − Ax, after steps x + D q towards Ax = b
// as long as they reduce the residual and stay inside the domain: D q is the
// first-order change of x along the Newton direction. What is left after
// Newton's method is rounding of θ, which x itself need not carry. The last
// factor of Newton's method serves unless it is from too far away.
func (s *projection) repair() (x, r []float64) {
	x, r = append([]float64(nil), s.x...), append([]float64(nil), s.r...)
	better, left := make([]float64, len(x)), make([]float64, len(r))
	s.phi.hess(s.d, s.u)
	lastFactor := s.gram != nil && s.stats.Factorizations > 0
	for range repairs {
		size := norm2(r)
		if size <= roundoff*s.scale || !finite(r) || s.ctx.Err() != nil {
			break
		}
		if lastFactor {
			s.backsolve(s.p, r)
		} else {
			s.solve(s.p, r)
		}
		s.a.ApplyT(s.q, s.p)
		s.stats.Passes++
		rest := math.Inf(1)
		if s.shifted(better, x, s.q) {
			subtractProduct(s.a, left, s.b, better)
			s.stats.Passes++
			rest = norm2(left)
		}
		if rest < size {
			x, better, r, left = better, x, left, r
		}
		if rest > size/2 {
			if !lastFactor || size <= newtonGoal*s.scale {
				break
			}
			lastFactor = false
		}
	}
	return x, r
}

// repairs bounds the steps of repair.
const repairs = 4

// shifted sets dst = x + D q, and reports whether that stays inside the domain,
// in logarithms because D|q| is then less than what is left to the boundary.
func (s *projection) shifted(dst, x, q []float64) bool {
	if s.phi.logarithmic() {
		for _, v := range q {
			if !(math.Abs(v) < 0.5) {
				return false
			}
		}
	}
	for j, v := range q {
		dst[j] = x[j] + s.d[j]*v
	}
	return s.phi.logarithmic() || geometry.CheckInterior(s.chart.Phi, "x", dst) == nil
}

// proveInfeasible looks for a proof that no x in the domain of φ meets the
// constraints; nil means that none was found.
func (s *projection) proveInfeasible(p Problem) (*Result, error) {
	lower, upper := domainOf(s.chart.Phi, len(s.x))
	p.Nonneg = lower == nil && s.onHalfLine()
	res, err := provenInfeasible(s.ctx, p, s.x, s.r, s.units, s.stats, s.opt)
	if res != nil || err != nil || lower == nil {
		return res, err
	}
	return s.outsideBox(p, lower, upper), nil
}

// onHalfLine reports whether the domain is x > 0.
func (s *projection) onHalfLine() bool {
	for j := range s.x {
		if lower, upper := geometry.Bounds(s.chart.Phi, j); lower != 0 || !math.IsInf(upper, 1) {
			return false
		}
	}
	return true
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
