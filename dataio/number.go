package dataio

import (
	"math"
	"strconv"
)

// pow10 holds the powers of ten that are exact in float64.
var pow10 = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// scanFloat reads the decimal number at the start of b and returns it with its
// length in bytes, 0 if there is none. A number beyond the range of float64 is
// ±Inf. The value is correctly rounded: with at most 19 digits, a significand
// up to 2⁵³ and a power of ten up to 10²² a single division or product of exact
// numbers rounds once (Clinger 1990); all others go to strconv.
func scanFloat(b []byte) (v float64, n int) {
	i := 0
	neg := false
	if i < len(b) && (b[i] == '-' || b[i] == '+') {
		neg = b[i] == '-'
		i++
	}
	var mant uint64
	start := i
	for i < len(b) && b[i]-'0' <= 9 {
		mant = mant*10 + uint64(b[i]-'0')
		i++
	}
	digits := i - start
	exp := 0
	if i < len(b) && b[i] == '.' {
		i++
		point := i
		for i < len(b) && b[i]-'0' <= 9 {
			mant = mant*10 + uint64(b[i]-'0')
			i++
		}
		exp = point - i
		digits -= exp
	}
	if digits == 0 {
		return 0, 0
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		if e, k := scanExponent(b[i+1:]); k > 0 {
			exp += e
			i += 1 + k
		}
	}
	if digits > 19 || mant > 1<<53 || exp < -22 || exp > 22 {
		return parseSlow(b[:i]), i
	}
	v = float64(mant)
	if exp < 0 {
		v /= pow10[-exp]
	} else {
		v *= pow10[exp]
	}
	if neg {
		v = -v
	}
	return v, i
}

// scanExponent reads a signed integer, saturating far beyond any float64.
func scanExponent(b []byte) (e, n int) {
	i := 0
	neg := false
	if i < len(b) && (b[i] == '-' || b[i] == '+') {
		neg = b[i] == '-'
		i++
	}
	start := i
	for i < len(b) && b[i]-'0' <= 9 {
		if e < 1<<20 {
			e = e*10 + int(b[i]-'0')
		}
		i++
	}
	if i == start {
		return 0, 0
	}
	if neg {
		e = -e
	}
	return e, i
}

func parseSlow(b []byte) float64 {
	v, err := strconv.ParseFloat(string(b), 64)
	if err != nil && !math.IsInf(v, 0) {
		return math.NaN() // unreachable for text that scanFloat accepts
	}
	return v
}

// scanInt reads the non-negative integer at the start of b and its length, 0
// if there is none or it exceeds 62 bits.
func scanInt(b []byte) (v, n int) {
	for n < len(b) && b[n]-'0' <= 9 {
		if v > (1<<62)/10-1 {
			return 0, 0
		}
		v = v*10 + int(b[n]-'0')
		n++
	}
	return v, n
}

// nonFiniteWord recognises the usual spellings of a number that is missing or
// infinite.
func nonFiniteWord(word string) (v float64, ok bool) {
	switch lower(word) {
	case "", "nan", "+nan", "-nan", "na", "n/a", "#n/a", "null", "none", "-", "?", "missing":
		return math.NaN(), true
	case "inf", "+inf", "infinity", "+infinity":
		return math.Inf(1), true
	case "-inf", "-infinity":
		return math.Inf(-1), true
	}
	return 0, false
}
