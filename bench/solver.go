package main

import (
	"context"
	"time"
)

// answer is what a solver returned once for a task, not yet believed.
type answer struct {
	x, y    []float64 // nil if there is none; y is a dual vector of length n
	seconds float64   // wall clock
	cpu     float64   // processor time of the process, 0 if unknown
	status  string    // "" if the solver says that it succeeded
	work    string    // what the solver says it did
	notRun  bool
}

// solver is tacit or a peer.
type solver interface {
	name() string
	solve(ctx context.Context, t *task, limit time.Duration) (answer, error)
}
