package plot

import (
	"context"
	"fmt"
	"math"
	"slices"

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
		return AlphaFigure(s, opt)
	},
}

// AlphaSweep is the limits of the flow of one problem at several α.
type AlphaSweep struct {
	LogAlpha []float64   // ln α, falling
	LnX      [][]float64 // ln |xᵢ| for each α
	Excess   []float64   // ‖x‖₁/Q − 1
	Apriori  []float64   // the bound of Excess known beforehand
	Slack    []float64   // 1 − |Aᵀy|ᵢ at the smallest α, y = ν/ln(1/α)
	Exponent float64     // s̄ of ‖x(α) − x‖ = O(α^s̄); NaN if not known
	Support  []int       // of the ℓ1 solution
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
	s := &AlphaSweep{Exponent: math.NaN()}
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
	c := make([]float64, len(r.X))
	p.A.ApplyT(c, r.Y)
	s.Slack = make([]float64, len(c))
	lnx := make([]float64, len(c))
	for i := range c {
		lnx[i] = ln(c[i])
		if !p.Nonneg {
			c[i] = math.Abs(c[i])
		}
		s.Slack[i] = 1 + c[i]/logAlpha
	}
	s.LogAlpha = append(s.LogAlpha, logAlpha)
	s.LnX = append(s.LnX, lnx)
	s.Excess = append(s.Excess, excess)
	s.Apriori = append(s.Apriori, r.Apriori)
}

// offSupport picks coordinates off the support from the smallest slack to the
// largest.
func (s *AlphaSweep) offSupport(count int) []int {
	var off []int
	for i := range s.Slack {
		if _, in := slices.BinarySearch(s.Support, i); !in {
			off = append(off, i)
		}
	}
	slices.SortStableFunc(off, func(a, b int) int {
		switch {
		case s.Slack[a] < s.Slack[b]:
			return -1
		case s.Slack[a] > s.Slack[b]:
			return 1
		}
		return 0
	})
	if len(off) <= count {
		return off
	}
	picked := make([]int, count)
	for k := range picked {
		picked[k] = off[k*(len(off)-1)/(count-1)]
	}
	return picked
}

// AlphaFigure shows ln |xᵢ| against ln(1/α), straight lines whose slopes are the
// slacks of the certificate, and the excess of ‖x‖₁ with its a-priori bound.
func AlphaFigure(s *AlphaSweep, opt Options) (*Figure, error) {
	scale := make([]float64, len(s.LogAlpha))
	for k, l := range s.LogAlpha {
		scale[k] = -l
	}
	named := opt.Coordinates
	if named == nil {
		on := s.Support[:min(2, len(s.Support))]
		named = append(slices.Clone(on), s.offSupport(5)...)
	}
	x := Panel{X: Axis{Label: "1/α", Scale: Log}, Y: Axis{Label: "|xᵢ(α)|", Scale: Log}}
	last := len(scale) - 1
	reach := math.Max(scale[last], -opt.LogAlpha)
	var alt string
	for c, i := range named {
		if i < 0 || i >= len(s.Slack) {
			return nil, fmt.Errorf("there is no coordinate %d: they count from 0 to %d", i, len(s.Slack)-1)
		}
		line := Series{X: scale, Y: make([]float64, len(scale)), Ink: Ink(c % dataInks), Style: c}
		for k := range scale {
			line.Y[k] = s.LnX[k][i]
		}
		line.Name = coordinate(i) + ", support"
		if _, on := slices.BinarySearch(s.Support, i); !on && last > 0 {
			slope := (line.Y[last-1] - line.Y[last]) / (scale[last] - scale[last-1])
			line.Name = fmt.Sprintf("%s, slope %.3f, slack %.3f", coordinate(i), slope, s.Slack[i])
			if reach > scale[last] {
				x.Series = append(x.Series, Series{Ink: Ink(c % dataInks), Plain: true, Width: 0.7,
					X: []float64{scale[last], reach}, Y: []float64{line.Y[last], line.Y[last] - slope*(reach-scale[last])}})
			}
			alt += fmt.Sprintf(" %s falls like α to the power %.3f; its slack is %.3f.", coordinate(i), slope, s.Slack[i])
		}
		x.Series = append(x.Series, line)
	}
	f := &Figure{
		Title: "From the start α to the solution of least ℓ1 norm",
		Caption: "Off the support |xᵢ(α)| falls like α to the power of its slack 1 − |Aᵀy|ᵢ: the certificate can be read off the slopes. " +
			"Below, the excess of ‖x‖₁ against the bound that is known before anything is solved.",
		Panels: []Panel{x, s.excessPanel(scale)},
	}
	f.Alt = fmt.Sprintf("Limits of the flow at %d α from %s to %s.", len(scale), NumLn(s.LogAlpha[0]), NumLn(s.LogAlpha[last])) + alt
	if reach > scale[last] {
		f.Notes = append(f.Notes, fmt.Sprintf("Below α = %s the excess is less than 10⁻¹⁰ of the norm and rounding hides the entries off the support: the thin lines go on with the last slope.", NumLn(-scale[last])))
	}
	if !math.IsNaN(s.Exponent) {
		f.Alt += fmt.Sprintf(" The excess of ‖x‖₁ falls like α to the power %.3f.", s.Exponent)
	}
	return f, nil
}

// excessPanel shows the excess down to where it is lost in rounding.
func (s *AlphaSweep) excessPanel(scale []float64) Panel {
	measured := Series{Name: "excess ‖x‖₁/Q − 1", Ink: 0}
	bound := Series{Name: "bound known beforehand", Ink: Reference}
	for k, l := range scale {
		if s.Excess[k] > 0 {
			measured.X, measured.Y = append(measured.X, l), append(measured.Y, math.Log(s.Excess[k]))
		}
		bound.X, bound.Y = append(bound.X, l), append(bound.Y, math.Log(s.Apriori[k]))
	}
	p := Panel{
		X: Axis{Label: "1/α", Scale: Log, Min: scale[0], Max: scale[len(scale)-1]}, Y: Axis{Label: "excess of ‖x‖₁", Scale: Log},
		Series: []Series{measured, bound}, Height: 0.7,
	}
	// What theory predicts, through the last measured point.
	if n := len(measured.X); n > 1 && !math.IsNaN(s.Exponent) {
		x0, y0 := measured.X[n-1], measured.Y[n-1]
		p.Series = append(p.Series, Series{
			Name: fmt.Sprintf("α to the power %.3f", s.Exponent), Ink: Reference, Style: 1,
			X: []float64{measured.X[0], x0}, Y: []float64{y0 + s.Exponent*(x0-measured.X[0]), y0},
		})
	}
	return p
}
