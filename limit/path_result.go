package limit

import "math"

// result converts the end of the path to the units of the given problem.
func (run *pathRun) result() *PathResult {
	s := run.s
	out := &PathResult{Result: *s.result(run.problem), Events: run.events, Complete: run.ended, Rational: run.exact,
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
