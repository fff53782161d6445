package loss_test

import (
	"math"
	"testing"

	"github.com/tacit-dev/tacit/loss"
)

// Gradients and curvatures are the derivatives of the values and gradients.
func TestDerivatives(t *testing.T) {
	z := []float64{0.3, -2, 5, -0.01}
	y := []float64{1, -1, -1, 1}
	for _, l := range []loss.Loss{loss.Squared{B: y}, loss.Exponential{Y: y}, loss.Logistic{Y: y}} {
		grad, curve, up, down := make([]float64, 4), make([]float64, 4), make([]float64, 4), make([]float64, 4)
		l.Grad(grad, z)
		l.Curvature(curve, z)
		for i, v := range z {
			const h = 1e-5
			z[i] = v + h
			a := l.Value(z)
			l.Grad(up, z)
			z[i] = v - h
			b := l.Value(z)
			l.Grad(down, z)
			z[i] = v
			if d := (a - b) / (2 * h); math.Abs(d-grad[i]) > 1e-7*(1+math.Abs(d)) {
				t.Errorf("%s: the slope is %v, Grad says %v", l.Name(), d, grad[i])
			}
			for j := range up {
				want := 0.0
				if i == j {
					want = curve[i]
				}
				if d := (up[j] - down[j]) / (2 * h); math.Abs(d-want) > 1e-7*(1+math.Abs(d)) {
					t.Errorf("%s: the curvature %d, %d is %v, not %v", l.Name(), i, j, d, want)
				}
			}
		}
	}
}

func TestLogisticDoesNotOverflow(t *testing.T) {
	l := loss.Logistic{Y: []float64{1, 1}}
	if v := l.Value([]float64{-1e4, 1e4}); v != 1e4 {
		t.Errorf("f(−1e4) + f(1e4) = %v", v)
	}
	g := []float64{0, 0}
	l.Grad(g, []float64{-1e4, 1e4})
	if g[0] != -1 || g[1] != 0 {
		t.Errorf("gradient %v", g)
	}
}
