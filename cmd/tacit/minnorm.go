package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit"
)

func newMinnorm(env *environment) *cobra.Command {
	var s solveFlags
	var from string
	var resume bool
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "minnorm A b [FLAGS]",
		Short:                 "the solution of least Euclidean norm, with a proof",
		Long: `Minimise ‖x − x₀‖₂ subject to Ax = b: the limit of gradient descent on
½‖Ax − b‖² started at x₀, which is 0 unless --from names a file.

Where the solve is by products with A alone, it is kept in DIR every minute and at a
premature end (--max-time, Ctrl-C) where it is, and --resume goes on from there.`,
		Example: `  tacit minnorm A.npy b.npy -o out
  tacit minnorm A.mtx b.csv --from x0.npy --json`,
		Args: matrixAndRHS,
		RunE: func(c *cobra.Command, args []string) error {
			s.start = time.Now()
			if err := s.check(c); err != nil {
				return err
			}
			j := &job{env: env, flags: &s, command: "minnorm", geometry: "euclidean"}
			if err := j.keeping(resume); err != nil {
				return err
			}
			return j.run(c.Context(), args, map[string]string{"x0": from}, j.solveMinnorm)
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringVar(&from, "from", "", "start x₀ from `FILE` (default: 0)")
	s.add(c)
	s.addResume(c, &resume)
	s.addEngine(c)
	return c
}

// solveMinnorm answers the job's problem.
func (j *job) solveMinnorm(ctx context.Context) (*tacit.Answer, error) {
	opt := j.flags.options(j.env)
	if err := j.keep.begin(j, &opt); err != nil {
		return nil, err
	}
	return tacit.MinNorm(ctx, j.in.A, j.in.B, j.in.vector["x0"], opt)
}
