package blas

// QR replaces the m×n matrix A, m ≥ n, with row stride lda by its decomposition
// A = Q R in LAPACK's form: R in the upper triangle, below it and in tau (length n)
// the Householder reflectors of Q. ApplyQ multiplies by Q.
//
// Cost: 2n²(m − n/3) flops.
func QR(a []float64, m, n, lda int, tau []float64) {
	if n <= 0 {
		return
	}
	buf := newBuffer(n)
	defer buf.free()
	for j := 0; j < n; j += reflectorBlock {
		jb := min(reflectorBlock, n-j)
		panel := a[j*lda+j:]
		lapack.Dgeqr2(m-j, jb, panel, lda, tau[j:j+jb], buf.f[:jb])
		if rest := n - j - jb; rest > 0 {
			applyReflectors(rowMajor(panel, lda, false), tau[j:j+jb], m-j, jb, panel[jb:], rest, lda, true)
		}
	}
}

// ApplyQ replaces the m×n matrix C with row stride ldc by Q C, or by Qᵀ C if
// trans, where the m×k matrix A with row stride lda and tau (length k) hold Q, of
// order m, as QR or LAPACK's Dgeqr2 and Dgeqp3 leave it.
//
// It takes the place of gonum's Dormqr, whose block reflectors (Dlarft) lose terms
// where the first reflector of a block is longer than the second, as happens with
// sparse columns.
//
// Cost: 4mnk flops.
func ApplyQ(a []float64, m, k, lda int, tau, c []float64, n, ldc int, trans bool) {
	applyReflectors(rowMajor(a, lda, false), tau, m, k, c, n, ldc, trans)
}

// SolveUpper replaces x by R⁻¹x for the upper triangle R of an n×n matrix with row
// stride ld.
func SolveUpper(r []float64, n, ld int, x []float64) {
	for i := n - 1; i >= 0; i-- {
		row := r[i*ld : i*ld+n]
		x[i] = (x[i] - Dot(row[i+1:], x[i+1:n])) / row[i]
	}
}

// SolveUpperT replaces x by R⁻ᵀx for the upper triangle R of an n×n matrix with row
// stride ld.
func SolveUpperT(r []float64, n, ld int, x []float64) {
	for i := range n {
		row := r[i*ld : i*ld+n]
		x[i] /= row[i]
		Axpy(-x[i], row[i+1:], x[i+1:n])
	}
}
