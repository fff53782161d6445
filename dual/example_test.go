package dual_test

import (
	"fmt"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

// Gradient descent on Ψ is mirror descent on x. From (1, 1) on the line
// x₁ + 2x₂ = 1 it ends where x₁² = x₂.
func ExampleChart() {
	a := linop.NewDense(1, 2, []float64{1, 2})
	b := []float64{1}
	c := dual.NewChart(geometry.Entropy{}, a, []float64{0, 0})
	p := c.NewPoint()
	nu, grad := []float64{0}, []float64{0}
	for range 100 {
		c.At(p, nu)
		c.Grad(grad, p, b)
		nu[0] -= 0.3 * grad[0]
	}
	fmt.Printf("x = %.4f, x₁² = %.4f\n", p.X, p.X[0]*p.X[0])
	// Output: x = [0.5000 0.2500], x₁² = 0.2500
}
