package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/ode"
)

// matrixFlow is the flow of the factors of a matrix, of two or of N.
type matrixFlow interface {
	Rank() int
	Dim() int
	Primal(dst, state []float64)
	Singular(state []float64) []float64
	Commuting() bool
	Follow(ctx context.Context, opt flow.FactoredOptions) (*flow.FactoredResult, error)
}

// deepFactors is the flow of N ≥ 3 factors. A state is ln σ, descending, and then X.
type deepFactors struct {
	s     *flow.DeepSpectral
	first float64 // the loss at the start
}

// leastStart bounds (N−2)·ln(1/α), by which the logarithm of the time grows.
const leastStart = 600

// deepFactors prepares the flow from a start of scale α.
func (l *flowLowrank) deepFactors(rank int) (matrixFlow, error) {
	p := l.matrix.data
	if far := -float64(l.depth-2) * l.alpha.log; far > leastStart {
		return nil, fmt.Errorf("--depth %d from --alpha %s: the time of the first rise is about α^−%d, beyond doubles; take a larger α", l.depth, l.alpha.text, l.depth-2)
	}
	switch most := flow.DeepRank(p.P, p.Q, l.matrix.psd); {
	case most == 0:
		return nil, fmt.Errorf("--depth %d of a %d×%d matrix: its Jacobian is beyond what is factored; --depth 2 has no such bound", l.depth, p.P, p.Q)
	case rank > most:
		return nil, fmt.Errorf("--depth %d of a %d×%d matrix: at most %d of its %d singular values can be followed; take --rank %d, or --depth 2, which has no such bound", l.depth, p.P, p.Q, most, rank, most)
	}
	start := l.start(rank)
	var s *flow.DeepSpectral
	var err error
	if tol := max(l.rtol, 1e-12); l.matrix.psd {
		s, err = flow.NewDeepSymmetric(p.A, p.B, p.P, start, tol)
	} else {
		s, err = flow.NewDeepMeasured(p.A, p.B, p.P, p.Q, start, tol)
	}
	if err != nil {
		return nil, err
	}
	return &deepFactors{s, s.Loss()}, nil
}

func (d *deepFactors) Rank() int       { return len(d.s.LogZ) }
func (d *deepFactors) Dim() int        { return d.Rank() }
func (d *deepFactors) Commuting() bool { return false }

// Primal sets dst = X.
func (d *deepFactors) Primal(dst, state []float64) { copy(dst, state[d.Rank():]) }

// Singular returns the singular values, those below the range of doubles as 0.
func (d *deepFactors) Singular(state []float64) []float64 {
	out := make([]float64, d.Rank())
	for i := range out {
		out[i] = math.Exp(state[i])
	}
	return out
}

// Follow is the run in the form of that of two factors.
func (d *deepFactors) Follow(ctx context.Context, opt flow.FactoredOptions) (*flow.FactoredResult, error) {
	o := flow.DeepOptions{UntilLogTime: math.Inf(1), Save: opt.Save, MaxSteps: opt.MaxSteps, From: opt.From}
	for _, t := range opt.Times {
		o.LogTimes = append(o.LogTimes, math.Log(t))
	}
	if opt.UntilTime > 0 {
		o.UntilLogTime = math.Log(opt.UntilTime)
	}
	first := d.first
	if opt.UntilLoss > 0 {
		o.UntilResidual = math.Sqrt(opt.UntilLoss / first)
	}
	if opt.Watch != nil {
		o.Watch = func(s *flow.DeepSpectral, residual float64) {
			opt.Watch(flow.Progress{T: math.Exp(s.LogTime), Loss: residual * residual * first, Stats: ode.Stats{Steps: s.Steps}})
		}
	}
	r, err := d.s.Run(ctx, 0, o)
	if err != nil {
		return nil, err
	}
	s := d.s
	out := &flow.FactoredResult{Status: ode.Stopped, T: math.Exp(s.LogTime), State: d.state(), Loss: s.Loss(), Method: "ros34pw2",
		Stats: ode.Stats{Steps: s.Steps, Rejected: s.Rejected, Factorizations: s.Steps + s.Rejected}}
	switch r.End {
	case "steps":
		out.Status = ode.StepLimit
	case "interrupted":
		out.Status = ode.Interrupted
	case "time":
		out.Status = ode.Finished
	}
	for _, p := range r.Points {
		logs := slices.Clone(p.LogSingular)
		slices.SortFunc(logs, func(a, b float64) int { return cmp.Compare(b, a) })
		state := append(logs, p.Product...)
		out.Times, out.Losses = append(out.Times, math.Exp(p.LogTime)), append(out.Losses, p.Loss)
		out.States, out.Singular = append(out.States, state), append(out.Singular, d.Singular(state))
	}
	out.Checkpoint = r.Checkpoint
	out.Invariants = []flow.Drift{{Name: "loss", Drift: max(0, r.Rise)}, {Name: "balancedness (orthogonality of the singular vectors)", Drift: r.Orthogonality}}
	return out, nil
}

// state is where the flow is.
func (d *deepFactors) state() []float64 {
	logs := d.s.LogSingular()
	slices.SortFunc(logs, func(a, b float64) int { return cmp.Compare(b, a) })
	x := make([]float64, d.s.DX*d.s.DY)
	d.s.Product(x)
	return append(logs, x...)
}
