package blas

import (
	"math"
	"math/rand/v2"
	"testing"

	gblas "gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

func randomSlice(n int) []float64 {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

func TestQuick(t *testing.T) {
	for _, p := range []path{generic, avx2, avx512} {
		active = p
		for _, n := range []int{1, 7, 30, 65, 200, 500} {
			for _, tr := range []bool{false, true} {
				a, b := randomSlice(n*n), randomSlice(n*n + 1)[1:]
				c, d := make([]float64, n*n), make([]float64, n*n)
				Gemm(tr, !tr, n, n, n, 1.5, a, n, b, n, 0, c, n)
				ta, tb := gblas.NoTrans, gblas.Trans
				if tr {
					ta, tb = tb, ta
				}
				gonum.Implementation{}.Dgemm(ta, tb, n, n, n, 1.5, a, n, b, n, 0, d, n)
				for i := range c {
					if !(math.Abs(c[i]-d[i]) < 1e-11*float64(n)) {
						t.Fatal(p, n, tr, i, c[i], d[i])
					}
				}
			}
		}
	}
}

func BenchmarkGemm1000(b *testing.B) {
	n := 1000
	x, y, z := randomSlice(n*n), randomSlice(n*n), randomSlice(n*n)
	for b.Loop() {
		Gemm(false, false, n, n, n, 1, x, n, y, n, 0, z, n)
	}
	b.ReportMetric(2*float64(n*n*n)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

func BenchmarkGramRows1000x4000(b *testing.B) {
	n, m := 1000, 4000
	x, y, z := randomSlice(n*m), randomSlice(m), randomSlice(n*n)
	for b.Loop() {
		GramRows(z, n, x, n, m, m, y)
	}
	b.ReportMetric(float64(n*n*m)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

func BenchmarkTile(b *testing.B) {
	kc := kBlock
	w := active.w()
	x, y, z := newBuffer(kc*w).f, newBuffer(kc*w*3).f, newBuffer(3*w*w).f
	for b.Loop() {
		for range 100 {
			tile(kc, x, w, y, 3*w, z, 3*w, store)
		}
	}
	b.ReportMetric(2*3*100*float64(kc*w*w)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
