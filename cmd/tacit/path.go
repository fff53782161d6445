package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/limit"
)

func newPath(env *environment) *cobra.Command {
	var s solveFlags
	var nonneg, exact, decimal bool
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
proven lower bound of the minimum. --max-steps bounds the number of events.

--exact computes the events of a small problem (up to about 20×50) in rational
arithmetic and shows them as fractions; a binary number is taken at its word,
unless --decimal reads 0.7 as 7/10.`,
		Example: `  tacit path A.npy b.npy --nonneg -o out
  tacit path A.mtx b.csv --json
  tacit path A.csv b.csv --exact --decimal`,
		Args: matrixAndRHS,
		RunE: func(c *cobra.Command, args []string) error {
			s.start = time.Now()
			if err := s.check(c); err != nil {
				return err
			}
			if decimal && !exact {
				return usagef("--decimal says how --exact reads the numbers; add --exact")
			}
			j := &job{env: env, flags: &s, command: "path", nonneg: nonneg}
			j.setGeometry(nonneg)
			return j.run(c.Context(), args, map[string]string{"weights": weights}, func(ctx context.Context) (*tacit.Answer, error) {
				p := tacit.Problem{A: j.in.A, B: j.in.B, Weights: j.in.vector["weights"], Nonneg: j.nonneg}
				return tacit.Path(ctx, p, tacit.PathOptions{Options: s.options(env), Exact: exact, Decimal: decimal})
			})
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.BoolVar(&nonneg, "nonneg", false, "require x ≥ 0")
	f.StringVar(&weights, "weights", "", "positive weights w from `FILE`: minimise Σ wᵢ|xᵢ|")
	f.BoolVar(&exact, "exact", false, "small problems: the events in rational arithmetic")
	f.BoolVar(&decimal, "decimal", false, "with --exact: read the numbers as decimals, 0.7 as 7/10")
	s.add(c)
	return c
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
		if f := j.fractions(k); f != nil {
			o.set("exact", f)
		}
		list[k] = o
	}
	return list
}

// fractions returns event k as it is in rational arithmetic; nil without it.
func (j *job) fractions(k int) *object {
	r := j.answer.Path.Rational
	if r == nil || len(r.Events) != len(j.answer.Path.Events) {
		return nil
	}
	e := r.Events[k]
	x := make(map[string]string, len(e.X))
	for i, v := range e.X {
		x[strconv.Itoa(i)] = v.RatString()
	}
	o := &object{}
	o.set("tau", e.Tau.RatString())
	o.set("x", x)
	o.set("bound", e.Bound.RatString())
	return o
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
		tau, bound := fmt.Sprintf("%.8g", e.Tau), fmt.Sprintf("%.10g", e.Bound)
		if r := j.answer.Path.Rational; r != nil && len(r.Events) == len(events) {
			tau, bound = r.Events[k].Tau.RatString(), r.Events[k].Bound.RatString()
		}
		add("", "τ = %-12s %d entries, residual %.1e, bound %s", tau, len(e.X.Index), e.Residual, bound)
	}
	if !j.answer.Path.Complete && j.answer.Status == limit.Certified {
		add("", "rounding hides what follows: rows of A differ too much in size; x is found without the path, and --exact shows all events of a small problem")
	}
}
