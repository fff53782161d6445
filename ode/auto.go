package ode

import "errors"

// Auto begins with an explicit method and changes to one for stiff problems, for
// good, when stability limits its steps: when Stiffness exceeds 3.25 in 15
// accepted steps with fewer than 6 good ones in a row between them (the test of
// the code DOPRI5; Hairer and Wanner 1996, section IV.2).
type Auto struct {
	explicit interface {
		Stepper
		Stiffness() float64
	}
	stiff    Stepper
	now      Stepper
	bad, ok  int
	last     float64 // T0 of the last try
	ratio    float64 // Stiffness of the last try
	switched bool
}

// NewAuto returns DormandPrince with Rodas5P behind it, or RKC where the system
// has more than denseLimit components and no Jacobian of its own.
func NewAuto() *Auto { return &Auto{} }

// denseLimit is the size up to which a Jacobian by differences pays.
const denseLimit = 200

// Name returns "auto".
func (*Auto) Name() string { return "auto" }

// Method returns the method that is in use.
func (a *Auto) Method() Stepper { return a.now }

// Order returns that of the method in use.
func (a *Auto) Order() int { return a.now.Order() }

// ErrorOrder returns that of the method in use.
func (a *Auto) ErrorOrder() int { return a.now.ErrorOrder() }

// DenseOrder returns that of the method in use.
func (a *Auto) DenseOrder() int { return a.now.DenseOrder() }

// Prepare chooses the two methods.
func (a *Auto) Prepare(sys System) error {
	_, linear := sys.(Linearizer)
	*a = Auto{explicit: NewDormandPrince(), stiff: NewRKC()}
	if linear || sys.Dim() <= denseLimit {
		a.stiff = NewRodas5P()
	}
	a.now = a.explicit
	if err := a.explicit.Prepare(sys); err != nil {
		return err
	}
	return a.stiff.Prepare(sys)
}

// Step tries a step, after a look at how the last one went.
func (a *Auto) Step(s *Step, stats *Stats) bool {
	if !a.switched && a.last < s.T0 && a.judge() {
		a.switched, a.now = true, a.stiff
		stats.Switches++
	}
	ok := a.now.Step(s, stats)
	a.last, a.ratio = s.T0, 0
	if !a.switched {
		a.ratio = a.explicit.Stiffness()
	}
	return ok
}

// judge counts the accepted step before this one and reports whether the
// problem is stiff.
func (a *Auto) judge() bool {
	switch {
	case a.ratio > 3.25:
		a.bad++
		a.ok = 0
	case a.bad > 0:
		if a.ok++; a.ok == 6 {
			a.bad, a.ok = 0, 0
		}
	}
	a.ratio = 0
	return a.bad >= 15
}

// Interpolate is that of the method in use.
func (a *Auto) Interpolate(dst []float64, s *Step, theta float64) { a.now.Interpolate(dst, s, theta) }

// State returns the counters and the state of the method in use.
func (a *Auto) State() []float64 {
	out := []float64{0, float64(a.bad), float64(a.ok), a.ratio, a.last}
	if a.switched {
		out[0] = 1
	}
	if st, ok := a.now.(Stateful); ok {
		out = append(out, st.State()...)
	}
	return out
}

// Restore takes the state back.
func (a *Auto) Restore(state []float64) error {
	if len(state) < 5 {
		return errors.New("ode: a state of auto that is too short")
	}
	a.switched, a.bad, a.ok, a.ratio, a.last = state[0] != 0, int(state[1]), int(state[2]), state[3], state[4]
	if a.switched {
		a.now = a.stiff
	}
	if st, ok := a.now.(Stateful); ok {
		return st.Restore(state[5:])
	}
	return nil
}
