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
	defer func() {
		if j.cert == nil && a.Misfit(a.Residual, j.in.B) > j.flags.tol {
			a.Gap = math.Inf(1) // between a bound and a point that is no solution
		}
	}()
	if (!j.reached() && a.Status != limit.NotSeparable) || a.Y == nil {
		j.why = "the work ended before there was anything to prove"
		return
	}
	c, w, err := a.Certificate(j.in.A, j.in.B)
	if err != nil {
		j.distrust(err.Error())
		return
	}
	if misfit := a.Misfit(c.Residual, j.in.B); a.Status != limit.Certified && misfit > provable {
		j.distrust(fmt.Sprintf("x misses the constraints by %.2g of ‖b‖, so that it proves nothing", misfit))
		return
	}
	j.cert, j.witness = &c, w
	if a.Status != limit.Infeasible && a.Status != limit.NotSeparable {
		a.Objective, a.Bound, a.Gap, a.Residual, a.Support = c.Objective, c.Bound, c.Gap, c.Residual, c.Support
	}
	if a.Status == limit.Certified {
		j.hold()
	}
	if j.cert == nil {
		return
	}
	// What is said must stand up to `tacit verify`, written or not.
	a.Unique, a.Other = c.Unique, w.Other
	j.confirm()
}

// provable is the part of ‖b‖ by which an answer may miss the constraints and still
// have a certificate, of the accuracy that it reached.
const provable = 1e-2

// hold compares a certified answer with the tolerance.
func (j *job) hold() {
	a, c := j.answer, j.cert
	a.Reason = limit.Reason{Criterion: "gap", Value: math.Abs(c.Gap), Bound: j.flags.tol}
	if misfit := a.Misfit(c.Residual, j.in.B); misfit > a.Reason.Value {
		a.Reason.Criterion, a.Reason.Value = "residual", misfit
	}
	switch {
	case a.Reason.Criterion == "residual" && a.Reason.Value > provable:
		j.distrust(fmt.Sprintf("x misses the constraints by %.2g of ‖b‖: A x rounds by more than that; bring the rows of A and b to similar norms", a.Reason.Value))
	case a.Reason.Value > j.flags.tol:
		a.Status = limit.Approximate
		a.Reason.Hint = "a larger --tol accepts this answer"
		c.Tol = 1.01 * a.Reason.Value
		*c = c.Sealed(j.in.B, j.witness)
	}
}

// confirm verifies the certificate. A claim about uniqueness that the verifier
// cannot follow is given up; any other fault costs the certificate.
func (j *job) confirm() {
	verdict, err := certify.Verify(j.in.A, j.in.B, *j.cert, j.witness)
	if err == nil && !verdict.Valid && j.cert.Unique != nil {
		j.answer.Unique, j.cert.Unique = nil, nil
		j.answer.Other, j.cert.Other, j.witness.Other = nil, nil, nil
		*j.cert = j.cert.Sealed(j.in.B, j.witness)
		verdict, err = certify.Verify(j.in.A, j.in.B, *j.cert, j.witness)
	}
	switch {
	case err != nil:
		j.distrust(err.Error())
	case !verdict.Valid:
		f, a := verdict.Failed()[0], j.answer
		if floor, ok := certify.TraceFloor(f); ok && len(verdict.Failed()) == 1 {
			j.distrust(fmt.Sprintf("every X ⪰ 0 with the measurements has a trace of %.1e·‖b‖/max ‖A_k‖ or more, which is proven; that there is none is not: they may be met in the limit of growing traces only", floor))
			return
		}
		if reached := verdict.Reached(j.cert.Tol); a.Status == limit.Certified && reached > 0 && reached <= provable {
			a.Status = limit.Approximate
			a.Reason = limit.Reason{Criterion: "gap", Value: reached, Bound: j.flags.tol, Hint: "a larger --tol accepts this answer"}
			if a.Misfit(a.Residual, j.in.B) > math.Abs(a.Gap) {
				a.Reason.Criterion = "residual"
			}
			j.cert.Tol = 1.01 * reached
			*j.cert = j.cert.Sealed(j.in.B, j.witness)
			j.confirm()
			return
		}
		j.distrust(fmt.Sprintf("the certificate fails a check (%s is %.3g against %.3g)", f.Name, f.Value, f.Bound))
	}
}

// distrust withdraws a claim that could not be confirmed.
func (j *job) distrust(why string) {
	j.cert, j.why = nil, why
	a := j.answer
	a.Unique, a.Other = nil, nil // what no certificate says is not established
	if a.Status == limit.Certified || a.Status == limit.Infeasible || a.Status == limit.NotSeparable {
		a.Status = limit.NumericalTrouble
		a.Reason = limit.Reason{Criterion: "certificate", Value: math.NaN(), Bound: j.flags.tol, Hint: why}
	}
}
