package page

import (
	"context"
	"math"
	"slices"

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
	for range 40 {
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

// spoke is how the divergence from z grows along one coordinate to one side: x
// over √D(x, z), which is almost a line.
type spoke struct{ root, x []float64 }

// newSpoke tabulates the side of coordinate i up to the bound of the domain, or to
// far where that is beyond all that is drawn.
func (p *plane) newSpoke(i int, sign, far float64) spoke {
	const steps = 192
	z := p.x0[i]
	end := z + sign*far
	if lower, upper := geometry.Bounds(p.geo.phi, i); sign < 0 {
		end = math.Max(end, lower)
	} else {
		end = math.Min(end, upper)
	}
	s := spoke{make([]float64, steps+1), make([]float64, steps+1)}
	at, from := make([]float64, 1), []float64{z}
	for k := range s.x {
		// Denser at z, where φ″ changes on its own scale, and at the end, where it
		// may be a barrier.
		u := (1 - math.Cos(math.Pi*float64(k)/steps)) / 2
		s.x[k] = z + (end-z)*u
		at[0] = s.x[k]
		s.root[k] = math.Sqrt(p.geo.phi.Bregman(at, from))
	}
	return s
}

// at returns the x with √D(x, z) = root; beyond the table its end, and false.
func (s *spoke) at(root float64) (x float64, inside bool) {
	last := len(s.x) - 1
	k, _ := slices.BinarySearch(s.root, root)
	switch {
	case k > last:
		return s.x[last], false
	case k == 0:
		return s.x[0], true
	case math.IsInf(s.root[k], 1): // a barrier
		return s.x[k-1], true
	}
	t := (root - s.root[k-1]) / (s.root[k] - s.root[k-1])
	return s.x[k-1] + t*(s.x[k]-s.x[k-1]), true
}

// balls draws level sets of D(·, x₀) that may reach so far from x₀.
type balls struct{ right, left, up, down spoke }

func (p *plane) newBalls(far float64) *balls {
	return &balls{p.newSpoke(0, 1, far), p.newSpoke(0, -1, far), p.newSpoke(1, 1, far), p.newSpoke(1, -1, far)}
}

// ball is the boundary of {x : D(x, x₀) ≤ level} as a closed curve: D is a sum over
// the coordinates, of which the first has the share cos² and the second sin² of the
// level. Where the ball runs into the bound of the domain the curve follows it, and
// inside is false.
func (b *balls) ball(level float64, steps int) (x, y []float64, inside []bool) {
	root := math.Sqrt(level)
	for k := 0; k <= steps; k++ {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(steps))
		across, along := &b.right, &b.up
		if cos < 0 {
			across = &b.left
		}
		if sin < 0 {
			along = &b.down
		}
		u, in1 := across.at(root * math.Abs(cos))
		v, in2 := along.at(root * math.Abs(sin))
		x, y, inside = append(x, u), append(y, v), append(inside, in1 && in2)
	}
	return x, y, inside
}

func isFinite(v ...float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}
