package blas
import (gblas "gonum.org/v1/gonum/blas";"gonum.org/v1/gonum/blas/gonum";"testing";"fmt";"time")

func minTime(f func()) float64 {
	best := 1e9
	end := time.Now().Add(250 * time.Millisecond)
	for time.Now().Before(end) {
		t := time.Now()
		f()
		best = min(best, time.Since(t).Seconds())
	}
	return best
}




func TestAhead(t *testing.T) {
	for _, n := range []int{4, 8, 10, 16, 20, 32, 50, 64, 100, 200} {
		a, c := normals(1, 1000*n), make([]float64, n*n)
		g := make([]float64, n*n)
		d := normals(1, 1000)
		GramCols(g, n, a, 1000, n, n, nil)
		x := normals(3,n)
		f := float64(n)
		gr := minTime(func() { GramCols(c, n, a, 1000, n, n, nil) })
		grd := minTime(func() { GramCols(c, n, a, 1000, n, n, d) })
		grr := minTime(func() { GramRows(c, n, a, n, 1000, 1000, d) })
		ge := minTime(func() { Gemm(false, false, n, n, n, 1, a, n, g, n, 0, c, n) })
		gg := minTime(func() { gonum.Implementation{}.Dgemm(gblas.NoTrans, gblas.NoTrans, n, n, n, 1, a, n, g, n, 0, c, n) })
		ch := minTime(func() { copy(c, g); if Cholesky(c, n, n) >= 0 { panic("x") } })
		tr := minTime(func() { SolveLower(c, n, n, x); SolveLowerT(c,n,n,x) })
		fmt.Printf("n=%d gramcols %.2f us %.1f GF, d %.2f us gramrows %.2f us %.1f GF gemm %.2f us %.1f GF (gonum %.2f) chol %.2f us %.1f GF solve+T %.2f us\n", n, gr*1e6, 1e-9*1000*f*f/gr, grd*1e6, grr*1e6, 1e-9*1000*f*f/grr, ge*1e6, 2e-9*f*f*f/ge, gg*1e6, ch*1e6, 1e-9*f*f*f/3/ch, tr*1e6)
	}
}
