package flow_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/ode"
	"github.com/tacit-dev/tacit/param"
)

func entropyFlow(t *testing.T) (*flow.Mirror, []float64) {
	t.Helper()
	a, b := gaussian(5, 12, 1)
	return flow.NewMirror(dual.NewChart(geometry.Entropy{}, a, fill(12, -20)), loss.Squared{B: b}), b
}

func squareFlow(t *testing.T) *flow.Parameterized {
	t.Helper()
	a, b := gaussian(5, 12, 1)
	return must[*flow.Parameterized](t)(flow.NewParameterized(param.Square(), a, loss.Squared{B: b}, fill(12, 1e-3)))
}

// A run that is cut anywhere and resumed records the same bits.
func TestRunResumesToTheSameBits(t *testing.T) {
	mirror, _ := entropyFlow(t)
	for _, f := range []flow.Flow{mirror, squareFlow(t)} {
		for name, opt := range map[string]flow.Options{
			"times":   {Times: []float64{0, 0.1, 1, 10, 100}, RelTol: 1e-7},
			"evenly":  {UntilTime: 60, Save: 7, RelTol: 1e-7},
			"by step": {UntilLoss: 1e-10, Save: 5, RelTol: 1e-7},
		} {
			whole := must[*flow.Result](t)(flow.Run(context.Background(), f, opt))
			again := must[*flow.Result](t)(flow.Resume(context.Background(), f, whole.Checkpoint, opt))
			if got, want := summary(again), summary(whole); got != want {
				t.Errorf("%s, resumed at its end:\n%s\nnot\n%s", name, got, want)
			}
			cut := opt
			for _, steps := range []int{1, 5, 16, 40} {
				cut.MaxSteps = steps
				part := must[*flow.Result](t)(flow.Run(context.Background(), f, cut))
				if part.Status != ode.StepLimit {
					t.Fatalf("%s: %v after %d steps", name, part.Status, steps)
				}
				if n := len(part.Times); part.Times[n-1] != part.T {
					t.Errorf("%s: an early end at %v is not recorded: %v", name, part.T, part.Times)
				}
				rest := must[*flow.Result](t)(flow.Resume(context.Background(), f, part.Checkpoint, opt))
				if got, want := summary(rest), summary(whole); got != want {
					t.Errorf("%s, cut after %d steps:\n%s\nnot\n%s", name, steps, got, want)
				}
			}
		}
	}
}

func summary(r *flow.Result) string {
	return fmt.Sprint(r.Status, r.T, r.State, r.Times, r.States, r.Invariants, r.Stats.Steps)
}

func TestPointsAreAsManyAsAsked(t *testing.T) {
	f, _ := entropyFlow(t)
	for save := range 40 {
		for name, opt := range map[string]flow.Options{"evenly": {UntilTime: 30, RelTol: 1e-4}, "by step": {UntilLoss: 1e-6, RelTol: 1e-4}} {
			opt.Save = save
			r := must[*flow.Result](t)(flow.Run(context.Background(), f, opt))
			if want := max(save, 1); len(r.Times) != want {
				t.Errorf("%s: %d points, want %d", name, len(r.Times), want)
			}
			for i := 1; i < len(r.Times); i++ {
				if r.Times[i] <= r.Times[i-1] {
					t.Errorf("%s: times %v", name, r.Times)
				}
			}
			if last := len(r.Times) - 1; r.Times[last] != r.T || save > 1 && r.Times[0] != 0 {
				t.Errorf("%s: times %v of a run to %v", name, r.Times, r.T)
			}
		}
	}
}

// wrong is a flow that its own invariants contradict: it goes another way.
type wrong struct{ *flow.Mirror }

func (w wrong) Deriv(dst []float64, t float64, state []float64) {
	w.Mirror.Deriv(dst, t, state)
	dst[0] *= 1.001
}

func TestInvariantsNotice(t *testing.T) {
	f, b := entropyFlow(t)
	x := solution(t, f, b)
	opt := flow.Options{UntilTime: 100, RelTol: 1e-9, XHat: x, Method: ode.NewDormandPrince()}
	names := ""
	for _, d := range must[*flow.Result](t)(flow.Run(context.Background(), f, opt)).Invariants {
		names += d.Name + "; "
		if d.Drift > 1e-7 {
			t.Errorf("%s drifts by %.1e", d.Name, d.Drift)
		}
	}
	for _, want := range []string{"loss", "Psi", "divergence + dissipation", "range of A^T"} {
		if !strings.Contains(names, want) {
			t.Errorf("%q is not among the invariants %s", want, names)
		}
	}
	for _, d := range must[*flow.Result](t)(flow.Run(context.Background(), wrong{f}, opt)).Invariants {
		if d.Name == "divergence + dissipation" && d.Drift < 1e-6 {
			t.Errorf("a flow that is off by 1e-3 drifts by %.1e only", d.Drift)
		}
	}
	// A loss that grows, and a point that leaves the range of Aᵀ.
	grows := flow.Monotone("grows", func(s []float64) float64 { return s[0] })
	seg := &ode.Segment{Y1: []float64{1}}
	for _, v := range []float64{3, 2, 2.5} {
		seg.Y1[0] = v
		if err := grows.Observe(seg); err != nil {
			t.Fatal(err)
		}
	}
	if d := grows.Drift(); math.Abs(d-0.5/3) > 1e-15 {
		t.Errorf("3, 2, 2.5 grows by %v", d)
	}
}

// solution is where the flow ends.
func solution(t *testing.T, f *flow.Mirror, _ []float64) []float64 {
	t.Helper()
	r := must[*flow.Result](t)(flow.Run(context.Background(), f, flow.Options{UntilLoss: 1e-26, RelTol: 1e-6}))
	return primal(f, 12, r.State)
}

// A loss that cannot vanish, because no x ≥ 0 reaches b₂ = −1.
func TestStalledRun(t *testing.T) {
	a := linop.NewDense(2, 3, []float64{1, 2, 1, 1, 1, 3})
	f := flow.NewMirror(dual.NewChart(geometry.Entropy{}, a, fill(3, -3)), loss.Squared{B: []float64{1, -1}})
	opt := flow.Options{UntilLoss: 1e-12, StopStalled: true}
	r := must[*flow.Result](t)(flow.Run(context.Background(), f, opt))
	again := must[*flow.Result](t)(flow.Resume(context.Background(), f, r.Checkpoint, opt))
	if got, want := summary(again), summary(r); got != want || !again.Stalled {
		t.Errorf("resumed where it had stalled:\n%s\nnot\n%s", got, want)
	}
	// Only the column (2, 1) has an acute angle with b: b is projected on it.
	if want := 0.5 * (2 - 1./5); !r.Stalled || r.Status != ode.Stopped || math.Abs(r.Loss-want) > 1e-2 {
		t.Errorf("%v, stalled %v, loss %v, want %v", r.Status, r.Stalled, r.Loss, want)
	}
}

func TestRefusedRuns(t *testing.T) {
	f, _ := entropyFlow(t)
	for _, c := range []struct {
		opt  flow.Options
		want string
	}{
		{flow.Options{}, "no end"},
		{flow.Options{Times: []float64{1, 1}}, "increase"},
		{flow.Options{Times: []float64{2, 1}}, "increase"},
		{flow.Options{Times: []float64{-1, 1}}, "0 or later"},
		{flow.Options{Times: []float64{math.NaN()}}, "finite"},
		{flow.Options{UntilTime: -1}, "after 0"},
		{flow.Options{UntilTime: math.Inf(1)}, "after 0"},
		{flow.Options{UntilLoss: -1}, "negative"},
		{flow.Options{UntilTime: 1, Save: -1}, "negative"},
		{flow.Options{UntilTime: 1, RelTol: 1e-16}, "what doubles allow"},
	} {
		if _, err := flow.Run(context.Background(), f, c.opt); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.opt, err, c.want)
		}
	}
	part := must[*flow.Result](t)(flow.Run(context.Background(), f, flow.Options{UntilTime: 5, MaxSteps: 2}))
	if _, err := flow.Resume(context.Background(), squareFlow(t), part.Checkpoint, flow.Options{UntilTime: 5}); err == nil {
		t.Error("the checkpoint of another flow is taken")
	}
}

// α = 0 is a fixed point of every depth above one.
func TestStationaryStarts(t *testing.T) {
	a, b := gaussian(2, 3, 1)
	for _, name := range []string{"square", "power:3", "square-diff", "product", "power-diff:3"} {
		p := must[param.Param](t)(param.Parse(name))
		y0 := make([]float64, p.Len(3))
		for i := range y0 {
			if i != 1 && i != 4 {
				y0[i] = 0.1
			}
		}
		_, err := flow.NewParameterized(p, a, loss.Squared{B: b}, y0)
		var stays *flow.StationaryError
		if !errors.As(err, &stays) || stays.Index != 1 {
			t.Errorf("%s: %v, want that coordinate 1 stands still", name, err)
		}
	}
	for _, name := range []string{"exp", "tanh", "sigmoid", "softplus"} {
		p := must[param.Param](t)(param.Parse(name))
		if _, err := flow.NewParameterized(p, a, loss.Squared{B: b}, fill(3, 0)); err != nil {
			t.Errorf("%s moves from y = 0: %v", name, err)
		}
	}
	if _, err := flow.NewParameterized(param.Exp(), a, loss.Squared{B: b}, fill(2, 0)); err == nil {
		t.Error("two parameters for three unknowns are taken")
	}
}
