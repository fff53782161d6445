package blas

// Dot returns Σ xᵢ yᵢ. The two have the same length.
func Dot(x, y []float64) float64 {
	if len(x) != len(y) {
		panic("blas: Dot: lengths differ")
	}
	if len(x) == 0 {
		return 0
	}
	return dot(x, y)
}

// Axpy adds a·x to y. The two have the same length.
func Axpy(a float64, x, y []float64) {
	if len(x) != len(y) {
		panic("blas: Axpy: lengths differ")
	}
	if len(x) > 0 {
		axpy(a, x, y)
	}
}

// AddSquares adds x∘x to y. The two have the same length.
func AddSquares(x, y []float64) {
	if len(x) != len(y) {
		panic("blas: AddSquares: lengths differ")
	}
	if len(x) > 0 {
		squares(x, y)
	}
}

// dotGeneric is dot in Go; four sums shorten the chain of dependent additions.
func dotGeneric(x, y []float64) float64 {
	var s0, s1, s2, s3 float64
	y = y[:len(x)]
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a, b := x[i:i+4:i+4], y[i:i+4:i+4]
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
	}
	for ; i < len(x); i++ {
		s0 += x[i] * y[i]
	}
	return (s0 + s2) + (s1 + s3)
}

// axpyGeneric is axpy in Go.
func axpyGeneric(a float64, x, y []float64) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += a * v
	}
}

// squaresGeneric is squares in Go.
func squaresGeneric(x, y []float64) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += v * v
	}
}
