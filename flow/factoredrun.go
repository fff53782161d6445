package flow

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/ode"
)

// FactoredOptions says how far to follow a flow of factors and what to keep.
type FactoredOptions struct {
	Times     []float64 // to record, increasing; the run ends at the last one
	UntilTime float64   // 0: it does not end the run
	UntilLoss float64   // 0: it does not end the run
	Save      int       // points to record where Times is nil; 0: the last one
	RelTol    float64   // relative error of a column in a step; 0: 1e-8
	MaxSteps  int       // 0: no bound
	Method    func() ode.Stepper
	Watch     func(Progress) // called after each step
	From      Snapshot       // of a run with the same options but MaxSteps: go on from it
}

// FactoredResult is what is known of a run.
type FactoredResult struct {
	Status ode.Status
	T      float64
	State  []float64 // the factors there, with orthogonal columns
	Loss   float64
	// Times, States, Singular (of X, descending) and Losses are what was recorded.
	Times      []float64
	States     [][]float64
	Singular   [][]float64
	Losses     []float64
	Invariants []Drift
	Stats      ode.Stats
	Rotations  int // how often the columns were made orthogonal
	Method     string
	// Checkpoint is all that the rest of the run depends on: a run From it has the bits of
	// one that was not interrupted.
	Checkpoint Snapshot
}

// Follow integrates the flow from its start, and whenever two columns of the
// factors lean towards each other rotates them apart, by which nothing changes but
// the coordinates. The error says what cannot be asked.
//
// Cost: a step of the explicit method is six products with 𝒜 and 𝒜*, of the
// implicit one, which takes over where stability limits the steps, a factorization
// of order (p+q)r; beyond 400 numbers a stabilised explicit method takes its place.
func (f *Factored) Follow(ctx context.Context, opt FactoredOptions) (*FactoredResult, error) {
	if opt.RelTol == 0 {
		opt.RelTol = 1e-8
	}
	check := Options{Times: opt.Times, UntilTime: opt.UntilTime, UntilLoss: opt.UntilLoss, Save: opt.Save, RelTol: opt.RelTol}
	if err := check.check(); err != nil {
		return nil, err
	}
	w := &walk{f: f, opt: opt, end: check.end(), res: &FactoredResult{}}
	// Where a loss may end the run earlier the steps decide what is recorded.
	if len(opt.Times) == 0 && opt.Save > 1 && opt.UntilLoss == 0 {
		for k := range opt.Save {
			w.times = append(w.times, w.end*float64(k)/float64(opt.Save-1))
		}
	} else {
		w.times = opt.Times
	}
	w.balance = &balance{f: f}
	w.loss = Monotone("loss", f.Loss)
	return w.run(ctx)
}

// walk is a run under way.
type walk struct {
	f       *Factored
	opt     FactoredOptions
	end     float64
	times   []float64 // to record, nil: steps
	res     *FactoredResult
	stride  int
	count   int
	loss    Invariant
	balance *balance
	h       float64 // of the last step
	resumed bool    // the next observation is of a point that has been seen
	done    bool
	at      float64 // where the run ended
	z       []float64
}

func (w *walk) run(ctx context.Context) (*FactoredResult, error) {
	var sys ode.System = w.f
	if w.f.Dim() <= denseFactors {
		sys = denseFactored{w.f}
	}
	w.stride = 1
	in, err := w.begin(sys)
	for err == nil && !w.done {
		more := true
		for more && !w.limited(in) && !w.due(in) {
			before := in.T
			if more, err = in.Advance(ctx); err != nil {
				return nil, err
			}
			w.h = in.T - before
			if w.opt.Watch != nil {
				stats := in.Stats
				stats.Steps += w.res.Stats.Steps
				w.opt.Watch(Progress{T: in.T, Loss: w.f.Loss(in.Y), Stats: stats})
			}
		}
		if !more || w.limited(in) {
			w.res.Status = in.Status()
			if more {
				w.res.Status = ode.StepLimit
			}
			w.res.Checkpoint = w.snapshot(in)
			w.done = true
		}
		w.add(in.Stats)
		w.at, w.z = in.T, append([]float64(nil), in.Y...)
		w.f.orthogonalise(w.z)
		if w.balance.balanced() {
			w.f.rebalance(w.z)
		}
		if !w.done {
			w.res.Rotations++
			in, err = ode.New(sys, w.at, w.z, w.options(w.h))
		}
	}
	if err != nil {
		return nil, err
	}
	w.finish(w.at, w.z)
	return w.res, nil
}

// begin is the integration from the start, or from where a checkpoint has it.
func (w *walk) begin(sys ode.System) (*ode.Integrator, error) {
	if w.opt.From != nil {
		return w.restore(sys)
	}
	z := w.f.Start()
	w.f.orthogonalise(z)
	return ode.New(sys, 0, z, w.options(0))
}

// limited reports whether the steps that are allowed are done.
func (w *walk) limited(in *ode.Integrator) bool {
	return w.opt.MaxSteps > 0 && w.res.Stats.Steps+in.Stats.Steps >= w.opt.MaxSteps
}

// due reports whether the columns are to be rotated apart, or the balance put back,
// after a step.
func (w *walk) due(in *ode.Integrator) bool {
	return in.Stats.Steps > 0 && (w.f.lean(in.Y) > together || w.balance.now > unbalanced)
}

func (w *walk) options(h float64) ode.Options {
	o := ode.Options{Until: w.end, RelTol: w.opt.RelTol, Measure: w.f.Measure, FirstStep: h,
		Observers: []ode.Observer{w.loss, w.balance, ode.ObserverFunc(w.record)}}
	if w.opt.Method != nil {
		o.Method = w.opt.Method()
	} else if o.Method = ode.NewAuto(); w.res.Stats.Switches > 0 { // it was stiff before
		o.Method = ode.NewRodas5P()
		if w.f.Dim() > denseFactors {
			o.Method = ode.NewRKC()
		}
	}
	w.res.Method = o.Method.Name()
	if w.opt.UntilLoss > 0 {
		o.Events = []ode.Event{{Name: "loss", Direction: -1, Terminal: true,
			Func: func(_ float64, y, _ []float64) float64 { return math.Log(w.f.Loss(y) / w.opt.UntilLoss) }}}
	}
	return o
}

func (w *walk) add(s ode.Stats) {
	t := &w.res.Stats
	t.Steps += s.Steps
	t.Rejected += s.Rejected
	t.Evaluations += s.Evaluations
	t.Jacobians += s.Jacobians
	t.Factorizations += s.Factorizations
	t.Solves += s.Solves
	t.Switches += s.Switches
}
