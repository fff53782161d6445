package limit

import "math"

// result converts the end of the path to the units of the given problem.
func (run *pathRun) result() *PathResult {
	s := run.s
	answer := run.answer()
	out := &PathResult{Result: *answer, Events: run.events, Complete: run.ended, Rational: run.exact,
		problem: run.given, weightsNeg: run.opt.WeightsNeg}
	if split, ok := run.problem.A.(*splitOperator); ok {
		out.X = split.join(out.X)
		if out.Other != nil {
			out.Other = split.join(out.Other)
		}
	}
	tol := s.opt.tol()
	switch {
	case out.Status == Certified && out.Complete && len(out.Events) > 0 && (run.exact == nil || run.exact.Status == Certified):
		// On ties the answer is another fit of the last plateau.
		out.Events[len(out.Events)-1].X = sparseOf(out.X)
	case out.Status == Infeasible:
		out.Gap = math.Inf(1)
	case out.Residual > tol:
		out.Gap = math.Inf(1) // of a point that is not feasible there is none
		if out.Status == Budget || out.Status == Interrupted {
			out.Reason = Reason{"residual", out.Residual, tol, out.Reason.Hint + "; the events so far and their bounds are exact"}
		}
	}
	return out
}

// answer is what the end of the path proves. Rows of very different sizes, which are
// those of the path, may hide a solution or a Farkas vector that L1, in units of the rows,
// can prove, and a small row may be missed altogether by a residual that is within the
// tolerance of b: the residual of an answer is measured in units of the rows too.
func (run *pathRun) answer() *Result {
	s := run.s
	r := s.result(run.problem)
	if !run.uneven || s.halted() {
		return r
	}
	own := newSearch(s.ctx, run.problem, Options{Tol: s.opt.Tol})
	if r.Status == Certified {
		missed := norm2(own.residualOf(own.units.scaledPrimal(r.X)))
		if missed <= s.opt.tol()*own.bnorm {
			return r
		}
	}
	own.run(run.problem.B)
	o := own.result(run.problem)
	o.Stats.Passes += r.Stats.Passes
	o.Stats.Factorizations += r.Stats.Factorizations
	o.Stats.Steps += r.Stats.Steps
	o.Stats.Route = r.Stats.Route + " > " + o.Stats.Route
	if r.Status != Certified && o.Status != Certified && o.Status != Infeasible {
		return r
	}
	run.ended = run.ended && o.Status == Infeasible
	return o
}
