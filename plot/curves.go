package plot

import (
	"cmp"
	"context"
	"fmt"
	"math"
)

var curvesKind = Kind{
	Name:    "curves",
	Summary: "recovery along an axis of a sweep, with what else its cells measured",
	Fits: func(r *Result) error {
		return need(r.Curves != nil, cmp.Or(r.Lacks["curves"], "it is not a sweep along a number"))
	},
	Draw: func(_ context.Context, r *Result, _ Options) (*Figure, error) {
		return CurvesFigure(r.Name, r.Curves), nil
	},
}

// Curves is an experiment along one parameter, a line for each setting of the
// others.
type Curves struct {
	Axis  Axis // Label and Scale of the parameter
	Lines []Curve
}

// Curve is one line: the share of successes with its interval, and the quartiles of
// the logarithms of what else was measured, NaN where it was not.
type Curve struct {
	Label             string
	X                 []float64
	Share, Low, High  []float64
	Error, Effective  [3][]float64
	Successes, Trials int
}

// CurvesFigure shows the share of successes, the relative error, and the start in
// effect where there is one.
func CurvesFigure(name string, c *Curves) *Figure {
	share := Panel{X: c.Axis, Y: Axis{Label: "share of recovered x", Min: -0.03, Max: 1.03}}
	off := Panel{X: c.Axis, Y: Axis{Label: "‖x̂ − x‖₂ / ‖x‖₂, median", Scale: Log}, NoLegend: true}
	start := Panel{X: c.Axis, Y: Axis{Label: "α in effect, median", Scale: Log}, NoLegend: true}
	var alt string
	for k, line := range c.Lines {
		ink := Ink(k % dataInks)
		share.Series = append(share.Series,
			Series{X: line.X, Y: line.Low, Y2: line.High, Shape: Band, Ink: ink},
			Series{Name: line.Label, X: line.X, Y: line.Share, Ink: ink, Style: k})
		off.quartiles(line, line.Error, ink, k)
		start.quartiles(line, line.Effective, ink, k)
		alt += fmt.Sprintf(" %s: %d of %d.", describe(line.Label), line.Successes, line.Trials)
	}
	f := &Figure{
		Title:   "Recovery along " + c.Axis.Label,
		Caption: "The share of trials that recovered x, with its 95 % interval (Wilson 1927), and the median of the relative error with its quartiles.",
		Alt:     fmt.Sprintf("Shares of recovered x along %s. Recovered in all:%s", c.Axis.Label, alt),
		Panels:  []Panel{share, off},
	}
	if name != "" {
		f.Title += ": " + name
	}
	if len(start.Series) > 0 {
		f.Panels = append(f.Panels, start)
		f.Caption += " Steps that are large or noisy act like the flow from a smaller start, the α in effect (geometric mean over the coordinates)."
	}
	return f
}

func describe(label string) string {
	if label == "" {
		return "all trials"
	}
	return label
}

// quartiles draws the median of what was measured between its quartiles.
func (p *Panel) quartiles(line Curve, q [3][]float64, ink Ink, style int) {
	some := false
	for _, v := range q[1] {
		some = some || !math.IsNaN(v)
	}
	if !some {
		return
	}
	p.Series = append(p.Series,
		Series{X: line.X, Y: q[0], Y2: q[2], Shape: Band, Ink: ink},
		Series{Name: line.Label, X: line.X, Y: q[1], Ink: ink, Style: style})
}
