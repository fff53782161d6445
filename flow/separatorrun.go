package flow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/ode"
)

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
	Rise       float64
	Checkpoint *SeparatorCheckpoint // to go on from here
}

// SeparatorCheckpoint is all that the rest of a run depends on.
type SeparatorCheckpoint struct {
	Integration ode.Checkpoint
	Times       []float64   // ln(1+t) of the points recorded
	States      [][]float64 // there
	Rise        float64     // of the run so far
	LogLoss     float64     // after the last step; +Inf before the first
}

// Follow integrates the flow from its start. The error says what could not be asked.
func (s *Separator) Follow(ctx context.Context, opt SeparatorOptions) (*SeparatorRun, error) {
	r, err := s.newRun(opt)
	if err != nil {
		return nil, err
	}
	if r.in, err = ode.New(s, 0, s.begin(), r.ode); err != nil {
		return nil, err
	}
	return r.run(ctx)
}

// Resume goes on from a checkpoint of the same flow with the same options, to the same
// bits as a run that was never interrupted.
func (s *Separator) Resume(ctx context.Context, c *SeparatorCheckpoint, opt SeparatorOptions) (*SeparatorRun, error) {
	if len(c.Times) != len(c.States) || len(c.Integration.Y) != s.Dim() {
		return nil, errors.New("flow: the checkpoint is of another run")
	}
	r, err := s.newRun(opt)
	if err != nil {
		return nil, err
	}
	s.begin() // θ₀ of a start
	r.at.T, r.at.Y = slices.Clone(c.Times), slices.Clone(c.States)
	r.rise, r.logLoss = c.Rise, c.LogLoss
	if r.in, err = ode.Resume(s, c.Integration, r.ode); err != nil {
		return nil, err
	}
	return r.run(ctx)
}

// separatorRun is a run under way.
type separatorRun struct {
	s             *Separator
	in            *ode.Integrator
	ode           ode.Options
	at            ode.Trajectory // the points recorded
	rise, logLoss float64
}

func (s *Separator) newRun(opt SeparatorOptions) (*separatorRun, error) {
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
	r := &separatorRun{s: s, logLoss: math.Inf(1)}
	unit := s.radius // of the state: an error e in it moves zᵢᵀw by unit·e at most
	if !s.primal {
		unit *= s.radius
	}
	r.ode = ode.Options{
		Until: times[len(times)-1], RelTol: tol, AbsTol: tol, Method: ode.NewRodas5P(), MaxSteps: opt.MaxSteps,
		Measure: func(step *ode.Step, rel, _ float64) float64 { return s.measure(step, rel, unit) },
		Observers: []ode.Observer{
			ode.At(times, func(u float64, y []float64) error {
				if n := len(r.at.T); n > 0 && u <= r.at.T[n-1] {
					return nil // recorded before the checkpoint
				}
				return r.at.Append(u, y)
			}),
			ode.ObserverFunc(func(seg *ode.Segment) error {
				now := s.Point(seg.T1, seg.Y1).LogLoss
				r.rise = max(r.rise, now-r.logLoss)
				r.logLoss = now
				if opt.Watch != nil {
					opt.Watch(seg.T1)
				}
				return nil
			}),
		},
	}
	return r, nil
}

// run goes on until the end.
func (r *separatorRun) run(ctx context.Context) (*SeparatorRun, error) {
	var err error
	for more := true; more; {
		if more, err = r.in.Advance(ctx); err != nil {
			return nil, err
		}
	}
	run := &SeparatorRun{Status: r.in.Status(), Stats: r.in.Stats, Rise: r.rise, Checkpoint: &SeparatorCheckpoint{
		Integration: r.in.Checkpoint(), Times: slices.Clone(r.at.T), States: slices.Clone(r.at.Y), Rise: r.rise, LogLoss: r.logLoss,
	}}
	for k, u := range r.at.T {
		run.Points = append(run.Points, r.s.Point(u, r.at.Y[k]))
	}
	if n := len(r.at.T); run.Status != ode.Finished && (n == 0 || r.in.T > r.at.T[n-1]) {
		run.Points = append(run.Points, r.s.Point(r.in.T, r.in.Y))
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
