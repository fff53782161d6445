package ode

import "math"

// Event is a function of the solution whose changes of sign are found. Only one
// change per accepted step is found; a zero at the start is none.
type Event struct {
	Name string
	// Func returns g(t, y); dy is f(t, y). It must not change them.
	Func func(t float64, y, dy []float64) float64
	// Direction +1 asks for changes from minus to plus only, −1 for the other
	// ones only, 0 for both.
	Direction int
	// Terminal ends the integration at the event.
	Terminal bool
	// Then, if not nil, is called at the event.
	Then func(e EventPoint)
}

// EventPoint is where an event took place.
type EventPoint struct {
	Index int // of the event in Options.Events
	Name  string
	T     float64
	Y     []float64
}

// crosses reports whether g goes from a to b in the direction asked for.
func (e *Event) crosses(a, b float64) bool {
	up := a < 0 && b >= 0
	down := a > 0 && b <= 0
	return up && e.Direction >= 0 || down && e.Direction <= 0
}

// root returns where g, with values ga and gb of opposite sign at 0 and 1, is
// zero: bisection with inverse quadratic interpolation (Chandrupatla 1997,
// doi:10.1016/s0965-9978(96)00051-8), to tol; the side of the sign of gb, so
// that the event has taken place there.
func root(g func(theta float64) float64, ga, gb, tol float64) float64 {
	a, b := 1.0, 0.0 // a is the newest point; c, below, the one it replaced
	fa, fb := gb, ga
	t, hi := 0.5, 1.0
	for range 200 {
		x := a + t*(b-a)
		fx := g(x)
		if (fx > 0) == (gb > 0) && fx != 0 || fx == 0 {
			hi = min(hi, x)
		}
		c, fc := a, fa
		if (fx > 0) != (fa > 0) {
			c, b, fc, fb = b, a, fb, fa
		}
		a, fa = x, fx
		if fa == 0 || math.Abs(b-a) <= tol {
			break
		}
		xi, phi := (a-b)/(c-b), (fa-fb)/(fc-fb)
		t = 0.5
		if phi*phi < xi && sq(1-phi) < 1-xi {
			t = fa/(fb-fa)*fc/(fb-fc) + (c-a)/(b-a)*fa/(fc-fa)*fb/(fc-fb)
		}
		edge := 0.5 * tol / math.Abs(b-a)
		t = min(1-edge, max(edge, t))
	}
	return hi
}
