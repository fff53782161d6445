package descent_test

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/descent"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

// Mirror descent with the entropy on x₁ + 2x₂ = 1, from 0.01·1. It ends at the
// Bregman projection, x₁ = (−α + √(α²+8α))/4, whatever the steps are.
func ExampleRun() {
	a := linop.NewDense(1, 2, []float64{1, 2})
	method, err := descent.NewMirror(geometry.Entropy{}, a, []float64{math.Log(0.01), math.Log(0.01)}, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	run := &descent.Run{
		A: a, B: []float64{1}, Method: method, Rule: descent.Armijo{},
		Stop: []descent.Criterion{descent.ResidualBelow(1e-12), descent.Blowup(1e6), descent.Steps(1000)},
	}
	res, err := run.Follow(context.Background())
	fmt.Printf("%s, %v: x = %.6f, predicted %.6f\n", res.Status, err, method.X()[0], (math.Sqrt(0.0001+0.08)-0.01)/4)
	// Output: converged, <nil>: x = 0.068255, predicted 0.068255
}
