package limit

// result converts the outcome of the search to the units of the problem p and
// says what was established.
func (s *search) result(p Problem) *Result {
	r := &Result{Stats: s.stats, X: make([]float64, s.m), Gap: s.gap(), Residual: s.primal.residual}
	if s.primal.x == nil {
		r.Residual = 1 // of x = 0
	} else {
		r.X = s.units.primal(s.primal.x)
		if s.units.row != nil {
			r.Residual = residualInUnits(s.units, s.residualOf(s.primal.x), p.B)
		}
	}
	for _, v := range r.X {
		if v != 0 {
			r.Support++
		}
	}
	r.Y = s.units.dual(s.dual.y)
	r.Objective = s.primal.objective * s.units.x
	r.Bound = s.dual.bound * s.units.x
	tol := s.opt.tol()
	switch {
	case s.farkas != nil:
		r.Status, r.AnySign = Infeasible, s.farkas.anySign
		r.Y = s.units.dual(s.farkas.y)
		r.Reason = s.farkas.reason()
	case !finite(r.X) || !finite(r.Y):
		r.Status = NumericalTrouble
		r.Reason = Reason{"residual", r.Residual, tol, "x or y is beyond the range of doubles: rescale A and b to moderate sizes"}
	case s.certified() && r.Residual <= tol:
		r.Status, r.Unique = Certified, s.unique
		if s.other != nil {
			r.Other = s.units.primal(s.other)
		}
		r.Reason = Reason{Criterion: "gap", Value: r.Gap, Bound: tol}
	case s.stopped:
		r.Status, r.Reason = s.stop()
	case s.primal.x != nil && r.Residual > tol && r.Residual <= nearlyFits:
		r.Status = Approximate
		r.Reason = Reason{"residual", r.Residual, tol, "b contradicts itself at this level: accept it with a larger --tol, or remove the noise from dependent rows"}
	case s.primal.x == nil || r.Residual > tol:
		r.Status = NumericalTrouble
		r.Reason = Reason{"residual", r.Residual, tol, "rescale the rows of A and b to similar norms, or check b: it may lie outside the range of A by rounding"}
		if s.trouble != "" {
			r.Reason.Hint = s.trouble + "; " + r.Reason.Hint
		}
	case r.Gap > nearlyOptimal && r.Objective < r.Bound:
		r.Status = NumericalTrouble
		r.Reason = Reason{"gap", r.Gap, tol, "x costs less than any solution can, so that it misses Ax = b by more than the residual shows: rescale the rows of A to similar norms"}
	case r.Gap > nearlyOptimal:
		r.Status = Approximate
		r.Reason = Reason{"gap", r.Gap, tol, "x may cost far more than it has to: rescale the columns of A"}
	default:
		r.Status = Approximate
		r.Reason = Reason{"gap", r.Gap, tol, "the bound is proven: accept the answer with a larger --tol, or rescale the columns of A"}
	}
	return r
}

// nearlyOptimal is the gap up to which a larger tolerance is worth asking for.
const nearlyOptimal = 1e-2

// nearlyFits is the relative residual up to which a point that misses the
// tolerance is still an approximate answer.
const nearlyFits = 1e-6

// stop words the end of a search that was halted.
func (s *search) stop() (Status, Reason) {
	reason := Reason{"gap", s.gap(), s.opt.tol(), "allow more steps"}
	if s.ctx.Err() == nil {
		return Budget, reason
	}
	status := interrupted(s.ctx)
	reason.Hint = "allow more time"
	if status == Interrupted {
		reason.Hint = "run again to the end"
	}
	return status, reason
}
