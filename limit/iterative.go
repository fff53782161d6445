package limit

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// support is a guessed support S and the two problems that polish it:
//
//	leastSquares: argmin ‖A_S x − b‖₂      interpolate: argmin ‖λ−λ₀‖₂ s.t. A_Sᵀλ = t
//
// supportSystem solves them by a factorization, iterativeSupport by conjugate
// gradients through products with A.
type support interface {
	indices() []int
	// reset makes S the given columns; it reports false if they are seen to
	// depend on each other.
	reset(idx []int) bool
	// append extends S; on false S is unchanged.
	append(idx []int) bool
	// leastSquares sets x, r = b − A_S x and returns ‖r‖₂. An iterative method
	// starts from the x it is given and may stop when ‖A_Sᵀr‖ has fallen by
	// the factor accuracy.
	leastSquares(x, r, b []float64, accuracy float64) float64
	// interpolate moves lambda to the nearest point with A_Sᵀλ = t.
	interpolate(lambda, t []float64)
}

// newSupport returns an empty support: factored where the columns of A are
// stored (orthogonally in the careful lane), iterative where A is known by its
// products only.
func (s *search) newSupport(capacity int) support {
	if s.careful {
		return &orthogonalSupport{op: s.a, n: s.n}
	}
	if s.stored {
		return newSupportSystemIn(s.space, s.a, capacity)
	}
	return &iterativeSupport{s: s, full: make([]float64, s.m), image: make([]float64, s.n)}
}

// iterativeSupport solves with A_SᵀA_S by conjugate gradients: two products
// with A an iteration, memory O(n + m).
type iterativeSupport struct {
	s     *search
	idx   []int
	full  []float64 // length m: scatter and gather
	image []float64 // length n
}

// maxConjugateSteps ends the conjugate gradients on a support whose columns
// nearly depend: such a guess is not worth more.
const maxConjugateSteps = 200

func (t *iterativeSupport) indices() []int { return t.idx }

func (t *iterativeSupport) reset(idx []int) bool {
	t.idx = append(t.idx[:0], idx...)
	return true
}

func (t *iterativeSupport) append(idx []int) bool {
	t.idx = append(t.idx, idx...)
	return true
}

// mul sets dst = A_S x.
func (t *iterativeSupport) mul(dst, x []float64) {
	clear(t.full)
	for i, j := range t.idx {
		t.full[j] = x[i]
	}
	t.s.apply(dst, t.full)
}

// mulT sets dst = A_Sᵀ r.
func (t *iterativeSupport) mulT(dst, r []float64) {
	t.s.applyT(t.full, r)
	for i, j := range t.idx {
		dst[i] = t.full[j]
	}
}

// leastSquares is CGLS (Björck 1996, §7.4): x in place, r kept as residual.
func (t *iterativeSupport) leastSquares(x, r, b []float64, accuracy float64) float64 {
	k := len(t.idx)
	t.mul(t.image, x)
	for i := range r {
		r[i] = b[i] - t.image[i]
	}
	g := make([]float64, k)
	t.mulT(g, r)
	p := append([]float64(nil), g...)
	gamma := dot(g, g)
	stop := accuracy * accuracy * gamma
	floor := exactResidual / 10 * t.s.bnorm
	for it := 0; it < maxConjugateSteps && gamma > stop && norm2(r) > floor && !t.s.halted(); it++ {
		t.mul(t.image, p)
		step := gamma / dot(t.image, t.image)
		blas.Axpy(step, p, x)
		blas.Axpy(-step, t.image, r)
		t.mulT(g, r)
		next := dot(g, g)
		for i := range p {
			p[i] = g[i] + next/gamma*p[i]
		}
		gamma = next
	}
	return norm2(r)
}

// interpolate solves A_SᵀA_S z = t − A_Sᵀλ by conjugate gradients and adds
// A_S z to λ (Craig's method), to rounding.
func (t *iterativeSupport) interpolate(lambda, target []float64) {
	k := len(t.idx)
	r := make([]float64, k)
	p := make([]float64, k)
	q := make([]float64, k)
	for range 2 { // the second round removes the drift of the first's recurrences
		t.mulT(r, lambda)
		for i := range r {
			r[i] = target[i] - r[i]
		}
		copy(p, r)
		gamma := dot(r, r)
		stop := 1e-28*gamma + 1e-30*float64(k)
		for it := 0; it < maxConjugateSteps && gamma > stop && !t.s.halted(); it++ {
			t.mul(t.image, p)
			curvature := dot(t.image, t.image)
			if curvature == 0 {
				return
			}
			step := gamma / curvature
			blas.Axpy(step, t.image, lambda)
			t.mulT(q, t.image)
			blas.Axpy(-step, q, r)
			next := dot(r, r)
			for i := range p {
				p[i] = r[i] + next/gamma*p[i]
			}
			gamma = next
		}
		if math.Sqrt(gamma) > 1e-6*math.Sqrt(float64(k)) {
			return
		}
	}
}
