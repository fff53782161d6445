package blas

// dot returns Σ xᵢ yᵢ for len(x) > 0 elements.
func dot(x, y []float64) float64 {
	xp, yp := &x[0], &y[:len(x)][0]
	switch active {
	case avx512:
		return dotAVX512(len(x), xp, yp)
	case avx2:
		return dotAVX2(len(x), xp, yp)
	default:
		return dotGeneric(x, y)
	}
}

// axpy adds a·x to y for len(x) > 0 elements.
func axpy(a float64, x, y []float64) {
	xp, yp := &x[0], &y[:len(x)][0]
	switch active {
	case avx512:
		axpyAVX512(len(x), a, xp, yp)
	case avx2:
		axpyAVX2(len(x), a, xp, yp)
	default:
		axpyGeneric(a, x, y)
	}
}

// gemvBand computes dst = A x for four rows of a.
func gemvBand(dst, a []float64, ld int, x []float64) {
	dp, ap, xp := &dst[:band][0], &a[:(band-1)*ld+len(x)][0], &x[0]
	switch active {
	case avx512:
		gemvBandAVX512(len(x), ap, ld, xp, dp)
	case avx2:
		gemvBandAVX2(len(x), ap, ld, xp, dp)
	default:
		gemvBandGeneric(dst, a, ld, x)
	}
}

// gemvTBand adds Aᵀ y to dst for four rows of a.
func gemvTBand(dst, a []float64, ld int, y []float64) {
	dp, ap, yp := &dst[0], &a[:(band-1)*ld+len(dst)][0], &y[:band][0]
	switch active {
	case avx512:
		gemvTBandAVX512(len(dst), ap, ld, yp, dp)
	case avx2:
		gemvTBandAVX2(len(dst), ap, ld, yp, dp)
	default:
		gemvTBandGeneric(dst, a, ld, y)
	}
}

// expSlice computes dst = exp x for len(x) > 0 elements.
func expSlice(dst, x []float64) {
	dp, xp := &dst[:len(x)][0], &x[0]
	switch active {
	case avx512:
		expAVX512(len(x), dp, xp)
	case avx2:
		expAVX2(len(x), dp, xp)
	default:
		expGeneric(dst, x)
	}
}

// logSlice computes dst = ln x for len(x) > 0 elements.
func logSlice(dst, x []float64) {
	dp, xp := &dst[:len(x)][0], &x[0]
	switch active {
	case avx512:
		logAVX512(len(x), dp, xp)
	case avx2:
		logAVX2(len(x), dp, xp)
	default:
		logGeneric(dst, x)
	}
}
