package limit

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// conditioned answers p again on an orthonormal basis of the rows of A, where r is what
// the lanes came to without a proof: rows that nearly depend on each other leave them an
// x or a y that is right to few digits. It returns r where that proves nothing either.
//
// A b that is rounded may have no solution x ≥ 0 though it is next to one that has: then
// the question is put for the Ax of a point that is a solution to the tolerance.
func conditioned(ctx context.Context, p Problem, opt Options, r *Result) *Result {
	open := func() bool { return (r.Status == Approximate || r.Status == NumericalTrouble) && ctx.Err() == nil }
	for _, dependent := range dependences {
		if !open() {
			break
		}
		basis := newRowBasis(ctx, p.A, p.B, dependent)
		if basis == nil || len(basis.q) == 0 {
			break
		}
		r = basis.answer(ctx, p, opt, r)
		if open() && p.Nonneg {
			if x := feasible(ctx, p, opt, r); x != nil {
				basis.aim(x)
				r = basis.answer(ctx, p, opt, r)
			}
		}
	}
	return r
}

// feasible returns an x ≥ 0 with Ax = b to the tolerance: that of r, or the end of
// the path in columns of equal lengths, which comes as near to b as x ≥ 0 can; nil if that
// is not near enough.
func feasible(ctx context.Context, p Problem, opt Options, r *Result) []float64 {
	if r.Residual <= opt.tol() {
		return r.X
	}
	_, m := p.A.Dims()
	lengths := make([]float64, m)
	linop.ColumnNorms(p.A, lengths)
	for j, v := range lengths {
		if v == 0 {
			lengths[j] = 1
		}
	}
	path, err := Path(ctx, Problem{A: p.A, B: p.B, Weights: lengths, Nonneg: true}, PathOptions{Options: Options{Tol: opt.Tol}})
	if err != nil || !(path.Residual <= opt.tol()) {
		return nil
	}
	return path.X
}

// answer is the answer of p by its basis, or r.
func (s *rowBasis) answer(ctx context.Context, p Problem, opt Options, r *Result) *Result {
	q := s.problem(p)
	own := newSearch(ctx, q, Options{Tol: opt.Tol})
	own.run(q.B)
	better := own.result(q)
	better.Residual = compensatedResidual(p.A, p.B, better.X)
	better.Y, better.YTail = s.dual(better.Y, nil)
	better.Bound = s.reach(p.B, better.Y, better.YTail)
	better.Gap = relativeGap(better.Objective, better.Bound)
	if better.Status != Certified || !(better.Residual <= opt.tol()) || !(math.Abs(better.Gap) <= opt.tol()) || !finite(better.Y) {
		return r
	}
	better.Stats.Passes += r.Stats.Passes + 1
	better.Stats.Factorizations += r.Stats.Factorizations + 1
	better.Stats.Steps += r.Stats.Steps
	better.Stats.Route = r.Stats.Route + " > row-basis > " + better.Stats.Route
	return better
}

// conditioned is the same for MinNorm: x = x₀ + Qᵀc, and y = Tᵀc has Aᵀy = x−x₀.
func (s *minNorm) conditioned(ctx context.Context, r *Result) *Result {
	for _, dependent := range dependences {
		if r.Status != Approximate && r.Status != NumericalTrouble || ctx.Err() != nil || !finite(s.d) {
			break
		}
		if basis := newRowBasis(ctx, s.a, s.d, dependent); basis != nil {
			r = s.nearest(basis, r)
		}
	}
	return r
}

// nearest is the answer by a basis, or r.
func (s *minNorm) nearest(basis *rowBasis, r *Result) *Result {
	yes := true
	better := &Result{Status: Certified, X: basis.nearest(), Unique: &yes, Stats: r.Stats}
	length := safeNorm(better.X)
	better.Objective, better.Bound = length, length
	better.Y, better.YTail = basis.dual(basis.c.hi, basis.c.lo)
	if length > 0 { // by a power of two: ‖Aᵀy‖ is about 1, and y keeps its digits
		unit := powerOfTwo(1 / length)
		scale(unit, better.Y)
		scale(unit, better.YTail)
	}
	for j, v := range s.x0 {
		better.X[j] += v
	}
	for _, v := range better.X {
		if v != 0 {
			better.Support++
		}
	}
	better.Residual = compensatedResidual(s.a, s.b, better.X)
	if !(better.Residual <= s.tol) || !finite(better.Y) {
		return r
	}
	better.Reason = Reason{Criterion: "residual", Value: better.Residual, Bound: s.tol}
	better.Stats.Passes++
	better.Stats.Factorizations++
	better.Stats.Route += " > row-basis"
	return better
}

// compensatedResidual is ‖Ax−b‖/‖b‖, in compensated arithmetic.
func compensatedResidual(a linop.Operator, b, x []float64) float64 {
	r := make([]float64, len(b))
	subtractCompensated(a, r, b, x)
	size := safeNorm(b)
	if size == 0 {
		size = 1
	}
	if v := safeNorm(r) / size; !math.IsNaN(v) {
		return v
	}
	return math.Inf(1)
}
