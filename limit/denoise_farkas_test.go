package limit

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// checkOut verifies that no x comes within σ of b, by plain sums.
func checkOut(t *testing.T, p Problem, sigma float64, r *Result) {
	t.Helper()
	if r.Status != Infeasible {
		t.Fatalf("status %s, %+v, stats %+v", r.Status, r.Reason, r.Stats)
	}
	_, m := p.A.Dims()
	aty := make([]float64, m)
	p.A.ApplyT(aty, r.Y)
	length := safeNorm(r.Y)
	if value := dot(p.B, r.Y) - sigma*length; !(value > 1e-9*length) {
		t.Errorf("bᵀy − σ‖y‖ = %g", value)
	}
	norms := make([]float64, m)
	linop.ColumnNorms(p.A, norms)
	for j, v := range aty {
		room := 1e-9 * length * norms[j]
		if v > room || r.AnySign && v < -room {
			t.Errorf("(Aᵀy)[%d] = %g for ‖y‖ = %g", j, v, length)
		}
	}
}

func TestDenoiseInfeasible(t *testing.T) {
	tall, _ := planted(2, 60, 30, 5, false)
	rng := rand.New(rand.NewPCG(6, 6))
	for i := range tall.B {
		tall.B[i] += rng.NormFloat64()
	}
	sum := leastSquares(context.Background(), tall.A, tall.B, leastSquaresOptions{tol: 1e-9})
	distance := norm2(sum.r)
	checkDenoise(t, tall, 1.01*distance, 1e-9, mustDenoise(t, tall, 1.01*distance, Options{}))
	for _, nonneg := range []bool{false, true} {
		tall.Nonneg = nonneg
		for _, share := range []float64{0.99, 0.3} {
			checkOut(t, tall, share*distance, mustDenoise(t, tall, share*distance, Options{}))
		}
	}

	// A cone that does not reach b: columns in a half space, b outside of it.
	cone, _ := planted(3, 20, 60, 4, true)
	data := make([]float64, 20*60)
	for i := range 20 {
		linop.Row(cone.A, i, func(j int, v float64) {
			if i == 0 {
				v = math.Abs(v)
			}
			data[i*60+j] = v
		})
	}
	cone.A = linop.NewDense(20, 60, data)
	cone.B = make([]float64, 20)
	cone.B[0] = -1
	cone.B[1] = 0.5
	for _, a := range []linop.Operator{cone.A, byProducts{cone.A}} {
		cone.A = a
		for _, sigma := range []float64{0.9, 0.5, 0.01} {
			checkOut(t, cone, sigma, mustDenoise(t, cone, sigma, Options{}))
		}
	}
	none := Problem{A: linop.NewDense(3, 4, make([]float64, 12)), B: []float64{1, 2, 3}}
	checkOut(t, none, 1, mustDenoise(t, none, 1, Options{}))
}
