package flow

import (
	"math"
	"testing"

	"github.com/tacit-dev/tacit/landscape"
)

// TestRotation compares exp(w) with the plain Taylor series of w over 32, squared
// five times, at every degree that is used.
func TestRotation(t *testing.T) {
	var r rotation
	for _, n := range []int{1, 2, 7, 20} {
		// The reference doubles its error five times.
		q := landscape.RandomOrthogonal(n, 3, "rotation")
		for _, angle := range []float64{0, 1e-9, 0.01, 0.1, 0.3, 0.7, 3, 20} {
			w := make([]float64, n*n)
			for i := range n {
				for j := range i {
					w[i*n+j] = q[i*n+j]
					w[j*n+i] = -q[i*n+j]
				}
			}
			size := normOf(w)
			if size > 0 {
				for i := range w {
					w[i] *= angle / size
				}
			}
			r.of(w, normOf(w), n)
			want := slowExp(w, n)
			for i, v := range want {
				if d := math.Abs(v - r.sum[i]); d > 1e-14*(1+angle) {
					t.Fatalf("n = %d, angle %v: entry %d is off by %.1e", n, angle, i, d)
				}
			}
		}
	}
}

func slowExp(w []float64, n int) []float64 {
	times := func(a, b []float64) []float64 {
		c := make([]float64, n*n)
		for i := range n {
			for j := range n {
				for k := range n {
					c[i*n+j] += a[i*n+k] * b[k*n+j]
				}
			}
		}
		return c
	}
	small, sum, term := make([]float64, n*n), make([]float64, n*n), make([]float64, n*n)
	for i := range w {
		small[i] = w[i] / 32
	}
	for i := range n {
		sum[i*n+i], term[i*n+i] = 1, 1
	}
	for k := 1; k < 30; k++ {
		term = times(term, small)
		for i := range term {
			term[i] /= float64(k)
			sum[i] += term[i]
		}
	}
	for range 5 {
		sum = times(sum, sum)
	}
	return sum
}
