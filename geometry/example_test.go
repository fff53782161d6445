package geometry_test

import (
	"fmt"

	"github.com/tacit-dev/tacit/geometry"
)

func ExampleEntropy() {
	// The divergence to a start x₀ = e^-7000, which is no float64, by its
	// mirror image θ₀ = ln x₀.
	x := []float64{1, 0}
	theta0 := []float64{-7000, -7000}
	fmt.Println(geometry.Entropy{}.Fenchel(x, theta0))
	// Output: 6999
}

func ExampleHypentropy() {
	phi := geometry.Hypentropy{LogBeta: []float64{-1e6}}
	theta := make([]float64, 2)
	phi.Grad(theta, []float64{0.5, -0.5})
	fmt.Println(theta)
	x := make([]float64, 2)
	phi.GradConj(x, theta)
	fmt.Println(x)
	// Output:
	// [1e+06 -1e+06]
	// [0.5 -0.5]
}
