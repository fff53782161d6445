package limit

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// supportSystem is a support whose columns are stored, with the Cholesky factor
// of A_SᵀA_S. Its problems are solved by the normal equations with one step of
// refinement on the residual of the original equations, which restores the
// accuracy of an orthogonal method as long as the factorization succeeds
// (Björck 1996, §6.6). Columns can be appended and removed; a column that
// depends on the others to working precision is refused.
type supportSystem struct {
	op  linop.Operator
	n   int
	idx []int
	c   []float64 // len(idx)×n row-major: row k is the column idx[k] of A
	l   []float64 // lower Cholesky factor of c·cᵀ, stride ld
	ld  int

	spare []float64 // the columns of the previous S: most of them stay
}

// dependent is the relative size of a Cholesky pivot below which a column is
// taken to depend on the previous ones: the pivot is the squared distance to
// their span, and it carries an error of about n·2⁻⁵³ of the squared norm.
const dependent = 1e-12

func newSupportSystem(op linop.Operator, capacity int) *supportSystem {
	return newSupportSystemIn(nil, op, capacity)
}

// newSupportSystemIn takes its memory from a space.
func newSupportSystemIn(w *space, op linop.Operator, capacity int) *supportSystem {
	n, _ := op.Dims()
	return &supportSystem{op: op, n: n, ld: capacity,
		c: w.vector(capacity * n)[:0], l: w.vector(capacity * capacity)}
}

func (s *supportSystem) indices() []int { return s.idx }

// reset makes S the given columns. It reports whether A_S has full column rank
// to working precision.
func (s *supportSystem) reset(idx []int) bool {
	if len(s.idx) == 0 {
		s.c = s.c[:0]
		return s.append(idx)
	}
	known := make(map[int]int, len(s.idx))
	for i, j := range s.idx {
		known[j] = i
	}
	old := s.c
	s.idx, s.c = s.idx[:0], s.spare[:0]
	s.spare = old
	s.grow(len(idx))
	s.c = s.c[:len(idx)*s.n]
	var missing []int
	var places []int
	for p, j := range idx {
		if i, ok := known[j]; ok {
			copy(s.c[p*s.n:(p+1)*s.n], old[i*s.n:])
		} else {
			missing, places = append(missing, j), append(places, p)
		}
	}
	fresh := make([]float64, len(missing)*s.n)
	linop.Columns(s.op, fresh, missing)
	for i, p := range places {
		copy(s.c[p*s.n:(p+1)*s.n], fresh[i*s.n:])
	}
	return s.border(idx)
}

// append extends S by the given columns, bordering the factor. If the extended
// columns are dependent S is left as it was and append reports false.
func (s *supportSystem) append(idx []int) bool {
	k, p := len(s.idx), len(idx)
	if p == 0 {
		return true
	}
	s.grow(k + p)
	s.c = s.c[:(k+p)*s.n]
	linop.Columns(s.op, s.c[k*s.n:], idx)
	return s.border(idx)
}

// border extends the factor of the first len(s.idx) columns in c by the
// columns idx that follow there, and takes them into S.
func (s *supportSystem) border(idx []int) bool {
	k, p := len(s.idx), len(idx)
	n, ld := s.n, s.ld
	fresh := s.c[k*n:]
	if p == 1 {
		return s.borderOne(idx[0], fresh)
	}
	if k > 0 {
		// L₂₁ᵀ = L⁻¹ (C Cᵥᵀ), formed k×p and transposed into place.
		cross := make([]float64, k*p)
		blas.Gemm(false, true, k, p, n, 1, s.c[:k*n], n, fresh, n, 0, cross, p)
		blas.SolveLowerMany(s.l, k, ld, cross, p, p)
		for i := range k {
			for j := range p {
				s.l[(k+j)*ld+i] = cross[i*p+j]
			}
		}
	}
	diag := make([]float64, p)
	corner := s.l[k*ld+k:]
	blas.GramRows(corner, ld, fresh, p, n, n, nil)
	for j := range p {
		diag[j] = corner[j*ld+j]
	}
	if k > 0 {
		l21 := s.l[k*ld:]
		// Only the lower triangle is read later; the whole square is updated
		// because the general product is as fast as the triangular one here.
		blas.Gemm(false, true, p, p, k, -1, l21, ld, l21, ld, 1, corner, ld)
	}
	if blas.Cholesky(corner, p, ld) >= 0 {
		s.c = s.c[:k*n]
		return false
	}
	for j := range p {
		if d := corner[j*ld+j]; d*d <= dependent*diag[j] {
			s.c = s.c[:k*n]
			return false
		}
	}
	s.idx = append(s.idx, idx...)
	return true
}

// borderOne is border for one column, without what products of matrices cost
// beside their flops.
func (s *supportSystem) borderOne(j int, column []float64) bool {
	k, n := len(s.idx), s.n
	row := s.l[k*s.ld : k*s.ld+k+1]
	blas.Gemv(row[:k], s.c, k, n, n, column)
	blas.SolveLower(s.l, k, s.ld, row[:k])
	square := dot(column, column)
	pivot := square - dot(row[:k], row[:k])
	if !(pivot > dependent*square) {
		s.c = s.c[:k*n]
		return false
	}
	row[k] = math.Sqrt(pivot)
	s.idx = append(s.idx, j)
	return true
}

// grow makes room for k columns.
func (s *supportSystem) grow(k int) {
	if cap(s.c) < k*s.n {
		c := make([]float64, len(s.c), max(k, s.ld)*s.n)
		copy(c, s.c)
		s.c = c
	}
	if k <= s.ld {
		return
	}
	ld := max(k, s.ld+s.ld/2)
	l := make([]float64, ld*ld)
	for i := range s.idx {
		copy(l[i*ld:i*ld+i+1], s.l[i*s.ld:i*s.ld+i+1])
	}
	s.l, s.ld = l, ld
}

// solveGram solves A_SᵀA_S z = z in place.
func (s *supportSystem) solveGram(z []float64) {
	blas.SolveLower(s.l, len(s.idx), s.ld, z)
	blas.SolveLowerT(s.l, len(s.idx), s.ld, z)
}

// leastSquares sets x = argmin ‖A_S x − b‖₂ and r = b − A_S x, and returns
// ‖r‖₂.
func (s *supportSystem) leastSquares(x, r, b []float64, accuracy float64) float64 {
	k, n := len(s.idx), s.n
	copy(r, b)
	for i := range x {
		x[i] = 0
	}
	dx := make([]float64, k)
	ax := make([]float64, n)
	rounds := 2
	if accuracy >= loose {
		rounds = 1
	}
	for range rounds {
		blas.Gemv(dx, s.c, k, n, n, r)
		s.solveGram(dx)
		blas.Axpy(1, dx, x)
		blas.GemvT(ax, s.c, k, n, n, x)
		for i := range r {
			r[i] = b[i] - ax[i]
		}
	}
	return norm2(r)
}

// interpolate replaces lambda by the nearest point with A_Sᵀλ = t; from
// lambda = 0 that is the interpolant of least norm.
func (s *supportSystem) interpolate(lambda, t []float64) {
	k, n := len(s.idx), s.n
	z := make([]float64, k)
	step := make([]float64, n)
	for range 2 {
		blas.Gemv(z, s.c, k, n, n, lambda)
		for i := range z {
			z[i] = t[i] - z[i]
		}
		s.solveGram(z)
		blas.GemvT(step, s.c, k, n, n, z)
		blas.Axpy(1, step, lambda)
	}
}

// norm2 is the Euclidean norm of entries whose squares neither overflow nor
// underflow; the normalised units of a search ensure that.
func norm2(x []float64) float64 { return math.Sqrt(blas.Dot(x, x)) }

// truncate leaves the first k columns in S.
func (s *supportSystem) truncate(k int) {
	s.idx, s.c = s.idx[:k], s.c[:k*s.n]
}

// remove takes the i-th column out of S: the row is deleted from the factor
// and Givens rotations make it triangular again, in O(k²). z = L⁻¹c, nil or of
// length k, goes along: its first k−1 entries become those of L⁻¹c without cᵢ.
func (s *supportSystem) remove(i int, z []float64) {
	k, n, ld := len(s.idx), s.n, s.ld
	s.idx = append(s.idx[:i], s.idx[i+1:]...)
	copy(s.c[i*n:], s.c[(i+1)*n:])
	s.c = s.c[:(k-1)*n]
	for r := i; r < k-1; r++ {
		copy(s.l[r*ld:r*ld+k], s.l[(r+1)*ld:(r+1)*ld+k])
	}
	for j := i; j < k-1; j++ {
		a, b := s.l[j*ld+j], s.l[j*ld+j+1]
		h := math.Sqrt(a*a + b*b) // in range, as the norms of the columns are
		cos, sin := a/h, b/h
		s.l[j*ld+j], s.l[j*ld+j+1] = h, 0
		if z != nil {
			z[j], z[j+1] = cos*z[j]+sin*z[j+1], cos*z[j+1]-sin*z[j]
		}
		for r := j + 1; r < k-1; r++ {
			a, b := s.l[r*ld+j], s.l[r*ld+j+1]
			s.l[r*ld+j], s.l[r*ld+j+1] = cos*a+sin*b, cos*b-sin*a
		}
	}
}

// dot is the inner product of vectors of the same length.
func dot(x, y []float64) float64 { return blas.Dot(x, y) }
