package blas

import (
	"fmt"
	"math"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"
)

func TestEigQuick(t *testing.T) {
	for _, n := range []int{1, 2, 3, 10, 50, 100, 300} {
		a := normals(1, n*n)
		s := mat.NewSymDense(n, nil)
		for i := range n {
			for j := range i + 1 {
				s.SetSym(i, j, a[i*n+j])
			}
		}
		v := append([]float64(nil), a...)
		w := make([]float64, n)
		if !Eigen(w, v, n, n) {
			t.Fatal(n)
		}
		var es mat.EigenSym
		es.Factorize(s, true)
		worst, orth := 0.0, 0.0
		for i, x := range es.Values(nil) {
			worst = max(worst, math.Abs(x-w[i]))
		}
		q := make([]float64, n*n)
		Gemm(true, false, n, n, n, 1, v, n, v, n, 0, q, n)
		for i := range q {
			want := 0.0
			if i%n == i/n {
				want = 1
			}
			orth = max(orth, math.Abs(q[i]-want))
		}
		rec := make([]float64, n*n)
		GramRows(rec, n, v, n, n, n, w)
		res := 0.0
		for i := range n {
			for j := range i + 1 {
				res = max(res, math.Abs(rec[i*n+j]-a[i*n+j]))
			}
		}
		best, bg := 1e9, 1e9
		end := time.Now().Add(250 * time.Millisecond)
		for time.Now().Before(end) {
			copy(v, a)
			t := time.Now()
			Eigen(w, v, n, n)
			best = min(best, time.Since(t).Seconds())
			t = time.Now()
			es.Factorize(s, true)
			bg = min(bg, time.Since(t).Seconds())
		}
		fmt.Println(n, worst, orth, res, best*1e6, bg*1e6)
	}
}
