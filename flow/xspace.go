package flow

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
)

// xSpace is the flow of X alone that a balanced product of N factors implies (Arora,
// Cohen and Hazan 2018, theorem 1),
//
//	Ẋ = −c Σ_{j=1…N} (XXᵀ)^((j−1)/N) G (XᵀX)^((N−j)/N),   G = 𝒜*(𝒜(X) − b),
//
// with c = 2 for X = YYᵀ of Ẏ = −2GY and else 1. In the frames of X = U diag(σ) Vᵀ the
// sum is U(G̃ ∘ K)Vᵀ, G̃ = UᵀGV and K_rs = Σ_j σ_r^(2(j−1)/N) σ_s^(2(N−j)/N).
//
// X has one relative accuracy for all its entries: singular values below rounding of
// the largest are noise here, where the factors keep all their digits.
type xSpace struct {
	m     *measured
	depth float64
	rate  float64
	x0    []float64

	s, u, v, t, k []float64
}

func newXSpace(m *measured, depth, rate float64, x0 []float64) *xSpace {
	side := max(m.p, m.q)
	return &xSpace{m: m, depth: depth, rate: rate, x0: x0, s: make([]float64, side), t: make([]float64, side*side), k: make([]float64, m.p*m.q)}
}

// Dim returns the number of entries of X, which is the state.
func (f *xSpace) Dim() int { return len(f.x0) }

// Start returns X at time 0, by rows.
func (f *xSpace) Start() []float64 { return slices.Clone(f.x0) }

// Autonomous reports true.
func (f *xSpace) Autonomous() bool { return true }

// Primal sets dst = X.
func (f *xSpace) Primal(dst, x []float64) { copy(dst, x) }

// unbalanced is NaN: X has no layers.
func (f *xSpace) unbalanced([]float64) float64 { return math.NaN() }

// Deriv sets dst = Ẋ. Cost: two products with 𝒜 and a singular value decomposition.
func (f *xSpace) Deriv(dst []float64, _ float64, x []float64) {
	m := f.m
	p, q := m.p, m.q
	m.gradient(x)
	if m.symmetric && f.depth == 2 { // GX + XG
		blas.Gemm(false, false, p, p, p, -f.rate, m.g, p, x, p, 0, dst, p)
		for i := range p {
			for j := range i + 1 {
				v := dst[i*p+j] + dst[j*p+i]
				dst[i*p+j], dst[j*p+i] = v, v
			}
		}
		return
	}
	if !f.decompose(x) {
		for i := range dst {
			dst[i] = math.NaN() // the step is tried again
		}
		return
	}
	blas.Gemm(true, false, p, q, p, 1, f.u, p, m.g, q, 0, f.t, q)
	blas.Gemm(false, false, p, q, q, 1, f.t, q, f.v, q, 0, f.k, q)
	for r := range p {
		for s := range q {
			var sum float64
			for j := 1.0; j <= f.depth; j++ {
				sum += math.Pow(f.s[r], 2*(j-1)/f.depth) * math.Pow(f.s[s], 2*(f.depth-j)/f.depth)
			}
			f.k[r*q+s] *= -f.rate * sum
		}
	}
	blas.Gemm(false, false, p, q, p, 1, f.u, p, f.k, q, 0, f.t, q)
	blas.Gemm(false, true, p, q, q, 1, f.t, q, f.v, q, 0, dst, q)
	m.symmetrise(dst)
}

// decompose sets the frames and σ, 0 beyond the smaller side.
func (f *xSpace) decompose(x []float64) bool {
	p, q := f.m.p, f.m.q
	k := min(p, q)
	u, vt := make([]float64, p*k), make([]float64, k*q)
	clear(f.s)
	if !blas.SVD(f.s[:k], u, k, vt, q, x, p, q, q) {
		return false
	}
	v := make([]float64, q*k)
	for i := range q {
		for j := range k {
			v[i*k+j] = vt[j*q+i]
		}
	}
	if f.u, f.v = u, v; k < p {
		f.u = completed(u, p, k)
	} else if k < q {
		f.v = completed(v, q, k)
	}
	return true
}
