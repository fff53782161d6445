package tacit_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"github.com/tacit-dev/tacit"
)

// Two measurements of four unknowns have many solutions; the one of least ℓ1
// norm has two nonzero entries here, and is proven to be the best.
func ExampleSolve() {
	A, err := tacit.Dense(2, 4, []float64{
		1, 1, 2, -1,
		0, 1, 1, 3,
	})
	if err != nil {
		log.Fatal(err)
	}
	b := []float64{1, 2}
	x, err := tacit.Solve(context.Background(), tacit.Problem{A: A, B: b}, tacit.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(x.Status)
	fmt.Printf("x = %.4f\n", x.X)
	fmt.Printf("%.4f = ‖x‖₁ ≥ %.4f\n", x.Objective, x.Bound)
	// Output:
	// certified
	// x = [0.0000 0.0000 0.7143 0.4286]
	// 1.1429 = ‖x‖₁ ≥ 1.1429
}

// A system without a nonnegative solution is answered by a vector y with
// Aᵀy ≤ 0 and bᵀy > 0, which no x ≥ 0 with Ax = b could allow.
func ExampleSolve_infeasible() {
	A, err := tacit.Dense(1, 3, []float64{1, 2, 3})
	if err != nil {
		log.Fatal(err)
	}
	b := []float64{-1}
	x, err := tacit.Solve(context.Background(), tacit.Problem{A: A, B: b, Nonneg: true}, tacit.Options{})
	if err != nil {
		log.Fatal(err)
	}
	v, err := tacit.Verify(A, b, x)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(x.Status, v.Valid)
	// Output: infeasible true
}

// The limit of the flow that starts at α = 1e-2 is not yet sparse; from
// α = 1e-3000 it is.
func ExampleSolveAt() {
	A, err := tacit.Dense(1, 2, []float64{1, 2})
	if err != nil {
		log.Fatal(err)
	}
	p := tacit.Problem{A: A, B: []float64{1}, Nonneg: true}
	for _, log10 := range []float64{-2, -3000} {
		x, err := tacit.SolveAt(context.Background(), p, log10*math.Ln10, tacit.Options{})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s %.6f\n", x.Status, x.X)
	}
	// Output:
	// certified [0.068255 0.465873]
	// certified [0.000000 0.500000]
}

// Gradient descent on ½‖Ax−b‖² from 0 ends at the solution of least norm.
func ExampleMinNorm() {
	A, err := tacit.Sparse(1, 3, []int{0, 0}, []int{0, 2}, []float64{3, 4})
	if err != nil {
		log.Fatal(err)
	}
	x, err := tacit.MinNorm(context.Background(), A, []float64{5}, nil, tacit.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s %.2f\n", x.Status, x.X)
	// Output: certified [0.60 0.00 0.80]
}

// Verify recomputes the claim from A and b alone. A changed digit is noticed.
func ExampleVerify() {
	A, err := tacit.Dense(1, 2, []float64{1, 2})
	if err != nil {
		log.Fatal(err)
	}
	b := []float64{1}
	x, err := tacit.Solve(context.Background(), tacit.Problem{A: A, B: b}, tacit.Options{})
	if err != nil {
		log.Fatal(err)
	}
	v, err := tacit.Verify(A, b, x)
	fmt.Println(v.Valid, err)

	x.X[1] = 0.5000001
	v, err = tacit.Verify(A, b, x)
	fmt.Println(v.Valid, err)
	// Output:
	// true <nil>
	// false <nil>
}

// Entries are given by rows, and every one of them must be a number.
func ExampleDense() {
	_, err := tacit.Dense(1, 2, []float64{1, math.NaN()})
	fmt.Println(err)
	// Output: tacit: entry (0, 1) of A is NaN; every entry must be finite
}

// Entries at the same place add up.
func ExampleSparse() {
	A, err := tacit.Sparse(2, 3, []int{0, 1, 1}, []int{2, 0, 0}, []float64{5, 1, 1})
	if err != nil {
		log.Fatal(err)
	}
	b := make([]float64, 2)
	A.Apply(b, []float64{1, 1, 1})
	fmt.Println(b)
	// Output: [5 2]
}
