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
