package main

import (
	"fmt"
	"strings"

	"github.com/tacit-dev/tacit/internal/inspect"
)

// listed is how many indices a text names before it only counts.
const listed = 5

// text describes the finding for people.
func (f *finding) text(b *strings.Builder) {
	name := f.path
	if f.key != "" {
		name += "[" + f.key + "]"
	}
	if f.bad != nil {
		fmt.Fprintf(b, "%s: not finite\n  first       %s\n", name, strings.TrimPrefix(f.bad.Error(), f.path+": "))
		return
	}
	row := func(label, format string, args ...any) {
		fmt.Fprintf(b, "  %-12s%s\n", label, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(b, "%s: %s %s\n", name, f.kind, times(f.shape))
	row("format", "%s%s", f.format, prefixed(" ", f.dtype))
	r := f.report
	if r == nil {
		return
	}
	if r.Entries {
		row("nonzeros", "%d of %d (%.3g %%)", r.NNZ, r.N*r.M, 100*float64(r.NNZ)/(float64(r.N)*float64(r.M)))
		row("magnitudes", "%.6g to %.6g", r.Magnitudes.Min, r.Magnitudes.Max)
	}
	if f.kind == "vector" {
		row("norm", "%.6g", r.Cols.Norms.Max)
		return
	}
	row("rows", "%s", lines(r.Rows))
	row("columns", "%s", lines(r.Cols))
	row("rank", "%s", rankText(r))
	row("coherence", "%s", coherenceText(r.Coherence))
}

func times(shape []int) string {
	parts := make([]string, len(shape))
	for i, d := range shape {
		parts[i] = fmt.Sprint(d)
	}
	return strings.Join(parts, "×")
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func lines(l inspect.Lines) string {
	s := fmt.Sprintf("norms %.6g to %.6g, %s zero", l.Norms.Min, l.Norms.Max, count(len(l.Zero)))
	if len(l.Zero) > 0 {
		s += " (" + some(len(l.Zero), func(i int) string { return fmt.Sprint(l.Zero[i]) }) + ")"
	}
	s += fmt.Sprintf(", %s repeated", count(len(l.Duplicates)))
	if len(l.Duplicates) > 0 {
		s += " (" + some(len(l.Duplicates), func(i int) string {
			return fmt.Sprintf("%d=%d", l.Duplicates[i][0], l.Duplicates[i][1])
		}) + ")"
	}
	return s
}

func count(n int) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprint(n)
}

// some lists the first few of n things.
func some(n int, item func(int) string) string {
	var parts []string
	for i := range min(n, listed) {
		parts = append(parts, item(i))
	}
	if n > listed {
		parts = append(parts, "…")
	}
	return strings.Join(parts, ", ")
}

func rankText(r *inspect.Report) string {
	if !r.Rank.Known {
		return "not computed: " + r.Rank.Why
	}
	if full := min(r.N, r.M); r.Rank.Value < full {
		return fmt.Sprintf("%d of at most %d: %d dependent", r.Rank.Value, full, full-r.Rank.Value)
	}
	return fmt.Sprintf("%d, full", r.Rank.Value)
}

func coherenceText(c inspect.Coherence) string {
	switch {
	case !c.Known:
		return "not computed: " + c.Why
	case c.Exact:
		return fmt.Sprintf("%.6g, of columns %d and %d", c.Value, c.Pair[0], c.Pair[1])
	}
	return fmt.Sprintf("at least %.6g, of columns %d and %d; sampled: %d columns against all", c.Value, c.Pair[0], c.Pair[1], c.Sampled)
}
