package param_test

import (
	"math"
	"testing"
)

// TestCurveIsTheDerivativeOfPull compares the second derivatives with
// differences of the first.
func TestCurveIsTheDerivativeOfPull(t *testing.T) {
	g := []float64{1, -2, 0.5, 3}
	for _, s := range starts {
		p := parse(t, s.name)
		y := lift(t, p, s.x0)
		k := len(y)
		diag, cross := make([]float64, k), make([]float64, len(g))
		p.Curve(diag, cross, y, g)
		up, down := make([]float64, k), make([]float64, k)
		for j := range y {
			v := y[j]
			h := 1e-5 * max(math.Abs(v), 1e-2)
			y[j] = v + h
			p.Pull(up, y, g)
			y[j] = v - h
			p.Pull(down, y, g)
			y[j] = v
			for i := range y {
				var want float64
				switch {
				case i == j:
					want = diag[i]
				case i%len(g) == j%len(g):
					want = cross[i%len(g)]
				}
				if got := (up[i] - down[i]) / (2 * h); math.Abs(got-want) > 1e-6*(math.Abs(want)+math.Abs(up[i]/v)+1e-3) {
					t.Errorf("%s: ∂²/∂y[%d]∂y[%d] is %v by differences, %v by Curve", s.name, i, j, got, want)
				}
			}
		}
	}
}
