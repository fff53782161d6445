package sweep

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
)

// The algorithms.
const (
	AlgorithmL1       = "l1"       // least ℓ1 norm, certified: the limit α → 0
	AlgorithmRecovery = "recovery" // whether the planted x is the only one of least ℓ1 norm, proven
	AlgorithmAlpha    = "alpha"    // the limit of the flow at the scale alpha
	AlgorithmMinNorm  = "minnorm"  // least Euclidean norm
	AlgorithmNearest  = "nearest"  // nearest to alpha·1, or to the neutral start, in geometry
	AlgorithmFlow     = "flow"     // the flow from alpha, at a time or at a residual
	AlgorithmDescend  = "descend"  // mirror descent, or descent on parameters, from alpha
)

// Algorithms lists what a cell can compute.
func Algorithms() []string {
	return []string{AlgorithmL1, AlgorithmRecovery, AlgorithmAlpha, AlgorithmMinNorm, AlgorithmNearest, AlgorithmFlow, AlgorithmDescend}
}

// Run computes a cell. It never fails as a whole: what went wrong is recorded in
// the row. The one exception is a cancelled ctx, after which the row is not to be
// kept.
func (s *Spec) Run(ctx context.Context, c Cell) (row Row) {
	row = c.asked()
	begin := time.Now()
	defer func() {
		if p := recover(); p != nil {
			row = c.asked()
			row.Status, row.Why = Failed, fmt.Sprintf("internal error: %v", p)
		}
		if s.Seconds {
			t := time.Since(begin).Seconds()
			row.Seconds = &t
		}
	}()
	space := instances.Get().(*instance.Space)
	defer instances.Put(space)
	p, err := space.Generate(c.Instance)
	if err != nil {
		row.Status, row.Why = Impossible, err.Error()
		return row
	}
	if err := c.solve(ctx, s, p, &row); err != nil {
		row.Status, row.Why = Impossible, err.Error()
	}
	return row
}

// instances are the memory of the instances of the cells in flight.
var instances = sync.Pool{New: func() any { return new(instance.Space) }}

// solve answers the instance and measures the answer. An error means that the
// question could not be asked.
func (c Cell) solve(ctx context.Context, s *Spec, p *instance.Problem, row *Row) error {
	opt := limit.Options{Tol: s.Tol, MaxSteps: s.MaxSteps, MaxTime: s.CellTime, Unverified: true}
	question := limit.Problem{A: p.A, B: p.B, Nonneg: p.Nonneg}
	var res *limit.Result
	var err error
	switch c.Algorithm {
	case AlgorithmL1:
		res, err = limit.L1(ctx, question, opt)
	case AlgorithmRecovery:
		return c.recovery(ctx, question, p.X, opt, s.Success, row)
	case AlgorithmAlpha:
		if c.LogAlpha == nil {
			return fmt.Errorf("algorithm alpha needs the parameter alpha")
		}
		var at *limit.AlphaResult
		if at, err = limit.L1AtAlpha(ctx, question, *c.LogAlpha, nil, opt); err == nil {
			res = &at.Result
			row.Excess = finite(at.Excess)
		}
	case AlgorithmMinNorm:
		res, err = limit.MinNorm(ctx, p.A, p.B, nil, opt)
	case AlgorithmNearest:
		res, err = c.nearest(ctx, p, opt)
	case AlgorithmFlow:
		return c.flow(ctx, s, p, row)
	case AlgorithmDescend:
		return c.descend(ctx, s, p, row)
	}
	if err != nil {
		return err
	}
	row.measure(res, p.X, s.Success)
	return nil
}

// nearest answers in a geometry, from alpha·1 or, without alpha, from the point
// where the potential is least.
func (c Cell) nearest(ctx context.Context, p *instance.Problem, opt limit.Options) (*limit.Result, error) {
	ans, err := tacit.Nearest(ctx, p.A, p.B, tacit.Selection{Geometry: c.Geometry, LogAlpha: c.LogAlpha}, opt)
	if err != nil {
		return nil, err
	}
	return ans.Result, nil
}

// measure records an answer and its distance from the planted x.
func (row *Row) measure(res *limit.Result, planted []float64, success float64) {
	row.Status = string(res.Status)
	if res.Status != limit.Certified {
		row.Why = res.Reason.Hint
	}
	row.Objective, row.Bound = finite(res.Objective), finite(res.Bound)
	row.Gap, row.Residual = finite(res.Gap), finite(res.Residual)
	row.Route, row.Unique = res.Stats.Route, res.Unique
	row.Passes, row.Steps = count(res.Stats.Passes), count(res.Stats.Steps)
	row.Factorizations, row.Support = count(res.Stats.Factorizations), count(res.Support)
	if res.X == nil || res.Status == limit.Infeasible {
		return
	}
	row.recovery(res.X, planted, success)
}

// recovery records ‖x‖₁ and how far x is from the planted one.
func (row *Row) recovery(x, planted []float64, success float64) {
	var l1 float64
	for _, v := range x {
		l1 += math.Abs(v)
	}
	row.L1, row.Error = finite(l1), finite(distance(x, planted))
	if row.Error != nil {
		ok := *row.Error <= success
		row.Success = &ok
	}
}

// finite is nil for what no file should hold.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func count(n int) *int32 {
	v := int32(min(n, math.MaxInt32))
	return &v
}
