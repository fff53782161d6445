package main

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/internal/suggest"
	"github.com/tacit-dev/tacit/theorem"
)

func newTheorems(env *environment) *cobra.Command {
	t := theorems{env: env}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "theorems [ID...] [FLAGS]",
		Short:                 "run the statements of the lecture as experiments: predicted against measured",
		Long: `Run each statement of the lecture, or those of the IDs, as an experiment: what is
predicted, what is measured, the error and the tolerance of every comparison.
Where the lecture is imprecise the experiment tests what is true, and --explain
says what the difference is. --list names the experiments without running them.

The exit code is 0 if all pass and 4 if a prediction fails.`,
		Example: `  tacit theorems
  tacit theorems lemma-3 --explain
  tacit theorems --list
  tacit theorems --json`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			ctx, cancel := t.maxTime.bound(c.Context())
			defer cancel()
			return t.run(ctx, args)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.BoolVar(&t.list, "list", false, "list the experiments instead of running them")
	f.BoolVar(&t.explain, "explain", false, "print statement, source and every comparison")
	f.Var(&t.maxTime, "max-time", "stop after this long, for example 60s")
	c.ValidArgs = theorem.IDs()
	return c
}

// theorems is one run of the command.
type theorems struct {
	env           *environment
	list, explain bool
	maxTime       duration
}

// outcome is what an experiment found, and what it took.
type outcome struct {
	theorem.Experiment
	theorem.Result
	seconds float64
}

func (t *theorems) run(ctx context.Context, ids []string) error {
	chosen, err := choose(ids)
	if err != nil {
		return err
	}
	if t.list {
		return t.print(t.listing(chosen), func(b *strings.Builder) { listText(b, chosen, t.explain) })
	}
	var done []outcome
	passed := 0
	var ended error // before all were run
	for k, e := range chosen {
		t.env.term.status(fmt.Sprintf("%d of %d: %s", k+1, len(chosen), e.ID))
		begin := time.Now()
		r, err := theorem.Run(ctx, e)
		if ctx.Err() != nil {
			ended = &exitError{code: statusCode(endStatus(ctx)), err: fmt.Errorf("%s in %s, after %d of %d experiments", endStatus(ctx), e.ID, k, len(chosen))}
			break
		}
		if err != nil {
			return err
		}
		if r.Pass() {
			passed++
		}
		done = append(done, outcome{e, r, time.Since(begin).Seconds()})
	}
	t.env.term.done()
	if err := t.print(t.document(done), func(b *strings.Builder) { t.text(b, done, passed) }); err != nil {
		return err
	}
	if ended == nil && passed < len(done) {
		return silent(exitNo)
	}
	return ended
}

// choose returns the experiments of the IDs, in the order given; all if there
// are none.
func choose(ids []string) ([]theorem.Experiment, error) {
	if len(ids) == 0 {
		return theorem.All(), nil
	}
	var chosen []theorem.Experiment
	for _, id := range ids {
		e, ok := theorem.Find(id)
		if !ok {
			hints := append(didYouMean(suggest.Nearest(strings.ToLower(id), theorem.IDs())), "`tacit theorems --list` lists them")
			return nil, invalid(fmt.Errorf("there is no experiment %q", id), hints...)
		}
		chosen = append(chosen, e)
	}
	return chosen, nil
}

// print writes the document with --json, else the text.
func (t *theorems) print(doc []*object, text func(*strings.Builder)) error {
	if t.env.json {
		b, err := marshal(doc)
		if err != nil {
			return err
		}
		return t.env.term.result(append(b, '\n'))
	}
	var b strings.Builder
	text(&b)
	return t.env.term.result([]byte(b.String()))
}

// statement is what the documents of --list and of a run share.
func statement(e theorem.Experiment) *object {
	o := &object{}
	o.set("id", e.ID)
	o.set("title", e.Title)
	o.set("statement", e.Statement)
	o.set("slip", e.Slip)
	o.set("source", e.Source)
	return o
}

func (t *theorems) listing(chosen []theorem.Experiment) []*object {
	list := make([]*object, len(chosen))
	for k, e := range chosen {
		list[k] = statement(e)
	}
	return list
}

func (t *theorems) document(done []outcome) []*object {
	list := make([]*object, len(done))
	for k, d := range done {
		o := statement(d.Experiment)
		comparison(o, d.Headline())
		o.set("pass", d.Pass())
		o.set("seconds", math.Round(d.seconds*1e6)/1e6)
		checks := make([]*object, len(d.Checks))
		for i, c := range d.Checks {
			checks[i] = &object{}
			checks[i].set("name", c.Name)
			comparison(checks[i], c)
			checks[i].set("pass", c.Pass())
		}
		o.set("checks", checks)
		list[k] = o
	}
	return list
}

func comparison(o *object, c theorem.Check) {
	o.num("predicted", c.Predicted)
	o.num("measured", c.Measured)
	o.num("error", c.Error)
	o.num("tolerance", c.Tolerance)
}

func listText(b *strings.Builder, chosen []theorem.Experiment, explain bool) {
	for _, e := range chosen {
		fmt.Fprintf(b, "%-*s  %s\n", idWidth(chosen), e.ID, e.Title)
		if explain {
			explanation(b, e)
		}
	}
}

// explanation says what a statement is and where it comes from.
func explanation(b *strings.Builder, e theorem.Experiment) {
	paragraph(b, "statement", e.Statement)
	if e.Slip != "" {
		paragraph(b, "slip", e.Slip)
	}
	paragraph(b, "source", e.Source)
}

// paragraph writes text behind a label, in lines of at most 78 characters.
func paragraph(b *strings.Builder, label, text string) {
	const indent, width = 14, 78
	line := fmt.Sprintf("  %-*s", indent-2, label)
	used := indent
	for _, word := range strings.Fields(text) {
		length := len([]rune(word))
		if used+length+1 > width && used > indent {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line, used = strings.Repeat(" ", indent), indent
		}
		line += word + " "
		used += length + 1
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

func idWidth(chosen []theorem.Experiment) int {
	width := 0
	for _, e := range chosen {
		width = max(width, len(e.ID))
	}
	return width
}

// text shows for each experiment its headline, and with --explain, or where a
// comparison fails, all of them.
func (t *theorems) text(b *strings.Builder, done []outcome, passed int) {
	var chosen []theorem.Experiment
	for _, d := range done {
		chosen = append(chosen, d.Experiment)
	}
	for _, d := range done {
		verdict := "holds"
		if !d.Pass() {
			verdict = "FAILS"
		}
		fmt.Fprintf(b, "%s  %-*s  %s\n", verdict, idWidth(chosen), d.ID, d.Title)
		if t.explain {
			explanation(b, d.Experiment)
		}
		for _, c := range d.shown(t.explain) {
			sign := "≤"
			if !c.Pass() {
				sign = ">"
			}
			fmt.Fprintf(b, "         %s\n           predicted %-14s measured %-14s error %.1e %s %.1e\n",
				c.Name, number(c.Predicted), number(c.Measured), c.Error, sign, c.Tolerance)
		}
	}
	fmt.Fprintf(b, "\n%d of %d hold\n", passed, len(done))
	if !t.explain {
		fmt.Fprintf(b, "shown is one comparison of each; --explain shows all\n")
	}
}

// shown selects the comparisons to print.
func (d outcome) shown(all bool) []theorem.Check {
	if all || !d.Pass() {
		return d.Checks
	}
	return []theorem.Check{d.Headline()}
}

func number(v float64) string { return fmt.Sprintf("%.8g", v) }
