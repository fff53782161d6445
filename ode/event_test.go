package ode_test

import (
	"context"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/ode"
)

// The harmonic oscillator y = (cos t, −sin t) crosses zero at odd multiples of
// π/2, alternately downwards and upwards.
var oscillator = ode.Func{N: 2, F: func(d []float64, _ float64, y []float64) { d[0], d[1] = y[1], -y[0] }}

func position(_ float64, y, _ []float64) float64 { return y[0] }

func TestEventTimes(t *testing.T) {
	for _, m := range []ode.Stepper{ode.NewDormandPrince(), ode.NewRodas5P()} {
		for _, tol := range []float64{1e-6, 1e-10} {
			sol, err := ode.Integrate(context.Background(), oscillator, 0, []float64{1, 0}, ode.Options{
				Until: 20, Method: m, RelTol: tol, AbsTol: tol,
				Events: []ode.Event{
					{Name: "down", Func: position, Direction: -1},
					{Name: "both", Func: position},
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			var down, both int
			for _, e := range sol.Events {
				k := both
				if e.Name == "down" {
					k = 2 * down
					down++
				} else {
					both++
				}
				if want := (float64(k) + 0.5) * math.Pi; math.Abs(e.T-want) > 200*tol {
					t.Errorf("%s, tolerance %.0e: %s at %v, want %v", m.Name(), tol, e.Name, e.T, want)
				}
				// On the root of what was integrated: the value there is rounding.
				if math.Abs(e.Y[0]) > 1e-14 {
					t.Errorf("%s: the event is at y = %v, not 0", m.Name(), e.Y[0])
				}
			}
			if down != 3 || both != 6 {
				t.Errorf("%s: %d and %d crossings of 0, want 3 and 6", m.Name(), down, both)
			}
		}
	}
}

func TestTerminalEvent(t *testing.T) {
	var last float64
	var seen ode.Trajectory
	sol, err := ode.Integrate(context.Background(), oscillator, 0, []float64{1, 0}, ode.Options{
		Until: math.Inf(1), RelTol: 1e-9, AbsTol: 1e-9,
		Events: []ode.Event{
			{Name: "never", Func: func(float64, []float64, []float64) float64 { return 1 }, Terminal: true},
			{Name: "speed", Func: func(_ float64, y, dy []float64) float64 { return dy[0] + 0.5 }, Terminal: true},
			{Name: "later", Func: position},
		},
		Observers: []ode.Observer{
			ode.ObserverFunc(func(s *ode.Segment) error { last = s.T1; return nil }),
			ode.At([]float64{0, 0.25, 0.5, 0.75}, seen.Append),
		},
	})
	if err != nil || sol.Status != ode.Stopped {
		t.Fatal(sol.Status, err)
	}
	if want := math.Pi / 6; math.Abs(sol.T-want) > 1e-8 || last != sol.T || math.Abs(sol.Y[0]-math.Cos(want)) > 1e-8 {
		t.Errorf("stopped at %v with %v, want %v; the observer saw %v", sol.T, sol.Y, want, last)
	}
	if len(sol.Events) != 1 || sol.Events[0].Index != 1 {
		t.Errorf("events %+v", sol.Events)
	}
	if len(seen.T) != 3 || seen.Y[0][0] != 1 || math.Abs(seen.Y[2][0]-math.Cos(0.5)) > 1e-7 {
		t.Errorf("points %+v", seen)
	}
}

// What is recorded does not change the run.
func TestObserversChangeNothing(t *testing.T) {
	opt := ode.Options{Until: 5, RelTol: 1e-7, AbsTol: 1e-7}
	bare, err := ode.Integrate(context.Background(), oscillator, 0, []float64{1, 0}, opt)
	if err != nil {
		t.Fatal(err)
	}
	var tr ode.Trajectory
	times := make([]float64, 1001)
	for i := range times {
		times[i] = float64(i) * 0.005
	}
	opt.Observers = []ode.Observer{ode.At(times, tr.Append)}
	opt.Events = []ode.Event{{Func: position}}
	watched, err := ode.Integrate(context.Background(), oscillator, 0, []float64{1, 0}, opt)
	if err != nil {
		t.Fatal(err)
	}
	if bare.Y[0] != watched.Y[0] || bare.Y[1] != watched.Y[1] || bare.Stats.Steps != watched.Stats.Steps {
		t.Errorf("%v without observers, %v with", bare.Y, watched.Y)
	}
	if len(tr.T) != len(times) {
		t.Fatalf("%d points", len(tr.T))
	}
	for i, at := range tr.T {
		if e := math.Abs(tr.Y[i][0] - math.Cos(at)); e > 1e-6 {
			t.Errorf("y(%v) is off by %.1e", at, e)
		}
	}
}
