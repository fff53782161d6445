package geometry

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// Spectral is the potential of symmetric d×d matrices that a potential of one
// variable makes of their eigenvalues, φ(X) = Σ φ(λᵢ(X)) (Lewis 1996):
//
//	∇φ(X) = V diag(φ′(λ)) Vᵀ,  φ*(Θ) = Σ φ*(λᵢ(Θ)),
//	D(X, Z) = Σᵢⱼ ⟨uᵢ, vⱼ⟩² D_φ(λᵢ, μⱼ) with eigenpairs (λ, u) of X, (μ, v) of Z.
//
// The entropy makes von Neumann's entropy tr(X ln X − X), Burg's −ln det X, LP
// the Schatten norms, Hypentropy that of matrices of any signature. It is not
// separable.
//
// A matrix is the vector of its lower triangle by rows, of length d(d+1)/2, its
// elements off the diagonal multiplied by √2: inner products are those of
// matrices. A call costs one to three eigenvalue problems, about 9d³ flops each,
// a divergence of close matrices ten. Where an eigenvalue problem fails, for
// matrices that are not finite, everything is NaN. In Value and in divergences an
// eigenvalue of X that is outside of the domain by no more than the rounding of X
// counts as on its boundary.
type Spectral struct {
	phi Separable
	d   int
}

var _ Potential = Spectral{}

// NewSpectral returns the potential of the eigenvalues of d×d matrices. φ must
// be the same for all coordinates.
func NewSpectral(phi Separable, d int) Spectral { return Spectral{phi, d} }

// Name returns "spectral-" and the name of φ.
func (s Spectral) Name() string { return "spectral-" + s.phi.Name() }

// eigen is A = V diag(w) Vᵀ, the columns of v row-major.
type eigen struct{ w, v []float64 }

func (s Spectral) eigen(x []float64) eigen {
	d := s.d
	if len(x) != d*(d+1)/2 {
		panic(errLength)
	}
	e := eigen{make([]float64, d), unpack(x, d)}
	if !blas.Eigen(e.w, e.v, d, d) {
		for i := range e.w {
			e.w[i] = math.NaN()
		}
	}
	return e
}

// unpack returns the row-major matrix of a vector.
func unpack(x []float64, d int) []float64 {
	a := make([]float64, d*d)
	k := 0
	for i := range d {
		for j := range i {
			a[i*d+j] = x[k] / math.Sqrt2
			a[j*d+i] = a[i*d+j]
			k++
		}
		a[i*d+i] = x[k]
		k++
	}
	return a
}

// pack sets dst to the vector of V M Vᵀ for a symmetric M.
func (e eigen) pack(dst, m []float64) {
	d := len(e.w)
	half, a := make([]float64, d*d), make([]float64, d*d)
	blas.Gemm(false, false, d, d, d, 1, e.v, d, m, d, 0, half, d)
	blas.Gemm(false, true, d, d, d, 1, half, d, e.v, d, 0, a, d)
	k := 0
	for i := range d {
		for j := range i {
			dst[k] = (a[i*d+j] + a[j*d+i]) / math.Sqrt2
			k++
		}
		dst[k] = a[i*d+i]
		k++
	}
}

// within returns VᵀAV for the vector x of A.
func (e eigen) within(x []float64) []float64 {
	d := len(e.w)
	half, m := make([]float64, d*d), make([]float64, d*d)
	blas.Gemm(true, false, d, d, d, 1, e.v, d, unpack(x, d), d, 0, half, d)
	blas.Gemm(false, false, d, d, d, 1, half, d, e.v, d, 0, m, d)
	return m
}

// apply sets dst to the matrix with the eigenvalues f(w).
func (s Spectral) apply(dst, x []float64, f func(dst, x []float64)) {
	same(dst, x)
	e := s.eigen(x)
	m := make([]float64, s.d*s.d)
	f(e.w, e.w)
	for i, w := range e.w {
		m[i*s.d+i] = w
	}
	e.pack(dst, m)
}

// Value returns Σ φ(λᵢ(X)).
func (s Spectral) Value(x []float64) float64 { return s.phi.Value(s.closed(s.eigen(x)).w) }

// closed moves eigenvalues that are outside of the domain by rounding to its boundary.
func (s Spectral) closed(e eigen) eigen {
	lower, upper := Bounds(s.phi, 0)
	var top float64
	for _, w := range e.w {
		top = max(top, math.Abs(w))
	}
	room := 4 * float64(s.d) * 0x1p-52 * top
	for i, w := range e.w {
		if lower-room <= w && w <= upper+room {
			e.w[i] = min(max(w, lower), upper)
		}
	}
	return e
}

// Grad sets dst = ∇φ(X), NaN where an eigenvalue is outside of the domain.
func (s Spectral) Grad(dst, x []float64) { s.apply(dst, x, s.phi.Grad) }

// Conj returns Σ φ*(λᵢ(Θ)).
func (s Spectral) Conj(theta []float64) float64 { return s.phi.Conj(s.eigen(theta).w) }

// GradConj sets dst = ∇φ*(Θ).
func (s Spectral) GradConj(dst, theta []float64) { s.apply(dst, theta, s.phi.GradConj) }

// HessConj sets dst = V (Γ∘VᵀHV) Vᵀ with the divided differences Γ of ∇φ*
// (Daleckii and Krein 1965), H the matrix of v.
func (s Spectral) HessConj(dst, theta, v []float64) {
	same(theta, v)
	same(dst, v)
	e := s.eigen(theta)
	m := e.within(v)
	for i, g := range divided(s.phi, e.w) {
		m[i] *= g
	}
	e.pack(dst, m)
}

// Bregman returns D_φ(X, Z).
func (s Spectral) Bregman(x, z []float64) float64 {
	diff, far, size := apart(x, z)
	if far == 0 {
		return 0
	}
	ex, ez := s.closed(s.eigen(x)), s.eigen(z)
	if far < 1e-3*size && alike(s.phi, ex.w, ez.w) {
		return s.near(z, diff)
	}
	return s.pairs(ex, ez, s.phi.Bregman)
}

// apart returns x − z with its norm, and the norm of x.
func apart(x, z []float64) (diff []float64, far, size float64) {
	same(x, z)
	diff = make([]float64, len(x))
	for i, v := range x {
		diff[i] = v - z[i]
		far, size = math.Hypot(far, diff[i]), math.Hypot(size, v)
	}
	return diff, far, size
}

// Fenchel returns D_φ(X, ∇φ*(Θ)), as Σᵢⱼ ⟨uᵢ, vⱼ⟩² D_φ(λᵢ, ∇φ*(τⱼ)).
func (s Spectral) Fenchel(x, theta []float64) float64 {
	same(x, theta)
	return s.pairs(s.closed(s.eigen(x)), s.eigen(theta), s.phi.Fenchel)
}

// pairs returns Σ ⟨uᵢ, vⱼ⟩² f(λᵢ, μⱼ).
func (s Spectral) pairs(x, z eigen, f func(x, z []float64) float64) float64 {
	d := s.d
	c := make([]float64, d*d)
	blas.Gemm(true, false, d, d, d, 1, x.v, d, z.v, d, 0, c, d)
	var sum float64
	for i := range d {
		for j := range d {
			if v := c[i*d+j]; v != 0 {
				sum += v * v * f(x.w[i:i+1], z.w[j:j+1])
			}
		}
	}
	return sum
}

// near returns ∫₀¹ (1−t) ⟨Δ, ∇²φ(Z+tΔ) Δ⟩ dt, Δ = X − Z, by Gauss's rule: no
// eigenvalue of X is compared with one of Z, so that nothing cancels.
func (s Spectral) near(z, diff []float64) float64 {
	at := make([]float64, len(z))
	var sum float64
	for k, t := range gaussNodes {
		for _, u := range [2]float64{(1 - t) / 2, (1 + t) / 2} {
			for i, v := range z {
				at[i] = v + u*diff[i]
			}
			e := s.eigen(at)
			m := e.within(diff)
			s.phi.Grad(e.w, e.w)
			for i, g := range divided(s.phi, e.w) { // the inverse of those of ∇φ
				sum += gaussWeights[k] / 2 * (1 - u) * m[i] / g * m[i]
			}
		}
	}
	return sum
}
