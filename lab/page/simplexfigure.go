package page

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/plot"
)

// size is the length of the axes that are drawn: all that is of interest, with
// air. It does not depend on the direction of the view.
func (o *octant) size() float64 {
	size := 0.0
	for k, a := range o.rows {
		for _, v := range a {
			if v != 0 && o.b[k]/v > 0 && o.b[k]/v < 3 {
				size = math.Max(size, o.b[k]/v)
			}
		}
	}
	if o.solved() {
		for _, v := range o.best.X {
			size = math.Max(size, v)
		}
		if o.at != nil {
			for _, v := range o.at.X {
				size = math.Max(size, v)
			}
		}
	}
	if size == 0 {
		size = 1
	}
	return 1.15 * size
}

// figure is the octant as the eye sees it.
func (o *octant) figure(eye view3, part float64) Figure {
	size := o.size()
	middle := 0.36 * size
	cx, cy := eye.at([3]float64{middle, middle, middle})
	half := 0.82 * size
	p := plot.Panel{
		X: plot.Axis{Label: "seen", Min: cx - half, Max: cx + half}, Y: plot.Axis{Label: "seen", Min: cy - half, Max: cy + half},
		Equal: true, Bare: true, Height: 1.7,
	}
	p.Series = append(p.Series, floor(eye, size)...)
	for i := range 3 {
		var e [3]float64
		e[i] = size
		p.Labels = append(p.Labels, eye.label(e, fmt.Sprintf("x[%d]", i), plot.Above, false))
	}
	p.Series = append(p.Series, o.solutions(eye, size)...)
	if o.solved() {
		p.Series = append(p.Series, simplex3(eye, part*o.best.Objective)...)
		p.Series = append(p.Series, o.curves(eye)...)
		if o.at != nil {
			p.Labels = append(p.Labels, eye.label([3]float64(o.at.X), "x*(α)", plot.Right, true))
		}
		if o.at == nil || apart(o.at.X, o.best.X) > 0.05*size {
			p.Labels = append(p.Labels, eye.label([3]float64(o.best.X), "least ‖x‖₁", plot.Below, true))
		}
	}
	return Figure{ID: "octant", Figure: &plot.Figure{
		Kind: "octant", Title: "The simplex touches the solutions in a corner",
		Caption: "Green: all x ≥ 0 with Ax = b, with level sets of the divergence from the start. Blue: the simplex ‖x‖₁ = " + plot.Num(part) + "·Q. Orange: the flow from α·1; dashed: its limits for all larger α.",
		Alt:     o.alt(), Panels: []plot.Panel{p}, Tables: []plot.Table{o.table()},
	}}
}

func (o *octant) alt() string {
	what := "the plane of the solutions of one equation"
	if len(o.rows) == 2 {
		what = "the line of the solutions of two equations"
	}
	if !o.solved() {
		return "The positive octant of space and " + what + ", which do not meet."
	}
	text := fmt.Sprintf("The positive octant of space with %s. The simplex of norm %s touches it at %s.", what, plot.Num(o.best.Objective), coordinates3(o.best.X))
	if o.at != nil {
		text += fmt.Sprintf(" The flow from α = %s ends at %s.", plot.NumLn(o.logAlpha), coordinates3(o.at.X))
	}
	return text
}

func (o *octant) table() plot.Table {
	t := plot.Table{Caption: "the points", Columns: []string{"point", "x[0]", "x[1]", "x[2]", "‖x‖₁"}}
	row := func(name string, x []float64) {
		t.Rows = append(t.Rows, []string{name, formatNumber(x[0]), formatNumber(x[1]), formatNumber(x[2]), formatNumber(math.Abs(x[0]) + math.Abs(x[1]) + math.Abs(x[2]))})
	}
	if o.solved() {
		row("least ‖x‖₁", o.best.X)
	}
	if o.at != nil {
		row("x*(α)", o.at.X)
	}
	return t
}

// floor is the axes, and a grid on the plane x[2] = 0 for the eye to hold on to.
func floor(eye view3, size float64) []plot.Series {
	grid := plot.Series{Ink: plot.Context, Plain: true, Width: 0.5}
	const lines = 5
	for k := range lines + 1 {
		t := size * float64(k) / lines
		eye.draw(&grid, [3]float64{t, 0, 0}, [3]float64{t, size, 0}, gap, [3]float64{0, t, 0}, [3]float64{size, t, 0}, gap)
	}
	axes := plot.Series{Ink: plot.Reference, Shape: plot.Arrows, Width: 1.3}
	for i := range 3 {
		var e [3]float64
		e[i] = size
		x, y := eye.at(e)
		axes.X, axes.Y = append(axes.X, 0), append(axes.Y, 0)
		axes.X2, axes.Y2 = append(axes.X2, x), append(axes.Y2, y)
	}
	return []plot.Series{grid, axes}
}

// solutions are the points of the octant with Ax = b.
func (o *octant) solutions(eye view3, size float64) []plot.Series {
	if len(o.rows) == 2 {
		d := cross3(o.rows[0], o.rows[1])
		line := plot.Series{Name: "Ax = b, x ≥ 0", Ink: 2, Plain: true, Width: 3}
		foot, ok := meet3(o.rows[0], o.rows[1], o.b[0], o.b[1])
		if !ok {
			return nil
		}
		if a, b, ok := segment3(foot, d, size); ok {
			eye.draw(&line, a, b)
		}
		return []plot.Series{line}
	}
	poly := plane3(o.rows[0], o.b[0], size)
	if len(poly) == 0 {
		return nil
	}
	fill := plot.Series{Name: "Ax = b, x ≥ 0", Shape: plot.Region, Ink: 2}
	eye.draw(&fill, poly...)
	edge := plot.Series{Ink: 2, Plain: true, Width: 1.6}
	eye.draw(&edge, append(poly, poly[0])...)
	list := []plot.Series{fill}
	if o.at != nil {
		list = append(list, o.levels(eye, poly)...)
	}
	return append(list, edge)
}

// meet3 is the point nearest to the origin on two planes.
func meet3(a, c [3]float64, b, d float64) (p [3]float64, ok bool) {
	aa, ac, cc := dot3(a, a), dot3(a, c), dot3(c, c)
	det := aa*cc - ac*ac
	if !(det > 1e-12*aa*cc) {
		return p, false
	}
	s, t := (b*cc-d*ac)/det, (d*aa-b*ac)/det
	return add3(add3(p, a, s), c, t), true
}

// levels are the level sets of D(·, α·1) in the plane of the solutions: by
// Pythagoras those of D(·, x*(α)), which is small where it matters.
func (o *octant) levels(eye view3, poly [][3]float64) []plot.Series {
	phi := geometry.Entropy{}
	theta := make([]float64, 3)
	o.problem.A.ApplyT(theta, o.at.Y)
	for i := range theta {
		theta[i] += o.logAlpha
	}
	value := func(x [3]float64) float64 {
		for i := range x {
			if x[i] < 0 {
				return math.Inf(1)
			}
		}
		return phi.Fenchel(x[:], theta)
	}
	most := 0.0
	for _, q := range poly {
		for i := range q {
			q[i] = math.Max(q[i], 0)
		}
		most = math.Max(most, value(q))
	}
	// Coordinates of the plane in which its polygon is [−1, 1]² at most.
	middle, u := poly[0], unit3(cross3(o.rows[0], add3(poly[1], poly[0], -1)))
	w := unit3(cross3(o.rows[0], u))
	var grid [2][]float64
	for k, d := range [2][3]float64{u, w} {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, q := range poly {
			t := dot3(d, add3(q, middle, -1))
			lo, hi = math.Min(lo, t), math.Max(hi, t)
		}
		const steps = 48
		for j := range steps + 1 {
			grid[k] = append(grid[k], lo+(hi-lo)*float64(j)/steps)
		}
	}
	place := func(s, t float64) [3]float64 { return add3(add3(middle, u, s), w, t) }
	sets := plot.LevelSets(grid[0], grid[1], func(s, t float64) float64 { return value(place(s, t)) }, most/25, 4*most/25, 9*most/25, 16*most/25)
	out := plot.Series{Ink: 2, Plain: true, Width: 0.7}
	for _, s := range sets {
		for k := range s.X {
			eye.draw(&out, place(s.X[k], s.Y[k]))
		}
		eye.draw(&out, gap)
	}
	return []plot.Series{out}
}

// simplex3 is {x ≥ 0 : ‖x‖₁ = q}.
func simplex3(eye view3, q float64) []plot.Series {
	corners := [][3]float64{{q, 0, 0}, {0, q, 0}, {0, 0, q}}
	fill := plot.Series{Name: "the simplex", Shape: plot.Region, Ink: 0}
	eye.draw(&fill, corners...)
	edge := plot.Series{Ink: 0, Plain: true, Width: 1.4}
	eye.draw(&edge, append(corners, corners[0])...)
	return []plot.Series{fill, edge}
}

// curves are the limits for all α and the flow.
func (o *octant) curves(eye view3) []plot.Series {
	limits := plot.Series{Name: "limits for larger α", Ink: plot.Reference, Style: 1, Width: 1.2}
	eye.draw(&limits, o.limits...)
	way := plot.Series{Name: "the flow from α·1", Ink: 1, Plain: true, Width: 2.4}
	eye.draw(&way, o.way...)
	return []plot.Series{limits, way}
}

// orbit is a map of the directions of view, on which the eye can be dragged.
func orbit(v *values) Figure {
	azimuth, elevation := v.number("az"), v.number("el")
	p := plot.Panel{
		X: plot.Axis{Label: "azimuth, degrees", Min: -180, Max: 180}, Y: plot.Axis{Label: "elevation", Min: -90, Max: 90},
		Height: 0.45, Labels: []plot.Label{{X: azimuth, Y: elevation, Text: "the eye", Side: plot.Right, Dot: true}},
		Rules: []plot.Rule{{At: 0}},
	}
	return Figure{
		ID: "orbit",
		Figure: &plot.Figure{
			Kind: "orbit", Title: "Where the eye is", Caption: "Drag the eye to walk around.",
			Alt:    fmt.Sprintf("The eye is at azimuth %s and elevation %s degrees.", plot.Num(azimuth), plot.Num(elevation)),
			Panels: []plot.Panel{p},
			Tables: []plot.Table{{Caption: "the eye", Columns: []string{"azimuth", "elevation"}, Rows: [][]string{{formatNumber(azimuth), formatNumber(elevation)}}}},
		},
		Handles: []Handle{{Panel: 0, X: azimuth, Y: elevation, XKey: "az", YKey: "el", Point: -1, Label: "the eye"}},
	}
}
