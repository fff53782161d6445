package plot

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/limit"
)

var paretoKind = Kind{
	Name:    "pareto",
	Summary: "the least ‖x‖₁ against the noise σ that is allowed",
	Costly:  true,
	Fits: func(r *Result) error {
		if r.Command != "sparse" || r.LogAlpha != nil || r.X == nil || r.Status == "infeasible" {
			return fmt.Errorf("it is not an answer of `tacit sparse`, with or without --sigma")
		}
		return need(r.Problem != nil, "the data of the problem are not at hand")
	},
	Draw: func(ctx context.Context, r *Result, _ Options) (*Figure, error) {
		p, err := r.Problem(ctx)
		if err != nil {
			return nil, err
		}
		defer p.Close()
		w, err := r.vector("weights.npy")
		if err != nil {
			return nil, err
		}
		prob := limit.Problem{A: p.A, B: p.B, Weights: w, Nonneg: r.Geometry == "entropy"}
		c, err := paretoCurve(ctx, prob)
		if err != nil {
			return nil, err
		}
		if r.Sigma != nil && r.Objective != nil {
			c.Mark = &[2]float64{*r.Sigma, *r.Objective}
		} else if r.Objective != nil {
			c.Mark = &[2]float64{0, *r.Objective}
		}
		return ParetoFigure(c), nil
	},
}

// Pareto is the trade between noise and norm: Norm[k] is the least ‖x‖₁ subject
// to ‖Ax−b‖₂ ≤ Sigma[k], proven to be at least Bound[k].
type Pareto struct {
	Sigma, Norm, Bound []float64
	Mark               *[2]float64 // σ and norm of a result to be marked
}

// paretoPoints is the number of problems that a curve takes.
const paretoPoints = 13

func paretoCurve(ctx context.Context, p limit.Problem) (Pareto, error) {
	size := 0.0
	for _, v := range p.B {
		size = math.Hypot(size, v)
	}
	var c Pareto
	for k := range paretoPoints {
		sigma := size * float64(k) / (paretoPoints - 1)
		r, err := limit.Denoise(ctx, p, sigma, limit.Options{Tol: 1e-6})
		if err != nil {
			return c, err
		}
		if ctx.Err() != nil {
			return c, ctx.Err()
		}
		if r.X == nil || r.Status == limit.Infeasible {
			continue
		}
		c.Sigma, c.Norm, c.Bound = append(c.Sigma, sigma), append(c.Norm, r.Objective), append(c.Bound, r.Bound)
	}
	return c, nil
}

// ParetoFigure shows the curve, which is convex and falls to 0 at σ = ‖b‖.
func ParetoFigure(c Pareto) *Figure {
	p := Panel{
		X: Axis{Label: "σ, the allowed ‖Ax − b‖₂"}, Y: Axis{Label: "least ‖x‖₁", Include: []float64{0}},
		Series: []Series{{Name: "least ‖x‖₁", X: c.Sigma, Y: c.Norm, Ink: 0}},
	}
	f := &Figure{
		Title:   "Noise against norm",
		Caption: "The least ‖x‖₁ subject to ‖Ax − b‖₂ ≤ σ. The curve is convex, and its slope is −1/λ of the equivalent lasso up to scale: where it is steep, a little noise saves much norm.",
		Panels:  []Panel{p},
	}
	if n := len(c.Sigma); n > 0 {
		f.Alt = fmt.Sprintf("At σ = %s the least ‖x‖₁ is %s, at σ = %s it is %s, over %d points.",
			Num(c.Sigma[0]), Num(c.Norm[0]), Num(c.Sigma[n-1]), Num(c.Norm[n-1]), n)
	}
	if c.Mark != nil {
		f.Panels[0].Labels = []Label{{X: c.Mark[0], Y: c.Mark[1], Text: "this result", Dot: true, Side: Above}}
		f.Alt += fmt.Sprintf(" The result is at σ = %s with ‖x‖₁ = %s.", Num(c.Mark[0]), Num(c.Mark[1]))
	}
	worst := 0.0
	for k := range c.Norm {
		worst = math.Max(worst, c.Norm[k]-c.Bound[k])
	}
	f.Alt += fmt.Sprintf(" Every point is proven to within %s.", Num(worst))
	return f
}
