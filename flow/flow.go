package flow

import (
	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/ode"
)

// Flow is a flow of a state whose unknowns go down a loss.
type Flow interface {
	ode.System
	// Start returns the state at time 0, a new slice.
	Start() []float64
	// Primal sets dst to the unknowns x of a state.
	Primal(dst, state []float64)
	// Loss returns the loss of a state.
	Loss(state []float64) float64
}

// Charted is a Flow in dual coordinates: its state begins with ν.
type Charted interface {
	Flow
	Chart() *dual.Chart
}

// Measured is a Flow with a measure of its own for the errors of its state.
type Measured interface {
	Flow
	Measure(s *ode.Step, rel, abs float64) float64
}

// Invariant is what the exact flow keeps, followed along a run.
type Invariant interface {
	ode.Observer
	// Name is a lower-case name.
	Name() string
	// Drift is how far it has been off so far, relative to its size: 0 on the
	// exact flow.
	Drift() float64
	// State returns what has been seen, for a checkpoint; Restore takes it
	// back, before the first segment.
	State() []float64
	Restore(state []float64)
}

// Conserver is a Flow that knows what it keeps.
type Conserver interface {
	Flow
	// Invariants returns new monitors. xhat, if not nil, is the limit of the
	// flow or another point of zero loss.
	Invariants(xhat []float64) []Invariant
}
