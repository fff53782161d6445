package flow

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/ode"
)

// SeparatorPoint is the separator flow at a time.
type SeparatorPoint struct {
	LogTime float64   // ln t; −Inf at the start
	W       []float64 // w
	Norm    float64   // ‖w‖, of a mirror flow ‖w‖ₚ
	Margin  float64   // min zᵢᵀw/‖w‖, 0 for w = 0
	LogLoss float64   // ln L
	P       []float64 // convex weights, in proportion to −ℓ′(zᵢᵀw)
	Bound   float64   // ‖Σpᵢzᵢ‖, in the dual norm: no separator has a larger margin
}

// Point evaluates a state at u = ln(1+t).
func (s *Separator) Point(u float64, state []float64) SeparatorPoint {
	p := SeparatorPoint{LogTime: u + math.Log(-math.Expm1(-u)), W: make([]float64, s.d), P: make([]float64, s.n)}
	s.W(p.W, state)
	m := make([]float64, s.n)
	s.margins(m, state)
	p.Norm = lpNorm(p.W, s.p)
	least, top, loss := math.Inf(1), math.Inf(-1), make([]float64, s.n)
	topLoss := math.Inf(-1)
	for i, v := range m {
		least = min(least, v)
		p.P[i] = s.logSlope(v)
		loss[i] = s.logLoss(v)
		top, topLoss = max(top, p.P[i]), max(topLoss, loss[i])
	}
	if p.Norm > 0 {
		p.Margin = least / p.Norm
	}
	var sum, sumLoss float64
	for i, v := range p.P {
		p.P[i] = math.Exp(v - top)
		sum += p.P[i]
		sumLoss += math.Exp(loss[i] - topLoss)
	}
	p.LogLoss = topLoss + math.Log(sumLoss)
	signed := make([]float64, s.n)
	for i := range p.P {
		p.P[i] /= sum
		signed[i] = s.y[i] * p.P[i]
	}
	v := make([]float64, s.d)
	s.x.ApplyT(v, signed)
	p.Bound = lpNorm(v, s.p/(s.p-1))
	return p
}

// logLoss is ln ℓ(m).
func (s *Separator) logLoss(m float64) float64 {
	switch {
	case !s.logistic:
		return -m
	case m > 36: // ln(1+e^{−m}) = e^{−m} to rounding
		return -m
	}
	return math.Log(softplus(-m))
}

// SeparatorOptions says how far to follow a separator flow.
type SeparatorOptions struct {
	// Times are the values of ln t to record, increasing; nil for Save points from
	// the start to Until, evenly spread in ln(1+ln(1+t)).
	Times []float64
	Until float64 // the last ln t, where Times is nil
	Save  int     // 0 means 200
	// RelTol is the error of an exponent zᵢᵀw that a step may make; 0 means 1e-8.
	// Rounding of w is allowed for beside it.
	RelTol   float64
	MaxSteps int
	Watch    func(logTime float64)
}

// SeparatorRun is what is known of a run.
type SeparatorRun struct {
	Status ode.Status
	Points []SeparatorPoint // as asked; the last one is where the run ended
	Stats  ode.Stats
	// Rise is the largest rise of ln L between steps: 0 on the exact flow.
	Rise float64
}

// Follow integrates the flow from its start. The error says what could not be asked.
func (s *Separator) Follow(ctx context.Context, opt SeparatorOptions) (*SeparatorRun, error) {
	times, err := opt.times()
	if err != nil {
		return nil, err
	}
	tol := opt.RelTol
	if tol == 0 {
		tol = 1e-8
	}
	if !(tol >= ode.MinRelTol && tol < 1) {
		return nil, fmt.Errorf("flow: tolerance %v: it must lie between %.2g, what doubles allow, and 1", tol, ode.MinRelTol)
	}
	run := &SeparatorRun{}
	last := math.Inf(1)
	unit := s.radius // of the state: an error e in it moves zᵢᵀw by unit·e at most
	if !s.primal {
		unit *= s.radius
	}
	var end ode.Segment
	in, err := ode.New(s, 0, s.begin(), ode.Options{
		Until: times[len(times)-1], RelTol: tol, AbsTol: tol, Method: ode.NewRodas5P(), MaxSteps: opt.MaxSteps,
		Measure: func(step *ode.Step, rel, _ float64) float64 { return s.measure(step, rel, unit) },
		Observers: []ode.Observer{
			ode.At(times, func(u float64, y []float64) error {
				run.Points = append(run.Points, s.Point(u, y))
				return nil
			}),
			ode.ObserverFunc(func(seg *ode.Segment) error {
				end = *seg
				now := s.Point(seg.T1, seg.Y1).LogLoss
				run.Rise = max(run.Rise, now-last)
				last = now
				if opt.Watch != nil {
					opt.Watch(seg.T1)
				}
				return nil
			}),
		},
	})
	if err != nil {
		return nil, err
	}
	for more := true; more; {
		if more, err = in.Advance(ctx); err != nil {
			return nil, err
		}
	}
	run.Status, run.Stats = in.Status(), in.Stats
	if n := len(run.Points); run.Status != ode.Finished && (n == 0 || end.T1 > 0) {
		run.Points = append(run.Points, s.Point(in.T, in.Y))
	}
	return run, nil
}

// measure is the error of the exponents that a step makes, over what is allowed:
// tol, and the rounding of exponents of their size.
func (s *Separator) measure(step *ode.Step, tol, unit float64) float64 {
	if s.p != 2 {
		change, norm := s.moved(step)
		return s.radius * change / (tol + 0x1p-46*s.radius*norm)
	}
	var err, size float64
	for i, e := range step.Err {
		err += e * e
		size += step.Y1[i] * step.Y1[i]
	}
	return unit * math.Sqrt(err) / (tol + 0x1p-46*unit*math.Sqrt(size))
}

// times returns the values of ln(1+t) to record.
func (o *SeparatorOptions) times() ([]float64, error) {
	var times []float64
	if o.Times != nil {
		for i, v := range o.Times {
			if math.IsNaN(v) || math.IsInf(v, 0) || i > 0 && !(v > o.Times[i-1]) {
				return nil, fmt.Errorf("flow: times[%d] = %v: values of ln t are finite and increase", i, v)
			}
			times = append(times, softplus(v))
		}
		if len(times) == 0 {
			return nil, fmt.Errorf("flow: there are no times to reach")
		}
		return times, nil
	}
	if math.IsNaN(o.Until) || math.IsInf(o.Until, 0) {
		return nil, fmt.Errorf("flow: the end ln t = %v is not finite", o.Until)
	}
	n := o.Save
	if n == 0 {
		n = 200
	}
	if n < 0 {
		return nil, fmt.Errorf("flow: %d points to save: it cannot be negative", n)
	}
	end := softplus(o.Until)
	for k := 1; k <= n; k++ {
		times = append(times, math.Expm1(math.Log1p(end)*float64(k)/float64(n)))
	}
	times[n-1] = end
	return times, nil
}
