package limit

import (
	"math"
	"strconv"
	"strings"
)

// Exponent is p of the norm ℓp: 2, 1, +∞ or that of lp:P; 0 if it is no norm of a
// margin.
func (n MarginNorm) Exponent() float64 {
	switch n {
	case MarginL2:
		return 2
	case MarginL1:
		return 1
	case MarginLInf:
		return math.Inf(1)
	}
	word, ok := strings.CutPrefix(string(n), "lp:")
	p, err := strconv.ParseFloat(word, 64)
	if !ok || err != nil || !(p > 1) || math.IsInf(p, 1) {
		return 0
	}
	return p
}

// strictlyConvex reports whether only one separator has the largest margin.
func (n MarginNorm) strictlyConvex() bool { return n != MarginL1 && n != MarginLInf }

// dualExponent is q with 1/p + 1/q = 1.
func dualExponent(p float64) float64 {
	switch {
	case p == 1:
		return math.Inf(1)
	case math.IsInf(p, 1):
		return 1
	}
	return p / (p - 1)
}

// vectorNorm returns ‖v‖_p, 1 ≤ p ≤ ∞.
func vectorNorm(v []float64, p float64) float64 {
	var sum float64
	switch p {
	case 1:
		for _, x := range v {
			sum += math.Abs(x)
		}
		return sum
	case 2:
		for _, x := range v {
			sum += x * x
		}
		return math.Sqrt(sum)
	}
	var largest float64
	for _, x := range v {
		largest = max(largest, math.Abs(x))
	}
	if math.IsInf(p, 1) || largest == 0 {
		return largest
	}
	for _, x := range v {
		sum += math.Pow(math.Abs(x)/largest, p)
	}
	return largest * math.Pow(sum, 1/p)
}
