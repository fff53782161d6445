package flow

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// rotation evaluates exp(w) of antisymmetric matrices w.
type rotation struct {
	sum, next []float64
	power     [5][]float64 // of w, from the first on
}

// of sets sum to exp(w), size being ‖w‖_F: the Taylor polynomial of least degree that
// is exact to rounding, in powers of w and Horner's rule over blocks of them (Paterson
// and Stockmeyer 1973), and squarings where no degree is enough.
//
// Cost: 4 to 6 products of n×n matrices up to an angle of 0.78.
func (r *rotation) of(w []float64, size float64, n int) {
	if len(r.sum) < n*n {
		r.sum, r.next = make([]float64, n*n), make([]float64, n*n)
		for i := range r.power {
			r.power[i] = make([]float64, n*n)
		}
	}
	r.sum, r.next = r.sum[:n*n], r.next[:n*n]
	theta := size / math.Sqrt2 // bounds ‖w‖₂: singular values come in pairs
	halvings := 0
	for theta > 0.78 {
		theta, halvings = theta/2, halvings+1
	}
	// θ^{m+1}/(m+1)! < 2⁻⁵³ for degree m in blocks of s powers.
	m, s := 16, 4
	switch {
	case theta < 0.013:
		m, s = 6, 3
	case theta < 0.15:
		m, s = 9, 3
	case theta < 0.33:
		m, s = 12, 4
	}
	p := r.power[:s]
	for i := range p {
		p[i] = p[i][:n*n]
	}
	for i, v := range w {
		p[0][i] = math.Ldexp(v, -halvings)
	}
	for i := 1; i < s; i++ {
		blas.Gemm(false, false, n, n, n, 1, p[i-1], n, p[0], n, 0, p[i], n)
	}
	factorial := 1.0
	for i := 2; i <= m; i++ {
		factorial *= float64(i)
	}
	c := 1 / factorial // of w^m, then of lower powers
	for i, v := range p[s-1] {
		r.sum[i] = c * v
	}
	for lo := m - s; lo >= 0; lo -= s { // sum += Σ_{i<s} w^i/(lo+i)!, then times w^s
		for i := s - 1; i >= 0; i-- {
			c *= float64(lo + i + 1)
			if i > 0 {
				blas.Axpy(c, p[i-1], r.sum)
				continue
			}
			for k := range n {
				r.sum[k*n+k] += c
			}
		}
		if lo > 0 {
			blas.Gemm(false, false, n, n, n, 1, r.sum, n, p[s-1], n, 0, r.next, n)
			r.sum, r.next = r.next, r.sum
		}
	}
	for range halvings {
		blas.Gemm(false, false, n, n, n, 1, r.sum, n, r.sum, n, 0, r.next, n)
		r.sum, r.next = r.next, r.sum
	}
}
