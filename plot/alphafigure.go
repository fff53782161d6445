package plot

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// AlphaView is the range of ln α that AlphaFigure shows, and one limit in it that is
// marked.
type AlphaView struct {
	// Low and High are the least range of ln α; that of the sweep is shown in any case.
	Low, High float64
	// At is the marked limit: its ln α with ln |xᵢ|, NaN where xᵢ is not to be marked;
	// nil: none is.
	At *AlphaPoint
}

// AlphaPoint is the limit of the flow at one α.
type AlphaPoint struct {
	LogAlpha float64
	LnX      []float64
}

// Shown picks coordinates to draw: at most so many of the support, and of the others
// evenly from the smallest slack to the largest.
func (s *AlphaSweep) Shown(on, off int) []int {
	slack := s.Slack
	if slack == nil { // the order of the slacks is that of the sizes in the end
		slack = make([]float64, len(s.LnX[0]))
		for i, l := range s.LnX[len(s.LnX)-1] {
			slack[i] = -l
		}
	}
	var others []int
	for i := range slack {
		if !s.stays(i) {
			others = append(others, i)
		}
	}
	slices.SortStableFunc(others, func(a, b int) int { return cmp.Compare(slack[a], slack[b]) })
	shown := slices.Clone(s.Support[:min(on, len(s.Support))])
	if len(others) <= off {
		return append(shown, others...)
	}
	for k := range off {
		shown = append(shown, others[k*(len(others)-1)/(off-1)])
	}
	return shown
}

func (s *AlphaSweep) stays(i int) bool {
	_, on := slices.BinarySearch(s.Support, i)
	return on
}

// clean is an excess above which rounding is not seen in the logarithms of the
// coordinates.
const clean = 1e-8

// Slope is that of ln |xᵢ| over ln α at small α; NaN where the sweep is too short.
func (s *AlphaSweep) Slope(i int) float64 {
	to := 0
	for k, e := range s.Excess {
		if e > clean {
			to = k
		}
	}
	from := to - 3
	if from < 0 {
		from, to = len(s.LogAlpha)-2, len(s.LogAlpha)-1
	}
	if from < 0 {
		return math.NaN()
	}
	return (s.LnX[from][i] - s.LnX[to][i]) / (s.LogAlpha[from] - s.LogAlpha[to])
}

// AlphaFigure shows ln |xᵢ| over ln α, straight lines in the end whose slopes are the
// slacks of the certificate, and the excess of ‖x‖₁ with its a-priori bound. named are
// the coordinates, nil for a choice of the figure.
func AlphaFigure(s *AlphaSweep, named []int, view AlphaView) (*Figure, error) {
	if named == nil {
		named = s.Shown(2, 5)
	}
	last := len(s.LogAlpha) - 1
	axis := Axis{Label: "α", Scale: Log, Min: math.Min(view.Low, s.LogAlpha[last]), Max: math.Max(view.High, s.LogAlpha[0])}
	f := &Figure{
		Kind: "alpha", Title: "From the start α to the solution of least ℓ1 norm",
		Caption: "Off the support |xᵢ(α)| falls in the end like α to the power of the slack of xᵢ: the certificate can be read off the slopes. " +
			"Below, the excess of ‖x‖₁ against the bound that is known before anything is solved.",
		Alt: fmt.Sprintf("Limits of the flow at %d α from %s to %s.", last+1, NumLn(s.LogAlpha[0]), NumLn(s.LogAlpha[last])),
	}
	x := Panel{Title: "the coordinates", X: axis, Y: Axis{Label: "|xᵢ(α)|", Scale: Log}}
	marks := Series{Name: "at the marked α", Ink: Reference, Shape: Points, Style: 3}
	for c, i := range named {
		if i < 0 || i >= len(s.LnX[0]) {
			return nil, fmt.Errorf("there is no coordinate %d: they count from 0 to %d", i, len(s.LnX[0])-1)
		}
		line := Series{X: s.LogAlpha, Y: make([]float64, last+1), Ink: Ink(c % dataInks), Style: c, Plain: true, Width: 2}
		for k := range line.Y {
			line.Y[k] = s.LnX[k][i]
		}
		if !allFinite(line.Y) {
			continue // beyond what doubles hold, at some α
		}
		power, said := s.power(i)
		line.Name = coordinate(i) + ", " + said
		if !s.stays(i) {
			f.Alt += fmt.Sprintf(" %s: %s.", coordinate(i), said)
		}
		if axis.Min < s.LogAlpha[last] && !math.IsNaN(power) {
			x.Series = append(x.Series, s.continued(line, power, axis.Min))
		}
		x.Series = append(x.Series, line)
		if at := view.At; at != nil && !math.IsNaN(at.LnX[i]) && !math.IsInf(at.LnX[i], 0) {
			marks.X, marks.Y = append(marks.X, at.LogAlpha), append(marks.Y, at.LnX[i])
		}
	}
	f.Panels = []Panel{x, s.excessPanel(axis)}
	if view.At != nil {
		f.Panels[0].Series = append(f.Panels[0].Series, marks)
		for k := range f.Panels {
			f.Panels[k].Rules = []Rule{{Vertical: true, At: view.At.LogAlpha}}
		}
	}
	if axis.Min < s.LogAlpha[last] {
		f.Notes = append(f.Notes, fmt.Sprintf("Below α = %s the excess is less than 10⁻¹⁰ of the norm, and rounding hides the entries off the support from the equations: the thin lines are not computed there, but continued by their slack.", NumLn(s.LogAlpha[last])))
	}
	if !math.IsNaN(s.Exponent) {
		f.Alt += fmt.Sprintf(" The excess of ‖x‖₁ falls like α to the power %.3f in the end.", s.Exponent)
	}
	return f, nil
}

// power is the exponent by which the line of a coordinate goes on, and what the legend
// says of it.
func (s *AlphaSweep) power(i int) (power float64, said string) {
	slope := s.Slope(i)
	switch {
	case s.stays(i):
		return 0, "stays"
	case s.Slack != nil && math.IsNaN(slope):
		return s.Slack[i], fmt.Sprintf("slack %.3f", s.Slack[i])
	case s.Slack != nil:
		return s.Slack[i], fmt.Sprintf("slope %.3f, slack %.3f", slope, s.Slack[i])
	case math.IsNaN(slope):
		return slope, "falls"
	}
	return slope, fmt.Sprintf("slope %.3f", slope)
}

// continued is the line of a coordinate below the sweep.
func (s *AlphaSweep) continued(line Series, power, low float64) Series {
	last := len(line.Y) - 1
	return Series{Ink: line.Ink, Style: 2, Plain: true, Width: 0.8,
		X: []float64{low, line.X[last]}, Y: []float64{line.Y[last] + power*(low-line.X[last]), line.Y[last]}}
}

func allFinite(list []float64) bool {
	for _, v := range list {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// excessPanel shows the excess down to where it is lost in rounding, and beyond what
// theory predicts from there.
func (s *AlphaSweep) excessPanel(axis Axis) Panel {
	measured := Series{Name: "excess ‖x‖₁/Q − 1", Ink: 0, Plain: true, Width: 2}
	bound := Series{Name: "bound known beforehand", Ink: Reference}
	for k, l := range s.LogAlpha {
		if s.Excess[k] > 1e-13 {
			measured.X, measured.Y = append(measured.X, l), append(measured.Y, math.Log(s.Excess[k]))
		}
	}
	const points = 60
	for k := range points {
		l := axis.Min + (axis.Max-axis.Min)*float64(k)/(points-1)
		if e := s.Apriori(l); e > 0 && !math.IsInf(e, 1) {
			bound.X, bound.Y = append(bound.X, l), append(bound.Y, math.Log(e))
		}
	}
	p := Panel{Title: "the norm", X: axis, Y: Axis{Label: "excess of ‖x(α)‖₁", Scale: Log}, Height: 0.75, Series: []Series{measured, bound}}
	if n := len(measured.X); n > 1 && !math.IsNaN(s.Exponent) { // through the last measured point
		x, y := measured.X[n-1], measured.Y[n-1]
		p.Series = append(p.Series, Series{
			Name: fmt.Sprintf("predicted in the end: α to the power s̄ = %.3f", s.Exponent), Ink: Reference, Style: 2,
			X: []float64{axis.Min, measured.X[0]}, Y: []float64{y + s.Exponent*(axis.Min-x), y + s.Exponent*(measured.X[0]-x)},
		})
	}
	return p
}
