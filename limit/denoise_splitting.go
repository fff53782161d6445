package limit

import "math"

const (
	// startScale times the root mean square of b is the first step of the
	// splitting; the best value lay between 0.1 and 0.3 for images and for
	// sparse vectors alike, and the step is adapted from there.
	startScale = 0.2
	// relaxation extrapolates every step of the splitting: 1.9 saves a third
	// of the products against 1, and 2 no longer converges in general.
	relaxation = 1.9
	// maxSplittings ends the splitting in favour of Newton's method.
	maxSplittings = 20000
	// still is for how many iterations the signs must not change before the
	// support is polished.
	still = 8
	// For tolerances below polishBelow the support is also polished after polishAfter,
	// and again each time the iterations have doubled, if it holds at most the
	// share polishShare of n columns: with more of them conjugate gradients on
	// the support are no cheaper than the splitting.
	polishAfter = 80
	polishBelow = 1e-6
	polishShare = 0.7
)

// splitting is the lane for AAᵀ = cI: Douglas and Rachford's method (Lions and
// Mercier 1979) on Σ wⱼ|xⱼ| plus the ball,
//
//	x = soft(z, γw),  p = 2x − z,  q = the point of the ball nearest to p,
//	z ← z + ρ(q − x).
//
// The projection is explicit, q = p + (1 − σ/‖r‖)Aᵀr/c with r = b − Ap, so an
// iteration costs one product with A and one with Aᵀ. Both bounds come with
// it: q is feasible, and y ∝ r is dual feasible after scaling, Aᵀr being known.
func (d *denoising) splitting() {
	d.enter("splitting")
	t := newSplitting(d)
	window := 10
	for it := 1; it <= maxSplittings && !d.halted(); it++ {
		t.iterate()
		d.show("splitting", it, t.gap(), t.distance/d.bnorm)
		if t.gap() <= d.opt.tol() && t.certify() {
			return
		}
		if t.unchanged == still && d.polish(t.x) {
			return
		}
		if it == window {
			if d.nonneg && t.distance > d.sigma && d.offerFarkas(t.r, t.v) {
				return
			}
			if window >= polishAfter && d.opt.tol() < polishBelow && t.sparse() && d.polish(t.x) {
				return
			}
			t.rescale()
			window *= 2
		}
	}
	t.certify()
}

// splittingState is the iterate of the splitting.
type splittingState struct {
	d         *denoising
	gamma     float64
	z, x, p   []float64
	r, v      []float64 // b − Ap and Aᵀr
	signs     []int8
	unchanged int // iterations since a sign of x changed
	distance  float64

	best  float64 // Σ wⱼ|qⱼ| of the best point, and the point
	point []float64

	x0, u0 []float64 // x and (z−x)/γ at the last rescaling
}

func newSplitting(d *denoising) *splittingState {
	t := &splittingState{d: d, best: math.Inf(1)}
	for _, v := range []*[]float64{&t.z, &t.x, &t.p, &t.v, &t.point, &t.x0, &t.u0} {
		*v = make([]float64, d.m)
	}
	t.r, t.signs = make([]float64, d.n), make([]int8, d.m)
	d.applyT(t.z, d.b)
	scale(1/d.frame, t.z)
	meanWeight := 1.0
	if d.w != nil {
		meanWeight = norm2(d.w) / math.Sqrt(float64(d.m))
	}
	t.gamma = startScale * d.bnorm / math.Sqrt(d.frame*float64(d.n)) / meanWeight
	return t
}

// iterate takes one step and keeps what it proves.
func (t *splittingState) iterate() {
	d := t.d
	t.unchanged++
	for j, z := range t.z {
		x, sign := d.shrink(z, t.gamma*d.weight(j))
		if sign != t.signs[j] {
			t.signs[j], t.unchanged = sign, 0
		}
		t.x[j], t.p[j] = x, 2*x-z
	}
	copy(t.r, d.residualOf(t.p))
	t.distance = norm2(t.r)
	d.applyT(t.v, t.r)
	if t.distance > 0 {
		d.offerBound(t.r, t.v)
	}
	pull := 0.0
	if aim := d.inside(); t.distance > aim {
		pull = (1 - aim/t.distance) / d.frame
	}
	cost, outside := 0.0, false
	for j, p := range t.p {
		q := p + pull*t.v[j]
		cost += d.weight(j) * math.Abs(q)
		outside = outside || d.nonneg && q < 0
		t.p[j] = q
		t.z[j] += relaxation * (q - t.x[j])
	}
	if !outside && cost < t.best {
		t.best = cost
		copy(t.point, t.p)
	}
}

// sparse reports whether the support of x is small enough to be polished.
func (t *splittingState) sparse() bool {
	k := 0
	for _, x := range t.x {
		if x != 0 {
			k++
		}
	}
	return float64(k) <= polishShare*float64(t.d.n)
}

// inside is σ less the rounding of a residual: points aimed at it are feasible
// when they are looked at again.
func (d *denoising) inside() float64 {
	return math.Max(0, d.sigma*(1-1e-13)-4*epsilon*d.bnorm)
}

// shrink is the soft threshold and the sign of its result.
func (d *denoising) shrink(z, t float64) (float64, int8) {
	switch {
	case z > t:
		return z - t, 1
	case z < -t && !d.nonneg:
		return z + t, -1
	}
	return 0, 0
}

// gap is the relative gap of the best pair, its point not looked at again yet.
// In the nonnegative problem the points of the ball leave the cone, and the
// cost of x, which is in the cone and next to the ball, stands in.
func (t *splittingState) gap() float64 {
	if t.d.nonneg {
		if t.distance > 2*t.d.sigma {
			return math.Inf(1)
		}
		return relativeGap(t.d.objective(t.x), t.d.dual.bound)
	}
	if math.IsInf(t.best, 1) {
		return t.best
	}
	return relativeGap(t.best, t.d.dual.bound)
}

// certify offers x, which is sparse, moved into the ball, and if that does not
// prove the answer the best point of the ball, which is not sparse.
func (t *splittingState) certify() bool {
	d := t.d
	d.repair(t.x)
	if !d.proven() && !math.IsInf(t.best, 1) {
		d.offerPoint(t.point)
	}
	return d.proven()
}

// rescale moves γ halfway, in logarithms, to the ratio of the way that x has
// gone to the way that the dual u = (z−x)/γ has gone since the last time: equal
// progress of both is what the best γ shows.
func (t *splittingState) rescale() {
	dx, du := 0.0, 0.0
	for j, z := range t.z {
		x, _ := t.d.shrink(z, t.gamma*t.d.weight(j))
		u := (z - x) / t.gamma
		dx += (x - t.x0[j]) * (x - t.x0[j])
		du += (u - t.u0[j]) * (u - t.u0[j])
		t.x0[j], t.u0[j] = x, u
	}
	if dx == 0 || du == 0 {
		return
	}
	ratio := math.Sqrt(dx/du) / t.gamma
	t.gamma *= math.Sqrt(math.Min(4, math.Max(0.25, ratio)))
	for j, x := range t.x0 {
		t.z[j] = x + t.gamma*t.u0[j]
	}
}
