package limit

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// denoising is a search with the constraint ‖Ax − b‖₂ ≤ σ: the problem in
// units in which A, b and w are of moderate size, and the best points so far.
//
// Unlike in L1, weights stay with the objective and rows are scaled all alike:
// the first keeps AAᵀ = cI where it holds, the second the ball a ball.
type denoising struct {
	*search
	sigma  float64
	w      []float64 // nil: ones
	frame  float64   // c where AAᵀ = cI, 0 elsewhere
	scales denoiseScales
}

// weight returns w_j.
func (d *denoising) weight(j int) float64 {
	if d.w == nil {
		return 1
	}
	return d.w[j]
}

// newDenoising scales the problem and probes A.
func newDenoising(ctx context.Context, p Problem, sigma float64, opt Options) *denoising {
	n, m := p.A.Dims()
	d := &denoising{search: &search{ctx: ctx, opt: opt, n: n, m: m, nonneg: p.Nonneg, stored: linop.Stored(p.A), a: p.A}}
	d.scale(p, sigma)
	d.bnorm = norm2(d.b)
	d.dual = dualPoint{y: make([]float64, n)}
	d.norms = make([]float64, m)
	d.measureColumns()
	return d
}

// show counts an outer step of a lane and shows it to the observer.
func (d *denoising) show(lane string, step int, gap, residual float64) {
	d.stats.Steps++
	if d.opt.Observe != nil {
		d.opt.Observe(Progress{Lane: lane, Step: step, Gap: gap, Residual: residual})
	}
}

// proven reports whether the best pair proves the answer to the tolerance. Only
// feasible points are ever kept.
func (d *denoising) proven() bool { return d.primal.x != nil && d.gap() <= d.opt.tol() }

// productRounding times ‖b‖ is what a residual may owe to its own rounding.
const productRounding = 16 * epsilon

// noiseRounding times σ is what a point may exceed σ by.
const noiseRounding = 1e-12

// within reports whether a residual of norm r counts as ‖Ax − b‖ ≤ σ.
func (d *denoising) within(r float64) bool {
	return r <= d.sigma*(1+noiseRounding)+productRounding*d.bnorm
}

// objective is Σ wⱼ|xⱼ|.
func (d *denoising) objective(x []float64) float64 {
	total := 0.0
	for j, v := range x {
		total += d.weight(j) * math.Abs(v)
	}
	return total
}

// offerPoint keeps x if it is feasible and cheaper than the best. It computes
// the residual itself (one product) and returns its norm.
func (d *denoising) offerPoint(x []float64) float64 {
	r := norm2(d.residualOf(x))
	cost := d.objective(x)
	if d.within(r) && (d.primal.x == nil || cost < d.primal.objective) {
		d.primal = primalPoint{append(d.primal.x[:0], x...), cost, r / d.bnorm}
	}
	return r
}

// offerBound keeps y, with v = Aᵀy, if it gives a better bound. The bound is
// linear along the ray of y, so y is stretched until it touches the
// constraints; where only the rounding bound of v stands in the way of a proof,
// v is recomputed in twice the precision. It returns the stretch max |vⱼ|/wⱼ.
func (d *denoising) offerBound(y, v []float64) float64 {
	length := norm2(y)
	value := dot(d.b, y) - d.sigma*length
	plain := d.stretch(v, 0)
	if !(value > 0) || plain == 0 {
		return plain
	}
	worst := d.stretch(v, d.gamma*length)
	if tol := d.opt.tol(); d.stored && worst > plain*(1+tol/10) {
		applyTCompensated(d.a, v, y)
		d.stats.Passes++
		worst = d.stretch(v, d.gamma*d.gamma*length) * (1 + epsilon)
	}
	scale := (1 - 4*epsilon) / worst // the rounding of the scaling itself is covered
	if value*scale > d.dual.bound {
		for i := range y {
			d.dual.y[i] = scale * y[i]
		}
		d.dual.bound = value * scale
	}
	return plain
}

// stretch is max (|vⱼ| + rounding·‖aⱼ‖)/wⱼ, without the modulus for x ≥ 0.
func (d *denoising) stretch(v []float64, rounding float64) float64 {
	worst := 0.0
	for j, vj := range v {
		if !d.nonneg {
			vj = math.Abs(vj)
		}
		worst = math.Max(worst, (vj+rounding*d.norms[j])/d.weight(j))
	}
	return worst
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
