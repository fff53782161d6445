package limit

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

// MatrixProblem asks for the p×q matrix X with ⟨A_k, X⟩ = b_k that is nearest to X₀
// in the Bregman divergence of a spectral potential (Dhillon and Tropp 2007, Matrix
// nearness problems with Bregman divergences):
//
//	minimise D_φ(X, X₀)  subject to  ⟨A_k, X⟩ = b_k,   k = 1…n
//
// among symmetric matrices if φ is geometry.Spectral, of which only the symmetric
// parts of the A_k are seen, and among all if it is geometry.Singular.
type MatrixProblem struct {
	A    linop.Operator // n×pq: row k is A_k, row by row
	B    []float64      // of length n
	P, Q int
	Phi  geometry.Matrix
	X0   []float64 // by rows, inside the domain of φ
}

func (p MatrixProblem) check() error {
	if err := (Problem{A: p.A, B: p.B}).check(); err != nil {
		return err
	}
	_, m := p.A.Dims()
	if p.P < 1 || p.Q < 1 || p.P*p.Q != m || len(p.X0) != m {
		return fmt.Errorf("limit: A measures %d unknowns and the start has %d entries; of a %d×%d matrix it must be %d", m, len(p.X0), p.P, p.Q, p.P*p.Q)
	}
	if p.Phi == nil {
		return fmt.Errorf("limit: the problem has no geometry")
	}
	return nil
}

// NearestMatrix answers p. X of the result is the matrix by rows and Y the
// multipliers: X = ∇φ*(∇φ(X₀) + Σ y_kA_k), the limit of the mirror flow from X₀.
// Objective is D_φ(X, X₀). The minimiser is unique.
//
// If the constraints contradict each other the status is Infeasible, with y so that
// Σ y_kA_k = 0 < bᵀy (of the symmetric parts, if X is symmetric). That none of their
// solutions is positive definite is not recognised here: the status is then
// NumericalTrouble, or Approximate where they are met in the limit.
//
// It is Newton's method on Ψ(y) = φ*(∇φ(X₀) + Σ y_kA_k) − bᵀy. Cost of a step: one to
// three eigenvalue or singular value problems, and the n matrices A_k in the
// coordinates of the eigenvectors with their Gram matrix, or where that is too much
// conjugate gradients with four products of matrices each.
func NearestMatrix(ctx context.Context, p MatrixProblem, opt Options) (*Result, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if opt.MaxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.MaxTime)
		defer cancel()
		opt.MaxTime = 0
	}
	a, x0 := p.A, p.X0
	_, symmetric := p.Phi.(geometry.Spectral)
	if symmetric {
		if err := checkSymmetric(x0, p.P); err != nil {
			return nil, err
		}
		a, x0 = symmetricRows(a, p.P), geometry.SymmetricVector(x0, p.P)
	}
	if err := geometry.CheckMatrix(p.Phi, "the start", x0); err != nil {
		return nil, err
	}
	s := newMatrixNewton(ctx, a, p.B, p.Phi, x0, opt)
	outcome := s.solve(x0)
	if outcome == newtonStalled && s.residual > opt.tol() {
		y, inconsistent, err := consistent(ctx, a, p.B, opt.tol())
		if err != nil {
			return nil, err
		}
		if inconsistent {
			res := &Result{Status: Infeasible, Y: y, AnySign: true, Stats: s.stats, Residual: s.residual}
			res.Reason = Reason{Criterion: "residual", Value: res.Residual, Bound: opt.tol(), Hint: "the constraints contradict each other: drop or correct some"}
			return res, nil
		}
	}
	res := s.result(outcome)
	if symmetric {
		res.X = geometry.SymmetricMatrix(res.X, p.P)
	}
	return res, nil
}

// checkSymmetric returns an error that names the first pair of entries of the d×d
// matrix x that differ.
func checkSymmetric(x []float64, d int) error {
	for i := range d {
		for j := range i {
			if x[i*d+j] != x[j*d+i] {
				return fmt.Errorf("the start is not symmetric: entry (%d, %d) is %v and (%d, %d) is %v", i, j, x[i*d+j], j, i, x[j*d+i])
			}
		}
	}
	return nil
}

// symmetricRows returns the operator of the symmetric parts of the A_k on the
// vectors of geometry.Spectral.
func symmetricRows(a linop.Operator, d int) linop.Operator {
	n, m := a.Dims()
	if dense, ok := a.(*linop.Dense); ok {
		if data, byColumns := dense.Data(); !byColumns {
			width := d * (d + 1) / 2
			out := make([]float64, n*width)
			for k := range n {
				copy(out[k*width:], geometry.SymmetricVector(data[k*m:(k+1)*m], d))
			}
			return linop.NewDense(n, width, out)
		}
	}
	var rows, cols []int
	var vals []float64
	for k := range n {
		linop.Row(a, k, func(at int, v float64) {
			i, j := at/d, at%d
			if i < j {
				i, j = j, i
			}
			if i != j {
				v /= math.Sqrt2
			}
			rows, cols, vals = append(rows, k), append(cols, i*(i+1)/2+j), append(vals, v)
		})
	}
	return linop.FromTriplets(n, d*(d+1)/2, rows, cols, vals).ToCSR()
}
