package main

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/limit"
)

// prove replaces the solver's numbers by those that the verifier computes from
// A, b, x and y, and holds the answer to them.
func (j *job) prove() {
	a := j.answer
	if a.X == nil || a.Y == nil {
		j.why = "the work ended before there was anything to prove"
		return
	}
	c, w, err := a.Certificate(j.in.A, j.in.B)
	if err != nil {
		j.distrust(err.Error())
		return
	}
	j.cert, j.witness = &c, w
	if a.Status == limit.Infeasible {
		j.proveInfeasible()
		return
	}
	a.Objective, a.Bound, a.Gap, a.Residual, a.Support = c.Objective, c.Bound, c.Gap, c.Residual, c.Support
	if a.Status != limit.Certified {
		return
	}
	a.Reason = limit.Reason{Criterion: "gap", Value: math.Abs(c.Gap), Bound: j.flags.tol}
	if c.Residual > a.Reason.Value {
		a.Reason.Criterion, a.Reason.Value = "residual", c.Residual
	}
	if a.Reason.Value > j.flags.tol {
		a.Status = limit.Approximate
		a.Reason.Hint = "a larger --tol accepts this answer"
		c.Tol = 1.01 * a.Reason.Value
		c = c.Sealed(j.in.B, w)
	}
}

// proveInfeasible holds a Farkas vector to its verification: a "no" that is
// not proven is no answer.
func (j *job) proveInfeasible() {
	v, err := certify.Verify(j.in.A, j.in.B, *j.cert, j.witness)
	switch {
	case err != nil:
		j.distrust(err.Error())
	case !v.Valid:
		f := v.Failed()[0]
		j.distrust(fmt.Sprintf("the proof that there is no solution fails a check (%s is %.3g against %.3g)", f.Name, f.Value, f.Bound))
	}
}

// distrust withdraws a claim that could not be confirmed.
func (j *job) distrust(why string) {
	j.cert, j.why = nil, why
	a := j.answer
	if a.Status == limit.Certified || a.Status == limit.Infeasible {
		a.Status = limit.NumericalTrouble
		a.Reason = limit.Reason{Criterion: "certificate", Value: math.NaN(), Bound: j.flags.tol, Hint: why}
	}
}
