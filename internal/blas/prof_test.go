package blas

import (
	"testing"

	"gonum.org/v1/gonum/mat"
)

func BenchmarkEig(b *testing.B) {
	n := 300
	a := mat.NewDense(n, n, normals(1, n*n))
	s := mat.NewSymDense(n, nil)
	s.SymOuterK(1, a)
	for b.Loop() {
		new(mat.EigenSym).Factorize(s, true)
	}
}
func BenchmarkSVD(b *testing.B) {
	n := 300
	a := mat.NewDense(n, n, normals(1, n*n))
	for b.Loop() {
		new(mat.SVD).Factorize(a, mat.SVDThin)
	}
}

func BenchmarkOwnEig(b *testing.B) {
	n := 300
	a := normals(1, n*n)
	v := make([]float64, n*n)
	w := make([]float64, n)
	for b.Loop() {
		copy(v, a)
		Eigen(w, v, n, n)
	}
}
