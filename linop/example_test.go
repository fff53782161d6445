package linop_test

import (
	"fmt"

	"github.com/tacit-dev/tacit/linop"
)

func ExampleNewDense() {
	a := linop.NewDense(2, 3, []float64{
		1, 2, 3,
		4, 5, 6,
	})
	y := make([]float64, 2)
	a.Apply(y, []float64{1, 0, -1})
	fmt.Println(y)
	// Output: [-2 -2]
}

func ExampleFromTriplets() {
	// The entry in row 1, column 2 is given in two parts.
	a := linop.FromTriplets(2, 3, []int{0, 1, 1}, []int{0, 2, 2}, []float64{5, 1, 2})
	linop.Row(a, 1, func(j int, v float64) { fmt.Println(j, v) })
	// Output: 2 3
}

func ExampleScale() {
	a := linop.NewDense(2, 2, []float64{1, 1, 1, -1})
	s := linop.Scale(a, []float64{10, 1}, []float64{1, 2})
	y := make([]float64, 2)
	s.Apply(y, []float64{1, 1})
	fmt.Println(y)
	// Output: [30 -1]
}

func ExampleSelect() {
	a := linop.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})
	y := make([]float64, 2)
	linop.Select(a, []int{2, 0}).Apply(y, []float64{1, 1})
	fmt.Println(y)
	// Output: [4 10]
}

func ExampleStack() {
	a := linop.NewDense(1, 2, []float64{1, 2})
	b := linop.NewDense(1, 2, []float64{3, 4})
	y := make([]float64, 2)
	linop.Stack(a, b).Apply(y, []float64{1, 1})
	fmt.Println(y)
	// Output: [3 7]
}

func ExampleGram() {
	a := linop.NewDense(2, 3, []float64{1, 0, 1, 0, 1, 1})
	g := make([]float64, 4)
	linop.Gram(a, g, []float64{1, 2, 3})
	fmt.Println(g[0], g[2], g[3]) // the lower triangle
	// Output: 4 3 5
}

func ExamplePartialDCT() {
	a := linop.PartialDCT([]int{0, 2}, 4)
	y := make([]float64, 2)
	a.Apply(y, []float64{1, 1, 1, 1})
	fmt.Printf("%.3f\n", y)
	// Output: [2.000 0.000]
}

func ExamplePartialHadamard() {
	a := linop.PartialHadamard([]int{0, 3}, 4)
	y := make([]float64, 2)
	a.Apply(y, []float64{1, 2, 3, 6})
	fmt.Println(y)
	// Output: [6 1]
}

func ExampleConvolution() {
	blur := linop.Convolution([]float64{0.5, 0.5}, 4)
	y := make([]float64, 4)
	blur.Apply(y, []float64{0, 2, 0, 4})
	fmt.Printf("%.1f\n", y)
	// Output: [2.0 1.0 1.0 2.0]
}

func ExampleWaveletTransform() {
	w := linop.WaveletTransform(linop.Haar, 4, 2)
	y := make([]float64, 4)
	w.Apply(y, []float64{1, 1, 3, 3})
	fmt.Printf("%.3f\n", y) // the mean, the details of the second and of the first level
	// Output: [4.000 -2.000 0.000 0.000]
}

func ExampleMarginals() {
	a := linop.Marginals(2, 3)
	y := make([]float64, 5)
	a.Apply(y, []float64{
		1, 2, 3,
		4, 5, 6,
	})
	fmt.Println(y)
	// Output: [6 15 5 7 9]
}

// A quarter of the Walsh–Hadamard coefficients of an image under random signs,
// as a matrix that multiplies the cosine coefficients of the image.
func ExampleCompose() {
	const side = 16
	rows := make([]int, side*side/4)
	for i := range rows {
		rows[i] = 4*i + 1
	}
	a := linop.Compose(
		linop.Compose(linop.PartialHadamard(rows, side*side), linop.RandomSigns(side*side, 1)),
		linop.Transpose(linop.DCT2D(side, side)))
	fmt.Println(a.Dims())
	// Output: 64 256
}
