package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
)

// matrix is what the command lowrank adds to a job.
type matrix struct {
	psd       bool
	symmetric bool // X is, as it is if psd
	rank      int
	greedy    bool
	// deterministic: no proof may rest on random vectors.
	deterministic bool
	data          *dataio.MatrixProblem
}

func newLowrank(env *environment) *cobra.Command {
	var s solveFlags
	var m matrix
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "lowrank DATA [FLAGS]",
		Short:                 "the matrix of least nuclear norm with given measurements, with a proof",
		Long: `Minimise the nuclear norm ‖X‖_* subject to ⟨A_k, X⟩ = b_k, or the trace of X among
the positive semidefinite matrices with --psd. DATA is

  sensing      an .npz file with A (n×p×q, or n×d×d) and b
  completion   a coordinate Matrix Market file with the entries that are known, or
               an .npz file with rows, cols, values, shape (indices from 0)

With --psd an A_k that is not symmetric counts by its symmetric part, and the
entries (i, j) and (j, i) are one. Entries that are given twice must agree.

--greedy grows the rank by one at a time along the leading direction of the gradient,
as gradient flow on the factors does from vanishing starts, and shows the residual at
each rank. What it finds has low rank; its nuclear norm need not be the least, and
the gap says by how much it may exceed that.

-o DIR writes left.npy and right.npy, the factors of X = L·Rᵀ (left.npy alone of
X = L·Lᵀ), which the certificate speaks of, y.npy, one number per measurement in
the order of A, or per known entry by rows, and x.npy, the matrix itself, where it
has at most 2²² entries.

Large problems are proven with random vectors, drawn from a digest of the data and once
more by whoever verifies; "failure" in the result bounds the probability that they
mislead, 1e-12. --deterministic does without.`,
		Example: `  tacit lowrank ratings.mtx -o out
  tacit lowrank sensing.npz --psd --json
  tacit lowrank entries.npz --rank 5
  tacit lowrank entries.mtx --psd --greedy
  tacit lowrank ratings.mtx --deterministic`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("%s needs one file with the measurements, but got %d arguments", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			s.start = time.Now()
			s.indexBase = 1
			if err := s.check(c); err != nil {
				return err
			}
			if m.rank < 0 {
				return usagef("--rank %d: it cannot be negative", m.rank)
			}
			if m.greedy && m.rank > 0 {
				return usagef("--greedy and --rank exclude each other: a greedy search begins at rank 0")
			}
			j := &job{env: env, flags: &s, command: "lowrank", matrix: &m, geometry: "spectral-hypentropy"}
			if m.psd {
				j.geometry = "spectral-entropy"
			}
			return j.run(c.Context(), args, nil, j.solveMatrix)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.BoolVar(&m.psd, "psd", false, "X is symmetric and positive semidefinite: minimise its trace")
	f.IntVar(&m.rank, "rank", 0, "begin the search at this rank `R` (default: found)")
	f.BoolVar(&m.greedy, "greedy", false, "find X by greedy low-rank learning, rank by rank")
	f.BoolVar(&m.deterministic, "deterministic", false, "let no proof rest on random vectors: slower beyond a side of 4096, and uniqueness of large problems stays open")
	s.addCommon(c)
	return c
}

// mirrored reports whether the entries (i, j) and (j, i) of X are one.
func (m *matrix) mirrored() bool { return m.psd || m.symmetric }

// loadMatrixProblem reads DATA.
func (j *job) loadMatrixProblem(ctx context.Context, path string) error {
	p, err := await(ctx, func() (*dataio.MatrixProblem, error) {
		return dataio.LoadMatrixProblem(path, j.matrix.mirrored(), j.flags.loadOptions(j.env))
	})
	if err != nil {
		return loadError(err)
	}
	p.Input.StartHash()
	j.matrix.data = p
	j.in = &problem{Problem: asProblem(p), paths: []string{path}, extra: map[string]*dataio.Input{}, vector: map[string][]float64{}}
	if j.matrix.mirrored() && p.P != p.Q {
		j.in.close()
		if j.near != nil {
			return usagef("X is %d×%d, and a matrix that is not square is not symmetric, as the geometry %s asks or --symmetric does", p.P, p.Q, j.geometry)
		}
		return usagef("--psd: X is %d×%d, and a matrix that is not square cannot be positive semidefinite", p.P, p.Q)
	}
	if j.matrix.mirrored() && p.Asymmetric > 0 {
		j.env.term.note("%d of the %d matrices A_k are not symmetric; their symmetric parts are used, as ⟨A_k, X⟩ sees no other", p.Asymmetric, len(p.B))
	}
	if p.Merged > 0 {
		j.env.term.note("%d entries are given more than once, with the same value; they were merged", p.Merged)
	}
	unknowns := p.P * p.Q
	if j.matrix.mirrored() {
		unknowns = p.P * (p.P + 1) / 2
	}
	if len(p.B) >= unknowns {
		j.env.term.note("there are %d measurements of %d unknowns: there is usually one solution or none, and nothing to select", len(p.B), unknowns)
	}
	return nil
}

// asProblem is the problem in the form that all commands share.
func asProblem(p *dataio.MatrixProblem) *dataio.Problem {
	return &dataio.Problem{A: p.A, B: p.B, Inputs: map[string]*dataio.Input{"A": p.Input}}
}

func matrixAsProblem(path string, symmetric bool, opt dataio.LoadOptions) (*dataio.Problem, error) {
	p, err := dataio.LoadMatrixProblem(path, symmetric, opt)
	if err != nil {
		return nil, err
	}
	return asProblem(p), nil
}

// solveMatrix answers the job's problem.
func (j *job) solveMatrix(ctx context.Context) (*tacit.Answer, error) {
	p := j.matrix.data
	ans, err := tacit.LowRank(ctx, tacit.MatrixProblem{A: p.A, B: p.B, P: p.P, Q: p.Q, PSD: j.matrix.psd, Rank: j.matrix.rank, Greedy: j.matrix.greedy}, j.flags.options(j.env))
	if ans != nil && j.matrix.deterministic {
		ans.Failure = 0
	}
	return ans, err
}
