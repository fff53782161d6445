package descent

import (
	"fmt"
	"math"
)

// Iterate is what criteria and observers see. Its vectors belong to the run and
// are valid during the call.
type Iterate struct {
	K        int     // steps taken
	T        float64 // Σ η, the time of the flow
	Eta      float64 // of the last step, 0 before the first
	X        []float64
	R        []float64 // Ax − b
	Loss     float64   // ½‖Ax−b‖²
	Residual float64   // ‖Ax−b‖₂/‖b‖₂, ‖Ax‖₂ if b = 0
	Begin    float64   // Residual of the start
	Method   Method
}

// Status says how a run ended.
type Status string

// The statuses of a run.
const (
	Converged   Status = "converged"   // a criterion was met that the run was to meet
	StepLimit   Status = "step-limit"  // the steps are used up
	Diverged    Status = "diverged"    // the steps are too large
	Stalled     Status = "stalled"     // no step lowers the loss in floating point
	Interrupted Status = "interrupted" // the context ended
)

// Reason is what ended a run: a measured number against its bound, and one thing
// to do next.
type Reason struct {
	Criterion    string
	Value, Bound float64
	Hint         string
}

// Criterion ends a run.
type Criterion interface {
	// Met returns the status and the reason if the run is to end.
	Met(it *Iterate) (Status, Reason, bool)
}

// ResidualBelow ends a run where the relative residual is at most this.
type ResidualBelow float64

// Met compares the residual.
func (r ResidualBelow) Met(it *Iterate) (Status, Reason, bool) {
	return Converged, Reason{Criterion: "residual", Value: it.Residual, Bound: float64(r)}, it.Residual <= float64(r)
}

// Steps ends a run after so many steps in all, those before a checkpoint
// included.
type Steps int

// Met compares the number of steps.
func (s Steps) Met(it *Iterate) (Status, Reason, bool) {
	return StepLimit, Reason{Criterion: "steps", Value: float64(it.K), Bound: float64(s), Hint: "continue with more steps"}, it.K >= int(s)
}

// Blowup ends a run where the residual is not a number or exceeds this many
// times the larger of ‖b‖ and where it began: 1e6 is far beyond what momentum,
// noise and a first step that is too long do to a run that comes back.
type Blowup float64

// Met compares the residual.
func (f Blowup) Met(it *Iterate) (Status, Reason, bool) {
	bound := float64(f) * max(1, it.Begin)
	return Diverged, Reason{Criterion: "divergence", Value: it.Residual, Bound: bound, Hint: "the steps are too large"}, !(it.Residual <= bound)
}

// noPoint is the reason of a step that led nowhere.
func noPoint(it *Iterate, err error) Reason {
	return Reason{Criterion: "divergence", Value: math.Inf(1), Bound: it.Residual, Hint: fmt.Sprintf("step %d: %v", it.K, err)}
}
