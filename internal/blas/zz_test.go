package blas

import "testing"

func BenchmarkZChol(b *testing.B) {
	n := 1000
	g, l := make([]float64, n*n), make([]float64, n*n)
	GramRows(g, n, normals(1, n*(n+50)), n, n+50, n+50, nil)
	b.Run("copy", func(b *testing.B) {
		for b.Loop() {
			copy(l, g)
		}
	})
	b.Run("chol", func(b *testing.B) {
		for b.Loop() {
			copy(l, g)
			Cholesky(l, n, n)
		}
	})
	b.Run("syrk500", func(b *testing.B) {
		h := 504
		a21 := rowMajor(g[h*n:], n, false)
		p := product{m: n - h, n: n - h, k: h, alpha: 1, a: a21, b: a21, c: l[h*n+h:], ldc: n, mode: subtract, lower: true}
		for b.Loop() {
			p.run()
		}
	})
	b.Run("trsm500", func(b *testing.B) {
		h := 504
		copy(l, g)
		Cholesky(l, n, n)
		a21 := rowMajor(g[h*n:], n, false)
		for b.Loop() {
			solve(rowMajor(l, n, false), a21.t(), h, n-h, true, false)
		}
	})
	b.Run("chol500", func(b *testing.B) {
		h := 504
		for b.Loop() {
			for i := range h {
				copy(l[i*n:i*n+h], g[i*n:])
			}
			Cholesky(l, h, n)
		}
	})
}
