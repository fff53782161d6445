package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// DeepOptions says how far to follow a DeepSpectral flow and what to keep. All
// times are logarithms.
type DeepOptions struct {
	LogTimes      []float64 // to record, increasing; the run ends at the last
	UntilLogTime  float64   // +Inf: not by time
	UntilResidual float64   // √((L − L*)/(L(0) − L*)), L* the least loss at this rank; 0: not by residual
	Save          int       // points to keep without LogTimes, evenly spread over the steps
	MaxSteps      int       // 0: no bound
	Watch         func(s *DeepSpectral, residual float64)
	From          Snapshot // of a run from the same start with the same options but MaxSteps: go on from it
}

// DeepPoint is a recorded point. Late points may share their LogTime: a plateau of
// 1e20 before a rise of 10 leaves ln t no digits for the rise. LogLapse has them:
// differences of times are sums of lapses.
type DeepPoint struct {
	LogTime, Loss, Residual float64
	LogLapse                float64   // ln of the time since the point before, of the first since t = 0
	LogSingular             []float64 // of the product, as the state has them
	Product                 []float64 // d_y×d_x
}

// DeepStair is the rise of one mode: the time at which the i-th largest singular
// value of the product passes half of its final value.
type DeepStair struct {
	Mode       int
	LogTime    float64
	LogRise    float64 // ln of the time from a tenth of the final value to nine tenths; NaN if the mode began above a tenth
	Final      float64
	LogPredict float64 // the rise of a mode on its own from the i-th value of the start; NaN where data are not whitened
}

// DeepResult is a run.
type DeepResult struct {
	End      string // "residual", "time", "steps", "interrupted", "floor": rounding leaves nothing to gain
	Points   []DeepPoint
	Stairs   []DeepStair
	Residual float64
	// Orthogonality is the largest error of UᵀU and VᵀV, Rise the largest relative
	// rise of the loss in a step: both 0 on the exact flow.
	Orthogonality, Rise float64
	// Checkpoint is all that the rest of the run depends on.
	Checkpoint Snapshot
}

// Run follows the flow. The error says what could not be done.
func (s *DeepSpectral) Run(ctx context.Context, best float64, opt DeepOptions) (*DeepResult, error) {
	for i := 1; i < len(opt.LogTimes); i++ {
		if !(opt.LogTimes[i] > opt.LogTimes[i-1]) {
			return nil, fmt.Errorf("flow: time %d is not after the one before", i)
		}
	}
	end := opt.UntilLogTime
	if n := len(opt.LogTimes); n > 0 {
		end = opt.LogTimes[n-1]
	}
	if math.IsInf(end, 1) && opt.UntilResidual == 0 && opt.MaxSteps == 0 {
		return nil, errors.New("flow: the run has no end: give times, a last time, a residual to reach, or a number of steps")
	}
	r := &deepRun{s: s, opt: opt, best: best, first: s.Excess() - best, loss: s.Excess(), stride: 1, recorded: -1, lapse: s.LogTime, out: &DeepResult{}}
	if !(r.first > 0) {
		return nil, errors.New("flow: the start is at the least loss already")
	}
	r.start = slices.Sorted(slices.Values(s.LogZ))
	slices.Reverse(r.start)
	next := 0
	if opt.From != nil {
		if err := r.restore(opt.From); err != nil {
			return nil, err
		}
		for next < len(opt.LogTimes) && s.reached(opt.LogTimes[next]) {
			next++
		}
	} else if len(opt.LogTimes) == 0 && opt.Save > 0 {
		r.record()
	}
	for r.out.End == "" {
		if ctx.Err() != nil {
			r.out.End = "interrupted"
			break
		}
		stop := end
		if next < len(opt.LogTimes) {
			stop = opt.LogTimes[next]
		}
		steps := s.Steps
		if err := s.Step(stop); err != nil {
			return nil, fmt.Errorf("flow: %w", err)
		}
		if s.Steps > steps {
			r.advanced()
		}
		at := s.reached(stop)
		if at && next < len(opt.LogTimes) {
			next++
		}
		if r.observe(at) || at && next == len(opt.LogTimes) && stop == end {
			if r.out.End == "" {
				r.out.End = "time"
			}
			break
		}
	}
	r.out.Checkpoint = r.snapshot()
	r.finish()
	return r.out, nil
}

// reached reports whether the flow is at a time, up to the rounding of its logarithm.
func (s *DeepSpectral) reached(logTime float64) bool {
	return s.LogTime >= logTime-1e-14*math.Max(1, math.Abs(logTime))
}

// deepRun is a run under way.
type deepRun struct {
	s                 *DeepSpectral
	opt               DeepOptions
	best, first, loss float64
	start             []float64
	steps             []deepStep // all of them
	recorded          int        // Steps at the last point; −1: none
	lapse             float64    // ln of the time since the last point
	stride            int
	quiet             int
	out               *DeepResult
}

// deepStep is what finding the stairs needs of a step.
type deepStep struct {
	logTime, logLapse float64   // at its end, and of the step
	modes             []float64 // ln σ, descending
}

// advanced takes note of a step.
func (r *deepRun) advanced() {
	s := r.s
	r.lapse = logSum(r.lapse, s.LogLapse)
	modes := s.LogSingular()
	slices.SortFunc(modes, func(a, b float64) int { return cmp.Compare(b, a) })
	r.steps = append(r.steps, deepStep{s.LogTime, s.LogLapse, modes})
}

// observe looks at an accepted step and reports whether the run is over.
func (r *deepRun) observe(at bool) bool {
	s := r.s
	loss := s.Excess()
	r.out.Rise = math.Max(r.out.Rise, (loss-r.loss)/(r.first+r.best))
	if loss-r.best < (r.loss-r.best)*(1-1e-12) {
		r.quiet = 0
	} else {
		r.quiet++
	}
	r.loss = math.Min(loss, r.loss)
	r.out.Residual = math.Sqrt(math.Max(loss-r.best, 0) / r.first)
	if r.opt.Watch != nil {
		r.opt.Watch(s, r.out.Residual)
	}
	switch {
	case r.opt.UntilResidual > 0 && r.out.Residual <= r.opt.UntilResidual:
		r.out.End = "residual"
	case r.opt.MaxSteps > 0 && s.Steps >= r.opt.MaxSteps:
		r.out.End = "steps"
	case loss-r.best <= 1e-14*r.best && r.quiet > 200:
		r.out.End = "floor"
	}
	over := r.out.End != ""
	if len(r.opt.LogTimes) > 0 && at || len(r.opt.LogTimes) == 0 && r.opt.Save > 0 && s.Steps%r.stride == 0 {
		r.record()
	}
	return over
}

// record keeps the present point; where there are too many it drops every other.
func (r *deepRun) record() {
	s := r.s
	p := DeepPoint{LogTime: s.LogTime, LogLapse: r.lapse, Loss: s.Loss(), LogSingular: s.LogSingular(), Product: make([]float64, s.DY*s.DX)}
	p.Residual = math.Sqrt(math.Max(s.Excess()-r.best, 0) / r.first)
	s.Product(p.Product)
	r.out.Points = append(r.out.Points, p)
	r.recorded, r.lapse = s.Steps, math.Inf(-1)
	if n := len(r.out.Points); len(r.opt.LogTimes) == 0 && n > 2*max(r.opt.Save, 2) {
		var keep []int
		for i := 0; i < n-1; i += 2 {
			keep = append(keep, i)
		}
		r.keep(append(keep, n-1))
		r.stride *= 2
	}
}

// keep drops all points but those at the increasing indices; the lapse of a dropped
// point goes to the next that is kept.
func (r *deepRun) keep(indices []int) {
	kept := make([]DeepPoint, len(indices))
	next := 0
	for k, i := range indices {
		kept[k] = r.out.Points[i]
		for ; next < i; next++ {
			kept[k].LogLapse = logSum(kept[k].LogLapse, r.out.Points[next].LogLapse)
		}
		next = i + 1
	}
	r.out.Points = kept
}

// finish measures what is left. The end is the last point, also where a residual
// came before the last of the times.
func (r *deepRun) finish() {
	s := r.s
	if (len(r.opt.LogTimes) > 0 || r.opt.Save > 0) && r.recorded != s.Steps {
		r.record()
	}
	if n, save := len(r.out.Points), r.opt.Save; len(r.opt.LogTimes) == 0 && save > 1 && n > save {
		keep := make([]int, save)
		for i := range keep {
			keep[i] = i * (n - 1) / (save - 1)
		}
		r.keep(keep)
	}
	for _, q := range []struct {
		a []float64
		n int
	}{{s.U, s.DY}, {s.V, s.DX}} {
		for i := range q.n {
			for j := range q.n {
				sum := 0.0
				for k := range q.n {
					sum += q.a[k*q.n+i] * q.a[k*q.n+j]
				}
				if i == j {
					sum--
				}
				r.out.Orthogonality = math.Max(r.out.Orthogonality, math.Abs(sum))
			}
		}
	}
	r.stairs()
}
