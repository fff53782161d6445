package main

import (
	"fmt"
	"io"
)

// markdownExtras writes what is measured on tacit alone.
func (r *report) markdownExtras(w io.Writer) {
	if len(r.Scaling) > 0 {
		fmt.Fprint(w, "| dense product | 1 thread, s | 2 threads, s | speedup | of the speed of a plain read, 1 and 2 threads | same bits |\n|---|---|---|---|---|---|\n")
	}
	for _, s := range r.Scaling {
		share := ""
		if len(s.Read) == len(s.Seconds) {
			share = fmt.Sprintf("%.0f %%, %.0f %%", 100*s.Read[0]/s.Seconds[0], 100*s.Read[1]/s.Seconds[1])
		}
		fmt.Fprintf(w, "| %s | %s | %s | %.2f | %s | %t |\n", s.Product, seconds(s.Seconds[0]), seconds(s.Seconds[1]),
			s.Seconds[0]/s.Seconds[1], share, s.SameBits)
	}
	if len(r.Memory) > 0 {
		fmt.Fprint(w, "\n| memory, MB | A and b | one n×n | A if dense | before | peak | status |\n|---|---|---|---|---|---|---|\n")
	}
	for _, f := range r.Memory {
		fmt.Fprintf(w, "| %s | %.1f | %.1f | %.1f | %.1f | %.1f | %s |\n", f.Family,
			mb(f.Inputs), mb(f.Squares), mb(f.Dense), mb(f.Before), mb(f.Peak), f.Status)
	}
}

func mb(bytes int) float64 { return float64(bytes) / 1e6 }
