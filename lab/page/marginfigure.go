package page

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/plot"
)

// pointsFigure is the plane with the street and the line of the flow.
func (s *street) pointsFigure(ctx context.Context) Figure {
	n, d := s.dims()
	if d != 2 {
		return s.projected(ctx)
	}
	half := 2.6
	for _, v := range s.entries {
		half = math.Max(half, 1.08*math.Abs(v))
	}
	p := plot.Panel{
		X: plot.Axis{Label: "x[0]", Min: -1.25 * half, Max: 1.25 * half}, Y: plot.Axis{Label: "x[1]", Min: -half, Max: half},
		Equal: true, Height: 1.6, Labels: []plot.Label{{Text: "origin", Dot: true, Side: plot.Below}},
	}
	if s.separable() {
		p.Series = append(p.Series, s.road(half)...)
	}
	if s.now.W != nil && s.now.Norm > 0 {
		line := through(0, s.now.W, half)
		line.Name, line.Ink, line.Plain, line.Width = "the flow at t", 1, true, 1.8
		p.Series = append(p.Series, line)
		u := []float64{s.now.W[0] / s.now.Norm, s.now.W[1] / s.now.Norm}
		p.Series = append(p.Series, plot.Series{Shape: plot.Arrows, Ink: 1, Width: 1.8, X: []float64{0}, Y: []float64{0}, X2: []float64{0.35 * half * u[0]}, Y2: []float64{0.35 * half * u[1]}})
	}
	for _, kind := range []struct {
		name  string
		label float64
		ink   plot.Ink
		style int
	}{{"label 1", 1, 0, 0}, {"label −1", -1, 4, 1}} {
		q := plot.Series{Name: kind.name, Shape: plot.Points, Ink: kind.ink, Style: kind.style}
		for i, y := range s.y {
			if y == kind.label {
				q.X, q.Y = append(q.X, s.entries[2*i]), append(q.Y, s.entries[2*i+1])
				q.Filled = append(q.Filled, slices.Contains(s.answer.Margin.SupportVectors, i))
				q.Names = append(q.Names, fmt.Sprintf("point %d", i))
			}
		}
		if len(q.X) > 0 {
			p.Series = append(p.Series, q)
		}
	}
	f := Figure{ID: "points", Figure: &plot.Figure{
		Kind: "points", Title: "The separator of largest margin, and the flow that turns to it",
		Caption: "Filled: the support vectors. Green: the street between them, as wide as it can be. Orange: the separator of the flow at time t.",
		Alt:     s.alt(), Panels: []plot.Panel{p}, Tables: []plot.Table{s.table()},
	}}
	if !s.separable() {
		f.Title = "Points that no line through the origin separates"
		f.Caption = "Filled: the points whose convex weights combine them to zero, which proves it. Orange: the separator of the flow at time t."
	}
	if !s.own {
		for i := range n {
			f.Handles = append(f.Handles, Handle{Panel: 0, X: s.entries[2*i], Y: s.entries[2*i+1], XKey: "pts", Point: i, Label: fmt.Sprintf("point %d, label %s", i, plot.Num(s.y[i]))})
		}
	}
	return f
}

// projected is the picture of points with more coordinates.
func (s *street) projected(ctx context.Context) Figure {
	if s.separable() {
		f, err := plot.SeparatorFigure(ctx, plot.SeparatedPoints{X: s.x, Labels: s.y, Classes: [2]float64{-1, 1}, W: s.answer.X, Margin: s.answer.Margin.Margin, Support: s.answer.Margin.SupportVectors})
		if err == nil {
			f.Kind = "points"
			return Figure{ID: "points", Figure: f}
		}
	}
	n, d := s.dims()
	return Figure{ID: "points", Figure: &plot.Figure{
		Kind: "points", Title: "Weights of the points", Caption: "The convex weights that combine the points, signed by their labels, to zero.",
		Alt:    fmt.Sprintf("%d points in %d coordinates, and the weights of those that carry the proof.", n, d),
		Panels: []plot.Panel{{X: plot.Axis{Label: "i", Integer: true}, Y: plot.Axis{Label: "pᵢ"}, Series: []plot.Series{{Name: "p", X: plot.Index(len(s.answer.Y)), Y: s.answer.Y, Shape: plot.Stems}}}},
	}}
}

// road is the street of the largest margin: its middle and its edges, between
// which no point lies.
func (s *street) road(half float64) []plot.Series {
	w := s.answer.X
	middle := through(0, w, half)
	middle.Name, middle.Ink, middle.Plain, middle.Width = "largest margin", 2, true, 2
	left, right := through(-1, w, half), through(1, w, half)
	fill := plot.Series{Shape: plot.Region, Ink: 2,
		X: []float64{left.X[0], left.X[1], right.X[1], right.X[0]}, Y: []float64{left.Y[0], left.Y[1], right.Y[1], right.Y[0]}}
	edges := plot.Series{Ink: 2, Plain: true, Width: 0.8}
	for _, q := range []plot.Series{left, right} {
		edges.X, edges.Y = append(append(edges.X, q.X...), math.NaN()), append(append(edges.Y, q.Y...), math.NaN())
	}
	return []plot.Series{fill, edges, middle}
}

// through is the line wᵀx = c across the picture.
func through(c float64, w []float64, half float64) plot.Series {
	size := math.Hypot(w[0], w[1])
	u, v := w[0]/size, w[1]/size
	x, y := c/size*u, c/size*v
	far := 4 * half
	return plot.Series{X: []float64{x - far*v, x + far*v}, Y: []float64{y + far*u, y - far*u}}
}

func (s *street) alt() string {
	plus := 0
	for _, y := range s.y {
		if y > 0 {
			plus++
		}
	}
	text := fmt.Sprintf("%s of label 1 and %d of label −1.", many(plus, "point"), len(s.y)-plus)
	if !s.separable() {
		return text + " No line through the origin separates them; the points " + indices(s.answer.Margin.SupportVectors) + " prove it."
	}
	return text + fmt.Sprintf(" The separator %s x[0] + %s x[1] = 0 has margin %s, held by the points %s.",
		plot.Num(s.answer.X[0]), plot.Num(s.answer.X[1]), plot.Num(s.answer.Margin.Margin), indices(s.answer.Margin.SupportVectors))
}

func (s *street) table() plot.Table {
	t := plot.Table{Caption: "the points", Columns: []string{"point", "x[0]", "x[1]", "label", "weight p"}}
	for i, y := range s.y {
		weight := ""
		if i < len(s.answer.Y) {
			weight = plot.NumDigits(s.answer.Y[i], 6)
		}
		t.Rows = append(t.Rows, []string{fmt.Sprint(i), formatNumber(s.entries[2*i]), formatNumber(s.entries[2*i+1]), plot.Num(y), weight})
	}
	return t
}

// timeFigure is the figure of package plot for runs of this flow, with the time of
// the slider.
func (s *street) timeFigure(logTime float64) Figure {
	n, _ := s.dims()
	m := plot.MarginRun{Gamma: math.NaN(), Points: n, Exponential: !s.logistic}
	if s.separable() {
		m.Gamma = s.answer.Margin.Margin
	}
	far := math.Max(1.5*logTime, 250)
	for _, p := range s.run {
		if p.LogTime > far {
			break
		}
		m.LogTime, m.Margin, m.Norm, m.Bound = append(m.LogTime, p.LogTime), append(m.Margin, p.Margin), append(m.Norm, p.Norm), append(m.Bound, p.Bound)
		if s.separable() {
			m.Direction = append(m.Direction, s.turn(p))
		}
	}
	f := plot.MarginFigure(m)
	f.Kind = "time"
	for k := range f.Panels {
		at := logTime
		if f.Panels[k].X.Scale == plot.Log {
			at = math.Log(logTime) // NaN before t = 1, which is not drawn
		}
		if isFinite(at) {
			f.Panels[k].Rules = append(f.Panels[k].Rules, plot.Rule{Vertical: true, At: at})
		}
	}
	return Figure{ID: "time", Figure: f, Trace: f.Panels[0].Series[0].Name}
}
