// Package blas holds the dense kernels: products, Gram matrices, Cholesky, QR,
// symmetric eigenvalues, singular values, triangular solves, and the elementwise
// exponential and logarithm.
//
// Matrices are row-major slices with a row stride ld. Shapes are the caller's
// promise: a slice that is too short panics, nothing is read or written outside
// of it.
//
// # Paths
//
// On amd64 the innermost loops are assembly for AVX-512 or for AVX2 with FMA,
// written by tools/asmgen; elsewhere, and on processors without either, they are
// Go. The best path that the processor has is chosen when the program starts;
// the environment variable TACIT_CPU (generic, avx2 or avx512) forces one, so
// that one machine can test them all.
//
// # Numerical method
//
// Products are sums of multiply-adds in blocks over the summed index: an element
// of a product of length k carries an error of at most about k/2⁵³ times the sum
// of the absolute values of its terms, as in the textbook loop (Higham 2002,
// section 3.5), usually much less. No term is skipped: NaN and infinities
// propagate as in that loop.
//
// Work is cut in pieces that depend on shapes alone, and partial sums are added
// in the order of the pieces: results have the same bits on any number of
// threads. They differ in the last bits between paths.
//
// # gonum
//
// Importing the package registers Implementation with gonum's blas64, so that
// gonum's matrices and its LAPACK use these kernels too. Of that LAPACK, what
// applies block reflectors (Dgeqrf, Dormqr, Dorgqr and all that calls them) is not
// to be relied on up to v0.17.0: see ApplyQ.
package blas
