package main

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// logScale is an initialization scale α > 0 given as a decimal string and kept
// as ln α, so that 1e-3000 is as ordinary a value as 1e-3.
type logScale struct {
	set  bool
	log  float64 // ln α
	text string
}

func (s *logScale) String() string { return s.text }
func (s *logScale) Type() string   { return "decimal" }

// Set parses text without ever forming α.
func (s *logScale) Set(text string) error {
	l, err := parseLog(text)
	if err != nil {
		return err
	}
	*s = logScale{set: true, log: l, text: text}
	return nil
}

var decimal = regexp.MustCompile(`^([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?$`)

// parseLog returns ln α for a decimal string of any exponent.
func parseLog(text string) (float64, error) {
	parts := decimal.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil || parts[2]+parts[3] == "" {
		return 0, fmt.Errorf("%q is not a decimal number (write for example 0.01, 1e-300 or 1e-3000)", text)
	}
	sign, whole, frac, exp := parts[1], parts[2], parts[3], parts[4]
	digits := strings.TrimLeft(whole+frac, "0")
	if digits == "" {
		return 0, fmt.Errorf("a scale of 0 has no logarithm; the limit α → 0 is what the command computes without this flag")
	}
	if sign == "-" {
		return 0, fmt.Errorf("the scale %s is negative; it must be positive", text)
	}
	// Within the normal range of float64 the correctly rounded value loses
	// nothing, and its logarithm is accurate near α = 1 too.
	if f, err := strconv.ParseFloat(text, 64); err == nil && f >= 0x1p-1022 {
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
