package flow

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/ode"
)

// Options says how far to follow a flow and what to keep of it.
type Options struct {
	// Times are the times to record, increasing from 0 or later. The run ends at
	// the last one, or at UntilTime if that is later.
	Times []float64
	// UntilTime ends the run at a time; 0 means that it does not.
	UntilTime float64
	// UntilLoss ends the run when the loss has fallen to it; 0 means that it does
	// not.
	UntilLoss float64
	// Save is how many points to record where Times is nil, evenly spread over
	// the time if its end is known, else over the steps; 0 means none but the
	// last.
	Save int
	// RelTol is the relative error of the unknowns that a step may make; 0 means
	// 1e-8.
	RelTol float64
	// Method is the stepper; nil means ode.NewRodas5P() for flows that linearize
	// and ode.NewAuto() for others.
	Method ode.Stepper
	// MaxSteps bounds the number of steps; 0 means no bound.
	MaxSteps int
	// XHat, if not nil, is the limit of the flow or another point of zero loss,
	// for invariants that measure the distance from it.
	XHat []float64
	// StopStalled ends the run when the loss falls by less than a thousandth
	// while the time grows tenfold: where the loss cannot vanish, nothing else
	// would.
	StopStalled bool
	// Floor is a loss below which rounding may keep it from falling: from there a
	// run ends when 300 steps bring no progress. 0: it never ends so.
	Floor float64
	// Watch, if not nil, is called after each step.
	Watch func(p Progress)
}

// Progress is where a run is.
type Progress struct {
	T, Loss float64
	Stats   ode.Stats
}

// Result is what is known of a run.
type Result struct {
	Status  ode.Status
	Stalled bool      // the loss no longer falls: Options.StopStalled
	Floored bool      // rounding keeps the loss from falling: Options.Floor
	T       float64   // where the run ended
	State   []float64 // there
	Loss    float64
	// Times and States are the points recorded.
	Times      []float64
	States     [][]float64
	Invariants []Drift
	Stats      ode.Stats
	Checkpoint *Checkpoint // to go on from here
}

// Drift is an invariant at the end of a run.
type Drift struct {
	Name  string
	Drift float64
}

// Checkpoint is all that the rest of a run depends on.
type Checkpoint struct {
	Integration ode.Checkpoint
	Invariants  [][]float64
	Stride      int // of the recorder
	Count       int
	Times       []float64
	States      [][]float64
	Mark        []float64 // of StopStalled
	Done        bool      // the run came to its end: nothing is left to resume
}

// check refuses options that make no sense.
func (o *Options) check() error {
	switch {
	case o.RelTol != 0 && !(o.RelTol >= ode.MinRelTol && o.RelTol < 1):
		return fmt.Errorf("flow: relative tolerance %v: it must lie between %.2g, what doubles allow, and 1", o.RelTol, ode.MinRelTol)
	case math.IsNaN(o.UntilTime) || o.UntilTime < 0 || math.IsInf(o.UntilTime, 0):
		return fmt.Errorf("flow: the end %v is not a time after 0", o.UntilTime)
	case math.IsNaN(o.UntilLoss) || o.UntilLoss < 0:
		return fmt.Errorf("flow: the loss %v to reach is negative", o.UntilLoss)
	case o.Save < 0:
		return fmt.Errorf("flow: %d points to save: it cannot be negative", o.Save)
	case o.UntilTime == 0 && o.UntilLoss == 0 && len(o.Times) == 0:
		return errors.New("flow: the run has no end: give times, a last time, or a loss to reach")
	}
	last := 0.0
	for i, t := range o.Times {
		if math.IsNaN(t) || math.IsInf(t, 0) || t < 0 || i > 0 && t <= last {
			return fmt.Errorf("flow: times[%d] = %v: times are finite and increase, from 0 or later", i, t)
		}
		last = t
	}
	return nil
}

// end is the last time of the run, +Inf if that is not known.
func (o *Options) end() float64 {
	end := o.UntilTime
	if n := len(o.Times); n > 0 {
		end = max(end, o.Times[n-1])
	}
	if end == 0 && o.UntilLoss > 0 {
		return math.Inf(1)
	}
	return end
}

// Run follows a flow from its start. The error says what could not be asked;
// how the run ended is its Status, and what there is is returned in any case.
//
// Cost: a step of the default method takes the product A D Aᵀ, a factorization of
// order n and 8 stages of two passes over A; memory O(n²) beside A, and what is
// recorded: states, not unknowns.
func Run(ctx context.Context, f Flow, opt Options) (*Result, error) {
	r, err := newRun(f, opt)
	if err != nil {
		return nil, err
	}
	if r.in, err = ode.New(f, 0, f.Start(), r.ode); err != nil {
		return nil, err
	}
	return r.run(ctx)
}

// Resume goes on from a checkpoint of the same flow with the same options, to the
// same bits as a run that was never interrupted. A run that came to its end stays
// there.
func Resume(ctx context.Context, f Flow, c *Checkpoint, opt Options) (*Result, error) {
	r, err := newRun(f, opt)
	if err != nil {
		return nil, err
	}
	if err := r.restore(c); err != nil {
		return nil, err
	}
	if r.in, err = ode.Resume(f, c.Integration, r.ode); err != nil {
		return nil, err
	}
	return r.run(ctx)
}

// run is a run under way.
type run struct {
	flow       Flow
	opt        Options
	ode        ode.Options
	in         *ode.Integrator
	invariants []Invariant
	rec        *recorder
	stall      *stall
	floor      *floor
	done       bool // resumed at its end
}

func newRun(f Flow, opt Options) (*run, error) {
	if err := opt.check(); err != nil {
		return nil, err
	}
	if opt.RelTol == 0 {
		opt.RelTol = 1e-8
	}
	if opt.Method == nil {
		opt.Method = ode.NewAuto()
		if _, ok := f.(ode.Linearizer); ok {
			opt.Method = ode.NewRodas5P()
		}
	}
	r := &run{flow: f, opt: opt, rec: newRecorder(opt), stall: &stall{flow: f}, floor: &floor{flow: f, level: opt.Floor, best: math.Inf(1)}}
	r.ode = ode.Options{Until: opt.end(), RelTol: opt.RelTol, Method: opt.Method, MaxSteps: opt.MaxSteps}
	if m, ok := f.(Measured); ok {
		r.ode.Measure = m.Measure
	}
	switch {
	case opt.UntilLoss > 0 && f.Loss(f.Start()) <= opt.UntilLoss:
		r.ode.Until = 0 // it is there already
	case opt.UntilLoss > 0:
		r.ode.Events = []ode.Event{{
			Name: "loss", Direction: -1, Terminal: true,
			// In logarithms the function is close to a line.
			Func: func(_ float64, y, _ []float64) float64 { return math.Log(f.Loss(y) / opt.UntilLoss) },
		}}
	}
	if c, ok := f.(Conserver); ok {
		r.invariants = c.Invariants(opt.XHat)
	}
	for _, i := range r.invariants {
		r.ode.Observers = append(r.ode.Observers, i)
	}
	r.ode.Observers = append(r.ode.Observers, r.rec)
	if opt.StopStalled {
		r.ode.Observers = append(r.ode.Observers, r.stall)
	}
	if opt.Floor > 0 {
		r.ode.Observers = append(r.ode.Observers, r.floor)
	}
	return r, nil
}

// run goes on until the end.
func (r *run) run(ctx context.Context) (*Result, error) {
	res := &Result{}
	var err error
	for more := !r.done; more && err == nil && !r.stall.stalled && !r.floor.reached(); {
		more, err = r.in.Advance(ctx)
		if r.opt.Watch != nil && err == nil {
			r.opt.Watch(Progress{T: r.in.T, Loss: r.flow.Loss(r.in.Y), Stats: r.in.Stats})
		}
	}
	if err != nil {
		return nil, err
	}
	res.Status, res.Stalled, res.T, res.Stats = r.in.Status(), r.stall.stalled, r.in.T, r.in.Stats
	res.Floored = r.floor.reached() && !res.Status.Definite()
	if res.Stalled || res.Floored || r.done && res.Status == ode.Running {
		res.Status = ode.Stopped
	}
	res.State = append([]float64(nil), r.in.Y...)
	res.Loss = r.flow.Loss(res.State)
	res.Checkpoint = r.checkpoint()
	res.Checkpoint.Done = res.Status.Definite()
	res.Times, res.States = r.rec.result(res.T, res.State, res.Status.Definite())
	for _, i := range r.invariants {
		res.Invariants = append(res.Invariants, Drift{i.Name(), i.Drift()})
	}
	return res, nil
}

func (r *run) checkpoint() *Checkpoint {
	c := &Checkpoint{Integration: r.in.Checkpoint()}
	for _, i := range r.invariants {
		c.Invariants = append(c.Invariants, i.State())
	}
	c.Stride, c.Count = r.rec.stride, r.rec.count
	c.Times, c.States = append([]float64(nil), r.rec.times...), append([][]float64(nil), r.rec.states...)
	c.Mark = append(r.stall.state(), r.floor.state()...)
	return c
}

func (r *run) restore(c *Checkpoint) error {
	if len(c.Invariants) != len(r.invariants) || len(c.Mark) != 6 || len(c.Times) != len(c.States) {
		return errors.New("flow: the checkpoint is of another run")
	}
	for k, i := range r.invariants {
		i.Restore(c.Invariants[k])
	}
	r.rec.restore(c)
	r.stall.restore(c.Mark[:4])
	r.floor.restore(c.Mark[4:])
	r.done = c.Done
	return nil
}
