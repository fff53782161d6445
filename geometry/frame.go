package geometry

import (
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
)

// Frame is ∇φ* of a spectral potential at one Θ, with its derivative in the
// coordinates in which that is diagonal,
//
//	∇²φ*(Θ) = Rᵀ diag(D) R,  R orthogonal, D > 0.
type Frame struct {
	X []float64 // ∇φ*(Θ)

	diagonal     func() []float64
	rotate, back func(dst, v []float64)
	single       func(dst []float64, at int, v float64)
}

// Diagonal returns D.
func (f *Frame) Diagonal() []float64 { return f.diagonal() }

// Rotate sets dst = R v, Back dst = Rᵀ w; dst must not be the argument. Either
// costs four products of matrices.
func (f *Frame) Rotate(dst, v []float64) { f.rotate(dst, v) }

// Back sets dst = Rᵀ w.
func (f *Frame) Back(dst, w []float64) { f.back(dst, w) }

// AddSingle adds v times the rotated unit vector at: a product of two vectors.
func (f *Frame) AddSingle(dst []float64, at int, v float64) { f.single(dst, at, v) }

// Matrix is a Potential of matrices by their eigenvalues or singular values.
type Matrix interface {
	Potential
	// Frame returns the frame at Θ, false if Θ is outside of dom φ*.
	Frame(theta []float64) (*Frame, bool)
	// Values returns the eigenvalues of the symmetric X, or its singular values.
	Values(x []float64) []float64
	// Scalar returns the potential of one variable.
	Scalar() Separable
	// With returns the potential with another one of one variable.
	With(phi Separable) Matrix
}

var (
	_ Matrix = Spectral{}
	_ Matrix = Singular{}
)

// leastShare is the share of the largest eigenvalue below which one of X is not told
// from 0: eigenvalues of a matrix of doubles are known to about 2⁻⁵² of the largest.
const leastShare = 0x1p-50

// CheckMatrix returns an error unless X is in the interior of dom φ, and by more than
// 2⁻⁵⁰ of the size of X: it names the eigenvalue that is not.
func CheckMatrix(phi Matrix, what string, x []float64) error {
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%s has an entry %v, not a finite number", what, v)
		}
	}
	w := phi.Values(x)
	lower, upper := Bounds(phi.Scalar(), 0)
	size := max(math.Abs(slices.Max(w)), math.Abs(slices.Min(w)))
	for _, v := range w {
		if !(lower < v && v < upper) {
			return fmt.Errorf("%s has the eigenvalue %.6g, and the geometry needs eigenvalues %s (a positive definite matrix)", what, v, interval(lower, upper))
		}
		if !math.IsInf(lower, -1) && v-lower <= leastShare*size {
			return fmt.Errorf("%s has the eigenvalue %.6g beside the largest, %.6g: below %.1e of that an eigenvalue is rounding, and the geometry needs a positive definite matrix; add a small multiple of the identity", what, v, size, leastShare)
		}
	}
	return nil
}

// SymmetricVector returns the vector of a symmetric d×d matrix, as at Spectral, and
// SymmetricMatrix the matrix, by rows, of a vector. Of a matrix that is not symmetric
// the symmetric part counts.
func SymmetricVector(a []float64, d int) []float64 {
	x := make([]float64, d*(d+1)/2)
	k := 0
	for i := range d {
		for j := range i {
			x[k] = (a[i*d+j]/2 + a[j*d+i]/2) * math.Sqrt2
			k++
		}
		x[k] = a[i*d+i]
		k++
	}
	return x
}

// SymmetricMatrix returns the d×d matrix of a vector.
func SymmetricMatrix(x []float64, d int) []float64 { return unpack(x, d) }

// Scalar returns φ.
func (s Spectral) Scalar() Separable { return s.phi }

// With returns the potential of φ.
func (s Spectral) With(phi Separable) Matrix { return Spectral{phi, s.d} }

// Values returns the eigenvalues of X.
func (s Spectral) Values(x []float64) []float64 { return s.eigen(x).w }

// Frame returns the frame at Θ.
func (s Spectral) Frame(theta []float64) (*Frame, bool) {
	e := s.eigen(theta)
	if !InDualDomain(s.phi, e.w) {
		return nil, false
	}
	d := s.d
	f := &Frame{X: make([]float64, len(theta))}
	g, m := make([]float64, d), make([]float64, d*d)
	s.phi.GradConj(g, e.w)
	for i, v := range g {
		m[i*d+i] = v
	}
	e.pack(f.X, m)
	f.diagonal = func() []float64 {
		diag := make([]float64, len(theta))
		lowerTriangle(diag, divided(s.phi, e.w), d, 1)
		return diag
	}
	f.rotate = func(dst, v []float64) { lowerTriangle(dst, e.within(v), d, math.Sqrt2) }
	f.back = func(dst, w []float64) { e.pack(dst, unpack(w, d)) }
	f.single = func(dst []float64, at int, v float64) {
		i, j := place(at)
		vi, vj := e.v[i*d:(i+1)*d], e.v[j*d:(j+1)*d]
		if i != j {
			v *= math.Sqrt2 / 2
		} else {
			v /= 2
		}
		k := 0
		for a := range d { // v/2·(vᵢvⱼᵀ + vⱼvᵢᵀ), or v·vᵢvᵢᵀ
			for b := range a {
				dst[k] += math.Sqrt2 * v * (vi[a]*vj[b] + vj[a]*vi[b])
				k++
			}
			dst[k] += 2 * v * vi[a] * vj[a]
			k++
		}
	}
	return f, true
}

// lowerTriangle lists the lower triangle of m by rows, off the diagonal times off.
func lowerTriangle(dst, m []float64, d int, off float64) {
	k := 0
	for i := range d {
		for j := range i {
			dst[k] = off * m[i*d+j]
			k++
		}
		dst[k] = m[i*d+i]
		k++
	}
}

// place returns the row and the column of an element of a lower triangle.
func place(at int) (i, j int) {
	i = int((math.Sqrt(8*float64(at)+1) - 1) / 2)
	for i*(i+1)/2 > at {
		i--
	}
	for (i+1)*(i+2)/2 <= at {
		i++
	}
	return i, at - i*(i+1)/2
}

// Scalar returns φ.
func (s Singular) Scalar() Separable { return s.phi }

// With returns the potential of φ.
func (s Singular) With(phi Separable) Matrix { return Singular{phi, s.p, s.q} }

// Values returns the singular values of X.
func (s Singular) Values(x []float64) []float64 { return s.svd(x).w }

// Frame returns the frame at Θ. φ* is finite everywhere.
func (s Singular) Frame(theta []float64) (*Frame, bool) {
	e := s.svd(theta)
	for _, v := range e.w {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, false
		}
	}
	e.complete(s.p, s.q)
	f := &Frame{X: make([]float64, len(theta)), diagonal: func() []float64 { return s.diagonal(e.w) }}
	g := make([]float64, len(e.w))
	s.phi.GradConj(g, e.w)
	e.product(f.X, g, s.p, s.q)
	f.rotate = func(dst, v []float64) { s.fold(dst, e.within(v, s.p, s.q)) }
	f.back = func(dst, w []float64) { e.outside(dst, s.unfold(w), s.p, s.q) }
	f.single = func(dst []float64, at int, v float64) {
		m := make([]float64, s.p*s.q)
		i, j := at/s.q, at%s.q
		row := e.v[j*s.q : (j+1)*s.q]
		for a, u := range e.u[i*s.p : (i+1)*s.p] {
			blas.Axpy(v*u, row, m[a*s.q:(a+1)*s.q])
		}
		s.fold(m, append([]float64(nil), m...))
		blas.Axpy(1, m, dst)
	}
	return f, true
}
