package page

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/tacit-dev/tacit/flow"
	deep "github.com/tacit-dev/tacit/landscape"
	"github.com/tacit-dev/tacit/plot"
)

// wayFigure shows a plane through a critical point, and how the loss falls along
// the way down from it.
func (t *terrain) wayFigure(chosen int) *plot.Figure {
	s := t.points[chosen]
	state, err := t.data.At(t.net, s.w)
	if err != nil { // the weights are our own
		panic(err)
	}
	down, up := t.directions(s, state)
	name := kindWords[s.point.Kind]
	const reach, window, steps = 1.8, 1.2, 60
	lines := make([]float64, steps+1)
	for k := range lines {
		lines[k] = reach * (2*float64(k)/steps - 1)
	}
	v := make([]float64, len(s.w))
	change := func(a, b float64) float64 {
		for i := range v {
			v[i] = a*down[i] + b*up[i]
		}
		return state.Change(v)
	}
	p := plot.Panel{
		X: plot.Axis{Label: "along the way down", Min: -window, Max: window}, Y: plot.Axis{Label: "along the strongest curvature", Min: -window, Max: window},
		Equal: true, Labels: []plot.Label{{Text: name, Dot: true, Side: plot.Above}}, Height: 1.2,
	}
	if s.point.Escape == nil {
		p.X.Label = "along the weakest curvature"
	}
	for _, group := range []struct {
		name   string
		ink    plot.Ink
		style  int
		levels []float64
	}{
		{"lower", 0, 0, []float64{-2, -1, -0.5, -0.25, -0.1, -0.04, -0.01}},
		{"the same loss", plot.Reference, 0, []float64{0}},
		{"higher", 1, 0, []float64{0.01, 0.04, 0.1, 0.25, 0.5, 1, 2, 4}},
	} {
		for k, c := range plot.LevelSets(lines, lines, change, group.levels...) {
			c.Ink, c.Style, c.Plain, c.Width = group.ink, group.style, true, 1
			if k == len(group.levels)/2 {
				c.Name, c.Width = group.name, 1.4
			}
			if len(c.X) > 0 {
				p.Series = append(p.Series, c)
			}
		}
	}
	f := &plot.Figure{
		Title:   fmt.Sprintf("Through the %s at (%s, %s)", name, plot.NumDigits(s.u, 3), plot.NumDigits(s.v, 3)),
		Caption: "Level lines of the loss around the critical point, in the space of all weights.",
		Panels:  []plot.Panel{p},
		Alt:     fmt.Sprintf("The %s at (%s, %s) has loss %s.", name, plot.NumDigits(s.u, 3), plot.NumDigits(s.v, 3), plot.NumDigits(s.point.Loss, 5)),
	}
	if e := s.point.Escape; e != nil {
		f.Panels = append(f.Panels, wayDown(state, e))
		f.Caption += fmt.Sprintf(" Below: how far the loss falls along the way down, a line of slope %d.", e.Order)
		f.Alt += fmt.Sprintf(" Along the way down the loss falls like t^%d; at t = %s it is lower by %s.", e.Order, plot.NumDigits(e.Step, 3), plot.NumDigits(e.Decrease, 3))
	} else {
		f.Alt += " There is no way down."
	}
	return f
}

// wayDown is L(W) − L(W + tV) over t, both logarithmic.
func wayDown(state *deep.State, e *deep.Escape) plot.Panel {
	line := plot.Series{Name: "L(W) − L(W + tV)", Ink: 0, Plain: true, Width: 2.2}
	slope := plot.Series{Name: fmt.Sprintf("slope %d", e.Order), Ink: plot.Reference, Style: 1}
	v := make([]float64, len(e.Direction))
	const low, high = -3, 0.0
	at := func(t float64) float64 {
		for i := range v {
			v[i] = t * e.Direction[i]
		}
		return -state.Change(v)
	}
	side := 1.0 // W + tV or W − tV
	if at(0.01) < at(-0.01) {
		side = -1
	}
	small := math.Pow(10, low)
	for k := range 61 {
		t := math.Pow(10, low+(high-low)*float64(k)/60)
		if fall := at(side * t); fall > 0 {
			line.X, line.Y = append(line.X, math.Log(t)), append(line.Y, math.Log(fall))
		}
		slope.X = append(slope.X, math.Log(t))
		slope.Y = append(slope.Y, math.Log(math.Max(at(side*small), 1e-300))+float64(e.Order)*math.Log(t/small))
	}
	return plot.Panel{
		X: plot.Axis{Label: "t", Scale: plot.Log}, Y: plot.Axis{Label: "fall of the loss", Scale: plot.Log},
		Series: []plot.Series{line, slope}, Height: 0.8,
	}
}

// directions are the way down, or the direction of weakest curvature at a minimum,
// and that of strongest curvature, of length 1 and orthogonal.
func (t *terrain) directions(s summit, state *deep.State) (down, up []float64) {
	n := len(s.w)
	h := make([]float64, n*n)
	state.Hessian(h, true)
	var e mat.EigenSym
	down, up = make([]float64, n), make([]float64, n)
	down[0], up[n-1] = 1, 1
	if e.Factorize(mat.NewSymDense(n, h), true) {
		var v mat.Dense
		e.VectorsTo(&v)
		mat.Col(down, 0, &v)
		mat.Col(up, n-1, &v)
	}
	if s.point.Escape != nil {
		copy(down, s.point.Escape.Direction)
		dot := 0.0
		for i := range up {
			dot += up[i] * down[i]
		}
		size := 0.0
		for i := range up {
			up[i] -= dot * down[i]
			size = math.Hypot(size, up[i])
		}
		if size < 1e-6 { // a Hessian of zeros: any other direction
			for i := range up {
				up[i] = 0
			}
			k := 0
			for i := range down {
				if math.Abs(down[i]) < math.Abs(down[k]) {
					k = i
				}
			}
			up[k], size = 1, 1
		}
		for i := range up {
			up[i] /= size
		}
	}
	return down, up
}

// judge compares counts, and what the flow keeps.
func (t *terrain) judge(view *View, d *descent) {
	bad, strict, minima, agree := 0, 0, 0, 0
	for _, s := range t.points {
		switch s.point.Kind {
		case deep.NonStrictSaddle:
			bad++
		case deep.StrictSaddle:
			strict++
		case deep.GlobalMinimum:
			minima++
		}
		if s.point.Agree && s.point.Count != nil {
			agree++
		}
	}
	predicted := map[int]int{3: 2}[t.layers] // (0, 0) and (2^⅓, 0)
	view.Checks = []Check{
		absolute("bad saddles in the slice", float64(predicted), float64(bad), 0),
		absolute("critical points whose counts by ranks and by eigenvalues agree", float64(len(t.points)), float64(agree), 0),
	}
	for k, s := range t.points {
		if s.point.Escape == nil {
			continue
		}
		order := 2.0
		if s.point.Kind == deep.NonStrictSaddle {
			order = 3
		}
		view.Checks = append(view.Checks, absolute(fmt.Sprintf("order of the way down from point %d, a %s", k, kindWords[s.point.Kind]), order, float64(s.point.Escape.Order), 0))
	}
	if t.layers > 1 {
		view.Checks = append(view.Checks, absolute("largest change of W_{j+1}ᵀW_{j+1} − W_jW_jᵀ along the flow", 0, maxOf(d.balance), 1e-6*(1+d.imbalance)))
	}
	view.Facts = []Fact{
		fact("critical points in the slice", "%s, %s, %s", counted(minima, "minimum", "minima"), counted(strict, "strict saddle", "strict saddles"), counted(bad, "bad saddle", "bad saddles")),
		fact("loss", "%s at the start, %s at t = %s", plot.NumDigits(d.loss0, 5), plot.NumDigits(d.end, 3), plot.NumDigits(d.t[len(d.t)-1], 4)),
		fact("imbalance", "%s, changed by %s", plot.NumDigits(d.imbalance, 4), plot.NumDigits(maxOf(d.balance), 2)),
	}
	word := []string{"", "One layer has", "Two layers have", "Three layers have"}[t.layers]
	view.Summary = fmt.Sprintf("%s %s, %s and %s in this slice. The flow from the start has loss %s at t = %s.",
		word, counted(minima, "minimum", "minima"), counted(strict, "strict saddle", "strict saddles"), counted(bad, "bad saddle", "bad saddles"), plot.NumDigits(d.end, 2), plot.NumDigits(d.t[len(d.t)-1], 3))
}

// clock adds the stairs of a network from a tiny start with the predicted times.
func (t *terrain) clock(ctx context.Context, view *View, logAlpha float64) error {
	// A little apart, as equal singular values have no vectors of their own.
	start, err := flow.AlignedStart(t.data, float64(t.layers), []float64{logAlpha, logAlpha - 0.01})
	if err != nil {
		return err
	}
	s, err := flow.NewDeepSpectral(t.data, start, 1e-5)
	if err != nil {
		return err
	}
	run, err := s.Run(ctx, 0, flow.DeepOptions{UntilLogTime: math.Inf(1), UntilResidual: 1e-4, Save: 260, MaxSteps: 100000})
	if err != nil {
		return unfollowed(ctx, view, err)
	}
	m := plot.Modes{Depth: t.layers, LogAlpha: logAlpha}
	for _, p := range run.Points {
		m.LogT, m.LogLapse, m.Residual = append(m.LogT, p.LogTime), append(m.LogLapse, p.LogLapse), append(m.Residual, p.Residual)
		m.LogSingular = append(m.LogSingular, p.LogSingular...)
	}
	for _, r := range run.Stairs {
		stair := plot.Stair{Mode: r.Mode, Final: r.Final, LogTime: r.LogTime}
		if !math.IsNaN(r.LogRise) {
			stair.LogRise = &r.LogRise
		}
		if !math.IsNaN(r.LogPredict) {
			stair.Predict = &r.LogPredict
			view.Checks = append(view.Checks, absolute(fmt.Sprintf("ln t at half of mode %d (%s), from α = %s", r.Mode, plot.NumDigits(r.Final, 3), plot.NumLn(logAlpha)), r.LogPredict, r.LogTime, 2e-2))
		}
		m.Stairs = append(m.Stairs, stair)
	}
	f, err := plot.StairsFigure(m, plot.Options{})
	if err != nil {
		return nil //nolint:nilerr // nothing rises: there is no clock to show
	}
	f.Title = "The clock from saddle to saddle, α = " + plot.NumLn(logAlpha)
	view.Figures = append(view.Figures, Figure{ID: "clock", Figure: f})
	return ctx.Err()
}
