package plot

import (
	"math"
	"strconv"
	"strings"
)

// superscript writes an integer in raised digits.
func superscript(k int) string {
	const raised = "⁰¹²³⁴⁵⁶⁷⁸⁹"
	digits := []rune(raised)
	var b strings.Builder
	for _, c := range strconv.Itoa(k) {
		if c == '-' {
			b.WriteRune('⁻')
			continue
		}
		b.WriteRune(digits[c-'0'])
	}
	return b.String()
}

// minus replaces the hyphen of a number by a minus sign.
func minus(s string) string { return strings.ReplaceAll(s, "-", "−") }

// Num writes a number for people with four significant digits.
func Num(v float64) string { return NumDigits(v, 4) }

// NumDigits writes a number for people: so many significant digits, a minus
// sign, and powers of ten as such.
func NumDigits(v float64, digits int) string {
	switch {
	case v == 0:
		return "0"
	case math.IsNaN(v):
		return "undefined"
	case math.IsInf(v, 0):
		return "unbounded"
	}
	text := strconv.FormatFloat(v, 'g', digits, 64)
	mantissa, exponent, found := strings.Cut(text, "e")
	if !found {
		return minus(text)
	}
	k, err := strconv.Atoi(exponent)
	if err != nil {
		return minus(text)
	}
	return scientific(mantissa, k)
}

// NumLn writes exp(ln), whatever its size.
func NumLn(ln float64) string {
	switch {
	case math.IsInf(ln, -1):
		return "0"
	case math.IsNaN(ln) || math.IsInf(ln, 0):
		return "undefined"
	case math.Abs(ln) < 600:
		return Num(math.Exp(ln))
	}
	m, k := mantissa(ln)
	return scientific(strconv.FormatFloat(m, 'g', 4, 64), k)
}

func scientific(mantissa string, k int) string {
	if mantissa == "1" {
		return "10" + superscript(k)
	}
	return minus(mantissa) + "×10" + superscript(k)
}

// mantissa splits exp(ln) into m·10ᵏ with 1 ≤ m < 10, at the five digits that
// are shown.
func mantissa(ln float64) (m float64, k int) {
	d := ln / math.Ln10
	k = int(math.Floor(d))
	m = math.Pow(10, d-float64(k))
	if m >= 9.9995 {
		return 1, k + 1
	}
	return m, k
}

// cell writes a number of a table, as programs read it: exp(v) on a Log axis.
func cell(v float64, s Scale) string {
	switch {
	case s == Log && math.IsInf(v, -1):
		return "0"
	case math.IsNaN(v) || math.IsInf(v, 0):
		return ""
	case s == Log && math.Abs(v) >= 600:
		m, k := mantissa(v)
		return strconv.FormatFloat(m, 'g', 5, 64) + "e" + strconv.Itoa(k)
	case s == Log:
		v = math.Exp(v)
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}
