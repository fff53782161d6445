package plot

import (
	"fmt"
	"math"
)

// TimeScale is how time is laid out.
type TimeScale string

// The time scales. AutoTime is t/ln(1/α) for small initializations, where that
// is the time in which things happen, and ln t elsewhere.
const (
	AutoTime   TimeScale = ""
	LinearTime TimeScale = "linear"
	LogTime    TimeScale = "log"
	ScaledTime TimeScale = "scaled"
)

// ParseTimeScale reads the name of a time scale.
func ParseTimeScale(s string) (TimeScale, error) {
	switch t := TimeScale(s); t {
	case LinearTime, LogTime, ScaledTime:
		return t, nil
	case "auto":
		return AutoTime, nil
	}
	return AutoTime, fmt.Errorf("%q is not a time scale: auto, linear, log or scaled", s)
}

// clock is the horizontal axis of a trajectory.
type clock struct {
	at     []float64 // place of each time; −Inf where it has none
	label  string
	scale  Scale
	lo, hi float64 // what is shown of it; all if lo ≥ hi
	note   string  // what is not shown
}

// smallStart is the ln(1/α) from which t/ln(1/α) is the time of choice.
const smallStart = 4

// newClock lays out the times t of a flow that began at the scale α, given by
// ln(1/α) or 0. Things begin to happen at index first and have happened at last,
// which says what AutoTime shows: t/ln(1/α) of small starts, or its logarithm if
// much happens in the beginning of a long run; ln t elsewhere.
func newClock(t []float64, lnInitial float64, s TimeScale, first, last int) clock {
	unit, label := 1.0, "time t"
	if s == AutoTime && lnInitial > smallStart || s == ScaledTime && lnInitial > 0 {
		unit, label = lnInitial, "t / ln(1/α)"
	}
	log := s == LogTime || s == ScaledTime && lnInitial == 0
	if s == AutoTime {
		const far = 100
		log = unit == 1 || t[last] > far*t[first]
	}
	c := clock{at: make([]float64, len(t)), label: label}
	for k, v := range t {
		c.at[k] = v / unit
		if log {
			c.at[k] = math.Log(v / unit)
			if v <= 0 {
				c.at[k] = math.Inf(-1)
			}
		}
	}
	if log {
		c.scale = Log
	}
	if s == AutoTime && len(t) > 0 {
		c.crop(first, last)
	}
	return c
}

// crop shows the times in which something happens, and some around them.
func (c *clock) crop(first, last int) {
	e := noExtent()
	for _, t := range c.at {
		e.add(t)
	}
	lo, hi := e.lo, e.hi
	if c.scale == Log {
		lo = math.Max(lo, c.at[first]-math.Ln10)
		hi = math.Min(hi, c.at[last]+math.Log(4))
	} else {
		hi = math.Min(hi, c.at[last]+0.2*(c.at[last]-lo))
	}
	c.lo, c.hi = lo, hi
	if hi < e.hi-0.05*(hi-lo) {
		c.note = "The axis ends where nothing moves any more that could be seen."
	}
}

// axis holds all times, or those that are shown, whatever is drawn over it.
func (c clock) axis() Axis {
	e := noExtent()
	for _, t := range c.at {
		e.add(t)
	}
	return Axis{Label: c.label, Scale: c.scale, Min: c.lo, Max: c.hi, Include: []float64{e.lo, e.hi}}
}

// seen is the share of the largest change that can be seen on a page.
const seen = 2e-3

// happening returns the first index at which a row of x, m numbers a time, has
// moved from the first row by what can be seen, and the first from which on it
// stays as near to the last row.
func happening(x []float64, m int) (first, last int) {
	times := len(x) / m
	size := 0.0
	for _, v := range x {
		size = math.Max(size, math.Abs(v))
	}
	apart := func(k, l int) bool {
		for i := range m {
			if math.Abs(x[k*m+i]-x[l*m+i]) > seen*size {
				return true
			}
		}
		return false
	}
	first, last = 0, times-1
	for first < times-1 && !apart(first, 0) {
		first++
	}
	for last > 0 && !apart(last-1, times-1) {
		last--
	}
	if first > last {
		return 0, times - 1 // nothing moves
	}
	return first, last
}
