package geometry

import "math"

// The dilogarithm Li₂, as far as Softplus needs it.

// integral returns −Li₂(−e^u), the integral of ln(1+e^t) up to u. With
// x = ln(1+e^u) ≤ ln 2 it is x + x²/4 + Σ B_2k x^(2k+1)/(2k+1)!, by Landen's
// identity and the series of Li₂(1−e^−x); inversion does the rest.
func integral(u float64) float64 {
	if u > 0 {
		return math.Pi*math.Pi/6 + u*u/2 - integral(-u)
	}
	x := plus(u)
	x2, sum := x*x, 0.0
	for i := len(debye) - 1; i >= 0; i-- {
		sum = (sum + debye[i]) * x2
	}
	return x * (1 + x/4 + sum)
}

// debye holds B_2k/(2k+1)!, k ≥ 1; for x ≤ ln 2 the terms fall by 80.
var debye = [...]float64{
	1. / 36, -1. / 3600, 1. / 211680, -1. / 10886400, 1. / 526901760,
	-691. / 2730 / 6227020800, 7. / 6 / 1307674368000, -3617. / 510 / 355687428096000,
	43867. / 798 / 121645100408832000,
}

// log1mexp returns ln(1 − e^−x) for x > 0.
func log1mexp(x float64) float64 {
	if x < math.Ln2 {
		return ln(-math.Expm1(-x))
	}
	return math.Log1p(-math.Exp(-x))
}

// dilogExp returns Li₂(e^−x) for x > 0, by Li₂(y) + Li₂(1−y) = π²/6 − ln y ln(1−y).
func dilogExp(x float64) float64 {
	if x < math.Ln2 {
		// 1 − e^−x = 1 − e^−t with t = x: the series of integral in x itself.
		return math.Pi*math.Pi/6 + x*log1mexp(x) - dilog1mexp(x)
	}
	return dilog1mexp(-math.Log1p(-math.Exp(-x)))
}

// dilog1mexp returns Li₂(1−e^−t) for 0 ≤ t ≤ ln 2.
func dilog1mexp(t float64) float64 {
	t2, sum := t*t, 0.0
	for i := len(debye) - 1; i >= 0; i-- {
		sum = (sum + debye[i]) * t2
	}
	return t * (1 - t/4 + sum)
}
