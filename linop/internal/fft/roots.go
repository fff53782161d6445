package fft

import "math"

// root returns exp(−2πi k/n), 0 ≤ k < n, each part with a relative error of at
// most 5·2⁻⁵³: the angle is reduced exactly, in integers, to at most an eighth of
// the circle, and then rounded two times.
func root(k, n int) complex128 {
	negate, mirror, swap := false, false, false
	k, n = 8*k, 8*n // an eighth of the circle is n/8
	if k > n/2 {
		k, negate = n-k, true
	}
	if k > n/4 {
		k, mirror = n/2-k, true
	}
	if k > n/8 {
		k, swap = n/4-k, true
	}
	s, c := math.Sincos(2 * math.Pi * float64(k) / float64(n))
	if swap {
		s, c = c, s
	}
	if mirror {
		c = -c
	}
	if negate {
		s = -s
	}
	return complex(c, -s)
}

// Smooth reports whether n ≥ 1 has no prime factor beyond 5.
func Smooth(n int) bool {
	if n < 1 {
		return false
	}
	for _, p := range []int{2, 3, 5} {
		for n%p == 0 {
			n /= p
		}
	}
	return n == 1
}

// NextSmooth returns the least smooth multiple of step, which is 1 or 2, that
// is at least n.
func NextSmooth(n, step int) int {
	for n = (max(n, 1) + step - 1) / step * step; !Smooth(n); n += step {
	}
	return n
}
