package blas

import "math"

// cholBlock is the order up to which Cholesky works in one small buffer.
const cholBlock = 192

// Cholesky replaces the lower triangle of the symmetric n×n matrix A with row
// stride ld by its factor L, A = L Lᵀ, and returns -1; or it returns the index of
// the first pivot that is not positive (or is NaN), and leaves A partly
// overwritten. The strict upper triangle is not written.
//
// The matrix is halved until the parts are small, so that nearly all of the n³/3
// flops are products of large blocks (Gustavson 1997, Recursion leads to
// automatic variable blocking for dense linear-algebra algorithms).
func Cholesky(a []float64, n, ld int) int {
	if n <= 0 {
		return -1
	}
	leaf := cholBlock
	if n > 2*cholBlock {
		leaf /= 2 // leaves run on one thread: let them be a small part of the work
	}
	return cholesky(a, n, ld, leaf)
}

// cholesky is Cholesky with parts of order leaf at most.
func cholesky(a []float64, n, ld, leaf int) int {
	if n <= leaf {
		return choleskyBlock(a, n, ld)
	}
	h := roundUp(n/2, groups*maxW)
	if p := cholesky(a, h, ld, leaf); p >= 0 {
		return p
	}
	// A₂₁ ← A₂₁ L₁₁⁻ᵀ, A₂₂ ← A₂₂ − A₂₁ A₂₁ᵀ.
	a21, a22 := rowMajor(a[h*ld:], ld, false), a[h*ld+h:]
	solve(rowMajor(a, ld, false), a21.t(), h, n-h, true, false)
	p := product{m: n - h, n: n - h, k: h, alpha: 1, a: a21, b: a21, c: a22, ldc: ld, mode: subtract, lower: true}
	p.run()
	if p := cholesky(a22, n-h, ld, leaf); p >= 0 {
		return h + p
	}
	return -1
}

// choleskyBlock is Cholesky for small n. It works on U = Lᵀ: in that form the
// rows that are finished are operands of the tile kernel as they lie.
func choleskyBlock(a []float64, n, ld int) int {
	w := active.w()
	wide := groups * w
	ldu := roundUp(n, w) + wide // tiles may reach past the last column
	buf := newBuffer(roundUp(n, w) * ldu)
	defer buf.free()
	u := buf.f
	loadUpper(u, ldu, a, n, ld)
	var inv [maxW * maxW]float64
	for i := 0; i < n; i += w {
		if i > 0 {
			for j := i; j < n; j += wide {
				tile(i, u[i:], ldu, u[j:], ldu, u[i*ldu+j:], ldu, subtract)
			}
		}
		rows := min(w, n-i)
		if p := factorDiagonal(u[i*ldu+i:], ldu, inv[:], rows, w); p >= 0 {
			return i + p
		}
		for j := i + w; j < n; j += wide {
			tileTrsm(inv[:], w, u[i*ldu+j:], ldu)
		}
	}
	storeLower(a, n, ld, u, ldu)
	return -1
}

// factorDiagonal factors the leading n×n block of U in place, UᵀU, and writes U
// with inverted diagonal to inv, row stride w.
func factorDiagonal(u []float64, ldu int, inv []float64, n, w int) int {
	for k := range n {
		row := u[k*ldu : k*ldu+n]
		if !(row[k] > 0) {
			return k
		}
		root := math.Sqrt(row[k])
		row[k] = root
		r := 1 / root
		inv[k*w+k] = r
		for j := k + 1; j < n; j++ {
			row[j] *= r
			inv[k*w+j] = row[j]
		}
		for i := k + 1; i < n; i++ {
			f := row[i]
			ui := u[i*ldu : i*ldu+n]
			for j := i; j < n; j++ {
				ui[j] -= f * row[j]
			}
		}
	}
	return -1
}

// loadUpper copies the transposed lower triangle of a to u.
func loadUpper(u []float64, ldu int, a []float64, n, ld int) {
	w := active.w()
	for i := 0; i < n; i += w {
		rows := min(w, n-i)
		if i > 0 {
			packPanel(u[i:], view{a, i * ld, ld, 1}, rows, i, ldu, nil)
		}
		for r := i; r < i+rows; r++ {
			for c := i; c <= r; c++ {
				u[c*ldu+r] = a[r*ld+c]
			}
		}
	}
}

// storeLower is the inverse of loadUpper.
func storeLower(a []float64, n, ld int, u []float64, ldu int) {
	w := active.w()
	for i := 0; i < n; i += w {
		rows := min(w, n-i)
		if i+rows < n {
			unpackPanel(view{a, (i+rows)*ld + i, 1, ld}, u[i*ldu+i+rows:], rows, n-i-rows, ldu)
		}
		for r := i; r < i+rows; r++ {
			for c := i; c <= r; c++ {
				a[r*ld+c] = u[c*ldu+r]
			}
		}
	}
}
