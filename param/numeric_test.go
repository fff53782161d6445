package param_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	gt "github.com/tacit-dev/tacit/geometry/geometrytest"
	"github.com/tacit-dev/tacit/param"
)

// link is one of the parameterizations by its elementary functions alone.
type link struct {
	param.Link
	lower, upper, ref float64
	closed            geometry.Separable
	clock             float64 // φ of the link is that of closed, divided by clock
	at                []float64
}

func links(t *testing.T) map[string]link {
	power, err := geometry.NewPower(5)
	if err != nil {
		t.Fatal(err)
	}
	inf := math.Inf(1)
	return map[string]link{
		"square": {param.Link{
			G: func(u float64) float64 { return u * u }, Slope: func(u float64) float64 { return 2 * u }, Inverse: math.Sqrt,
		}, 0, inf, 1, geometry.Entropy{}, 4, []float64{1e-30, 1e-3, 0.7, 3, 1e4}},
		"u^5": {param.Link{
			G: func(u float64) float64 { return math.Pow(u, 5) }, Slope: func(u float64) float64 { return 5 * math.Pow(u, 4) },
			Inverse: func(x float64) float64 { return math.Pow(x, 0.2) },
		}, 0, inf, 1, power, 1, []float64{1e-9, 1e-3, 0.7, 3, 1e4}},
		"e^u": {param.Link{G: math.Exp, Slope: math.Exp, Inverse: math.Log}, -inf, inf, 0, geometry.Burg{}, 1, []float64{1e-3, 0.7, 3, 1e4}},
		"sigmoid": {param.Link{
			G:       func(u float64) float64 { return 1 / (1 + math.Exp(-u)) },
			Slope:   func(u float64) float64 { c := 2 * math.Cosh(u/2); return 1 / c / c },
			Inverse: func(x float64) float64 { return math.Log(x / (1 - x)) },
		}, -inf, inf, 0, geometry.Sigmoid{}, 1, []float64{1e-6, 0.3, 0.5, 0.9}},
		"tanh": {param.Link{
			G: math.Tanh, Slope: func(u float64) float64 { c := math.Cosh(u); return 1 / c / c }, Inverse: math.Atanh,
		}, -inf, inf, 0, geometry.Tanh{}, 1, []float64{-0.999, -1e-9, 0.3, 0.9}},
		"softplus": {param.Link{
			G:       func(u float64) float64 { return max(u, 0) + math.Log1p(math.Exp(-math.Abs(u))) },
			Slope:   func(u float64) float64 { return 1 / (1 + math.Exp(-u)) },
			Inverse: func(x float64) float64 { return x + math.Log(-math.Expm1(-x)) },
		}, -inf, inf, 0, geometry.Softplus{}, 1, []float64{1e-6, 0.3, 0.9, 5, 30}},
		"sinh": {param.Link{G: math.Sinh, Slope: math.Cosh, Inverse: math.Asinh}, -inf, inf, 0, nil, 1, []float64{-3, 0.1, 40}},
	}
}

// The potential by quadrature is the closed form, up to an affine function:
// the slopes differ by a constant, divergences and Hessians agree.
func TestNumericAgainstClosedForms(t *testing.T) {
	for name, l := range links(t) {
		if l.closed == nil {
			continue
		}
		phi := param.NewNumeric(name, l.Link, l.lower, l.upper, l.ref)
		m := len(l.at)
		mine, want, ref := make([]float64, m), make([]float64, m), make([]float64, 1)
		phi.Grad(mine, l.at)
		l.closed.Grad(want, l.at)
		l.closed.Grad(ref, []float64{l.G(l.ref)})
		for i, x := range l.at {
			if w := (want[i] - ref[0]) / l.clock; math.Abs(mine[i]-w) > 1e-14*(math.Abs(want[i])+math.Abs(ref[0])) {
				t.Errorf("%s: ∇φ(%v) = %v, want %v", name, x, mine[i], w)
			}
			for _, z := range l.at {
				d, w := phi.Bregman([]float64{x}, []float64{z}), l.closed.Bregman([]float64{x}, []float64{z})/l.clock
				if !near(d, w, 1e-12) {
					t.Errorf("%s: D(%v, %v) = %v, want %v", name, x, z, d, w)
				}
			}
		}
		back, h, hWant := make([]float64, m), make([]float64, m), make([]float64, m)
		phi.GradConj(back, mine)
		phi.HessConjDiag(h, mine)
		l.closed.HessConjDiag(hWant, want)
		for i, x := range l.at {
			// θ − θ_ref has lost digits of θ where that is smaller.
			tol := 1e-13*math.Abs(x) + 1e-14*h[i]*(math.Abs(mine[i])+math.Abs(ref[0]/l.clock))
			if math.Abs(back[i]-x) > tol {
				t.Errorf("%s: ∇φ*(∇φ(%v)) = %v", name, x, back[i])
			}
			if math.Abs(h[i]-hWant[i]*l.clock) > 10*tol/math.Abs(x)*h[i]+1e-13*h[i] {
				t.Errorf("%s: ∇²φ* = %v at x = %v, want %v", name, h[i], x, hWant[i]*l.clock)
			}
		}
	}
}

// A link that the catalogue does not have passes the laws of a Legendre
// potential: x = sinh u, φ″ = 1/(1+x²), φ = x arctan x − ½ ln(1+x²).
func TestNumericLaws(t *testing.T) {
	l := links(t)["sinh"]
	phi := param.NewNumeric("sinh", l.Link, l.lower, l.upper, l.ref)
	draw := func(next func(rng *rand.Rand) float64) func(rng *rand.Rand) []float64 {
		return func(rng *rand.Rand) []float64 { return []float64{next(rng), next(rng), next(rng)} }
	}
	gt.Run(t, gt.Case{
		Phi:   phi,
		Point: draw((*rand.Rand).NormFloat64),
		Wide:  draw(func(rng *rand.Rand) float64 { return rng.NormFloat64() * math.Pow(10, 3*rng.Float64()) }),
		Dual:  draw(func(rng *rand.Rand) float64 { return 3 * (rng.Float64() - 0.5) }),
	})
	for _, x := range []float64{-30, -0.2, 1e-8, 2} {
		want := x*math.Atan(x) - math.Log1p(x*x)/2
		if got := phi.Value([]float64{x}); !near(got, want, 1e-8) {
			t.Errorf("φ(%v) = %v, want %v", x, got, want)
		}
	}
	x := make([]float64, 1)
	if phi.GradConj(x, []float64{1.6}); !math.IsNaN(x[0]) { // θ = arctan x < π/2
		t.Errorf("∇φ*(1.6) = %v, want NaN", x[0])
	}
}
