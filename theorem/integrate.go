package theorem

import (
	"context"
	"fmt"

	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/ode"
)

// integrate follows y′ = f(y) from y₀ and returns y at the times, which
// increase, by an explicit method at tolerances far below what is compared: the
// flows are taken at their word, in the coordinates of the statement.
func integrate(ctx context.Context, f func(dst, y []float64), y0, times []float64) ([][]float64, error) {
	var out [][]float64
	sys := ode.Func{N: len(y0), F: func(dst []float64, _ float64, y []float64) { f(dst, y) }}
	sol, err := ode.Integrate(ctx, sys, 0, y0, ode.Options{
		Until: times[len(times)-1], RelTol: 1e-12, AbsTol: 1e-14, Method: ode.NewDormandPrince(),
		Observers: []ode.Observer{ode.At(times, func(_ float64, y []float64) error {
			out = append(out, append([]float64(nil), y...))
			return nil
		})},
	})
	if err != nil {
		return nil, err
	}
	if len(out) != len(times) {
		return nil, fmt.Errorf("the integration ended at t = %g: %s", sol.T, sol.Status)
	}
	return out, nil
}

// pull sets g = Aᵀ(Ax − b) with r as work space.
func pull(g, r []float64, a linop.Operator, b, x []float64) {
	a.Apply(r, x)
	for i, v := range b {
		r[i] -= v
	}
	a.ApplyT(g, r)
}

// gradientFlow is ẋ = −Aᵀ(Ax − b).
func gradientFlow(a linop.Operator, b []float64) func(dst, x []float64) {
	r := make([]float64, len(b))
	return func(dst, x []float64) {
		pull(dst, r, a, b, x)
		for i := range dst {
			dst[i] = -dst[i]
		}
	}
}
