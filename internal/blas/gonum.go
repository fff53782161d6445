package blas

import (
	gblas "gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
)

func init() { blas64.Use(Implementation{}) }

// Implementation is gonum's blas.Float64 with the routines that decide the speed
// of dense factorisations replaced by the kernels of this package. Small or
// strided operands, for which packing does not pay, go to gonum's own.
type Implementation struct {
	gonum.Implementation
}

var _ gblas.Float64 = Implementation{}

// Sizes below which gonum's loops are as fast.
const (
	minProduct  = 16 * 16 * 16 // multiply-adds of level 3
	minElements = 16 * 16      // matrix elements of level 2
)

// Ddot is the inner product.
func (i Implementation) Ddot(n int, x []float64, incX int, y []float64, incY int) float64 {
	if incX != 1 || incY != 1 || n <= 0 || n > len(x) || n > len(y) {
		return i.Implementation.Ddot(n, x, incX, y, incY)
	}
	return dot(x[:n], y[:n])
}

// Daxpy adds α x to y.
func (i Implementation) Daxpy(n int, alpha float64, x []float64, incX int, y []float64, incY int) {
	if incX != 1 || incY != 1 || n <= 0 || n > len(x) || n > len(y) || alpha == 0 {
		i.Implementation.Daxpy(n, alpha, x, incX, y, incY)
		return
	}
	axpy(alpha, x[:n], y[:n])
}

// Dgemv computes y = α op(A) x + β y.
func (i Implementation) Dgemv(tA gblas.Transpose, m, n int, alpha float64, a []float64, lda int, x []float64, incX int, beta float64, y []float64, incY int) {
	rows, cols := m, n
	if tA != gblas.NoTrans {
		rows, cols = n, m
	}
	if m*n < minElements || !known(tA) || !fits(a, m, n, lda) || !reaches(x, cols, incX) || !reaches(y, rows, incY) {
		i.Implementation.Dgemv(tA, m, n, alpha, a, lda, x, incX, beta, y, incY)
		return
	}
	buf := newBuffer(rows + cols)
	defer buf.free()
	t := buf.f[:rows]
	x = gather(buf.f[rows:rows+cols], x, incX)
	if tA == gblas.NoTrans {
		Gemv(t, a, m, n, lda, x)
	} else {
		GemvT(t, a, m, n, lda, x)
	}
	addScaled(y, incY, t, alpha, beta)
}

// Dsymv computes y = α A x + β y for a symmetric A of which one triangle is read.
func (i Implementation) Dsymv(ul gblas.Uplo, n int, alpha float64, a []float64, lda int, x []float64, incX int, beta float64, y []float64, incY int) {
	if n*n < minElements || (ul != gblas.Lower && ul != gblas.Upper) || !fits(a, n, n, lda) || !reaches(x, n, incX) || !reaches(y, n, incY) {
		i.Implementation.Dsymv(ul, n, alpha, a, lda, x, incX, beta, y, incY)
		return
	}
	buf := newBuffer(2 * n)
	defer buf.free()
	t := buf.f[:n]
	symv(t, a, n, lda, gather(buf.f[n:2*n], x, incX), ul == gblas.Lower)
	addScaled(y, incY, t, alpha, beta)
}

// Dger adds α x yᵀ to A.
func (i Implementation) Dger(m, n int, alpha float64, x []float64, incX int, y []float64, incY int, a []float64, lda int) {
	if m*n < minElements || !fits(a, m, n, lda) || !reaches(x, m, incX) || !reaches(y, n, incY) {
		i.Implementation.Dger(m, n, alpha, x, incX, y, incY, a, lda)
		return
	}
	buf := newBuffer(n)
	defer buf.free()
	y = gather(buf.f[:n], y, incY)
	for r := range m {
		axpy(alpha*x[r*incX], y, a[r*lda:r*lda+n])
	}
}

// gather returns the elements of x, inc apart, contiguously, in t if they are
// not so already.
func gather(t, x []float64, inc int) []float64 {
	if inc == 1 {
		return x[:len(t)]
	}
	for i := range t {
		t[i] = x[i*inc]
	}
	return t
}

// addScaled computes y = α t + β y for y with increment inc. y is not read if
// β = 0.
func addScaled(y []float64, inc int, t []float64, alpha, beta float64) {
	for i, v := range t {
		if beta == 0 {
			y[i*inc] = alpha * v
		} else {
			y[i*inc] = alpha*v + beta*y[i*inc]
		}
	}
}

func known(t gblas.Transpose) bool {
	return t == gblas.NoTrans || t == gblas.Trans || t == gblas.ConjTrans
}

// reaches reports whether x holds n elements at a positive increment.
func reaches(x []float64, n, inc int) bool {
	return n > 0 && inc > 0 && len(x) > (n-1)*inc
}

// fits reports whether a holds a rows×cols matrix with row stride ld. What does
// not fit is left to gonum, which says what is wrong with it.
func fits(a []float64, rows, cols, ld int) bool {
	return rows > 0 && cols > 0 && ld >= cols && len(a) >= (rows-1)*ld+cols
}
