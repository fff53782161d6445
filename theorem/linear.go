package theorem

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/linop"
)

// spectrum is a dense A = U diag(σ) Vᵀ with its right-hand side: closed forms
// are written in it.
type spectrum struct {
	a     linop.Operator
	b     []float64
	n, m  int
	sigma []float64
	u, vt []float64 // n×n and n×m by rows
	beta  []float64 // Uᵀb
}

func newSpectrum(p *instance.Problem) (*spectrum, error) {
	n, m := p.A.Dims()
	s := &spectrum{a: p.A, b: p.B, n: n, m: m, sigma: make([]float64, n), u: make([]float64, n*n), vt: make([]float64, n*m), beta: make([]float64, n)}
	if n > m || !blas.SVD(s.sigma, s.u, n, s.vt, m, p.Dense, n, m, m) {
		return nil, fmt.Errorf("the singular values of the %d×%d matrix were not found", n, m)
	}
	blas.GemvT(s.beta, s.u, n, n, n, p.B)
	return s, nil
}

// fill returns Σ_j c(σⱼ)·(uⱼᵀb)·vⱼ, the solution of a filter c.
func (s *spectrum) fill(c func(sigma float64) float64) []float64 {
	w, x := make([]float64, s.n), make([]float64, s.m)
	for j, v := range s.sigma {
		w[j] = c(v) * s.beta[j]
	}
	blas.GemvT(x, s.vt, s.n, s.m, s.m, w)
	return x
}

// leastNorm is A⁺b.
func (s *spectrum) leastNorm() []float64 {
	return s.fill(func(sigma float64) float64 { return 1 / sigma })
}

// kernel returns the part of x that is orthogonal to the range of Aᵀ.
func (s *spectrum) kernel(x []float64) []float64 {
	w, inside := make([]float64, s.n), make([]float64, s.m)
	blas.Gemv(w, s.vt, s.n, s.m, s.m, x)
	blas.GemvT(inside, s.vt, s.n, s.m, s.m, w)
	out := make([]float64, s.m)
	for i, v := range x {
		out[i] = v - inside[i]
	}
	return out
}

// component returns vⱼᵀx.
func (s *spectrum) component(x []float64, j int) float64 {
	return blas.Dot(s.vt[j*s.m:(j+1)*s.m], x)
}

// top is the largest eigenvalue of AᵀA.
func (s *spectrum) top() float64 { return s.sigma[0] * s.sigma[0] }

// wave is a vector without structure.
func wave(m int) []float64 {
	v := make([]float64, m)
	for i := range v {
		v[i] = math.Cos(1 + 2.7*float64(i*i))
	}
	return v
}

// constant is the vector v·1.
func constant(m int, v float64) []float64 {
	x := make([]float64, m)
	for i := range x {
		x[i] = v
	}
	return x
}
