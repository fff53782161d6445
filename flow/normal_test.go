package flow

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// TestNormalSolves multiplies back, for weights over 40 decades, most of which
// the factorization leaves out, and for the iteration without a matrix.
func TestNormalSolves(t *testing.T) {
	const n, m = 6, 30
	rng := rand.New(rand.NewPCG(1, 2))
	data := make([]float64, n*m)
	for i := range data {
		data[i] = rng.NormFloat64()
	}
	dense := linop.NewDense(n, m, data)
	twice := linop.Compose(dense, linop.RandomSigns(m, 1))
	free := linop.Compose(twice, linop.RandomSigns(m, 1))
	k, f := make([]float64, m), make([]float64, n)
	for j := range k {
		k[j] = math.Pow(10, float64(-j))
	}
	for i := range f {
		f[i] = rng.Float64()
	}
	for _, half := range [][]float64{nil, f} {
		for _, a := range []linop.Operator{dense, free} {
			s := newNormal(a)
			s.set(k, half)
			for _, c := range []float64{1, 1e-3, 1e6} { // falling and growing
				if !s.factor(c) {
					t.Fatal("not positive definite")
				}
				v, r, back := make([]float64, n), make([]float64, n), make([]float64, n)
				for i := range r {
					r[i] = rng.NormFloat64()
				}
				copy(v, r)
				s.solve(v)
				// S v, as it is written.
				u := make([]float64, n)
				for i, x := range v {
					u[i] = x
					if half != nil {
						u[i] *= half[i]
					}
				}
				linop.NormalMul(dense, back, k, u)
				for i := range back {
					if half != nil {
						back[i] *= half[i]
					}
					back[i] = v[i] + c*back[i]
					if math.Abs(back[i]-r[i]) > 1e-9 {
						t.Errorf("c = %v: S v is off by %.1e", c, back[i]-r[i])
					}
				}
			}
		}
	}
}
