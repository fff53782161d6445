package geometry

import "math"

// powerDivergence returns
//
//	K_p(q) = (q^p − 1 − p (q−1)) / (p (p−1)) ≥ 0
//
// from u = q − 1 and l = ln q, for q ≥ 0 and p ≠ 0, 1: the divergence of
// x^p/(p(p−1)) from z to q z is z^p K_p(q) (Basu, Harris, Hjort and Jones
// 1998). K_1(q) = q ln q − q + 1 and K_0(q) = q − 1 − ln q are its limits, near
// which nothing cancels here.
func powerDivergence(p, u, l float64) float64 {
	if math.Abs(u)*(2+math.Abs(p)) < 0.25 {
		// u²/2 (1 + (p−2)/3 u (1 + (p−3)/4 u (1 + …))): the terms fall by 4 at
		// least, 28 of them reach 2⁻⁵⁶.
		sum := 0.0
		for k := 30; k >= 3; k-- {
			sum = (1 + sum) * (p - float64(k-1)) / float64(k) * u
		}
		return u * u / 2 * (1 + sum)
	}
	if p < 0.5 {
		return (math.Expm1(p*l)/p - u) / (p - 1)
	}
	e, q := p-1, 1+u
	if u < -0.5 { // 1 + u has lost digits that q^(p−1) makes large
		q = math.Exp(l)
	}
	if q == 0 {
		return 1 / p
	}
	return (q*math.Expm1(e*l)/e - u) / p
}

// ratio returns u = q − 1 and l = ln q for q = x/z > 0, from d = x − z.
func ratio(x, z, d float64) (u, l float64) {
	if u = d / z; math.Abs(u) < 0.5 {
		return u, math.Log1p(u)
	}
	return u, logRatio(x, z)
}

// powerBregman returns z^p K_p(x/z) for x, z ≥ 0 and p > 0, from d = x − z.
// Ratios out of range are taken from the larger side.
func powerBregman(e exponent, x, z, d float64) float64 {
	p := e.hi
	switch {
	case d == 0:
		return 0
	case z == 0:
		if p < 1 {
			return math.Inf(1)
		}
		return e.pow(x) / (p * (p - 1))
	case x == 0:
		return e.pow(z) / p
	}
	u, l := ratio(x, z, d)
	switch {
	case p > 1 && u > 1:
		// x^p (1 − p r^(p−1) + (p−1) r^p)/(p(p−1)) with r = z/x.
		r := math.Exp(-(p - 1) * l) // r^(p−1)
		return e.pow(x) * (-math.Expm1(-(p-1)*l)/(p-1) - r + r*(z/x)) / p
	case u > 0x1p500:
		// K_p(q) = q k to rounding; q itself may overflow.
		k := e.pow(z) / (1 - p)
		if p >= 0.5 {
			k = e.pow(z) * ((math.Expm1((p-1)*l)/(p-1) - 1) / p)
		}
		if x < 1 {
			return k * x / z
		}
		return k / z * x
	}
	return e.pow(z) * powerDivergence(p, u, l)
}
