package blas

// reflectorBlock is the number of Householder reflectors applied at a time.
const reflectorBlock = 32

// applyReflectors replaces the m×n matrix C with row stride ldc by Q C, or Qᵀ C if
// trans, for Q = H₀ H₁ … H₍ₖ₋₁₎, Hⱼ = I − τⱼ vⱼ vⱼᵀ. Column j of the m×k matrix v
// holds vⱼ below the diagonal; on the diagonal vⱼ is 1, above it 0.
//
// Blocks of reflectors are applied as I − V T Vᵀ (Schreiber and Van Loan 1989).
func applyReflectors(v view, tau []float64, m, k int, c []float64, n, ldc int, trans bool) {
	if m <= 0 || n <= 0 || k <= 0 {
		return
	}
	const nb = reflectorBlock
	buf := newBuffer((m + 2*nb + 2*n) * nb)
	defer buf.free()
	panel, gram := buf.f[:m*nb], buf.f[m*nb:(m+nb)*nb]
	t, w, tw := buf.f[(m+nb)*nb:(m+2*nb)*nb], buf.f[(m+2*nb)*nb:][:n*nb], buf.f[(m+2*nb+n)*nb:][:n*nb]
	blocks := (k-1)/nb + 1
	for b := range blocks {
		i := b * nb
		if !trans {
			i = (blocks - 1 - b) * nb
		}
		ib, rows := min(nb, k-i), m-i
		unitLower(panel, v.sub(i, i), rows, ib)
		GramCols(gram, ib, panel, rows, ib, ib, nil)
		blockFactor(t, gram, tau[i:i+ib])
		Gemm(true, false, ib, n, rows, 1, panel, ib, c[i*ldc:], ldc, 0, w, n)
		Gemm(trans, false, ib, n, ib, 1, t, ib, w, n, 0, tw, n)
		Gemm(false, false, rows, n, ib, -1, panel, ib, tw, n, 1, c[i*ldc:], ldc)
	}
}

// unitLower copies the lower trapezoid of v with ones on the diagonal and zeros
// above it.
func unitLower(dst []float64, v view, rows, cols int) {
	copyView(rowMajor(dst, cols, false), v, rows, cols)
	for i := range cols {
		dst[i*cols+i] = 1
		clear(dst[i*cols+i+1 : (i+1)*cols])
	}
}

// blockFactor computes the upper triangular T of I − V T Vᵀ from the lower triangle
// of VᵀV.
func blockFactor(t, gram, tau []float64) {
	n := len(tau)
	clear(t[:n*n])
	for j, f := range tau {
		t[j*n+j] = f
		for p := range j {
			s := 0.0
			for q := p; q < j; q++ {
				s += t[p*n+q] * gram[j*n+q]
			}
			t[p*n+j] = -f * s
		}
	}
}
