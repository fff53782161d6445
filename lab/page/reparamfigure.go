package page

import (
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/plot"
)

// rises are the distances from b, relative to that of the start, at which the
// landscape of the loss has a contour.
var rises = []float64{0.25, 0.5, 0.75, 1, 1.5, 2.25, 3}

// contours are the level sets of the loss of which misfit is the residual.
func (s *twoSpaces) contours(w window, misfit func(x, y float64) float64) []plot.Series {
	// The page may be wider than the window.
	const steps, more = 72, 0.25
	var grid [2][]float64
	for i, e := range [2][2]float64{w.x, w.y} {
		air := more * (e[1] - e[0])
		for k := range steps + 1 {
			grid[i] = append(grid[i], e[0]-air+(e[1]-e[0]+2*air)*float64(k)/steps)
		}
	}
	return landscape(plot.LevelSets(grid[0], grid[1], misfit, s.levels()...))
}

// levels are the residuals at which there is a contour, 0 first.
func (s *twoSpaces) levels() []float64 {
	unit := math.Max(math.Abs(s.misfit(s.x0)), 0.1*math.Abs(s.b)+1e-6)
	levels := []float64{0}
	for _, r := range rises {
		levels = append(levels, -r*unit, r*unit)
	}
	return levels
}

// straight are the contours in the space of x, which are parallel lines.
func (s *twoSpaces) straight(w window) []plot.Series {
	size := norm2(s.a)
	u, v := s.a[0]/size, s.a[1]/size
	far := 4 * (w.x[1] - w.x[0] + w.y[1] - w.y[0])
	var sets []plot.Series
	for _, r := range s.levels() {
		// The point nearest to x₀.
		t := (s.misfit(s.x0) - r) / size
		x, y := s.x0[0]-t*u, s.x0[1]-t*v
		sets = append(sets, plot.Series{X: []float64{x - far*v, x + far*v}, Y: []float64{y + far*u, y - far*u}})
	}
	return landscape(sets)
}

// landscape draws level sets, the first of which is the valley.
func landscape(sets []plot.Series) []plot.Series {
	valley := sets[0]
	valley.Name, valley.Ink, valley.Plain, valley.Width = "solutions", 2, true, 2.4
	hills := plot.Series{Name: "level sets of the loss", Ink: plot.Context, Plain: true, Width: 0.9}
	for _, c := range sets[1:] {
		hills.X, hills.Y = append(append(hills.X, c.X...), math.NaN()), append(append(hills.Y, c.Y...), math.NaN())
	}
	return []plot.Series{hills, valley}
}

// parameters is the space of y.
func (s *twoSpaces) parameters(v *values, now int) Figure {
	w := s.parameterWindow()
	x := make([]float64, 2)
	list := s.contours(w, func(u, v float64) float64 {
		s.par.Map(x, []float64{u, v})
		return s.misfit(x)
	})
	list = append(list, steps("gradient descent, step η", s.yk, 0)...)
	list = append(list, track("gradient flow", s.y, 1, 0.9), track("", s.y[:now+1], 1, 2.6))
	panel := plot.Panel{
		X: plot.Axis{Label: "y[0]", Min: w.x[0], Max: w.x[1]}, Y: plot.Axis{Label: "y[1]", Min: w.y[0], Max: w.y[1]}, Equal: true, Height: 1.3,
		Series: list,
		Labels: []plot.Label{
			{X: s.y0[0], Y: s.y0[1], Text: "y₀", Dot: true, Side: plot.Left},
			{X: s.y[now][0], Y: s.y[now][1], Text: "y(t)", Dot: true},
		},
	}
	return Figure{
		ID: "parameters",
		Figure: &plot.Figure{
			Kind: "parameters", Title: "Parameters: gradient flow on a loss that is not convex",
			Caption: "The loss ½(Ag(y) − b)² for x = g(y). Orange: gradient flow; blue: gradient descent with step η.",
			Alt: fmt.Sprintf("The plane of the parameters. Gradient flow starts at %s and is at %s at time %s, where ½(Ag(y) − b)² = %s.",
				coordinates3(s.y0), coordinates3(s.y[now]), plot.Num(s.times[now]), plot.Num(square(s.misfit(s.x[now]))/2)),
			Panels: []plot.Panel{panel},
			Tables: []plot.Table{s.table("y", s.y, now)},
		},
		Handles: []Handle{{Panel: 0, X: s.y0[0], Y: s.y0[1], XKey: "y1", YKey: "y2", Point: -1, Label: "start y₀"}},
	}
}

func square(x float64) float64 { return x * x }

// parameterWindow depends on g alone unless the start leaves it.
func (s *twoSpaces) parameterWindow() window {
	lo, hi := -1.6, 1.6
	switch s.name {
	case "exp":
		lo, hi = -3, 1.3
	case "sigmoid", "softplus":
		lo, hi = -3.2, 3.2
	case "tanh":
		lo, hi = -2.2, 2.2
	}
	w := window{[2]float64{lo, hi}, [2]float64{lo, hi}}
	end := s.y[len(s.y)-1]
	for _, y := range [][]float64{s.y0, end} {
		air := 0.1 * (hi - lo)
		w.x = [2]float64{math.Min(w.x[0], y[0]-air), math.Max(w.x[1], y[0]+air)}
		w.y = [2]float64{math.Min(w.y[0], y[1]-air), math.Max(w.y[1], y[1]+air)}
	}
	return w
}

// unknowns is the space of x.
func (s *twoSpaces) unknowns(v *values, now int) Figure {
	w := window{[2]float64{-0.3, 2.3}, [2]float64{-0.3, 1.5}}
	if lower, _ := geometry.Bounds(s.phi, 0); lower < 0 && !math.IsInf(lower, -1) {
		w.x[0], w.y[0] = lower-0.2, lower-0.2
	}
	for _, x := range [][]float64{s.x0, s.x[len(s.x)-1], {v.number("p1"), v.number("p2")}, {v.number("q1"), v.number("q2")}} {
		w.x = [2]float64{math.Min(w.x[0], x[0]-0.1), math.Max(w.x[1], x[0]+0.1)}
		w.y = [2]float64{math.Min(w.y[0], x[1]-0.1), math.Max(w.y[1], x[1]+0.1)}
	}
	list := s.straight(w)
	twin := track("mirror flow", s.mirror, plot.Reference, 1.3)
	twin.Style = 1
	list = append(list, steps("gradient descent on y, seen in x", s.xk, 0)...)
	list = append(list, steps("mirror descent on x", s.mk, 3)...)
	list = append(list, track("gradient flow on y, seen in x", s.x[:now+1], 1, 4), twin)
	panel := plot.Panel{
		X: plot.Axis{Label: "x[0]", Min: w.x[0], Max: w.x[1]}, Y: plot.Axis{Label: "x[1]", Min: w.y[0], Max: w.y[1]}, Equal: true, Height: 1.3,
		Series: list,
		Labels: []plot.Label{
			{X: s.x0[0], Y: s.x0[1], Text: "x₀", Dot: true, Side: plot.Left},
			{X: s.x[now][0], Y: s.x[now][1], Text: "x(t)", Dot: true},
		},
	}
	return Figure{
		ID: "unknowns",
		Figure: &plot.Figure{
			Kind: "unknowns", Title: "Unknowns: the same curve is mirror flow on a convex loss",
			Caption: "The loss ½(Ax − b)². The orange curve is the image of gradient flow on y; the mirror flow, dotted, lies on it.",
			Alt: fmt.Sprintf("The plane of the unknowns x = g(y). Both flows start at %s and are at %s at time %s.",
				coordinates3(s.x0), coordinates3(s.x[now]), plot.Num(s.times[now])),
			Panels: []plot.Panel{panel},
			Tables: []plot.Table{s.table("x", s.x, now)},
		},
		Handles: []Handle{
			{Panel: 0, X: v.number("p1"), Y: v.number("p2"), XKey: "p1", YKey: "p2", Point: -1, Label: "first point of the line"},
			{Panel: 0, X: v.number("q1"), Y: v.number("q2"), XKey: "q1", YKey: "q2", Point: -1, Label: "second point of the line"},
		},
	}
}

// track is a curve in the plane.
func track(name string, x [][]float64, ink plot.Ink, width float64) plot.Series {
	s := plot.Series{Name: name, Ink: ink, Plain: true, Width: width}
	for _, p := range x {
		s.X, s.Y = append(s.X, p[0]), append(s.Y, p[1])
	}
	return s
}

// steps are the points of a descent, joined.
func steps(name string, x [][]float64, ink plot.Ink) []plot.Series {
	if len(x) == 0 {
		return nil
	}
	points := track(name, x, ink, 0)
	points.Shape, points.Style, points.Filled = plot.Points, int(ink), make([]bool, len(x))
	return []plot.Series{track("", x, ink, 0.7), points}
}

func (s *twoSpaces) table(name string, x [][]float64, now int) plot.Table {
	t := plot.Table{Caption: "the flow", Columns: []string{"t", name + "[0]", name + "[1]"}}
	for k := range x {
		if k%8 == 0 || k == now || k == len(x)-1 {
			t.Rows = append(t.Rows, []string{formatNumber(s.times[k]), formatNumber(x[k][0]), formatNumber(x[k][1])})
		}
	}
	return t
}

// differences shows how far the curves are apart over time.
func (s *twoSpaces) differences(now int, step float64) Figure {
	line := func(name string, times, d []float64, ink plot.Ink, style int) plot.Series {
		q := plot.Series{Name: name, Ink: ink, Style: style, Width: 1.8}
		for k, v := range d {
			if times[k] > 0 && v > 0 {
				q.X, q.Y = append(q.X, times[k]), append(q.Y, math.Log(v))
			}
		}
		return q
	}
	right := apartOver(s.x, s.mirror)
	panel := plot.Panel{
		X:      plot.Axis{Label: "t", Min: 0, Max: s.times[len(s.times)-1]},
		Y:      plot.Axis{Label: "distance of the two curves", Scale: plot.Log, Include: []float64{math.Log(1e-14), 0}},
		Series: []plot.Series{line(fmt.Sprintf("the flows, mirror flow at %s·t", plot.Num(s.clock)), s.times, right, 1, 0)},
		Rules:  []plot.Rule{{Vertical: true, At: s.times[now], Label: "t"}},
	}
	if s.clock != 1 {
		panel.Series = append(panel.Series, line("the flows, both at t: the wrong clock", s.times, apartOver(s.x, s.naive), plot.Reference, 1))
	}
	if step > 0 {
		times := make([]float64, len(s.xk))
		for k := range times {
			times[k] = float64(k) * step
		}
		panel.Series = append(panel.Series, line("the descents, step η = "+plot.Num(step), times, apartOver(s.xk, s.mk), 0, 1))
	}
	return Figure{
		ID: "difference", Trace: panel.Series[0].Name,
		Figure: &plot.Figure{
			Kind: "difference", Title: "Flows agree, steps do not",
			Caption: "With the right clock the flows differ by the error of the integration only. Descent with steps of size η leaves the equivalence at order η.",
			Alt:     fmt.Sprintf("The largest distance of the two flows is %s.", plot.NumDigits(slices.Max(right), 2)),
			Panels:  []plot.Panel{panel},
		},
		Handles: []Handle{{Panel: 0, X: s.times[now], Y: math.Log(1e-7), XKey: "t", Point: -1, Label: "time t"}},
	}
}
