package instance

import "math"

// The functions below return the same bits everywhere, which package math does
// not promise: it has assembly on some machines, and elsewhere the compiler may
// fuse x*y + z. An explicit conversion of each product forbids that. They are
// accurate to a few units in the last place.

// horner evaluates c[0] + c[1]·x + c[2]·x² + ….
func horner(c []float64, x float64) float64 {
	s := 0.0
	for i := len(c) - 1; i >= 0; i-- {
		s = float64(s*x) + c[i]
	}
	return s
}

// Coefficients of the series that the functions below sum.
var (
	artanhSeries = series(12, func(k int) float64 { return 1 / float64(2*k+1) })
	expSeries    = series(15, func(k int) float64 { return 1 / factorial(k) })
	cosSeries    = series(10, func(k int) float64 { return alternating(k) / factorial(2*k) })
	sinSeries    = series(10, func(k int) float64 { return alternating(k) / factorial(2*k+1) })
)

func series(terms int, coefficient func(k int) float64) []float64 {
	c := make([]float64, terms)
	for k := range c {
		c[k] = coefficient(k)
	}
	return c
}

func factorial(k int) float64 {
	f := 1.0
	for i := 2; i <= k; i++ {
		f *= float64(i)
	}
	return f
}

func alternating(k int) float64 {
	return float64(1 - 2*(k&1))
}

// Log returns ln x for finite x > 0: with x = f·2ᵉ and f near 1,
// ln x = e ln 2 + 2 artanh((f−1)/(f+1)).
func Log(x float64) float64 {
	f, e := math.Frexp(x)
	if f < math.Sqrt2/2 {
		f *= 2
		e--
	}
	t := (f - 1) / (f + 1)
	return float64(float64(e)*math.Ln2) + float64(2*t*horner(artanhSeries, float64(t*t)))
}

// Exp returns eˣ for |x| < 700: with x = k ln 2 + r and |r| ≤ ½ ln 2,
// eˣ = 2ᵏ eʳ. ln 2 is split (as in fdlibm) so that k times its head is exact.
func Exp(x float64) float64 {
	const (
		head = 6.93147180369123816490e-01
		tail = 1.90821492927058770002e-10
	)
	k := math.Round(x / math.Ln2)
	r := x - float64(k*head)
	r -= float64(k * tail)
	return math.Ldexp(horner(expSeries, r), int(k))
}

// cosQuarter returns cos(π t / 2m) for 0 ≤ t ≤ m, from the series of the
// nearer end of the quarter wave.
func cosQuarter(t, m int) float64 {
	if 2*t <= m {
		a := math.Pi * float64(t) / float64(2*m)
		return horner(cosSeries, float64(a*a))
	}
	a := math.Pi * float64(m-t) / float64(2*m)
	return float64(a * horner(sinSeries, float64(a*a)))
}
