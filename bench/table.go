package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

func level(tol float64) string { return fmt.Sprintf("%.0e", tol) }

// markdown writes the tables.
func (r *report) markdown(w io.Writer) {
	fmt.Fprintf(w, "Machine: %s\n\n", r.machine())
	if len(r.Instances) > 0 {
		r.markdownRuns(w)
	}
	r.markdownExtras(w)
}

func (r *report) markdownRuns(w io.Writer) {
	fmt.Fprintf(w, "One thread each, best of %d interleaved rounds, limit %g s. Every answer is judged by the same code.\n\n", r.Reps, r.Limit)
	r.summary(w)
	fmt.Fprintln(w, "| instance | solver | seconds | ratio | level | residual | error | gap | remark |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|")
	for _, info := range r.Instances {
		runs := r.of(info.Instance)
		fastest := fastest(runs, levels[0])
		for _, x := range runs {
			fmt.Fprintf(w, "| %s | %s | %s |\n", info.Instance, x.Solver, strings.Join(x.cells(fastest), " | "))
		}
		if info.Origin == "planted" {
			fmt.Fprintf(w, "| %s | | | | | | | | no answer is proven: errors are against the planted x |\n", info.Instance)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.NeverRun)) {
		fmt.Fprintf(w, "\nNot run: %s (%s).", name, r.NeverRun[name])
	}
	fmt.Fprint(w, "\n\n")
	for _, p := range r.Profiles {
		p.markdown(w)
	}
}

func (r *report) machine() string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(r.Machine)) {
		parts = append(parts, k+" "+r.Machine[k])
	}
	return strings.Join(parts, " · ")
}

func (r *report) of(instance string) (runs []*record) {
	for _, x := range r.Runs {
		if x.Instance == instance {
			runs = append(runs, x)
		}
	}
	return runs
}

// solved reports whether the answer is right to tol.
func (x *record) solved(tol float64) bool {
	return x.Verdict != nil && x.Verdict.accuracy() <= tol
}

// fastest is the best time of those that are right to tol, +Inf if none is.
func fastest(runs []*record, tol float64) float64 {
	best := math.Inf(1)
	for _, x := range runs {
		if x.solved(tol) {
			best = min(best, x.Seconds)
		}
	}
	return best
}

// cells are the columns of a row from "seconds" on.
func (x *record) cells(fastest float64) []string {
	remark := strings.ReplaceAll(strings.Join(strings.Fields(x.Work+" "+x.Status), " "), "|", "/")
	if len(remark) > 90 {
		remark = remark[:90] + "…"
	}
	if x.disturbed() {
		remark = strings.TrimSpace(fmt.Sprintf("waited for a processor (%s s of processor time) %s", seconds(x.CPU), remark))
	}
	if x.NotRun {
		return []string{"", "", "", "", "", "", remark}
	}
	if x.Verdict == nil {
		return []string{seconds(x.Seconds), "", "fails", "", "", "", remark}
	}
	ratio, lvl := "", "fails"
	for _, tol := range slices.Backward(levels) {
		if x.solved(tol) {
			lvl = level(tol)
		}
	}
	if x.solved(levels[0]) {
		ratio = fmt.Sprintf("%.2g", x.Seconds/fastest)
	}
	gap := "none"
	if x.Verdict.Gap != nil {
		gap = fmt.Sprintf("%.0e", *x.Verdict.Gap)
	}
	if x.Verdict.Negative > levels[0] {
		remark = strings.TrimSpace(fmt.Sprintf("x ≥ 0 violated by %.0e %s", x.Verdict.Negative, remark))
	}
	return []string{
		seconds(x.Seconds), ratio, lvl,
		fmt.Sprintf("%.0e", x.Verdict.Residual), fmt.Sprintf("%.0e", x.Verdict.Error), gap, remark,
	}
}

// disturbed reports that the best time is not the solver's own: other work held
// the processors.
func (x *record) disturbed() bool {
	return x.CPU > 0.01 && x.Seconds > 1.25*x.CPU
}

func seconds(s float64) string { return fmt.Sprintf("%.3g", s) }
