package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/limit"
)

// solveFlags are common to the commands that answer a problem.
type solveFlags struct {
	tol       float64
	maxTime   duration
	maxSteps  int
	seed      uint64
	out       string
	force     bool
	values    bool
	transpose bool
	label     string
	indexBase int
	engine    string
	keepEvery duration // of the commands with --resume
	start     time.Time
}

// add declares the flags on c.
func (s *solveFlags) add(c *cobra.Command) {
	s.addCommon(c)
	f := c.Flags()
	f.BoolVar(&s.transpose, "transpose", false, "the file of A holds Aᵀ")
	f.StringVar(&s.label, "label", "", "the column of a table with this `NAME` is b")
	f.IntVar(&s.indexBase, "index-base", 1, "first column index in LIBSVM files: 0 or 1")
}

// addCommon declares those that do not depend on the form of the data.
func (s *solveFlags) addCommon(c *cobra.Command) {
	f := c.Flags()
	f.SortFlags = false
	f.StringVarP(&s.out, "output", "o", "", "write the result's files into `DIR`")
	f.BoolVar(&s.force, "force", false, "replace a result that is already in DIR")
	f.Float64Var(&s.tol, "tol", 1e-9, "relative duality gap and relative residual to reach")
	f.Var(&s.maxTime, "max-time", "stop after this long, for example 60s, with what was found")
	f.IntVar(&s.maxSteps, "max-steps", 0, "stop after this many steps of all lanes (0: no limit)")
	f.BoolVar(&s.values, "values", false, "with --json: put the vectors x and y into the document")
}

// check refuses values that make no sense.
func (s *solveFlags) check(c *cobra.Command) error {
	switch {
	case s.out == "" && c.Flags().Changed("output"):
		return usagef("-o is empty: name the directory to write")
	case !(s.tol > 0 && s.tol < 1):
		return usagef("--tol %v: it must lie between 0 and 1, for example 1e-9", s.tol)
	case s.maxSteps < 0:
		return usagef("--max-steps %d: it cannot be negative", s.maxSteps)
	case s.indexBase != 0 && s.indexBase != 1:
		return usagef("--index-base %d: it is 0 or 1", s.indexBase)
	}
	return s.knownEngine()
}

// budget bounds ctx by --max-time, counted from the start of the command.
func (s *solveFlags) budget(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.maxTime.d == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, s.start.Add(s.maxTime.d))
}

// options is what the solvers are told.
func (s *solveFlags) options(env *environment) limit.Options {
	return limit.Options{Tol: s.tol, MaxSteps: s.maxSteps, Observe: env.observer(), Unverified: true} // prove verifies
}
