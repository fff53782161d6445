package limit

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/lapack/gonum"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// The careful lane replaces normal equations by orthogonal factorizations:
// they see the condition number of A itself, not its square.

// orthogonalFactor leaves in c.gram a lower triangular L with LLᵀ =
// A diag(d) Aᵀ, as Rᵀ of diag(√d) Aᵀ = QR. The rows of that matrix differ in
// size by many orders; sorted by size they keep their own accuracy (Powell and
// Reid 1969). A row of A that depends on the others gets an infinite pivot:
// its component of dy is then zero.
func (c *central) orthogonalFactor() bool {
	n, m := c.search.n, c.search.m
	order := make([]int, m)
	for j := range order {
		order[j] = j
	}
	size := func(j int) float64 { return math.Sqrt(c.d[j]) * c.search.norms[j] }
	slices.SortFunc(order, func(i, j int) int {
		switch a, b := size(i), size(j); {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return i - j
	})
	rows := max(m, n) // with fewer unknowns than rows the matrix is padded by zeros
	w := make([]float64, rows*n)
	linop.Columns(c.search.a, w[:m*n], order)
	lengths := make([]float64, n)
	for k, j := range order {
		root := math.Sqrt(c.d[j])
		for i := range n {
			w[k*n+i] *= root
			lengths[i] = math.Hypot(lengths[i], w[k*n+i])
		}
	}
	c.search.stats.Factorizations++
	blas.QR(w, rows, n, n, make([]float64, n))
	for i := range n {
		for j := range i + 1 {
			c.gram[i*n+j] = w[j*n+i]
		}
		if math.Abs(c.gram[i*n+i]) <= 16*epsilon*lengths[i] {
			c.gram[i*n+i] = math.Inf(1)
		}
	}
	return true
}

// orthogonalSupport is a support whose problems are solved by the QR
// factorization of A_S.
type orthogonalSupport struct {
	op  linop.Operator
	n   int
	idx []int
	c   []float64 // |S|×n: the columns
	qr  []float64 // n×|S|
	tau []float64
}

func (t *orthogonalSupport) indices() []int { return t.idx }

func (t *orthogonalSupport) reset(idx []int) bool {
	k := len(idx)
	if k > t.n {
		return false
	}
	c := make([]float64, k*t.n)
	linop.Columns(t.op, c, idx)
	f := make([]float64, t.n*k)
	norms := make([]float64, k)
	for p := range k {
		for i, v := range c[p*t.n : (p+1)*t.n] {
			f[i*k+p] = v
			norms[p] = math.Hypot(norms[p], v)
		}
	}
	tau := make([]float64, k)
	blas.QR(f, t.n, k, k, tau)
	for p := range k {
		if math.Abs(f[p*k+p]) <= 64*epsilon*norms[p] {
			return false
		}
	}
	t.idx, t.c, t.qr, t.tau = append([]int(nil), idx...), c, f, tau
	return true
}

func (t *orthogonalSupport) append(idx []int) bool {
	return t.reset(append(append([]int(nil), t.idx...), idx...))
}

// leastSquares refines with residuals in twice the precision, so that r is the
// residual of x to the last bits.
func (t *orthogonalSupport) leastSquares(x, r, b []float64, _ float64) float64 {
	k := len(t.idx)
	clear(x)
	copy(r, b)
	w := make([]float64, t.n)
	for range 3 {
		copy(w, r)
		blas.ApplyQ(t.qr, t.n, k, k, t.tau, w, 1, 1, true)
		blas.SolveUpper(t.qr, k, k, w[:k])
		blas.Axpy(1, w[:k], x)
		subtractCompensated(linop.NewDenseColMajor(t.n, k, t.c), r, b, x)
	}
	return norm2(r)
}

func (t *orthogonalSupport) interpolate(lambda, target []float64) {
	k := len(t.idx)
	z := make([]float64, k)
	w := make([]float64, t.n)
	for range 3 {
		applyTCompensated(linop.NewDenseColMajor(t.n, k, t.c), z, lambda)
		clear(w)
		for p := range k {
			w[p] = target[p] - z[p]
		}
		blas.SolveUpperT(t.qr, k, k, w[:k])
		blas.ApplyQ(t.qr, t.n, k, k, t.tau, w, 1, 1, false)
		blas.Axpy(1, w, lambda)
	}
}

// basis returns independent columns among the given ones, large entries of x
// first: the pivots of a QR factorization of A_S diag(x_S), in increasing order.
func (s *search) basis(support []int, x []float64) []int {
	n, k := s.n, len(support)
	columns := make([]float64, k*n)
	linop.Columns(s.a, columns, support)
	f := make([]float64, n*k)
	for p, j := range support {
		for i := range n {
			f[i*k+p] = columns[p*n+i] * x[j]
		}
	}
	pivot := make([]int, k)
	for p := range pivot {
		pivot[p] = -1 // free to move
	}
	var lapack gonum.Implementation
	tau, size := make([]float64, min(n, k)), make([]float64, 1)
	lapack.Dgeqp3(n, k, f, k, pivot, tau, size, -1)
	lapack.Dgeqp3(n, k, f, k, pivot, tau, make([]float64, int(size[0])), int(size[0]))
	var idx []int
	for p := range tau {
		if math.Abs(f[p*k+p]) > 16*epsilon*math.Abs(f[0]) {
			idx = append(idx, support[pivot[p]])
		}
	}
	slices.Sort(idx)
	return idx
}
