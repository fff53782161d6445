//go:build !amd64

package blas

// There is no assembly for this processor: the kernels are the ones in Go. What
// they do is said in kernels_amd64.go.

func tile(kc int, a []float64, lda int, b []float64, ldb int, c []float64, ldc int, mode int) {
	tileGeneric(kc, a, lda, b, ldb, c, ldc, active.w(), mode)
}

func tileTrsm(l []float64, ldl int, x []float64, ldx int) {
	trsmGeneric(l, ldl, x, ldx, active.w())
}

func packPanel(dst []float64, v view, rows, kc, width int, scale []float64) {
	packGeneric(dst, v, rows, kc, width, scale)
}

func untranspose(b view, x []float64, n, cols, width int) int { return 0 }
func dot(x, y []float64) float64                              { return dotGeneric(x, y) }

func axpy(a float64, x, y []float64) { axpyGeneric(a, x, y) }

func squares(x, y []float64) { squaresGeneric(x, y) }

func gemvBand(dst, a []float64, ld int, x []float64) { gemvBandGeneric(dst, a, ld, x) }

func gemvTBand(dst, a []float64, ld int, y []float64) { gemvTBandGeneric(dst, a, ld, y) }

func expSlice(dst, x []float64) { expGeneric(dst, x) }

func logSlice(dst, x []float64) { logGeneric(dst, x) }

func rotateChain(n int, cs, z []float64, at, step int) {
	rotateGeneric(n, cs, z, at, step, groups*active.w())
}

func gemvBandAhead(dst, a []float64, ld int, x []float64, _ int) { gemvBandAheadGeneric(dst, a, ld, x) }

func gemvTBandAhead(dst, a []float64, ld int, y []float64, _ int) { gemvTBandGeneric(dst, a, ld, y) }
