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

// u1mlog returns u − ln(1+u) for u > −1, by the series of ln(1+u) = 2 artanh s,
// s = u/(2+u), near 0.
func u1mlog(u float64) float64 {
	s := u / (2 + u)
	if !(math.Abs(s) <= 1./8) {
		return u - math.Log1p(u)
	}
	// u = 2s/(1−s), hence u − 2s = s u. The terms fall by 64: 10 reach 2⁻⁶⁰.
	s2, sum := s*s, 0.0
	for i := 10; i >= 1; i-- {
		sum = sum*s2 + 1/float64(2*i+1)
	}
	return s*u - 2*s*s2*sum
}
