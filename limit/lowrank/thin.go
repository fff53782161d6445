package lowrank

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/internal/parallel"
)

// Thin matrices, n×r with r small against n, are row-major slices of n·r numbers.

// times returns the n×c product of a (n×k) and b (k×c).
func times(a, b []float64, n, k, c int) []float64 {
	out := make([]float64, n*c)
	blas.Gemm(false, false, n, c, k, 1, a, k, b, c, 0, out, c)
	return out
}

// timesFew is times for so few columns that dot products are cheaper than the
// packing of a, which is read once.
func timesFew(a, b []float64, n, k, c int) []float64 {
	bt := transpose(b, k, c)
	out := make([]float64, n*c)
	parallel.For(n, 1+1<<14/(k*c), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := a[i*k : (i+1)*k]
			for j := range c {
				out[i*c+j] = blas.Dot(row, bt[j*k:(j+1)*k])
			}
		}
	})
	return out
}

// timesT returns the n×c product of a (n×k) and bᵀ (b is c×k).
func timesT(a, b []float64, n, k, c int) []float64 {
	out := make([]float64, n*c)
	blas.Gemm(false, true, n, c, k, 1, a, k, b, k, 0, out, c)
	return out
}

// inner returns the k×c product aᵀb of a (n×k) and b (n×c).
func inner(a, b []float64, n, k, c int) []float64 {
	out := make([]float64, k*c)
	blas.Gemm(true, false, k, c, n, 1, a, k, b, c, 0, out, c)
	return out
}

// subtract sets a −= b·c for a n×m, b n×k, c k×m.
func subtract(a, b, c []float64, n, k, m int) {
	blas.Gemm(false, false, n, m, k, -1, b, k, c, m, 1, a, m)
}

// orthonormal returns Q (n×r) with orthonormal columns and R (r×r, upper) with
// a = QR, by Householder reflections; n ≥ r.
func orthonormal(a []float64, n, r int) (q, rr []float64) {
	f, tau := append([]float64(nil), a...), make([]float64, r)
	blas.QR(f, n, r, r, tau)
	q, rr = make([]float64, n*r), make([]float64, r*r)
	for i := range r {
		q[i*r+i] = 1
		copy(rr[i*r+i:(i+1)*r], f[i*r+i:(i+1)*r])
	}
	blas.ApplyQ(f, n, r, r, tau, q, r, r, false)
	return q, rr
}

// beside returns the n×(k+c) matrix [a b] of a (n×k) and b (n×c).
func beside(a, b []float64, n, k, c int) []float64 {
	out := make([]float64, n*(k+c))
	for i := range n {
		copy(out[i*(k+c):], a[i*k:(i+1)*k])
		copy(out[i*(k+c)+k:], b[i*c:(i+1)*c])
	}
	return out
}

// columns returns the first c columns of a (n×k).
func columns(a []float64, n, k, c int) []float64 {
	out := make([]float64, n*c)
	for i := range n {
		copy(out[i*c:(i+1)*c], a[i*k:i*k+c])
	}
	return out
}

func norm(v []float64) float64 {
	if s := blas.Dot(v, v); s > 1e-280 && s < 1e280 {
		return math.Sqrt(s)
	}
	var big float64
	for _, x := range v {
		big = max(big, math.Abs(x))
	}
	if big == 0 || math.IsInf(big, 0) || math.IsNaN(big) {
		return big
	}
	var s float64
	for _, x := range v {
		s += x / big * (x / big)
	}
	return big * math.Sqrt(s)
}

// transpose returns the q×p transpose of a p×q matrix.
func transpose(a []float64, p, q int) []float64 {
	out := make([]float64, p*q)
	for i := range p {
		for j := range q {
			out[j*p+i] = a[i*q+j]
		}
	}
	return out
}

// svd returns the singular triplets of a p×q matrix: u p×k, v q×k, k = min(p, q).
func svd(a []float64, p, q int) (u, s, v []float64, ok bool) {
	k := min(p, q)
	u, s = make([]float64, p*k), make([]float64, k)
	vt := make([]float64, k*q)
	ok = blas.SVD(s, u, k, vt, q, a, p, q, q)
	return u, s, transpose(vt, k, q), ok
}

// eigen returns the eigenpairs of the symmetric d×d matrix a by descending
// eigenvalue.
func eigen(a []float64, d int) (u, w []float64, ok bool) {
	v, up := append([]float64(nil), a...), make([]float64, d)
	ok = blas.Eigen(up, v, d, d)
	u, w = make([]float64, d*d), make([]float64, d)
	for j := range d {
		w[j] = up[d-1-j]
		for i := range d {
			u[i*d+j] = v[i*d+d-1-j]
		}
	}
	return u, w, ok
}
