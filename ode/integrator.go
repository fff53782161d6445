package ode

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// Integrator is an integration that goes on step by step.
type Integrator struct {
	T     float64   // where the integration is
	Y     []float64 // y(T); not to be changed
	DY    []float64 // f(T, Y)
	Stats Stats

	sys    System
	opt    Options
	step   *Step
	h      float64 // length of the next step
	g      []float64
	seg    Segment
	status Status
	tried  int
}

// New returns an integration of sys from (t0, y0), which has shown the start to
// the observers. The error says what cannot be asked.
func New(sys System, t0 float64, y0 []float64, opt Options) (*Integrator, error) {
	in, err := begin(sys, t0, y0, opt)
	if err != nil {
		return nil, err
	}
	in.h = opt.FirstStep
	if in.h == 0 && in.status == Running {
		in.h = in.firstStep()
	}
	in.seg = Segment{T0: t0, T1: t0, Y0: in.Y, Y1: in.Y, F0: in.DY, F1: in.DY}
	return in, in.observe()
}

// begin checks and evaluates the start.
func begin(sys System, t0 float64, y0 []float64, opt Options) (*Integrator, error) {
	if err := opt.check(sys, t0, y0); err != nil {
		return nil, err
	}
	if opt.Method == nil {
		opt.Method = NewAuto()
	}
	if opt.Control == nil {
		opt.Control = NewPI()
	}
	if opt.Measure == nil {
		opt.Measure = RMS
	}
	if err := opt.Method.Prepare(sys); err != nil {
		return nil, err
	}
	opt.Control.Restore(nil)
	in := &Integrator{sys: sys, opt: opt, step: newStep(len(y0)), T: t0, g: make([]float64, len(opt.Events))}
	s := in.step
	copy(s.Y0, y0)
	in.Y, in.DY = s.Y0, s.F0
	sys.Deriv(s.F0, t0, s.Y0)
	in.Stats.Evaluations++
	if i := notFinite(s.F0); i >= 0 {
		return nil, fmt.Errorf("ode: component %d of the derivative at the start is %v, not a finite number", i, s.F0[i])
	}
	for k, e := range opt.Events {
		in.g[k] = e.Func(t0, s.Y0, s.F0)
	}
	if opt.Until == t0 {
		in.status = Finished
	}
	return in, nil
}

// Status says whether the integration goes on, and how it ended.
func (in *Integrator) Status() Status { return in.status }

// Advance does one accepted step and shows it to the observers, whose error it
// returns. It reports whether there is more to do; Status says why not.
func (in *Integrator) Advance(ctx context.Context) (bool, error) {
	for in.status == Running {
		if err := ctx.Err(); err != nil {
			in.status = Interrupted
			if errors.Is(err, context.DeadlineExceeded) {
				in.status = TimeLimit
			}
			return false, nil
		}
		if in.opt.MaxSteps > 0 && in.tried >= in.opt.MaxSteps {
			in.status = StepLimit
			return false, nil
		}
		if in.try() {
			return in.accept()
		}
	}
	return false, nil
}

// try computes a candidate and has it judged.
func (in *Integrator) try() bool {
	s, o := in.step, &in.opt
	h := in.h
	if o.MaxStep > 0 {
		h = min(h, o.MaxStep)
	}
	s.T0, s.T1, s.HasF1 = in.T, in.T+h, false
	switch rest := o.Until - in.T; {
	case h >= rest*(1-1e-12):
		h, s.T1 = rest, o.Until
	case h > rest/2:
		// Two steps of equal length, not a long one and a short one.
		h, s.T1 = rest/2, in.T+rest/2
	}
	if !(s.T1 > s.T0) {
		if in.status == Running {
			in.status = StepTooSmall
		}
		return false
	}
	in.tried++
	err := math.NaN()
	if o.Method.Step(s, &in.Stats) && notFinite(s.Y1) < 0 {
		err = o.Measure(s, o.RelTol, o.AbsTol)
	}
	order := o.Method.ErrorOrder() + 1
	accept, next := o.Control.Judge(h, err, order)
	if accept && !in.derive() {
		err = math.NaN()
		accept, next = o.Control.Judge(h, err, order)
	}
	if !accept {
		in.Stats.Rejected++
		if math.IsNaN(err) && !(in.T+next > in.T) {
			in.status = NotFinite
		}
	}
	in.h = next
	return accept
}

// derive completes the candidate by its derivative, and reports whether that is
// finite.
func (in *Integrator) derive() bool {
	s := in.step
	if !s.HasF1 {
		in.sys.Deriv(s.F1, s.T1, s.Y1)
		in.Stats.Evaluations++
		s.HasF1 = true
	}
	return notFinite(s.F1) < 0
}

// accept finds events, shows the step to the observers and goes to its end.
func (in *Integrator) accept() (bool, error) {
	s := in.step
	in.Stats.Steps++
	in.seg = Segment{T0: s.T0, T1: s.T1, Y0: s.Y0, Y1: s.Y1, F0: s.F0, F1: s.F1, full: s, stepper: in.opt.Method}
	stop := in.events()
	if err := in.observe(); err != nil {
		return false, err
	}
	if stop {
		in.status = Stopped
		copy(s.Y1, in.seg.Y1)
		copy(s.F1, in.seg.F1)
	}
	in.T = in.seg.T1
	s.Y0, s.Y1 = s.Y1, s.Y0
	s.F0, s.F1 = s.F1, s.F0
	in.Y, in.DY = s.Y0, s.F0
	if in.status == Running && in.T >= in.opt.Until {
		in.status = Finished
	}
	return in.status == Running, nil
}

func (in *Integrator) observe() error {
	for _, o := range in.opt.Observers {
		if err := o.Observe(&in.seg); err != nil {
			return err
		}
	}
	return nil
}

// firstStep guesses the first step (Hairer, Nørsett and Wanner 1993, section
// II.4): one in which an explicit Euler step, and its second difference, stay
// within a hundredth of the tolerance's scale. Where the motion from 0 is over within
// 1e-6, it is no longer than the time of that motion.
func (in *Integrator) firstStep() float64 {
	s, o := in.step, &in.opt
	n := len(s.Y0)
	y, f, save := make([]float64, n), make([]float64, n), *s
	// Measure compares a vector of errors with the tolerance; so with RelTol
	// factored out it gives the weighted size of any vector.
	size := func(v []float64) float64 {
		save.Y1, save.Err, save.T1 = s.Y0, v, s.T0
		return o.Measure(&save, o.RelTol, o.AbsTol) * o.RelTol
	}
	d0, d1 := size(s.Y0), size(s.F0)
	h := 1e-6
	if d0 >= 1e-5 && d1 >= 1e-5 && !math.IsInf(d0, 0) && !math.IsInf(d1, 0) {
		h = 0.01 * d0 / d1
	}
	fast := h*d1 > 0.01 && d0 < 1e-5 && !math.IsInf(d1, 0) // from a start that is 0 beside where it goes
	if fast {
		h = 0.01 / d1
	}
	h = min(h, o.Until-in.T)
	for i, v := range s.Y0 {
		y[i] = v + h*s.F0[i]
	}
	in.sys.Deriv(f, in.T+h, y)
	in.Stats.Evaluations++
	for i, v := range s.F0 {
		f[i] -= v
	}
	d2 := size(f) / h
	next := max(1e-6, h*1e-3)
	if d := max(d1, d2); d > 1e-15 {
		next = math.Pow(0.01*o.RelTol/d, 1/float64(o.Method.Order()+1))
	}
	if fast && d2 > 0 { // a stable method would step over all of the motion
		next = min(next, d1/d2)
	}
	if !(next > 0) {
		next = h * 1e-3
	}
	return min(100*h, next, o.Until-in.T)
}

// notFinite returns the index of the first component that is not finite, or -1.
func notFinite(v []float64) int {
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return i
		}
	}
	return -1
}
