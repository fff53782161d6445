package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tacit-dev/tacit/limit"
)

// print writes the answer to stdout: the document with --json, else a short
// text.
func (j *job) print(report *object) error {
	if j.env.json {
		if j.flags.values {
			if j.answer.X != nil {
				report.vector("x", j.answer.X)
			}
			if j.answer.Y != nil {
				report.vector("y", j.answer.Y)
			}
		}
		return j.env.print(report)
	}
	return j.env.term.result([]byte(j.text()))
}

// text says what was found, how far it is proven, and what to do next.
func (j *job) text() string {
	if j.sep != nil {
		return j.sep.text(j)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", j.answer.Status, j.headline())
	for _, r := range j.rows() {
		// The labels hold letters outside ASCII: pad by runes, not bytes.
		fmt.Fprintf(&b, "  %s%s%s\n", r[0], strings.Repeat(" ", max(1, 12-len([]rune(r[0])))), r[1])
	}
	if list := j.largest(); list != "" {
		b.WriteString("\n" + list)
	}
	fmt.Fprintf(&b, "\nnext: %s\n", j.next())
	return b.String()
}

// headline is the one sentence about the answer.
func (j *job) headline() string {
	equation := "Ax = b"
	if j.sigma != nil {
		equation = fmt.Sprintf("‖Ax − b‖₂ ≤ %.10g", *j.sigma)
	}
	constraint := equation
	if j.nonneg {
		constraint += ", x ≥ 0"
	}
	if j.matrix != nil {
		equation, constraint = j.matrix.constraint(equation)
	}
	if j.answer.Status == limit.Infeasible {
		if j.near != nil {
			constraint += " within the domain of " + j.geometry
		}
		if j.answer.AnySign {
			constraint = equation
		}
		if j.answer.Boundary {
			constraint = "x > 0, " + equation + ": it forces a coordinate to 0"
		}
		return "no " + j.unknown() + " satisfies " + constraint + j.extent() + ", and y proves it"
	}
	what := j.unknown() + " minimises " + j.norm() + " subject to " + constraint
	if j.logAlpha != nil && j.near == nil {
		what = fmt.Sprintf("x is the limit of the flow in the geometry %s from α = %s, subject to %s", j.geometry, j.alphaText, constraint)
	}
	switch j.answer.Status {
	case limit.Certified:
		return what
	case limit.Approximate:
		return what + " up to the gap below"
	case limit.Budget:
		return "the budget ended; the best x so far is not proven to the tolerance"
	case limit.Interrupted:
		return "interrupted; the best x so far is not proven to the tolerance"
	}
	return "rounding errors prevent a proof; do not rely on x"
}

// extent says what the proof of a "no" leaves open, where it is one up to rounding.
func (j *job) extent() string {
	if j.cert == nil {
		return ""
	}
	return extentText(*j.cert)
}

// norm is the name of what is minimised.
func (j *job) norm() string {
	switch {
	case j.matrix != nil && j.near != nil:
		return "D(X, X₀)"
	case j.matrix != nil:
		return j.matrix.objective()
	case j.near != nil:
		return "D(x, x₀)"
	case j.command == "minnorm" && j.in.vector["x0"] != nil:
		return "‖x − x₀‖₂"
	case j.command == "minnorm":
		return "‖x‖₂"
	case j.in.vector["weights"] != nil:
		return "Σ wᵢ|xᵢ|"
	}
	return "‖x‖₁"
}

// rows are the facts below the headline: label and value.
func (j *job) rows() [][2]string {
	a := j.answer
	n, m := j.in.A.Dims()
	rows := [][2]string{{"problem", fmt.Sprintf("%d measurements, %d unknowns (%s)", n, m, j.in.Inputs["A"].Kind)}}
	add := func(label, format string, args ...any) {
		rows = append(rows, [2]string{label, fmt.Sprintf(format, args...)})
	}
	if j.matrix != nil && j.near == nil {
		j.matrixRows(add)
	} else if a.Status != limit.Infeasible && a.X != nil {
		add("support", "%d nonzero entries%s", a.Support, uniqueness(a.Unique))
		if j.logAlpha == nil || j.near != nil {
			add(j.norm(), "%.10g", a.Objective)
		} else {
			add("divergence", "%.10g", a.Objective)
			j.alphaRows(add)
		}
		if j.near != nil {
			j.nearRows(add)
		}
		add("gap", "%s, asked for %.0e", j.gap(), j.flags.tol)
	}
	if a.Path != nil {
		j.eventRows(add)
	}
	if j.reached() {
		add("residual", "%.1e of ‖b‖", a.Residual)
	}
	if r := a.Reason; a.Status != limit.Certified && r.Criterion != "" {
		add("because", "%s", because(r))
	}
	add("work", "%s: %d passes over A, %d factorizations, %s", a.Stats.Route, a.Stats.Passes, a.Stats.Factorizations, seconds(j.seconds))
	return rows
}

func uniqueness(u *bool) string {
	switch {
	case u == nil:
		return ""
	case *u:
		return "; no other solution is as good"
	}
	return "; other solutions are as good, this is the one of maximum entropy"
}

// gap says how far the answer is proven.
func (j *job) gap() string {
	gap := math.Abs(j.answer.Gap)
	if r := j.answer.Reason; j.answer.Status == limit.Approximate && r.Criterion == "gap" {
		gap = max(gap, r.Value) // with the rounding that it may hide
	}
	switch {
	case math.IsNaN(gap) || math.IsInf(gap, 0):
		return "not bounded"
	case j.cert == nil:
		return "not proven"
	}
	return fmt.Sprintf("%.1e proven", gap)
}

// because says what decided. Where it is no number the hint says it.
func because(r limit.Reason) string {
	if math.IsNaN(r.Value) {
		return r.Criterion
	}
	return fmt.Sprintf("%s %.3g against %.3g", r.Criterion, r.Value, r.Bound)
}

// trimmed prints a number with three significant digits.
func trimmed(v float64) string { return fmt.Sprintf("%.3g", v) }

// seconds prints a duration with two significant digits or more.
func seconds(s float64) string {
	v, unit := s, "s"
	if s < 1 {
		v, unit = 1000*s, "ms"
	}
	if v < 10 {
		return fmt.Sprintf("%.2g %s", v, unit)
	}
	return fmt.Sprintf("%.0f %s", v, unit)
}

// shown is how many entries of x the text lists.
const shown = 10

// largest lists the largest entries of x.
func (j *job) largest() string {
	x := j.answer.X
	if x == nil || j.matrix != nil || j.answer.Status == limit.Infeasible || j.answer.Support == 0 {
		return ""
	}
	idx := make([]int, 0, len(x))
	for i, v := range x {
		if v != 0 {
			idx = append(idx, i)
		}
	}
	slices.SortStableFunc(idx, func(p, q int) int { return cmp.Compare(math.Abs(x[q]), math.Abs(x[p])) })
	var b strings.Builder
	label := "largest entries of x (index from 0)"
	if len(idx) <= shown {
		label = "nonzero entries of x (index from 0)"
	}
	fmt.Fprintf(&b, "  %s\n", label)
	for _, i := range idx[:min(shown, len(idx))] {
		fmt.Fprintf(&b, "  %10d  %.10g\n", i, x[i])
	}
	return b.String()
}

// next is the one thing to do now.
func (j *job) next() string {
	a := j.answer
	switch {
	case a.Status != limit.Certified && a.Reason.Hint != "":
		return a.Reason.Hint
	case a.Status == limit.Budget:
		return "give it more time with --max-time, or accept less with --tol"
	case a.Status == limit.Interrupted:
		return "run it again to the end"
	case a.Status == limit.NumericalTrouble:
		return "look at the scales of A with `tacit inspect " + j.in.paths[0] + "`"
	case j.flags.out != "":
		return "check it independently with `tacit verify " + j.flags.out + "`"
	}
	return "keep x and its certificate with -o DIR, then check them with `tacit verify DIR`"
}
