package page

import (
	"math"
	"strconv"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/plot"
)

// digits are shown of what is compared: enough to see where two numbers part.
const digits = 8

// relative compares numbers by their relative difference.
func relative(name string, predicted, measured, tolerance float64) Check {
	e := math.Abs(measured - predicted)
	if predicted != 0 {
		e /= math.Abs(predicted)
	}
	return compared(name, predicted, measured, e, tolerance)
}

// absolute compares numbers by their difference.
func absolute(name string, predicted, measured, tolerance float64) Check {
	return compared(name, predicted, measured, math.Abs(measured-predicted), tolerance)
}

// atMost tests measured ≤ bound, up to a part of the bound that the measurement
// itself cannot resolve.
func atMost(name string, bound, measured, tolerance float64) Check {
	c := compared(name, bound, measured, excess(measured-bound, bound), tolerance)
	c.Predicted = "≤ " + c.Predicted
	return c
}

// atLeast tests measured ≥ bound in the same way.
func atLeast(name string, bound, measured, tolerance float64) Check {
	c := compared(name, bound, measured, excess(bound-measured, bound), tolerance)
	c.Predicted = "≥ " + c.Predicted
	return c
}

func compared(name string, predicted, measured, e, tolerance float64) Check {
	return Check{
		Name: name, Predicted: plot.NumDigits(predicted, digits), Measured: plot.NumDigits(measured, digits),
		Error: e, Tolerance: tolerance, Pass: e <= tolerance,
	}
}

// excess is max(over, 0) relative to the bound.
func excess(over, bound float64) float64 {
	if over <= 0 || bound == 0 {
		return math.Max(over, 0)
	}
	return over / math.Abs(bound)
}

// apart is ‖x − y‖₂.
func apart(x, y []float64) float64 {
	sum := 0.0
	for i, v := range x {
		sum = math.Hypot(sum, v-y[i])
	}
	return sum
}

// proofOf is the verdict of package certify on an answer to Ax = b, or none where
// the answer claims nothing.
func proofOf(name string, a linop.Operator, b []float64, ans *tacit.Answer) []Check {
	switch ans.Status {
	case limit.Certified, limit.Infeasible, limit.NotSeparable:
		verdict, err := tacit.Verify(a, b, ans)
		return []Check{verified(name, verdict, err)}
	}
	return nil
}

// settled holds a certified answer to what package certify recomputes of it, as the
// command line does: the numbers become those of the certificate, and an answer whose
// gap is wider than tol is approximate. It returns the verdict on the certificate at
// the tolerance that is left, or none where nothing is proven.
func settled(what string, a linop.Operator, b []float64, ans *tacit.Answer, tol float64) []Check {
	c, _, err := ans.Certificate(a, b)
	if err != nil {
		switch ans.Status {
		case limit.Certified, limit.Infeasible:
			ans.Status, ans.Reason.Hint = limit.NumericalTrouble, err.Error()
		}
		return nil
	}
	if ans.Status != limit.Infeasible {
		ans.Objective, ans.Bound, ans.Gap, ans.Residual = c.Objective, c.Bound, c.Gap, c.Residual
	}
	if off := math.Max(math.Abs(c.Gap), c.Residual); ans.Status == limit.Certified && off > tol {
		ans.Status, ans.Reason = limit.Approximate, limit.Reason{Criterion: "gap", Value: off, Bound: tol}
	}
	verdict, err := tacit.Verify(a, b, ans)
	name := "an independent verifier accepts the certificate of " + what
	if ans.Status == limit.Approximate {
		name += ", of the gap " + plot.NumDigits(math.Abs(ans.Gap), 2)
	}
	return []Check{verified(name, verdict, err)}
}

// held is an answer as doubles hold it: a solution with infinite entries is none.
func held(ans *tacit.Answer) *tacit.Answer {
	if ans.Status == limit.Certified && !(isFinite(ans.X...) && isFinite(ans.Y...)) {
		ans.Status = limit.NumericalTrouble
		ans.Reason.Hint = "it is beyond what double precision holds; scale A and b"
	}
	return ans
}

// verified is the verdict of package certify on an answer.
func verified(name string, v certify.Verdict, err error) Check {
	c := Check{Name: name, Predicted: "valid", Measured: "valid", Pass: err == nil && v.Valid}
	if !c.Pass {
		c.Measured, c.Error = "not valid", math.Inf(1)
	}
	return c
}

// many counts things.
func many(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
