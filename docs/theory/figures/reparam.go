package main

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/descent"
	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/param"
	"github.com/tacit-dev/tacit/plot"
)

// squareFlow is x(t) of the flow of y with x = y∘y from y² = α.
func squareFlow(ctx context.Context, p *instance.Problem, alpha float64, times []float64) ([][]float64, error) {
	_, m := p.A.Dims()
	x, g := make([]float64, m), make([]float64, m)
	y, err := follow(ctx, func(dst, y []float64) {
		param.Square().Map(x, y)
		pull(g, p.A, p.B, x)
		for i := range dst {
			dst[i] = -2 * y[i] * g[i]
		}
	}, constant(m, math.Sqrt(alpha)), times)
	for _, row := range y {
		param.Square().Map(row, append([]float64(nil), row...))
	}
	return y, err
}

// xSpace shows the coordinates of the square flow, one after the other.
func xSpace(ctx context.Context) (*plot.Figure, error) {
	p, err := gaussian(16, 40, 3, true, 9)
	if err != nil {
		return nil, err
	}
	times := grid(0.01, 50, 200)
	x, err := squareFlow(ctx, p, 1e-9, times)
	if err != nil {
		return nil, err
	}
	panel := plot.Panel{X: plot.Axis{Label: "t"}, Y: plot.Axis{Label: "x(t)"}}
	ink := plot.Ink(0)
	named := false
	for i, v := range p.X {
		if v == 0 {
			s := line("", times, column(x, i), plot.Context)
			if !named {
				s.Name, named = "entries that are 0 in the planted x", true
			}
			panel.Series = append(panel.Series, s)
		}
	}
	for i, v := range p.X {
		if v != 0 {
			panel.Series = append(panel.Series, dashed(fmt.Sprintf("x[%d]", i), times, column(x, i), ink))
			panel.Rules = append(panel.Rules, plot.Rule{At: v, Label: fmt.Sprintf("planted x[%d]", i)})
			ink++
		}
	}
	return &plot.Figure{
		Title:   "The square flow in x-space: ẋ = −4 diag(x) Aᵀ(Ax − b)",
		Caption: "16 measurements of 40 unknowns, 3 of them not 0, from x(0) = 1e-9·1. The factor x makes small coordinates slow: they wait, and rise one after the other; the wrong ones hardly move.",
		Alt:     "Three coordinates rise from 0 to their planted values in steps at different times; the other 37 stay close to 0.",
		Panels:  []plot.Panel{panel},
	}, nil
}

// equivalence shows the square flow and the entropic flow on both clocks.
func equivalence(ctx context.Context) (*plot.Figure, error) {
	p, err := gaussian(6, 15, 4, true, 10)
	if err != nil {
		return nil, err
	}
	const m, alpha = 15, 0.05
	times := grid(0.01, 1.5, 200)
	square, err := squareFlow(ctx, p, alpha, times)
	if err != nil {
		return nil, err
	}
	largest := 0
	for i, v := range square[len(square)-1] {
		if v > square[len(square)-1][largest] {
			largest = i
		}
	}
	chart := dual.NewChart(geometry.Entropy{}, p.A, constant(m, math.Log(alpha)))
	point := chart.NewPoint()
	entropic := func(clock float64) ([]float64, float64, error) {
		nu, err := follow(ctx, func(dst, nu []float64) {
			chart.At(point, nu)
			for i, v := range point.AX {
				dst[i] = p.B[i] - v
			}
		}, make([]float64, len(p.B)), each(times, func(t float64) float64 { return clock * t }))
		if err != nil {
			return nil, 0, err
		}
		out := make([]float64, len(times))
		worst := 0.0
		for k := range nu {
			chart.At(point, nu[k])
			out[k] = point.X[largest]
			worst = max(worst, distance(point.X, square[k])/norm(square[k]))
		}
		return out, worst, nil
	}
	four, same, err := entropic(4)
	if err != nil {
		return nil, err
	}
	one, _, err := entropic(1)
	if err != nil {
		return nil, err
	}
	sparse := plot.Series{Name: "x_ent(4t)", Shape: plot.Points, Ink: 1, Style: 1}
	for k := 5; k < len(times); k += 12 {
		sparse.X, sparse.Y = append(sparse.X, times[k]), append(sparse.Y, four[k])
	}
	return &plot.Figure{
		Title:   "The square flow is the mirror flow of the entropy, at 4 times its time",
		Caption: "The largest coordinate. On the same clock the entropic flow lags behind; at 4t the curves are one.",
		Alt:     fmt.Sprintf("x_ent(4t) lies on x_sq(t); over all coordinates and times they differ by at most %s of ‖x‖. x_ent(t) rises more slowly.", plot.Num(same)),
		Panels: []plot.Panel{{
			X: plot.Axis{Label: "t"}, Y: plot.Axis{Label: fmt.Sprintf("x[%d]", largest)},
			Series: []plot.Series{line("x_sq(t)", times, column(square, largest), 0), sparse, dashed("x_ent(t)", times, one, 2)},
		}},
	}, nil
}

// positivity shows D and ∇φ at the boundary, and descent on y that bounces.
func positivity(ctx context.Context) (*plot.Figure, error) {
	x := geometric(1e-12, 2, 200)
	lnx := plot.Ln(x)
	return &plot.Figure{
		Title:   "At the boundary the gradient of the entropy blows up, its divergence does not",
		Caption: "D(x, 1) tends to 1 as x → 0, so it is no wall; ∇φ(x) = ln x tends to −∞, and a step of mirror descent changes it by a finite amount only.",
		Alt:     fmt.Sprintf("Over x from 1e-12 to 2 the divergence D(x, 1) stays below 1 and tends to 1 at the left, while the gradient falls without bound, to %s.", plot.Num(math.Log(1e-12))),
		Panels: []plot.Panel{{
			X: plot.Axis{Label: "x", Scale: plot.Log}, Y: plot.Axis{Label: "D(x, 1)", Min: -0.05, Max: 1.2},
			Series: []plot.Series{line("D(x, 1) = x ln x − x + 1", lnx, each(x, func(v float64) float64 { return geometry.Entropy{}.Bregman([]float64{v}, []float64{1}) }), 0)},
		}, {
			X: plot.Axis{Label: "x", Scale: plot.Log}, Y: plot.Axis{Label: "∇φ(x)"},
			Series: []plot.Series{dashed("∇φ(x) = ln x", lnx, each(x, math.Log), 1)},
		}},
	}, nil
}

// effectiveStart shows where descent on u and v ends as its steps grow.
func effectiveStart(ctx context.Context) (*plot.Figure, error) {
	p, err := gaussian(5, 20, 3, false, 13)
	if err != nil {
		return nil, err
	}
	const logAlpha = -2
	flow, err := limit.Projection(ctx, dual.NewChart(geometry.Hypentropy{LogBeta: []float64{logAlpha}}, p.A, make([]float64, 20)), p.B, limit.Options{})
	if err != nil {
		return nil, err
	}
	var eta, fromFlow, fromPrediction, least []float64
	for _, e := range geometric(1e-3, 0.05, 14) {
		y0 := make([]float64, 40)
		if err := (param.SquareDiff{}).Lift(y0, make([]float64, 20), logAlpha); err != nil {
			return nil, err
		}
		d, err := descent.NewParameters(param.SquareDiff{}, p.A, y0, 0)
		if err != nil {
			return nil, err
		}
		run := &descent.Run{A: p.A, B: p.B, Method: d, Rule: descent.Constant(e), Stop: []descent.Criterion{descent.ResidualBelow(1e-12), descent.Blowup(1e6), descent.Steps(1000000)}}
		if _, err := run.Follow(ctx); err != nil {
			return nil, err
		}
		phi, theta0 := d.Effective().Start()
		want, err := limit.Projection(ctx, dual.NewChart(phi, p.A, theta0), p.B, limit.Options{Tol: 1e-12})
		if err != nil {
			return nil, err
		}
		low := 0.0
		for _, l := range d.Effective().LogAlpha() {
			low = min(low, l)
		}
		eta = append(eta, e)
		fromFlow = append(fromFlow, distance(d.X(), flow.X)/norm(flow.X))
		fromPrediction = append(fromPrediction, distance(d.X(), want.X)/norm(want.X))
		least = append(least, low)
	}
	last := len(eta) - 1
	return &plot.Figure{
		Title:   "Large steps on u and v end at the projection from the start that they have in effect",
		Caption: "x = u∘u − v∘v from ln β = −2. The distance from the limit of the flow grows with the step; that from the projection of the start in effect stays at rounding. Below: the smallest ln β in effect.",
		Alt:     fmt.Sprintf("At η = %s the limit is %s away from that of the flow and %s from the prediction; the smallest ln β in effect is %s.", plot.Num(eta[last]), plot.Num(fromFlow[last]), plot.Num(fromPrediction[last]), plot.Num(least[last])),
		Panels: []plot.Panel{{
			X: plot.Axis{Label: "η", Scale: plot.Log}, Y: plot.Axis{Label: "relative distance of the limit", Scale: plot.Log},
			Series: []plot.Series{
				{Name: "from the limit of the flow", X: plot.Ln(eta), Y: plot.Ln(fromFlow), Ink: 0},
				{Name: "from the start in effect", X: plot.Ln(eta), Y: plot.Ln(fromPrediction), Ink: 1, Style: 1},
			},
		}, {
			X: plot.Axis{Label: "η", Scale: plot.Log}, Y: plot.Axis{Label: "least ln β in effect"}, Height: 0.7,
			Series: []plot.Series{{Name: "ln β in effect", X: plot.Ln(eta), Y: least, Ink: 2, Style: 2}},
		}},
	}, nil
}
