package main

import "github.com/tacit-dev/tacit/internal/decimal"

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
	l, err := decimal.ParseLog(text)
	if err != nil {
		return err
	}
	*s = logScale{set: true, log: l, text: text}
	return nil
}
