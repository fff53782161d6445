package limit

import (
	"math"
	"slices"
)

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
	// The support is polished once the signs have not changed for still
	// iterations; for tolerances below polishBelow also after polishAfter
	// iterations, and again each time their number has doubled. With more than
	// the share polishShare of n columns, conjugate gradients on the support
	// are dearer than going on.
	still       = 8
	polishBelow = 1e-6
	polishAfter = 80
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
	d.enter(stageSplitting)
	t := newSplitting(d)
	first, window := 1, 10
	if v := d.log.take(stageSplitting, "z", "x0", "u0", "splitting"); v != nil {
		copy(t.z, v["z"])
		copy(t.x0, v["x0"])
		copy(t.u0, v["u0"])
		t.gamma, first, window = v["splitting"][0], int(v["splitting"][1]), int(v["splitting"][2])
	}
	for it := first; it <= maxSplittings && !d.halted(); it++ {
		t.iterate()
		d.show(stageSplitting, it, t.gap(), t.distance/d.bnorm)
		if t.gap() <= d.opt.tol() && t.certify() {
			return
		}
		if t.unchanged == still && t.polishable() && d.polish(t.x) {
			return
		}
		if it == window {
			if d.nonneg && t.distance > d.sigma && d.offerFarkas(t.r, t.v) {
				return
			}
			if window >= polishAfter && d.opt.tol() < polishBelow && t.polishable() && d.polish(t.x) {
				return
			}
			t.rescale(window)
			window *= 2
		}
		d.log.keep(func() *Checkpoint {
			return &Checkpoint{stageSplitting, map[string][]float64{
				"z": slices.Clone(t.z), "x0": slices.Clone(t.x0), "u0": slices.Clone(t.u0),
				"splitting": {t.gamma, float64(it + 1), float64(window)},
			}}
		})
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

// polishable reports whether a polish is cheap next to the splitting: always
// where it is direct, else on a support of at most the share polishShare of n.
func (t *splittingState) polishable() bool {
	k := 0
	for _, x := range t.x {
		if x != 0 {
			k++
		}
	}
	return t.d.stored || float64(k) <= polishShare*float64(t.d.n)
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
// gone to the way that the dual u = (z−x)/γ has gone in the last iterations:
// equal progress of both is what the best γ shows. It is trusted to a factor 2,
// but with little noise, where the last entries of x to settle are as small
// as σ, the best γ falls by orders.
func (t *splittingState) rescale(window int) {
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
	reach := 4.0
	if window >= polishAfter && t.d.sigma < littleNoise*t.d.bnorm {
		reach = 1e4
	}
	ratio := math.Sqrt(dx/du) / t.gamma
	t.gamma *= math.Sqrt(math.Min(reach, math.Max(1/reach, ratio)))
	for j, x := range t.x0 {
		t.z[j] = x + t.gamma*t.u0[j]
	}
}
