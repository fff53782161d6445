package plot

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/limit"
)

var alphaKind = Kind{
	Name:    "alpha",
	Summary: "limits of the flow over falling α: slopes are slacks, and the excess of ‖x‖₁",
	Costly:  true,
	Fits: func(r *Result) error {
		if r.Command != "sparse" && r.Command != "path" || r.X == nil || r.Sigma != nil || r.Status == "infeasible" {
			return fmt.Errorf("it is not an answer of `tacit sparse` or `tacit path` to Ax = b")
		}
		if !isAbsent(r.Dir, "weights.npy") {
			return fmt.Errorf("it has weights, which give every coordinate an α of its own")
		}
		return need(r.Problem != nil, "the data of the problem are not at hand")
	},
	Draw: func(ctx context.Context, r *Result, opt Options) (*Figure, error) {
		p, err := r.Problem(ctx)
		if err != nil {
			return nil, err
		}
		defer p.Close()
		s, err := SweepAlpha(ctx, limit.Problem{A: p.A, B: p.B, Nonneg: r.Geometry == "entropy"}, opt.LogAlpha)
		if err != nil {
			return nil, err
		}
		return AlphaFigure(s, opt.Coordinates, AlphaView{Low: opt.LogAlpha})
	},
}

// AlphaSweep is the limits of the flow of one problem at several α.
type AlphaSweep struct {
	LogAlpha  []float64   // ln α, falling
	LnX       [][]float64 // ln |xᵢ| for each α
	Excess    []float64   // ‖x‖₁/Q − 1
	Slack     []float64   // at the centroid y_c: 1 − |aᵢᵀy_c|, without the modulus for x ≥ 0; nil if not known
	Exponent  float64     // s̄ of ‖x(α) − x‖ = O(α^s̄); NaN if not known
	Support   []int       // of the ℓ1 solution
	Objective float64     // Q
	Nonneg    bool        // x ≥ 0: the geometry is the entropy
}

// Apriori is the bound of the excess at an α that is known before anything is solved.
func (s *AlphaSweep) Apriori(logAlpha float64) float64 {
	return limit.AprioriExcess(len(s.LnX[0]), logAlpha, s.Objective, nil, s.Nonneg)
}

// alphaPoints is the number of problems that a sweep takes.
const alphaPoints = 24

// resolved is the least excess at which the entries off the support are still
// seen by the equations, so that ν is determined by them.
const resolved = 1e-10

// SweepAlpha solves p at a sequence of α from 1/10 until the excess of ‖x‖₁ is so
// small that the entries off the support are lost in rounding, or to the given
// end, a logarithm; 0 means no end.
func SweepAlpha(ctx context.Context, p limit.Problem, end float64) (*AlphaSweep, error) {
	start, err := limit.L1(ctx, p, limit.Options{})
	if err != nil {
		return nil, err
	}
	if start.Status != limit.Certified {
		return nil, fmt.Errorf("the ℓ1 solution that the sweep is measured against is not certified: %s", start.Status)
	}
	s := &AlphaSweep{Exponent: math.NaN(), Objective: start.Objective, Nonneg: p.Nonneg}
	for i, v := range start.X {
		if v != 0 {
			s.Support = append(s.Support, i)
		}
	}
	last := -100.0
	if e, ok := limit.SlackExponent(ctx, p, start, limit.Options{}); ok {
		s.Exponent = e
		last = -math.Max(12, math.Min(700, -math.Log(resolved)/math.Max(e, 1e-3)))
	}
	if _, slack, ok := limit.DualCentroid(ctx, p, start, limit.Options{}); ok {
		s.Slack = slack
	}
	if end != 0 {
		last = math.Max(last, end)
	}
	for k := range alphaPoints {
		logAlpha := -math.Ln10 + (last+math.Ln10)*float64(k)/(alphaPoints-1)
		r, err := limit.L1AtAlpha(ctx, p, logAlpha, start, limit.Options{Tol: 1e-12})
		if err != nil {
			return nil, err
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		excess := r.L1/start.Objective - 1
		if r.X == nil || k > 1 && excess < resolved {
			break
		}
		s.add(p, logAlpha, r, excess)
	}
	if len(s.LogAlpha) == 0 {
		return nil, fmt.Errorf("no α of the sweep has a limit")
	}
	return s, nil
}

// add appends the limit at one α.
func (s *AlphaSweep) add(p limit.Problem, logAlpha float64, r *limit.AlphaResult, excess float64) {
	geometry := "hypentropy"
	if p.Nonneg {
		geometry = "entropy"
	}
	ln := entropicLn(geometry, logAlpha)
	lnx := make([]float64, len(r.X))
	p.A.ApplyT(lnx, r.Y)
	for i, c := range lnx {
		lnx[i] = ln(c)
	}
	s.LogAlpha = append(s.LogAlpha, logAlpha)
	s.LnX = append(s.LnX, lnx)
	s.Excess = append(s.Excess, excess)
}
