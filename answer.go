package tacit

import (
	"math"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/limit/lowrank"
)

// Answer is a result that remembers what was asked, so that it can be proven.
type Answer struct {
	*Result

	// Alpha is what SolveAt adds: ‖x‖₁ and its proven excess over the optimum.
	Alpha *limit.AlphaResult

	// Slack is the exponent s̄ of ‖x(α) − x‖ = O(α^s̄), x the ℓ1 solution, that
	// SolveAt adds where it is defined and affordable (limit.SlackExponent).
	Slack *float64

	// Matrix is what LowRank adds: the factors.
	Matrix *lowrank.Result

	// Failure bounds the probability that the proofs about a matrix are misled by the
	// random vectors that they use where others are too costly; 0 allows none.
	Failure float64

	// Spectral is what NearestMatrix adds.
	Spectral *SpectralAnswer

	// Path is what Path adds: the events.
	Path *limit.PathResult

	// Margin is what Margin adds: the margin, the intercept, the support vectors.
	Margin *limit.MarginResult

	// Split is what MarginSplit adds where nothing separates all points.
	Split *limit.Split

	separator *limit.MarginProblem
	claim     certify.Claim
	nonneg    bool
	weights   []float64
	start     []float64
	sigma     *float64
	selection *Selection
	phi       geometry.Potential // of selection
	tol       float64
	reached   float64 // the tolerance that the verifier accepts, where it is not tol
}

// The files that a certificate names for the vectors that it needs besides x
// and y.
const (
	WeightsFile = "weights.npy"
	StartFile   = "x0.npy"
	MatrixFile  = "k.npy"
	OtherFile   = "other.npy"
	TailFile    = "y_tail.npy"
	L1DualFile  = "y_l1.npy" // proves AlphaResult.L1Bound; no part of the certificate
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
	if c.Other == nil {
		w.Other = nil // it shows nothing
	}
	if ans.Status != limit.Certified && ans.Status != limit.Infeasible && ans.Status != limit.NotSeparable {
		// Rounding up leaves room for the rounding errors that verification adds.
		c.Tol = max(c.Tol, 1.01*max(math.Abs(c.Gap), ans.Misfit(c.Residual, b)), ans.reached)
		c = c.Sealed(b, w)
	}
	return c, w, nil
}

// Misfit returns what a relative residual exceeds the allowed one by: the
// residual itself, or, where noise σ is allowed, its part beyond σ/‖b‖.
func (ans *Answer) Misfit(residual float64, b []float64) float64 {
	if ans.separator != nil {
		return 0 // there is no equation to miss
	}
	if ans.sigma == nil {
		return residual
	}
	var size float64
	for _, v := range b {
		size = math.Hypot(size, v)
	}
	if size == 0 {
		size = 1
	}
	return max(0, residual-*ans.sigma/size)
}

// statement is the certificate without its numbers.
func (ans *Answer) statement() (certify.Certificate, certify.Witness) {
	c := certify.Certificate{Claim: ans.claim, Tol: ans.tol}
	w := certify.Witness{X: ans.X, Y: ans.Y}
	if c.Tol == 0 {
		c.Tol = defaultTol
	}
	if ans.separator != nil {
		ans.separates(&c)
		return c, w
	}
	c.Sigma = ans.sigma
	if ans.Matrix != nil {
		ans.factors(&c, &w)
	}
	if ans.Spectral != nil {
		ans.spectral(&c, &w)
	}
	if ans.Status == limit.Infeasible {
		ans.denial(&c, &w)
		return c, w
	}
	c.Unique = ans.Unique
	if ans.YTail != nil {
		name := TailFile
		c.Tail, w.Tail = &name, ans.YTail
	}
	if ans.Other != nil {
		name := OtherFile
		c.Other, w.Other = &name, ans.Other
	}
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
	if ans.selection != nil {
		ans.name(&c, &w)
	}
	return c, w
}

// denial states that there is no solution. A Farkas vector speaks of A and b
// alone, and of the domain of the geometry if that is a box.
func (ans *Answer) denial(c *certify.Certificate, w *certify.Witness) {
	if ans.Matrix != nil || ans.Spectral != nil {
		return
	}
	c.Claim = certify.Inconsistent
	switch {
	case ans.AnySign:
	case ans.Boundary:
		c.Claim = certify.InfeasibleInterior
	case ans.boxed():
		c.Claim = certify.InfeasibleBox
		ans.name(c, w)
		if ans.selection.Relative {
			name := StartFile
			c.Start, w.Start = &name, ans.start
		}
	case ans.nonneg || ans.selection != nil:
		c.Claim = certify.InfeasibleNonneg
	}
}

// separates states that x is the separator of largest margin, or that there is
// none.
func (ans *Answer) separates(c *certify.Certificate) {
	c.Bias = ans.separator.Bias
	if ans.Split != nil && ans.Split.Proven {
		c.Claim = certify.Split
		if c.Bias {
			c.Intercept = &ans.Split.Intercept
		}
		return
	}
	if ans.Status == limit.NotSeparable {
		c.Claim = certify.NotSeparable
		return
	}
	c.Unique = ans.Unique
	c.Norm = string(ans.separator.Norm)
	if c.Norm == "" {
		c.Norm = certify.NormL2
	}
	switch {
	case len(ans.Margin.Classes) > 2:
		c.Intercepts = ans.Margin.Intercepts
	case c.Bias:
		c.Intercept = &ans.Margin.Intercept
	}
}

// withSplit returns ans with the split s, which takes the place of its proof if the
// verifier accepts it.
func (ans *Answer) withSplit(s *limit.Split) *Answer {
	out, r, m := *ans, *ans.Result, *ans.Margin
	r.X, r.Y = s.W, s.P
	m.Result, m.Intercept, m.SupportVectors = r, s.Intercept, s.Core
	out.Result, out.Margin, out.Split = &m.Result, &m, s
	if s.Proven {
		v, err := Verify(ans.separator.X, ans.separator.Y, &out)
		s.Proven = err == nil && v.Valid
	}
	if !s.Proven {
		ans.Split = s
		return ans
	}
	return &out
}

// boxed reports whether the domain of the geometry is a box.
func (ans *Answer) boxed() bool {
	if ans.phi == nil {
		return false
	}
	lower, upper := geometry.Bounds(ans.phi, 0)
	return !math.IsInf(lower, 0) && !math.IsInf(upper, 0)
}

// name states the geometry.
func (ans *Answer) name(c *certify.Certificate, w *certify.Witness) {
	s := ans.selection
	c.Geometry, c.Relative = s.Geometry, s.Relative
	if _, scaled := ans.phi.(geometry.PowerDiff); scaled || ans.start == nil {
		c.LogAlpha = s.LogAlpha // else it is in the start
	}
	if s.K != nil && s.Geometry == matrixGeometry {
		name := MatrixFile
		c.Matrix, w.Matrix = &name, s.K
	}
}

// Start returns the start x₀ that the answer was measured from; nil if it is 0,
// or known by its scale α alone.
func (ans *Answer) Start() []float64 { return ans.start }

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
