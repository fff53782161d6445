package tacit

import (
	"math"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/limit"
)

// Answer is a result that remembers what was asked, so that it can be proven.
type Answer struct {
	*Result

	// Alpha is what SolveAt adds: ‖x‖₁ and its proven excess over the optimum.
	Alpha *limit.AlphaResult

	claim   certify.Claim
	nonneg  bool
	weights []float64
	start   []float64
	tol     float64
}

// The files that a certificate names for the vectors that it needs besides x
// and y.
const (
	WeightsFile = "weights.npy"
	StartFile   = "x0.npy"
)

// Certificate returns what ans proves about Ax = b, with the vectors that
// prove it. Its numbers are recomputed from A, b and the vectors by package
// certify, not taken from the solver.
//
// A certified answer is held to the tolerance that was asked for, any other to
// the accuracy that it reached; it is an error if it proves nothing at all.
func (ans *Answer) Certificate(a Operator, b []float64) (c certify.Certificate, w certify.Witness, err error) {
	defer recovered(&err)
	c, w = ans.statement()
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

// statement is the certificate without its numbers.
func (ans *Answer) statement() (certify.Certificate, certify.Witness) {
	c := certify.Certificate{Claim: ans.claim, Tol: ans.tol}
	w := certify.Witness{X: ans.X, Y: ans.Y}
	if c.Tol == 0 {
		c.Tol = defaultTol
	}
	if ans.Status == limit.Infeasible {
		// A Farkas vector speaks of A and b alone.
		c.Claim = certify.Inconsistent
		if ans.nonneg && !ans.AnySign {
			c.Claim = certify.InfeasibleNonneg
		}
		return c, w
	}
	c.Unique = ans.Unique
	if ans.weights != nil {
		name := WeightsFile
		c.Weights, w.Weights = &name, ans.weights
	}
	if ans.start != nil {
		name := StartFile
		c.Start, w.Start = &name, ans.start
	}
	if ans.Alpha != nil {
		c.Geometry, c.LogAlpha = certify.Hypentropy, &ans.Alpha.LogAlpha
		if ans.nonneg {
			c.Geometry = certify.Entropy
		}
	}
	return c, w
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
