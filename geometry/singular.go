package geometry

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// Singular is the potential of p×q matrices that an even potential of one variable
// makes of their singular values, φ(X) = Σ φ(σᵢ(X)) (Lewis 1995):
//
//	∇φ(X) = U diag(φ′(σ)) Vᵀ,  φ*(Θ) = Σ φ*(σᵢ(Θ)).
//
// It is half the Spectral of [[0, X], [Xᵀ, 0]], whose eigenvalues are ±σᵢ and 0, up
// to a constant. LP makes the Schatten norms, Hypentropy the spectral hypentropy
// (Ghai, Hazan and Singer 2020), Euclidean half the square of Frobenius' norm. Of a
// symmetric X the singular values are the |λᵢ|: the value is that of Spectral.
//
// A matrix is the vector of its entries by rows. A call costs one to three
// singular value decompositions, a divergence of close matrices ten. Where one
// fails, for matrices that are not finite, everything is NaN.
type Singular struct {
	phi  Separable
	p, q int
}

// NewSingular returns the potential of the singular values of p×q matrices. φ must
// be even, defined on all of R, and the same for all coordinates.
func NewSingular(phi Separable, p, q int) Singular { return Singular{phi, p, q} }

// Name returns "spectral-" and the name of φ.
func (s Singular) Name() string { return "spectral-" + s.phi.Name() }

// triplets is A = Σ wᵢ uᵢvᵢᵀ, the columns of u (p rows) and v (q rows), row-major: k
// = min(p, q) of them, or after complete a basis each.
type triplets struct{ w, u, v []float64 }

func (s Singular) svd(x []float64) *triplets {
	if len(x) != s.p*s.q {
		panic(errLength)
	}
	k := min(s.p, s.q)
	e := &triplets{make([]float64, k), make([]float64, s.p*k), make([]float64, s.q*k)}
	vt := make([]float64, k*s.q)
	if !blas.SVD(e.w, e.u, k, vt, s.q, x, s.p, s.q, s.q) {
		for i := range e.w {
			e.w[i] = math.NaN()
		}
	}
	for i := range k {
		for j := range s.q {
			e.v[j*k+i] = vt[i*s.q+j]
		}
	}
	return e
}

// complete extends the columns of u and v to bases.
func (e *triplets) complete(p, q int) {
	k := len(e.w)
	e.u, e.v = basis(e.u, p, k), basis(e.v, q, k)
}

// basis extends the k orthonormal columns of a (n×k) to n.
func basis(a []float64, n, k int) []float64 {
	if n == k {
		return a
	}
	f, tau := append([]float64(nil), a...), make([]float64, k)
	blas.QR(f, n, k, k, tau)
	q := make([]float64, n*n)
	for i := range n {
		q[i*n+i] = 1
	}
	blas.ApplyQ(f, n, k, k, tau, q, n, n, false)
	for i := range n { // the first k are those of a up to their signs
		copy(q[i*n:i*n+k], a[i*k:(i+1)*k])
	}
	return q
}

// product sets dst = U diag(w) Vᵀ.
func (e *triplets) product(dst, w []float64, p, q int) {
	k, cu, cv := len(w), len(e.u)/p, len(e.v)/q
	left := make([]float64, p*k)
	for i := range p {
		for a, v := range w {
			left[i*k+a] = e.u[i*cu+a] * v
		}
	}
	blas.Gemm(false, true, p, q, k, 1, left, k, e.v, cv, 0, dst, q)
}

// within returns UᵀAV, outside sets dst = U M Vᵀ, for bases U and V.
func (e *triplets) within(a []float64, p, q int) []float64 {
	half, m := make([]float64, p*q), make([]float64, p*q)
	blas.Gemm(true, false, p, q, p, 1, e.u, p, a, q, 0, half, q)
	blas.Gemm(false, false, p, q, q, 1, half, q, e.v, q, 0, m, q)
	return m
}

func (e *triplets) outside(dst, m []float64, p, q int) {
	half := make([]float64, p*q)
	blas.Gemm(false, false, p, q, p, 1, e.u, p, m, q, 0, half, q)
	blas.Gemm(false, true, p, q, q, 1, half, q, e.v, q, 0, dst, q)
}

// fold sets dst to the coordinates in which ∇²φ* is diagonal of M = UᵀHV: of the
// leading square (M_ij ± M_ji)/√2, i > j, the sum in the place of M_ij, the
// difference in that of M_ji.
func (s Singular) fold(dst, m []float64) {
	copy(dst, m)
	k := min(s.p, s.q)
	for i := range k {
		for j := range i {
			a, b := m[i*s.q+j], m[j*s.q+i]
			dst[i*s.q+j], dst[j*s.q+i] = (a+b)/math.Sqrt2, (a-b)/math.Sqrt2
		}
	}
}

// unfold is the inverse of fold.
func (s Singular) unfold(w []float64) []float64 {
	m := append([]float64(nil), w...)
	k := min(s.p, s.q)
	for i := range k {
		for j := range i {
			a, b := w[i*s.q+j], w[j*s.q+i]
			m[i*s.q+j], m[j*s.q+i] = (a+b)/math.Sqrt2, (a-b)/math.Sqrt2
		}
	}
	return m
}

// diagonal returns ∇²φ* in those coordinates: the divided differences of the odd g =
// ∇φ* at (τᵢ, τⱼ), at (τᵢ, −τⱼ), and at (τᵢ, 0) for what is beyond the square.
func (s Singular) diagonal(tau []float64) []float64 {
	k := len(tau)
	g, slope := make([]float64, k), slopesAt(s.phi, append(append([]float64(nil), tau...), 0))
	s.phi.GradConj(g, tau)
	mean := func(a, b float64) float64 { // of g over a sum of τ
		if b == 0 {
			return slope[k]
		}
		return a / b
	}
	square := divided(s.phi, tau)
	out := make([]float64, s.p*s.q)
	for i := range s.p {
		for j := range s.q {
			at := i*s.q + j
			switch {
			case i >= k:
				out[at] = mean(g[j], tau[j])
			case j >= k:
				out[at] = mean(g[i], tau[i])
			case j > i:
				out[at] = mean(g[i]+g[j], tau[i]+tau[j])
			default:
				out[at] = square[i*k+j]
			}
		}
	}
	return out
}

func (s Singular) apply(dst, x []float64, f func(dst, x []float64)) {
	same(dst, x)
	e := s.svd(x)
	f(e.w, e.w)
	e.product(dst, e.w, s.p, s.q)
}

// Value returns Σ φ(σᵢ(X)).
func (s Singular) Value(x []float64) float64 { return s.phi.Value(s.svd(x).w) }

// Grad sets dst = ∇φ(X).
func (s Singular) Grad(dst, x []float64) { s.apply(dst, x, s.phi.Grad) }

// Conj returns Σ φ*(σᵢ(Θ)).
func (s Singular) Conj(theta []float64) float64 { return s.phi.Conj(s.svd(theta).w) }

// GradConj sets dst = ∇φ*(Θ).
func (s Singular) GradConj(dst, theta []float64) { s.apply(dst, theta, s.phi.GradConj) }

// HessConj sets dst = ∇²φ*(Θ) H, H the matrix of v.
func (s Singular) HessConj(dst, theta, v []float64) {
	same(theta, v)
	same(dst, v)
	f, ok := s.Frame(theta)
	if !ok {
		for i := range dst {
			dst[i] = math.NaN()
		}
		return
	}
	w := make([]float64, len(v))
	f.Rotate(w, v)
	for i, d := range f.Diagonal() {
		w[i] *= d
	}
	f.Back(dst, w)
}

// Bregman returns D_φ(X, Z).
func (s Singular) Bregman(x, z []float64) float64 {
	diff, far, size := apart(x, z)
	if far == 0 {
		return 0
	}
	ex, ez := s.svd(x), s.svd(z)
	if far < 1e-3*size && alike(s.phi, ex.w, ez.w) {
		return s.near(z, diff)
	}
	return s.pairs(ex, ez, s.phi.Bregman)
}

// Fenchel returns D_φ(X, ∇φ*(Θ)).
func (s Singular) Fenchel(x, theta []float64) float64 {
	same(x, theta)
	return s.pairs(s.svd(x), s.svd(theta), s.phi.Fenchel)
}

// pairs is half the sum over the eigenpairs ±σ, 0 of the doubled matrices: with c =
// ⟨uᵢ, aⱼ⟩ and t = ⟨vᵢ, bⱼ⟩
//
//	Σ (c+t)²/4 f(σᵢ, μⱼ) + (c−t)²/4 f(σᵢ, −μⱼ)
//
// and, of the longer side, what lies outside of the other's vectors against 0.
func (s Singular) pairs(x, z *triplets, f func(x, z []float64) float64) float64 {
	k := len(x.w)
	c, t := make([]float64, k*k), make([]float64, k*k)
	blas.Gemm(true, false, k, k, s.p, 1, x.u, k, z.u, k, 0, c, k)
	blas.Gemm(true, false, k, k, s.q, 1, x.v, k, z.v, k, 0, t, k)
	var sum float64
	for i := range k {
		for j := range k {
			for _, sign := range [2]float64{1, -1} {
				if v := (c[i*k+j] + sign*t[i*k+j]) / 2; v != 0 {
					sum += v * v * f(x.w[i:i+1], []float64{sign * z.w[j]})
				}
			}
		}
	}
	n, a, b := s.p, x.u, z.u
	if s.q > s.p {
		n, a, b, c = s.q, x.v, z.v, t
	}
	if n == k {
		return sum
	}
	zero := []float64{0}
	for j, v := range outer(a, b, c, n, k, false) {
		sum += v / 2 * f(zero, z.w[j:j+1])
	}
	for i, v := range outer(b, a, c, n, k, true) {
		sum += v / 2 * f(x.w[i:i+1], zero)
	}
	return sum
}

// outer returns ‖bⱼ − A Aᵀbⱼ‖² for the columns of b, c = AᵀB or its transpose.
func outer(a, b, c []float64, n, k int, transposed bool) []float64 {
	rest := append([]float64(nil), b...)
	blas.Gemm(false, transposed, n, k, k, -1, a, k, c, k, 1, rest, k)
	out := make([]float64, k)
	for i := range n {
		for j := range k {
			out[j] += rest[i*k+j] * rest[i*k+j]
		}
	}
	return out
}

// near returns ∫₀¹ (1−t) ⟨Δ, ∇²φ(Z+tΔ) Δ⟩ dt, Δ = X − Z, by Gauss's rule, as at
// Spectral.
func (s Singular) near(z, diff []float64) float64 {
	at, m := make([]float64, len(z)), make([]float64, len(z))
	var sum float64
	for k, t := range gaussNodes {
		for _, u := range [2]float64{(1 - t) / 2, (1 + t) / 2} {
			for i, v := range z {
				at[i] = v + u*diff[i]
			}
			e := s.svd(at)
			e.complete(s.p, s.q)
			s.fold(m, e.within(diff, s.p, s.q))
			s.phi.Grad(e.w, e.w)
			for i, g := range s.diagonal(e.w) { // the inverse of those of ∇φ
				sum += gaussWeights[k] / 2 * (1 - u) * m[i] / g * m[i]
			}
		}
	}
	return sum
}
