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
	at    []float64 // place of each time; −Inf where it has none
	label string
	scale Scale
}

// smallStart is the ln(1/α) from which t/ln(1/α) is the time of choice.
const smallStart = 4

// newClock lays out the times t of a flow that began at the scale α, given by
// ln(1/α) or 0.
func newClock(t []float64, lnInitial float64, s TimeScale) clock {
	if s == AutoTime || s == ScaledTime && lnInitial == 0 {
		s = LogTime
		if lnInitial > smallStart {
			s = ScaledTime
		}
	}
	c := clock{at: make([]float64, len(t))}
	for k, v := range t {
		switch s {
		case LogTime:
			c.at[k] = math.Log(v)
			if v < 0 {
				c.at[k] = math.Inf(-1)
			}
		case ScaledTime:
			c.at[k] = v / lnInitial
		default:
			c.at[k] = v
		}
	}
	switch s {
	case LogTime:
		c.label, c.scale = "time t", Log
	case ScaledTime:
		c.label = "t / ln(1/α)"
	default:
		c.label = "time t"
	}
	return c
}

// axis holds all times, whatever is drawn over it.
func (c clock) axis() Axis {
	e := noExtent()
	for _, t := range c.at {
		e.add(t)
	}
	return Axis{Label: c.label, Scale: c.scale, Include: []float64{e.lo, e.hi}}
}
