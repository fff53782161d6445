package limit

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// AlphaResult is the limit of the flow at a scale α > 0, and what it says
// about the ℓ1 optimum Q = min Σ wᵢ|xᵢ| that is reached as α → 0.
//
// In the Result, Objective is the divergence D_φ(X, x₀), Y is the state ν with
// X = ∇φ*(θ₀+Aᵀν), and Bound is the value of the dual of the Bregman
// projection at ν, bᵀν − φ*(θ₀+Aᵀν) + φ*(θ₀).
type AlphaResult struct {
	Result
	LogAlpha float64 // ln α
	L1       float64 // Σ wᵢ|Xᵢ|
	L1Bound  float64 // proven: Q ≥ L1Bound
	// L1Dual is the dual vector that proves L1Bound, scaled as Result.Y of L1 is.
	L1Dual  []float64
	Excess  float64 // proven: L1/Q − 1 ≤ Excess; +Inf if L1Bound is 0 and L1 is not
	Apriori float64 // AprioriExcess at Q = L1Bound, known without solving
	// ClosedForm is EntropyExcess at Q = L1Bound; nil where that says nothing.
	ClosedForm *float64
	// AlphaIrrelevant: w is in the range of Aᵀ, so Σ wᵢxᵢ is the same for every
	// x ≥ 0 with Ax = b. The limit is then the same for every α, the point of
	// maximum entropy, and small α does not make it sparse.
	AlphaIrrelevant bool
}

// L1AtAlpha returns the limit of the mirror flow from the scale α, given by
// its logarithm, which is tested from 500 down to -1e7:
// the minimiser of D_φ(x, x₀) subject to Ax = b with
//
//	φ the entropy, x₀ᵢ = α^wᵢ               if p.Nonneg,
//	φ the hypentropy with βᵢ = α^wᵢ, x₀ = 0  otherwise.
//
// It is computed by Newton's method on the dual function Ψ(ν): along a path of
// falling α while α is moderate, and for tiny α from a solution of the limit
// problem α → 0, which start may give (else it is computed where needed). start
// must belong to the same problem.
//
// Result.Status is Certified if residual and relative gap of the projection are
// below the tolerance. Where the constraints force a coordinate to 0 the
// minimum of Ψ is not attained; X is still the projection, within the
// tolerance, and ν a point far out that proves it.
//
// Cost: a Newton step takes two products with A and the factorization of
// A D Aᵀ, or conjugate gradients where that cannot be formed; 5 to 40 steps.
func L1AtAlpha(ctx context.Context, p Problem, logAlpha float64, start *Result, opt Options) (*AlphaResult, error) {
	return l1AtAlpha(ctx, p, logAlpha, start, opt, true)
}

// l1AtAlpha is L1AtAlpha, with or without the bounds of the l1 norm.
func l1AtAlpha(ctx context.Context, p Problem, logAlpha float64, start *Result, opt Options, bounds bool) (*AlphaResult, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if math.IsNaN(logAlpha) || math.IsInf(logAlpha, 0) {
		return nil, fmt.Errorf("limit: ln α is %v; it must be finite", logAlpha)
	}
	if opt.MaxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.MaxTime)
		defer cancel()
		opt.MaxTime = 0
	}
	log := opt.takeLog()
	n, m := p.A.Dims()
	if err := log.check(alphaLengths(n, m)); err != nil {
		return nil, err
	}
	s := newAlphaSolve(ctx, p, logAlpha, opt)
	s.bounds, s.log = bounds, log
	if err := s.run(start); err != nil {
		return nil, err
	}
	log.end(&s.res.Result)
	return s.res, nil
}

// alphaSolve is one call of L1AtAlpha, in normalised units.
type alphaSolve struct {
	ctx        context.Context
	p          Problem
	opt        Options
	l          float64 // −ln α
	w          []float64
	units      units
	unit       float64 // ln of the factor from x to normalised x
	a          linop.Operator
	b          []float64
	phi        *twoSided
	newton     *dualNewton
	y          []float64 // ν = L·y + newton.nu
	up, down   []float64 // slacks of y; down is nil for the entropy
	start      *Result
	spent      Stats // on what ran before the present newton
	res        *AlphaResult
	bounds     bool // of the l1 norm are asked for
	outcome    newtonOutcome
	infeasible *Result
	log        *logbook
}

// tinyAlpha is the least L·w from which the solution of the limit problem is
// the better start: e^−60 is far below the rounding errors of x.
const tinyAlpha = 60

// smallAlpha is the same where A D Aᵀ cannot be formed and a solution of the
// limit problem is at hand: conjugate gradients converge slowly on the way
// down, since A D Aᵀ becomes singular with α.
const smallAlpha = 5

// The residuals that Newton's method is driven to at the end, what counts as
// having arrived, and what suffices on the way.
const (
	newtonGoal    = 1e-13
	newtonArrived = 1e-10
	newtonLoose   = 1e-2
)

func newAlphaSolve(ctx context.Context, p Problem, logAlpha float64, opt Options) *alphaSolve {
	n, m := p.A.Dims()
	s := &alphaSolve{ctx: ctx, p: p, opt: opt, l: -logAlpha, w: p.Weights, y: make([]float64, n)}
	if s.w == nil {
		s.w = make([]float64, m)
		for j := range s.w {
			s.w[j] = 1
		}
	}
	s.units = chooseUnits(Problem{A: p.A, B: p.B})
	s.unit = -math.Log(s.units.x)
	s.a, s.b = s.units.normalise(p.A), s.units.normaliseRHS(p.B)
	s.phi = newTwoSided(m, p.Nonneg)
	s.res = &AlphaResult{LogAlpha: logAlpha}
	return s
}

func (s *alphaSolve) run(start *Result) error {
	if start != nil && start.Status == Infeasible {
		s.res.Result = *start
		return nil
	}
	threshold := float64(tinyAlpha)
	if _, ok := s.a.(linop.Grammer); !ok && start != nil {
		threshold = smallAlpha
	}
	tiny := s.l*minimum(s.w) >= threshold
	if tiny && start == nil {
		var err error
		if start, err = s.solveLimit(); err != nil {
			return err
		}
		if start.Status == Infeasible {
			s.res.Result = *start
			return nil
		}
	}
	if start != nil && start.Status == Certified {
		s.start = start
	}
	if !(tiny && s.start != nil && s.log.stage() != stageAlphaPath && s.fromLimit()) {
		s.continuation()
	}
	if s.outcome == newtonStalled && s.newton.residual > math.Max(newtonArrived, s.opt.tol()) && s.start == nil {
		if err := s.proveInfeasible(); err != nil {
			return err
		}
		if s.infeasible != nil {
			s.res.Result = *s.infeasible
			return nil
		}
	}
	s.finish()
	return nil
}

// solveLimit answers the problem for α → 0.
func (s *alphaSolve) solveLimit() (*Result, error) {
	opt := s.opt.with(s.log)
	opt.Observe = nil
	start, err := L1(s.ctx, s.p, opt)
	if err != nil {
		return nil, err
	}
	s.spent, s.res.Checkpoint = start.Stats, start.Checkpoint
	return start, nil
}

// begin makes a fresh dualNewton at ν = L·y for the scale l.
func (s *alphaSolve) begin(l float64) {
	if s.newton != nil {
		s.keepStats()
	}
	s.phi.set(l, s.unit, s.up, s.down)
	s.newton = newDualNewton(s.ctx, s.a, s.b, s.phi)
	s.newton.limit = s.opt.MaxSteps
	s.newton.log, s.newton.at = s.log, s.at
	if s.opt.Observe != nil {
		s.newton.observe = func(step int, residual float64) {
			s.opt.Observe(Progress{Lane: "newton", Step: step, Gap: math.Inf(1), Residual: residual})
		}
	}
}

func (s *alphaSolve) keepStats() {
	s.spent.Passes += s.newton.stats.Passes
	s.spent.Factorizations += s.newton.stats.Factorizations
	s.spent.Steps += s.newton.stats.Steps
}

// continuation follows the limits from a scale at which x₀ is as large as x
// down to α. Along the path A D ν′ = A(w∘x), where ′ is the derivative with
// respect to L; it tends to a dual solution, so the steps in L can grow without
// bound.
func (s *alphaSolve) continuation() {
	clear(s.y)
	s.up, s.down = s.w, nil
	if !s.p.Nonneg {
		s.down = s.w
	}
	l := math.Min(s.l, s.matchingScale())
	s.begin(l)
	wx := make([]float64, len(s.w))
	s.outcome = s.newton.follow(path{stage: stageAlphaPath, at: l, end: s.l, step: 2 / s.meanWeight(),
		set: func(at float64) { s.phi.set(at, s.unit, s.up, s.down) },
		velocity: func(rhs []float64) {
			for j, v := range s.newton.x {
				wx[j] = s.w[j] * v
			}
			s.a.Apply(rhs, wx)
		},
	})
}

// matchingScale is the L at which x₀ (or β) has about the size of x.
func (s *alphaSolve) matchingScale() float64 {
	size := norm2(s.b)
	z := make([]float64, len(s.w))
	s.a.ApplyT(z, s.b)
	s.spent.Passes++
	norm := norm2(z)
	if size == 0 || norm == 0 {
		return s.l
	}
	x := size * size / (norm * math.Sqrt(float64(len(s.b))))
	return (s.unit - math.Log(x)) / s.meanWeight()
}

func (s *alphaSolve) meanWeight() float64 {
	sum := 0.0
	for _, w := range s.w {
		sum += w
	}
	return sum / float64(len(s.w))
}

// proveInfeasible looks for a proof that no x meets the constraints.
func (s *alphaSolve) proveInfeasible() error {
	s.keepStats()
	res, err := provenInfeasible(s.ctx, s.p, s.newton.x, s.newton.r, s.units, s.spent, s.opt)
	s.newton.stats = Stats{}
	s.infeasible = res
	return err
}

func minimum(x []float64) float64 {
	low := math.Inf(1)
	for _, v := range x {
		low = math.Min(low, v)
	}
	return low
}
