package ode

import "fmt"

// Checkpoint is all that the following steps of an integration depend on. In
// JSON its numbers keep their bits.
type Checkpoint struct {
	Method  string    `json:"method"`
	T       float64   `json:"t"`
	H       float64   `json:"h"` // the length of the next step
	Y       []float64 `json:"y"`
	Control []float64 `json:"control"`
	State   []float64 `json:"state,omitempty"` // of the method
	Stats   Stats     `json:"stats"`
}

// Checkpoint returns the state after the last accepted step.
func (in *Integrator) Checkpoint() Checkpoint {
	c := Checkpoint{
		Method: in.opt.Method.Name(), T: in.T, H: in.h,
		Y: append([]float64(nil), in.Y...), Control: in.opt.Control.State(), Stats: in.Stats,
	}
	if m, ok := in.opt.Method.(Stateful); ok {
		c.State = m.State()
	}
	return c
}

// Resume returns the integration as it was at the checkpoint. With the same
// system and options it continues to the same bits; observers see the
// checkpoint as their start.
func Resume(sys System, c Checkpoint, opt Options) (*Integrator, error) {
	in, err := begin(sys, c.T, c.Y, opt)
	if err != nil {
		return nil, err
	}
	if name := in.opt.Method.Name(); name != c.Method {
		return nil, fmt.Errorf("ode: the checkpoint is of the method %s, not %s", c.Method, name)
	}
	if m, ok := in.opt.Method.(Stateful); ok {
		if err := m.Restore(c.State); err != nil {
			return nil, err
		}
	}
	in.opt.Control.Restore(c.Control)
	in.h, in.Stats = c.H, c.Stats
	in.seg = Segment{T0: c.T, T1: c.T, Y0: in.Y, Y1: in.Y, F0: in.DY, F1: in.DY}
	return in, in.observe()
}
