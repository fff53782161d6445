package page

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// plane is one equation for two unknowns, ⟨a, x⟩ = b, with a geometry and a start:
// all that the 2-D page draws. In one dual dimension everything is a curve x(ν) =
// ∇φ*(θ₀ + aν), which passes every residual once.
type plane struct {
	geo    chosenGeometry
	a      []float64
	b      float64
	x0     []float64
	theta0 []float64
	chart  *dual.Chart
	answer *tacit.Answer
	nu     float64 // at the limit
}

// newPlane finds the limit of the flow from x0.
func newPlane(ctx context.Context, geo chosenGeometry, a [2]float64, b float64, x0 []float64) (*plane, error) {
	p := &plane{geo: geo, a: a[:], b: b, x0: x0, theta0: make([]float64, 2)}
	geo.phi.Grad(p.theta0, x0)
	p.chart = dual.NewChart(geo.phi, p.operator(), p.theta0)
	var err error
	p.answer, err = tacit.Nearest(ctx, p.operator(), []float64{b}, tacit.Selection{Geometry: geo.name, X0: x0}, tacit.Options{})
	if err != nil {
		return nil, err
	}
	if p.reached() {
		p.nu = p.answer.Y[0]
	}
	return p, nil
}

// operator is A, with one row.
func (p *plane) operator() linop.Operator { return linop.NewDense(1, 2, p.a) }

// reached reports whether the flow has a limit on the line.
func (p *plane) reached() bool { return p.answer.Status == limit.Certified }

// at returns x(ν) from the mirror image of a start.
func (p *plane) at(theta0 []float64, nu float64) (x []float64, ok bool) {
	theta := []float64{theta0[0] + p.a[0]*nu, theta0[1] + p.a[1]*nu}
	if !geometry.InDualDomain(p.geo.phi, theta) {
		return nil, false
	}
	x = make([]float64, 2)
	p.geo.phi.GradConj(x, theta)
	return x, isFinite(x...)
}

// misfit is ⟨a, x⟩ − b.
func (p *plane) misfit(x []float64) float64 { return p.a[0]*x[0] + p.a[1]*x[1] - p.b }

// towards returns the ν at which the flow from θ arrives, by bisection: the
// misfit rises with ν. Where it does not arrive that is how far it was followed.
func (p *plane) towards(theta []float64, x []float64) float64 {
	sign := 1.0
	if p.misfit(x) > 0 {
		sign = -1
	}
	beyond := func(nu float64) bool {
		x, ok := p.at(theta, sign*nu)
		return !ok || sign*p.misfit(x) > 0
	}
	lo, hi := 0.0, 1.0
	for range 60 {
		if beyond(hi) {
			break
		}
		lo, hi = hi, 2*hi
	}
	for range 50 {
		mid := (lo + hi) / 2
		if beyond(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return sign * lo
}

// curve is the flow from θ up to ν, in steps that the eye takes for a curve.
func (p *plane) curve(theta []float64, nu float64, steps int) (x, y []float64) {
	for k := 0; k <= steps; k++ {
		q, ok := p.at(theta, nu*float64(k)/float64(steps))
		if !ok {
			break
		}
		x, y = append(x, q[0]), append(y, q[1])
	}
	return x, y
}

// one is φ on one coordinate.
func (p *plane) one(x, z float64) float64 {
	return p.geo.phi.Bregman([]float64{x}, []float64{z})
}

// reach returns the x on one side of z, sign ±1, with D(x, z) = level, and the
// bound of the domain where the divergence does not grow so large before it.
// √D is almost a line, on which the rule of false position, kept from stalling
// (Dowell and Jarratt 1971), needs few steps.
func (p *plane) reach(i int, z, sign, level float64) (x float64, inside bool) {
	lower, upper := geometry.Bounds(p.geo.phi, i)
	end := upper
	if sign < 0 {
		end = lower
	}
	root := math.Sqrt(level)
	f := func(x float64) float64 { return math.Sqrt(p.one(x, z)) - root }
	far := end
	if math.IsInf(end, 0) {
		for step := math.Max(root, 1e-3*math.Abs(z)); ; step *= 2 {
			if far = z + sign*step; f(far) >= 0 || step > 1e9 {
				break
			}
		}
	} else if f(end) < 0 {
		return end, false
	}
	a, b := z, far
	fa, fb := -root, f(far)
	if math.IsInf(fb, 1) { // a barrier: come away from it
		for range 200 {
			mid := (a + b) / 2
			if fm := f(mid); fm < 0 {
				a, fa = mid, fm
			} else if b, fb = mid, fm; !math.IsInf(fm, 1) {
				break
			}
		}
	}
	for range 40 {
		if math.Abs(b-a) <= 1e-7*(math.Abs(a)+math.Abs(b)) || fb == fa {
			break
		}
		c := b - fb*(b-a)/(fb-fa)
		fc := f(c)
		if fc == 0 {
			return c, true
		}
		if (fc < 0) != (fb < 0) {
			a, fa = b, fb
		} else {
			m := 1 - fc/fb
			if m <= 0 {
				m = 0.5
			}
			fa *= m
		}
		b, fb = c, fc
	}
	return b, true
}

// ball is the boundary of {x : D(x, x₀) ≤ level} as a closed curve. Where the ball
// runs into the bound of the domain the curve follows it, and inside is false.
func (p *plane) ball(level float64, steps int) (x, y []float64, inside []bool) {
	for k := 0; k <= steps; k++ {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(steps))
		u, in1 := p.side(0, cos, level)
		v, in2 := p.side(1, sin, level)
		x, y, inside = append(x, u), append(y, v), append(inside, in1 && in2)
	}
	return x, y, inside
}

// side is the place of a coordinate whose share of the level is c².
func (p *plane) side(i int, c, level float64) (float64, bool) {
	share := level * c * c
	if share < 1e-14*level || level == 0 {
		return p.x0[i], true
	}
	return p.reach(i, p.x0[i], c, share)
}

func isFinite(v ...float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}
