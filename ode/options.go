package ode

import (
	"fmt"
	"math"
)

// MinRelTol is the least relative tolerance that doubles allow for: below it
// the rounding of a step exceeds the error that is allowed.
const MinRelTol = 100 * 0x1p-52

// Options says how to integrate. RelTol and Until (or a terminal event) have no
// default: they are choices.
type Options struct {
	// Until is the end of the interval; +Inf where a terminal event ends it.
	Until float64
	// RelTol and AbsTol bound the local error of a step, as Measure has it.
	// RelTol is at least MinRelTol, AbsTol at least 0.
	RelTol, AbsTol float64
	// Method is the stepper; nil means NewAuto().
	Method Stepper
	// Control chooses the steps; nil means NewPI().
	Control Controller
	// Measure compares errors with the tolerances; nil means RMS.
	Measure   Measure
	Events    []Event
	Observers []Observer
	// FirstStep is the length of the first step; 0 means a guess.
	FirstStep float64
	// MaxStep bounds the length of every step; 0 means no bound.
	MaxStep float64
	// MaxSteps bounds the number of steps, rejected ones included; 0 means no
	// bound.
	MaxSteps int
}

// check refuses what makes no sense.
func (o *Options) check(sys System, t0 float64, y0 []float64) error {
	switch {
	case len(y0) != sys.Dim():
		return fmt.Errorf("ode: the start has %d components, the system %d", len(y0), sys.Dim())
	case math.IsNaN(t0) || math.IsInf(t0, 0):
		return fmt.Errorf("ode: the start time %v is not a finite number", t0)
	case !(o.Until >= t0):
		return fmt.Errorf("ode: the end %v is not after the start %v", o.Until, t0)
	case !(o.RelTol >= MinRelTol && o.RelTol < 1):
		return fmt.Errorf("ode: relative tolerance %v: it must be at least %.2g, what doubles allow, and below 1", o.RelTol, MinRelTol)
	case !(o.AbsTol >= 0):
		return fmt.Errorf("ode: absolute tolerance %v: it must not be negative", o.AbsTol)
	case !(o.FirstStep >= 0) || !(o.MaxStep >= 0):
		return fmt.Errorf("ode: steps of length %v or %v: they cannot be negative", o.FirstStep, o.MaxStep)
	}
	for i, v := range y0 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("ode: component %d of the start is %v, not a finite number", i, v)
		}
	}
	if math.IsInf(o.Until, 1) && !o.terminal() {
		return fmt.Errorf("ode: the interval has no end and no event is terminal")
	}
	return nil
}

func (o *Options) terminal() bool {
	for _, e := range o.Events {
		if e.Terminal {
			return true
		}
	}
	return false
}
