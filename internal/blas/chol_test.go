package blas

import (
	"math"
	"testing"
)

func TestCholQuick(t *testing.T) {
	for _, p := range []path{generic, avx2, avx512} {
		active = p
		for _, n := range []int{1, 2, 7, 8, 9, 23, 30, 65, 96, 97, 150, 200, 333, 500} {
			ld := n + 3
			x := randomSlice(n * (n + 5))
			g := make([]float64, n*ld)
			GramRows(g, ld, x, n, n+5, n+5, nil)
			l := append([]float64(nil), g...)
			if i := Cholesky(l, n, ld); i >= 0 {
				t.Fatal(p, n, i)
			}
			for i := range n {
				for j := range i + 1 {
					if s := Dot(l[i*ld:i*ld+j+1], l[j*ld:j*ld+j+1]); math.Abs(s-g[i*ld+j]) > 1e-11*float64(n) {
						t.Fatal(p, n, i, j, s, g[i*ld+j])
					}
				}
			}
			for _, k := range []int{1, 5, 24, 50} {
				for _, tr := range []bool{false, true} {
					b := randomSlice(n * k)
					y := append([]float64(nil), b...)
					for j := range k {
						c := make([]float64, n)
						for i := range c {
							c[i] = b[i*k+j]
						}
						if tr {
							SolveLowerT(l, n, ld, c)
						} else {
							SolveLower(l, n, ld, c)
						}
						for i := range c {
							b[i*k+j] = c[i]
						}
					}
					if tr {
						SolveLowerTMany(l, n, ld, y, k, k)
					} else {
						SolveLowerMany(l, n, ld, y, k, k)
					}
					for i := range y {
						if math.Abs(y[i]-b[i]) > 1e-9*(1+math.Abs(b[i])) {
							t.Fatal(p, n, k, tr, i, y[i], b[i])
						}
					}
				}
			}
		}
	}
}

func benchChol(b *testing.B, n int) {
	x := randomSlice(n * (n + 50))
	g := make([]float64, n*n)
	GramRows(g, n, x, n, n+50, n+50, nil)
	l := make([]float64, n*n)
	for b.Loop() {
		copy(l, g)
		if Cholesky(l, n, n) >= 0 {
			b.Fatal()
		}
	}
	b.ReportMetric(float64(n*n*n)/3*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
func BenchmarkCholesky1000(b *testing.B) { benchChol(b, 1000) }
func BenchmarkCholesky300(b *testing.B)  { benchChol(b, 300) }
func BenchmarkCholesky100(b *testing.B)  { benchChol(b, 100) }
func BenchmarkCholesky96(b *testing.B)   { benchChol(b, 96) }
func BenchmarkTrsm1000(b *testing.B) {
	n := 1000
	x := randomSlice(n * n)
	l := make([]float64, n*n)
	for i := range n {
		l[i*n+i] = 1
	}
	for b.Loop() {
		SolveLowerMany(l, n, n, x, n, n)
	}
	b.ReportMetric(float64(n*n*n)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
