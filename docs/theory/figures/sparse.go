package main

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/plot"
)

// mainTheorem shows the excess of ‖x*(α)‖₁ for some instances, with the slopes
// that are predicted.
func mainTheorem(ctx context.Context) (*plot.Figure, error) {
	fig := &plot.Figure{
		Title:   "Main Theorem: how fast ‖x*(α)‖₁ tends to the least ‖x‖₁",
		Caption: "Three random systems of 20 rows and 60 columns with x ≥ 0. Markers: the excess at the limit of the flow from α. Lines: the slope s̄ predicted from the dual solutions, drawn through the last marker.",
		Panels:  []plot.Panel{{X: plot.Axis{Label: "α", Scale: plot.Log}, Y: plot.Axis{Label: "‖x*(α)‖₁/Q − 1", Scale: plot.Log}}},
		Alt:     "On logarithmic axes the excess falls along straight lines; their predicted slopes are ",
	}
	for seed := uint64(1); seed <= 3; seed++ {
		p, err := gaussian(20, 60, 5, true, seed)
		if err != nil {
			return nil, err
		}
		problem := limit.Problem{A: p.A, B: p.B, Nonneg: true}
		start, err := limit.L1(ctx, problem, limit.Options{})
		if err != nil {
			return nil, err
		}
		slack, ok := limit.SlackExponent(ctx, problem, start, limit.Options{})
		if !ok {
			return nil, fmt.Errorf("instance %d has no slack exponent", seed)
		}
		var x, y []float64
		for l := -1.0; l > -18/slack; l -= 2 / slack {
			r, err := limit.L1AtAlpha(ctx, problem, l, start, limit.Options{})
			if err != nil {
				return nil, err
			}
			x, y = append(x, l), append(y, math.Log(excess(p.A.ApplyT, start, r)/start.Objective))
		}
		last := len(x) - 1
		ink := plot.Ink(seed - 1)
		fig.Panels[0].Series = append(fig.Panels[0].Series,
			plot.Series{Name: fmt.Sprintf("s̄ = %.3f", slack), X: x, Y: y, Shape: plot.Points, Ink: ink, Style: int(ink)},
			line("", []float64{x[0], x[last]}, []float64{y[last] + slack*(x[0]-x[last]), y[last]}, ink))
		if seed > 1 {
			fig.Alt += ", "
		}
		fig.Alt += fmt.Sprintf("%.3f", slack)
	}
	fig.Alt += "."
	return fig, nil
}

// excess is ‖x‖₁ − Q = Σ xᵢ (1 − (Aᵀy)ᵢ) off the support, where nothing
// cancels.
func excess(applyT func(dst, y []float64), start *limit.Result, r *limit.AlphaResult) float64 {
	c := make([]float64, len(r.X))
	applyT(c, start.Y)
	var sum float64
	for i, v := range r.X {
		if start.X[i] == 0 {
			sum += v * (1 - c[i])
		}
	}
	return sum
}

// compressedSensing shows the share of instances that are recovered, next to
// where the transition is predicted.
func compressedSensing(ctx context.Context) (*plot.Figure, error) {
	fig := &plot.Figure{
		Title:   "Compressed sensing: n = 100 random measurements of m = 200 unknowns",
		Caption: "The share of 25 random k-sparse x that minimising ‖x‖₁ recovers. The vertical lines are where ψ(k/m) = n/m: the transition that theory predicts, without a parameter.",
		Panels:  []plot.Panel{{X: plot.Axis{Label: "k, nonzero entries"}, Y: plot.Axis{Label: "recovered", Min: -0.03, Max: 1.2}}},
	}
	for i, c := range []struct {
		name      string
		nonneg    bool
		from, to  int
		predicted float64
	}{{"signed", false, 24, 54, 38.5689666}, {"x ≥ 0", true, 42, 72, 55.8227691}} {
		var k, share []float64
		for size := c.from; size <= c.to; size += 3 {
			hits := 0
			for seed := range 25 {
				p, err := gaussian(100, 200, size, c.nonneg, uint64(1000*size+seed))
				if err != nil {
					return nil, err
				}
				r, err := limit.L1(ctx, limit.Problem{A: p.A, B: p.B, Nonneg: c.nonneg}, limit.Options{})
				if err != nil {
					return nil, err
				}
				if distance(r.X, p.X) < 1e-6*norm(p.X) {
					hits++
				}
			}
			k, share = append(k, float64(size)), append(share, float64(hits)/25)
		}
		s := plot.Series{Name: c.name, X: k, Y: share, Ink: plot.Ink(i), Style: i}
		fig.Panels[0].Series = append(fig.Panels[0].Series, s)
		fig.Panels[0].Rules = append(fig.Panels[0].Rules, plot.Rule{Vertical: true, At: c.predicted, Label: fmt.Sprintf("predicted %.1f", c.predicted)})
		fig.Alt += fmt.Sprintf("%s: the share falls from %.2f at k = %d to %.2f at k = %d, through one half near the predicted %.1f. ", c.name, share[0], c.from, share[len(share)-1], c.to, c.predicted)
	}
	return fig, nil
}

// lemma3 shows the bounds on the excess and what it is.
func lemma3(ctx context.Context) (*plot.Figure, error) {
	const m = 80
	p, err := gaussian(20, m, 6, true, 1)
	if err != nil {
		return nil, err
	}
	problem := limit.Problem{A: p.A, B: p.B, Nonneg: true}
	start, err := limit.L1(ctx, problem, limit.Options{})
	if err != nil {
		return nil, err
	}
	q := start.Objective
	var l, is, any, closed []float64
	for at := math.Log(1e-3); at > math.Log(1e-15); at -= 1.2 {
		r, err := limit.L1AtAlpha(ctx, problem, at, start, limit.Options{})
		if err != nil {
			return nil, err
		}
		bound, ok := limit.EntropyExcess(m, at, q)
		if !ok {
			return nil, fmt.Errorf("the closed form says nothing at ln α = %g", at)
		}
		l, is = append(l, at), append(is, excess(p.A.ApplyT, start, r)/q)
		any, closed = append(any, limit.AprioriExcess(m, at, q, nil, true)), append(closed, bound)
	}
	last := len(l) - 1
	return &plot.Figure{
		Title:   "Lemma 3 with constants: the excess of ‖x*(α)‖₁ over the least ‖x‖₁",
		Caption: "One random system of 20 rows and 80 columns. The bounds hold for every A with 80 columns and are known before solving; what happens on a nondegenerate instance is a power of α.",
		Alt: fmt.Sprintf("At α = %s the excess is %s, the bound for any A %s, and its closed form %s. The bounds fall like 1/ln(1/α), the excess like a power.",
			plot.NumLn(l[last]), plot.Num(is[last]), plot.Num(any[last]), plot.Num(closed[last])),
		Panels: []plot.Panel{{
			X: plot.Axis{Label: "α", Scale: plot.Log}, Y: plot.Axis{Label: "‖x*(α)‖₁/Q − 1", Scale: plot.Log},
			Series: []plot.Series{
				line("1/(1 − ln m/ln(Q/α)) − 1", l, plot.Ln(closed), 1), dashed("the best bound for any A", l, plot.Ln(any), 2),
				{Name: "what it is", X: l, Y: plot.Ln(is), Ink: 0},
			},
		}},
	}, nil
}
