package main

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/plot"
)

// lemma1 shows the distance of the gradient flow from the least-norm solution,
// and of x(t) from the range of Aᵀ.
func lemma1(ctx context.Context) (*plot.Figure, error) {
	p, err := gaussian(8, 20, 20, false, 1)
	if err != nil {
		return nil, err
	}
	want, err := limit.MinNorm(ctx, p.A, p.B, nil, limit.Options{})
	if err != nil {
		return nil, err
	}
	times := grid(0.05, 25, 200)
	x, err := follow(ctx, func(dst, x []float64) {
		pull(dst, p.A, p.B, x)
		for i := range dst {
			dst[i] = -dst[i]
		}
	}, make([]float64, 20), times)
	if err != nil {
		return nil, err
	}
	away, size := make([]float64, len(times)), make([]float64, len(times))
	for k := range times {
		away[k] = distance(x[k], want.X) / norm(want.X)
		size[k] = norm(x[k]) / norm(want.X)
	}
	last := len(times) - 1
	return &plot.Figure{
		Title:   "Lemma 1: gradient flow from 0 tends to the solution of least norm",
		Caption: "A random A of 8 rows and 20 columns. The distance from A⁺b falls exponentially, at the rate of the least singular value; the norm grows towards its limit and never exceeds it.",
		Alt:     fmt.Sprintf("The relative distance of x(t) from A⁺b falls from 1 to %s at t = 25, along a straight line on a logarithmic axis. ‖x(t)‖/‖A⁺b‖ grows from 0 to %s.", plot.Num(away[last]), plot.Num(size[last])),
		Panels: []plot.Panel{{
			X: plot.Axis{Label: "t"}, Y: plot.Axis{Label: "relative to ‖A⁺b‖", Scale: plot.Log},
			Series: []plot.Series{line("‖x(t) − A⁺b‖", times, plot.Ln(away), 0), dashed("‖x(t)‖", times, plot.Ln(size), 1)},
		}},
	}, nil
}

// ridge shows the filters of the flow and of ridge regression, and their ratio.
func ridge(context.Context) (*plot.Figure, error) {
	u := geometric(1e-3, 1e3, 200)
	flow := each(u, func(u float64) float64 { return -math.Expm1(-u) })
	reg := each(u, func(u float64) float64 { return u / (1 + u) })
	ratio := each(u, func(u float64) float64 { return -math.Expm1(-u) * (1 + u) / u })
	x := plot.Ln(u)
	return &plot.Figure{
		Title:   "Stopping at t and ridge regression with λ = 1/t",
		Caption: "What is left of a singular direction σ, relative to the least-norm solution, as a function of u = tσ². The ratio never leaves [1, 1.2985], whatever A and b are.",
		Alt:     "The filter 1 − e^(−u) of the flow lies above the filter u/(1+u) of ridge regression. Their ratio is 1 at both ends and largest, 1.2984, at u = 1.793.",
		Panels: []plot.Panel{{
			X: plot.Axis{Label: "u = tσ²", Scale: plot.Log}, Y: plot.Axis{Label: "filter", Min: 0, Max: 1.05},
			Series: []plot.Series{line("flow, 1 − e^(−u)", x, flow, 0), dashed("ridge, u/(1+u)", x, reg, 1)},
		}, {
			X: plot.Axis{Label: "u = tσ²", Scale: plot.Log}, Y: plot.Axis{Label: "flow / ridge", Min: 0.98, Max: 1.34},
			Series: []plot.Series{line("ratio", x, ratio, 2)},
			Rules:  []plot.Rule{{At: 1.2984256075, Label: "1.2984…"}}, Height: 0.7,
		}},
	}, nil
}
