package descent

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// The methods of this file scale the coordinates of the gradient on their own,
// so that x − x₀ leaves the range of Aᵀ: they reach another solution of Ax = b
// than gradient descent, and are here to show that.

// Adam is the method of Kingma and Ba 2015 on x, with β₁ = 0.9, β₂ = 0.999 and
// ε = 1e-8.
type Adam struct {
	x, first, second []float64
	powers           []float64 // β₁ᵏ, β₂ᵏ
}

var _ Method = (*Adam)(nil)

const adamBeta1, adamBeta2, adamEpsilon = 0.9, 0.999, 1e-8

// NewAdam returns Adam from x₀.
func NewAdam(a linop.Operator, x0 []float64) (*Adam, error) {
	if err := checkPoint(a, x0); err != nil {
		return nil, err
	}
	return &Adam{append([]float64(nil), x0...), make([]float64, len(x0)), make([]float64, len(x0)), []float64{1, 1}}, nil
}

func checkPoint(a linop.Operator, x0 []float64) error {
	if _, m := a.Dims(); len(x0) != m {
		return fmt.Errorf("descent: x₀ has length %d, but A has %d columns", len(x0), m)
	}
	for i, v := range x0 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("x0[%d] is %v, not a finite number", i, v)
		}
	}
	return nil
}

// Name returns "adam".
func (d *Adam) Name() string { return "adam" }

// X returns the iterate.
func (d *Adam) X() []float64 { return d.x }

// BreaksBias says why the limit is another one.
func (d *Adam) BreaksBias() string {
	return "adam divides each coordinate of the gradient by its own running size, so x − x₀ leaves the range of Aᵀ: the limit depends on the path and is not the least-norm solution"
}

// Move takes the step.
func (d *Adam) Move(eta float64, g *Gradient) error {
	d.powers[0] *= adamBeta1
	d.powers[1] *= adamBeta2
	c1, c2 := 1-d.powers[0], 1-d.powers[1]
	for i, v := range g.X {
		d.first[i] = adamBeta1*d.first[i] + (1-adamBeta1)*v
		d.second[i] = adamBeta2*d.second[i] + (1-adamBeta2)*v*v
		d.x[i] -= eta * (d.first[i] / c1) / (math.Sqrt(d.second[i]/c2) + adamEpsilon)
	}
	return nil
}

// Metric sets dst = v/(√second + ε).
func (d *Adam) Metric(dst, v []float64) {
	for i := range dst {
		dst[i] = v[i] / (math.Sqrt(d.second[i]/max(1-d.powers[1], adamEpsilon)) + adamEpsilon)
	}
}

// Vectors lists x and the moments.
func (d *Adam) Vectors() []Vector {
	return []Vector{{"x", d.x}, {"first", d.first}, {"second", d.second}, {"powers", d.powers}}
}

// Restored does nothing.
func (d *Adam) Restored() {}

// Sign is sign descent on x: xᵢ⁺ = xᵢ − η sgn(gᵢ), steepest descent in the
// maximum norm but for the length of its step.
type Sign struct{ x []float64 }

var _ Method = (*Sign)(nil)

// NewSign returns sign descent from x₀.
func NewSign(a linop.Operator, x0 []float64) (*Sign, error) {
	if err := checkPoint(a, x0); err != nil {
		return nil, err
	}
	return &Sign{append([]float64(nil), x0...)}, nil
}

// Name returns "sign".
func (d *Sign) Name() string { return "sign" }

// X returns the iterate.
func (d *Sign) X() []float64 { return d.x }

// BreaksBias says why the limit is another one.
func (d *Sign) BreaksBias() string {
	return "sign descent moves every coordinate by the same amount, so x − x₀ leaves the range of Aᵀ: the limit depends on the path and is not the least-norm solution"
}

// Move takes the step.
func (d *Sign) Move(eta float64, g *Gradient) error {
	for i, v := range g.X {
		switch {
		case v > 0:
			d.x[i] -= eta
		case v < 0:
			d.x[i] += eta
		}
	}
	return nil
}

// Metric sets dst = v: there is no linear one.
func (d *Sign) Metric(dst, v []float64) { copy(dst, v) }

// Vectors lists x.
func (d *Sign) Vectors() []Vector { return []Vector{{"x", d.x}} }

// Restored does nothing.
func (d *Sign) Restored() {}

// Scaled is gradient descent on x with a step for each coordinate,
// xᵢ⁺ = xᵢ − η Dᵢgᵢ. Its limit is known: the nearest solution to x₀ in the
// metric Σ (xᵢ−x₀ᵢ)²/Dᵢ.
type Scaled struct{ x, d []float64 }

var _ Method = (*Scaled)(nil)

// NewScaled returns gradient descent from x₀ with the scales D > 0.
func NewScaled(a linop.Operator, x0, d []float64) (*Scaled, error) {
	if err := checkPoint(a, x0); err != nil {
		return nil, err
	}
	if len(d) != len(x0) {
		return nil, fmt.Errorf("descent: there are %d scales for %d unknowns", len(d), len(x0))
	}
	for i, v := range d {
		if !(v > 0) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("the scale of coordinate %d is %v; it must be positive and finite", i, v)
		}
	}
	return &Scaled{append([]float64(nil), x0...), d}, nil
}

// Name returns "scaled".
func (d *Scaled) Name() string { return "scaled" }

// X returns the iterate.
func (d *Scaled) X() []float64 { return d.x }

// BreaksBias says which limit it has instead.
func (d *Scaled) BreaksBias() string {
	return "a step for each coordinate changes the metric: the limit is the solution nearest to x₀ in Σ (xᵢ−x₀ᵢ)²/Dᵢ, not in the Euclidean norm"
}

// Move takes the step.
func (d *Scaled) Move(eta float64, g *Gradient) error {
	for i, v := range g.X {
		d.x[i] -= eta * d.d[i] * v
	}
	return nil
}

// Metric sets dst = D v.
func (d *Scaled) Metric(dst, v []float64) {
	for i := range dst {
		dst[i] = d.d[i] * v[i]
	}
}

// Polyak returns f/gᵀDg.
func (d *Scaled) Polyak(g *Gradient) float64 {
	var q float64
	for i, v := range g.X {
		q += d.d[i] * v * v
	}
	if q == 0 {
		return 0
	}
	return g.Loss / q
}

// Decrease returns by how much the sampled loss falls, and gᵀDg.
func (d *Scaled) Decrease(eta float64, g *Gradient) (decrease, slope float64) {
	trial := append([]float64(nil), d.x...)
	for i, v := range g.X {
		trial[i] -= eta * d.d[i] * v
		slope += d.d[i] * v * v
	}
	if decrease = g.Loss - g.LossAt(trial); math.IsNaN(decrease) {
		decrease = math.Inf(-1)
	}
	return decrease, slope
}

// Vectors lists x.
func (d *Scaled) Vectors() []Vector { return []Vector{{"x", d.x}} }

// Restored does nothing.
func (d *Scaled) Restored() {}
