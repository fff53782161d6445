package plot

import (
	"context"
	"fmt"
	"math"
	"strings"
)

var marginKind = Kind{
	Name:    "margin",
	Summary: "a flow on separable points: its margin and direction against ln t",
	Fits: func(r *Result) error {
		return need(r.Separator != nil && r.Has("t", "margin", "norm", "bound"),
			"it has no margins over time; `tacit flow margin … -o DIR` writes them")
	},
	Draw: func(_ context.Context, r *Result, _ Options) (*Figure, error) {
		m := MarginRun{Gamma: math.NaN(), Points: r.Rows, Exponential: r.Separator.Loss == "exp"}
		if v := r.Separator.Largest.Margin; v != nil {
			m.Gamma = *v
		}
		for _, f := range []struct {
			key string
			to  *[]float64
		}{{"t", &m.LogTime}, {"margin", &m.Margin}, {"norm", &m.Norm}, {"bound", &m.Bound}, {"direction", &m.Direction}} {
			if !r.Has(f.key) {
				continue
			}
			a, err := r.Array(f.key)
			if err != nil {
				return nil, err
			}
			*f.to = a.Data
		}
		n := len(m.LogTime)
		if len(m.Margin) != n || len(m.Norm) != n || len(m.Bound) != n || m.Direction != nil && len(m.Direction) != n {
			return nil, fmt.Errorf("%s: %s has arrays of different lengths", r.Dir, trajectoryName)
		}
		return MarginFigure(m), nil
	},
}

// MarginRun is gradient flow on the exponential or logistic loss of labelled
// points, at times whose logarithms rise.
type MarginRun struct {
	LogTime   []float64
	Margin    []float64 // min yᵢwᵀxᵢ/‖w‖
	Norm      []float64 // ‖w‖
	Bound     []float64 // ‖Σpᵢyᵢxᵢ‖, which no margin exceeds
	Direction []float64 // distance of w/‖w‖ from the separator of largest margin, or nil
	Gamma     float64   // largest margin; NaN if there is none
	Points    int       // number of labelled points
	// Exponential: the loss for which γ − margin ≤ ln N/‖w‖ at all times from w = 0.
	Exponential bool
}

// farOut is the ln t beyond which the axis has its logarithm.
const farOut = 20

// marginAxis places the times: ln t from 1 on as powers of ten if the run goes far
// out, else all of them.
func (m *MarginRun) marginAxis() (axis Axis, at []float64, from int) {
	at = m.LogTime
	n := len(at)
	if n == 0 || at[n-1] < farOut {
		return Axis{Label: "ln t"}, at, 0
	}
	for from < n && at[from] < 1 {
		from++
	}
	return Axis{Label: "ln t", Scale: Log}, Ln(at), from
}

// MarginFigure shows how the margin rises to the largest one, how far margin and
// direction are from theirs, and what is left of w without â ln t.
func MarginFigure(m MarginRun) *Figure {
	axis, at, from := m.marginAxis()
	f := &Figure{
		Title: "The direction turns to the separator of largest margin, like 1/ln t",
		Caption: "Gradient flow is w(t) = â ln t + ρ(t) with ‖â‖ = 1/γ and, for almost all data, a bounded ρ. " +
			"So margin and direction are off by a constant over ln t, a line of slope −1 below, and ‖w‖ − ln t/γ is bounded.",
	}
	last := len(at) - 1
	if last < from {
		f.Alt = "There are no times to draw."
		f.Panels = []Panel{{X: axis, Y: Axis{Label: "margin"}}}
		return f
	}
	at = at[from:]
	if from > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%d times with ln t < 1 are left out.", from))
	}
	top := Panel{
		X: axis, Y: Axis{Label: "margin min yᵢwᵀxᵢ / ‖w‖"},
		Series: []Series{
			{Name: "margin", X: at, Y: m.Margin[from:], Ink: 0, Plain: true},
			{Name: "bound ‖Σpᵢyᵢxᵢ‖ that the weights prove", X: at, Y: m.Bound[from:], Ink: 1, Style: 1},
		},
	}
	if math.IsNaN(m.Gamma) {
		f.Title = "Gradient flow on points that nothing separates"
		f.Caption = "No margin is above the bound that the convex weights p prove, which tends to 0."
		f.Alt = fmt.Sprintf("At ln t = %s the margin is %s, the proven bound %s and the norm of w %s.",
			Num(m.LogTime[last]), Num(m.Margin[last]), Num(m.Bound[last]), Num(m.Norm[last]))
		f.Panels = []Panel{top, {X: axis, Y: Axis{Label: "‖w‖"}, Series: []Series{{Name: "‖w‖", X: at, Y: m.Norm[from:], Ink: 2}}}}
		return f
	}
	top.Rules = []Rule{{At: m.Gamma, Label: "γ = " + Num(m.Gamma)}}
	rest := make([]float64, 0, len(at))
	for k := from; k <= last; k++ {
		rest = append(rest, m.Norm[k]-m.LogTime[k]/m.Gamma)
	}
	f.Panels = []Panel{top, m.shortfall(axis, at, from), {
		X: axis, Y: Axis{Label: "‖w‖ − ln t / γ"}, Height: 0.7,
		Series: []Series{{Name: "‖w‖ − ln t / γ", X: at, Y: rest, Ink: 3}},
	}}
	var words strings.Builder
	fmt.Fprintf(&words, "Over ln t from %s to %s the margin goes from %s to %s; the largest is %s, which leaves a share of %s.",
		Num(m.LogTime[from]), Num(m.LogTime[last]), Num(m.Margin[from]), Num(m.Margin[last]), Num(m.Gamma), Num(1-m.Margin[last]/m.Gamma))
	if m.Direction != nil {
		fmt.Fprintf(&words, " The direction is %s away at the end, %s/ln t.", Num(m.Direction[last]), Num(m.Direction[last]*m.LogTime[last]))
	}
	fmt.Fprintf(&words, " ‖w‖ − ln t/γ is %s at the end, where ‖w‖ is %s.", Num(rest[len(rest)-1]), Num(m.Norm[last]))
	f.Alt = words.String()
	return f
}

// shortfall is the panel of what is missing, on a log axis.
func (m *MarginRun) shortfall(axis Axis, at []float64, from int) Panel {
	p := Panel{X: axis, Y: Axis{Label: "distance from the limit", Scale: Log}}
	missing, proven := make([]float64, len(at)), make([]float64, len(at))
	for k := range at {
		missing[k] = 1 - m.Margin[from+k]/m.Gamma
		if missing[k] < 4*epsilon { // rounding
			missing[k] = 0
		}
		proven[k] = math.Log(float64(m.Points)) / (m.Gamma * m.Norm[from+k])
	}
	p.Series = append(p.Series, Series{Name: "margin: 1 − margin/γ", X: at, Y: Ln(missing), Ink: 0})
	guide := missing
	if m.Direction != nil {
		guide = m.Direction[from:]
		p.Series = append(p.Series, Series{Name: "direction: ‖w/‖w‖ − â/‖â‖‖", X: at, Y: Ln(guide), Ink: 2, Style: 2})
	}
	if m.Exponential && m.Points > 1 {
		p.Series = append(p.Series, Series{Name: "proven for the margin: ln N / (γ‖w‖)", X: at, Y: Ln(proven), Ink: Reference, Style: 1, Plain: true})
	}
	// The line of slope −1 through the last point.
	if last := len(at) - 1; axis.Scale == Log && guide[last] > 0 {
		line := Series{Name: "c / ln t, through the last point", X: at, Ink: Context, Plain: true, Width: 3}
		for k := range at {
			line.Y = append(line.Y, math.Log(guide[last])+at[last]-at[k])
		}
		p.Series = append([]Series{line}, p.Series...)
	}
	return p
}

// epsilon is the distance from 1 to the next float64.
const epsilon = 0x1p-52
