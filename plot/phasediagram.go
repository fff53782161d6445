package plot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/phase"
)

var phaseKind = Kind{
	Name:    "phase",
	Summary: "recovery against (n/m, k/n) with the exact transition for Gaussian A",
	Fits: func(r *Result) error {
		if r.Successes != nil {
			return nil
		}
		if why, ok := r.Lacks["phase"]; ok {
			return errors.New(why)
		}
		if (r.Command != "sparse" && r.Command != "path") || r.Support == nil || r.LogAlpha != nil || r.Sigma != nil || r.Rows <= 0 || r.Cols <= r.Rows {
			return fmt.Errorf("it is neither a sweep nor a solution of least ℓ1 norm of fewer measurements than unknowns")
		}
		return nil
	},
	Draw: func(_ context.Context, r *Result, _ Options) (*Figure, error) {
		d := PhaseDiagram{Name: r.Name, Sign: phase.Signed, Cells: r.Successes, Half: r.Half}
		if r.Geometry == "entropy" {
			d.Sign = phase.Nonneg
		}
		if d.Cells == nil {
			d.Rows, d.Cols, d.Support = r.Rows, r.Cols, *r.Support
		}
		return PhaseFigure(d), nil
	},
}

// Success is a cell of an experiment: of so many trials at δ = n/m and ρ = k/n,
// so many recovered x.
type Success struct {
	Delta, Rho        float64
	Successes, Trials float64
}

// Half is where, at one δ, half of the trials recover x, with an interval.
type Half struct{ Delta, Rho, Low, High float64 }

// PhaseDiagram is an experiment, or a single instance, before the exact curve.
type PhaseDiagram struct {
	Name                string // of the experiment, "" if it has none
	Sign                phase.Sign
	Cells               []Success
	Half                []Half
	Rows, Cols, Support int // of the single instance; 0: none
}

// PhaseFigure shows the share of successes of each cell, and the curve below
// which recovery succeeds with probability 1 as m grows.
func PhaseFigure(d PhaseDiagram) *Figure {
	const points = 200
	curve := Series{Name: "exact transition, any sign", Ink: ink, Width: 2.4}
	other := Series{Name: "exact transition, x ≥ 0", Ink: Reference, Style: 1, Width: 1}
	if d.Sign == phase.Nonneg {
		curve.Name, other.Name = other.Name, curve.Name
	}
	for k := 1; k < points; k++ {
		delta := float64(k) / points
		curve.X, curve.Y = append(curve.X, delta), append(curve.Y, phase.Rho(delta, d.Sign))
		other.X, other.Y = append(other.X, delta), append(other.Y, phase.Rho(delta, phase.Nonneg-d.Sign))
	}
	p := Panel{
		X: Axis{Label: "δ = n/m, measurements for each unknown", Min: 0, Max: 1},
		Y: Axis{Label: "ρ = k/n, nonzero entries for each measurement", Min: 0, Max: 1}, Height: 1.5,
		// A rim in the colour of the page keeps the curve apart from the cells.
		Series: []Series{other, {X: curve.X, Y: curve.Y, Ink: surface, Width: 5}, curve},
	}
	f := &Figure{
		Title: d.title(),
		Caption: "Below the curve a k-sparse x is recovered from n Gaussian measurements with probability tending to 1, above it with probability tending to 0 " +
			"(Donoho and Tanner; Amelunxen, Lotz, McCoy and Tropp 2014).",
	}
	if len(d.Cells) > 0 {
		p.Series = p.Series[1:]
		p.Cells = heatMap(d.Cells)
		f.Alt = describeSuccesses(d)
	}
	if d.Rows > 0 && d.Cols > 0 {
		delta, rho := float64(d.Rows)/float64(d.Cols), float64(d.Support)/float64(d.Rows)
		limit := phase.Rho(delta, d.Sign)
		side := "below"
		if rho > limit {
			side = "above"
		}
		p.Labels = []Label{{X: delta, Y: rho, Text: fmt.Sprintf("this result, k = %d", d.Support), Dot: true}}
		f.Alt += fmt.Sprintf("The result has n/m = %s and k/n = %s, %s the transition at k/n = %s, that is k = %d.",
			Num(delta), Num(rho), side, Num(limit), int(limit*float64(d.Rows)))
	}
	p.addHalf(d)
	f.Panels = []Panel{p}
	f.Alt += describeHalf(d)
	return f
}

// addHalf marks where half of the trials recover x, with their intervals.
func (p *Panel) addHalf(d PhaseDiagram) {
	if len(d.Half) == 0 {
		return
	}
	half := Series{Name: "half of the trials, measured", Ink: Bad, Shape: Points}
	interval := Series{Name: "its interval at 95 %", Ink: Bad, Shape: Band}
	for _, h := range d.Half {
		half.X, half.Y = append(half.X, h.Delta), append(half.Y, h.Rho)
		interval.X, interval.Y, interval.Y2 = append(interval.X, h.Delta), append(interval.Y, h.Low), append(interval.Y2, h.High)
	}
	p.Series = append(p.Series, half, interval)
}

// describeHalf compares the measured half with the prediction.
func describeHalf(d PhaseDiagram) string {
	if len(d.Half) == 0 {
		return ""
	}
	mean, worst, holds := 0.0, 0.0, 0
	for _, h := range d.Half {
		off := h.Rho - phase.Rho(h.Delta, d.Sign)
		mean += off / float64(len(d.Half))
		worst = math.Max(worst, math.Abs(off))
		if limit := phase.Rho(h.Delta, d.Sign); h.Low <= limit && limit <= h.High {
			holds++
		}
	}
	return fmt.Sprintf("The point where half of the trials recover x, fitted at %d values of δ, differs from the transition by %s on average and %s at most; the interval at 95 %% holds the transition at %d of them.",
		len(d.Half), Num(mean), Num(worst), holds)
}

// title names the experiment.
func (d PhaseDiagram) title() string {
	title := "Where least ℓ1 norm recovers a sparse x"
	if d.Name != "" {
		title += ": " + d.Name
	}
	return title
}

// heatMap gives each cell the room halfway to its neighbours: to the columns
// beside it, and to the cells above and below in its column. Rounding of n and k
// makes grids of δ and ρ a little uneven.
func heatMap(cells []Success) *Cells {
	c := &Cells{Name: "share of successes", Low: "never recovered", High: "always recovered"}
	column := map[float64][]float64{}
	for _, s := range cells {
		column[s.Delta] = append(column[s.Delta], s.Rho)
	}
	deltas := slices.Sorted(maps.Keys(column))
	for _, v := range column {
		slices.Sort(v)
	}
	for _, s := range cells {
		v := math.NaN()
		if s.Trials > 0 {
			v = s.Successes / s.Trials
		}
		left, right := around(deltas, s.Delta)
		bottom, top := around(column[s.Delta], s.Rho)
		c.X, c.Y, c.Value = append(c.X, s.Delta), append(c.Y, s.Rho), append(c.Value, v)
		c.Left, c.Right = append(c.Left, left), append(c.Right, right)
		c.Bottom, c.Top = append(c.Bottom, bottom), append(c.Top, top)
	}
	return c
}

// around is the part of a line that is nearer to v than to any other of the
// sorted values; at the ends it is as wide as on the other side.
func around(sorted []float64, v float64) (lo, hi float64) {
	const alone = 0.025
	k, _ := slices.BinarySearch(sorted, v)
	below, above := alone, alone
	if k > 0 {
		below = (v - sorted[k-1]) / 2
	}
	last := k
	for last+1 < len(sorted) && sorted[last+1] == v {
		last++
	}
	if last+1 < len(sorted) {
		above = (sorted[last+1] - v) / 2
	}
	switch {
	case k == 0 && last+1 < len(sorted):
		below = above
	case last+1 == len(sorted) && k > 0:
		above = below
	}
	return math.Max(0, v-below), math.Min(1, v+above)
}

func describeSuccesses(d PhaseDiagram) string {
	total, agree := 0.0, 0.0
	for _, c := range d.Cells {
		total += c.Trials
		below := c.Rho < phase.Rho(c.Delta, d.Sign)
		if below {
			agree += c.Successes
		} else {
			agree += c.Trials - c.Successes
		}
	}
	return fmt.Sprintf("%d cells with %s trials; %s of them end as the side of the curve says. ", len(d.Cells), Num(total), percent(agree, total))
}

func percent(part, whole float64) string {
	if whole == 0 {
		return "none"
	}
	return fmt.Sprintf("%.1f %%", 100*part/whole)
}
