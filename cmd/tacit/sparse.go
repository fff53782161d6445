package main

import (
	"context"
	"math"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit"
)

func newSparse(env *environment) *cobra.Command {
	var s solveFlags
	var nonneg, resume bool
	var weights string
	var alpha logScale
	var sigma float64
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "sparse A b [FLAGS]",
		Short:                 "the solution of least ℓ1 norm, with a proof",
		Long: `Minimise ‖x‖₁, or Σ wᵢ|xᵢ| with --weights, subject to Ax = b, and x ≥ 0 with
--nonneg. It is the limit of the entropic mirror flow as its start α → 0.

With --alpha the limit of the flow at that α is computed instead: from
x₀ = α·1 in the geometry "entropy" with --nonneg, from x₀ = 0 in the geometry
"hypentropy" with β = α without it. α is a decimal of any exponent.

With --sigma the constraint is ‖Ax − b‖₂ ≤ σ, for measurements with noise (basis
pursuit denoising).

With -o DIR a run of more than a minute keeps there where it is, every minute and at a
premature end (--max-time, Ctrl-C), and --resume goes on from there.`,
		Example: `  tacit sparse A.npy b.npy --nonneg -o out
  tacit sparse problem.npz --json --values
  tacit sparse A.mtx b.csv --alpha 1e-3000
  tacit sparse A.npy b.npy --sigma 0.05`,
		Args: matrixAndRHS,
		RunE: func(c *cobra.Command, args []string) error {
			s.start = time.Now()
			if err := s.check(c); err != nil {
				return err
			}
			j := &job{env: env, flags: &s, command: "sparse", nonneg: nonneg}
			if c.Flags().Changed("sigma") {
				switch {
				case !(sigma >= 0) || math.IsInf(sigma, 1):
					return usagef("--sigma %v: it must be a finite number, not negative", sigma)
				case alpha.set:
					return usagef("--sigma and --alpha exclude each other: the flow at a finite α ends at Ax = b")
				}
				j.sigma = &sigma
			}
			if err := j.keeping(resume); err != nil {
				return err
			}
			j.setGeometry(nonneg)
			if alpha.set {
				j.logAlpha = &alpha.log
				j.alphaText = alpha.text
			}
			return j.run(c.Context(), args, map[string]string{"weights": weights}, j.solveSparse)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.BoolVar(&nonneg, "nonneg", false, "require x ≥ 0")
	f.StringVar(&weights, "weights", "", "positive weights w from `FILE`: minimise Σ wᵢ|xᵢ|")
	f.Float64Var(&sigma, "sigma", 0, "allow noise: ‖Ax − b‖₂ ≤ `S` instead of Ax = b")
	f.Var(&alpha, "alpha", "start the flow at this scale instead of the limit α → 0")
	s.add(c)
	s.addResume(c, &resume)
	s.addEngine(c)
	return c
}

// setGeometry names the geometry whose limit the ℓ1 problem is.
func (j *job) setGeometry(nonneg bool) {
	j.geometry = "hypentropy"
	if nonneg {
		j.geometry = "entropy"
	}
}

// solveSparse answers the job's problem.
func (j *job) solveSparse(ctx context.Context) (*tacit.Answer, error) {
	p := tacit.Problem{A: j.in.A, B: j.in.B, Weights: j.in.vector["weights"], Nonneg: j.nonneg}
	opt := j.flags.options(j.env)
	if err := j.keep.begin(j, &opt); err != nil {
		return nil, err
	}
	if j.sigma != nil {
		return tacit.Denoise(ctx, p, *j.sigma, opt)
	}
	if j.logAlpha == nil {
		return tacit.Solve(ctx, p, opt)
	}
	return tacit.SolveAt(ctx, p, *j.logAlpha, opt)
}
