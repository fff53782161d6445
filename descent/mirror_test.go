package descent

import (
	"math"
	"slices"
	"testing"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
)

// geometries are separable potentials that positiveOf lies inside of.
func geometries(t *testing.T) []geometry.Separable {
	t.Helper()
	box, err := geometry.NewFermiDirac([]float64{-0.5}, []float64{2})
	if err != nil {
		t.Fatal(err)
	}
	lp, err := geometry.NewLP(1.5)
	if err != nil {
		t.Fatal(err)
	}
	power, err := geometry.NewPower(4)
	if err != nil {
		t.Fatal(err)
	}
	return []geometry.Separable{
		geometry.Euclidean{}, geometry.Entropy{}, geometry.Hypentropy{LogBeta: []float64{math.Log(0.1)}},
		box, geometry.Burg{}, geometry.Hellinger{}, lp, power, geometry.Softplus{},
	}
}

// Lemma 2 holds at every step to rounding, and every step is one of gradient
// descent on Ψ in the dual coordinates: the slow twin is the chart itself.
func TestLemma2AndDualCoordinates(t *testing.T) {
	a, b, _ := system(6, 15)
	for _, phi := range geometries(t) {
		d := mirror(t, phi, a, constantVector(15, 0.6), 0)
		chart := dual.NewChart(phi, a, slices.Clone(d.theta0))
		p, grad := chart.NewPoint(), make([]float64, 6)
		chart.At(p, make([]float64, 6))
		before, want := make([]float64, 15), make([]float64, 15)
		after := make([]float64, 15)
		var size float64
		each(t, a, b, d, Armijo{}, 60, func(_ int, eta float64, g *Gradient, _ []float64) {
			phi.Grad(before, d.X())
			size = 0
			for i, v := range g.X {
				want[i] = -eta * v
				size = max(size, math.Abs(before[i]))
			}
			chart.Grad(grad, p, b)
			next := slices.Clone(p.Nu)
			for i, v := range grad {
				next[i] -= eta * v
			}
			chart.At(p, next)
		}, func(k int) {
			phi.Grad(after, d.X())
			for i := range after {
				// ∇φ(∇φ*(θ)) is θ to a rounding of x, which φ″ magnifies.
				h := make([]float64, 15)
				phi.HessConjDiag(h, d.theta)
				tol := 4e-15 * (size + math.Abs(d.X()[i])/h[i] + math.Abs(want[i]))
				if diff := after[i] - before[i]; math.Abs(diff-want[i]) > tol {
					t.Fatalf("%s, step %d: ∇φ(x⁺) − ∇φ(x) = %v in coordinate %d, want −ηg = %v", phi.Name(), k, diff, i, want[i])
				}
			}
			if e := apart(p.Nu, d.Nu()); e > 1e-11*(1+maxAbs(d.Nu())) {
				t.Fatalf("%s, step %d: ν differs from gradient descent on Ψ by %v", phi.Name(), k, e)
			}
			if e := apart(p.X, d.X()); e > 1e-11*maxAbs(d.X()) {
				t.Fatalf("%s, step %d: x differs from gradient descent on Ψ by %v", phi.Name(), k, e)
			}
		})
	}
}

func maxAbs(x []float64) float64 { return apart(x, make([]float64, len(x))) }

// With the Euclidean divergence mirror descent is gradient descent, whose
// iterates are known: the component of r along a left singular vector shrinks
// by 1 − ησ² a step. One row: σ² = ‖a‖².
func TestEuclideanIsGradientDescent(t *testing.T) {
	a, b := denseOf(1, 5), []float64{2}
	row := make([]float64, 5)
	a.ApplyT(row, []float64{1})
	s2 := 0.0
	for _, v := range row {
		s2 += v * v
	}
	d := mirror(t, geometry.Euclidean{}, a, make([]float64, 5), 0)
	eta := 0.3 / s2
	each(t, a, b, d, Constant(eta), 20, func(k int, _ float64, _ *Gradient, r []float64) {
		if want := -2 * math.Pow(0.7, float64(k)); !close(r[0], want, 1e-13) {
			t.Fatalf("step %d: r = %v, want %v", k, r[0], want)
		}
	}, func(k int) {
		want := 2 * (1 - math.Pow(0.7, float64(k+1))) / s2
		for i, v := range row {
			if !close(d.X()[i], want*v, 1e-13) {
				t.Fatalf("step %d: x[%d] = %v, want %v", k, i, d.X()[i], want*v)
			}
		}
	})
}

// Mirror descent with the entropy multiplies, x⁺ = x∘e^(−ηg), and with the
// hyperbolic entropy it is two copies of that, x = u − v with uv = β²/4.
func TestExponentiatedGradient(t *testing.T) {
	a, b, _ := system(5, 12)
	const beta, alpha = 0.01, 1e-3
	eg := mirror(t, geometry.Entropy{}, a, constantVector(12, alpha), 0)
	x := constantVector(12, alpha)
	each(t, a, b, eg, Constant(0.3), 100, func(_ int, eta float64, g *Gradient, _ []float64) {
		for i, v := range g.X {
			x[i] *= math.Exp(-eta * v)
		}
	}, func(k int) {
		for i := range x {
			if !close(x[i], eg.X()[i], 1e-12) {
				t.Fatalf("step %d: x[%d] = %v, EG has %v", k, i, eg.X()[i], x[i])
			}
		}
	})
	pm := mirror(t, geometry.Hypentropy{LogBeta: []float64{math.Log(beta)}}, a, make([]float64, 12), 0)
	u, v := constantVector(12, beta/2), constantVector(12, beta/2)
	each(t, a, b, pm, Constant(0.3), 100, func(_ int, eta float64, g *Gradient, _ []float64) {
		for i, w := range g.X {
			u[i] *= math.Exp(-eta * w)
			v[i] *= math.Exp(eta * w)
		}
	}, func(k int) {
		for i := range u {
			if want := u[i] - v[i]; math.Abs(want-pm.X()[i]) > 1e-12*(u[i]+v[i]) {
				t.Fatalf("step %d: x[%d] = %v, EG± has %v", k, i, pm.X()[i], want)
			}
		}
	})
}

// Potentials that are not separable have no chart of package dual, but mirror
// descent all the same: with ½xᵀKx it is preconditioned by K⁻¹.
func TestMahalanobisPreconditions(t *testing.T) {
	a, b, _ := system(3, 4)
	k := []float64{4, 1, 0, 0, 1, 3, 0.5, 0, 0, 0.5, 2, 0.2, 0, 0, 0.2, 1}
	phi, err := geometry.NewMahalanobis(4, k)
	if err != nil {
		t.Fatal(err)
	}
	d := mirror(t, phi, a, positiveOf(4), 0)
	before, want := make([]float64, 4), make([]float64, 4)
	each(t, a, b, d, Constant(0.1), 30, func(_ int, eta float64, g *Gradient, _ []float64) {
		copy(before, d.X())
		for i, v := range g.X {
			want[i] = -eta * v
		}
	}, func(step int) {
		for i := range want {
			var moved float64 // K (x⁺ − x)
			for j := range before {
				moved += k[4*i+j] * (d.X()[j] - before[j])
			}
			if math.Abs(moved-want[i]) > 1e-14*4 {
				t.Fatalf("step %d: K(x⁺ − x) = %v in coordinate %d, want −ηg = %v", step, moved, i, want[i])
			}
		}
	})
	r := &Run{A: a, B: b, Method: d, Rule: Armijo{}, Stop: []Criterion{ResidualBelow(1e-12), Steps(20000)}}
	if res := follow(t, r); res.Status != Converged {
		t.Fatalf("%s: %+v", res.Status, res.Reason)
	}
}
