package plot

import (
	"context"
	"fmt"
	"math"
)

var singularValuesKind = Kind{
	Name:    "singular-values",
	Summary: "the singular values σᵣ(t) of a matrix along its flow, as they are and on a log axis",
	Fits: func(r *Result) error {
		return need(r.Has("t", "singular_values") && !r.Has("log_t"),
			"it has no singular values over time; `tacit flow lowrank … -o DIR` writes them")
	},
	Draw: func(_ context.Context, r *Result, opt Options) (*Figure, error) {
		times, err := r.Array("t")
		if err != nil {
			return nil, err
		}
		s, err := r.Array("singular_values")
		if err != nil {
			return nil, err
		}
		if len(s.Shape) != 2 || s.Shape[0] != len(times.Data) {
			return nil, fmt.Errorf("%s: singular_values has the shape %v for %d times; one row a time is wanted", r.Dir, s.Shape, len(times.Data))
		}
		// X starts at α²I.
		return SingularValuesFigure(times.Data, s.Data, 2*r.lnInitial(), opt)
	},
}

// SingularValuesFigure shows the singular values of a matrix over the times t,
// s[k*m+r] being the r-th at t[k]; lnInitial is ln of one over those at the
// start, or 0.
func SingularValuesFigure(t, s []float64, lnInitial float64, opt Options) (*Figure, error) {
	times := len(t)
	if times == 0 || len(s)%max(times, 1) != 0 || len(s) == 0 {
		return nil, fmt.Errorf("%d singular values at %d times cannot be drawn", len(s), times)
	}
	m := len(s) / times
	shown, rest, err := front(s[(times-1)*m:], opt.Coordinates)
	if err != nil {
		return nil, err
	}
	first, last := happening(s, m)
	clock := newClock(t, lnInitial, opt.Time, first, last)
	if clock.label == "t / ln(1/α)" {
		clock.label = "t / ln(1/σ(0))"
	}
	value := func(r, k int) float64 { return s[k*m+r] }
	size := func(r, k int) float64 { return math.Log(value(r, k)) }
	f := &Figure{
		Title:   "The flow, singular value by singular value",
		Caption: "Above: σᵣ over time, in stairs: the rank grows step by step. Below: the same on a log axis, where each is seen to grow long before it is of any size.",
		Panels: []Panel{
			{X: clock.axis(), Y: Axis{Label: "σᵣ(t)", Include: []float64{0}}},
			{X: clock.axis(), Y: Axis{Label: "σᵣ(t)", Scale: Log}, NoLegend: true},
		},
	}
	for p, value := range []func(r, k int) float64{value, size} {
		series, note := contextSeries(clock.at, rest, value)
		for c, r := range shown {
			line := Series{Name: subscripted('σ', r+1), X: clock.at, Y: make([]float64, times), Ink: Ink(c % dataInks), Style: c}
			for k := range line.Y {
				line.Y[k] = value(r, k)
			}
			series = append(series, line)
		}
		f.Panels[p].Series = series
		if p == 0 && note != "" {
			f.Notes = append(f.Notes, note)
		}
	}
	if clock.note != "" {
		f.Notes = append(f.Notes, clock.note)
	}
	f.Alt = fmt.Sprintf("%d singular values from t = %s to t = %s.", m, Num(t[0]), Num(t[times-1]))
	for _, r := range shown[:min(4, len(shown))] {
		end := value(r, times-1)
		f.Alt += fmt.Sprintf(" %s ends at %s", subscripted('σ', r+1), Num(end))
		k := 0
		for k < times-1 && value(r, k) < end/2 {
			k++
		}
		if k > 0 && end > seen*s[(times-1)*m] {
			f.Alt += fmt.Sprintf(", half of it reached at t = %s", NumDigits(t[k], 2))
		}
		f.Alt += "."
	}
	return f, nil
}
