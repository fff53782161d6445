package limit

import (
	"context"
	"fmt"
	"math"
)

// PathOptions control Path. Of the embedded Options, MaxSteps bounds the number
// of events, and Tol is that of the certificate of the final point.
type PathOptions struct {
	Options

	// WeightsNeg makes the thresholds depend on the sign: w⁺ᵢ (Problem.Weights)
	// is the price of xᵢ > 0 and w⁻ᵢ (WeightsNeg) that of xᵢ < 0. Nil means
	// w⁻ = w⁺. It has no meaning with Nonneg.
	WeightsNeg []float64

	// Exact computes the events in rational arithmetic, without any rounding:
	// see PathResult.Rational. It is for small problems (20×50: seconds). The
	// numbers are taken at their word: a b that is rounded from A x meets
	// events, at residuals of 1e-16, that floating point does not see.
	Exact bool

	// Decimal, with Exact, takes every input for the shortest decimal number
	// that prints it, so that 0.7 is 7/10 rather than the double next to it.
	Decimal bool
}

// PathResult is the exact limit α→0 of the trajectory of the entropic flows:
// x is 0 up to the first event and constant between events. The embedded Result
// is the end of the path with its proof, or the point where it was stopped.
//
// With Status Infeasible the path ends at the point of {Ax : x ≥ 0} (of
// {Ax}, signed) that is nearest to b, and Y is the residual there, the Farkas
// vector; AnySign tells that AᵀY = 0, so that no x of any sign fits b.
type PathResult struct {
	Result
	Events []PathEvent

	// Complete reports that Events are all events: the last plateau lasts for
	// ever. Otherwise the path was stopped, or lost to rounding (an answer that
	// is certified all the same is then that of L1).
	Complete bool

	// Rational holds the events as fractions; nil unless PathOptions.Exact. Its
	// Status knows no tolerance: it may be Infeasible where b misses the range
	// of A by its rounding, and Result is Certified to Options.Tol.
	Rational *RationalPath

	problem    Problem // with weights w⁺
	weightsNeg []float64
}

// PathEvent is a time at which dual constraints become active, and the plateau
// of x that follows.
type PathEvent struct {
	Tau      float64 `json:"tau"`      // mirror time over ln(1/α); 0 or +Inf where it leaves the range of doubles
	Entering []int   `json:"entering"` // coordinates whose constraint becomes active
	Leaving  []int   `json:"leaving"`  // coordinates whose constraint ceases to be active
	X        Sparse  `json:"x"`        // from Tau to the next event
	Residual float64 `json:"residual"` // ‖AX−b‖₂/‖b‖₂
	Bound    float64 `json:"bound"`    // bᵀy at Tau, a proven lower bound of the optimum

	// Unique reports that X is shown to be the only fit of the plateau. If
	// not, X is one of the fits; AX, y and the bound are the same for all.
	Unique bool `json:"unique"`
}

// Path follows the α→0 limit of the flow of ½‖Ax−b‖² exactly, from event to
// event. In the time τ = t/ln(1/α) the scaled dual state y = ν/ln(1/α) obeys
//
//	y' = b − Ax,  y(0) = 0,   x = argmin { ½‖Ax−b‖² : xᵢ ≥ 0 where aᵢᵀy = w⁺ᵢ,
//	                              xᵢ ≤ 0 where aᵢᵀy = −w⁻ᵢ, xᵢ = 0 elsewhere }
//
// which is steepest ascent of bᵀy on {y : −w⁻ ≤ Aᵀy ≤ w⁺}: y is piecewise
// linear, x piecewise constant, and after finitely many events x minimises
// Σ wᵢ|xᵢ| subject to Ax = b. (Burger, Möller, Benning and Osher 2013: adaptive
// inverse scale space; Pesme and Flammarion 2023.) Hypentropy flows have the
// path of the signed problem, entropy flows that of the Nonneg one.
//
// An event costs one product with Aᵀ and the update of a Cholesky factor of
// the active columns, about n·m + 4nk + k² multiplications for k of them.
//
// The final point is settled as that of L1: on ties it is the maximum-entropy
// point of the optimal face, and Unique is false. Should rounding along the way
// keep it from being certified, the lanes of L1 prove it. The error is non-nil
// only if the problem cannot be run.
func Path(ctx context.Context, p Problem, opt PathOptions) (*PathResult, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := opt.check(p); err != nil {
		return nil, err
	}
	if opt.MaxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.MaxTime)
		defer cancel()
	}
	run := newPathRun(ctx, p, opt)
	switch {
	case run.s.bnorm == 0:
		run.zero()
	case opt.Exact:
		run.followExactly()
	default:
		run.follow()
	}
	return run.result(), nil
}

// maxRational is the largest number of entries of A for the rational mode,
// where an event takes seconds already.
const maxRational = 1 << 14

func (o PathOptions) check(p Problem) error {
	n, m := p.A.Dims()
	if o.Exact && n*m > maxRational {
		return fmt.Errorf("limit: the exact path holds A in fractions and is for up to %d entries; A has %d×%d: leave Exact out", maxRational, n, m)
	}
	if o.Decimal && !o.Exact {
		return fmt.Errorf("limit: Decimal says how Exact reads the numbers; it needs Exact")
	}
	if o.WeightsNeg == nil {
		return nil
	}
	if p.Nonneg {
		return fmt.Errorf("limit: weights for negative entries have no meaning where x ≥ 0 is asked")
	}
	if len(o.WeightsNeg) != m {
		return fmt.Errorf("limit: %d weights of negative entries for %d unknowns", len(o.WeightsNeg), m)
	}
	for j, v := range o.WeightsNeg {
		if !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("limit: negative-entry weight %d is %v; weights must be positive and finite", j, v)
		}
	}
	return nil
}
