package tacit

import (
	"math"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/limit"
)

// Answer is a result that remembers what was asked, so that it can be proven.
type Answer struct {
	*limit.Result

	claim    certify.Claim
	weights  []float64
	start    []float64
	geometry string   // of the claim Bregman
	logAlpha *float64 // of the claim Bregman
	tol      float64
}

// Certificate returns what ans proves about Ax = b, with the vectors that
// prove it. Its numbers are recomputed from A, b and the vectors by package
// certify, not taken from the solver.
//
// A certified answer is held to the tolerance that was asked for, any other to
// the accuracy that it reached; it is an error if it proves nothing at all.
func (ans *Answer) Certificate(a Operator, b []float64) (c certify.Certificate, w certify.Witness, err error) {
	defer recovered(&err)
	c = certify.Certificate{Claim: ans.claim, Tol: ans.tol, Unique: ans.Unique}
	w = certify.Witness{X: ans.X, Y: ans.Y, Weights: ans.weights, Start: ans.start}
	if c.Tol == 0 {
		c.Tol = defaultTol
	}
	switch {
	case ans.Status == limit.Infeasible:
		// A Farkas vector speaks of A and b alone.
		w.Weights, w.Start = nil, nil
		c.Unique = nil
		c.Claim = certify.InfeasibleNonneg
		if ans.AnySign {
			c.Claim = certify.Inconsistent
		}
	case ans.claim == certify.Bregman:
		c.Geometry, c.LogAlpha = ans.geometry, ans.logAlpha
	}
	if c, err = certify.Issue(a, b, c, w); err != nil {
		return c, w, err
	}
	if ans.Status != limit.Certified && ans.Status != limit.Infeasible {
		// Rounding up leaves room for the rounding errors that verification adds.
		c.Tol = max(c.Tol, 1.01*max(math.Abs(c.Gap), c.Residual))
		c = c.Sealed(b, w)
	}
	return c, w, nil
}

// Verify recomputes what ans claims about Ax = b, with code that shares
// nothing with the solvers.
func Verify(a Operator, b []float64, ans *Answer) (v certify.Verdict, err error) {
	defer recovered(&err)
	c, w, err := ans.Certificate(a, b)
	if err != nil {
		return v, err
	}
	return certify.Verify(a, b, c, w)
}

// defaultTol is the tolerance of the zero Options.
const defaultTol = 1e-9
