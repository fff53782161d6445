package page

import (
	"slices"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/plot"
)

// TestTheClockHasBothStairs: from starts whose plateaus leave ln t no digits for a
// rise, both modes rise on the clock, inside of its axis and as predicted.
func TestTheClockHasBothStairs(t *testing.T) {
	for layers, starts := range map[string][]string{"2": {"1e-20", "1e-20000"}, "3": {"1e-6", "1e-20", "1e-3000"}} {
		for _, a := range starts {
			s := State{"a": a, "k": layers}
			view := compute(t, &Landscape, s)
			checks := 0
			for _, c := range view.Checks {
				if strings.HasPrefix(c.Name, "ln t at half of mode") {
					checks++
					if !c.Pass {
						t.Errorf("%v: %+v", s, c)
					}
				}
			}
			if checks != 2 {
				t.Errorf("%v: %d checks of stairs, want 2", s, checks)
			}
			var clock *plot.Figure
			for _, f := range view.Figures {
				if f.ID == "clock" {
					clock = f.Figure
				}
			}
			if clock == nil {
				t.Fatalf("%v: no clock", s)
			}
			p := clock.Panels[0]
			for i, c := range p.Series[:2] {
				k := slices.IndexFunc(c.Y, func(y float64) bool { return y > []float64{1, 0.5}[i] })
				if k < 0 || p.X.Max > p.X.Min && c.X[k] > p.X.Max-0.01*(p.X.Max-p.X.Min) {
					t.Errorf("%v: mode %d does not rise on an axis to %v", s, i, p.X.Max)
				}
			}
		}
	}
}
