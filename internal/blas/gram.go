package blas

// GramRows computes the lower triangle of A diag(d) Aᵀ (rows×rows) into dst
// with row stride ldd, for the rows×cols matrix A with row stride ld; d has
// length cols, or is nil for the identity. The strict upper triangle of dst is
// not touched. d is applied while A is packed and costs nothing.
//
// Cost: rows²·cols flops.
func GramRows(dst []float64, ldd int, a []float64, rows, cols, ld int, d []float64) {
	gram(dst, ldd, rowMajor(a, ld, false), rows, cols, d)
}

// GramCols computes the lower triangle of Aᵀ diag(d) A (cols×cols) into dst
// with row stride ldd, for the rows×cols matrix A with row stride ld; d has
// length rows, or is nil for the identity. The strict upper triangle of dst is
// not touched.
//
// Cost: cols²·rows flops.
func GramCols(dst []float64, ldd int, a []float64, rows, cols, ld int, d []float64) {
	gram(dst, ldd, rowMajor(a, ld, true), cols, rows, d)
}

// gram computes the lower triangle of V diag(d) Vᵀ for the n×k matrix V.
func gram(dst []float64, ldd int, v view, n, k int, d []float64) {
	if n <= 0 {
		return
	}
	if k <= 0 {
		for i := range n {
			clear(dst[i*ldd : i*ldd+i+1])
		}
		return
	}
	p := product{m: n, n: n, k: k, alpha: 1, d: d, a: v, b: v, c: dst, ldc: ldd, mode: store, lower: true}
	p.run()
}
