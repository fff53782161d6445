package limit

import (
	"context"
	"math"
)

// SlackExponent returns s̄, the exponent with which the limits at α approach
// the ℓ1 solution x of p, for a certified and unique start and without weights:
//
//	‖x*(α) − x‖ = O(α^s̄),  s̄ = max { min_{j∉S} 1 − |a_jᵀy| : A_Sᵀy = sgn(x_S) }
//
// (without the modulus for x ≥ 0), the largest slack that a dual optimal point
// can keep off the support S (Cominetti and San Martín 1994). Entries off the
// support fall like α to the power of their slack.
//
// By duality 1/(1−s̄) is the value of another ℓ1 problem: with the orthonormal
// complement Q of range(A_S) and λ the least-norm solution of A_Sᵀλ = sgn(x_S),
//
//	1/(1−s̄) = min ‖h‖₁  subject to  QᵀA_C h = 0, λᵀA_C h = 1
//
// over the columns C off S (h ≥ 0 for x ≥ 0), that is, 1−s̄ is the null-space
// constant of S with these signs. If there is no such h then s̄ = 1, or more than
// 1 in the nonnegative case, which is reported as 1.
//
// ok is false where s̄ is not defined (the solution is not known to be unique, p
// has weights), not affordable, or was not found. Cost: one L1 of n−|S|+1 rows.
func SlackExponent(ctx context.Context, p Problem, start *Result, opt Options) (s float64, ok bool) {
	if start == nil || start.Status != Certified || start.Unique == nil || !*start.Unique || p.Weights != nil {
		return 0, false
	}
	f, ok := newDualFace(p, start)
	if !ok {
		return 0, false
	}
	most := 0.0
	for j, v := range f.value {
		if start.X[j] == 0 && !math.IsNaN(v) { // a combination of the support
			if !p.Nonneg {
				v = math.Abs(v)
			}
			most = math.Max(most, v)
		}
	}
	if len(f.free) > 0 {
		t, _, status := f.lower(ctx, 1, opt)
		if status != Certified && status != Infeasible {
			return 0, false
		}
		most = math.Max(most, t)
	}
	return 1 - most, most <= 1
}

// maxSlackWork bounds n²m for SlackExponent and DualCentroid: their problem is as
// hard as ℓ1 problems get, so that it costs some 15 times as many flops.
const maxSlackWork = 5e8
