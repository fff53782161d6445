package plot

import (
	"cmp"
	"math"
	"slices"
)

// logTimeZero is how files write ln 0.
var logTimeZero = math.Log(math.SmallestNonzeroFloat64)

// clock lays out time, and any ln t on the same axis. From small starts two
// layers rise at times like ln(1/α), N layers at times like α^(2−N).
func (m Modes) clock(sigma []float64, s TimeScale) (clock, func(logT float64) float64) {
	var c clock
	unit := 0.0 // its logarithm
	switch {
	case s == LogTime || s != LinearTime && !(m.LogAlpha < -smallStart) && !(s == ScaledTime && m.LogAlpha < 0):
		c.label, c.scale = "time t", Log
	case s == LinearTime:
		c.label = "time t"
	case m.Depth == 2:
		c.label, unit = "t / ln(1/α)", math.Log(-m.LogAlpha)
	default:
		c.label, unit = "t · α", float64(2-m.Depth)*m.LogAlpha
		if m.Depth > 3 {
			c.label += superscript(m.Depth - 2)
		}
	}
	place := func(logT float64) float64 {
		if logT <= logTimeZero {
			logT = math.Inf(-1)
		}
		if c.scale == Log {
			return logT
		}
		return math.Exp(logT - unit)
	}
	for _, l := range m.LogT {
		c.at = append(c.at, place(l))
	}
	if s == AutoTime {
		c.crop(happening(sigma, len(sigma)/len(m.LogT)))
		if e := c.axis().Include; c.scale == Linear && c.lo < c.hi && c.hi >= e[1] {
			c.hi += 0.06 * (c.hi - c.lo) // a last rise does not stand on the edge
		}
	}
	return c, place
}

// rules are the predicted times of the modes in front; those that cannot be told
// apart share one.
func (m Modes) rules(c clock, place func(float64) float64, shown []int) []Rule {
	e := noExtent()
	for _, t := range c.at {
		e.add(t)
	}
	if c.lo < c.hi {
		e = extent{c.lo, c.hi}
	}
	var rules []Rule
	for _, s := range m.predicted() {
		at := place(*s.Predict)
		last := len(rules) - 1
		switch {
		case !slices.Contains(shown, s.Mode):
		case last >= 0 && at-rules[last].At < 0.015*(e.hi-e.lo):
			rules[last].Label += ", " + subscripted('σ', s.Mode)
		default:
			rules = append(rules, Rule{Vertical: true, At: at, Label: subscripted('σ', s.Mode)})
		}
	}
	return rules
}

// predicted are the stairs with a predicted time, by it.
func (m Modes) predicted() []Stair {
	var list []Stair
	for _, s := range m.Stairs {
		if s.Predict != nil {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b Stair) int { return cmp.Compare(*a.Predict, *b.Predict) })
	return list
}

// loss is the excess of the loss, and what it would be if every mode rose at once
// at its predicted time. Predictions are of whitened X, for which a mode is worth
// σ²; that they add up to the whole needs that all have risen.
func (m Modes) loss(at []float64, place func(float64) float64) []Series {
	last := len(at) - 1
	own := Series{Name: "the flow", X: at, Y: make([]float64, len(at)), Ink: 0, Plain: true}
	for k, v := range m.Residual {
		own.Y[k] = v * v
	}
	list := m.predicted()
	const done = 1e-3
	if len(list) == 0 || len(list) < len(m.Stairs) || own.Y[last] > done {
		return []Series{own}
	}
	total := 0.0
	for _, s := range list {
		total += s.Final * s.Final
	}
	stairs := Series{Name: "each mode at its predicted time", X: []float64{at[0]}, Y: []float64{1}, Shape: Steps, Ink: Reference, Style: 2}
	left := total
	for _, s := range list {
		left -= s.Final * s.Final
		stairs.X, stairs.Y = append(stairs.X, place(*s.Predict)), append(stairs.Y, math.Max(0, left/total))
	}
	stairs.X, stairs.Y = append(stairs.X, math.Max(at[last], stairs.X[len(list)])), append(stairs.Y, 0)
	return []Series{own, stairs}
}
