package blas

import "math"

// ln 2 in two parts, the first with so few bits that its product with an
// exponent is exact (FreeBSD msun, e_exp.c).
const (
	ln2Hi = 6.93147180369123816490e-01
	ln2Lo = 1.90821492927058770002e-10
)

// expGeneric is expSlice in Go. The standard library's Exp overflows too early
// on some processors.
func expGeneric(dst, x []float64) {
	for i, v := range x {
		dst[i] = exp(v)
	}
}

// exp returns eˣ by x = k ln 2 + r, |r| ≤ ln 2 / 2, and Taylor's series up to r¹³
// in the form 1 + (r + (r² q(r) + c)), where c is the rounding error of r.
func exp(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 720:
		return math.Inf(1)
	case x < -760:
		return 0
	}
	k := math.RoundToEven(x * math.Log2E)
	hi := x - k*ln2Hi
	r := hi - k*ln2Lo
	c := (hi - r) - k*ln2Lo
	sq := r * r
	even := 1./2 + sq*(1./24+sq*(1./720+sq*(1./40320+sq*(1./3628800+sq*(1./479001600)))))
	odd := 1./6 + sq*(1./120+sq*(1./5040+sq*(1./362880+sq*(1./39916800+sq*(1./6227020800)))))
	return math.Ldexp(1+(r+(sq*(even+r*odd)+c)), int(k))
}

// logGeneric is logSlice in Go. The standard library's Log is wrong for denormal
// numbers on some processors.
func logGeneric(dst, x []float64) {
	for i, v := range x {
		dst[i] = ln(v)
	}
}

// ln returns the natural logarithm by x = 2ᵏ (1+f), 1+f between √½ and √2, and
//
//	ln(1+f) = f − (f²/2 − s (f²/2 + R(s²))),   s = f/(2+f)
//
// with the coefficients of FreeBSD msun, e_log.c.
func ln(x float64) float64 {
	switch {
	case x != x || x > math.MaxFloat64:
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	f, k := m-1, float64(e)
	s := f / (2 + f)
	z := s * s
	rest := z * (6.666666666666735130e-01 + z*(3.999999999940941908e-01+z*(2.857142874366239149e-01+
		z*(2.222219843214978396e-01+z*(1.818357216161805012e-01+z*(1.531383769920937332e-01+z*1.479819860511658591e-01))))))
	h := 0.5 * f * f
	return k*ln2Hi - ((h - (s*(h+rest) + k*ln2Lo)) - f)
}
