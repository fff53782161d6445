package ode

import "math"

// Controller decides on candidates and chooses the next step.
type Controller interface {
	// Judge takes the length h of a candidate, its error relative to the
	// tolerance (NaN or +Inf: it could not be computed, and cannot be accepted)
	// and the order of the estimate plus 1. It reports whether the candidate is accepted and how
	// long the next step, or the next try, shall be.
	Judge(h, err float64, order int) (accept bool, next float64)
	// State returns what the controller remembers, Restore takes it back. The
	// state before the first step is empty.
	State() []float64
	Restore(state []float64)
}

// PID is a controller that looks at the errors of the last three steps,
//
//	h ← h · Safety · e₀^(−B1/k) e₁^(−B2/k) e₂^(−B3/k),   k the order,
//
// with β₁, β₂, β₃ of Söderlind (2003, doi:10.1145/641876.641877). In terms of the
// gains of control theory β₁ = k_I + k_P + k_D, β₂ = −(k_P + 2k_D), β₃ = k_D.
type PID struct {
	B1, B2, B3 float64
	Safety     float64 // of the step that the estimate allows
	Min, Max   float64 // bounds of the factor

	history  []float64 // e₁, e₂
	rejected bool
}

// NewPI returns a proportional–integral controller, smooth for problems where
// steps are limited by stability: gains k_I = 0.3, k_P = 0.4 (Gustafsson 1991), that is
// β₁ = 0.7, β₂ = −0.4.
func NewPI() *PID { return &PID{B1: 0.7, B2: -0.4, Safety: 0.9, Min: 0.2, Max: 5} }

// tiny is the least error that the controller distinguishes from none.
const tiny = 1e-10

// Judge accepts errors of at most 1.
func (c *PID) Judge(h, err float64, order int) (accept bool, next float64) {
	if math.IsNaN(err) || math.IsInf(err, 1) {
		c.rejected = true
		return false, h / 8
	}
	k := float64(order)
	if err > 1 {
		c.rejected = true
		return false, h * min(0.9, max(c.Min, c.Safety*math.Pow(err, -1/k)))
	}
	e := max(err, tiny)
	f := c.Safety * math.Pow(e, -c.B1/k)
	for i, g := range []float64{c.B2, c.B3} {
		if i < len(c.history) && g != 0 {
			f *= math.Pow(c.history[i], -g/k)
		}
	}
	f = min(c.Max, max(c.Min, f))
	if c.rejected {
		f = min(f, 1)
	}
	c.rejected = false
	c.history = append([]float64{e}, c.history...)[:min(2, len(c.history)+1)]
	return true, h * f
}

// State returns the errors of the last steps, and whether the last try failed.
func (c *PID) State() []float64 {
	s := make([]float64, 0, 3)
	s = append(s, 0)
	if c.rejected {
		s[0] = 1
	}
	return append(s, c.history...)
}

// Restore takes the state back.
func (c *PID) Restore(state []float64) {
	c.history, c.rejected = nil, false
	if len(state) > 0 {
		c.rejected = state[0] != 0
		c.history = append(c.history, state[1:]...)
	}
}

// Measure returns the size of the error of a candidate relative to the
// tolerances: at most 1 is good enough.
type Measure func(s *Step, rel, abs float64) float64

// RMS is the measure of most codes, √(Σ (eᵢ/(abs + rel·max(|y₀ᵢ|, |y₁ᵢ|)))²/n).
func RMS(s *Step, rel, abs float64) float64 {
	var sum float64
	for i, e := range s.Err {
		if e != 0 {
			sum += sq(e / (abs + rel*max(math.Abs(s.Y0[i]), math.Abs(s.Y1[i]))))
		}
	}
	return math.Sqrt(sum / float64(len(s.Err)))
}
