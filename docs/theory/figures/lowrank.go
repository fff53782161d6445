package main

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/limit/lowrank"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/plot"
)

// lowRank shows the trace and the rank of where the flow of Y tends to in the
// counterexample of Li, Luo and Lyu, over the scale of its start.
func lowRank(ctx context.Context) (*plot.Figure, error) {
	const most, least = 0.3, 1e-16 // of α
	fig := &plot.Figure{
		Title:   "Smaller starts move away from the least nuclear norm",
		Caption: "X₁₃ = 1, X₁₄ = X₂₃ = R observed of a 4×4 matrix X = YYᵀ, Y(0) = αI. Above: the trace of the limit of the flow over the certified least trace 4R. Below: its rank as (tr X)²/‖X‖², which is r where r eigenvalues are equal and the others 0; the least trace is at rank 2.",
		Panels: []plot.Panel{
			{X: plot.Axis{Label: "α", Scale: plot.Log}, Y: plot.Axis{Label: "tr X / least trace", Min: 0.96, Max: 1.74},
				Rules: []plot.Rule{{At: 1, Label: "the least"}}},
			{X: plot.Axis{Label: "α", Scale: plot.Log}, Y: plot.Axis{Label: "(tr X)² / ‖X‖²", Min: 0.95, Max: 2.15}, NoLegend: true, Height: 0.7,
				Rules: []plot.Rule{{At: 2, Label: "of the least trace"}}},
		},
	}
	for c, radius := range []float64{2, 3} {
		a := linop.Entries(4, 4, []int{2, 3, 2}, []int{0, 0, 1})
		b := []float64{1, radius, radius}
		r, err := lowrank.Solve(ctx, lowrank.Problem{A: a, B: b, P: 4, Q: 4, PSD: true}, limit.Options{})
		if err != nil {
			return nil, err
		}
		if r.Status != limit.Certified {
			return nil, fmt.Errorf("the least trace for R = %v: %s", radius, r.Status)
		}
		var l, ratio, rank []float64
		for at := math.Log(most); at >= math.Log(least); at -= math.Ln10 / 4 {
			y := make([]float64, 16)
			for i := range 4 {
				y[i*4+i] = math.Exp(at)
			}
			f, err := flow.NewSymmetric(a, b, 4, y)
			if err != nil {
				return nil, err
			}
			run, err := f.Follow(ctx, flow.FactoredOptions{UntilLoss: 1e-18})
			if err != nil {
				return nil, err
			}
			if !run.Status.Definite() {
				return nil, fmt.Errorf("the flow from e^%v ended %v", at, run.Status)
			}
			var trace, square float64
			for _, s := range f.Singular(run.State) {
				trace += s
				square += s * s
			}
			l, ratio, rank = append(l, at), append(ratio, trace/r.Objective), append(rank, trace*trace/square)
		}
		for p, y := range [][]float64{ratio, rank} {
			fig.Panels[p].Series = append(fig.Panels[p].Series,
				plot.Series{Name: fmt.Sprintf("R = %v", radius), X: l, Y: y, Ink: plot.Ink(c), Style: c})
		}
		last := len(l) - 1
		fig.Alt += fmt.Sprintf("R = %v: from α = %s to α = %s the trace of the limit grows from %s to %s times the least, and its rank falls from %s to %s. ",
			radius, plot.NumLn(l[0]), plot.NumLn(l[last]), plot.Num(ratio[0]), plot.Num(ratio[last]), plot.Num(rank[0]), plot.Num(rank[last]))
	}
	return fig, nil
}
