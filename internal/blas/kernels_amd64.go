package blas

// This file is the border to the assembly: it checks lengths, which assembly
// does not, and chooses between the instruction sets.

// tile computes C = AB, C + AB or C − AB, as mode says, for a w×3w block of C
// with row stride ldc. For every one of the kc steps a holds w contiguous
// elements, a column of A, and b holds 3w, a row of B; the steps are lda and ldb
// apart.
func tile(kc int, a []float64, lda int, b []float64, ldb int, c []float64, ldc int, mode int) {
	w := active.w()
	if active == generic || kc == 0 {
		tileGeneric(kc, a, lda, b, ldb, c, ldc, w, mode)
		return
	}
	ap := &a[:(kc-1)*lda+w][0]
	bp := &b[:(kc-1)*ldb+groups*w][0]
	cp := &c[:(w-1)*ldc+groups*w][0]
	if active == avx512 {
		gemmTileAVX512(kc, ap, lda, bp, ldb, cp, ldc, mode)
	} else {
		gemmTileAVX2(kc, ap, lda, bp, ldb, cp, ldc, mode)
	}
}

// tileTrsm replaces the w×3w block X with row stride ldx by L⁻¹X. Step k of l,
// ldl apart, holds column k of the lower triangle L, with the reciprocal on the
// diagonal.
func tileTrsm(l []float64, ldl int, x []float64, ldx int) {
	w := active.w()
	lp, xp := &l[:(w-1)*ldl+w][0], &x[:(w-1)*ldx+groups*w][0]
	switch active {
	case avx512:
		trsmTileAVX512(lp, ldl, xp, ldx)
	case avx2:
		trsmTileAVX2(lp, ldl, xp, ldx)
	default:
		trsmGeneric(l, ldl, x, ldx, w)
	}
}

// packPanel packs the first rows ≤ width rows of v as one panel.
func packPanel(dst []float64, v view, rows, kc, width int, scale []float64) {
	w := active.w()
	switch {
	case active != generic && v.cs == 1:
		for r := 0; r < rows; r += w {
			transposeGroup(dst[r:], width, v.sub(r, 0), min(w, rows-r), kc, scale)
		}
	case active != generic && v.rs == 1 && rows == width:
		copyPanel(dst, v, kc, width == w, scale)
	default:
		packGeneric(dst, v, rows, kc, width, scale)
	}
}

// transposeGroup writes kc columns of the first rows ≤ w rows of v, which are
// contiguous, as kc groups of w contiguous elements, ldd apart, each times its
// scale. Missing rows repeat the last one. It must not run on the generic path.
func transposeGroup(dst []float64, ldd int, v view, rows, kc int, scale []float64) {
	d, s, lds := &dst[:(kc-1)*ldd+active.w()][0], v.corner(rows, v.rs, kc), v.rs
	f := first(scale, kc)
	if active == avx512 {
		packTransposeAVX512(d, ldd, s, lds, rows-1, kc, f)
	} else {
		packTransposeAVX2(d, ldd, s, lds, rows-1, kc, f)
	}
}

// copyPanel packs a panel of w (narrow) or 3w rows of v, whose columns are
// contiguous, each times its scale.
func copyPanel(dst []float64, v view, kc int, narrow bool, scale []float64) {
	n := active.w()
	if !narrow {
		n *= groups
	}
	d, s, lds := &dst[:kc*n][0], v.corner(kc, v.cs, n), v.cs
	f := first(scale, kc)
	switch {
	case active == avx512 && narrow:
		packCopy1AVX512(d, s, lds, kc, f)
	case active == avx512:
		packCopy3AVX512(d, s, lds, kc, f)
	case narrow:
		packCopy1AVX2(d, s, lds, kc, f)
	default:
		packCopy3AVX2(d, s, lds, kc, f)
	}
}

// corner returns the address of the first element after a check that n pieces
// of length width, stride apart, which may be negative, lie inside of the data.
func (v view) corner(n, stride, width int) *float64 {
	last := v.off + (n-1)*stride
	_ = v.data[last : last+width]
	return &v.data[v.off : v.off+width][0]
}

// first returns the address of n > 0 elements, nil for a nil slice.
func first(x []float64, n int) *float64 {
	if x == nil {
		return nil
	}
	return &x[:n][0]
}

// untranspose writes whole groups of w rows of the n×cols panel x to b, whose
// columns are contiguous, and returns how many rows it wrote.
func untranspose(b view, x []float64, n, cols, width int) int {
	if active == generic {
		return 0
	}
	w := active.w()
	for i := 0; i+w <= n; i += w {
		transposeGroup(b.at(i, 0), b.cs, view{x, i * width, width, 1}, w, cols, nil)
	}
	return n / w * w
}

// rotateChain applies n > 0 plane rotations (cᵢ, sᵢ), stored in pairs in cs, to the
// columns of a panel: starting with the column at z[at], each rotation takes the
// present column x and the next one y, step elements on, to c x + s y, which stays
// where x was, and c y − s x, which the next rotation takes as its x.
func rotateChain(n int, cs, z []float64, at, step int) {
	wide := groups * active.w()
	cp, zp := &cs[:2*n][0], &z[at : at+wide][0]
	last := at + n*step
	_ = z[last : last+wide]
	switch active {
	case avx512:
		rotateAVX512(n, cp, zp, step)
	case avx2:
		rotateAVX2(n, cp, zp, step)
	default:
		rotateGeneric(n, cs, z, at, step, wide)
	}
}

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

// squares adds x∘x to y for len(x) > 0 elements.
func squares(x, y []float64) {
	xp, yp := &x[0], &y[:len(x)][0]
	switch active {
	case avx512:
		squaresAVX512(len(x), xp, yp)
	case avx2:
		squaresAVX2(len(x), xp, yp)
	default:
		squaresGeneric(x, y)
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

// gemvBandAhead adds A x to dst for four rows of a, and may fetch the rows ahead
// elements further on.
func gemvBandAhead(dst, a []float64, ld int, x []float64, ahead int) {
	dp, ap, xp := &dst[:band][0], &a[:(band-1)*ld+len(x)][0], &x[0]
	switch active {
	case avx512:
		gemvBandAheadAVX512(len(x), ap, ld, xp, dp, ahead)
	case avx2:
		gemvBandAheadAVX2(len(x), ap, ld, xp, dp, ahead)
	default:
		gemvBandAheadGeneric(dst, a, ld, x)
	}
}

// gemvTBandAhead is gemvTBand that may fetch the rows ahead elements further on.
func gemvTBandAhead(dst, a []float64, ld int, y []float64, ahead int) {
	dp, ap, yp := &dst[0], &a[:(band-1)*ld+len(dst)][0], &y[:band][0]
	switch active {
	case avx512:
		gemvTBandAheadAVX512(len(dst), ap, ld, yp, dp, ahead)
	case avx2:
		gemvTBandAheadAVX2(len(dst), ap, ld, yp, dp, ahead)
	default:
		gemvTBandGeneric(dst, a, ld, y)
	}
}
