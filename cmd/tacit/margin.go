package main

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/limit"
)

// separating is what the command margin adds to a job.
type separating struct {
	norm   string
	bias   bool
	split  bool
	delta  float64
	bounds []limit.GeneralizationBound
	labels []float64
}

func newMargin(env *environment) *cobra.Command {
	var s solveFlags
	m := separating{}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "margin DATA [y] [FLAGS]",
		Short:                 "the separator of largest margin, with a proof",
		Long: `Find the w of largest margin minᵢ yᵢwᵀxᵢ/‖w‖, where gradient descent on the
exponential and the logistic loss turns, with its support vectors and their
convex weights p, which prove it: no separator has a margin above ‖Σpᵢyᵢxᵢ‖.

DATA holds one point per row with its label: LIBSVM/SVMlight lines, a table whose
column --label NAME has the labels, an .npz with X and y, or a matrix with the
labels in a second file. Of two labels the larger is +1. Three and more labels are
classes, separated jointly; the norm is then that of all their wₖ together.

--bias adds an intercept that is not penalised. (A column of ones would be, and
gives another separator.) If nothing separates the points, the exit code is 4 and
y.npy has weights with Σpᵢyᵢxᵢ = 0; --split then finds the largest part that can
be separated.

With --delta D also bounds on the error on points not yet seen, each of which
holds with probability 1−D over the draw of the sample.`,
		Example: `  tacit margin data.svm --bias -o out
  tacit margin iris.csv --label species --delta 0.05
  tacit margin X.npy y.npy --norm l1 --json`,
		Args: matrixAndRHS,
		RunE: func(c *cobra.Command, args []string) error {
			s.start = time.Now()
			if err := s.check(c); err != nil {
				return err
			}
			if limit.MarginNorm(m.norm).Exponent() == 0 {
				return usagef("--norm %q: it is l2, l1, linf or lp:P with 1 < P, for example lp:1.5", m.norm)
			}
			if c.Flags().Changed("delta") && !(m.delta > 0 && m.delta < 1) {
				return usagef("--delta %v: it must lie between 0 and 1, for example 0.05", m.delta)
			}
			j := &job{env: env, flags: &s, command: "margin", geometry: "euclidean", sep: &m}
			if m.norm != "l2" {
				j.geometry = m.norm
			}
			return j.run(c.Context(), args, nil, j.solveMargin)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.BoolVar(&m.bias, "bias", false, "allow an intercept, without penalising it")
	f.StringVar(&m.norm, "norm", "l2", "the norm of w in which the margin is measured: l2, l1, linf, lp:P with 1 < P")
	f.Float64Var(&m.delta, "delta", 0, "print generalization bounds that hold with probability 1−`D`")
	f.BoolVar(&m.split, "split", false, "if nothing separates all points: the largest part that can be separated")
	s.add(c)
	return c
}

// read says how labels and indices were understood, and refuses labels that make no
// classes.
func (m *separating) read(j *job) error {
	m.labels = limit.Classes(j.in.B)
	switch k := len(m.labels); {
	case k == 1 && len(j.in.B) == 1:
		return invalid(fmt.Errorf("%s: there is one point, of label %v; a separator needs points of two labels", j.labelFile(), m.labels[0]))
	case k == 1:
		return invalid(fmt.Errorf("%s: all %d points have the label %v; a separator needs two", j.labelFile(), len(j.in.B), m.labels[0]), "name the column of the labels with --label, or check the file")
	case k == 2 && (m.labels[0] != -1 || m.labels[1] != 1):
		j.env.term.note("the labels are %v and %v: %v is taken for −1, %v for +1", m.labels[0], m.labels[1], m.labels[0], m.labels[1])
	case k > 2 && k <= 1000:
		j.env.term.note("%d labels: a joint separator of %d classes", k, k)
	}
	if in := j.in.Inputs["A"]; in.Format == dataio.SVMLight {
		j.env.term.note("indices count from %d (--index-base)", in.IndexBase)
	}
	return nil
}

// labelFile is the file that has the labels.
func (j *job) labelFile() string {
	if in := j.in.Inputs["b"]; in != nil {
		return in.Path
	}
	return j.in.Inputs["A"].Path
}

// solveMargin answers the job's problem.
func (j *job) solveMargin(ctx context.Context) (*tacit.Answer, error) {
	m := j.sep
	p := tacit.MarginProblem{X: j.in.A, Y: j.in.B, Bias: m.bias, Norm: limit.MarginNorm(m.norm)}
	solve := tacit.Margin
	if m.split {
		solve = tacit.MarginSplit
	}
	ans, err := solve(ctx, p, j.flags.options(j.env))
	if err != nil {
		return nil, err
	}
	if m.delta > 0 {
		if m.bounds, err = limit.MarginBounds(p, ans.Margin, m.delta); err != nil {
			return nil, err
		}
		if len(ans.Margin.Classes) > 2 {
			j.env.term.note("--delta: the bounds are of two classes; none is given for %d", len(ans.Margin.Classes))
		}
	}
	if m.split && len(ans.Margin.Classes) > 2 {
		j.env.term.note("--split: of two classes only")
	}
	return ans, nil
}

// listedWeights is the number of entries of w up to which the document lists them
// without --values.
const listedWeights = 10000

// numbers adds the fields of margin to the document.
func (m *separating) numbers(o *object, j *job) {
	a := j.answer.Margin
	o.set("norm", m.norm)
	o.set("labels", a.Classes)
	switch {
	case a.Status == limit.NotSeparable || a.X == nil:
		why := "nothing separates the points"
		if a.Status != limit.NotSeparable {
			why = "no separator was reached"
		}
		o.absent("margin", why)
		o.absent("w", why)
		o.absent("intercept", why)
	default:
		o.num("margin", 1/j.answer.Objective) // as the verifier has it
		if len(a.X) <= listedWeights || j.flags.values {
			o.vector("w", a.X)
		} else {
			o.absent("w", fmt.Sprintf("it has %d entries: see x.npy, or use --values", len(a.X)))
		}
		switch {
		case a.Intercepts != nil:
			o.absent("intercept", "each class has its own: see intercepts")
			o.vector("intercepts", a.Intercepts)
		case m.bias:
			o.num("intercept", a.Intercept)
		default:
			o.set("intercept", nil)
		}
	}
	support := a.SupportVectors
	if support == nil {
		support = []int{}
	}
	o.set("support_vectors", support)
	list := []any{}
	for _, b := range m.bounds {
		e := &object{}
		e.set("name", b.Name)
		e.num("value", b.Value)
		e.set("vacuous", b.Vacuous)
		e.set("assumptions", b.Assumptions)
		list = append(list, e)
	}
	o.set("bounds", list)
	if m.delta > 0 {
		o.num("delta", m.delta)
	}
	if s := j.answer.Split; s != nil {
		o.set("split", m.splitObject(s))
	}
}

func (m *separating) splitObject(s *limit.Split) *object {
	e := &object{}
	orEmpty := func(v []int) []int {
		if v == nil {
			return []int{}
		}
		return v
	}
	e.set("separable", orEmpty(s.Separable))
	e.set("core", orEmpty(s.Core))
	e.set("proven", s.Proven)
	e.vector("w", s.W)
	if m.bias {
		e.num("intercept", s.Intercept)
	} else {
		e.set("intercept", nil)
	}
	e.vector("p", s.P)
	return e
}

// text is the answer for people.
func (m *separating) text(j *job) string {
	a := j.answer.Margin
	n, d := j.in.A.Dims()
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", a.Status, m.headline(j))
	row := func(label, format string, args ...any) {
		fmt.Fprintf(&b, "  %s%s%s\n", label, strings.Repeat(" ", max(1, 12-len([]rune(label)))), fmt.Sprintf(format, args...))
	}
	row("problem", "%d points, %d coordinates (%s), %d classes", n, d, j.in.Inputs["A"].Kind, len(a.Classes))
	if a.X != nil && a.Status != limit.NotSeparable {
		row("margin", "%.10g", 1/j.answer.Objective)
		if a.Intercepts != nil {
			list := make([]string, len(a.Intercepts))
			for k, c := range a.Intercepts {
				list[k] = fmt.Sprintf("%.6g", c)
			}
			row("intercepts", "%s, of the classes in order", strings.Join(list[:min(shown, len(list))], ", "))
		} else if m.bias {
			row("intercept", "%.10g, for the w whose least margin is 1", a.Intercept)
		}
		row("gap", "%s, asked for %.0e", j.gap(), j.flags.tol)
	}
	if len(a.SupportVectors) > 0 {
		what := "support"
		if a.Status == limit.NotSeparable {
			what = "proof"
		}
		row(what, "%d points: %s", len(a.SupportVectors), firstOf(a.SupportVectors))
	}
	if r := a.Reason; a.Status != limit.Certified && r.Criterion != "" {
		row("because", "%s", because(r))
	}
	row("work", "%s: %d passes over the points, %d steps, %s", a.Stats.Route, a.Stats.Passes, a.Stats.Steps, seconds(j.seconds))
	m.extraText(&b, j.answer.Split)
	fmt.Fprintf(&b, "\nnext: %s\n", m.next(j))
	return b.String()
}

func (m *separating) headline(j *job) string {
	what := "w"
	if m.bias {
		what = "w and intercept"
	}
	switch j.answer.Margin.Status {
	case limit.NotSeparable:
		verb := "separates"
		if m.bias {
			verb = "separate"
		}
		return "no " + what + " " + verb + " the points" + j.extent() + ", and y proves it"
	case limit.Certified:
		norm := ""
		if m.norm != "l2" {
			norm = " in the norm " + m.norm
		}
		return "the separator of largest margin" + norm
	case limit.Approximate:
		return "a separator, of largest margin up to the gap below"
	case limit.Budget:
		return "the budget ended; the best separator so far is not proven to the tolerance"
	case limit.Interrupted:
		return "interrupted; the best separator so far is not proven to the tolerance"
	}
	return "rounding errors prevent a proof; do not rely on the separator"
}

// firstOf lists the first indices.
func firstOf(v []int) string {
	list := make([]string, 0, shown+1)
	for _, i := range v[:min(shown, len(v))] {
		list = append(list, fmt.Sprint(i))
	}
	if len(v) > shown {
		list = append(list, "…")
	}
	return strings.Join(list, ", ")
}

// extraText adds the generalization bounds and the split.
func (m *separating) extraText(b *strings.Builder, split *limit.Split) {
	if len(m.bounds) > 0 {
		fmt.Fprintf(b, "\n  error on a new point, with probability %g each (independent points)\n", 1-m.delta)
		for _, g := range m.bounds {
			note := ""
			if g.Vacuous {
				note = "  says nothing here"
			}
			fmt.Fprintf(b, "    %-20s at most %.4g%s\n", g.Name, g.Value, note)
		}
	}
	switch {
	case split == nil:
	case len(split.Separable) == 0:
		b.WriteString("\n  no part can be separated: every point lies in the core\n")
	default:
		fmt.Fprintf(b, "\n  %d points can be separated, with the other %d on the boundary: %s\n",
			len(split.Separable), len(split.Core), firstOf(split.Separable))
	}
	if split != nil && !split.Proven {
		b.WriteString("  (rounding left this split unproven)\n")
	}
}

func (m *separating) next(j *job) string {
	a := j.answer
	switch {
	case a.Status == limit.NotSeparable && strings.HasPrefix(a.Reason.Hint, "point"):
		return a.Reason.Hint
	case a.Status == limit.NotSeparable && a.Split == nil && len(a.Margin.Classes) == 2:
		if !m.bias {
			return "an intercept may help: --bias; --split finds the part that can be separated"
		}
		return "--split finds the part that can be separated"
	case a.Status != limit.Certified && a.Status != limit.NotSeparable && a.Reason.Hint != "":
		return a.Reason.Hint
	case j.flags.out != "":
		return "check it independently with `tacit verify " + j.flags.out + "`"
	}
	return "keep w and its certificate with -o DIR, then check them with `tacit verify DIR`"
}

// separatorText says what a certificate of a margin proves.
func separatorText(c certify.Certificate) string {
	with := ""
	if c.Bias {
		with = " with an intercept"
	}
	return fmt.Sprintf("x is the separator%s of largest margin in the norm %s, %.10g", with, c.Norm, 1/math.Max(c.Objective, math.SmallestNonzeroFloat64))
}

// splitText says what a certificate of a split proves.
func splitText(c certify.Certificate) string {
	with := "w"
	if c.Bias {
		with = "w and intercept"
	}
	if c.Support == 0 {
		return "no " + with + " that errs on no point takes any of them off the boundary"
	}
	return fmt.Sprintf("%d of the %d points, and no others, can be separated by a %s that errs on none", c.Support, c.Rows, with)
}
