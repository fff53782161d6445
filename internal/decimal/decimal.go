// Package decimal reads positive decimal numbers of any exponent as their
// logarithms.
package decimal

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

var number = regexp.MustCompile(`^([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?$`)

// ParseLog returns ln α for a decimal string of a number α > 0 of any exponent,
// without ever forming α: 1e-3000 is as ordinary as 1e-3. The error is a few
// units in the last place of ln α. Errors say what is wrong with the text.
func ParseLog(text string) (float64, error) {
	parts := number.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil || parts[2]+parts[3] == "" {
		return 0, fmt.Errorf("%q is not a decimal number (write for example 0.01, 1e-300 or 1e-3000)", text)
	}
	sign, whole, frac, exp := parts[1], parts[2], parts[3], parts[4]
	digits := strings.TrimLeft(whole+frac, "0")
	if digits == "" {
		return 0, fmt.Errorf("a scale of 0 has no logarithm; it must be positive, of any exponent, for example 1e-3000")
	}
	if sign == "-" {
		return 0, fmt.Errorf("the scale %s is negative; it must be positive", text)
	}
	// Within the normal range of float64 the correctly rounded value loses
	// nothing, and its logarithm is accurate near α = 1 too.
	if f, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil && f >= 0x1p-1022 {
		return math.Log(f), nil
	}
	// α = d.ddd… · 10^e with e = exponent + position of the first digit.
	e := 0.0
	if exp != "" {
		// A range error leaves ±Inf, which the check below reports.
		e, _ = strconv.ParseFloat(exp, 64)
	}
	e += float64(len(whole)-1) - float64(len(whole+frac)-len(digits))
	mantissa, err := strconv.ParseFloat(digits[:1]+"."+digits[1:], 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a decimal number: %w", text, err)
	}
	l := math.Log(mantissa) + e*math.Ln10
	if math.IsInf(l, 0) || math.IsNaN(l) {
		return 0, fmt.Errorf("the exponent of %s is beyond any use: ln α does not fit a float64", text)
	}
	return l, nil
}
