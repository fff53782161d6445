package sweep

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strconv"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/descent"
	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/ode"
	"github.com/tacit-dev/tacit/param"
)

// Reached is the status of a trajectory that came to its time or to its residual.
const Reached = "reached"

// The ends of a trajectory where the specification says nothing.
const (
	defaultResidual = 1e-8
	defaultSteps    = 100_000 // of descent
	defaultFlow     = 20_000  // steps of a flow, whose steps grow with the time
)

// origin is where a trajectory starts: in a geometry, or on the parameters of G.
type origin struct {
	phi    geometry.Separable
	theta0 []float64
	param  param.Param
	y0     []float64
}

// origin builds the start α·1. In the geometry hypentropy without a number, and on
// pairs of parameters, α is the scale of the geometry and x starts at 0.
func (c Cell) origin(p *instance.Problem) (*origin, error) {
	if c.LogAlpha == nil {
		return nil, fmt.Errorf("algorithm %s needs the parameter alpha, the scale of the start", c.Algorithm)
	}
	switch n, _ := p.A.Dims(); {
	case c.Step < 0:
		return nil, fmt.Errorf("step = %v; it must be positive", c.Step)
	case c.Batch > n:
		return nil, fmt.Errorf("batch = %d, but there are %d rows", c.Batch, n)
	case c.Clock != nil && !(*c.Clock > 0 && *c.LogAlpha < 0):
		return nil, fmt.Errorf("clock = %v is a time in units of ln(1/α); it must be positive, and α below 1", *c.Clock)
	}
	_, m := p.A.Dims()
	if c.Param != "" {
		return c.parameters(m)
	}
	if c.flowGeometry() == "hypentropy" {
		return &origin{phi: geometry.Hypentropy{LogBeta: []float64{*c.LogAlpha}}, theta0: make([]float64, m)}, nil
	}
	sel := tacit.Selection{Geometry: c.flowGeometry(), LogAlpha: c.LogAlpha}
	phi, theta0, err := sel.Origin(m)
	if err != nil {
		return nil, err
	}
	separable, ok := phi.(geometry.Separable)
	if !ok {
		return nil, fmt.Errorf("algorithm %s follows separable geometries, and %s is not", c.Algorithm, phi.Name())
	}
	return &origin{phi: separable, theta0: theta0}, nil
}

// flowGeometry is the geometry of a trajectory: as given, else that of the square
// flows.
func (c Cell) flowGeometry() string {
	switch {
	case c.Geometry != "":
		return c.Geometry
	case c.Instance.Nonneg:
		return "entropy"
	}
	return "hypentropy"
}

func (c Cell) parameters(m int) (*origin, error) {
	g, err := param.Parse(c.Param)
	if err != nil {
		return nil, err
	}
	x0 := make([]float64, m)
	if _, pair := g.(param.Conserver); !pair {
		alpha := math.Exp(*c.LogAlpha)
		if !(alpha >= 0x1p-1022) || math.IsInf(alpha, 1) {
			return nil, fmt.Errorf("alpha is beyond float64, in which the parameters of %s are kept; a geometry takes any exponent", c.Param)
		}
		for i := range x0 {
			x0[i] = alpha
		}
	}
	y0 := make([]float64, g.Len(m))
	if err := g.Lift(y0, x0, *c.LogAlpha); err != nil {
		return nil, err
	}
	return &origin{param: g, y0: y0}, nil
}

// flow follows the flow to its time, or to its residual.
func (c Cell) flow(ctx context.Context, s *Spec, p *instance.Problem, row *Row) error {
	o, err := c.origin(p)
	if err != nil {
		return err
	}
	squared := loss.Squared{B: p.B}
	var f flow.Flow
	if o.param != nil {
		f, err = flow.NewParameterized(o.param, p.A, squared, o.y0)
	} else {
		f = flow.NewMirror(dual.NewChart(o.phi, p.A, o.theta0), squared)
	}
	if err != nil {
		return err
	}
	opt := flow.Options{MaxSteps: cmp.Or(s.MaxSteps, defaultFlow), StopStalled: true}
	size := norm(p.B)
	if until, ok := c.until(); ok {
		if opt.UntilTime = math.Exp(until); math.IsInf(opt.UntilTime, 1) || opt.UntilTime == 0 {
			return fmt.Errorf("the time e^%.6g is beyond float64", until)
		}
	} else {
		r := s.residual() * size
		opt.UntilLoss = r * r / 2
	}
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	run, err := flow.Run(ctx, f, opt)
	if err != nil {
		return err
	}
	x := make([]float64, len(p.X))
	f.Primal(x, run.State)
	row.Status, row.Why = flowStatus(run)
	row.end(s, p, x, math.Sqrt(2*run.Loss)/size, run.T)
	row.Steps = count(run.Stats.Steps)
	if row.Status == Reached && opt.UntilLoss > 0 && o.param == nil {
		row.compare(ctx, p, x, o.phi, o.theta0)
	}
	return nil
}

func flowStatus(run *flow.Result) (status, why string) {
	switch s := run.Status; {
	case run.Stalled:
		return "stalled", "the residual does not fall any more"
	case s.Definite():
		return Reached, ""
	case s == ode.StepLimit:
		return string(limit.Budget), "the steps are used up"
	case s == ode.StepTooSmall || s == ode.NotFinite:
		return string(limit.NumericalTrouble), s.String()
	}
	return string(limit.Budget), "the time is used up"
}

// until is the logarithm of the time at which a flow ends, if it is given: time, or
// clock in units of ln(1/α).
func (c Cell) until() (logTime float64, ok bool) {
	if c.LogTime != nil {
		return *c.LogTime, true
	}
	if c.Clock != nil && c.LogAlpha != nil {
		return math.Log(*c.Clock * -*c.LogAlpha), true
	}
	return 0, false
}

// descend follows mirror descent or descent on parameters to its residual.
func (c Cell) descend(ctx context.Context, s *Spec, p *instance.Problem, row *Row) error {
	o, err := c.origin(p)
	if err != nil {
		return err
	}
	var method descent.Method
	if o.param != nil {
		method, err = descent.NewParameters(o.param, p.A, o.y0, 0)
	} else {
		method, err = descent.NewMirror(o.phi, p.A, o.theta0, 0)
	}
	if err != nil {
		return err
	}
	run := &descent.Run{A: p.A, B: p.B, Method: method, Rule: descent.Armijo{},
		Sampling: descent.Sampling{Batch: c.Batch, Seed: uint64(c.Index)},
		Stop:     []descent.Criterion{descent.ResidualBelow(s.residual()), descent.Blowup(1e6), descent.Steps(cmp.Or(s.MaxSteps, defaultSteps))}}
	if c.Step > 0 {
		run.Rule = descent.Constant(c.Step)
	}
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	res, err := run.Follow(ctx)
	if err != nil {
		return err
	}
	row.Status, row.Why = string(res.Status), ""
	switch res.Status {
	case descent.Converged:
		row.Status = Reached
	case descent.StepLimit:
		row.Status, row.Why = string(limit.Budget), "the steps are used up"
	case descent.Diverged:
		row.Why = "the steps are too large; a stable one is about " + strconv.FormatFloat(res.StableStep, 'g', 3, 64)
	case descent.Interrupted:
		row.Status, row.Why = string(limit.Budget), "the time is used up"
	}
	row.end(s, p, method.X(), res.Residual, res.T)
	row.Steps = count(res.K)
	phi, theta0 := o.phi, o.theta0
	if o.param != nil {
		effective := method.(*descent.Parameters).Effective()
		if effective == nil {
			return nil
		}
		row.LogAlphaEffective = finite(mean(effective.LogAlpha()))
		phi, theta0 = effective.Start()
	}
	if row.Status == Reached {
		row.compare(ctx, p, method.X(), phi, theta0)
	}
	return nil
}

// end records where a trajectory ended.
func (row *Row) end(s *Spec, p *instance.Problem, x []float64, residual, t float64) {
	row.Residual, row.LogTime = finite(residual), finite(math.Log(t))
	row.recovery(x, p.X, s.Success)
}

// compare records how far x is from the Bregman projection of the start that the
// theory predicts.
func (row *Row) compare(ctx context.Context, p *instance.Problem, x []float64, phi geometry.Separable, theta0 []float64) {
	r, err := limit.Nearest(ctx, p.A, p.B, phi, limit.Start{Theta0: theta0}, limit.Options{Tol: 1e-10})
	if err != nil || r.Status != limit.Certified && r.Status != limit.Approximate {
		return
	}
	row.Off = finite(distance(x, r.X))
}

// residual is the relative residual at which a trajectory without a time ends.
func (s *Spec) residual() float64 {
	if s.Tol > 0 {
		return s.Tol
	}
	return defaultResidual
}

// bounded is ctx with the time of a cell.
func (s *Spec) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.CellTime > 0 {
		return context.WithTimeout(ctx, s.CellTime)
	}
	return ctx, func() {}
}

// distance is ‖x−y‖₂/‖y‖₂.
func distance(x, y []float64) float64 {
	diff := make([]float64, len(x))
	for i, v := range x {
		diff[i] = v - y[i]
	}
	return norm(diff) / norm(y)
}

func norm(v []float64) float64 {
	var sum float64
	for _, x := range v {
		sum = math.Hypot(sum, x)
	}
	return sum
}

func mean(v []float64) float64 {
	var sum float64
	for i, x := range v {
		sum += (x - sum) / float64(i+1)
	}
	return sum
}
