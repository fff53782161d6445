package page

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/plot"
)

// window is the part of the plane that is shown.
type window struct{ x, y [2]float64 }

// window holds all that can be dragged, and the limit; it changes only when one of
// them leaves it, so that the picture stands still under the hand.
func (p *plane) window(v *values) window {
	w := window{[2]float64{-0.4, 2.6}, [2]float64{-0.4, 1.6}}
	if lower, upper := geometry.Bounds(p.geo.phi, 0); !math.IsInf(upper, 1) {
		air := 0.12 * (upper - lower)
		w = window{[2]float64{lower - air, upper + air}, [2]float64{lower - air, upper + air}}
	}
	hold := func(x, y float64) {
		air := 0.06 * (w.x[1] - w.x[0])
		if x < w.x[0] || x > w.x[1] {
			w.x[0], w.x[1] = math.Min(w.x[0], x-air), math.Max(w.x[1], x+air)
		}
		if y < w.y[0] || y > w.y[1] {
			w.y[0], w.y[1] = math.Min(w.y[0], y-air), math.Max(w.y[1], y+air)
		}
	}
	hold(p.x0[0], p.x0[1])
	hold(v.number("p1"), v.number("p2"))
	hold(v.number("q1"), v.number("q2"))
	if p.reached() {
		hold(p.answer.X[0], p.answer.X[1])
	}
	return w
}

// planeFigure is the field with the balloon and the flow.
func (p *plane) planeFigure(w window, reach float64, v *values) Figure {
	panel := plot.Panel{
		X: plot.Axis{Label: "x[0]", Min: w.x[0], Max: w.x[1]}, Y: plot.Axis{Label: "x[1]", Min: w.y[0], Max: w.y[1]},
		Equal: true, Height: 1.5,
	}
	panel.Series = append(panel.Series, p.outside(w)...)
	panel.Series = append(panel.Series, p.field(w))
	panel.Series = append(panel.Series, p.others(w)...)
	at, level := p.x0, 0.0
	if p.reached() {
		if q, ok := p.at(p.theta0, reach*p.nu); ok {
			at, level = q, p.geo.phi.Bregman(q, p.x0)
		}
		panel.Series = append(panel.Series, p.balloon(level, w)...)
	}
	long := 3 * (w.x[1] - w.x[0] + w.y[1] - w.y[0])
	if reach < 1 && p.reached() {
		panel.Series = append(panel.Series, p.parallel(at, long, plot.Series{Name: "its parallel", Ink: plot.Reference, Width: 1}))
	}
	on := []float64{v.number("p1"), v.number("p2")}
	panel.Series = append(panel.Series, p.parallel(on, long, plot.Series{Name: "Ax = b", Ink: 2, Plain: true, Width: 2.4}))
	nu := p.towards(p.theta0, p.x0)
	if p.reached() {
		nu = p.nu
	}
	whole := plot.Series{Ink: 1, Plain: true, Width: 1}
	whole.X, whole.Y = p.curve(p.theta0, nu, 120)
	done := plot.Series{Name: "the flow", Ink: 1, Plain: true, Width: 2.6}
	done.X, done.Y = p.curve(p.theta0, reach*nu, 120)
	panel.Series = append(panel.Series, whole, done)
	panel.Labels = []plot.Label{{X: p.x0[0], Y: p.x0[1], Text: "x₀", Dot: true, Side: plot.Left}}
	alt := fmt.Sprintf("The line %s x[0] + %s x[1] = %s and the flow from the start (%s, %s) in the geometry %s.",
		plot.Num(p.a[0]), plot.Num(p.a[1]), plot.Num(p.b), plot.Num(p.x0[0]), plot.Num(p.x0[1]), p.geo.show)
	rows := [][]string{{"start", formatNumber(p.x0[0]), formatNumber(p.x0[1]), "0"}}
	if p.reached() {
		x := p.answer.X
		panel.Labels = append(panel.Labels, plot.Label{X: x[0], Y: x[1], Text: "limit", Dot: true, Side: plot.Right})
		if reach < 1 {
			panel.Labels = append(panel.Labels, plot.Label{X: at[0], Y: at[1], Text: "x(ν)", Dot: true, Side: plot.Below})
		}
		alt += fmt.Sprintf(" It ends at (%s, %s), where the level set D(x, x₀) = %s touches the line.", plot.Num(x[0]), plot.Num(x[1]), plot.Num(p.answer.Objective))
		rows = append(rows, []string{"moving point", formatNumber(at[0]), formatNumber(at[1]), formatNumber(level)},
			[]string{"limit", formatNumber(x[0]), formatNumber(x[1]), formatNumber(p.answer.Objective)})
	} else {
		alt += " It has no limit: " + unreached(p.answer) + "."
	}
	return Figure{
		ID: "plane",
		Figure: &plot.Figure{
			Kind: "plane", Title: "The balloon touches the line where the flow stops: " + p.geo.show,
			Caption: "The shaded balloon is {x : D(x, x₀) ≤ D(x(ν), x₀)}. It grows from the start and touches Ax = b at the limit of the flow. Grey: other starts; arrows: the direction of the flow.",
			Alt:     alt, Panels: []plot.Panel{panel},
			Tables: []plot.Table{{Caption: "the points", Columns: []string{"point", "x[0]", "x[1]", "D(x, x₀)"}, Rows: rows}},
		},
		Handles: []Handle{
			{Panel: 0, X: p.x0[0], Y: p.x0[1], XKey: "x", YKey: "y", Point: -1, Label: "start"},
			{Panel: 0, X: v.number("p1"), Y: v.number("p2"), XKey: "p1", YKey: "p2", Point: -1, Label: "first point of the line"},
			{Panel: 0, X: v.number("q1"), Y: v.number("q2"), XKey: "q1", YKey: "q2", Point: -1, Label: "second point of the line"},
		},
	}
}

// parallel is the line of direction ⊥a through a point.
func (p *plane) parallel(on []float64, long float64, s plot.Series) plot.Series {
	size := math.Hypot(p.a[0], p.a[1])
	dx, dy := -p.a[1]/size*long, p.a[0]/size*long
	s.X, s.Y = []float64{on[0] - dx, on[0] + dx}, []float64{on[1] - dy, on[1] + dy}
	return s
}

// balloon is the level set through the moving point, filled, and those before it.
func (p *plane) balloon(level float64, w window) []plot.Series {
	b := p.newBalls(2 * (w.x[1] - w.x[0] + w.y[1] - w.y[0]))
	var list []plot.Series
	for _, share := range []float64{1.0 / 16, 1.0 / 4, 9.0 / 16} {
		s := plot.Series{Ink: 0, Plain: true, Width: 0.7}
		s.X, s.Y = b.levelSet(level*share, 120)
		list = append(list, s)
	}
	fill := plot.Series{Name: "D(x, x₀) ≤ " + plot.Num(level), Ink: 0, Shape: plot.Region}
	fill.X, fill.Y, _ = b.ball(level, 240)
	edge := plot.Series{Ink: 0, Plain: true, Width: 1.8}
	edge.X, edge.Y = b.levelSet(level, 240)
	return append(list, fill, edge)
}

// levelSet is {D(x, x₀) = level} inside of the domain.
func (b *balls) levelSet(level float64, steps int) (x, y []float64) {
	x, y, inside := b.ball(level, steps)
	for k, in := range inside {
		if !in {
			x[k], y[k] = math.NaN(), math.NaN()
		}
	}
	return x, y
}

// outside is what of a page of any shape is not in the domain.
func (p *plane) outside(w window) []plot.Series {
	far := 3 * (w.x[1] - w.x[0] + w.y[1] - w.y[0])
	left, right := geometry.Bounds(p.geo.phi, 0)
	bottom, top := geometry.Bounds(p.geo.phi, 1)
	if math.IsInf(left, -1) && math.IsInf(right, 1) {
		return nil
	}
	left, right = math.Max(left, w.x[0]-far), math.Min(right, w.x[1]+far)
	bottom, top = math.Max(bottom, w.y[0]-far), math.Min(top, w.y[1]+far)
	s := plot.Series{Name: "not in the domain of φ", Shape: plot.Region, Ink: plot.Context}
	for _, r := range [][4]float64{
		{w.x[0] - far, left, w.y[0] - far, w.y[1] + far}, {right, w.x[1] + far, w.y[0] - far, w.y[1] + far},
		{left, right, w.y[0] - far, bottom}, {left, right, top, w.y[1] + far},
	} {
		s.X = append(s.X, r[0], r[1], r[1], r[0], math.NaN())
		s.Y = append(s.Y, r[2], r[2], r[3], r[3], math.NaN())
	}
	return []plot.Series{s}
}

// others are the flows from points all over the window.
func (p *plane) others(w window) []plot.Series {
	const columns, rows = 5, 4
	s := plot.Series{Ink: plot.Context, Plain: true}
	theta := make([]float64, 2)
	for i := range rows {
		for j := range columns {
			x := []float64{
				w.x[0] + (float64(j)+0.5)/columns*(w.x[1]-w.x[0]),
				w.y[0] + (float64(i)+0.5)/rows*(w.y[1]-w.y[0]),
			}
			if geometry.CheckInterior(p.geo.phi, "x", x) != nil {
				continue
			}
			p.geo.phi.Grad(theta, x)
			u, v := p.curve(theta, p.towards(theta, x), 40)
			s.X = append(append(s.X, u...), math.NaN())
			s.Y = append(append(s.Y, v...), math.NaN())
		}
	}
	return []plot.Series{s}
}

// field is the direction of the flow, −(∇²φ)⁻¹Aᵀ(Ax−b), at points of a grid; the
// length of an arrow grows with the logarithm of the speed.
func (p *plane) field(w window) plot.Series {
	const columns, rows = 17, 12
	s := plot.Series{Shape: plot.Arrows, Ink: plot.Context, Width: 1}
	dx, dy := (w.x[1]-w.x[0])/columns, (w.y[1]-w.y[0])/rows
	theta, d := make([]float64, 2), make([]float64, 2)
	for i := range rows {
		for j := range columns {
			x := []float64{w.x[0] + (float64(j)+0.5)*dx, w.y[0] + (float64(i)+0.5)*dy}
			if geometry.CheckInterior(p.geo.phi, "x", x) != nil {
				continue
			}
			p.geo.phi.Grad(theta, x)
			p.geo.phi.HessConjDiag(d, theta)
			r := p.misfit(x)
			u, v := -d[0]*p.a[0]*r, -d[1]*p.a[1]*r
			speed := math.Hypot(u, v)
			if !(speed > 0) || math.IsInf(speed, 1) {
				continue
			}
			length := 0.75 * math.Min(dx, dy) * math.Min(1, 0.25+0.25*math.Log1p(4*speed))
			u, v = u/speed*length/2, v/speed*length/2
			s.X, s.Y = append(s.X, x[0]-u), append(s.Y, x[1]-v)
			s.X2, s.Y2 = append(s.X2, x[0]+u), append(s.Y2, x[1]+v)
		}
	}
	return s
}

// dualFigure is Ψ along its only dimension, with the ball at the reach.
func (p *plane) dualFigure(reach float64) Figure {
	point := p.chart.NewPoint()
	psi := func(s float64) float64 {
		theta := []float64{p.theta0[0] + p.a[0]*s*p.nu, p.theta0[1] + p.a[1]*s*p.nu}
		if !geometry.InDualDomain(p.geo.phi, theta) {
			return math.NaN()
		}
		p.chart.At(point, []float64{s * p.nu})
		return p.chart.Psi(point, []float64{p.b})
	}
	curve := plot.Series{Name: "Ψ(ν)", Ink: 3, Plain: true, Width: 2}
	rolled := plot.Series{Name: "rolled so far", Ink: 1, Plain: true, Width: 3}
	const steps = 120
	top := math.Max(psi(0), psi(1)+1e-9)
	for k := 0; k <= steps; k++ {
		s := -0.3 + 1.9*float64(k)/steps
		y := psi(s)
		if y > top+0.6*(top-psi(1)) {
			y = math.NaN()
		}
		curve.X, curve.Y = append(curve.X, s), append(curve.Y, y)
		q := reach * float64(k) / steps
		rolled.X, rolled.Y = append(rolled.X, q), append(rolled.Y, psi(q))
	}
	panel := plot.Panel{
		X: plot.Axis{Label: "ν / ν*,  ν* = " + plot.Num(p.nu)}, Y: plot.Axis{Label: "Ψ(ν) = φ*(θ₀ + Aᵀν) − ⟨b, ν⟩"},
		Series: []plot.Series{curve, rolled},
		Labels: []plot.Label{
			{X: 0, Y: psi(0), Text: "start", Side: plot.Above},
			{X: reach, Y: psi(reach), Text: "the ball", Dot: true, Side: plot.Above},
		},
		Rules: []plot.Rule{{Vertical: true, At: 1, Label: "limit"}},
	}
	return Figure{
		ID: "dual",
		Figure: &plot.Figure{
			Kind: "dual", Title: "The same flow in the dual: a ball rolls down Ψ",
			Caption: "ν′ = −Ψ′(ν) = b − Ax(ν). The slope is the misfit of the equation, and the ball rests where there is none.",
			Alt: fmt.Sprintf("Ψ is convex and falls from %s at ν = 0 to its least value %s at ν = %s. The ball is at ν = %s.",
				plot.Num(psi(0)), plot.Num(psi(1)), plot.Num(p.nu), plot.Num(reach*p.nu)),
			Panels: []plot.Panel{panel},
		},
		Handles: []Handle{{Panel: 0, X: reach, Y: psi(reach), XKey: "r", Point: -1, Label: "the ball"}},
	}
}
