package ode

import "math"

// LogTime returns sys in the time s = ln t,
//
//	dy/ds = e^s f(e^s, y),
//
// for solutions that change once per decade: integrate from s₀ = ln t₀, with y at
// t₀ > 0. The Jacobian of sys is used where it has one. It is for systems that are
// written in t; the flows of package flow that run in ln t have it in their equations.
func LogTime(sys System) System {
	l := logTime{sys}
	if lin, ok := sys.(Linearizer); ok {
		return logLinear{l, lin}
	}
	return l
}

type logTime struct{ sys System }

func (l logTime) Dim() int { return l.sys.Dim() }

func (l logTime) Deriv(dst []float64, s float64, y []float64) {
	t := math.Exp(s)
	l.sys.Deriv(dst, t, y)
	for i := range dst {
		dst[i] *= t
	}
}

// logLinear keeps the linear solves of a Linearizer.
type logLinear struct {
	logTime
	lin Linearizer
}

func (l logLinear) Linearize(s float64, y []float64) Jacobian {
	t := math.Exp(s)
	return scaledJacobian{l.lin.Linearize(t, y), t}
}

// scaledJacobian is s·J.
type scaledJacobian struct {
	Jacobian
	s float64
}

func (j scaledJacobian) Factor(c float64) bool { return j.Jacobian.Factor(c * j.s) }

// Rescaled returns sys in the time τ = t/c, dy/dτ = c f(cτ, y): time in units of
// ln(1/α), for example, in which the events of a flow have a limit as α → 0, with
// a last time and a first step that are the same for all α.
func Rescaled(sys System, c float64) System {
	r := rescaled{sys, c}
	if lin, ok := sys.(Linearizer); ok {
		return rescaledLinear{r, lin}
	}
	return r
}

type rescaled struct {
	sys System
	c   float64
}

func (r rescaled) Dim() int { return r.sys.Dim() }

func (r rescaled) Autonomous() bool { return autonomous(r.sys) }

func (r rescaled) Deriv(dst []float64, tau float64, y []float64) {
	r.sys.Deriv(dst, tau*r.c, y)
	for i := range dst {
		dst[i] *= r.c
	}
}

type rescaledLinear struct {
	rescaled
	lin Linearizer
}

func (r rescaledLinear) Linearize(tau float64, y []float64) Jacobian {
	return scaledJacobian{r.lin.Linearize(tau*r.c, y), r.c}
}
