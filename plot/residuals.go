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

// RunsFigure shows the residuals of several runs over one axis: t/ln(1/α) if all
// began at a small α, else t; on a log scale unless all that happens happens
// within two decades of it.
func RunsFigure(runs []Run) *Figure {
	label, scaled, far := "t / ln(1/α)", true, false
	for _, r := range runs {
		scaled = scaled && r.LnInitial > smallStart
		if n := len(r.T); n > 0 {
			far = far || r.T[n-1] > 100*r.T[r.firstDrop()]
		}
	}
	if !scaled {
		label, far = "time t", true
	}
	p := Panel{X: Axis{Label: label}, Y: Axis{Label: "‖Ax − b‖ / ‖b‖", Scale: Log}}
	if far {
		p.X.Scale = Log
	}
	var words []string
	for k, r := range runs {
		s := Series{Name: r.Name, Ink: Ink(k % dataInks), Style: k}
		final, unit, from := math.NaN(), 1.0, 0.0
		if scaled {
			unit = r.LnInitial
		}
		if far && len(r.T) > 0 {
			from = r.T[r.firstDrop()] / 10 // before, nothing happens for decades
		}
		for i, t := range r.T {
			v := math.Max(math.Abs(r.Value[i]), roundoff)
			at := t / unit
			if far {
				at = math.Log(at)
			}
			if t >= from && finite(at) && finite(v) {
				s.X, s.Y = append(s.X, at), append(s.Y, math.Log(v))
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
