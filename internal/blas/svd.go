package blas

import "math"

// SVD computes the thin decomposition A = U diag(s) Vᵀ of the m×n matrix A with
// row stride lda: with k = min(m, n), the singular values s (length k) descend, U
// (m×k, row stride ldu) has orthonormal columns and Vᵀ (k×n, row stride ldvt)
// orthonormal rows. A is not changed. With u and vt nil only s is computed. SVD
// reports false, with its results undefined, if an element is not finite or the
// iteration does not converge.
//
// Householder reduction to bidiagonal form (gonum's LAPACK on the kernels of this
// package; after a QR decomposition if A is far from square), then the implicit
// QR iteration of Golub and Reinsch (1970) with deferred rotations. The error of
// a singular value is of the order of 2⁻⁵³ ‖A‖, not of the value itself.
//
// Cost: about 4k²(m+n) + 12k³ flops.
func SVD(s, u []float64, ldu int, vt []float64, ldvt int, a []float64, m, n, lda int) bool {
	if m <= 0 || n <= 0 {
		return true
	}
	rows, k, v := m, n, rowMajor(a, lda, false)
	if m < n {
		rows, k, v = n, m, v.t()
	}
	buf := newBuffer(2*rows*k + k*k)
	defer buf.free()
	tall, left, right := buf.f[:rows*k], buf.f[rows*k:2*rows*k], buf.f[2*rows*k:][:k*k]
	copyView(rowMajor(tall, k, false), v, rows, k)
	if u == nil && vt == nil {
		left, right = nil, nil
	}
	if !svdTall(s[:k], left, right, tall, rows, k) {
		return false
	}
	if left == nil {
		return true
	}
	lv, rv := rowMajor(left, k, false), rowMajor(right, k, false)
	if m < n {
		lv, rv = rv, lv
	}
	copyView(rowMajor(u, ldu, false), lv, m, k)
	copyView(rowMajor(vt, ldvt, true), rv, n, k)
	return true
}

// copyView copies a rows×cols matrix.
func copyView(dst, src view, rows, cols int) {
	for i := range rows {
		if dst.cs == 1 && src.cs == 1 {
			copy(dst.at(i, 0)[:cols], src.at(i, 0))
			continue
		}
		to, from := dst.off+i*dst.rs, src.off+i*src.rs
		for range cols {
			dst.data[to] = src.data[from]
			to += dst.cs
			from += src.cs
		}
	}
}

// svdTall is SVD for m ≥ n and contiguous rows: u is m×n, v is n×n with the right
// vectors in its columns, or both are nil. a is destroyed.
func svdTall(s, u, v, a []float64, m, n int) bool {
	scale, ok := normalize(rowMajor(a, n, false), m, n, false)
	if !ok {
		return false
	}
	buf := newBuffer(4*n + workspace*(m+n) + n*n)
	defer buf.free()
	e, tauQ, tauP, tau := buf.f[:n], buf.f[n:2*n], buf.f[2*n:3*n], buf.f[3*n:4*n]
	work, small := buf.f[4*n:][:workspace*(m+n)], buf.f[4*n+workspace*(m+n):][:n*n]
	reduced, rows := a, m
	// The bidiagonal reduction is half products of a matrix and a vector: for a
	// tall matrix it pays to make it square first (Chan 1982).
	if first := 5*m > 8*n; first {
		QR(a, m, n, n, tau)
		reduced, rows = small, n
		for i := range n {
			clear(small[i*n : i*n+i])
			copy(small[i*n+i:(i+1)*n], a[i*n+i:])
		}
		defer func() {
			if ok && u != nil {
				applyReflectors(rowMajor(a, n, false), tau, m, n, u, n, n, false)
			}
		}()
	}
	lapack.Dgebrd(rows, n, reduced, n, s, e, tauQ, tauP, work, len(work))
	copy(e[1:], e[:n-1])
	e[0] = 0
	var left, right *rotations
	if u != nil {
		left, right = &rotations{target: identityPanels(n)}, &rotations{target: identityPanels(n)}
	}
	ok = bidiagonalQR(s, e, left, right)
	if u != nil {
		left.apply()
		right.apply()
	}
	sign := make([]float64, n)
	for i, x := range s {
		sign[i] = math.Copysign(1, x)
		s[i] = math.Abs(x)
	}
	order := sortedOrder(n, func(i, j int) bool { return s[i] > s[j] })
	if u != nil {
		clear(u[n*n : m*n])
		left.target.storeTo(rowMajor(u, n, false), order, nil)
		right.target.storeTo(rowMajor(v, n, false), order, sign)
		applyReflectors(rowMajor(reduced, n, false), tauQ, rows, n, u, n, n, false)
		if n > 1 {
			applyReflectors(rowMajor(reduced[1:], n, true), tauP, n-1, n-1, v[n:], n, n, false)
		}
	}
	sorted := e
	for to, from := range order {
		sorted[to] = s[from] / scale
	}
	copy(s, sorted)
	return ok
}

// bidiagonalQR diagonalizes the upper bidiagonal matrix with diagonal d and, left
// of it, above the diagonal, e (e[0] = 0), and records the rotations of the left
// and the right vectors. The values in d may come out negative.
func bidiagonalQR(d, e []float64, left, right *rotations) bool {
	norm := 0.0
	for i := range d {
		norm = max(norm, math.Abs(d[i])+math.Abs(e[i]))
	}
	tiny := 0x1p-53 * norm
	for k := len(d) - 1; k >= 0; k-- {
		for sweeps := 0; ; sweeps++ {
			l := k
			for l > 0 && math.Abs(e[l]) > tiny && math.Abs(d[l-1]) > tiny {
				l--
			}
			if l > 0 && math.Abs(e[l]) > tiny {
				splitRow(d, e, l, k, tiny, left)
			}
			if l == k {
				break
			}
			if sweeps == maxSweeps {
				return false
			}
			qrSweep(d, e, l, k, left, right)
		}
	}
	return true
}

// splitRow removes e[l], whose row has the diagonal element d[l−1] ≈ 0, by
// rotations of that row with the rows l to k.
func splitRow(d, e []float64, l, k int, tiny float64, left *rotations) {
	c, s := 0.0, 1.0
	for i := l; i <= k; i++ {
		f := s * e[i]
		e[i] *= c
		if math.Abs(f) <= tiny {
			return
		}
		g := d[i]
		h := length(f, g)
		d[i] = h
		c, s = g/h, -f/h
		left.pair(l-1, i, c, s)
	}
}

// qrSweep chases one implicitly shifted QR step from l down to k.
func qrSweep(d, e []float64, l, k int, left, right *rotations) {
	x, y, z := d[l], d[k-1], d[k]
	g, h := e[k-1], e[k]
	f := ((y-z)*(y+z) + (g-h)*(g+h)) / (2 * h * y)
	f = ((x-z)*(x+z) + h*(y/(f+math.Copysign(math.Hypot(f, 1), f))-h)) / x
	c, s := 1.0, 1.0
	right.chain(l, 1)
	left.chain(l, 1)
	for j := l; j < k; j++ {
		g, y = e[j+1], d[j+1]
		h, g = s*g, c*g
		z = length(f, h)
		e[j] = z
		c, s = f/z, h/z
		f, g = x*c+g*s, g*c-x*s
		h, y = y*s, y*c
		right.rotate(c, s)
		z = length(f, h)
		d[j] = z
		if z != 0 {
			c, s = f/z, h/z
		}
		f, x = c*g+s*y, c*y-s*g
		left.rotate(c, s)
	}
	e[l] = 0
	e[k] = f
	d[k] = x
}
