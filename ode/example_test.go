package ode_test

import (
	"context"
	"fmt"

	"github.com/tacit-dev/tacit/ode"
)

// Logistic growth, with its values at three times and the time of half growth.
func ExampleIntegrate() {
	growth := ode.Func{N: 1, F: func(dy []float64, _ float64, y []float64) {
		dy[0] = y[0] * (1 - y[0])
	}}
	sol, err := ode.Integrate(context.Background(), growth, 0, []float64{0.01}, ode.Options{
		Until: 10, RelTol: 1e-9, AbsTol: 1e-12,
		Observers: []ode.Observer{ode.At([]float64{2, 4, 6}, func(t float64, y []float64) error {
			fmt.Printf("y(%g) = %.6f\n", t, y[0])
			return nil
		})},
		Events: []ode.Event{{Func: func(_ float64, y, _ []float64) float64 { return y[0] - 0.5 }}},
	})
	fmt.Printf("half at %.6f, %v, %v\n", sol.Events[0].T, sol.Status, err)
	// Output:
	// y(2) = 0.069453
	// y(4) = 0.355461
	// y(6) = 0.802957
	// half at 4.595120, finished, <nil>
}

// Single steps, by hand.
func ExampleIntegrator() {
	decay := ode.Func{N: 1, F: func(dy []float64, _ float64, y []float64) { dy[0] = -1000 * y[0] }}
	in, err := ode.New(decay, 0, []float64{1}, ode.Options{
		Until: 1, RelTol: 1e-6, AbsTol: 1e-9, Method: ode.NewRodas5P(),
	})
	for more := err == nil; more; {
		more, err = in.Advance(context.Background())
	}
	fmt.Println(in.Status(), in.Stats.Steps < 60, err)
	// Output: finished true <nil>
}
