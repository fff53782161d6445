package ode_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/ode"
	"github.com/tacit-dev/tacit/ode/odetest"
)

func distance(got, want []float64, scale float64) float64 {
	var worst float64
	for i, w := range want {
		worst = max(worst, math.Abs(got[i]-w)/(math.Abs(w)+scale))
	}
	return worst
}

func run(t *testing.T, p odetest.Problem, opt ode.Options) *ode.Solution {
	t.Helper()
	opt.Until = p.T1
	sol, err := ode.Integrate(context.Background(), p.System, p.T0, p.Y0, opt)
	if err != nil {
		t.Fatalf("%s: %v", p.Name, err)
	}
	if sol.Status != ode.Finished {
		t.Fatalf("%s: %v at t = %v", p.Name, sol.Status, sol.T)
	}
	return sol
}

// The global error stays within a moderate multiple of the tolerance that the
// conditioning of the problem explains; it is largest for the orbits.
func TestNonStiffProblems(t *testing.T) {
	for _, p := range odetest.NonStiff() {
		for _, m := range []ode.Stepper{ode.NewDormandPrince(), ode.NewRodas5P(), ode.NewRodas4(), ode.NewAuto()} {
			last := math.Inf(1)
			for _, tol := range []float64{1e-5, 1e-7, 1e-9} {
				sol := run(t, p, ode.Options{Method: m, RelTol: tol, AbsTol: tol * p.AbsTol})
				e := distance(sol.Y, p.Want, 1)
				if e > 3000*tol {
					t.Errorf("%s, %s, tolerance %.0e: error %.1e", p.Name, m.Name(), tol, e)
				}
				if e > last && e > tol {
					t.Errorf("%s, %s: a tighter tolerance %.0e gives error %.1e, not below %.1e", p.Name, m.Name(), tol, e, last)
				}
				last = e
			}
		}
	}
}

func TestStiffProblems(t *testing.T) {
	for _, p := range odetest.Stiff() {
		for _, m := range []ode.Stepper{ode.NewRodas5P(), ode.NewRodas4(), ode.NewAuto()} {
			for _, tol := range []float64{1e-4, 1e-6, 1e-8} {
				sol := run(t, p, ode.Options{Method: m, RelTol: tol, AbsTol: tol * p.AbsTol, MaxSteps: 20000})
				e := distance(sol.Y, p.Want, 1e-2*p.AbsTol)
				if e > 300*tol+math.Pow(10, -p.Digits) {
					t.Errorf("%s, %s, tolerance %.0e: error %.1e after %+v", p.Name, m.Name(), tol, e, sol.Stats)
				}
			}
		}
	}
}

// Stiff problems with a real spectrum are within reach of RKC.
func TestRKCOnDiffusion(t *testing.T) {
	const n = 200
	sys := ode.Func{N: n, F: func(d []float64, _ float64, y []float64) {
		for i := range y {
			l, r := 0.0, 0.0
			if i > 0 {
				l = y[i-1]
			}
			if i+1 < n {
				r = y[i+1]
			}
			d[i] = (l - 2*y[i] + r) * (n + 1) * (n + 1)
		}
	}}
	y0, want := make([]float64, n), make([]float64, n)
	lambda := -4 * math.Pow((n+1)*math.Sin(math.Pi/(2*(n+1))), 2)
	for i := range y0 {
		y0[i] = math.Sin(math.Pi * float64(i+1) / (n + 1))
		want[i] = y0[i] * math.Exp(lambda*0.3)
		y0[i] += 0.5 * math.Sin(100*math.Pi*float64(i+1)/(n+1)) // gone long before
	}
	for _, tol := range []float64{1e-3, 1e-5} {
		sol, err := ode.Integrate(context.Background(), sys, 0, y0, ode.Options{Until: 0.3, Method: ode.NewRKC(), RelTol: tol, AbsTol: tol * 0.1})
		if err != nil || sol.Status != ode.Finished {
			t.Fatal(sol.Status, err)
		}
		if e := distance(sol.Y, want, 0.05); e > 30*tol {
			t.Errorf("tolerance %.0e: error %.1e", tol, e)
		}
		// An explicit method needs hρ ≤ 3.3: some 15000 steps of 6.
		if sol.Stats.Evaluations > 10000 {
			t.Errorf("%d evaluations are those of an ordinary explicit method", sol.Stats.Evaluations)
		}
	}
}

func TestRobertsonAtForty(t *testing.T) {
	// The usual first look: 0.7158, 9.185e-6, 0.2842 at t = 40.
	p := odetest.Stiff()[0]
	p.T1 = 40
	sol := run(t, p, ode.Options{Method: ode.NewRodas5P(), RelTol: 1e-8, AbsTol: 1e-14})
	if e := distance(sol.Y, []float64{0.7158270687, 9.185534765e-6, 0.2841637457}, 0); e > 1e-8 {
		t.Errorf("%v: error %.1e", sol.Y, e)
	}
}

func TestAutoFindsStiffness(t *testing.T) {
	p := odetest.Stiff()[1] // van der Pol
	sol := run(t, p, ode.Options{RelTol: 1e-6, AbsTol: 1e-6})
	if sol.Stats.Switches != 1 || sol.Stats.Jacobians == 0 {
		t.Errorf("the stiff van der Pol oscillator was not found stiff: %+v", sol.Stats)
	}
	sol = run(t, odetest.NonStiff()[5], ode.Options{RelTol: 1e-6, AbsTol: 1e-6})
	if sol.Stats.Switches != 0 || sol.Stats.Jacobians != 0 {
		t.Errorf("Lotka and Volterra are not stiff: %+v", sol.Stats)
	}
}

// A system in which everything goes wrong that may.
func TestStatuses(t *testing.T) {
	one := []float64{1}
	tol := ode.Options{Until: 10, RelTol: 1e-6, AbsTol: 1e-6}
	blowUp := ode.Func{N: 1, F: func(d []float64, _ float64, y []float64) { d[0] = y[0] * y[0] }}
	sol, err := ode.Integrate(context.Background(), blowUp, 0, one, tol)
	if err != nil || sol.Status != ode.StepTooSmall && sol.Status != ode.NotFinite || math.Abs(sol.T-1) > 1e-4 {
		t.Errorf("y′ = y² from 1 ends at 1, not with %v at %v (%v)", sol.Status, sol.T, err)
	}
	root := ode.Func{N: 1, F: func(d []float64, _ float64, y []float64) { d[0] = -1 / math.Sqrt(y[0]) }}
	sol, err = ode.Integrate(context.Background(), root, 0, one, tol)
	if err != nil || sol.Status != ode.NotFinite && sol.Status != ode.StepTooSmall || math.Abs(sol.T-2./3) > 1e-2 {
		t.Errorf("y′ = −1/√y ends at 2/3, not with %v at %v (%v)", sol.Status, sol.T, err)
	}
	decay := ode.Func{N: 1, F: func(d []float64, _ float64, y []float64) { d[0] = -y[0] }}
	few := tol
	few.MaxSteps = 3
	if sol, err = ode.Integrate(context.Background(), decay, 0, one, few); err != nil || sol.Status != ode.StepLimit || sol.Stats.Steps+sol.Stats.Rejected != 3 {
		t.Errorf("three steps: %v, %+v, %v", sol.Status, sol.Stats, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if sol, err = ode.Integrate(ctx, decay, 0, one, tol); err != nil || sol.Status != ode.Interrupted || sol.Y[0] != 1 {
		t.Errorf("cancelled: %v, %v", sol.Status, err)
	}
	ctx, cancel = context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	if sol, err = ode.Integrate(ctx, decay, 0, one, tol); err != nil || sol.Status != ode.TimeLimit {
		t.Errorf("deadline: %v, %v", sol.Status, err)
	}
	if sol.Status.Definite() || !ode.Finished.Definite() || ode.Status(99).String() != "unknown" {
		t.Error("a deadline is no definite end; unknown statuses have a word")
	}
	now := tol
	now.Until = 0
	if sol, err = ode.Integrate(context.Background(), decay, 0, one, now); err != nil || sol.Status != ode.Finished || sol.Stats.Steps != 0 {
		t.Errorf("an interval of length 0: %v, %v", sol.Status, err)
	}
	stop := errors.New("disk full")
	tol.Observers = []ode.Observer{ode.ObserverFunc(func(s *ode.Segment) error {
		if s.T1 > 1 {
			return stop
		}
		return nil
	})}
	if _, err = ode.Integrate(context.Background(), decay, 0, one, tol); !errors.Is(err, stop) {
		t.Errorf("the error of an observer is lost: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	decay := ode.Func{N: 1, F: func(d []float64, _ float64, y []float64) { d[0] = -y[0] }}
	good := ode.Options{Until: 1, RelTol: 1e-6}
	for name, c := range map[string]struct {
		y0     []float64
		change func(o *ode.Options)
	}{
		"length":      {[]float64{1, 2}, func(*ode.Options) {}},
		"NaN":         {[]float64{math.NaN()}, func(*ode.Options) {}},
		"end":         {[]float64{1}, func(o *ode.Options) { o.Until = -1 }},
		"end NaN":     {[]float64{1}, func(o *ode.Options) { o.Until = math.NaN() }},
		"no end":      {[]float64{1}, func(o *ode.Options) { o.Until = math.Inf(1) }},
		"no rtol":     {[]float64{1}, func(o *ode.Options) { o.RelTol = 0 }},
		"rtol 1e-15":  {[]float64{1}, func(o *ode.Options) { o.RelTol = 1e-15 }},
		"atol":        {[]float64{1}, func(o *ode.Options) { o.AbsTol = -1 }},
		"first step":  {[]float64{1}, func(o *ode.Options) { o.FirstStep = -1 }},
		"f undefined": {[]float64{math.MaxFloat64}, func(*ode.Options) {}},
	} {
		o, sys := good, decay
		c.change(&o)
		if name == "f undefined" {
			sys.F = func(d []float64, _ float64, y []float64) { d[0] = y[0] * y[0] }
		}
		if _, err := ode.Integrate(context.Background(), sys, 0, c.y0, o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A run that is cut at any step and goes on from the JSON of its checkpoint
// ends with the same bits.
func TestResumeToTheSameBits(t *testing.T) {
	for _, p := range []odetest.Problem{odetest.NonStiff()[20], odetest.Stiff()[1], odetest.Stiff()[5]} {
		for _, m := range []func() ode.Stepper{
			func() ode.Stepper { return ode.NewAuto() }, func() ode.Stepper { return ode.NewRodas5P() },
			func() ode.Stepper { return ode.NewDormandPrince() }, func() ode.Stepper { return ode.NewRKC() },
		} {
			name := fmt.Sprintf("%s, %s", p.Name, m().Name())
			opt := ode.Options{Until: p.T1, Method: m(), RelTol: 1e-4, AbsTol: 1e-4, MaxSteps: 400}
			whole, err := ode.Integrate(context.Background(), p.System, 0, p.Y0, opt)
			if err != nil {
				t.Fatal(name, err)
			}
			for _, cut := range []int{1, 7, 40, 101} {
				opt.Method, opt.MaxSteps = m(), cut
				part, err := ode.Integrate(context.Background(), p.System, 0, p.Y0, opt)
				if err != nil {
					t.Fatal(name, err)
				}
				if part.Status != ode.StepLimit {
					continue // it was over before
				}
				text, err := json.Marshal(part.Checkpoint)
				if err != nil {
					t.Fatal(err)
				}
				var c ode.Checkpoint
				if err := json.Unmarshal(text, &c); err != nil {
					t.Fatal(err)
				}
				opt.Method, opt.MaxSteps = m(), 400-cut
				rest, err := ode.Resume(p.System, c, opt)
				for more := err == nil; more; {
					more, err = rest.Advance(context.Background())
				}
				if err != nil {
					t.Fatal(name, err)
				}
				if whole.T != rest.T || fmt.Sprint(whole.Y) != fmt.Sprint(rest.Y) || whole.Stats.Steps != rest.Stats.Steps {
					t.Errorf("%s, cut after %d steps: %v at %v, not %v at %v", name, cut, rest.Y, rest.T, whole.Y, whole.T)
				}
			}
		}
	}
}

func TestResumeRefuses(t *testing.T) {
	decay := ode.Func{N: 1, F: func(d []float64, _ float64, y []float64) { d[0] = -y[0] }}
	opt := ode.Options{Until: 1, RelTol: 1e-6, Method: ode.NewRodas4()}
	if _, err := ode.Resume(decay, ode.Checkpoint{Method: "rkc", Y: []float64{1}, H: 0.1}, opt); err == nil {
		t.Error("the checkpoint of another method is taken")
	}
	opt.Method = ode.NewRKC()
	if _, err := ode.Resume(decay, ode.Checkpoint{Method: "rkc", Y: []float64{1}, H: 0.1}, opt); err == nil {
		t.Error("a checkpoint without the state of its method is taken")
	}
}
