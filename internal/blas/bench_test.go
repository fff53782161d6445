package blas

import (
	"fmt"
	"testing"
	"time"

	gblas "gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

func bandwidth(b *testing.B, bytes int) {
	b.ReportMetric(float64(bytes)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
}

var shapes = [][2]int{{100, 400}, {300, 1200}, {1000, 4000}, {4000, 1000}, {2000, 8000}}

func BenchmarkGemv(b *testing.B) {
	for _, s := range shapes {
		n, m := s[0], s[1]
		a, x, y := normals(1, n*m), normals(1, m), normals(1, n)
		b.Run(fmt.Sprintf("%dx%d", n, m), func(b *testing.B) {
			for b.Loop() {
				Gemv(y, a, n, m, m, x)
			}
			bandwidth(b, 8*n*m)
		})
		b.Run(fmt.Sprintf("gonum/%dx%d", n, m), func(b *testing.B) {
			for b.Loop() {
				gonum.Implementation{}.Dgemv(gblas.NoTrans, n, m, 1, a, m, x, 1, 0, y, 1)
			}
			bandwidth(b, 8*n*m)
		})
	}
}

func BenchmarkGemvT(b *testing.B) {
	for _, s := range shapes {
		n, m := s[0], s[1]
		a, x, y := normals(1, n*m), normals(1, m), normals(1, n)
		b.Run(fmt.Sprintf("%dx%d", n, m), func(b *testing.B) {
			for b.Loop() {
				GemvT(x, a, n, m, m, y)
			}
			bandwidth(b, 8*n*m)
		})
		b.Run(fmt.Sprintf("gonum/%dx%d", n, m), func(b *testing.B) {
			for b.Loop() {
				gonum.Implementation{}.Dgemv(gblas.Trans, n, m, 1, a, m, y, 1, 0, x, 1)
			}
			bandwidth(b, 8*n*m)
		})
	}
}

func BenchmarkNormalMul(b *testing.B) {
	for _, s := range shapes {
		n, m := s[0], s[1]
		a, d, v, y := normals(1, n*m), normals(2, m), normals(3, n), make([]float64, n)
		b.Run(fmt.Sprintf("%dx%d", n, m), func(b *testing.B) {
			for b.Loop() {
				NormalMul(y, a, n, m, m, d, v)
			}
			bandwidth(b, 16*n*m)
		})
	}
}

func BenchmarkDot(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 4000, 100000, 4000000} {
		x, y := normals(1, n), normals(1, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				Dot(x, y)
			}
			bandwidth(b, 16*n)
		})
	}
}

func BenchmarkCholesky(b *testing.B) {
	for _, n := range []int{100, 200, 300, 500, 1000, 2000, 3000} {
		a, l := make([]float64, n*n), make([]float64, n*n)
		GramRows(a, n, normals(1, n*(n+100)), n, n+100, n+100, nil)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var factoring time.Duration // without the copy, which runs on one thread
			for b.Loop() {
				copy(l, a)
				start := time.Now()
				Cholesky(l, n, n)
				factoring += time.Since(start)
			}
			flops := float64(n) * float64(n) * float64(n) / 3
			b.ReportMetric(flops*float64(b.N)/factoring.Seconds()/1e9, "GFLOP/s")
		})
	}
}

// rate reports the speed of a kernel with so many flops a run.
func rate(b *testing.B, flops float64) {
	b.ReportMetric(flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

func BenchmarkGram(b *testing.B) {
	for _, s := range [][2]int{{20, 80}, {100, 400}, {300, 1200}, {500, 2000}, {1000, 4000}} {
		n, m := s[0], s[1]
		a, d, c := normals(1, n*m), normals(2, m), make([]float64, n*n)
		b.Run(fmt.Sprintf("%dx%d", n, m), func(b *testing.B) {
			for b.Loop() {
				GramRows(c, n, a, n, m, m, d)
			}
			rate(b, float64(n)*float64(n)*float64(m))
		})
	}
}

func BenchmarkGemm(b *testing.B) {
	for _, n := range []int{20, 100, 300, 1000} {
		x, y, z := normals(1, n*n), normals(2, n*n), make([]float64, n*n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				Gemm(false, false, n, n, n, 1, x, n, y, n, 0, z, n)
			}
			rate(b, 2*float64(n)*float64(n)*float64(n))
		})
	}
}

func BenchmarkSolveLowerMany(b *testing.B) {
	for _, n := range []int{100, 300, 1000} {
		l, x := normals(1, n*n), normals(2, n*n)
		for i := range n {
			l[i*n+i] = 2 * float64(n)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				SolveLowerMany(l, n, n, x, n, n)
			}
			rate(b, float64(n)*float64(n)*float64(n))
		})
	}
}
