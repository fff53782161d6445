package limit

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// rowFactor is the lower Cholesky factor M of AAᵀ + σI. Nil stands for the
// identity.
//
// The shift σ, a little above the rounding error of forming and factorizing
// AAᵀ, makes the factorization succeed for every A, whatever its rank: the
// singular values of M⁻¹A are s/√(s²+σ), next to 1 for all s² ≫ σ. LSQR on
// M⁻¹A therefore needs one or two steps where the plain normal equations would
// do, a few more where they would have broken down, and it removes the effect
// of σ altogether. (Shifted Cholesky QR, Fukaya, Kannan, Nakatsukasa, Yamamoto
// and Yanagisawa 2020, rests on the same observation.)
type rowFactor struct {
	n     int
	l     []float64
	shift float64 // σ relative to the largest entry of AAᵀ
}

// roundoff is the unit roundoff of float64.
const roundoff = 0x1p-53

// newRowFactor factorizes AAᵀ + σI, and returns nil if A is zero or if AAᵀ
// over- or underflows.
func newRowFactor(a linop.Operator) *rowFactor {
	n, _ := a.Dims()
	f := &rowFactor{n: n, l: make([]float64, n*n)}
	// The backward error of Cholesky's factorization is at most about n·u·‖G‖
	// (Higham 2002, Theorem 10.3) and rarely a tenth of it; 100 times more is
	// tried if a pivot fails all the same.
	f.shift = 8 * float64(n) * roundoff
	for ; f.shift < 1; f.shift *= 100 {
		linop.Gram(a, f.l, nil)
		largest, safe := f.diagonal(a)
		if !safe {
			return nil
		}
		for i := range n {
			f.l[i*n+i] += f.shift * largest
		}
		if blas.Cholesky(f.l, n, n) < 0 {
			return f
		}
	}
	return nil
}

// diagonal returns the largest diagonal entry of AAᵀ, and whether the squares
// of the rows are all representable.
func (f *rowFactor) diagonal(a linop.Operator) (largest float64, safe bool) {
	smallest := math.Inf(1)
	for i := range f.n {
		d := f.l[i*f.n+i]
		largest, smallest = math.Max(largest, d), math.Min(smallest, d)
	}
	if smallest == 0 && largest > 0 {
		norms := make([]float64, f.n)
		linop.RowNorms(a, norms)
		for i, v := range norms {
			if v > 0 && f.l[i*f.n+i] == 0 {
				return largest, false
			}
		}
	}
	return largest, largest > 0 && !math.IsInf(largest, 1)
}

// solve overwrites z by M⁻¹z.
func (f *rowFactor) solve(z []float64) {
	if f != nil {
		blas.SolveLower(f.l, f.n, f.n, z)
	}
}

// solveT overwrites z by M⁻ᵀz.
func (f *rowFactor) solveT(z []float64) {
	if f != nil {
		blas.SolveLowerT(f.l, f.n, f.n, z)
	}
}
