package descent

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// best keeps the point of least residual, where the curvature is that of the
// solution more than at a point that has run away. A few are enough: it is
// looked at again only when the residual has halved.
type best struct {
	m        Method
	residual float64
	saved    [][]float64
}

func newBest(m Method) *best {
	b := &best{m: m, residual: math.Inf(1)}
	for _, v := range m.Vectors() {
		b.saved = append(b.saved, make([]float64, len(v.Values)))
	}
	return b
}

func (b *best) see(residual float64) {
	if !(residual < b.residual/2) {
		return
	}
	b.residual = residual
	for i, v := range b.m.Vectors() {
		copy(b.saved[i], v.Values)
	}
}

// restore brings the method back to the best point.
func (b *best) restore() {
	if math.IsInf(b.residual, 1) {
		return
	}
	for i, v := range b.m.Vectors() {
		copy(v.Values, b.saved[i])
	}
	b.m.Restored()
}

// How far curvatureAhead looks.
const (
	aheadResidual = 1e-2
	aheadSteps    = 2000
)

// curvatureAhead is the largest curvature of the loss at the method's point and
// where it gets to from there with steps that suit it: from a small start the
// curvature of a flow with x = y² is small, and tells nothing about the solution.
func (r *Run) curvatureAhead(ctx context.Context) float64 {
	here := largestCurvature(r.A, r.Method)
	if _, ok := r.Method.(Searcher); !ok || hasMomentum(r.Method) {
		return here
	}
	probe := Run{A: r.A, B: r.B, Method: r.Method, Rule: Armijo{}, Stop: []Criterion{ResidualBelow(aheadResidual), Steps(aheadSteps)}}
	if res, err := probe.Follow(ctx); err != nil || res.Status == Diverged {
		return here
	}
	return max(here, largestCurvature(r.A, r.Method))
}

// largestCurvature estimates the largest eigenvalue of A M Aᵀ, M the metric of
// the method at its point, from below: a few power iterations. Steps above 2/λ
// make the component along that eigenvector grow.
func largestCurvature(a linop.Operator, m Method) float64 {
	n, cols := a.Dims()
	v, w := make([]float64, n), make([]float64, n)
	x, mx := make([]float64, cols), make([]float64, cols)
	for i := range v { // no eigenvector is likely to be orthogonal to this
		v[i] = 1 + math.Sin(float64(i+1))/2
	}
	lambda := 0.0
	for range 50 {
		size := math.Sqrt(blas.Dot(v, v))
		if !(size > 0) || math.IsInf(size, 0) {
			break
		}
		for i := range v {
			v[i] /= size
		}
		a.ApplyT(x, v)
		m.Metric(mx, x)
		a.Apply(w, mx)
		next := blas.Dot(v, w)
		v, w = w, v
		if math.Abs(next-lambda) <= 1e-4*next {
			return next
		}
		lambda = next
	}
	return lambda
}
