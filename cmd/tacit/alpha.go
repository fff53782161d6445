package main

import (
	"fmt"
	"math"
	"strconv"

	"github.com/tacit-dev/tacit/internal/decimal"
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

// The scales that are taken: above the first a start is no double. Towards 0 it is
// θ, of the size of ln α, that has to be one to the accuracy that x needs, its
// rounding being the relative error of x: beyond the second x has no digit left.
const (
	mostLogScale  = 709 // ln of 8e307
	leastLogScale = -0x1p52
)

// Set parses text without ever forming α.
func (s *logScale) Set(text string) error {
	l, err := decimal.ParseLog(text)
	if v, parsed := strconv.ParseFloat(text, 64); err != nil && parsed == nil && v == 0 {
		return fmt.Errorf("%w; `tacit sparse` without --alpha computes the limit α → 0", err)
	}
	switch {
	case err != nil:
		return err
	case l > mostLogScale:
		return fmt.Errorf("a start of this size does not fit in a double: take at most 1e307")
	case l < leastLogScale || math.IsNaN(l):
		return fmt.Errorf("ln α = %.3g leaves a double no digit for x: take at least 1e-1000000000000000, or the limit α → 0 itself, without --alpha", l)
	}
	*s = logScale{set: true, log: l, text: text}
	return nil
}
