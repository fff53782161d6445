package limit

import (
	"context"
	"fmt"
	"math/big"
)

// RationalProblem is Problem with fractions for numbers. A has n rows of m
// entries; Weights and WeightsNeg (the prices of positive and of negative
// entries) have length m, nil means ones, respectively Weights.
type RationalProblem struct {
	A                   [][]*big.Rat
	B                   []*big.Rat
	Weights, WeightsNeg []*big.Rat
	Nonneg              bool
}

// RationalPath is the path of a RationalProblem without any rounding.
//
// Status is Certified (X is optimal: Ax = b, −w⁻ ≤ Aᵀy ≤ w⁺ and Σ wᵢ|xᵢ| = bᵀy
// hold exactly), Infeasible (Y = b − AX is the Farkas vector; AnySign tells
// that AᵀY = 0), Budget or Interrupted. On ties X is a vertex of the optimal
// face and Unique is false.
type RationalPath struct {
	Status  Status
	Events  []RationalEvent
	X, Y    []*big.Rat
	Value   *big.Rat // Σ wᵢ|xᵢ|
	Bound   *big.Rat // bᵀy at the last event
	Unique  *bool    // Certified only
	AnySign bool     // Infeasible only

	problem RationalProblem
}

// RationalEvent is PathEvent with fractions for numbers.
type RationalEvent struct {
	Tau               *big.Rat
	Entering, Leaving []int
	X                 map[int]*big.Rat
	ResidualSquared   *big.Rat   // ‖AX−b‖²
	Bound             *big.Rat   // bᵀy
	Y                 []*big.Rat // the dual state at Tau
	Unique            bool       // whether X is the only fit of the plateau
}

// PathRational follows the path of Path in rational arithmetic: every event,
// also the simultaneous and the degenerate ones, is what it says. Fractions
// grow from event to event, so it is for small problems. maxEvents = 0 means
// no limit. The error is non-nil only if p cannot be run.
//
// PathOptions.Exact has the same arithmetic for numbers that are doubles. This is for
// those that are not, such as thirds, for which a problem of doubles is another one
// with other ties.
func PathRational(ctx context.Context, p RationalProblem, maxEvents int) (*RationalPath, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	return newRationalRun(p).follow(ctx, maxEvents), nil
}

// check reports the first thing that makes p unusable.
func (p RationalProblem) check() error {
	n := len(p.A)
	if n == 0 || len(p.A[0]) == 0 {
		return fmt.Errorf("limit: A needs at least one row and one column")
	}
	m := len(p.A[0])
	if len(p.B) != n {
		return fmt.Errorf("limit: b has length %d, but A has %d rows", len(p.B), n)
	}
	for i, row := range p.A {
		if len(row) != m {
			return fmt.Errorf("limit: row %d of A has %d entries, row 0 has %d", i, len(row), m)
		}
		if j := missing(row); j >= 0 {
			return fmt.Errorf("limit: A[%d][%d] is missing", i, j)
		}
	}
	if i := missing(p.B); i >= 0 {
		return fmt.Errorf("limit: b[%d] is missing", i)
	}
	if p.Nonneg && p.WeightsNeg != nil {
		return fmt.Errorf("limit: weights for negative entries have no meaning where x ≥ 0 is asked")
	}
	for _, w := range [][]*big.Rat{p.Weights, p.WeightsNeg} {
		if w == nil {
			continue
		}
		if len(w) != m {
			return fmt.Errorf("limit: %d weights for %d unknowns", len(w), m)
		}
		for j, v := range w {
			if v == nil || v.Sign() <= 0 {
				return fmt.Errorf("limit: weight %d is %v; weights must be positive", j, v)
			}
		}
	}
	return nil
}

func missing(row []*big.Rat) int {
	for j, v := range row {
		if v == nil {
			return j
		}
	}
	return -1
}

// Lasso returns the averaged path x̄ at τ = 1/λ and its lasso duality gap
// λ Σ (wᵢ|x̄ᵢ| − x̄ᵢaᵢᵀy(τ)), both exact: see PathResult.Lasso. λ must be
// positive; where the path is not known up to 1/λ, x is nil.
func (r *RationalPath) Lasso(lambda *big.Rat) (x []*big.Rat, gap *big.Rat) {
	if lambda.Sign() <= 0 {
		return nil, nil
	}
	tau := new(big.Rat).Inv(lambda)
	run := newRationalRun(r.problem)
	x = zeros(run.m)
	known := r.Status == Certified || r.Status == Infeasible
	for k, e := range r.Events {
		end := tau
		if k+1 < len(r.Events) {
			if next := r.Events[k+1].Tau; next.Cmp(tau) < 0 {
				end = next
			}
		} else if !known && e.Tau.Cmp(tau) < 0 {
			return nil, nil
		}
		if e.Tau.Cmp(end) >= 0 {
			continue
		}
		share := new(big.Rat).Sub(end, e.Tau)
		share.Mul(share, lambda)
		for j, v := range e.X {
			addProduct(x[j], share, v)
		}
	}
	if len(r.Events) == 0 && !known {
		return nil, nil
	}
	z := residual(run.cols, x, run.b)
	gap = new(big.Rat)
	for j, v := range x {
		price := run.upper[j]
		if v.Sign() < 0 {
			price = run.lower[j]
		}
		addProduct(gap, new(big.Rat).Abs(v), new(big.Rat).Mul(lambda, price))
		addProduct(gap, new(big.Rat).Neg(v), run.cols[j].inner(z))
	}
	return x, gap
}
