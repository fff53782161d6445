package page

import (
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/plot"
)

// chosen picks coordinates to draw: at most so many of the support, and of the
// others evenly from the smallest slack to the largest.
func (s *alphaSweep) chosen(on, off int) (support, others []int) {
	w := s.sweep
	for i := range w.Slack {
		if _, in := slices.BinarySearch(w.Support, i); !in {
			others = append(others, i)
		}
	}
	slices.SortStableFunc(others, func(a, b int) int {
		switch {
		case w.Slack[a] < w.Slack[b]:
			return -1
		case w.Slack[a] > w.Slack[b]:
			return 1
		}
		return a - b
	})
	if len(others) > off {
		picked := make([]int, off)
		for k := range picked {
			picked[k] = others[k*(len(others)-1)/(off-1)]
		}
		others = picked
	}
	return w.Support[:min(on, len(w.Support))], others
}

// lines is the figure of the coordinates over α, with the excess below.
func (s *alphaSweep) lines(p *linearProblem, logAlpha float64, at *limit.AlphaResult) Figure {
	w := s.sweep
	last := len(w.LogAlpha) - 1
	lo := math.Min(w.LogAlpha[last], logAlpha-math.Max(1, 0.05*math.Abs(logAlpha)))
	hi := math.Max(0, logAlpha+1)
	axis := plot.Axis{Label: "α", Scale: plot.Log, Min: lo, Max: hi}
	upper := plot.Panel{Title: "the coordinates", X: axis, Y: plot.Axis{Label: "|xᵢ*(α)|", Scale: plot.Log}}
	support, others := s.chosen(2, 5)
	now := s.lnAt(p, at)
	seen := logAlpha >= w.LogAlpha[last] // else rounding hides what is off the support
	marks := plot.Series{Name: "at the slider", Ink: plot.Reference, Shape: plot.Points, Style: 3}
	alt := fmt.Sprintf("Limits of the flow for %d values of α from %s down to %s.", last+1, plot.NumLn(w.LogAlpha[0]), plot.NumLn(w.LogAlpha[last]))
	for c, i := range slices.Concat(support, others) {
		line := plot.Series{X: w.LogAlpha, Y: make([]float64, last+1), Ink: plot.Ink(c), Plain: true, Width: 2}
		for k := range line.Y {
			line.Y[k] = w.LnX[k][i]
		}
		if !isFinite(line.Y...) {
			continue // beyond what doubles hold, at some α
		}
		if c < len(support) {
			line.Name = fmt.Sprintf("x[%d], stays", i)
		} else {
			slope := s.slope(i)
			if !isFinite(slope) {
				continue
			}
			line.Name = fmt.Sprintf("x[%d], slope %.3f, slack %.3f", i, slope, w.Slack[i])
			alt += fmt.Sprintf(" x[%d] falls like α to the power %.3f; its slack is %.3f.", i, slope, w.Slack[i])
			if lo < w.LogAlpha[last] {
				upper.Series = append(upper.Series, plot.Series{Ink: plot.Ink(c), Style: 2, Plain: true, Width: 0.8,
					X: []float64{lo, w.LogAlpha[last]}, Y: []float64{line.Y[last] - slope*(w.LogAlpha[last]-lo), line.Y[last]}})
			}
		}
		upper.Series = append(upper.Series, line)
		if at.Status == limit.Certified && (seen || c < len(support)) && isFinite(now[i]) {
			marks.X, marks.Y = append(marks.X, logAlpha), append(marks.Y, now[i])
		}
	}
	upper.Series = append(upper.Series, marks)
	upper.Rules = []plot.Rule{{Vertical: true, At: logAlpha}}
	lower := s.excess(axis, at, p.Nonneg)
	f := &plot.Figure{
		Kind: "alpha", Title: "Slopes are slacks: " + p.name,
		Caption: "Off the support |xᵢ*(α)| is a power of α with the slack of the coordinate as exponent. Below, the excess of the norm against the bound that is known beforehand.",
		Alt:     alt, Panels: []plot.Panel{upper, lower},
	}
	if lo < w.LogAlpha[last] {
		f.Notes = append(f.Notes, "Thin: below α = "+plot.NumLn(w.LogAlpha[last])+" rounding hides the coordinates off the support from the equations, and their lines are continued by their slopes.")
	}
	fig := Figure{ID: "lines", Figure: f}
	if y := now[slices.Concat(support, others)[0]]; isFinite(y) {
		fig.Handles = []Handle{{Panel: 0, X: logAlpha, Y: y, XKey: "a", Point: -1, Label: "start α"}}
	}
	return fig
}

// slope is that of a coordinate at small α.
func (s *alphaSweep) slope(i int) float64 {
	w := s.sweep
	from, to, ok := s.powerLaw()
	if last := len(w.LogAlpha) - 1; !ok {
		from, to = last-1, last
	}
	if from < 0 {
		return math.NaN()
	}
	return (w.LnX[from][i] - w.LnX[to][i]) / (w.LogAlpha[from] - w.LogAlpha[to])
}

// lnAt is ln |xᵢ| at one α, which x itself may be too small for: from θ = θ₀ + Aᵀν.
func (s *alphaSweep) lnAt(p *linearProblem, at *limit.AlphaResult) []float64 {
	ln := make([]float64, len(at.X))
	p.A.ApplyT(ln, at.Y)
	for i, c := range ln {
		if p.Nonneg {
			ln[i] = at.LogAlpha + c
			continue
		}
		// β sinh c, for c of any size.
		a := math.Abs(c)
		ln[i] = at.LogAlpha + a + math.Log(-math.Expm1(-2*a)/2)
	}
	return ln
}

// excess is the panel of the norm.
func (s *alphaSweep) excess(axis plot.Axis, at *limit.AlphaResult, nonneg bool) plot.Panel {
	w := s.sweep
	measured := plot.Series{Name: "excess ‖x‖₁/Q − 1", Ink: 0, Plain: true, Width: 2}
	bound := plot.Series{Name: "bound known beforehand", Ink: plot.Reference}
	for k, l := range w.LogAlpha {
		if w.Excess[k] > 1e-13 {
			measured.X, measured.Y = append(measured.X, l), append(measured.Y, math.Log(w.Excess[k]))
		}
	}
	for k := range 60 {
		l := axis.Min + (axis.Max-axis.Min)*float64(k)/59
		e := limit.AprioriExcess(len(w.Slack), l, s.best.Objective, nil, nonneg)
		if e > 0 && !math.IsInf(e, 1) {
			bound.X, bound.Y = append(bound.X, l), append(bound.Y, math.Log(e))
		}
	}
	p := plot.Panel{
		Title: "the norm", X: axis, Y: plot.Axis{Label: "excess of ‖x*(α)‖₁", Scale: plot.Log}, Height: 0.75,
		Series: []plot.Series{measured, bound}, Rules: []plot.Rule{{Vertical: true, At: at.LogAlpha}},
	}
	if n := len(measured.X); n > 1 && !math.IsNaN(w.Exponent) {
		x, y := measured.X[n-1], measured.Y[n-1]
		p.Series = append(p.Series, plot.Series{
			Name: fmt.Sprintf("predicted: α to the power s̄ = %.3f", w.Exponent), Ink: plot.Reference, Style: 2,
			X: []float64{axis.Min, measured.X[0]}, Y: []float64{y + w.Exponent*(axis.Min-x), y + w.Exponent*(measured.X[0]-x)},
		})
	}
	return p
}

// stemsFigure compares the limit at α with the solution of least norm.
func stemsFigure(p *linearProblem, best, at []float64, logAlpha float64) Figure {
	index := plot.Index(len(best))
	panel := plot.Panel{
		X: plot.Axis{Label: "i", Integer: true}, Y: plot.Axis{Label: "xᵢ"},
		Series: []plot.Series{
			{Name: "x*(α)", X: index, Y: at, Shape: plot.Stems, Ink: 0},
			{Name: "least ‖x‖₁", X: index, Y: best, Shape: plot.Points, Ink: 1, Style: 3, Filled: make([]bool, len(best))},
		},
	}
	if p.planted != nil {
		panel.Series = append(panel.Series, nonzeros("planted", p.planted, 2, 6))
	}
	far := 0.0
	for i := range best {
		far = math.Max(far, math.Abs(best[i]-at[i]))
	}
	return Figure{ID: "stems", Trace: "x*(α)", Figure: &plot.Figure{
		Kind: "stems", Title: "The limit at α = " + plot.NumLn(logAlpha),
		Caption: "Stems: the limit of the flow from α. Diamonds: the solution of least ℓ1 norm, where it goes as α falls.",
		Alt: fmt.Sprintf("Two solutions of %d coordinates. That of least norm has %d nonzeros; the limit at α = %s differs from it by at most %s in a coordinate.",
			len(best), countNonzero(best), plot.NumLn(logAlpha), plot.Num(far)),
		Panels: []plot.Panel{panel},
	}}
}

// nonzeros are the nonzero entries of x as open marks.
func nonzeros(name string, x []float64, ink plot.Ink, style int) plot.Series {
	s := plot.Series{Name: name, Shape: plot.Points, Ink: ink, Style: style}
	for i, v := range x {
		if v != 0 {
			s.X, s.Y = append(s.X, float64(i)), append(s.Y, v)
		}
	}
	return s
}

func countNonzero(x []float64) int {
	n := 0
	for _, v := range x {
		if v != 0 {
			n++
		}
	}
	return n
}

// dataFigure shows b, where there is no solution to show.
func dataFigure(p *linearProblem) Figure {
	return Figure{ID: "data", Figure: &plot.Figure{
		Kind: "data", Title: "The right-hand side: " + p.name, Caption: "There is no solution to show.",
		Alt:    fmt.Sprintf("The %d entries of b; the equations have no solution of the kind that is asked for.", len(p.B)),
		Panels: []plot.Panel{{X: plot.Axis{Label: "i", Integer: true}, Y: plot.Axis{Label: "bᵢ"}, Series: []plot.Series{{Name: "b", X: plot.Index(len(p.B)), Y: p.B, Shape: plot.Stems}}}},
	}}
}
