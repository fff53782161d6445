package flow_test

import (
	"context"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/loss"
)

// TestFastFlow: for β far beyond x the hypentropy is |x|²/2β, and the residual of one
// equation aᵀx = b falls like exp(−β‖a‖²t), in a time that the first step must not pass over.
func TestFastFlow(t *testing.T) {
	for _, beta := range []float64{1e6, 1e9, 1e12} {
		a := linop.NewDense(1, 3, []float64{1, 2, 3})
		phi := geometry.Hypentropy{LogBeta: []float64{math.Log(beta)}}
		f := flow.NewMirror(dual.NewChart(phi, a, make([]float64, 3)), loss.Squared{B: []float64{1}})
		run, err := flow.Run(context.Background(), f, flow.Options{UntilLoss: 0.5e-12})
		if err != nil {
			t.Fatal(err)
		}
		if want := math.Log(1e6) / (14 * beta); math.Abs(run.T-want) > 1e-3*want {
			t.Errorf("β = %v: t = %v, want %v", beta, run.T, want)
		}
		// What the flow has spent is D(x, x₀) = 1/(28β).
		if got, want := run.State[len(run.State)-1], 1/(28*beta); math.Abs(got-want) > 1e-3*want {
			t.Errorf("β = %v: ∫‖Ax−b‖² = %v, want %v", beta, got, want)
		}
	}
}
