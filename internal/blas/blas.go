// Package blas holds the dense kernels: products, Gram matrices, triangular
// factors and the elementwise exponential and logarithm.
package blas

import (
	"math"

	"github.com/tacit-dev/tacit/internal/parallel"

	gblas "gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

var impl gonum.Implementation

// Dot returns Σ xᵢ yᵢ.
func Dot(x, y []float64) float64 { return impl.Ddot(len(x), x, 1, y, 1) }

// Axpy adds a·x to y.
func Axpy(a float64, x, y []float64) { impl.Daxpy(len(x), a, x, 1, y, 1) }

// Gemv computes dst = A x for the rows×cols matrix A with row stride ld.
func Gemv(dst, a []float64, rows, cols, ld int, x []float64) {
	parallel.For(rows, 256, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = Dot(a[i*ld:i*ld+cols], x[:cols])
		}
	})
}

// GemvT computes dst = Aᵀ y for the rows×cols matrix A with row stride ld.
func GemvT(dst, a []float64, rows, cols, ld int, y []float64) {
	clear(dst[:cols])
	for i := range rows {
		Axpy(y[i], a[i*ld:i*ld+cols], dst[:cols])
	}
}

// NormalMul computes dst = A diag(d) Aᵀ v for the rows×cols matrix A with row
// stride ld; d has length cols, or is nil for the identity.
func NormalMul(dst, a []float64, rows, cols, ld int, d, v []float64) {
	t := make([]float64, cols)
	GemvT(t, a, rows, cols, ld, v)
	if d != nil {
		for j := range t {
			t[j] *= d[j]
		}
	}
	Gemv(dst, a, rows, cols, ld, t)
}

// SolveLower replaces x by L⁻¹x for the lower triangle L of an n×n matrix.
func SolveLower(l []float64, n, ld int, x []float64) {
	impl.Dtrsv(gblas.Lower, gblas.NoTrans, gblas.NonUnit, n, l, ld, x, 1)
}

// SolveLowerT replaces x by L⁻ᵀx for the lower triangle L of an n×n matrix.
func SolveLowerT(l []float64, n, ld int, x []float64) {
	impl.Dtrsv(gblas.Lower, gblas.Trans, gblas.NonUnit, n, l, ld, x, 1)
}

// Exp computes dst[i] = exp(x[i]). dst may be x.
func Exp(dst, x []float64) {
	for i, v := range x {
		dst[i] = math.Exp(v)
	}
}

// Log computes dst[i] = ln(x[i]). dst may be x.
func Log(dst, x []float64) {
	for i, v := range x {
		dst[i] = math.Log(v)
	}
}
