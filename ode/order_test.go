package ode_test

import (
	"context"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/ode"
)

// fixed accepts every step and keeps its length.
type fixed struct{}

func (fixed) Judge(h, _ float64, _ int) (bool, float64) { return true, h }
func (fixed) State() []float64                          { return nil }
func (fixed) Restore([]float64)                         {}

// slope returns the slope of the line through (ln x, ln y), least squares.
func slope(x, y []float64) float64 {
	var sx, sy, sxx, sxy float64
	for i := range x {
		a, b := math.Log(x[i]), math.Log(y[i])
		sx, sy, sxx, sxy = sx+a, sy+b, sxx+a*a, sxy+a*b
	}
	n := float64(len(x))
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}

// orbit is Kepler's problem with eccentricity ½, autonomous.
var orbit = ode.Func{N: 4, F: func(d []float64, _ float64, y []float64) {
	r := math.Hypot(y[0], y[1])
	d[0], d[1], d[2], d[3] = y[2], y[3], -y[0]/(r*r*r), -y[1]/(r*r*r)
}, Jac: func(j []float64, _ float64, y []float64) {
	r := math.Hypot(y[0], y[1])
	r3, r5 := r*r*r, r*r*r*r*r
	clear(j)
	j[2], j[7] = 1, 1
	j[8], j[9] = -1/r3+3*y[0]*y[0]/r5, 3*y[0]*y[1]/r5
	j[12], j[13] = j[9], -1/r3+3*y[1]*y[1]/r5
}}

func orbitAt(t float64) []float64 {
	const e = 0.5
	u := t
	for range 100 {
		u -= (u - e*math.Sin(u) - t) / (1 - e*math.Cos(u))
	}
	c, s, b := math.Cos(u), math.Sin(u), math.Sqrt(1-e*e)
	return []float64{c - e, b * s, -s / (1 - e*c), b * c / (1 - e*c)}
}

// forced is drawn to y = cos 5t by a nonlinear force; not autonomous.
var forced = ode.Func{N: 1, F: func(d []float64, t float64, y []float64) {
	v := y[0] - math.Cos(5*t)
	d[0] = -5*v - v*v*v - 5*math.Sin(5*t)
}, Jac: func(j []float64, t float64, y []float64) {
	v := y[0] - math.Cos(5*t)
	j[0] = -5 - 3*v*v
}}

func forcedAt(t float64) []float64 { return []float64{math.Cos(5 * t)} }

func methods() []ode.Stepper {
	return []ode.Stepper{ode.NewDormandPrince(), ode.NewRodas5P(), ode.NewRodas4(), ode.NewRKC()}
}

// errorsAt returns the largest error at the ends of steps and inside of them, for
// steps of the lengths h.
func errorsAt(t *testing.T, m ode.Stepper, sys ode.System, at func(float64) []float64, h []float64) (end, inside []float64) {
	t.Helper()
	const until = 2.0
	for _, step := range h {
		var worst, ends float64
		y := make([]float64, sys.Dim())
		obs := ode.ObserverFunc(func(s *ode.Segment) error {
			for _, theta := range []float64{0.1, 0.3, 0.5, 0.7, 0.9} {
				when := s.T0 + theta*(s.T1-s.T0)
				s.At(y, when)
				worst = max(worst, distance(y, at(when), 1))
			}
			ends = max(ends, distance(s.Y1, at(s.T1), 1))
			return nil
		})
		sol, err := ode.Integrate(context.Background(), sys, 0, at(0), ode.Options{
			Until: until, Method: m, Control: fixed{}, RelTol: 1e-12, AbsTol: 1e-12, FirstStep: step, Observers: []ode.Observer{obs},
		})
		if err != nil || sol.Status != ode.Finished {
			t.Fatal(m.Name(), sol.Status, err)
		}
		end = append(end, ends)
		inside = append(inside, worst)
	}
	return end, inside
}

// TestOrder fits the slopes of the errors under steps that are halved, in the
// window between the first coarse steps and rounding.
func TestOrder(t *testing.T) {
	for _, m := range methods() {
		for name, p := range map[string]struct {
			sys ode.System
			at  func(float64) []float64
			h   float64
		}{"orbit": {orbit, orbitAt, 1. / 128}, "forced": {forced, forcedAt, 1. / 64}} {
			if m.Name() == "dopri5" {
				p.h = 1. / 64
			}
			if m.Order() == 2 {
				p.h = 1. / 256
			}
			h := []float64{p.h, p.h / 2, p.h / 4}
			end, inside := errorsAt(t, m, p.sys, p.at, h)
			for i := 1; i < len(end); i++ {
				if end[i] >= end[i-1] || inside[i] >= inside[i-1] {
					t.Errorf("%s, %s: errors do not fall: %.2g, %.2g", m.Name(), name, end, inside)
				}
			}
			if p := slope(h, end); math.Abs(p-float64(m.Order())) > 0.1 {
				t.Errorf("%s, %s: order %.3f, not %d (%.2g)", m.Name(), name, p, m.Order(), end)
			}
			want := float64(min(m.Order(), m.DenseOrder()+1))
			if p := slope(h, inside); math.Abs(p-want) > 0.1 {
				t.Errorf("%s, %s: slope %.3f inside of steps, not %v (%.2g)", m.Name(), name, p, want, inside)
			}
		}
	}
}

// TestLocalOrder fits the slopes of the errors of a single step from an exact point:
// O(h^(Order+1)) at its end, and O(h^(DenseOrder+1)) everywhere inside of it, end
// included.
func TestLocalOrder(t *testing.T) {
	for _, m := range methods() {
		for name, p := range map[string]struct {
			sys ode.System
			at  func(float64) []float64
		}{"orbit": {orbit, orbitAt}, "forced": {forced, forcedAt}} {
			h := []float64{1. / 16, 1. / 32, 1. / 64, 1. / 128}
			var ends, inside []float64
			for _, step := range h {
				var end, worst float64
				y := make([]float64, p.sys.Dim())
				obs := ode.ObserverFunc(func(s *ode.Segment) error {
					for k := 1; k <= 20; k++ {
						when := s.T0 + float64(k)/20*(s.T1-s.T0)
						s.At(y, when)
						worst = max(worst, distance(y, p.at(when), 1))
					}
					end = distance(s.Y1, p.at(s.T1), 1)
					return nil
				})
				const from = 0.3
				if _, err := ode.Integrate(context.Background(), p.sys, from, p.at(from), ode.Options{
					Until: 2, Method: m, Control: fixed{}, RelTol: 1e-12, AbsTol: 1e-12, FirstStep: step, MaxSteps: 1, Observers: []ode.Observer{obs},
				}); err != nil {
					t.Fatal(m.Name(), err)
				}
				ends, inside = append(ends, end), append(inside, worst)
			}
			if got := slope(h, ends); got < float64(m.Order()+1)-0.3 {
				t.Errorf("%s, %s: the local error falls like h^%.2f, not h^%d (%.2g)", m.Name(), name, got, m.Order()+1, ends)
			}
			if got := slope(h, inside); math.Abs(got-float64(m.DenseOrder()+1)) > 0.3 {
				t.Errorf("%s, %s: the error inside of a step falls like h^%.2f, not h^%d (%.2g)", m.Name(), name, got, m.DenseOrder()+1, inside)
			}
		}
	}
}

// TestErrorOrder checks that the estimate of one step is O(h^(ErrorOrder+1)).
func TestErrorOrder(t *testing.T) {
	for _, m := range methods() {
		h := []float64{1. / 64, 1. / 128, 1. / 256}
		if m.Order() == 2 {
			h = []float64{1. / 256, 1. / 512, 1. / 1024}
		}
		var est []float64
		for _, step := range h {
			var e float64
			_, err := ode.Integrate(context.Background(), forced, 0, []float64{0.7}, ode.Options{
				Until: 2, Method: m, Control: fixed{}, RelTol: 1e-6, AbsTol: 1e-6, FirstStep: step, MaxSteps: 1,
				Measure: func(s *ode.Step, _, _ float64) float64 { e = math.Abs(s.Err[0]); return 0 },
			})
			if err != nil {
				t.Fatal(err)
			}
			est = append(est, e)
		}
		if p := slope(h, est); math.Abs(p-float64(m.ErrorOrder()+1)) > 0.25 {
			t.Errorf("%s: the estimate has order %.3f, not %d (%.2g)", m.Name(), p, m.ErrorOrder()+1, est)
		}
	}
}

// TestLStability takes one step of length 1 along λ = −10¹².
func TestLStability(t *testing.T) {
	const lambda = -1e12
	sys := ode.Func{
		N:   1,
		F:   func(d []float64, _ float64, y []float64) { d[0] = lambda * y[0] },
		Jac: func(j []float64, _ float64, _ []float64) { j[0] = lambda },
	}
	for _, m := range []ode.Stepper{ode.NewRodas5P(), ode.NewRodas4()} {
		sol, err := ode.Integrate(context.Background(), sys, 0, []float64{1}, ode.Options{
			Until: 1, Method: m, Control: fixed{}, RelTol: 1e-6, AbsTol: 1e-6, FirstStep: 1,
		})
		if err != nil || sol.Stats.Steps != 1 {
			t.Fatal(sol, err)
		}
		if math.Abs(sol.Y[0]) > 1e-9 {
			t.Errorf("%s: |R(−10¹²)| = %.1e", m.Name(), math.Abs(sol.Y[0]))
		}
	}
}

// TestRKCStability follows the real spectrum to the end of the stability
// interval that the number of stages is chosen for.
func TestRKCStability(t *testing.T) {
	for _, lambda := range []float64{-10, -1e3, -1e5} {
		sys := ode.Func{N: 2, F: func(d []float64, _ float64, y []float64) { d[0], d[1] = lambda*y[0], lambda/3*y[1] }}
		sol, err := ode.Integrate(context.Background(), sys, 0, []float64{1, 1}, ode.Options{
			Until: 50, Method: ode.NewRKC(), Control: fixed{}, RelTol: 1e-6, AbsTol: 1e-6, FirstStep: 1,
		})
		if err != nil || sol.Stats.Steps != 50 {
			t.Fatal(sol, err)
		}
		if e := math.Hypot(sol.Y[0], sol.Y[1]); e > 1e-2 {
			t.Errorf("λ = %v: 50 steps of length 1 end at %v", lambda, sol.Y)
		}
	}
}
