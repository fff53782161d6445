package main

import (
	"fmt"
	"io"
)

// summary writes one line per instance: tacit against the fastest peer that
// proves its answer and the fastest that merely is right, at 1e-9 and at 1e-6.
func (r *report) summary(w io.Writer) {
	fmt.Fprintln(w, "| instance | tacit, s | proven | fastest peer with a proof | ratio | fastest peer right to 1e-09 | ratio | to 1e-06 | ratio |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|")
	for _, info := range r.Instances {
		var own *record
		var proving, right, rough *record
		for _, x := range r.of(info.Instance) {
			switch {
			case x.Solver == (tacit{}).name():
				own = x
			case x.Verdict == nil:
			default:
				proving = faster(proving, x, x.solved(levels[0]) && x.Verdict.proven(levels[0]))
				right = faster(right, x, x.solved(levels[0]))
				rough = faster(rough, x, x.solved(levels[1]))
			}
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s |\n", info.Instance, own.own(), proving.against(own), right.against(own), rough.against(own))
	}
	fmt.Fprintln(w)
}

// faster returns x if it is eligible and faster than best.
func faster(best, x *record, eligible bool) *record {
	if eligible && (best == nil || x.Seconds < best.Seconds) {
		return x
	}
	return best
}

// own is the cell of tacit's time and proof.
func (x *record) own() string {
	switch {
	case x == nil:
		return "not run | "
	case x.Verdict == nil || !x.solved(levels[0]):
		return seconds(x.Seconds) + " | fails"
	case x.Verdict.proven(levels[0]):
		return seconds(x.Seconds) + " | yes"
	}
	return seconds(x.Seconds) + " | no"
}

// against is the cells of a peer and of its time over tacit's.
func (x *record) against(own *record) string {
	switch {
	case x == nil:
		return "none | "
	case own == nil || !own.solved(levels[0]):
		return fmt.Sprintf("%s %s | ", x.Solver, seconds(x.Seconds))
	}
	return fmt.Sprintf("%s %s | %.2g", x.Solver, seconds(x.Seconds), x.Seconds/own.Seconds)
}
