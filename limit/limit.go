// Package limit answers underdetermined problems by the point that a flow
// would reach, without following the flow.
//
// # Mathematics
//
// A mirror flow on ½‖Ax−b‖² stays on the chart x = ∇φ*(θ₀+Aᵀν), and its limit
// is the Bregman projection of the starting point on {x : Ax = b}. Any method
// whose iterates stay in the chart reaches the same point, so the answer is
// computed by Newton's method or better; the state ν, scaled to be dual
// feasible, proves it.
//
// As the initialization α tends to 0 the entropic limits become linear
// programs:
//
//	minimise Σ wᵢ|xᵢ|  subject to  Ax = b          (signed)
//	minimise Σ wᵢ xᵢ   subject to  Ax = b, x ≥ 0   (nonneg)
//
// with duals max bᵀy subject to |Aᵀy| ≤ w, respectively Aᵀy ≤ w.
package limit

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Status says what was established about a problem.
type Status string

// The statuses of an answer. Only Certified, Infeasible and NotSeparable are
// proven; the others say how far the work got.
const (
	Certified        Status = "certified"
	Approximate      Status = "approximate"
	Infeasible       Status = "infeasible"
	NotSeparable     Status = "not-separable"
	Budget           Status = "budget"
	Interrupted      Status = "interrupted"
	NumericalTrouble Status = "numerical-trouble"
)

// Reason is the criterion that decided the status: a measured value against
// the bound that the caller set, in the same units, and one thing to do next.
type Reason struct {
	Criterion string  `json:"criterion"`
	Value     float64 `json:"value"`
	Bound     float64 `json:"bound"`
	Hint      string  `json:"hint"`
}

// Options control a solve. The zero value asks for relative gap and residual
// 1e-9 without a budget.
type Options struct {
	Tol      float64       // relative duality gap and relative residual; 0 means 1e-9
	MaxTime  time.Duration // 0: no limit
	MaxSteps int           // outer steps over all lanes; 0: no limit
	Observe  func(Progress)

	// Package tacit verifies what it returns as Certified, Infeasible or NotSeparable.
	// Unverified leaves that out, for a caller who does it.
	Unverified bool

	// Of L1, L1AtAlpha, Denoise, MinNorm and Nearest in their stages that can be
	// long. Save is called after each of their steps; what at then returns is where
	// another run can go on as Resume, and so is the Checkpoint of a Result.
	Save   func(at func() *Checkpoint)
	Resume *Checkpoint
}

// Progress is what an observer sees after a step of a lane.
type Progress struct {
	Lane     string  // "pursuit", "ascent", "continuation", "central-path", …
	Step     int     // steps of this lane so far
	Gap      float64 // best certified relative gap so far, +Inf before the first
	Residual float64 // relative residual of the current iterate
}

// Stats counts the work of a solve.
type Stats struct {
	Passes         int    // products with A or Aᵀ over all its columns
	Factorizations int    // Cholesky or orthogonal factorizations
	Steps          int    // outer steps over all lanes
	Route          string // lanes that ran, in order, the last one proved it: "pursuit", "pursuit > central-path"
}

// Result is an answer with its proof.
//
// For an answer, X is primal and Y dual feasible: Y bounds the optimum from
// below by Bound. For Infeasible, X is the best point found and Y the Farkas
// vector: bᵀy > 0 with Aᵀy = 0 (no solution at all) or Aᵀy ≤ 0 (none with
// x ≥ 0).
type Result struct {
	Status    Status
	Reason    Reason
	X, Y      []float64
	YTail     []float64 // nil, or: the dual vector is Y + YTail, without rounding
	Blur      float64   // Nearest only: an estimate of what the rounding of θ₀+Aᵀy may move x by, relative to ‖x‖₁
	Objective float64
	Bound     float64
	Gap       float64   // (Objective−Bound)/max(|Objective|, |Bound|), 0 if both are 0
	Residual  float64   // ‖Ax−b‖₂/‖b‖₂, ‖Ax‖₂ if b = 0
	Support   int       // nonzero entries of X
	Unique    *bool     // nil: not established
	Other     []float64 // a second minimiser, where Unique is false
	AnySign   bool      // Infeasible only: no x of any sign exists (Aᵀy = 0)
	Boundary  bool      // Infeasible only: Ax = b has solutions, but none inside the domain
	Stats     Stats

	Checkpoint *Checkpoint // Budget and Interrupted only: where to go on; nil: at the start
}

// Check reports the first option that makes no sense.
func (o Options) Check() error {
	switch {
	case !(o.Tol >= 0 && o.Tol < 1):
		return fmt.Errorf("limit: the tolerance is %v; it must lie between 0 and 1, and 0 stands for 1e-9", o.Tol)
	case o.MaxSteps < 0 || o.MaxTime < 0:
		return fmt.Errorf("limit: a budget of %d steps and %v; neither can be negative, and 0 is no limit", o.MaxSteps, o.MaxTime)
	}
	return nil
}

func (o Options) tol() float64 {
	if o.Tol > 0 {
		return o.Tol
	}
	return 1e-9
}

// interrupted reports why ctx ended: Interrupted for a cancellation, Budget
// for a deadline.
func interrupted(ctx context.Context) Status {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return Budget
	}
	return Interrupted
}
