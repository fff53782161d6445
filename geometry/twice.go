package geometry

import "math"

// GradTwiceError is what GradTwice errs by, relative to ∇φ(x).
const GradTwiceError = 0x1p-98

// GradTwice sets hi + lo = ∇φ(x) to about twice the precision of doubles, for
// potentials where that is a few exact operations: squares, barriers, e^x. Where
// θ₀ = ∇φ(x₀) is far larger than θ = θ₀+Aᵀν, as from an x₀ near 0 in a barrier,
// the rounding of θ₀ is what θ is uncertain by. It reports false for other
// potentials, and where a number under- or overflows. For chi-square, k = 1/x₀, x
// must be x₀. Cost: about 20 flops an element, 500 for e^x.
func GradTwice(phi Potential, hi, lo, x []float64) bool {
	clear(lo)
	switch phi := phi.(type) {
	case Burg:
		for j, v := range x {
			hi[j], lo[j] = reciprocalTwice(-v, 0)
		}
	case Inverse:
		for j, v := range x {
			hi[j], lo[j] = reciprocalTwice(productTwice(-v, v))
		}
	case Euclidean:
		copy(hi, x)
		return true
	case Exponential:
		for j, v := range x {
			hi[j], lo[j] = expTwice(v)
		}
	case Diagonal:
		if phi.name == "chi-square" {
			for j := range hi {
				hi[j] = 1
			}
			return true
		}
		for j, v := range x {
			hi[j], lo[j] = productTwice(phi.at(j).k, v)
		}
	default:
		return false
	}
	for j, t := range hi {
		// Else the low parts may have been subnormal.
		if size := math.Abs(t); x[j] != 0 && !(size > 0x1p-450 && size < 0x1p450) {
			return false
		}
	}
	return true
}

// productTwice returns x·y without error.
func productTwice(x, y float64) (hi, lo float64) {
	hi = float64(x * y) // the conversion keeps compilers from fusing it into the sum
	return hi, math.FMA(x, y, -hi)
}

// reciprocalTwice returns 1/(hi+lo) for a sum without error.
func reciprocalTwice(hi, lo float64) (r, rest float64) {
	r = 1 / hi
	// 1/t = r + r·(1 − r·hi − r·lo) up to the square of the bracket; the first
	// two of its terms are exact together.
	return r, r * (math.FMA(-r, hi, 1) - r*lo)
}

// addTwice returns (a+b) + (c+d), |b| and |d| small beside |a| and |c|.
func addTwice(a, b, c, d float64) (hi, lo float64) {
	s := a + c
	z := s - a
	t := (a - (s - z)) + (c - z) + (b + d)
	hi = s + t
	return hi, t - (hi - s)
}

// timesTwice returns (a+b)·(c+d).
func timesTwice(a, b, c, d float64) (hi, lo float64) {
	p, e := productTwice(a, c)
	e += a*d + b*c
	hi = p + e
	return hi, e - (hi - p)
}

// ln2Twice is ln 2, whose first part times an integer below 2²⁰ is exact.
var ln2Twice = [3]float64{0x1.62e42fefap-1, 0x1.cf79abc9e3b3ap-40, -0x1.ff0342542fc33p-94}

// expTwice returns eˣ: with x = k ln 2 + 256 s, the Taylor series of eˢ−1 and
// eight times (1+u)² − 1 = 2u + u².
func expTwice(x float64) (hi, lo float64) {
	k := math.Round(x / math.Ln2)
	p, e := productTwice(k, ln2Twice[1])
	s, t := addTwice(x-k*ln2Twice[0], 0, -p, -e)
	s, t = addTwice(s, t, -k*ln2Twice[2], 0)
	s, t = s/256, t/256
	const terms = 9 // (ln 2/512)¹⁰/10! < 2⁻¹¹⁶
	u, v := 0.0, 0.0
	for i := terms; i >= 1; i-- { // u ← s/i·(1+u)
		u, v = addTwice(1, 0, u, v)
		u, v = timesTwice(u, v, s, t)
		r := u / float64(i)
		p, e := productTwice(r, float64(i))
		u, v = r, (((u-p)-e)+v)/float64(i)
	}
	for range 8 {
		a, b := timesTwice(u, v, u, v)
		u, v = addTwice(2*u, 2*v, a, b)
	}
	hi, lo = addTwice(1, 0, u, v)
	return math.Ldexp(hi, int(k)), math.Ldexp(lo, int(k))
}
