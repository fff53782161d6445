// Package tacit answers underdetermined problems Ax = b with the solution that
// a chosen geometry selects, and proves each answer.
//
//	A, err := tacit.Dense(n, m, entries)
//	x, err := tacit.Solve(ctx, tacit.Problem{A: A, B: b, Nonneg: true}, tacit.Options{})
//	v, err := tacit.Verify(A, b, x)
//
// A is n×m: n measurements of m unknowns, usually n < m, so that Ax = b has
// many solutions. Solve picks the one of least (weighted) ℓ1 norm, which is
// where mirror descent and the square parameterization end up from a vanishing
// initialization; SolveAt stops at an initialization α > 0; MinNorm picks the
// solution of least Euclidean norm, where gradient descent ends up; Nearest
// picks the one nearest to a start in any geometry, where mirror descent ends
// up. LowRank asks the same of matrices: the one of least nuclear norm with given
// measurements. Denoise allows noise in b, Path follows the limit α → 0 event by
// event, and Margin separates labelled points, where descent on the logistic loss
// ends up.
//
// An error means that the question could not be asked. What was established
// about it is the Status of the answer: Certified comes with a dual vector Y
// that bounds the optimum from below, Infeasible with one that excludes every
// solution. Both are verified before they are returned, with code that shares nothing
// with the solvers, at the cost of some products with A: an answer that fails is
// Approximate or NumericalTrouble. Verify does it once more. No panic leaves this package.
//
// Package limit has the solvers with their options, package certify the
// certificates, package linop more kinds of A, package dataio the files.
//
// # Stability of this API
//
// Names and meanings here are stable within a major version; before 1.0 they
// change only with a note in the changelog.
package tacit

import (
	"context"
	"fmt"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// Version is the release of this module.
const Version = "0.1.0"

// Operator is a matrix A, dense, sparse or known only by its products.
type Operator = linop.Operator

// Problem asks for the x that minimises Σ wᵢ|xᵢ| subject to Ax = b, and x ≥ 0
// if Nonneg. Weights nil means ones.
type Problem = limit.Problem

// Options bound the work: tolerance, time, steps. The zero value asks for a
// relative gap and residual of 1e-9, whatever it takes.
type Options = limit.Options

// Result is what a solver returns: Status, X, Y, Objective, Bound, Gap, Residual,
// whether X is unique, and what the work was.
type Result = limit.Result

// Solve answers p. It costs about ten products with A where p is easy, and as
// much as an interior point method where it is not.
func Solve(ctx context.Context, p Problem, opt Options) (ans *Answer, err error) {
	defer recovered(&err)
	if err := opt.Check(); err != nil {
		return nil, err
	}
	r, err := limit.L1(ctx, p, opt)
	if err != nil {
		return nil, err
	}
	claim := certify.L1
	if p.Nonneg {
		claim = certify.L1Nonneg
	}
	ans = &Answer{Result: r, claim: claim, nonneg: p.Nonneg, weights: p.Weights, tol: opt.Tol}
	return ans.verified(p.A, p.B, opt), nil
}

// SolveAt answers p at an initialization α > 0 instead of in the limit α → 0:
// it returns the limit of the mirror flow from x₀ = α·1 in the geometry of the
// entropy if p.Nonneg, else of the hypentropy with β = α from x₀ = 0. What x
// says about the ℓ1 optimum stands in Answer.Alpha, and how fast it gets there as
// α falls in Answer.Slack. logAlpha is ln α, so that α
// may be as small as 1e-3000.
func SolveAt(ctx context.Context, p Problem, logAlpha float64, opt Options) (ans *Answer, err error) {
	defer recovered(&err)
	if err := opt.Check(); err != nil {
		return nil, err
	}
	if opt.MaxTime > 0 { // one budget for the three solves
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.MaxTime)
		defer cancel()
		opt.MaxTime = 0
	}
	start, err := limit.L1(ctx, p, opt)
	if err != nil {
		return nil, err
	}
	r, err := limit.L1AtAlpha(ctx, p, logAlpha, start, opt)
	if err != nil {
		return nil, err
	}
	if r.Checkpoint == nil && (r.Status == limit.Budget || r.Status == limit.Interrupted) {
		r.Checkpoint = start.Checkpoint // the second solve had no time to begin
	}
	opt.Save, opt.Resume = nil, nil
	ans = &Answer{Result: &r.Result, Alpha: r, claim: certify.Bregman, nonneg: p.Nonneg, weights: p.Weights, tol: opt.Tol}
	if s, ok := limit.SlackExponent(ctx, p, start, opt); ok {
		ans.Slack = &s
	}
	return ans.verified(p.A, p.B, opt), nil
}

// Denoise asks for ‖Ax−b‖₂ ≤ σ instead of Ax = b.
func Denoise(ctx context.Context, p Problem, sigma float64, opt Options) (ans *Answer, err error) {
	defer recovered(&err)
	if err := opt.Check(); err != nil {
		return nil, err
	}
	r, err := limit.Denoise(ctx, p, sigma, opt)
	if err != nil {
		return nil, err
	}
	claim := certify.L1Denoise
	if p.Nonneg {
		claim = certify.L1DenoiseNonneg
	}
	ans = &Answer{Result: r, claim: claim, nonneg: p.Nonneg, weights: p.Weights, sigma: &sigma, tol: opt.Tol}
	return ans.verified(p.A, p.B, opt), nil
}

// PathOptions are Options and the choice of rational arithmetic.
type PathOptions = limit.PathOptions

// Path answers p as Solve does, by following the limit α → 0 of the flow exactly
// from event to event: they are in Answer.Path.
func Path(ctx context.Context, p Problem, opt PathOptions) (ans *Answer, err error) {
	defer recovered(&err)
	if err := opt.Check(); err != nil {
		return nil, err
	}
	r, err := limit.Path(ctx, p, opt)
	if err != nil {
		return nil, err
	}
	claim := certify.L1
	if p.Nonneg {
		claim = certify.L1Nonneg
	}
	ans = &Answer{Result: &r.Result, Path: r, claim: claim, nonneg: p.Nonneg, weights: p.Weights, tol: opt.Tol}
	return ans.verified(p.A, p.B, opt.Options), nil
}

// MarginProblem asks for the separator of largest margin of labelled points.
type MarginProblem = limit.MarginProblem

// Margin answers p: where gradient descent on the exponential or logistic loss
// turns. X of the answer is w and Y the convex weights of the support vectors;
// margin, intercept and support vectors are in Answer.Margin. In Verify and in
// Answer.Certificate the points stand for A and the labels for b. The status is
// NotSeparable where no separator exists, and Y proves it.
func Margin(ctx context.Context, p MarginProblem, opt Options) (ans *Answer, err error) {
	defer recovered(&err)
	if err := opt.Check(); err != nil {
		return nil, err
	}
	r, err := limit.Margin(ctx, p, opt)
	if err != nil {
		return nil, err
	}
	ans = &Answer{Result: &r.Result, Margin: r, separator: &p, claim: certify.Margin, tol: opt.Tol}
	return ans.verified(p.X, p.Y, opt), nil
}

// MarginSplit answers p as Margin does. Where no separator of the two classes exists it
// also finds the largest part that can be separated (limit.Split), in Answer.Split: if the
// split can be proven, X and Answer.Margin.Intercept are its separator and Y its weights,
// positive on the core, which take the place of those that show that nothing separates
// all points.
func MarginSplit(ctx context.Context, p MarginProblem, opt Options) (ans *Answer, err error) {
	defer recovered(&err)
	if ans, err = Margin(ctx, p, opt); err != nil || ans.Status != limit.NotSeparable || len(ans.Margin.Classes) > 2 {
		return ans, err
	}
	s, err := limit.MarginSplit(ctx, p, opt)
	if ctx.Err() != nil {
		return ans, nil // the proof that was found stands
	}
	if err != nil {
		return nil, err
	}
	return ans.withSplit(s), nil
}

// MinNorm minimises ‖x−x₀‖₂ subject to Ax = b; x0 nil means 0.
func MinNorm(ctx context.Context, a Operator, b, x0 []float64, opt Options) (ans *Answer, err error) {
	defer recovered(&err)
	if err := opt.Check(); err != nil {
		return nil, err
	}
	r, err := limit.MinNorm(ctx, a, b, x0, opt)
	if err != nil {
		return nil, err
	}
	ans = &Answer{Result: r, claim: certify.MinNorm, start: x0, tol: opt.Tol}
	return ans.verified(a, b, opt), nil
}

// recovered turns a panic, which is a defect of this module, into an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("tacit: internal error: %v; please report it with the problem that caused it", p)
	}
}
