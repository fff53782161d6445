package flow

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// KeepsSymmetric reports whether G = 𝒜*(𝒜(P) − b) of d×d matrices is symmetric
// wherever P is, so that flows on its factors that start at a symmetric P keep it so:
// 𝒜*b has to be symmetric, and 𝒜*𝒜S, for which one S in general position is enough.
// Rounding errors break the symmetry all the same, and then may grow: NewSymmetric and
// NewDeepSymmetric follow the flow of symmetric matrices.
func KeepsSymmetric(a linop.Operator, b []float64, d int) bool {
	x, y := make([]float64, d*d), make([]float64, len(b))
	symmetric := func(y []float64) bool {
		a.ApplyT(x, y)
		var skew, size float64
		for i := range d {
			for j := range d {
				skew, size = math.Hypot(skew, x[i*d+j]-x[j*d+i]), math.Hypot(size, x[i*d+j])
			}
		}
		return skew <= 1e-13*size
	}
	if !symmetric(b) {
		return false
	}
	for i := range d {
		for j := range i + 1 {
			v := math.Cos(float64(1 + i*i + 3*j))
			x[i*d+j], x[j*d+i] = v, v
		}
	}
	a.Apply(y, x)
	return symmetric(y)
}

// symmetrise replaces a by (a + aᵀ)/2.
func symmetrise(a []float64, d int) {
	for i := range d {
		for j := range i {
			v := a[i*d+j]/2 + a[j*d+i]/2
			a[i*d+j], a[j*d+i] = v, v
		}
	}
}
