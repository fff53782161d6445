package flow

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// mostCommuting bounds the numbers in the A_k that Commuting writes out, and the
// products that it forms.
const mostCommuting = 1 << 20

// Commuting reports whether X is symmetric and the symmetric parts of the A_k
// commute, up to rounding: from αI the flow is then von Neumann's mirror flow, and
// tends to a matrix of least trace as α → 0 (Gunasekar et al. 2017). It reports
// false where they are too many to look: n²d³ is the cost for n matrices of order d.
func (f *Factored) Commuting() bool {
	a, d := f.a, f.p
	n, m := a.Dims()
	if !f.psd {
		return false
	}
	if n > mostCommuting/m || n*n > mostCommuting/d {
		return false
	}
	all, size := make([]float64, n*m), make([]float64, n)
	e, row := make([]float64, n), make([]float64, m)
	for k := range n {
		e[k] = 1
		a.ApplyT(row, e)
		e[k] = 0
		for i := range d {
			for j := range d {
				all[k*m+i*d+j] = row[i*d+j]/2 + row[j*d+i]/2
			}
		}
		size[k] = math.Sqrt(blas.Dot(all[k*m:(k+1)*m], all[k*m:(k+1)*m]))
	}
	product := make([]float64, m)
	for k := range n {
		for l := range k {
			blas.Gemm(false, false, d, d, d, 1, all[k*m:(k+1)*m], d, all[l*m:(l+1)*m], d, 0, product, d)
			// The product of symmetric matrices is symmetric iff they commute.
			for i := range d {
				for j := range i {
					if math.Abs(product[i*d+j]-product[j*d+i]) > 1e-12*size[k]*size[l] {
						return false
					}
				}
			}
		}
	}
	return true
}
