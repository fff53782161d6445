package dual_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

const n, m = 4, 9

func gaussian(rng *rand.Rand, k int) []float64 {
	v := make([]float64, k)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

func constant(k int, value float64) []float64 {
	v := make([]float64, k)
	for i := range v {
		v[i] = value
	}
	return v
}

// charts returns a chart of each potential on one random matrix.
func charts(rng *rand.Rand) []*dual.Chart {
	a := linop.NewDense(n, m, gaussian(rng, n*m))
	return []*dual.Chart{
		dual.NewChart(geometry.Euclidean{}, a, gaussian(rng, m)),
		dual.NewChart(geometry.Entropy{}, a, gaussian(rng, m)),
		dual.NewChart(geometry.Hypentropy{LogBeta: []float64{-0.5}}, a, gaussian(rng, m)),
	}
}

func at(c *dual.Chart, nu []float64) *dual.Point {
	p := c.NewPoint()
	c.At(p, nu)
	return p
}

func dot(x, y []float64) float64 {
	var sum float64
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

func along(x []float64, t float64, v []float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = x[i] + t*v[i]
	}
	return out
}

func norm(x []float64) float64 { return math.Sqrt(dot(x, x)) }

// wantQuadratic checks that the error falls by 4 when the step halves.
func wantQuadratic(t *testing.T, what string, errorAt func(step float64) float64) {
	t.Helper()
	coarse, fine := errorAt(0x1p-9), errorAt(0x1p-10)
	if fine < 1e-12 { // a quadratic Ψ has an affine gradient
		return
	}
	if slope := math.Log2(coarse / fine); math.Abs(slope-2) > 0.1 {
		t.Errorf("%s: the error has slope %v, want 2", what, slope)
	}
}

func TestDerivatives(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range charts(rng) {
		b, nu, v := gaussian(rng, n), gaussian(rng, n), gaussian(rng, n)
		p := at(c, nu)
		grad, d, hv := make([]float64, n), make([]float64, m), make([]float64, n)
		c.Grad(grad, p, b)
		c.HessDiag(d, p)
		c.HessMul(hv, d, v)
		wantQuadratic(t, c.Phi.Name()+" gradient", func(s float64) float64 {
			return math.Abs(c.Psi(at(c, along(nu, s, v)), b) - c.Psi(p, b) - s*dot(grad, v))
		})
		wantQuadratic(t, c.Phi.Name()+" Hessian", func(s float64) float64 {
			moved := make([]float64, n)
			c.Grad(moved, at(c, along(nu, s, v)), b)
			return norm(along(along(moved, -1, grad), -s, hv))
		})
	}
}

func TestHessGramIsHessMul(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, c := range charts(rng) {
		p := at(c, gaussian(rng, n))
		d, gram, col := make([]float64, m), make([]float64, n*n), make([]float64, n)
		c.HessDiag(d, p)
		c.HessGram(gram, d)
		for j := range n {
			e := make([]float64, n)
			e[j] = 1
			c.HessMul(col, d, e)
			for i := j; i < n; i++ {
				if math.Abs(gram[i*n+j]-col[i]) > 1e-12*norm(col) {
					t.Errorf("%s: ∇²Ψ[%d][%d] = %v by HessGram, %v by HessMul", c.Phi.Name(), i, j, gram[i*n+j], col[i])
				}
			}
		}
	}
}

// Mirror descent ∇φ(x⁺) = ∇φ(x) − η Aᵀ(Ax − b), on x alone, takes the same
// steps as gradient descent on Ψ.
func TestMirrorDescentIsGradientDescent(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, c := range charts(rng) {
		b := gaussian(rng, n)
		const eta = 0.02
		nu, grad := make([]float64, n), make([]float64, n)
		x := make([]float64, m)
		c.Phi.GradConj(x, c.Theta0)
		theta, ax, atr := make([]float64, m), make([]float64, n), make([]float64, m)
		for range 50 {
			c.A.Apply(ax, x)
			c.A.ApplyT(atr, along(ax, -1, b))
			c.Phi.Grad(theta, x)
			c.Phi.GradConj(x, along(theta, -eta, atr))

			c.Grad(grad, at(c, nu), b)
			nu = along(nu, -eta, grad)
		}
		if p := at(c, nu); norm(along(p.X, -1, x)) > 1e-12*norm(x) {
			t.Errorf("%s: 50 steps end at x = %v, on the chart at %v", c.Phi.Name(), x, p.X)
		}
	}
}

// For every ν and every x̃ with A x̃ = b:
// D(x̃, x₀) − DualValue(ν) = D(x̃, x(ν)).
func TestPythagoras(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, c := range charts(rng) {
		feasible := make([]float64, m)
		c.Phi.GradConj(feasible, gaussian(rng, m))
		b, x0 := make([]float64, n), make([]float64, m)
		c.A.Apply(b, feasible)
		c.Phi.GradConj(x0, c.Theta0)
		for range 20 {
			p := at(c, gaussian(rng, n))
			left := c.Phi.Bregman(feasible, x0) - c.DualValue(p, b)
			right := c.Phi.Bregman(feasible, p.X)
			if math.Abs(left-right) > 1e-12*(right+c.Phi.Bregman(p.X, x0)+c.Phi.Conj(p.Theta)) {
				t.Errorf("%s: D(x̃,x₀) − dual value = %v, want D(x̃,x) = %v", c.Phi.Name(), left, right)
			}
			naive := dot(b, p.Nu) - c.Phi.Conj(p.Theta) + c.Phi.Conj(c.Theta0)
			if got := c.DualValue(p, b); math.Abs(got-naive) > 1e-12*(math.Abs(naive)+c.Phi.Conj(p.Theta)+c.Phi.Conj(c.Theta0)) {
				t.Errorf("%s: dual value %v, want %v", c.Phi.Name(), got, naive)
			}
		}
	}
}
