package landscape

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// matrix is a rows×cols matrix by rows.
type matrix struct {
	rows, cols int
	data       []float64
}

func newMatrix(rows, cols int) matrix { return matrix{rows, cols, make([]float64, rows*cols)} }

func identity(n int) matrix {
	m := newMatrix(n, n)
	for i := range n {
		m.data[i*n+i] = 1
	}
	return m
}

func (m matrix) at(i, j int) float64 { return m.data[i*m.cols+j] }

func (m matrix) column(j int) []float64 {
	c := make([]float64, m.rows)
	for i := range c {
		c[i] = m.at(i, j)
	}
	return c
}

// mul sets dst = op(a) op(b) + beta dst.
func mul(dst matrix, a matrix, transA bool, b matrix, transB bool, beta float64) {
	k := a.cols
	if transA {
		k = a.rows
	}
	blas.Gemm(transA, transB, dst.rows, dst.cols, k, 1, a.data, max(1, a.cols), b.data, max(1, b.cols), beta, dst.data, max(1, dst.cols))
}

// times returns a b.
func (m matrix) times(b matrix) matrix {
	dst := newMatrix(m.rows, b.cols)
	mul(dst, m, false, b, false, 0)
	return dst
}

// norm is the Frobenius norm.
func (m matrix) norm() float64 { return norm(m.data) }

func norm(x []float64) float64 {
	scale := 0.0
	for _, v := range x {
		scale = max(scale, math.Abs(v))
	}
	if scale == 0 || math.IsInf(scale, 0) || math.IsNaN(scale) {
		return scale
	}
	sum := 0.0
	for _, v := range x {
		q := v / scale
		sum += q * q
	}
	return scale * math.Sqrt(sum)
}

// singularValues returns those of m, descending; false if they could not be
// computed.
func (m matrix) singularValues() ([]float64, bool) {
	s := make([]float64, min(m.rows, m.cols))
	if len(s) == 0 {
		return s, true
	}
	return s, blas.SVD(s, nil, 0, nil, 0, m.data, m.rows, m.cols, m.cols)
}

// rank is the number of singular values above tol.
func (m matrix) rank(tol float64) (int, bool) {
	s, ok := m.singularValues()
	r := 0
	for r < len(s) && s[r] > tol {
		r++
	}
	return r, ok
}

// svd returns the thin decomposition m = u diag(s) vt.
func (m matrix) svd() (u matrix, s []float64, vt matrix, ok bool) {
	k := min(m.rows, m.cols)
	u, s, vt = newMatrix(m.rows, k), make([]float64, k), newMatrix(k, m.cols)
	if k == 0 {
		return u, s, vt, true
	}
	ok = blas.SVD(s, u.data, k, vt.data, m.cols, m.data, m.rows, m.cols, m.cols)
	return u, s, vt, ok
}
