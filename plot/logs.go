package plot

import "math"

// Ln returns the natural logarithms of |v|, what a Log axis takes; 0 becomes
// −Inf, where a line breaks.
func Ln(v []float64) []float64 {
	out := make([]float64, len(v))
	for k, x := range v {
		out[k] = math.Log(math.Abs(x))
	}
	return out
}

// Index returns 0, 1, …, n−1.
func Index(n int) []float64 {
	out := make([]float64, n)
	for k := range out {
		out[k] = float64(k)
	}
	return out
}
