package plot

import (
	"context"
	"fmt"
	"math"
)

var invariantsKind = Kind{
	Name:    "invariants",
	Summary: "what a flow should have kept, and how far it strayed",
	Fits: func(r *Result) error {
		return need(len(r.Invariants) > 0, "it reports no invariants; `tacit flow … -o DIR` monitors them")
	},
	Draw: func(_ context.Context, r *Result, _ Options) (*Figure, error) {
		return InvariantsFigure(r.Invariants), nil
	},
}

// InvariantsFigure shows the drift of each invariant on a log axis. A drift that
// is exactly 0 has no bar; one that was not computed says so.
func InvariantsFigure(list []Invariant) *Figure {
	bars := Series{Name: "drift", Shape: Bars, Ink: 0}
	worst, name := 0.0, ""
	for k, v := range list {
		at := math.Inf(-1)
		label := v.Name
		switch {
		case v.Drift == nil || !finite(*v.Drift):
			label += " (not computed)"
		default:
			at = math.Log(math.Abs(*v.Drift))
			if math.Abs(*v.Drift) >= worst {
				worst, name = math.Abs(*v.Drift), v.Name
			}
		}
		bars.Names = append(bars.Names, label)
		bars.X = append(bars.X, at)
		bars.Y = append(bars.Y, float64(len(list)-1-k))
	}
	f := &Figure{
		Title:   "What the flow should keep",
		Caption: "The drift of each quantity that the exact flow conserves, and how far each bound that it keeps was missed: the error of the integration, measured without knowing the solution.",
		Alt:     fmt.Sprintf("%d invariants; the largest drift is %s, of %s.", len(list), Num(worst), name),
		Panels: []Panel{{
			X:      Axis{Label: "drift", Scale: Log, Include: []float64{math.Log(2e-17)}},
			Y:      Axis{Integer: true},
			Series: []Series{bars}, Height: 0.14 * float64(len(list)+1),
		}},
	}
	t := Table{Caption: "drift of the invariants", Columns: []string{"invariant", "drift"}}
	for k := range list {
		t.Rows = append(t.Rows, []string{bars.Names[k], cell(bars.X[k], Log)})
		if list[k].Drift == nil {
			t.Rows[k][1] = ""
		}
	}
	f.Tables = []Table{t}
	return f
}
