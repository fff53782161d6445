package blas

import "math"

// cholBlock is the order up to which Cholesky works in one small buffer.
const cholBlock = 192

// Cholesky replaces the lower triangle of the symmetric n×n matrix A with row
// stride ld by its factor L, A = L Lᵀ, and returns -1; or it returns the index of
// the first pivot that is not positive (or is NaN), and leaves A partly
// overwritten. The strict upper triangle is not written.
//
// A large matrix is halved until the parts can be copied to tiles, so that nearly
// all of the n³/3 flops are products of large blocks (Gustavson 1997, Recursion
// leads to automatic variable blocking for dense linear-algebra algorithms).
func Cholesky(a []float64, n, ld int) int { return cholesky(a, n, ld, cholTiled) }

// cholesky is Cholesky with parts of order largest at most.
func cholesky(a []float64, n, ld, largest int) int {
	switch {
	case n <= 0:
		return -1
	case n <= cholBlock:
		return choleskyBlock(a, n, ld)
	case n <= largest:
		return choleskyTiles(a, n, ld)
	}
	h := roundUp(n/2, cholTile)
	if p := cholesky(a, h, ld, largest); p >= 0 {
		return p
	}
	// A₂₁ ← A₂₁ L₁₁⁻ᵀ, A₂₂ ← A₂₂ − A₂₁ A₂₁ᵀ.
	a21, a22 := rowMajor(a[h*ld:], ld, false), a[h*ld+h:]
	solve(rowMajor(a, ld, false), a21.t(), h, n-h, true, false)
	p := product{m: n - h, n: n - h, k: h, alpha: 1, a: a21, b: a21, c: a22, ldc: ld, mode: subtract, lower: true}
	p.run()
	if p := cholesky(a22, n-h, ld, largest); p >= 0 {
		return h + p
	}
	return -1
}

// choleskyBlock is Cholesky for small n. It works on U = Lᵀ: in that form the
// rows that are finished are operands of the tile kernel as they lie.
func choleskyBlock(a []float64, n, ld int) int {
	w := active.w()
	ldu := roundUp(n, w) + groups*w // tiles may reach past the last column
	buf, inv := newBuffer(roundUp(n, w)*ldu), newBuffer(roundUp(n, w)*w)
	defer inv.free()
	defer buf.free()
	loadUpper(buf.f, ldu, a, n, ld)
	if p := factorUpper(buf.f, ldu, n, inv.f); p >= 0 {
		return p
	}
	storeLower(a, n, ld, buf.f, ldu)
	return -1
}

// factorUpper replaces the upper triangle of an n×n matrix by its factor U, A = UᵀU,
// w rows at a time, and leaves in inv what factorDiagonal makes of the diagonal
// block of each group. It returns the index of the first bad pivot, or -1.
func factorUpper(u []float64, ldu, n int, inv []float64) int {
	w := active.w()
	wide := groups * w
	for i := 0; i < n; i += w {
		if i > 0 {
			for j := i; j < n; j += wide {
				tile(i, u[i:], ldu, u[j:], ldu, u[i*ldu+j:], ldu, subtract)
			}
		}
		rows := min(w, n-i)
		if p := factorDiagonal(u[i*ldu+i:], ldu, inv[i*w:], rows, w); p >= 0 {
			return i + p
		}
		for j := i + w; j < n; j += wide {
			tileTrsm(inv[i*w:], w, u[i*ldu+j:], ldu)
		}
	}
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
