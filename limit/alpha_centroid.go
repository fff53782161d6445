package limit

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// DualCentroid returns the slacks off the support at the centroid y_c of the dual
// optimal face, the point that the flow selects among all y that prove the ℓ1
// solution x of p: as α → 0
//
//	ν = ln(1/α)·y_c + O(1),   |xᵢ(α)| ~ cᵢ·α^sᵢ,
//	sᵢ = 1 − |aᵢᵀy_c|,   or 1 − aᵢᵀy_c for x ≥ 0, where it may exceed 1.
//
// y_c maximises the smallest slack, then among the y that do so the smallest of the
// slacks that are not yet determined, and so on (Cominetti and San Martín 1994).
// Every stage is the linear program of SlackExponent, whose value is the first of
// these slacks; on generic data there is one stage. slack has length m, 0 on the
// support.
//
// start is the certified answer to p. It may be one of several: L1 returns a point
// inside of the optimal face, on whose support A_Sᵀy = sgn(x_S) for every optimal y.
// ok is false with weights, where the work is not affordable, where the face has no
// centroid (x ≥ 0 and the slacks have no bound), or where a stage was not solved.
func DualCentroid(ctx context.Context, p Problem, start *Result, opt Options) (y, slack []float64, ok bool) {
	if start == nil || start.Status != Certified || p.Weights != nil {
		return nil, nil, false
	}
	f, ok := newDualFace(p, start)
	if !ok {
		return nil, nil, false
	}
	for first := true; len(f.free) > 0; first = false {
		t, h, ok := f.least(ctx, opt)
		if !ok || first && t > 1-64*opt.tol() { // a support that is too small for its face
			return nil, nil, false
		}
		for c, v := range h {
			if v != 0 {
				f.value[f.free[c]] = math.Copysign(t, t*v)
			}
		}
		if t == 0 { // y is orthogonal to all that is left
			for _, j := range f.free {
				f.value[j] = 0
			}
		}
		if !f.settle() {
			return nil, nil, false
		}
	}
	slack = make([]float64, f.m)
	for j, v := range f.value {
		if start.X[j] != 0 {
			continue
		}
		if !p.Nonneg {
			v = math.Abs(v)
		}
		slack[j] = 1 - v
	}
	return f.lambda, slack, true
}

// dualFace is the set of y with given values of some aⱼᵀy.
type dualFace struct {
	p      Problem
	n, m   int
	value  []float64 // of aⱼᵀy; NaN where it is free
	free   []int     // columns whose value is
	lambda []float64 // the y of least norm
	// rest holds, column by column of free, the coordinates in the orthonormal
	// complement of the columns with a value, and then λᵀaⱼ.
	rest [][]float64
}

// newDualFace is the dual optimal face of a solution. ok is false where it is not
// affordable or there is nothing to be solved.
func newDualFace(p Problem, start *Result) (f *dualFace, ok bool) {
	n, m := p.A.Dims()
	if !linop.Stored(p.A) || float64(n)*float64(n)*float64(m) > maxSlackWork {
		return nil, false
	}
	f = &dualFace{p: p, n: n, m: m, value: make([]float64, m)}
	on := 0
	for j, v := range start.X {
		f.value[j] = math.NaN()
		if v != 0 {
			f.value[j] = math.Copysign(1, v)
			on++
		}
	}
	return f, on > 0 && on < m && f.settle()
}

// independent is the part of a column orthogonal to others, relative to its size,
// below which it counts as one of their combinations.
const independent = 1e-10

// settle works out what the values that are known determine: λ, and the values of
// the columns that are combinations of those that have one.
func (f *dualFace) settle() bool {
	basis, target := f.basis()
	k := len(basis)
	t := &orthogonalSupport{op: f.p.A, n: f.n}
	if !t.reset(basis) {
		return false
	}
	f.lambda = make([]float64, f.n)
	t.interpolate(f.lambda, target)
	f.free, f.rest = nil, nil
	a := make([]float64, f.n)
	for j, v := range f.value {
		if !math.IsNaN(v) {
			continue
		}
		linop.Columns(f.p.A, a, []int{j})
		size, at := norm2(a), dot(f.lambda, a)
		blas.ApplyQ(t.qr, f.n, k, k, t.tau, a, 1, 1, true)
		if norm2(a[k:]) <= independent*size {
			f.value[j] = at
			continue
		}
		f.free = append(f.free, j)
		f.rest = append(f.rest, append(append([]float64(nil), a[k:]...), at))
	}
	return true
}

// basis picks independent columns among those that have a value, by Gram–Schmidt's
// method, with those values.
func (f *dualFace) basis() (columns []int, target []float64) {
	var q [][]float64
	for j, v := range f.value {
		if math.IsNaN(v) || len(q) == f.n {
			continue
		}
		a := make([]float64, f.n)
		linop.Columns(f.p.A, a, []int{j})
		size := norm2(a)
		for range 2 {
			for _, e := range q {
				blas.Axpy(-dot(e, a), e, a)
			}
		}
		left := norm2(a)
		if left <= independent*size {
			continue
		}
		for i := range a {
			a[i] /= left
		}
		q, columns, target = append(q, a), append(columns, j), append(target, v)
	}
	return columns, target
}

// least returns the least t with |aⱼᵀy| ≤ t for all free columns, without the modulus
// for x ≥ 0, and the multipliers h: where one is not 0 the bound is attained by every y
// of the face that keeps it.
func (f *dualFace) least(ctx context.Context, opt Options) (t float64, h []float64, ok bool) {
	for shift := 1.0; shift < 1e6; shift *= 16 {
		t, h, status := f.lower(ctx, shift, opt)
		switch {
		case status == Certified:
			return t, h, true
		case status != Infeasible:
			return 0, nil, false
		case !f.p.Nonneg:
			return 0, h, true
		}
	}
	return 0, nil, false // t has no lower bound
}

// lower solves min t over the face by its dual, which is an ℓ1 problem: with the
// coordinates QᵀA_C of the free columns C in the complement,
//
//	1/(t + shift) = min ‖h‖₁  subject to  QᵀA_C h = 0, (λᵀA_C + shift)h = 1,
//
// h ≥ 0 for x ≥ 0. It is infeasible where t ≤ −shift, and hard where t + shift is tiny.
// For x of either sign t ≥ 0, and the shift is 0 whatever is asked for.
func (f *dualFace) lower(ctx context.Context, shift float64, opt Options) (t float64, h []float64, status Status) {
	if !f.p.Nonneg {
		shift = 0
	}
	cols, rows := len(f.free), len(f.rest[0])
	system := make([]float64, rows*cols)
	for c, a := range f.rest {
		for i, v := range a {
			system[i*cols+c] = v
		}
		system[(rows-1)*cols+c] += shift
	}
	rhs := make([]float64, rows)
	rhs[rows-1] = 1
	r, err := L1(ctx, Problem{A: linop.NewDense(rows, cols, system), B: rhs, Nonneg: f.p.Nonneg}, opt)
	if err != nil {
		return 0, nil, NumericalTrouble
	}
	if r.Status != Certified {
		return 0, nil, r.Status
	}
	return 1/r.Objective - shift, r.X, Certified
}
