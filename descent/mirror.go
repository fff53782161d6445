package descent

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// Mirror is mirror descent in any geometry,
//
//	θ⁺ = θ − η Aᵀd,  ν⁺ = ν − ηd,  x⁺ = ∇φ*(θ⁺),
//
// with θ = ∇φ(x) as its state, so that x₀ may be 1e-3000. For the entropy it is
// the exponentiated gradient method, x⁺ = x∘e^(−ηg), and for the hyperbolic
// entropy EG±, two copies of it with x = u − v (Kivinen and Warmuth 1997; Ghai,
// Hazan and Singer 2020).
//
// With heavy-ball momentum μ the step is V⁺ = μV − ηd, ν⁺ = ν + V⁺, likewise in
// θ: still on the chart.
type Mirror struct {
	phi           geometry.Potential
	theta0, theta []float64
	x, nu         []float64
	momentum      float64
	vTheta, vNu   []float64 // nil without momentum
	trial         []float64
}

var (
	_ Searcher = (*Mirror)(nil)
	_ Charted  = (*Mirror)(nil)
)

// NewMirror returns mirror descent from x₀ = ∇φ*(θ₀) for an operator with n
// rows, with momentum 0 ≤ μ < 1.
func NewMirror(phi geometry.Potential, a linop.Operator, theta0 []float64, momentum float64) (*Mirror, error) {
	n, m := a.Dims()
	if len(theta0) != m {
		return nil, fmt.Errorf("descent: θ₀ has length %d, but A has %d columns", len(theta0), m)
	}
	if err := checkMomentum(momentum); err != nil {
		return nil, err
	}
	if !geometry.InDualDomain(phi, theta0) {
		return nil, fmt.Errorf("descent: θ₀ is outside the domain of the conjugate of %s", phi.Name())
	}
	d := &Mirror{phi: phi, theta0: theta0, theta: append([]float64(nil), theta0...),
		x: make([]float64, m), nu: make([]float64, n), momentum: momentum, trial: make([]float64, m)}
	if momentum > 0 {
		d.vTheta, d.vNu = make([]float64, m), make([]float64, n)
	}
	d.Restored()
	return d, nil
}

func checkMomentum(momentum float64) error {
	if !(momentum >= 0 && momentum < 1) {
		return fmt.Errorf("momentum %v: it lies in 0 ≤ μ < 1", momentum)
	}
	return nil
}

// Name returns "mirror" and the geometry.
func (d *Mirror) Name() string { return "mirror " + d.phi.Name() }

// X returns ∇φ*(θ).
func (d *Mirror) X() []float64 { return d.x }

// Theta returns the mirror image of the iterate.
func (d *Mirror) Theta() []float64 { return d.theta }

// Nu returns ν, with θ = θ₀ + Aᵀν.
func (d *Mirror) Nu() []float64 { return d.nu }

// BreaksBias returns "".
func (d *Mirror) BreaksBias() string { return "" }

// Potential returns φ, and θ₀.
func (d *Mirror) Potential() (phi geometry.Potential, theta0 []float64) { return d.phi, d.theta0 }

// Move takes the step; the error is that θ⁺ would be outside of dom φ*.
func (d *Mirror) Move(eta float64, g *Gradient) error {
	if d.vTheta == nil {
		ahead(d.trial, d.theta, eta, g.X)
		if !geometry.InDualDomain(d.phi, d.trial) {
			return d.outside(eta)
		}
		copy(d.theta, d.trial)
		g.addTo(d.nu, -eta)
	} else {
		for i, v := range g.X {
			d.trial[i] = d.theta[i] + (d.momentum*d.vTheta[i] - eta*v)
		}
		if !geometry.InDualDomain(d.phi, d.trial) {
			return d.outside(eta)
		}
		for i, v := range g.X {
			d.vTheta[i] = d.momentum*d.vTheta[i] - eta*v
		}
		copy(d.theta, d.trial)
		for i := range d.vNu {
			d.vNu[i] *= d.momentum
		}
		g.addTo(d.vNu, -eta)
		blas.Axpy(1, d.vNu, d.nu)
	}
	d.phi.GradConj(d.x, d.theta)
	return nil
}

func (d *Mirror) outside(eta float64) error {
	return fmt.Errorf("the step %.3g leads out of the domain of the conjugate of %s, where x is infinite", eta, d.phi.Name())
}

// Metric sets dst = ∇²φ*(θ) v.
func (d *Mirror) Metric(dst, v []float64) { d.phi.HessConj(dst, d.theta, v) }

// slope returns ⟨d, A x − b⟩ = −dΨ/dη, for a gradient without noise.
func (d *Mirror) slope(g *Gradient) float64 { return 2 * g.Loss }

// Polyak returns (f − f*)/gᵀ∇²φ*(θ)g for the sampled loss f, or a halved one:
// one by which D_φ(x̂, ·) falls by at least η(f − f*) for every x̂ with Ax̂ = b.
// For unbounded domains no step is safe by its formula alone (Malitsky and Posch
// 2025 bound the entropy's by max |gᵢ|).
func (d *Mirror) Polyak(g *Gradient) float64 {
	d.phi.HessConj(d.trial, d.theta, g.X)
	curvature := blas.Dot(d.trial, g.X)
	slope := d.slope(g)
	if slope == 0 {
		return 0
	}
	eta := slope / (2 * curvature)
	reach := d.reach(g)
	if !(eta > 0) || math.IsInf(eta, 0) { // x and the curvature underflow
		eta = reach
	}
	for range maxHalvings {
		fall, slope := d.Decrease(eta, g)
		if fall >= sufficient*eta*slope {
			return eta
		}
		if eta /= 2; math.IsInf(fall, -1) { // x⁺ overflows
			eta = min(eta, reach)
		}
	}
	return 0
}

// reach is a step that changes θ by four times its size: from a start such as
// x₀ = 1e-300 the model of second order leads far beyond floating point.
func (d *Mirror) reach(g *Gradient) float64 {
	var size, move float64
	for i, v := range g.X {
		size, move = max(size, math.Abs(d.theta[i])), max(move, math.Abs(v))
	}
	return 4 * (1 + size) / move
}

// Decrease returns Ψ(ν) − Ψ(ν − ηd) and the slope ⟨d, r⟩. The difference is
//
//	η⟨d, r⟩ − D_φ(x, x⁺),
//
// which does not cancel; it is also by how much D_φ(x̂, ·) falls, for every x̂
// with Ax̂ = b.
func (d *Mirror) Decrease(eta float64, g *Gradient) (decrease, slope float64) {
	slope = d.slope(g)
	ahead(d.trial, d.theta, eta, g.X)
	if !geometry.InDualDomain(d.phi, d.trial) {
		return math.Inf(-1), slope
	}
	decrease = eta*slope - d.phi.Fenchel(d.x, d.trial)
	if math.IsNaN(decrease) {
		return math.Inf(-1), slope
	}
	return decrease, slope
}

// Vectors lists θ, ν and the velocities.
func (d *Mirror) Vectors() []Vector {
	list := []Vector{{"theta", d.theta}, {"nu", d.nu}}
	if d.vTheta != nil {
		list = append(list, Vector{"velocity_theta", d.vTheta}, Vector{"velocity_nu", d.vNu})
	}
	return list
}

// Restored recomputes x.
func (d *Mirror) Restored() { d.phi.GradConj(d.x, d.theta) }
