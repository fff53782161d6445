package limit

import "math"

// dualState is y(τ) with v = Aᵀy. v is updated by t·Aᵀr at every event rather
// than recomputed, so that an event costs one product; err bounds what that
// loses: |vⱼ − aⱼᵀy| ≤ err·‖aⱼ‖.
type dualState struct {
	s    *search
	tau  float64
	y, v []float64
	err  float64
	kept bool // y is kept for another run
}

// advance moves y along the residual of the fit, g = Aᵀr, to the next event.
// It holds the columns whose constraints become active and returns them; nil
// if no constraint ever does.
func (c *dualState) advance(fit *coneFit, g []float64) []int {
	s, slope := c.s, fit.slope()
	t := math.Inf(1)
	for j, gj := range g {
		room := 1 - c.v[j]
		if gj < 0 {
			room = 1 + c.v[j]
		}
		// Divide only where the event is earlier than all before it.
		if room < t*math.Abs(gj) && c.approaches(fit, slope, j, gj) {
			t = math.Max(0, room) / math.Abs(gj)
		}
	}
	if math.IsInf(t, 1) {
		return nil
	}
	c.tau += t
	for i, r := range fit.r {
		c.y[i] += t * r
	}
	var entering []int
	for j, gj := range g {
		c.v[j] += t * gj
		if math.Abs(c.v[j]) >= 1-active && c.v[j]*gj > 0 && c.approaches(fit, slope, j, gj) {
			entering = append(entering, j)
		}
	}
	for _, j := range entering {
		fit.side[j] = 1
		if g[j] < 0 {
			fit.side[j] = -1
		}
	}
	fit.hold(entering)
	// Rounding of g (Higham 2002, §3.1), of the two updates, and of y.
	gamma := float64(s.n+8) * epsilon
	c.err += gamma*t*norm2(fit.r) + 4*epsilon*norm2(c.y)
	return entering
}

// holdActive makes the fit hold the columns whose constraints are active at y.
func (c *dualState) holdActive(fit *coneFit) {
	var idx []int
	for j, vj := range c.v {
		if fit.side[j] == 0 && c.s.magnitude(vj) >= 1-active {
			fit.side[j] = int8(c.s.sign(vj))
			idx = append(idx, j)
		}
	}
	fit.hold(idx)
}

// active is the distance to its bound within which a constraint counts as
// active: the rounding of an event, with room.
const active = 1e-9

// approaches reports whether the constraint of column j is inactive and comes
// closer to a bound at the rate gj.
func (c *dualState) approaches(fit *coneFit, slope float64, j int, gj float64) bool {
	if c.s.nonneg && gj < 0 {
		return false
	}
	return fit.side[j] == 0 && math.Abs(gj) > slope*c.s.norms[j]
}

// dead reports whether r can be a Farkas vector, g = Aᵀr: no constraint is
// approached, within the tolerance of that proof. Most often the first column
// says no.
func (c *dualState) dead(fit *coneFit, g []float64) bool {
	limit := c.s.opt.tol() * norm2(fit.r)
	for j, gj := range g {
		if c.s.magnitude(gj) > limit*c.s.norms[j] {
			return false
		}
	}
	return true
}

// proven returns the lower bound that y proves: bᵀy after scaling y into the
// dual feasible set, rounding included.
func (c *dualState) proven() float64 {
	worst := 1.0
	for j, vj := range c.v {
		if t := c.s.magnitude(vj) + c.err*c.s.norms[j]; t > worst {
			worst = t
		}
	}
	lost := float64(c.s.n+8) * epsilon * c.s.bnorm * norm2(c.y)
	return math.Max(0, (dot(c.s.b, c.y)-lost)/worst)
}
