package geometry

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// Mahalanobis is the potential of an inner product,
//
//	φ(x) = ½ xᵀKx,  ∇φ(x) = Kx,  φ*(θ) = ½ θᵀK⁻¹θ,  x = K⁻¹θ,
//	D(x, z) = ½ (x−z)ᵀK(x−z),
//
// on all of Rᵐ, K symmetric and positive definite. It is not separable. It
// holds the factor K = CCᵀ beside K itself: φ(x) = ½‖Cᵀx‖². A call costs 2m²
// flops, making it m³/3.
type Mahalanobis struct {
	k, chol []float64 // m×m row-major: K, and C in the lower triangle
	m       int
}

var _ Potential = (*Mahalanobis)(nil)

// NewMahalanobis returns the potential of the row-major m×m matrix k, which it
// keeps. It fails unless k is finite, symmetric to rounding and positive
// definite.
func NewMahalanobis(m int, k []float64) (*Mahalanobis, error) {
	if m < 1 || len(k) != m*m {
		return nil, fmt.Errorf("the matrix of mahalanobis has %d entries; for %d unknowns it needs %d×%d", len(k), m, m, m)
	}
	for i := range m {
		for j := range m {
			v, w := k[i*m+j], k[j*m+i]
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("the matrix of mahalanobis must be finite, but K[%d,%d] = %v", i, j, v)
			}
			if !(math.Abs(v-w) <= 1e-12*math.Sqrt(math.Abs(k[i*m+i]))*math.Sqrt(math.Abs(k[j*m+j]))) {
				return nil, fmt.Errorf("the matrix of mahalanobis must be symmetric, but K[%d,%d] = %v and K[%d,%d] = %v", i, j, v, j, i, w)
			}
		}
	}
	chol := append([]float64(nil), k...)
	if i := blas.Cholesky(chol, m, m); i >= 0 {
		return nil, fmt.Errorf("the matrix of mahalanobis is not positive definite: its leading %d×%d block is not", i+1, i+1)
	}
	return &Mahalanobis{k: k, chol: chol, m: m}, nil
}

// Name returns "mahalanobis".
func (*Mahalanobis) Name() string { return "mahalanobis" }

// Value returns ½ xᵀKx.
func (p *Mahalanobis) Value(x []float64) float64 {
	return blas.Dot(x, p.times(x)) / 2
}

// times returns Kx.
func (p *Mahalanobis) times(x []float64) []float64 {
	w := make([]float64, p.m)
	p.Grad(w, x)
	return w
}

// Grad sets dst = Kx.
func (p *Mahalanobis) Grad(dst, x []float64) {
	p.check(dst, x)
	w := room(dst, x)
	blas.Gemv(w, p.k, p.m, p.m, p.m, x)
	copy(dst, w)
}

func (p *Mahalanobis) check(x, y []float64) {
	same(x, y)
	if len(x) != p.m {
		panic(errLength)
	}
}

// Conj returns ½‖C⁻¹θ‖².
func (p *Mahalanobis) Conj(theta []float64) float64 {
	p.check(theta, theta)
	w := append([]float64(nil), theta...)
	blas.SolveLower(p.chol, p.m, p.m, w)
	return blas.Dot(w, w) / 2
}

// GradConj sets dst = K⁻¹θ.
func (p *Mahalanobis) GradConj(dst, theta []float64) {
	p.check(dst, theta)
	copy(dst, theta)
	blas.SolveLower(p.chol, p.m, p.m, dst)
	blas.SolveLowerT(p.chol, p.m, p.m, dst)
}

// HessConj sets dst = K⁻¹v.
func (p *Mahalanobis) HessConj(dst, theta, v []float64) {
	p.check(theta, v)
	p.GradConj(dst, v)
}

// Bregman returns ½ (x−z)ᵀK(x−z), as ½‖Cᵀ(x−z)‖².
func (p *Mahalanobis) Bregman(x, z []float64) float64 {
	p.check(x, z)
	d := make([]float64, p.m)
	for i, v := range x {
		d[i] = v - z[i]
	}
	var sum float64
	for j := range p.m { // (Cᵀd)ⱼ
		var s float64
		for i := j; i < p.m; i++ {
			s += p.chol[i*p.m+j] * d[i]
		}
		sum += s * s
	}
	return sum / 2
}

// Fenchel returns ½‖C⁻¹(Kx − θ)‖².
func (p *Mahalanobis) Fenchel(x, theta []float64) float64 {
	p.check(x, theta)
	w := p.times(x)
	for i, t := range theta {
		w[i] -= t
	}
	return p.Conj(w)
}
