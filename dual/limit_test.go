package dual_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// project minimises Ψ by damped Newton steps from ν.
func project(t *testing.T, c *dual.Chart, nu, b []float64) *dual.Point {
	t.Helper()
	rows, cols := c.A.Dims()
	p, next := c.NewPoint(), c.NewPoint()
	c.At(p, nu)
	grad, gram, d := make([]float64, rows), make([]float64, rows*rows), make([]float64, cols)
	for range 500 {
		c.Grad(grad, p, b)
		if norm(grad) <= 1e-15*norm(b) {
			return p
		}
		c.HessDiag(d, p)
		c.HessGram(gram, d)
		step := append([]float64(nil), grad...)
		if blas.Cholesky(gram, rows, rows) >= 0 {
			break
		}
		blas.SolveLower(gram, rows, rows, step)
		blas.SolveLowerT(gram, rows, rows, step)
		move := make([]float64, cols) // no θ moves by more than 2
		c.A.ApplyT(move, step)
		length := 1.0
		for _, v := range move {
			length = min(length, 2/math.Abs(v))
		}
		c.At(next, along(p.Nu, -length, step))
		p, next = next, p
	}
	c.Grad(grad, p, b)
	if norm(grad) > 1e-9*norm(b) {
		t.Fatalf("Newton stopped at residual %v", norm(grad))
	}
	return p
}

// A = 1ᵀ: the entropy projection of α1 on Σx = b is (b/m)1, for every α.
func TestRowOfOnes(t *testing.T) {
	for _, logAlpha := range []float64{0, -20, -1e6} {
		c := dual.NewChart(geometry.Entropy{}, linop.NewDense(1, m, constant(m, 1)), constant(m, logAlpha))
		p := project(t, c, []float64{-logAlpha}, []float64{3})
		for _, x := range p.X {
			if math.Abs(x-3./m) > 1e-9 {
				t.Errorf("ln α = %v: x = %v, want %v", logAlpha, x, 3./m)
			}
		}
	}
}

// A = (1, 2), b = 1 from α1: x₁ = (√(α²+8α) − α)/4, x₂ = (1 − x₁)/2.
func TestTwoUnknowns(t *testing.T) {
	for _, alpha := range []float64{1, 1e-2, 1e-6, 1e-12} {
		c := dual.NewChart(geometry.Entropy{}, linop.NewDense(1, 2, []float64{1, 2}), constant(2, math.Log(alpha)))
		p := project(t, c, []float64{-math.Log(alpha) / 2}, []float64{1})
		want := (math.Sqrt(alpha*alpha+8*alpha) - alpha) / 4
		if math.Abs(p.X[0]-want) > 1e-11*want || math.Abs(p.X[1]-(1-want)/2) > 1e-11 {
			t.Errorf("α = %v: x = %v, want %v, %v", alpha, p.X, want, (1-want)/2)
		}
	}
}

// With 1 in the range of Aᵀ the limit does not depend on α: the distribution
// of largest entropy with mean 2.2 on {1, 2, 3, 4}. Its values are a geometric
// sequence, x ∝ qⁱ with q the root of Σ(i − 2.2)qⁱ; they are given here to
// eight digits.
func TestMeanConstraint(t *testing.T) {
	a := linop.NewDense(2, 4, []float64{1, 1, 1, 1, 1, 2, 3, 4})
	want := []float64{0.34743961, 0.27220765, 0.21326586, 0.16708688}
	for _, logAlpha := range []float64{0, -5, -50, -1000} {
		c := dual.NewChart(geometry.Entropy{}, a, constant(4, logAlpha))
		p := project(t, c, []float64{-logAlpha, 0}, []float64{1, 2.2})
		for i, x := range p.X {
			if math.Abs(x-want[i]) > 6e-9 {
				t.Errorf("ln α = %v: x = %v, want %v", logAlpha, p.X, want)
				break
			}
		}
	}
}

// The hyperbolic entropy on A is the entropy on (A, −A) from β/2: with the same
// ν, x₊ = (β/2) e^θ and x₋ = (β/2) e^−θ, so that x₊ − x₋ = β sinh θ.
func TestHypentropyIsDoubledEntropy(t *testing.T) {
	const logBeta = -3
	a := []float64{1, 2, -0.5, 0.3, -1, 1}
	b := []float64{1, 0.7}
	doubled := make([]float64, 0, 12)
	for i := range 2 {
		row := a[3*i : 3*i+3]
		doubled = append(doubled, row...)
		for _, v := range row {
			doubled = append(doubled, -v)
		}
	}
	hyp := dual.NewChart(geometry.Hypentropy{LogBeta: []float64{logBeta}}, linop.NewDense(2, 3, a), make([]float64, 3))
	ent := dual.NewChart(geometry.Entropy{}, linop.NewDense(2, 6, doubled), constant(6, logBeta-math.Ln2))
	x := project(t, hyp, make([]float64, 2), b).X
	y := project(t, ent, make([]float64, 2), b).X
	for j := range x {
		if math.Abs(x[j]-(y[j]-y[j+3])) > 1e-12 {
			t.Errorf("x = %v, want the difference of the halves of %v", x, y)
		}
	}
}

// From the euclidean chart at 0 the limit is the solution of least norm:
// x = Aᵀ(AAᵀ)⁻¹b, for A = (1, 2, 2) and b = 3 that is (1, 2, 2)/3.
func TestLeastNorm(t *testing.T) {
	c := dual.NewChart(geometry.Euclidean{}, linop.NewDense(1, 3, []float64{1, 2, 2}), make([]float64, 3))
	p := project(t, c, []float64{0}, []float64{3})
	for j, want := range []float64{1. / 3, 2. / 3, 2. / 3} {
		if math.Abs(p.X[j]-want) > 1e-15 {
			t.Errorf("x = %v, want (1, 2, 2)/3", p.X)
		}
	}
}

// A start far below the smallest number: everything stays finite, and the dual
// value proves the limit.
func TestTinyStart(t *testing.T) {
	a := linop.NewDense(2, 4, []float64{1, 0, 1, 2, 0, 1, 1, 0.5})
	b := []float64{1, 2}
	for _, c := range []*dual.Chart{
		dual.NewChart(geometry.Entropy{}, a, constant(4, -1e6)),
		dual.NewChart(geometry.Hypentropy{LogBeta: []float64{-1e6}}, a, make([]float64, 4)),
	} {
		t.Run(c.Phi.Name(), func(t *testing.T) {
			for _, share := range []float64{0, 0.3, 0.999, 1} {
				p := at(c, []float64{0, 1e6 * share})
				d, hv := make([]float64, 4), make([]float64, 2)
				c.HessDiag(d, p)
				c.HessMul(hv, d, []float64{1, 1})
				values := append([]float64{c.Psi(p, b), c.DualValue(p, b)}, hv...)
				values = append(append(values, p.Theta...), append(p.X, p.AX...)...)
				for _, v := range values {
					if math.IsNaN(v) || math.IsInf(v, 0) {
						t.Fatalf("ν₂ = %v: not finite: %v", 1e6*share, values)
					}
				}
			}
			// x = (0, 1, 1, 0) has the least sum 2, proven by y = (0, 1).
			p := at(c, []float64{0, 1e6})
			bound := c.DualValue(p, b) / 1e6
			if bound > 2 || bound < 1.99 {
				t.Errorf("dual value over ln(1/α) = %v, want a little below 2", bound)
			}
		})
	}
}

func TestPsiNeverNaN(t *testing.T) {
	a := linop.NewDense(1, 2, []float64{1, -1})
	for _, phi := range []geometry.Separable{geometry.Euclidean{}, geometry.Entropy{}, geometry.Hypentropy{LogBeta: []float64{-1e6}}} {
		c := dual.NewChart(phi, a, make([]float64, 2))
		for _, nu := range []float64{1e3, 1e200, -1e308} {
			t.Run(fmt.Sprintf("%s/%g", phi.Name(), nu), func(t *testing.T) {
				p := at(c, []float64{nu})
				if psi := c.Psi(p, []float64{1e300}); math.IsNaN(psi) {
					t.Errorf("Ψ is NaN")
				}
				if v := c.DualValue(p, []float64{1e300}); math.IsNaN(v) || math.IsInf(v, 1) {
					t.Errorf("dual value is %v", v)
				}
			})
		}
	}
}

func TestShapes(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("NewChart accepts a θ₀ of the wrong length")
		}
	}()
	dual.NewChart(geometry.Entropy{}, linop.NewDense(1, 2, []float64{1, 1}), []float64{0})
}
