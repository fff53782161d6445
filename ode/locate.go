package ode

import "math"

// events finds the changes of sign in the accepted step, in the order of time,
// and cuts the segment at the first one that is terminal, which it reports.
func (in *Integrator) events() bool {
	if len(in.opt.Events) == 0 {
		return false
	}
	s := in.step
	var found []hit
	for k := range in.opt.Events {
		e := &in.opt.Events[k]
		g := e.Func(s.T1, s.Y1, s.F1)
		if e.crosses(in.g[k], g) {
			found = insert(found, hit{k, in.locate(e, in.g[k], g)})
		}
		if g != 0 {
			in.g[k] = g // a zero has no sign: the side is the one before it
		}
	}
	for _, f := range found {
		e := &in.opt.Events[f.event]
		y := make([]float64, len(s.Y0))
		in.seg.At(y, f.t)
		if e.Terminal {
			dy := make([]float64, len(y))
			in.sys.Deriv(dy, f.t, y)
			in.Stats.Evaluations++
			in.seg.T1, in.seg.Y1, in.seg.F1 = f.t, y, dy
		}
		if e.Then != nil {
			e.Then(EventPoint{Index: f.event, Name: e.Name, T: f.t, Y: y})
		}
		if e.Terminal {
			return true
		}
	}
	return false
}

// hit is an event and its time.
type hit struct {
	event int
	t     float64
}

// insert keeps the hits in the order of time.
func insert(list []hit, h hit) []hit {
	list = append(list, h)
	for i := len(list) - 1; i > 0 && list[i].t < list[i-1].t; i-- {
		list[i], list[i-1] = list[i-1], list[i]
	}
	return list
}

// locate returns the time of the change of sign of e in the step, on the side
// where it has taken place.
func (in *Integrator) locate(e *Event, g0, g1 float64) float64 {
	s := in.step
	y, dy := make([]float64, len(s.Y0)), make([]float64, len(s.Y0))
	h := s.T1 - s.T0
	tol := max(0x1p-52, 2*0x1p-52*max(math.Abs(s.T0), math.Abs(s.T1))/h)
	theta := root(func(theta float64) float64 {
		in.opt.Method.Interpolate(y, s, theta)
		t := s.T0 + theta*h
		in.sys.Deriv(dy, t, y)
		in.Stats.Evaluations++
		return e.Func(t, y, dy)
	}, g0, g1, tol)
	if theta >= 1 {
		return s.T1
	}
	return s.T0 + theta*h
}
