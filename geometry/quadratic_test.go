package geometry_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	gt "github.com/tacit-dev/tacit/geometry/geometrytest"
)

func TestDiagonal(t *testing.T) {
	k := []float64{1, 1e-3, 7, 2.5e10, 0.3}
	phi, err := geometry.NewDiagonal(k)
	if err != nil {
		t.Fatal(err)
	}
	half := func(v *big.Float) *big.Float { return gt.Quo(v, fl(2)) }
	gt.Run(t, gt.Case{
		Phi: phi, Point: sample((*rand.Rand).NormFloat64).vector(),
		Wide: bothLogs(-140, 140).vector(), Dual: bothLogs(-140, 140).vector(),
		Twin: twin(
			func(i int, x *big.Float) *big.Float { return half(gt.Mul(fl(k[i]), gt.Mul(x, x))) },
			func(i int, v *big.Float) *big.Float { return half(gt.Quo(gt.Mul(v, v), fl(k[i]))) },
			func(i int, x *big.Float) *big.Float { return gt.Mul(fl(k[i]), x) },
			func(i int, v *big.Float) *big.Float { return gt.Quo(v, fl(k[i])) },
		),
	})
}

// The divergence of chi-square from x₀ is ½ Σ (xᵢ−x₀ᵢ)²/x₀ᵢ.
func TestChiSquare(t *testing.T) {
	phi, err := geometry.NewChiSquare([]float64{2, 0.5})
	if err != nil {
		t.Fatal(err)
	}
	if d := phi.Bregman([]float64{3, 1}, []float64{2, 0.5}); d != 0.5*(1./2+0.25/0.5) {
		t.Errorf("D = %v, want 0.5", d)
	}
}

// spd is a fixed positive definite matrix.
func spd() []float64 {
	rng := rand.New(rand.NewPCG(3, 4))
	var c [dim][dim]float64
	for i := range c {
		for j := range i {
			c[i][j] = rng.NormFloat64()
		}
		c[i][i] = 1 + float64(i)
	}
	k := make([]float64, dim*dim)
	for i := range c {
		for j := range c {
			for l := range c {
				k[i*dim+j] += c[i][l] * c[j][l]
			}
		}
	}
	return k
}

// solveBig solves Kx = b by elimination in high precision.
func solveBig(k []float64, b []*big.Float) []*big.Float {
	n := len(b)
	a := make([][]*big.Float, n)
	for i := range a {
		for j := range n {
			a[i] = append(a[i], fl(k[i*n+j]))
		}
		a[i] = append(a[i], b[i])
	}
	for p := range n {
		for i := range n {
			if i == p {
				continue
			}
			f := gt.Quo(a[i][p], a[p][p])
			for j := p; j <= n; j++ {
				a[i][j] = gt.Sub(a[i][j], gt.Mul(f, a[p][j]))
			}
		}
	}
	x := make([]*big.Float, n)
	for i := range x {
		x[i] = gt.Quo(a[i][n], a[i][i])
	}
	return x
}

func TestMahalanobis(t *testing.T) {
	k := spd()
	phi, err := geometry.NewMahalanobis(dim, k)
	if err != nil {
		t.Fatal(err)
	}
	times := func(x []*big.Float) []*big.Float {
		out := make([]*big.Float, dim)
		for i := range out {
			out[i] = fl(0)
			for j := range dim {
				out[i] = gt.Add(out[i], gt.Mul(fl(k[i*dim+j]), x[j]))
			}
		}
		return out
	}
	inner := func(x, y []*big.Float) *big.Float {
		s := fl(0)
		for i := range x {
			s = gt.Add(s, gt.Mul(x[i], y[i]))
		}
		return gt.Quo(s, fl(2))
	}
	point := sample((*rand.Rand).NormFloat64).vector()
	gt.Run(t, gt.Case{
		Phi: phi, Point: point,
		// Coordinates of very different sizes would lose the small ones in Kx.
		Wide: scaledVector(point), Dual: scaledVector(point),
	})
	rng := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		x := point(rng)
		bx := make([]*big.Float, dim)
		for i, v := range x {
			bx[i] = fl(v)
		}
		dst, tol := make([]float64, dim), 1e-12
		phi.Grad(dst, x)
		for i, w := range times(bx) {
			if want, _ := w.Float64(); math.Abs(dst[i]-want) > tol*(1+math.Abs(want)) {
				t.Errorf("(Kx)[%d] = %v, want %v", i, dst[i], want)
			}
		}
		solution := solveBig(k, bx)
		phi.GradConj(dst, x)
		for i, w := range solution {
			if want, _ := w.Float64(); math.Abs(dst[i]-want) > 1e-10*(1+math.Abs(want)) {
				t.Errorf("(K⁻¹x)[%d] = %v, want %v", i, dst[i], want)
			}
		}
		for _, c := range []struct {
			name string
			got  float64
			want *big.Float
		}{
			{"φ", phi.Value(x), inner(bx, times(bx))},
			{"φ*", phi.Conj(x), inner(bx, solution)},
			{"D(x, 0)", phi.Bregman(x, make([]float64, dim)), inner(bx, times(bx))},
			{"Fenchel(0, x)", phi.Fenchel(make([]float64, dim), x), inner(bx, solution)},
		} {
			if want, _ := c.want.Float64(); math.Abs(c.got-want) > 1e-10*want {
				t.Errorf("%s = %v, want %v", c.name, c.got, want)
			}
		}
	}
}

// scaledVector multiplies a random vector by 10^±140.
func scaledVector(f func(*rand.Rand) []float64) func(*rand.Rand) []float64 {
	return func(rng *rand.Rand) []float64 {
		s := decades(rng, -140, 140)
		v := f(rng)
		for i := range v {
			v[i] *= s
		}
		return v
	}
}
