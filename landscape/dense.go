package landscape

import (
	"errors"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/internal/parallel"
)

// Hessian writes the n×n Hessian, n = Parameters(), by rows: for i > j the block of
// W_i and W_j is
//
//	(A_iᵀA_j) ⊗ (h_{i−1}h_{j−1}ᵀ) + the transposition of (g_i h_{j−1}ᵀ) ⊗ (W_{i−1}⋯W_{j+1}),
//
// with A_j = W_k⋯W_{j+1}. Only the lower triangle is written unless full.
//
// Cost: about n² multiplications and n² words.
func (s *State) Hessian(dst []float64, full bool) {
	k, n := s.net.Layers(), s.net.Parameters()
	after := make([]matrix, k+1) // A_j
	after[k] = identity(s.net.Dims[k])
	for j := k - 1; j >= 1; j-- {
		after[j] = after[j+1].times(s.layer(j + 1))
	}
	for i := 1; i <= k; i++ {
		between := identity(s.net.Dims[i-1]) // W_{i−1}⋯W_{j+1}
		for j := i; j >= 1; j-- {
			left := newMatrix(s.net.Dims[i], s.net.Dims[j])
			mul(left, after[i], true, after[j], false, 0)
			right := newMatrix(s.net.Dims[i-1], s.net.Dims[j-1])
			mul(right, s.h[i-1], false, s.h[j-1], true, 0)
			b := block{left: left, right: right}
			if j < i {
				b.cross = newMatrix(s.net.Dims[i], s.net.Dims[j-1])
				mul(b.cross, s.g[i], false, s.h[j-1], true, 0)
				if j < i-1 {
					between = between.times(s.layer(j + 1))
				}
				b.between = between
			}
			b.write(dst[s.net.offsets[i-1]*n+s.net.offsets[j-1]:], n)
		}
	}
	if !full {
		return
	}
	for i := range n {
		for j := range i {
			dst[j*n+i] = dst[i*n+j]
		}
	}
}

// block is the part of the Hessian that belongs to two layers.
type block struct{ left, right, cross, between matrix }

// write fills a block: the row of entry (p, q) of W_i and the column of entry
// (t, u) of W_j.
func (b *block) write(dst []float64, ld int) {
	parallel.For(b.left.rows, 1, func(lo, hi int) {
		for p := lo; p < hi; p++ {
			for q := range b.right.rows {
				row := dst[(p*b.right.rows+q)*ld:]
				for t := range b.left.cols {
					l := b.left.at(p, t)
					part := row[t*b.right.cols:][:b.right.cols]
					for u := range part {
						part[u] = l * b.right.data[q*b.right.cols+u]
					}
					if b.cross.data != nil {
						z := b.between.at(q, t)
						for u := range part {
							part[u] += z * b.cross.data[p*b.cross.cols+u]
						}
					}
				}
			}
		}
	})
}

// Spectrum is what a dense count has established.
type Spectrum struct {
	Inertia
	Tol    float64   // eigenvalues within ±Tol count as zero
	Values []float64 // ascending; nil where only the inertia was computed
}

// eigenLimit is the number of parameters up to which all eigenvalues are computed;
// beyond, two factorizations are cheaper and need less memory.
const eigenLimit = 1200

// DenseInertia counts the eigenvalues of the Hessian below −tol‖H‖, above tol‖H‖,
// and between, where ‖H‖ is a bound of the norm, the largest sum of the absolute
// values of a row. Up to 1200 parameters it computes the eigenvalues; beyond it
// factors H + tol‖H‖ and H − tol‖H‖ as L D Lᵀ and reads the signs of D (Sylvester).
//
// Cost: 9n³ flops, or 2n³/3 and 8n² bytes.
func (s *State) DenseInertia(tol float64) (*Spectrum, error) {
	n := s.net.Parameters()
	h := make([]float64, n*n)
	s.Hessian(h, true)
	size := rowSum(h, n)
	out := &Spectrum{Tol: max(tol*size, s.rounding())}
	if out.Tol == 0 {
		out.Zero, out.Values = n, nil
		if n <= eigenLimit {
			out.Values = make([]float64, n)
		}
		return out, nil
	}
	if n <= eigenLimit {
		out.Values = make([]float64, n)
		if !blas.Eigen(out.Values, h, n, n) {
			return nil, errors.New("the eigenvalues of the Hessian could not be computed")
		}
		for _, v := range out.Values {
			switch {
			case v < -out.Tol:
				out.Negative++
			case v > out.Tol:
				out.Positive++
			default:
				out.Zero++
			}
		}
		return out, nil
	}
	shift(h, n, out.Tol)
	below, err := negativePivots(h, n)
	if err != nil {
		return nil, err
	}
	s.Hessian(h, true)
	shift(h, n, -out.Tol)
	notAbove, err := negativePivots(h, n)
	if err != nil {
		return nil, err
	}
	out.Inertia = Inertia{below, notAbove - below, n - notAbove}
	return out, nil
}

// rounding bounds the errors with which an element of the Hessian is known: where
// the product meets M exactly, the rest of the Hessian is what rounding left.
func (s *State) rounding() float64 {
	k := s.net.Layers()
	norms := make([]float64, k+1)
	f := s.data.f.norm()
	all := f
	for j := 1; j <= k; j++ {
		norms[j] = s.layer(j).norm()
		all *= norms[j]
	}
	without := func(i, j int) float64 { // the other layers
		p := f
		for l := 1; l <= k; l++ {
			if l != i && l != j {
				p *= norms[l]
			}
		}
		return p
	}
	largest := 0.0
	for i := 1; i <= k; i++ {
		largest = max(largest, without(i, i)*without(i, i))
		for j := 1; j < i; j++ {
			largest = max(largest, without(i, j)*(all+s.data.m.norm()))
		}
	}
	return 0x1p-48 * largest
}

func shift(h []float64, n int, by float64) {
	for i := range n {
		h[i*n+i] += by
	}
}

func rowSum(h []float64, n int) float64 {
	largest := 0.0
	for i := range n {
		sum := 0.0
		for _, v := range h[i*n : (i+1)*n] {
			sum += math.Abs(v)
		}
		largest = max(largest, sum)
	}
	return largest
}
