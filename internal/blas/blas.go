// Package blas holds the dense kernels: products, Gram matrices, triangular
// factors and the elementwise exponential and logarithm.
package blas

import (
	"math"

	gblas "gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

var impl gonum.Implementation

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
