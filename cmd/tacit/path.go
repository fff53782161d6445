package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit"
)

func newPath(env *environment) *cobra.Command {
	var s solveFlags
	var nonneg bool
	var weights string
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "path A b [FLAGS]",
		Short:                 "the exact path of the flow as its start α → 0, event by event",
		Long: `Follow the α → 0 limit of the entropic flow on ½‖Ax − b‖² exactly. In the time
τ = t/ln(1/α) x is 0 up to the first event and constant between events; after the
last one it minimises ‖x‖₁, or Σ wᵢ|xᵢ| with --weights, subject to Ax = b (and
x ≥ 0 with --nonneg), which is certified.

Each event has its τ, the entries of x from then on, the relative residual, and a
proven lower bound of the minimum. --max-steps bounds the number of events.`,
		Example: `  tacit path A.npy b.npy --nonneg -o out
  tacit path A.mtx b.csv --json`,
		Args: matrixAndRHS,
		RunE: func(c *cobra.Command, args []string) error {
			s.start = time.Now()
			if err := s.check(c); err != nil {
				return err
			}
			j := &job{env: env, flags: &s, command: "path", nonneg: nonneg}
			j.setGeometry(nonneg)
			return j.run(c.Context(), args, map[string]string{"weights": weights}, j.solvePath)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.BoolVar(&nonneg, "nonneg", false, "require x ≥ 0")
	f.StringVar(&weights, "weights", "", "positive weights w from `FILE`: minimise Σ wᵢ|xᵢ|")
	s.add(c)
	return c
}

// solvePath answers the job's problem.
func (j *job) solvePath(ctx context.Context) (*tacit.Answer, error) {
	p := tacit.Problem{A: j.in.A, B: j.in.B, Weights: j.in.vector["weights"], Nonneg: j.nonneg}
	return tacit.Path(ctx, p, j.flags.options(j.env))
}

// events lists the events for the document.
func (j *job) events() []*object {
	list := make([]*object, len(j.answer.Path.Events))
	for k, e := range j.answer.Path.Events {
		o := &object{}
		o.num("tau", e.Tau)
		o.set("x", e.X)
		o.num("residual", e.Residual)
		o.num("bound", e.Bound)
		list[k] = o
	}
	return list
}

// shownEvents is how many events the text lists at each end.
const shownEvents = 5

// eventRows adds the events for people.
func (j *job) eventRows(add func(label, format string, args ...any)) {
	events := j.answer.Path.Events
	add("events", "%d", len(events))
	for k, e := range events {
		if k == shownEvents && len(events) > 2*shownEvents {
			add("", "…")
		}
		if k >= shownEvents && k < len(events)-shownEvents {
			continue
		}
		add("", "τ = %-12s %d entries, residual %.1e, bound %.10g", fmt.Sprintf("%.8g", e.Tau), len(e.X.Index), e.Residual, e.Bound)
	}
}
