package ode

import "context"

// Solution is the end of an integration.
type Solution struct {
	Status     Status
	T          float64
	Y          []float64
	Events     []EventPoint
	Stats      Stats
	Checkpoint Checkpoint // for Resume, where Status is not definite
}

// Integrate integrates sys from (t0, y0) as opt says. The error says what could
// not be asked, or is that of an observer; how the integration ended is the
// Status. What is there when it ends early is returned all the same.
//
// Cost: that of the method, see Stats; memory for some ten vectors, plus what
// the observers keep.
func Integrate(ctx context.Context, sys System, t0 float64, y0 []float64, opt Options) (*Solution, error) {
	sol := &Solution{}
	opt.Events = sol.collect(opt.Events)
	in, err := New(sys, t0, y0, opt)
	if err != nil {
		return nil, err
	}
	return sol, sol.run(ctx, in)
}

// run goes on to the end.
func (sol *Solution) run(ctx context.Context, in *Integrator) error {
	var err error
	for more := true; more && err == nil; {
		more, err = in.Advance(ctx)
	}
	sol.Status, sol.T, sol.Stats = in.status, in.T, in.Stats
	sol.Y = append([]float64(nil), in.Y...)
	sol.Checkpoint = in.Checkpoint()
	return err
}

// collect makes the events add themselves to the solution.
func (sol *Solution) collect(events []Event) []Event {
	out := append([]Event(nil), events...)
	for i := range out {
		then := out[i].Then
		out[i].Then = func(p EventPoint) {
			sol.Events = append(sol.Events, p)
			if then != nil {
				then(p)
			}
		}
	}
	return out
}
