package tacit

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/limit"
)

// verified returns ans after verification of what it claims to have established. A
// solver judges its own arithmetic; the verifier bounds the rounding of every number,
// and has the last word: an answer that it does not accept to the tolerance is
// Approximate, with the gap that it does accept, or NumericalTrouble.
func (ans *Answer) verified(a Operator, b []float64, opt Options) *Answer {
	claimed := ans.Status == limit.Certified || ans.Status == limit.Infeasible || ans.Status == limit.NotSeparable
	if opt.Unverified || !claimed {
		return ans
	}
	c, w, err := ans.Certificate(a, b)
	if err != nil {
		return ans.distrusted(err.Error())
	}
	verdict, err := certify.Verify(a, b, c, w)
	if err == nil && !verdict.Valid && c.Unique != nil { // the optimum may be proven without it
		c.Unique, c.Other, w.Other = nil, nil, nil
		verdict, err = certify.Verify(a, b, c.Sealed(b, w), w)
	}
	if err != nil {
		return ans.distrusted(err.Error())
	}
	if ans.Status == limit.Certified {
		ans.Unique, ans.Other = c.Unique, w.Other
	}
	if verdict.Valid {
		return ans
	}
	if reached := verdict.Reached(c.Tol); ans.Status == limit.Certified && reached > 0 && reached <= nearly {
		ans.Status, ans.reached = limit.Approximate, 1.01*reached
		ans.Reason = limit.Reason{Criterion: "gap", Value: reached, Bound: c.Tol, Hint: "a larger tolerance accepts this answer"}
		if ans.Misfit(c.Residual, b) > math.Abs(c.Gap) {
			ans.Reason.Criterion = "residual"
		}
		ans.Objective, ans.Bound, ans.Gap, ans.Residual = c.Objective, c.Bound, c.Gap, c.Residual
		return ans
	}
	f := verdict.Failed()[0]
	return ans.distrusted(fmt.Sprintf("the certificate fails a check (%s is %.3g against %.3g)", f.Name, f.Value, f.Bound))
}

// nearly is the gap and residual up to which an answer is still an approximate one.
const nearly = 1e-2

// distrusted withdraws a claim that could not be confirmed.
func (ans *Answer) distrusted(why string) *Answer {
	ans.Status, ans.Unique, ans.Other = limit.NumericalTrouble, nil, nil
	ans.Reason = limit.Reason{Criterion: "certificate", Value: 1, Bound: 0, Hint: why}
	return ans
}
