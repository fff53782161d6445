package flow_test

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/tacit-dev/tacit/flow"
)

// A run of factors that is interrupted at any step goes on to the bits of the whole.
func TestFactoredResumes(t *testing.T) {
	const p, q = 4, 3
	a, b := sensed(10, p, q, false)
	for _, opt := range []flow.FactoredOptions{
		{UntilLoss: 1e-20, Save: 12},
		{UntilTime: 40, Save: 15},
		{Times: []float64{0, 3, 11, 40}},
	} {
		whole := follow(t, a, b, opt)
		for _, stop := range []int{1, 7, whole.Stats.Steps / 2, whole.Stats.Steps - 1} {
			opt.MaxSteps, opt.From = stop, nil
			part := follow(t, a, b, opt)
			opt.MaxSteps, opt.From = stop+3, part.Checkpoint // and once more
			part = follow(t, a, b, opt)
			opt.MaxSteps, opt.From = 0, part.Checkpoint
			sameRun(t, whole, follow(t, a, b, opt))
		}
		opt.From = whole.Checkpoint
		sameRun(t, whole, follow(t, a, b, opt)) // nothing is left to do
	}
}

func follow(t *testing.T, a interface {
	Dims() (int, int)
	Apply(dst, x []float64)
	ApplyT(dst, y []float64)
}, b []float64, opt flow.FactoredOptions) *flow.FactoredResult {
	t.Helper()
	f, err := flow.NewPair(a, b, 4, 3, identity(4, 1e-6)[:12], identity(3, 1e-6))
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.Follow(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sameRun(t *testing.T, want, got *flow.FactoredResult) {
	t.Helper()
	got.Checkpoint = want.Checkpoint
	if !reflect.DeepEqual(want, got) {
		t.Errorf("the run that was resumed is another: %d steps to %v with %d points, %d rotations, want %d to %v with %d, %d",
			got.Stats.Steps, got.T, len(got.Times), got.Rotations, want.Stats.Steps, want.T, len(want.Times), want.Rotations)
	}
}

// The same of three factors.
func TestDeepFactorsResume(t *testing.T) {
	const d = 4
	a, b := sensed(14, d, d, true)
	run := func(opt flow.DeepOptions) *flow.DeepResult {
		s, err := flow.NewDeepSymmetric(a, b, d, flow.SpreadStart(d, d, 3, math.Log(1e-3), 3), 1e-7)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Run(context.Background(), 0, opt)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, opt := range []flow.DeepOptions{
		{UntilResidual: 1e-6, UntilLogTime: math.Inf(1), Save: 10},
		{LogTimes: []float64{0, 3, 6}},
	} {
		whole := run(opt)
		for _, stop := range []int{1, 40, 111} {
			opt.MaxSteps, opt.From = stop, nil
			opt.From = run(opt).Checkpoint
			opt.MaxSteps = 0
			rest := run(opt)
			if fmt.Sprint(*whole) != fmt.Sprint(*rest) { // all digits; NaN is NaN
				t.Errorf("stopped after %d steps: the rest ends by %s at %v with %d points, the whole by %s at %v with %d",
					stop, rest.End, rest.Residual, len(rest.Points), whole.End, whole.Residual, len(whole.Points))
			}
		}
		opt.From = whole.Checkpoint
		if again := run(opt); fmt.Sprint(*whole) != fmt.Sprint(*again) {
			t.Errorf("a run that came to its end goes on: %s", again.End)
		}
	}
	if _, err := func() (*flow.DeepResult, error) {
		s, err := flow.NewDeepSymmetric(a, b, d, flow.SpreadStart(d, d, 3, 0, 3), 1e-7)
		if err != nil {
			return nil, err
		}
		return s.Run(context.Background(), 0, flow.DeepOptions{UntilResidual: 1e-6, UntilLogTime: math.Inf(1), From: flow.Snapshot{{Name: "u", Rows: 1, Values: []float64{1}}}})
	}(); err == nil {
		t.Error("a snapshot of another run is taken")
	}
}
