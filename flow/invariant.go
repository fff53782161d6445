package flow

import (
	"math"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/ode"
)

// Monotone returns the invariant of a value that never grows along the flow; its
// drift is the sum of what it grew by, relative to its range so far.
func Monotone(name string, value func(state []float64) float64) Invariant {
	return &monotone{name: name, value: value}
}

type monotone struct {
	name                   string
	value                  func(state []float64) float64
	seen                   bool
	last, grown, low, high float64
}

func (m *monotone) Name() string { return m.name }

// Observe compares the ends of a step.
func (m *monotone) Observe(s *ode.Segment) error {
	v := m.value(s.Y1)
	if !m.seen {
		m.seen, m.last, m.low, m.high = true, v, v, v
		return nil
	}
	if v > m.last {
		m.grown += v - m.last
	}
	m.last, m.low, m.high = v, min(m.low, v), max(m.high, v)
	return nil
}

// Drift returns the growth relative to the larger of the range and the value.
func (m *monotone) Drift() float64 {
	if m.grown == 0 {
		return 0
	}
	return m.grown / max(m.high-m.low, math.Abs(m.high), math.Abs(m.low))
}

func (m *monotone) State() []float64 {
	if !m.seen {
		return nil
	}
	return []float64{m.last, m.grown, m.low, m.high}
}

func (m *monotone) Restore(state []float64) {
	if len(state) == 4 {
		m.seen, m.last, m.grown, m.low, m.high = true, state[0], state[1], state[2], state[3]
	}
}

// Constant returns the invariant of values that stay as they are at the start.
// Its drift is the largest change so far, each relative to size(value at the
// start).
func Constant(name string, count int, values func(dst, state []float64), size func(start float64) float64) Invariant {
	return &constant{name: name, values: values, size: size, now: make([]float64, count)}
}

type constant struct {
	name   string
	values func(dst, state []float64)
	size   func(float64) float64
	start  []float64
	now    []float64
	drift  float64
}

func (c *constant) Name() string { return c.name }

// Observe compares with the start.
func (c *constant) Observe(s *ode.Segment) error {
	c.values(c.now, s.Y1)
	if c.start == nil {
		c.start = append([]float64(nil), c.now...)
	}
	for i, v := range c.now {
		if d := math.Abs(v-c.start[i]) / c.size(c.start[i]); !(d <= c.drift) {
			c.drift = d
		}
	}
	return nil
}

func (c *constant) Drift() float64 { return c.drift }

func (c *constant) State() []float64 {
	if c.start == nil {
		return nil
	}
	return append([]float64{c.drift}, c.start...)
}

func (c *constant) Restore(state []float64) {
	if len(state) == 1+len(c.now) {
		c.drift, c.start = state[0], append([]float64(nil), state[1:]...)
	}
}

// Invariants returns that Ψ and the loss do not grow, and that
// D_φ(x̂, x(t)) + ∫‖Ax−b‖² is constant, or without x̂ that Ψ(ν(t)) + ∫‖Ax−b‖² is:
// the global error of the run. That θ − θ₀ is in the range of Aᵀ holds by
// construction; what is monitored is the rounding of it.
func (m *Mirror) Invariants(xhat []float64) []Invariant {
	list := []Invariant{Monotone("the loss does not rise", m.Loss)}
	if m.b == nil {
		return append(list, m.rangeOf())
	}
	psi := func(state []float64) float64 {
		m.at(state)
		return m.chart.Psi(m.p, m.b)
	}
	list = append(list, Monotone("Psi does not rise", psi))
	if xhat != nil {
		distance := func(dst, state []float64) {
			m.at(state)
			dst[0] = m.chart.Phi.Fenchel(xhat, m.p.Theta) + state[m.n]
		}
		list = append(list, Constant("divergence + dissipation", 1, distance, math.Abs))
	} else {
		scale := 0.0
		sum := func(dst, state []float64) {
			scale = max(scale, state[m.n])
			dst[0] = psi(state) + state[m.n]
		}
		list = append(list, Constant("Psi + dissipation", 1, sum, func(start float64) float64 {
			return max(math.Abs(start), scale, math.SmallestNonzeroFloat64)
		}))
	}
	return append(list, m.rangeOf())
}

// rangeOf monitors the distance of θ − θ₀ from the range of Aᵀ.
func (m *Mirror) rangeOf() Invariant {
	return newRange(m.chart, func(dst, state []float64) {
		m.at(state)
		for i, t := range m.chart.Theta0 {
			dst[i] = m.p.Theta[i] - t
		}
	})
}

// Invariants returns that the loss does not grow, what the parameterization
// conserves, and, where it induces a geometry, that θ − θ₀ is in the range of Aᵀ
// and, with x̂, that D_φ(x̂, x(t)) + ∫‖Ax−b‖² is constant.
func (w *Parameterized) Invariants(xhat []float64) []Invariant {
	list := []Invariant{Monotone("the loss does not rise", w.Loss)}
	if c, ok := w.par.(interface{ Conserved(dst, y []float64) }); ok {
		list = append(list, Constant("conserved of "+w.par.Name(), len(w.x), func(dst, state []float64) {
			c.Conserved(dst, w.Params(state))
		}, math.Abs))
	}
	mirror, err := w.par.Induced(w.y0)
	if err != nil {
		return list
	}
	phi, err := mirror.Potential()
	if err != nil {
		return list
	}
	x, theta0 := make([]float64, len(w.x)), make([]float64, len(w.x))
	w.par.Map(x, w.y0)
	phi.Grad(theta0, x)
	if infinite(theta0) {
		return list // x underflows at the start: θ is not to be had from it
	}
	theta := make([]float64, len(x))
	list = append(list, newRange(dual.NewChart(phi, w.a, theta0), func(dst, state []float64) {
		w.par.Map(x, w.Params(state))
		phi.Grad(dst, x)
		for i, t := range theta0 {
			dst[i] -= t
		}
	}))
	if xhat != nil && w.b != nil {
		list = append(list, Constant("divergence + dissipation", 1, func(dst, state []float64) {
			w.par.Map(x, w.Params(state))
			phi.Grad(theta, x)
			dst[0] = phi.Fenchel(xhat, theta) + state[len(w.y0)]
		}, math.Abs))
	}
	return list
}

func infinite(v []float64) bool {
	for _, x := range v {
		if math.IsInf(x, 0) || math.IsNaN(x) {
			return true
		}
	}
	return false
}
