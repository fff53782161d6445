package geometry

import "math"

// exponent is a number to twice the usual precision, hi + lo. An exponent such
// as 1/(p−1), rounded to one float64, would cost x^e up to 700 units in the
// last place where x^e is near the ends of the range.
type exponent struct{ hi, lo float64 }

// sumOf returns p + s exactly.
func sumOf(p, s float64) exponent {
	hi := p + s
	t := hi - p
	return exponent{hi, (p - (hi - t)) + (s - t)}
}

// over returns a/b.
func (a exponent) over(b exponent) exponent {
	q := a.hi / b.hi
	r := math.FMA(-q, b.hi, a.hi) + a.lo - q*b.lo
	return exponent{q, r / b.hi}
}

// minus1 returns a − 1.
func (a exponent) minus1() exponent {
	s := sumOf(a.hi, -1)
	return exponent{s.hi, s.lo + a.lo}
}

// pow returns x^a for x ≥ 0 to a few units in the last place, over the whole
// range, where math.Pow loses up to a hundred: x = m 2^k with m near 1, and only
// the fractional part of k a goes through an exponential.
func (a exponent) pow(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) || x == 1 {
		return math.Pow(x, a.hi)
	}
	m, k := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, k = 2*m, k-1
	}
	hi := float64(k) * a.hi
	lo := math.FMA(float64(k), a.hi, -hi) + float64(k)*a.lo
	n := math.Round(hi)
	if math.Abs(n) > 1<<20 { // out of range, whatever the rest
		return math.Pow(x, a.hi)
	}
	return math.Ldexp(math.Exp(a.hi*math.Log(m)+((hi-n)+lo)*math.Ln2), int(n))
}
