package flow

import (
	"errors"
	"math"
)

// Sign returns the sign of the determinant of a square X with as many columns in
// its factors, which the flow keeps: the product of the signs of det L and det R.
func (f *Factored) Sign(z []float64) (float64, error) {
	if f.p != f.q || f.r != f.p {
		return 0, errors.New("flow: only a square matrix with factors of full rank has a determinant that is kept")
	}
	if f.psd {
		return 1, nil
	}
	z = append([]float64(nil), z...)
	f.orthogonalise(z)
	half := f.p * f.r
	return signOfDet(z[:half], f.p) * signOfDet(z[half:], f.p), nil
}

// signOfDet is the sign of the determinant of a d×d matrix, its columns scaled to
// length one first.
func signOfDet(a []float64, d int) float64 {
	m := make([]float64, d*d)
	for j := range d {
		var l float64
		for i := range d {
			l = math.Hypot(l, a[i*d+j])
		}
		for i := range d {
			m[i*d+j] = a[i*d+j] / l
		}
	}
	sign := 1.0
	for k := range d {
		pivot := k
		for i := k + 1; i < d; i++ {
			if math.Abs(m[i*d+k]) > math.Abs(m[pivot*d+k]) {
				pivot = i
			}
		}
		if pivot != k {
			sign = -sign
			for j := range d {
				m[k*d+j], m[pivot*d+j] = m[pivot*d+j], m[k*d+j]
			}
		}
		if m[k*d+k] < 0 {
			sign = -sign
		}
		for i := k + 1; i < d; i++ {
			q := m[i*d+k] / m[k*d+k]
			for j := k; j < d; j++ {
				m[i*d+j] -= q * m[k*d+j]
			}
		}
	}
	return sign
}
