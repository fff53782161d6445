// Package lowrank finds the matrix of least nuclear norm that has given
// measurements, with a dual vector that proves it:
//
//	minimise ‖X‖_*  subject to  ⟨A_k, X⟩ = b_k,  k = 1…n,       X of p×q
//	minimise tr X   subject to  ⟨A_k, X⟩ = b_k,  X ⪰ 0          X of d×d
//
// with the duals max bᵀy subject to ‖Σ y_kA_k‖ ≤ 1, respectively
// λ_max(Σ y_kA_k) ≤ 1. Matrix sensing has dense A_k, matrix completion reads
// single entries.
//
// # Numerical method
//
// Three lanes; pursuit comes first, and of completions the proximal lane second. What
// each finds is judged by the same certificate.
//
//   - pursuit: the rank grows from 0 along the leading singular vectors of the
//     gradient, least squares on the manifold of matrices of that rank by
//     Gauss–Newton steps with conjugate gradients. Where a matrix of low rank has
//     the measurements it is found to rounding; the least y with P_T 𝒜*y = UVᵀ,
//     repaired where ‖P_T⊥ 𝒜*y‖ reaches 1, proves it.
//   - central path: Newton's method on bᵀy + μ ln det(I − 𝒜*y), the geometry of
//     −ln det, for problems of moderate size of any kind, also without a solution.
//   - proximal: proximal point steps by a semismooth Newton method, for what is too
//     large for that or, as completions are, cheap to multiply with.
//
// A completion whose observed entries fall into several connected components is
// solved component by component: what lies between them is not determined by the
// data, and set to 0.
//
// # Limits
//
// X is held by its factors; it is never formed in the first lane, whose memory is
// of the order of the measurements and (p+q)r. The other lanes form matrices of
// p×q, the central path one of n×n.
package lowrank

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// Problem asks for the p×q matrix of least nuclear norm with 𝒜(X) = b.
type Problem struct {
	// A is n×pq: its row k is A_k, row by row. linop.Entries is that of a
	// completion. A_k that are not symmetric count by their symmetric parts if
	// PSD, as ⟨A_k, X⟩ sees no other.
	A    linop.Operator
	B    []float64 // of length n
	P, Q int       // the shape of X
	PSD  bool      // X is symmetric, X ⪰ 0; P = Q
	Rank int       // of the first guess; 0: found

	// Greedy asks for the matrix that greedy low-rank learning finds, rank by rank, and
	// what is proven about its nuclear norm or trace, which need not be the least.
	Greedy bool
}

// Result is the answer to a Problem. X and Support of the embedded result are
// not set: X = L Rᵀ by its factors.
type Result struct {
	limit.Result

	P, Q, Rank  int
	Left, Right []float64 // L is P×Rank and R is Q×Rank, by rows; of a PSD problem R is L
	PSD         bool

	// Stages are the ranks that a greedy search went through, Stop is why it ended.
	Stages []Stage
	Stop   string

	// UniqueWhy says why nothing was established about uniqueness, where Unique is nil.
	UniqueWhy string

	// Components lists the connected parts of what is observed of a completion,
	// where there are several: entries between two of them are not determined.
	Components []Component
	// EmptyRows and EmptyCols are the rows and columns of X that no measurement
	// touches; they are 0.
	EmptyRows, EmptyCols []int
}

// Component is a connected part of a completion.
type Component struct{ Rows, Cols []int }

// Dense returns X, stored by rows.
func (r *Result) Dense() []float64 {
	if r.Rank == 0 {
		return make([]float64, r.P*r.Q)
	}
	return timesT(r.Left, r.Right, r.P, r.Rank, r.Q)
}

// Solve answers p. A certified answer carries Y with bᵀY = ‖X‖_* up to the
// tolerance; Infeasible carries a Farkas vector, Σ Y_kA_k ⪯ 0 < bᵀY for X ⪰ 0 or
// Σ Y_kA_k = 0 < bᵀY (AnySign). The error is non-nil if the question cannot be
// asked.
func Solve(ctx context.Context, p Problem, opt limit.Options) (*Result, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if opt.Tol == 0 {
		opt.Tol = 1e-9
	}
	if opt.MaxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.MaxTime)
		defer cancel()
		opt.MaxTime = 0
	}
	return solve(ctx, p, opt)
}

func (p Problem) check() error {
	if p.A == nil {
		return fmt.Errorf("lowrank: the problem has no measurements A")
	}
	n, m := p.A.Dims()
	switch {
	case p.P < 1 || p.Q < 1 || p.P*p.Q != m:
		return fmt.Errorf("lowrank: A measures %d unknowns, which are no matrix of %d×%d", m, p.P, p.Q)
	case n == 0:
		return fmt.Errorf("lowrank: there are no measurements")
	case p.PSD && p.P != p.Q:
		return fmt.Errorf("lowrank: a matrix of %d×%d is not square, and cannot be positive semidefinite", p.P, p.Q)
	case len(p.B) != n:
		return fmt.Errorf("lowrank: b has %d entries, but there are %d measurements", len(p.B), n)
	case p.Rank < 0 || p.Rank > min(p.P, p.Q):
		return fmt.Errorf("lowrank: a rank of %d is impossible for a matrix of %d×%d", p.Rank, p.P, p.Q)
	case p.Rank > 0 && freedom(p.P, p.Q, p.Rank, p.PSD) > n:
		return fmt.Errorf("lowrank: matrices of %d×%d of rank %d have %d degrees of freedom, but there are %d measurements: the data do not determine so high a rank",
			p.P, p.Q, p.Rank, freedom(p.P, p.Q, p.Rank, p.PSD), n)
	}
	for k, v := range p.B {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("lowrank: b[%d] is %v", k, v)
		}
	}
	return nil
}
