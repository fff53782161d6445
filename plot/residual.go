package plot

import (
	"context"
	"fmt"
	"math"
)

var residualKind = Kind{
	Name:    "residual",
	Summary: "the residual ‖Ax − b‖ over time",
	Fits: func(r *Result) error {
		return need(r.Has("t", "residual") || len(r.Events) > 0,
			"it has neither a trajectory nor the events of a path; `tacit flow` and `tacit path` write them with -o DIR")
	},
	Draw: func(_ context.Context, r *Result, opt Options) (*Figure, error) {
		if !r.Has("t", "residual") {
			tau, res := []float64{0}, []float64{1}
			for _, e := range r.Events {
				tau, res = append(tau, e.Tau), append(res, e.Residual)
			}
			tau, res = append(tau, tau[len(tau)-1]*1.15), append(res, res[len(res)-1])
			return ResidualFigure(Residual{T: tau, Value: res, Steps: true}, Options{Time: LinearTime})
		}
		res, err := readResidual(r)
		if err != nil {
			return nil, err
		}
		return ResidualFigure(res, opt)
	},
}

// Residual is ‖Ax−b‖/‖b‖ over time.
type Residual struct {
	T, Value  []float64
	LnInitial float64 // ln(1/α), or 0
	Steps     bool    // constant between the times, which are τ = t/ln(1/α)
}

// firstDrop is the index of the first residual that is seen to be less than the
// one at the start.
func (r Residual) firstDrop() int {
	k := 0
	for k < len(r.T)-1 && r.Value[k] > 0.98*r.Value[0] {
		k++
	}
	return k
}

// roundoff is where a residual is as small as rounding lets it be.
const roundoff = 1e-18

// ResidualFigure shows a residual on a log axis.
func ResidualFigure(r Residual, opt Options) (*Figure, error) {
	clock := newClock(r.T, r.LnInitial, opt.Time, r.firstDrop(), len(r.T)-1)
	if r.Steps {
		clock.label = "τ = t / ln(1/α)"
	}
	s := Series{Name: "‖Ax − b‖ / ‖b‖", Ink: 0}
	zero := 0
	least, final := math.Inf(1), math.NaN()
	for k, t := range clock.at {
		v := r.Value[k]
		if !finite(t) || !finite(v) {
			continue
		}
		if math.Abs(v) < roundoff {
			zero++
			v = roundoff
		}
		s.X, s.Y = append(s.X, t), append(s.Y, math.Log(math.Abs(v)))
		least, final = math.Min(least, math.Abs(v)), math.Abs(v)
	}
	if r.Steps {
		s.Shape = Steps
	}
	f := &Figure{
		Title:   "How far Ax is from b",
		Caption: "‖Ax − b‖ never increases along a mirror flow; ‖r(t)‖² ≤ D(x̂, x₀)/t for every solution x̂ in the domain.",
		Panels:  []Panel{{X: clock.axis(), Y: Axis{Label: "‖Ax − b‖ / ‖b‖", Scale: Log}, Series: []Series{s}}},
	}
	if len(s.X) == 0 {
		f.Alt = "There are no times to draw."
		return f, nil
	}
	f.Alt = fmt.Sprintf("The relative residual over %d times goes from %s to %s; its least value is %s.",
		len(s.X), NumLn(s.Y[0]), Num(final), Num(least))
	if zero > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("Residuals below 10⁻¹⁸ (%d times) are drawn there: rounding has its say long before.", zero))
	}
	return f, nil
}
