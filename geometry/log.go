package geometry

import "math"

// ln returns the natural logarithm of x. Subnormal numbers are scaled first:
// math.Log takes no account of their exponent on amd64 (go1.26) and is wrong
// there by up to 36.
func ln(x float64) float64 {
	if x < 0x1p-1022 && x > 0 {
		return math.Log(x*0x1p54) - 54*math.Ln2
	}
	return math.Log(x)
}

// logRatio returns ln(x/z) for positive x and z whose ratio may be out of
// range.
func logRatio(x, z float64) float64 {
	q := x / z
	if q < 0x1p-1000 || q > 0x1p1000 {
		return ln(x) - ln(z)
	}
	return math.Log(q)
}
