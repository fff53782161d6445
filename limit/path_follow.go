package limit

import (
	"context"
	"slices"

	"github.com/tacit-dev/tacit/linop"
)

// pathRun is a path under way: a search for the final point, in units that
// keep the path what it is, and the events so far.
type pathRun struct {
	s       *search
	problem Problem // nonnegative with operator [A, −A] where the weights depend on the sign
	given   Problem
	opt     PathOptions
	m       int           // unknowns of the given problem
	clock   [3]float64    // τ in the units of the problem is the product of these and τ here
	events  []PathEvent   // in the units of the problem
	exact   *RationalPath // nil in floating point
	last    float64       // τ of the last event, in the units of the search
	uneven  bool          // L1 would measure the rows in units of their own
	ended   bool          // the last plateau lasts for ever
}

func newPathRun(ctx context.Context, p Problem, opt PathOptions) *pathRun {
	run := &pathRun{problem: p, given: p, opt: opt}
	_, run.m = p.A.Dims()
	if opt.WeightsNeg != nil {
		run.problem = Problem{A: newSplitOperator(p.A), B: p.B, Nonneg: true}
		for j := range 2 * run.m {
			w := 1.0
			switch {
			case j >= run.m:
				w = opt.WeightsNeg[j-run.m]
			case p.Weights != nil:
				w = p.Weights[j]
			}
			run.problem.Weights = append(run.problem.Weights, w)
		}
	}
	s := newSearch(ctx, run.problem, opt.Options)
	if run.uneven = s.units.row != nil; run.uneven {
		s.units = pathUnits(run.problem)
		s.a = s.units.normalise(run.problem.A)
		s.b = s.units.normaliseRHS(p.B)
		s.bnorm = norm2(s.b)
		linop.ColumnNorms(s.a, s.norms)
	}
	run.clock = [3]float64{1, 1 / s.units.x, 1}
	if s.units.row != nil {
		run.clock[0], run.clock[2] = s.units.row[0], s.units.row[0]
	}
	run.s = s
	return run
}

// zero is the path of b = 0: x = 0 from the start.
func (run *pathRun) zero() {
	run.s.enter("path")
	run.s.primal = primalPoint{x: make([]float64, run.s.m)}
	unique := true
	run.s.unique, run.ended = &unique, true
}

// maxStalled is the number of successive events without ascent after which
// rounding has taken over.
const maxStalled = 50

// follow goes from event to event in floating point.
func (run *pathRun) follow() {
	s := run.s
	s.enter("path")
	fit := newConeFit(s)
	fit.least = 1 // what the path passes is shown: to the last digit
	c := &dualState{s: s, y: make([]float64, s.n), v: make([]float64, s.m)}
	g := make([]float64, s.m)
	var entering []int
	bound := 0.0
	for stalled := 0; stalled < maxStalled; {
		if !fit.solve() {
			s.trouble = "active columns of A nearly depend on each other"
		}
		fitted := fit.fits()
		var leaving []int
		if !fitted {
			s.applyT(g, fit.r)
			leaving = fit.release(g)
		}
		if c.tau > 0 {
			run.record(fit, c, bound, entering, leaving)
		}
		if fitted {
			run.ended = true
			run.finish(fit, c)
			return
		}
		if run.ended = c.dead(fit, g) && s.provesInfeasible(fit.r, g); run.ended {
			s.offerPrimal(fit.full())
			return
		}
		if s.halted() {
			break
		}
		before := bound
		entering = c.advance(fit, g)
		if entering == nil { // r is as small as the tolerance
			run.ended = true
			run.finish(fit, c)
			return
		}
		stalled++
		if bound = c.proven(); bound > before {
			stalled = 0
		}
	}
	s.applyT(c.v, c.y)
	s.offerDual(c.y, c.v)
	s.offerPrimal(fit.full())
	run.settle()
}

// record adds the event at the present time. Events whose times round to the
// same number are one.
func (run *pathRun) record(fit *coneFit, c *dualState, bound float64, entering, leaving []int) {
	s := run.s
	e := PathEvent{
		Tau:      c.tau * run.clock[0] * run.clock[1] * run.clock[2],
		Entering: run.fold(entering),
		Leaving:  run.fold(leaving),
		X:        run.sparse(fit.sys.idx, fit.x),
		Residual: norm2(fit.r) / s.bnorm,
		Bound:    bound * s.units.x,
		Unique:   fit.determined(),
	}
	if k := len(run.events) - 1; k >= 0 && run.last == c.tau {
		e.Entering = union(run.events[k].Entering, e.Entering)
		e.Leaving = union(run.events[k].Leaving, e.Leaving)
		run.events = run.events[:k]
	}
	run.events, run.last = append(run.events, e), c.tau
	s.step("path", len(run.events), e.Residual)
}

// union returns the indices of a and b in order, once each.
func union(a, b []int) []int {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// fold returns the coordinates of the given problem, in order.
func (run *pathRun) fold(idx []int) []int {
	out := make([]int, len(idx))
	for k, j := range idx {
		out[k] = j % run.m
	}
	slices.Sort(out)
	return out
}

// sparse returns the vector with entries x on idx in the units of the problem.
func (run *pathRun) sparse(idx []int, x []float64) Sparse {
	order := slices.Clone(idx)
	value := make(map[int]float64, len(idx))
	u := run.s.units
	for k, j := range idx {
		v := x[k] * u.x
		if u.col != nil {
			v *= u.col[j]
		}
		if order[k] = j % run.m; order[k] != j {
			v = -v
		}
		value[order[k]] = v
	}
	slices.Sort(order)
	out := Sparse{order, make([]float64, len(idx))}
	for k, j := range order {
		out.Value[k] = value[j]
	}
	return out
}

// finish proves the final point: y as it came out of the path, and moved to
// the exact sign vector on the support.
func (run *pathRun) finish(fit *coneFit, c *dualState) {
	s := run.s
	s.applyT(c.v, c.y)
	s.offerDual(c.y, c.v)
	if idx, x := s.trim(fit.sys, fit.x, norm2(fit.r)/s.bnorm); idx != nil {
		full := make([]float64, s.m)
		target := make([]float64, len(idx))
		for i, j := range idx {
			full[j], target[i] = x[i], s.sign(x[i])
		}
		s.offerPrimal(full)
		fit.sys.interpolate(c.y, target)
		s.applyT(c.v, c.y)
		s.offerDual(c.y, c.v)
	} else {
		s.offerPrimal(fit.full())
	}
	run.settle()
}

// settle proves the final point with the help of the lanes of L1 where the path
// left it unproven, and settles it as L1 does.
func (run *pathRun) settle() {
	s := run.s
	for _, lane := range s.lanes() {
		if s.certified() || s.farkas != nil || s.halted() {
			break
		}
		lane.run()
	}
	if s.certified() && s.farkas == nil {
		s.settle()
	}
}
