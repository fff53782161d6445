package descent

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/param"
)

// Parameters is gradient descent on the parameters y of x = G(y),
//
//	y⁺ = y − η ∂G(y)ᵀAᵀd,
//
// with heavy-ball momentum μ: V⁺ = μV − η ∂G(y)ᵀAᵀd, y⁺ = y + V⁺. For small
// steps without momentum it follows the mirror flow that the parameterization
// induces; Effective says what larger ones do.
type Parameters struct {
	p        param.Param
	y, x     []float64
	nu       []float64
	momentum float64
	velocity []float64 // nil without momentum
	pull     []float64
	trialY   []float64
	trialX   []float64
	eff      *Effective // nil where no identity is known
}

var (
	_ Searcher = (*Parameters)(nil)
	_ Charted  = (*Parameters)(nil)
)

// NewParameters returns gradient descent on parameters from y₀, with momentum
// 0 ≤ μ < 1. It refuses a start from which no coordinate could move.
func NewParameters(p param.Param, a linop.Operator, y0 []float64, momentum float64) (*Parameters, error) {
	n, m := a.Dims()
	if len(y0) != p.Len(m) {
		return nil, fmt.Errorf("descent: y₀ has length %d; %s of %d unknowns has %d parameters", len(y0), p.Name(), m, p.Len(m))
	}
	if err := checkMomentum(momentum); err != nil {
		return nil, err
	}
	d := &Parameters{p: p, y: append([]float64(nil), y0...), x: make([]float64, m), nu: make([]float64, n), momentum: momentum,
		pull: make([]float64, len(y0)), trialY: make([]float64, len(y0)), trialX: make([]float64, m)}
	if momentum > 0 {
		d.velocity = make([]float64, len(y0))
	}
	if err := d.checkStart(); err != nil {
		return nil, err
	}
	d.Restored()
	if momentum == 0 {
		var err error
		if d.eff, err = newEffective(p, y0, d.x); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// checkStart refuses parameters that are not finite or stand still.
func (d *Parameters) checkStart() error {
	for i, v := range d.y {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("y₀[%d] is %v, not a finite number", i, v)
		}
	}
	d.p.Metric(d.trialX, d.y)
	for i, v := range d.trialX {
		if v == 0 {
			return &StationaryError{Param: d.p.Name(), Index: i}
		}
	}
	return nil
}

// StationaryError says that the gradient with respect to the parameters of a
// coordinate vanishes at the start, whatever the loss, so that descent never
// moves it.
type StationaryError struct {
	Param string
	Index int // the coordinate of x
}

func (e *StationaryError) Error() string {
	return fmt.Sprintf("the start is a stationary point of %s: the gradient vanishes in coordinate %d for any data, so it would never move; start from a small alpha > 0", e.Param, e.Index)
}

// Name returns "parameters" and the parameterization.
func (d *Parameters) Name() string { return "parameters " + d.p.Name() }

// X returns G(y).
func (d *Parameters) X() []float64 { return d.x }

// Y returns the parameters.
func (d *Parameters) Y() []float64 { return d.y }

// Param returns the parameterization.
func (d *Parameters) Param() param.Param { return d.p }

// Nu returns Σ −ηd, which would be the state of the mirror flow.
func (d *Parameters) Nu() []float64 { return d.nu }

// Effective returns the start in effect, nil with momentum and for
// parameterizations without a known identity.
func (d *Parameters) Effective() *Effective { return d.eff }

// BreaksBias returns "".
func (d *Parameters) BreaksBias() string { return "" }

// Move takes the step.
func (d *Parameters) Move(eta float64, g *Gradient) error {
	d.p.Pull(d.pull, d.y, g.X)
	if d.velocity == nil {
		ahead(d.y, d.y, eta, d.pull)
	} else {
		for i, v := range d.pull {
			d.velocity[i] = d.momentum*d.velocity[i] - eta*v
			d.y[i] += d.velocity[i]
		}
	}
	if d.eff != nil {
		d.eff.step(eta, g.X)
	}
	g.addTo(d.nu, -eta)
	d.p.Map(d.x, d.y)
	return nil
}

// Metric sets dst = ∂G ∂Gᵀ v.
func (d *Parameters) Metric(dst, v []float64) {
	d.p.Metric(dst, d.y)
	for i := range dst {
		dst[i] *= v[i]
	}
}

// flowLike bounds |a| of Effective in steps that a rule chooses: a start that is
// small has a small gradient, which would call for a step so long that it
// changes signs and the start in effect beyond recognition.
const flowLike = 0.1

// reach is the step at which |a| is flowLike, +Inf where a is not defined.
func (d *Parameters) reach(g *Gradient) float64 {
	if d.eff == nil {
		return math.Inf(1)
	}
	var top float64
	for _, v := range g.X {
		top = max(top, math.Abs(v))
	}
	return flowLike / (d.eff.factor * top)
}

// Polyak returns f/‖∂Gᵀg‖² for the sampled loss f, and not more than keeps |a|
// of Effective below 0.1.
func (d *Parameters) Polyak(g *Gradient) float64 {
	d.p.Pull(d.pull, d.y, g.X)
	eta := g.Loss / blas.Dot(d.pull, d.pull)
	if math.IsNaN(eta) || math.IsInf(eta, 0) {
		return 0
	}
	return min(eta, d.reach(g))
}

// Decrease returns f(y) − f(y − η∂Gᵀg) for the sampled loss f, and ‖∂Gᵀg‖².
// It costs a product with the rows of the sample, and is −Inf for steps that take
// |a| of Effective beyond 0.1.
func (d *Parameters) Decrease(eta float64, g *Gradient) (decrease, slope float64) {
	d.p.Pull(d.pull, d.y, g.X)
	slope = blas.Dot(d.pull, d.pull)
	if eta > d.reach(g) {
		return math.Inf(-1), slope
	}
	ahead(d.trialY, d.y, eta, d.pull)
	d.p.Map(d.trialX, d.trialY)
	decrease = g.Loss - g.LossAt(d.trialX)
	if math.IsNaN(decrease) {
		return math.Inf(-1), slope
	}
	return decrease, slope
}

// ahead sets dst = y − η g, dst = y allowed: in one place, so that a step that
// was tried and then taken has the same bits.
func ahead(dst, y []float64, eta float64, g []float64) {
	for i, v := range g {
		dst[i] = y[i] - eta*v
	}
}

// Vectors lists y, ν, the velocity and what Effective has gathered.
func (d *Parameters) Vectors() []Vector {
	list := []Vector{{"y", d.y}, {"nu", d.nu}}
	if d.velocity != nil {
		list = append(list, Vector{"velocity", d.velocity})
	}
	if d.eff != nil {
		list = append(list, Vector{"effective_log_scale", d.eff.LogScale}, Vector{"effective_shift", d.eff.Shift})
	}
	return list
}

// Restored recomputes x.
func (d *Parameters) Restored() { d.p.Map(d.x, d.y) }
