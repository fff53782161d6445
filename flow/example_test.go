package flow_test

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/loss"
)

// The entropy flow on x₁ + 2x₂ = 1 from α = 1e-3000: it waits for a time
// proportional to ln(1/α), then x₂ takes it all.
func ExampleRun() {
	alpha := -3000 * math.Ln10
	chart := dual.NewChart(geometry.Entropy{}, linop.NewDense(1, 2, []float64{1, 2}), []float64{alpha, alpha})
	f := flow.NewMirror(chart, loss.Squared{B: []float64{1}})
	res, err := flow.Run(context.Background(), f, flow.Options{Times: []float64{-alpha / 4, -alpha}})
	if err != nil {
		fmt.Println(err)
		return
	}
	x := make([]float64, 2)
	for i, state := range res.States {
		f.Primal(x, state)
		fmt.Printf("t = %.2f L: x = %.6f\n", res.Times[i]/-alpha, x)
	}
	// Output:
	// t = 0.25 L: x = [0.000000 0.000000]
	// t = 1.00 L: x = [0.000000 0.500000]
}
