package blas

import (
	"math"
	"sort"

	gblas "gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack/gonum"
)

var lapack gonum.Implementation

// maxSweeps is the number of QR sweeps allowed per eigenvalue or singular value;
// two or three are usual.
const maxSweeps = 60

// Eigen computes A = V diag(w) Vᵀ for the symmetric n×n matrix A with row stride
// ld, of which the lower triangle is read. The eigenvalues w ascend; the columns
// of V, orthonormal, overwrite A. Eigen reports false, with w and A undefined, if
// an element is not finite or the iteration does not converge.
//
// Householder reduction to tridiagonal form (gonum's LAPACK on the kernels of this
// package), then implicit QL (Dubrulle, Martin and Wilkinson 1968) with deferred
// rotations. The error of an eigenvalue is of the order of 2⁻⁵³ ‖A‖.
//
// Cost: about 9n³ flops, nearly all at the speed of the caches.
func Eigen(w, a []float64, n, ld int) bool {
	if n <= 0 {
		return true
	}
	scale, ok := normalize(rowMajor(a, ld, false), n, n, true)
	if !ok {
		return false
	}
	buf := newBuffer(2*n + n*n + workspace*n)
	defer buf.free()
	e, tau, v, work := buf.f[:n], buf.f[n:2*n], buf.f[2*n:2*n+n*n], buf.f[2*n+n*n:][:workspace*n]
	w = w[:n]
	lapack.Dsytrd(gblas.Lower, n, a, ld, w, e, tau, work, len(work))
	e[n-1] = 0
	r := &rotations{target: identityPanels(n)}
	if !tridiagonalQL(w, e, r) {
		r.target.buf.free()
		return false
	}
	r.apply()
	r.target.storeTo(rowMajor(v, n, false), sortedOrder(n, func(i, j int) bool { return w[i] < w[j] }), nil)
	// The vectors of A are those of the tridiagonal matrix times Q.
	if n > 1 {
		applyReflectors(rowMajor(a[ld:], ld, false), tau, n-1, n-1, v[n:], n, n, false)
	}
	for i := range n {
		copy(a[i*ld:i*ld+n], v[i*n:])
	}
	sort.Float64s(w)
	scal(1/scale, w)
	return true
}

// workspace is what LAPACK's routines get per row: their block size, doubled for
// those that reduce a matrix from both sides.
const workspace = 64

// sortedOrder returns the indices 0 to n−1 in the order that less gives.
func sortedOrder(n int, less func(i, j int) bool) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return less(order[i], order[j]) })
	return order
}

// normalize multiplies the rows×cols matrix, or its lower triangle, by a power of
// two that brings its largest element near to one, and returns that factor. It
// reports false if an element is not finite.
func normalize(v view, rows, cols int, lower bool) (scale float64, ok bool) {
	largest := 0.0
	each := func(f func(x *float64)) {
		for i := range rows {
			end := cols
			if lower {
				end = i + 1
			}
			for j := range end {
				f(&v.data[v.off+i*v.rs+j*v.cs])
			}
		}
	}
	each(func(x *float64) {
		largest = max(largest, math.Abs(*x)) // NaN stays
	})
	if math.IsNaN(largest) || math.IsInf(largest, 0) {
		return 0, false
	}
	_, exp := math.Frexp(largest)
	// The factor and its reciprocal must be normal numbers.
	exp = max(-1000, min(exp, 1000))
	scale = math.Ldexp(1, -exp)
	if exp != 0 {
		each(func(x *float64) { *x *= scale })
	}
	return scale, true
}

// tridiagonalQL diagonalizes the symmetric tridiagonal matrix with diagonal d and
// subdiagonal e, elements of size 1, and records the rotations of the vectors.
//
// An element of e is dropped where it is small beside its neighbours in d, or
// beside the whole matrix: every sweep brings in rounding errors of that size, so
// that among eigenvalues that are zero the first alone may never be met.
func tridiagonalQL(d, e []float64, r *rotations) bool {
	const eps = 0x1p-53
	n := len(d)
	least := 0x1p-500
	for i := range n {
		least = max(least, 2*eps*math.Abs(d[i]), 2*eps*math.Abs(e[i]))
	}
	for l := range n {
		for sweeps := 0; ; sweeps++ {
			m := l
			for m < n-1 && math.Abs(e[m]) > eps*(math.Abs(d[m])+math.Abs(d[m+1])) && math.Abs(e[m]) > least {
				m++
			}
			if m == l {
				break
			}
			if sweeps == maxSweeps {
				return false
			}
			qlSweep(d, e, l, m, r)
		}
	}
	return true
}

// qlSweep chases one implicitly shifted QL step from m up to l.
func qlSweep(d, e []float64, l, m int, r *rotations) {
	g := (d[l+1] - d[l]) / (2 * e[l])
	g = d[m] - d[l] + e[l]/(g+math.Copysign(math.Hypot(g, 1), g))
	s, c, p := 1.0, 1.0, 0.0
	r.chain(m, -1)
	for i := m - 1; i >= l; i-- {
		f, b := s*e[i], c*e[i]
		h := length(f, g)
		e[i+1] = h
		if h == 0 { // the matrix falls apart here
			d[i+1] -= p
			e[m] = 0
			return
		}
		s, c = f/h, g/h
		g = d[i+1] - p
		t := (d[i]-g)*s + 2*c*b
		p = s * t
		d[i+1] = g + p
		g = c*t - b
		r.rotate(c, s)
	}
	d[l] -= p
	e[l] = g
	e[m] = 0
}

// length returns √(f²+g²) for numbers that are not large. Where the squares lose
// digits, rotations made from it would not be orthogonal.
func length(f, g float64) float64 {
	if sq := f*f + g*g; sq > 0x1p-900 {
		return math.Sqrt(sq)
	}
	return math.Hypot(f, g)
}
