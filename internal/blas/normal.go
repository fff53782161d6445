package blas

// NormalMul computes dst = A diag(d) Aᵀ v for the rows×cols matrix A with row
// stride ld; d has length cols, or is nil for the identity; v and dst have length
// rows.
//
// Cost: two passes over A. A single pass over column panels that fit a cache was
// measured and is no faster: the hardware prefetcher, which long rows keep busy,
// brings more than the second reading costs.
func NormalMul(dst, a []float64, rows, cols, ld int, d, v []float64) {
	buf := newBuffer(max(cols, 0))
	t := buf.f[:max(cols, 0)]
	GemvT(t, a, rows, cols, ld, v)
	if d != nil {
		for j, s := range d[:len(t)] {
			t[j] *= s
		}
	}
	Gemv(dst, a, rows, cols, ld, t)
	buf.free()
}
