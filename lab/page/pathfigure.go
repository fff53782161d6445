package page

import (
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/plot"
)

// shown are the coordinates that become largest on any of the paths, at most so
// many, in their order.
func (s *staircase) shown(m, count int) []int {
	top := make([]float64, m)
	note := func(x []float64) {
		for i, v := range x {
			top[i] = math.Max(top[i], math.Abs(v))
		}
	}
	for k := range s.path.Path.Events {
		note(s.dense(k, m))
	}
	for _, l := range s.lasso {
		note(l.x)
	}
	for _, q := range s.pursuit {
		note(q.x)
	}
	var ever []int
	for i, v := range top {
		if v > 0 {
			ever = append(ever, i)
		}
	}
	slices.SortStableFunc(ever, func(a, b int) int {
		switch {
		case top[a] > top[b]:
			return -1
		case top[a] < top[b]:
			return 1
		}
		return a - b
	})
	ever = ever[:min(count, len(ever))]
	slices.Sort(ever)
	return ever
}

// steps is coordinate i of the exact path.
func (s *staircase) steps(i, m int) (tau, x []float64) {
	tau, x = []float64{0}, []float64{0}
	for k, e := range s.path.Path.Events {
		tau, x = append(tau, e.Tau), append(x, s.dense(k, m)[i])
	}
	return append(tau, s.end()), append(x, x[len(x)-1])
}

// figure is the staircase with the flow at α, and the bound below.
func (s *staircase) figure(p *linearProblem, tau, logAlpha float64, run *flowRun) Figure {
	_, m := p.A.Dims()
	axis := plot.Axis{Label: "τ = t / ln(1/α)", Min: 0, Max: s.end()}
	upper := plot.Panel{X: axis, Y: plot.Axis{Label: "xᵢ", Include: []float64{0}}, Height: 1.2}
	for c, i := range s.shown(m, 7) {
		t, x := s.steps(i, m)
		upper.Series = append(upper.Series, plot.Series{Name: fmt.Sprintf("x[%d]", i), X: t, Y: x, Shape: plot.Steps, Ink: plot.Ink(c), Plain: true, Width: 2.4})
		thin := plot.Series{X: run.tau, Y: make([]float64, len(run.tau)), Ink: plot.Ink(c), Plain: true, Width: 1}
		for k := range thin.Y {
			thin.Y[k] = run.x[k][i]
		}
		upper.Series = append(upper.Series, thin)
	}
	upper.Rules = []plot.Rule{{Vertical: true, At: tau, Label: "τ"}}
	bound := plot.Series{Name: "bᵀy, proven bound", Ink: 0, Plain: true, Width: 2, X: []float64{0}, Y: []float64{0}}
	size := plot.Series{Name: "‖x‖₁", Ink: 1, Plain: true, Width: 2, Shape: plot.Steps, X: []float64{0}, Y: []float64{0}}
	for k, e := range s.path.Path.Events {
		bound.X, bound.Y = append(bound.X, e.Tau), append(bound.Y, e.Bound)
		size.X, size.Y = append(size.X, e.Tau), append(size.Y, norm1(s.dense(k, m)))
	}
	for _, q := range []*plot.Series{&bound, &size} {
		q.X, q.Y = append(q.X, s.end()), append(q.Y, q.Y[len(q.Y)-1])
	}
	lower := plot.Panel{X: axis, Y: plot.Axis{Label: "bound and norm"}, Series: []plot.Series{bound, size}, Height: 0.7, Rules: []plot.Rule{{Vertical: true, At: tau}}}
	if s.path.Status == limit.Certified {
		lower.Rules = append(lower.Rules, plot.Rule{At: s.path.Objective, Label: "least ‖x‖₁"})
	}
	events := s.path.Path.Events
	return Figure{
		ID: "steps", Trace: "bᵀy, proven bound",
		Figure: &plot.Figure{
			Kind: "steps", Title: "The staircase of the flow: " + p.name,
			Caption: "Thick: the limit α → 0. Thin: the flow from α = " + plot.NumLn(logAlpha) + ". Below, bᵀy bounds the least norm from below all along, and ‖x‖₁ meets it at the end.",
			Alt: fmt.Sprintf("%s from τ = %s to τ = %s. The bound rises from 0 to %s.",
				many(len(events), "event"), plot.Num(events[0].Tau), plot.Num(events[len(events)-1].Tau), plot.Num(events[len(events)-1].Bound)),
			Panels: []plot.Panel{upper, lower},
		},
		Handles: []Handle{{Panel: 0, X: tau, Y: 0, XKey: "s", Point: -1, Label: "time τ"}},
	}
}

// compare shows the path, the lasso and matching pursuit on the same axes.
func (s *staircase) compare(p *linearProblem, tau float64) Figure {
	_, m := p.A.Dims()
	lo, hi := 0.0, 0.0
	stretch := func(y []float64) {
		lo, hi = math.Min(lo, slices.Min(y)), math.Max(hi, slices.Max(y))
	}
	axis := plot.Axis{Label: "τ = 1/λ", Min: 0, Max: s.far()}
	panels := []plot.Panel{{Title: "the flow, α → 0"}, {Title: "lasso (LARS)"}, {Title: "orthogonal matching pursuit"}}
	for c, i := range s.shown(m, 7) {
		line := plot.Series{Name: fmt.Sprintf("x[%d]", i), Ink: plot.Ink(c), Plain: true, Width: 2}
		path, lasso, pursuit := line, line, line
		path.Shape, pursuit.Shape = plot.Steps, plot.Steps
		path.X, path.Y = s.steps(i, m)
		path.X, path.Y = append(path.X, axis.Max), append(path.Y, path.Y[len(path.Y)-1])
		lasso.X, lasso.Y = []float64{0}, []float64{0}
		for _, l := range s.lasso {
			lasso.X, lasso.Y = append(lasso.X, l.tau), append(lasso.Y, l.x[i])
		}
		pursuit.X, pursuit.Y = []float64{0}, []float64{0}
		for _, q := range s.pursuit {
			pursuit.X, pursuit.Y = append(pursuit.X, q.tau), append(pursuit.Y, q.x[i])
		}
		pursuit.X, pursuit.Y = append(pursuit.X, axis.Max), append(pursuit.Y, pursuit.Y[len(pursuit.Y)-1])
		for k, q := range []plot.Series{path, lasso, pursuit} {
			stretch(q.Y)
			panels[k].Series = append(panels[k].Series, q)
		}
	}
	air := 0.06 * math.Max(hi-lo, 1e-300)
	for k := range panels {
		panels[k].X, panels[k].Y = axis, plot.Axis{Label: "xᵢ", Min: lo - air, Max: hi + air}
		panels[k].Height, panels[k].NoLegend = 0.75, k > 0
		panels[k].Rules = []plot.Rule{{Vertical: true, At: tau}}
	}
	var order []int
	for _, q := range s.pursuit {
		order = append(order, q.index)
	}
	return Figure{ID: "compare", Figure: &plot.Figure{
		Kind: "compare", Title: "Three ways to add coordinates",
		Caption: "The same problem on the same axes. The lasso at λ = 1/τ averages the path up to τ where no coordinate turns back; matching pursuit, drawn where its largest correlation is 1/τ, never drops a coordinate.",
		Alt: fmt.Sprintf("The flow ends with %s, the lasso at the largest τ has %s, and matching pursuit took the coordinates %v in this order.",
			many(len(s.path.Path.Events[len(s.path.Path.Events)-1].X.Index), "nonzero"), many(countNonzero(s.lasso[len(s.lasso)-1].x), "nonzero"), order),
		Panels: panels,
	}}
}
