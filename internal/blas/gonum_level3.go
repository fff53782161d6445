package blas

import gblas "gonum.org/v1/gonum/blas"

// Dgemm computes C = α op(A) op(B) + β C.
func (i Implementation) Dgemm(tA, tB gblas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	ra, ca, rb, cb := m, k, k, n
	if tA != gblas.NoTrans {
		ra, ca = ca, ra
	}
	if tB != gblas.NoTrans {
		rb, cb = cb, rb
	}
	if m*n*k < minProduct || !known(tA) || !known(tB) || !fits(a, ra, ca, lda) || !fits(b, rb, cb, ldb) || !fits(c, m, n, ldc) {
		i.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	Gemm(tA != gblas.NoTrans, tB != gblas.NoTrans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// Dsyrk computes one triangle of C = α A Aᵀ + β C, or α Aᵀ A + β C.
func (i Implementation) Dsyrk(ul gblas.Uplo, tA gblas.Transpose, n, k int, alpha float64, a []float64, lda int, beta float64, c []float64, ldc int) {
	ra, ca := n, k
	if tA != gblas.NoTrans {
		ra, ca = k, n
	}
	if n*n*k < minProduct || alpha == 0 || !known(tA) || (ul != gblas.Lower && ul != gblas.Upper) || !fits(a, ra, ca, lda) || !fits(c, n, n, ldc) {
		i.Implementation.Dsyrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc)
		return
	}
	v := rowMajor(a, lda, tA != gblas.NoTrans)
	p := product{m: n, n: n, k: k, alpha: alpha, a: v, b: v, c: c, ldc: ldc, mode: store, lower: true}
	if ul == gblas.Lower {
		p.mode = prepare(beta, c, n, ldc)
		p.run()
		return
	}
	// The product writes lower triangles only: compute it aside.
	buf := newBuffer(n * n)
	p.c, p.ldc = buf.f, n
	p.run()
	for r := range n {
		row := c[r*ldc : r*ldc+n]
		for j := r; j < n; j++ {
			if beta == 0 {
				row[j] = buf.f[j*n+r]
			} else {
				row[j] = buf.f[j*n+r] + beta*row[j]
			}
		}
	}
	buf.free()
}

// prepare scales the lower triangle of C by β and returns what remains to do.
func prepare(beta float64, c []float64, n, ldc int) int {
	if beta == 0 {
		return store
	}
	if beta != 1 {
		for r := range n {
			scal(beta, c[r*ldc:r*ldc+r+1])
		}
	}
	return add
}

// Dtrsm replaces B by α op(A)⁻¹ B or α B op(A)⁻¹ for a triangular A.
func (i Implementation) Dtrsm(s gblas.Side, ul gblas.Uplo, tA gblas.Transpose, d gblas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	order, k := m, n
	if s == gblas.Right {
		order, k = n, m
	}
	if order*order*k < 2*minProduct || alpha == 0 || !known(tA) || (s != gblas.Left && s != gblas.Right) ||
		(ul != gblas.Lower && ul != gblas.Upper) || (d != gblas.Unit && d != gblas.NonUnit) ||
		!fits(a, order, order, lda) || !fits(b, m, n, ldb) {
		i.Implementation.Dtrsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	if alpha != 1 {
		for r := range m {
			scal(alpha, b[r*ldb:r*ldb+n])
		}
	}
	// X op(A) = B is op(A)ᵀ Xᵀ = Bᵀ.
	trans := tA != gblas.NoTrans
	bv := rowMajor(b, ldb, false)
	if s == gblas.Right {
		trans = !trans
		bv = bv.t()
	}
	lower := (ul == gblas.Lower) != trans
	solve(rowMajor(a, lda, trans), bv, order, k, lower, d == gblas.Unit)
}

// Dsyr2k computes one triangle of C = α A Bᵀ + α B Aᵀ + β C, or α Aᵀ B + α Bᵀ A
// + β C.
func (i Implementation) Dsyr2k(ul gblas.Uplo, tA gblas.Transpose, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	ra, ca := n, k
	if tA != gblas.NoTrans {
		ra, ca = k, n
	}
	if n*n*k < minProduct || alpha == 0 || !known(tA) || ul != gblas.Lower || !fits(a, ra, ca, lda) || !fits(b, ra, ca, ldb) || !fits(c, n, n, ldc) {
		i.Implementation.Dsyr2k(ul, tA, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	av, bv := rowMajor(a, lda, tA != gblas.NoTrans), rowMajor(b, ldb, tA != gblas.NoTrans)
	p := product{m: n, n: n, k: k, alpha: alpha, a: av, b: bv, c: c, ldc: ldc, mode: prepare(beta, c, n, ldc), lower: true}
	p.run()
	p.a, p.b, p.mode = bv, av, add
	p.run()
}

// maxTriangle is the order up to which Dtrmm fills up a triangle with zeros.
const maxTriangle = 64

// Dtrmm replaces B by α op(A) B or α B op(A) for a triangular A. The small
// triangles of LAPACK's block reflectors are filled up and multiplied as full
// matrices, which is twice the work at many times the speed.
func (i Implementation) Dtrmm(s gblas.Side, ul gblas.Uplo, tA gblas.Transpose, d gblas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	order, k := m, n
	if s == gblas.Right {
		order, k = n, m
	}
	// Zero times infinity would spread where the triangle does not reach.
	if order > maxTriangle || order*order*k < 2*minProduct || !known(tA) || (s != gblas.Left && s != gblas.Right) ||
		(ul != gblas.Lower && ul != gblas.Upper) || (d != gblas.Unit && d != gblas.NonUnit) ||
		!fits(a, order, order, lda) || !fits(b, m, n, ldb) || !finite(b, m, n, ldb) {
		i.Implementation.Dtrmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	buf := newBuffer(order*order + m*n)
	defer buf.free()
	full, product := buf.f[:order*order], buf.f[order*order:][:m*n]
	clear(full)
	for r := range order {
		lo, hi := 0, r+1
		if ul == gblas.Upper {
			lo, hi = r, order
		}
		copy(full[r*order+lo:r*order+hi], a[r*lda+lo:])
		if d == gblas.Unit {
			full[r*order+r] = 1
		}
	}
	if s == gblas.Left {
		Gemm(tA != gblas.NoTrans, false, m, n, m, alpha, full, m, b, ldb, 0, product, n)
	} else {
		Gemm(false, tA != gblas.NoTrans, m, n, n, alpha, b, ldb, full, n, 0, product, n)
	}
	for r := range m {
		copy(b[r*ldb:r*ldb+n], product[r*n:])
	}
}

// finite reports whether a rows×cols matrix has neither NaN nor infinities.
func finite(a []float64, rows, cols, ld int) bool {
	sum := 0.0
	for r := range rows {
		for _, v := range a[r*ld : r*ld+cols] {
			sum += v * 0
		}
	}
	return sum == 0
}
