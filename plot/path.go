package plot

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
)

var pathKind = Kind{
	Name:    "path",
	Summary: "the α → 0 path: coordinates and the proven bound, event by event",
	Fits: func(r *Result) error {
		return need(len(r.Events) > 0, "it has no events; `tacit path A b -o DIR` writes them")
	},
	Draw: func(_ context.Context, r *Result, opt Options) (*Figure, error) {
		p := Path{Cols: r.Cols, Events: r.Events, Certified: r.Status == "certified"}
		if r.Objective != nil {
			p.Optimum = *r.Objective
		} else {
			p.Optimum = math.NaN()
		}
		return PathFigure(p, opt)
	},
}

// Path is the exact limit α → 0 of an entropic flow, constant between events.
type Path struct {
	Cols      int
	Events    []Event
	Optimum   float64 // ‖x‖₁ at the end; NaN if the path was not followed to it
	Certified bool
}

// PathFigure shows a path: x over τ = t/ln(1/α), and below it bᵀy, which bounds
// the least ℓ1 norm and meets it at the end.
func PathFigure(p Path, opt Options) (*Figure, error) {
	events := slices.DeleteFunc(slices.Clone(p.Events), func(e Event) bool { return !finite(e.Tau) })
	tau, end := eventTimes(events)
	top := make([]float64, p.Cols)
	var ever []int
	for _, e := range events {
		for _, i := range slices.Sorted(maps.Keys(e.X)) {
			if i < 0 || i >= p.Cols {
				return nil, fmt.Errorf("an event names the coordinate %d of %d", i, p.Cols)
			}
			if top[i] == 0 {
				ever = append(ever, i)
			}
			top[i] = math.Max(top[i], math.Abs(e.X[i]))
		}
	}
	shown, rest, err := front(top, opt.Coordinates)
	if err != nil {
		return nil, err
	}
	if opt.Coordinates == nil {
		shown = slices.DeleteFunc(shown, func(i int) bool { return top[i] == 0 })
	}
	slices.Sort(ever)
	rest = slices.DeleteFunc(rest, func(i int) bool { _, found := slices.BinarySearch(ever, i); return !found })

	value := func(i, k int) float64 {
		if k == 0 {
			return 0
		}
		return events[min(k, len(events))-1].X[i]
	}
	f := &Figure{Title: "The path of the flow as α → 0"}
	x := Panel{X: Axis{Label: "τ = t / ln(1/α)"}, Y: Axis{Label: "xᵢ(τ)", Include: []float64{0}}}
	context, note := contextSeries(tau, rest, value)
	for k := range context {
		if context[k].Shape == Line {
			context[k].Shape = Steps
		}
	}
	x.Series = context
	for c, i := range shown {
		s := Series{Name: coordinate(i), X: tau, Y: make([]float64, len(tau)), Shape: Steps, Ink: Ink(c % dataInks), Style: c}
		for k := range tau {
			s.Y[k] = value(i, k)
		}
		x.Series = append(x.Series, s)
	}
	if note != "" {
		f.Notes = append(f.Notes, note)
	}
	f.Panels = []Panel{x, boundPanel(events, tau, p)}
	last := events[len(events)-1]
	f.Caption = "Between events x does not move; at an event a coordinate comes or goes. " +
		"bᵀy is a proven lower bound of the least ‖x‖₁ all along, and meets it at the end."
	f.Alt = fmt.Sprintf("%d events from τ = %s to τ = %s. %d of %d coordinates are ever nonzero, %d at the end. The bound rises from 0 to %s%s.",
		len(events), Num(events[0].Tau), Num(end), len(ever), p.Cols, len(last.X), Num(last.Bound), meets(p))
	return f, nil
}

// eventTimes are 0, the events, and a while after the last.
func eventTimes(events []Event) (tau []float64, last float64) {
	tau = []float64{0}
	for _, e := range events {
		tau = append(tau, e.Tau)
		last = e.Tau
	}
	return append(tau, last*1.15), last
}

func meets(p Path) string {
	if p.Certified && finite(p.Optimum) {
		return ", the certified ‖x‖₁ = " + Num(p.Optimum)
	}
	return ""
}

func boundPanel(events []Event, tau []float64, p Path) Panel {
	s := Series{Name: "bᵀy, proven bound", X: tau, Y: []float64{0}, Ink: 0}
	for _, e := range events {
		s.Y = append(s.Y, e.Bound)
	}
	s.Y = append(s.Y, s.Y[len(s.Y)-1])
	panel := Panel{X: Axis{Label: "τ = t / ln(1/α)"}, Y: Axis{Label: "bᵀy, the proven bound"}, Series: []Series{s}, Height: 0.6}
	if p.Certified && finite(p.Optimum) {
		panel.Rules = []Rule{{At: p.Optimum, Label: "least ‖x‖₁"}}
	}
	return panel
}
