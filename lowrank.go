package tacit

import (
	"context"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/limit/lowrank"
	"github.com/tacit-dev/tacit/linop"
)

// MatrixProblem asks for the P×Q matrix X of least nuclear norm, or of least trace
// among X ⪰ 0 if PSD, with ⟨A_k, X⟩ = b_k: row k of A is A_k, row by row. Entries
// makes the A of a completion.
type MatrixProblem = lowrank.Problem

// Entries returns the operator that reads the entries (rows[k], cols[k]) of a p×q
// matrix. It panics if an index is out of range.
func Entries(p, q int, rows, cols []int) Operator { return linop.Entries(p, q, rows, cols) }

// The files that a certificate names for the factors of a matrix X = LRᵀ.
const (
	LeftFile  = "left.npy"
	RightFile = "right.npy"
)

// MatrixFailure is the Answer.Failure that LowRank sets.
const MatrixFailure = 1e-12

// denseEntries is the number of entries up to which LowRank writes X out.
const denseEntries = 1 << 22

// LowRank answers p. X is Answer.Matrix.Left · Answer.Matrix.Rightᵀ; Answer.X
// holds its entries, row by row, where they are at most 2²², and is nil else.
func LowRank(ctx context.Context, p MatrixProblem, opt Options) (ans *Answer, err error) {
	defer recovered(&err)
	if err := opt.Check(); err != nil {
		return nil, err
	}
	r, err := lowrank.Solve(ctx, p, opt)
	if err != nil {
		return nil, err
	}
	ans = &Answer{Result: &r.Result, Matrix: r, Failure: MatrixFailure, claim: certify.Nuclear, tol: opt.Tol}
	if p.PSD {
		ans.claim = certify.TracePSD
	}
	ans.Support = r.Rank
	if p.P*p.Q <= denseEntries && r.Status != limit.Infeasible {
		ans.X = r.Dense()
	}
	return ans.verified(p.A, p.B, opt), nil
}

// factors states what a claim about a matrix needs.
func (ans *Answer) factors(c *certify.Certificate, w *certify.Witness) {
	r := ans.Matrix
	c.Shape, c.Failure = [2]int{r.P, r.Q}, ans.Failure
	if ans.Status == limit.Infeasible {
		c.Claim, c.Failure = certify.InfeasiblePSD, 0
		w.X = nil
		if ans.AnySign {
			c.Claim, c.Shape = certify.Inconsistent, [2]int{}
		}
		return
	}
	left, right := LeftFile, RightFile
	c.Left, w.Left = &left, r.Left
	if !r.PSD {
		c.Right, w.Right = &right, r.Right
	}
}
