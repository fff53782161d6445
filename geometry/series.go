package geometry

import "math"

// The functions of this file subtract from an elementary function the head of
// its Taylor series, which cancels near 0 unless the rest is summed itself.

// expm1mx returns e^v − 1 − v.
func expm1mx(v float64) float64 {
	if math.Abs(v) > 1 {
		return math.Expm1(v) - v
	}
	// v²/2! + v³/3! + … ; 1/20! is below the rounding of 1/2.
	sum := 0.0
	for k := 20; k >= 2; k-- {
		sum = (1 + sum) * v / float64(k)
	}
	return sum * v
}

// sinhmx returns sinh u − u for |u| ≤ 1.
func sinhmx(u float64) float64 {
	// u³/3! + u⁵/5! + … ; 1/19! is below the rounding of 1/3!.
	u2, sum := u*u, 0.0
	for k := 19; k >= 3; k -= 2 {
		sum = (1 + sum) * u2 / float64(k*(k-1))
	}
	return sum * u
}
