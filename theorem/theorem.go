// Package theorem holds the statements of the lecture as experiments: what is
// predicted, what is measured, and whether they agree.
//
// An Experiment is a statement, where it comes from, and a computation that
// confronts it with numbers. All returns them in the order of the lecture;
// `tacit theorems` runs them, and docs/theory has a page for each. Where the
// lecture is imprecise the experiment tests what is true and Slip says what the
// difference is.
//
// # Conventions
//
// One file for each topic, with a function that returns its experiments, which
// All joins. A test TestTheorem… for each keeps it true; it has the name of the
// ID. The first comparison of an experiment is the most telling one.
// Experiments take no input, use no clock and no global state, and give the
// same numbers for any number of threads. Each takes a second or two at most,
// so that nobody hesitates to run them all.
package theorem

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Experiment is a statement with the computation that tests it.
type Experiment struct {
	ID        string // "lemma-1": lower case with hyphens, never changed
	Title     string // a few words
	Statement string // what is true, as close to the lecture's words as it can be
	Slip      string // what the lecture says instead; "" if it says the same
	Source    string // the place in the lecture; where statement and constants are from
	// Run makes the comparisons. The error says that they could not be made.
	Run func(ctx context.Context) ([]Check, error)
}

// Check is one comparison of an experiment: it passes if Error ≤ Tolerance.
type Check struct {
	Name                string // what was measured
	Predicted, Measured float64
	Error, Tolerance    float64
}

// Pass reports whether prediction and measurement agree.
func (c Check) Pass() bool { return c.Error <= c.Tolerance }

// share is how much of its tolerance an error takes up; more than 1 fails.
func (c Check) share() float64 {
	switch {
	case math.IsNaN(c.Error) || math.IsNaN(c.Tolerance):
		return math.Inf(1)
	case c.Error == 0:
		return 0
	}
	return c.Error / c.Tolerance
}

// Result is what an experiment found.
type Result struct {
	Checks []Check
}

// Run runs an experiment. The error says that it could not be run: ctx ended,
// or a computation did not arrive.
func Run(ctx context.Context, e Experiment) (Result, error) {
	checks, err := e.Run(ctx)
	if ctx.Err() != nil {
		return Result{}, ctx.Err()
	}
	if err != nil {
		return Result{}, fmt.Errorf("theorem %s: %w", e.ID, err)
	}
	if len(checks) == 0 {
		return Result{}, fmt.Errorf("theorem %s: nothing was compared", e.ID)
	}
	return Result{checks}, nil
}

// Pass reports whether every check passes.
func (r Result) Pass() bool {
	return !slices.ContainsFunc(r.Checks, func(c Check) bool { return !c.Pass() })
}

// Headline returns the check that stands for all: the first, which is the most
// telling one, or if some fail the one that is furthest off.
func (r Result) Headline() Check {
	head := r.Checks[0]
	if r.Pass() {
		return head
	}
	for _, c := range r.Checks[1:] {
		if c.share() > head.share() {
			head = c
		}
	}
	return head
}

// relative compares numbers by their relative difference.
func relative(name string, predicted, measured, tol float64) Check {
	return Check{name, predicted, measured, math.Abs(measured-predicted) / math.Abs(predicted), tol}
}

// absolute compares numbers by their difference.
func absolute(name string, predicted, measured, tol float64) Check {
	return Check{name, predicted, measured, math.Abs(measured - predicted), tol}
}

// atMost tests measured ≤ bound, up to tol relative to the bound for what the
// measurement itself cannot resolve.
func atMost(name string, bound, measured, tol float64) Check {
	return Check{name, bound, measured, excess(measured-bound, bound), tol}
}

// atLeast tests measured ≥ bound in the same way.
func atLeast(name string, bound, measured, tol float64) Check {
	return Check{name, bound, measured, excess(bound-measured, bound), tol}
}

// excess is max(over, 0) relative to the bound.
func excess(over, bound float64) float64 {
	if over <= 0 {
		return 0
	}
	if bound == 0 {
		return over
	}
	return over / math.Abs(bound)
}
