package limit

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
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
	n, m := p.A.Dims()
	if !linop.Stored(p.A) || float64(n)*float64(n)*float64(m) > maxSlackWork {
		return 0, false
	}
	var on, off []int
	var signs []float64
	for j, v := range start.X {
		if v != 0 {
			on, signs = append(on, j), append(signs, math.Copysign(1, v))
		} else {
			off = append(off, j)
		}
	}
	k := len(on)
	if k == 0 || k > n || len(off) == 0 {
		return 0, false
	}
	t := &orthogonalSupport{op: p.A, n: n}
	if !t.reset(on) {
		return 0, false
	}
	lambda := make([]float64, n)
	t.interpolate(lambda, signs)
	rest := make([]float64, len(off)*n)
	linop.Columns(p.A, rest, off)
	// Column by column: the last n−k entries of Q_full ᵀa_j, and λᵀa_j.
	rows, cols := n-k+1, len(off)
	system := make([]float64, rows*cols)
	for c := range off {
		a := rest[c*n : (c+1)*n]
		system[(rows-1)*cols+c] = dot(lambda, a)
		blas.ApplyQ(t.qr, n, k, k, t.tau, a, 1, 1, true)
		for i := k; i < n; i++ {
			system[(i-k)*cols+c] = a[i]
		}
	}
	rhs := make([]float64, rows)
	rhs[rows-1] = 1
	r, err := L1(ctx, Problem{A: linop.NewDense(rows, cols, system), B: rhs, Nonneg: p.Nonneg}, opt)
	switch {
	case err != nil:
		return 0, false
	case r.Status == Infeasible:
		return 1, true
	case r.Status != Certified || r.Objective < 1:
		return 0, false
	}
	return 1 - 1/r.Objective, true
}

// maxSlackWork bounds n²m for SlackExponent: its problem is as hard as ℓ1
// problems get, so that it costs some 15 times as many flops.
const maxSlackWork = 5e8
