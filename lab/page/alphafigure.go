package page

import (
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/plot"
)

// lines is the figure of the coordinates over α, with the excess below, and the limit
// at the slider in it.
func (s *alphaSweep) lines(p *linearProblem, logAlpha float64, at *limit.AlphaResult) (Figure, error) {
	w := s.sweep
	now := s.lnAt(p, at)
	shown := w.Shown(2, 5)
	first := now[shown[0]]
	for i := range now {
		// Where it is not certified, or rounding hides what is off the support.
		if _, on := slices.BinarySearch(w.Support, i); at.Status != limit.Certified || !on && logAlpha < w.LogAlpha[len(w.LogAlpha)-1] {
			now[i] = math.NaN()
		}
	}
	f, err := plot.AlphaFigure(w, shown, plot.AlphaView{
		Low: logAlpha - math.Max(1, 0.05*math.Abs(logAlpha)), High: math.Max(0, logAlpha+1),
		At: &plot.AlphaPoint{LogAlpha: logAlpha, LnX: now},
	})
	if err != nil {
		return Figure{}, err
	}
	f.Title = "Slopes are slacks: " + p.name
	fig := Figure{ID: "lines", Figure: f}
	if isFinite(first) {
		fig.Handles = []Handle{{Panel: 0, X: logAlpha, Y: first, XKey: "a", Point: -1, Label: "start α"}}
	}
	return fig, nil
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
