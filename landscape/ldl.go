package landscape

import (
	"errors"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/internal/parallel"
)

// ldlBlock is the number of pivots between two updates of what is left of the
// matrix: enough for the product to run at its speed, few enough for the panel to
// stay in the cache.
const ldlBlock = 64

// ldl factors a symmetric matrix as L D Lᵀ with pivots of order one and two (Bunch
// and Kaufman 1977), keeping only the signs of D. The rows of L and of D Lᵀ of the
// current panel stand in l and w; a holds the upper triangle of what was not
// updated with them yet.
type ldl struct {
	a    []float64
	n    int
	l, w []float64 // ldlBlock+1 rows of n
	coef []float64
	p    int // rows in the panel
}

// negativePivots returns the number of negative eigenvalues of the symmetric
// matrix a (n×n by rows, upper triangle read), which it overwrites. The count is
// that of a matrix that differs from a by the rounding errors of the factorization,
// a small multiple of n 2⁻⁵³ ‖a‖ in practice.
//
// Cost: n³/3 flops.
func negativePivots(a []float64, n int) (int, error) {
	f := &ldl{a: a, n: n, l: make([]float64, (ldlBlock+1)*n), w: make([]float64, (ldlBlock+1)*n), coef: make([]float64, ldlBlock+1)}
	negative := 0
	row, other := make([]float64, n), make([]float64, n)
	for k := 0; k < n; {
		f.p = 0
		for k < n && f.p < ldlBlock {
			neg, order, ok := f.step(k, row, other)
			if !ok {
				return 0, errors.New("the Hessian could not be factored: a pivot vanishes or is not finite")
			}
			negative += neg
			k += order
		}
		f.update(k)
	}
	return negative, nil
}

// bunchKaufman is (1+√17)/8, which balances the growth of both kinds of pivots.
const bunchKaufman = 0.6403882032022076

// step eliminates one pivot, of order one or two, at k.
func (f *ldl) step(k int, row, other []float64) (negative, order int, ok bool) {
	f.fetch(k, k, row)
	at, largest := argMax(row, k+1, f.n)
	if math.IsNaN(largest + row[k]) {
		return 0, 0, false
	}
	diag := math.Abs(row[k])
	if max(diag, largest) == 0 {
		return 0, 0, false
	}
	if diag >= bunchKaufman*largest {
		return f.single(k, row)
	}
	f.fetch(k, at, other)
	_, beside := argMax(other, k, f.n, at)
	switch {
	case diag*beside >= bunchKaufman*largest*largest:
		return f.single(k, row)
	case math.Abs(other[at]) >= bunchKaufman*beside:
		f.swap(k, at, other)
		return f.single(k, other)
	}
	if k+1 != at {
		row[k+1], row[at] = row[at], row[k+1]
	}
	f.swap(k+1, at, other)
	return f.double(k, row, other)
}

// argMax returns the index in [lo, hi), other than skip, of the entry of largest
// size, and that size.
func argMax(x []float64, lo, hi int, skip ...int) (int, float64) {
	at, largest := lo, 0.0
	for j := lo; j < hi; j++ {
		if len(skip) > 0 && j == skip[0] {
			continue
		}
		if v := math.Abs(x[j]); v > largest || math.IsNaN(v) {
			at, largest = j, v
		}
	}
	return at, largest
}

// fetch writes row i of the matrix that is left from k on, all columns from k.
func (f *ldl) fetch(k, i int, dst []float64) {
	n := f.n
	for j := k; j < i; j++ {
		dst[j] = f.a[j*n+i]
	}
	copy(dst[i:n], f.a[i*n+i:i*n+n])
	if f.p == 0 {
		return
	}
	for q := range f.p {
		f.coef[q] = -f.l[q*n+i]
	}
	parallel.For(n-k, 4096, func(lo, hi int) {
		for q := range f.p {
			blas.Axpy(f.coef[q], f.w[q*n+k+lo:q*n+k+hi], dst[k+lo:k+hi])
		}
	})
}

// swap exchanges rows and columns s < t of what is left, in the matrix, in the
// panel, and in row, which is row t of what is left.
func (f *ldl) swap(s, t int, row []float64) {
	if s == t {
		return
	}
	a, n := f.a, f.n
	a[s*n+s], a[t*n+t] = a[t*n+t], a[s*n+s]
	for j := s + 1; j < t; j++ {
		a[s*n+j], a[j*n+t] = a[j*n+t], a[s*n+j]
	}
	for j := t + 1; j < n; j++ {
		a[s*n+j], a[t*n+j] = a[t*n+j], a[s*n+j]
	}
	for q := range f.p {
		f.l[q*n+s], f.l[q*n+t] = f.l[q*n+t], f.l[q*n+s]
		f.w[q*n+s], f.w[q*n+t] = f.w[q*n+t], f.w[q*n+s]
	}
	row[s], row[t] = row[t], row[s]
}

// single eliminates the pivot row[k], row being row k of what is left.
func (f *ldl) single(k int, row []float64) (negative, order int, ok bool) {
	d := row[k]
	l, w := f.l[f.p*f.n:], f.w[f.p*f.n:]
	for j := k; j < f.n; j++ {
		w[j] = row[j]
		l[j] = row[j] / d
	}
	f.p++
	if d < 0 {
		negative = 1
	}
	return negative, 1, !math.IsNaN(d) && !math.IsInf(d, 0)
}

// double eliminates the pivot of order two of rows k and k+1, which has one
// eigenvalue of each sign.
func (f *ldl) double(k int, row, next []float64) (negative, order int, ok bool) {
	n := f.n
	d00, d01, d11 := row[k], row[k+1], next[k+1]
	// Divided by d01 first: the determinant is at most 0.
	a, b := d00/d01, d11/d01
	det := a*b - 1
	l0, l1, w0, w1 := f.l[f.p*n:], f.l[(f.p+1)*n:], f.w[f.p*n:], f.w[(f.p+1)*n:]
	for j := k; j < n; j++ {
		x, y := row[j], next[j]
		w0[j], w1[j] = x, y
		l0[j] = (b*x - y) / (d01 * det)
		l1[j] = (a*y - x) / (d01 * det)
	}
	f.p += 2
	return 1, 2, det < 0 && !math.IsInf(d01, 0)
}

// update subtracts the panel from the rows from k on.
func (f *ldl) update(k int) {
	const tile = 256
	n := f.n
	for i := k; i < n; i += tile {
		rows := min(tile, n-i)
		blas.Gemm(true, false, rows, n-i, f.p, -1, f.l[i:], n, f.w[i:], n, 1, f.a[i*n+i:], n)
	}
}
