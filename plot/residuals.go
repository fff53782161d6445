package plot

import (
	"fmt"
	"math"
	"strings"
)

// Run is the residual of one of several runs.
type Run struct {
	Name string
	Residual
}

// RunsFigure shows the residuals of several runs over the same axis: t/ln(1/α) if
// all began at a small α, ln t if none did, and else time as it is.
func RunsFigure(runs []Run) *Figure {
	scaled := 0
	for _, r := range runs {
		if r.LnInitial > smallStart {
			scaled++
		}
	}
	scale := LinearTime
	switch scaled {
	case len(runs):
		scale = ScaledTime
	case 0:
		scale = LogTime
	}
	p := Panel{X: Axis{}, Y: Axis{Label: "‖Ax − b‖ / ‖b‖", Scale: Log}}
	var words []string
	for k, r := range runs {
		c := newClock(r.T, r.LnInitial, scale, 0, 0)
		p.X.Label, p.X.Scale = c.label, c.scale
		s := Series{Name: r.Name, Ink: Ink(k % dataInks), Style: k}
		final := math.NaN()
		for i, t := range c.at {
			v := math.Max(math.Abs(r.Value[i]), roundoff)
			if finite(t) && finite(v) {
				s.X, s.Y = append(s.X, t), append(s.Y, math.Log(v))
				final = v
			}
		}
		p.Series = append(p.Series, s)
		words = append(words, fmt.Sprintf("%s ends at %s", r.Name, Num(final)))
	}
	return &Figure{
		Kind: "runs", Title: "The residuals of the runs",
		Caption: "How fast each run approaches Ax = b.",
		Alt:     fmt.Sprintf("The relative residuals of %d runs: %s.", len(runs), strings.Join(words, ", ")),
		Panels:  []Panel{p},
	}
}

// readResidual takes t and residual from trajectory.npz.
func readResidual(r *Result) (Residual, error) {
	t, err := r.Array("t")
	if err != nil {
		return Residual{}, err
	}
	res, err := r.Array("residual")
	if err != nil {
		return Residual{}, err
	}
	if len(t.Data) != len(res.Data) {
		return Residual{}, fmt.Errorf("%s: residual has %d numbers for %d times", r.Dir, len(res.Data), len(t.Data))
	}
	return Residual{T: t.Data, Value: res.Data, LnInitial: r.lnInitial()}, nil
}

// Compare makes the figure of several results that have residuals over time; nil
// if fewer than two have. Names tell them apart.
func Compare(results []*Result, names []string) (*Figure, error) {
	var runs []Run
	for k, r := range results {
		if !r.Has("t", "residual") {
			continue
		}
		res, err := readResidual(r)
		if err != nil {
			return nil, err
		}
		runs = append(runs, Run{names[k], res})
	}
	if len(runs) < 2 {
		return nil, nil
	}
	return RunsFigure(runs), nil
}
