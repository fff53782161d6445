package limit

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

const (
	maxMultiplierSteps = 80
	maxInnerNewton     = 40
	// penaltyGrowth multiplies s after a step that did not reduce the dual
	// violation tenfold.
	penaltyGrowth = 2
	// firstPenalty is measured: 0.2, 1 and 5 differ by a half at most.
	firstPenalty = 5
)

// augmentedLagrangian is the lane for any A: the multiplier method on the dual,
// its subproblems by a semismooth Newton method (Li, Sun and Toh 2018). With
// x the multiplier and s the penalty,
//
//	φ(y) = σ‖y‖ − bᵀy + ‖soft(x + sAᵀy, sw)‖²/2s
//	∇φ = σy/‖y‖ − (b − Ax⁺),   x⁺ = soft(x + sAᵀy, sw)
//	H  = τ(I − yyᵀ/‖y‖²) + s A_S A_Sᵀ,   τ = σ/‖y‖,
//
// S the support of x⁺, and x ← x⁺ after each minimisation. Only the columns
// of S enter a Newton system.
func (d *denoising) augmentedLagrangian() {
	d.enter("augmented-lagrangian")
	t := newMultiplier(d)
	if t == nil {
		return
	}
	previous := math.Inf(1)
	for outer := 1; outer <= maxMultiplierSteps && !d.halted(); outer++ {
		violation := t.minimise()
		if d.farkas != nil {
			return
		}
		d.show("augmented-lagrangian", outer, d.gap(), norm2(t.r)/d.bnorm)
		copy(t.x, t.next)
		if t.newPattern() && d.polish(t.x) {
			return
		}
		if violation <= 1 && norm2(t.r) <= 2*d.sigma {
			if d.repair(t.x); d.proven() {
				return
			}
		}
		if violation > previous/10 {
			t.s *= penaltyGrowth
		}
		previous = violation
	}
}

// multiplier is the iterate of the augmented Lagrangian.
type multiplier struct {
	d       *denoising
	s       float64
	y, v    []float64 // v = Aᵀy
	x, next []float64 // the multiplier and soft(x + sv, sw)
	r       []float64 // b − A next
	grad    []float64 // r − σy/‖y‖ = −∇φ
	pattern []int8    // the signs that were polished last
}

// newMultiplier starts from the multiple of b that touches the constraints. It
// is nil for Aᵀb = 0 (≤ 0), where no x helps.
func newMultiplier(d *denoising) *multiplier {
	t := &multiplier{d: d, y: append([]float64(nil), d.b...), pattern: make([]int8, d.m)}
	for _, v := range []*[]float64{&t.v, &t.x, &t.next} {
		*v = make([]float64, d.m)
	}
	t.r, t.grad = make([]float64, d.n), make([]float64, d.n)
	d.applyT(t.v, t.y)
	if d.offerFarkas(t.y, t.v) {
		return nil
	}
	reach := d.stretch(t.v, 0)
	if reach == 0 {
		return nil
	}
	// s takes the dual to the scale of x: along Aᵀb a step s explains b if
	// s·‖AAᵀb‖/reach = ‖b‖. A few times that took the fewest steps.
	image := make([]float64, d.n)
	d.apply(image, t.v)
	t.s = firstPenalty * reach * d.bnorm / norm2(image)
	scale(1/reach, t.y)
	scale(1/reach, t.v)
	d.offerBound(t.y, t.v)
	return t
}

// shrink sets next = soft(x + sv, sw).
func (t *multiplier) shrink(v []float64) {
	for j, vj := range v {
		t.next[j], _ = t.d.shrink(t.x[j]+t.s*vj, t.s*t.d.weight(j))
	}
}

// minimise runs Newton's method on φ and returns the relative dual violation.
func (t *multiplier) minimise() (violation float64) {
	d := t.d
	for it := 0; ; it++ {
		t.shrink(t.v)
		length := norm2(t.y)
		copy(t.r, d.residualOf(t.next))
		for i := range t.grad {
			t.grad[i] = t.r[i] - d.sigma*t.y[i]/length
		}
		violation = math.Max(0, d.offerBound(t.y, t.v)-1)
		size := norm2(t.grad)
		// The subproblem is worth solving to what the multiplier step will
		// gain, no further.
		left := math.Min(violation, 1)
		goal := math.Max(0.2*left*math.Max(d.sigma, left*d.bnorm), 1e-13*d.bnorm)
		if it > 0 && size <= goal || it == maxInnerNewton || d.halted() {
			return violation
		}
		if !t.newton(length, size) {
			t.shrink(t.v) // undoes the trials of the line search
			return violation
		}
	}
}

// newton takes one damped Newton step. It is false if φ does not fall any more,
// or where the direction proves that the problem is infeasible.
func (t *multiplier) newton(length, size float64) bool {
	d := t.d
	dy := t.direction(length, size)
	dv := make([]float64, d.m)
	d.applyT(dv, dy)
	if d.offerFarkas(dy, dv) || d.offerFarkas(t.y, t.v) {
		return false
	}
	step := t.search(dy, dv)
	if step == 0 {
		return false
	}
	blas.Axpy(step, dy, t.y)
	blas.Axpy(step, dv, t.v)
	return true
}

const (
	// flat is the share of the first slope at which a line search ends.
	flat = 0.1
	// maxSlopes bounds the slopes that it looks at; none needs a product.
	maxSlopes = 60
)

// search returns the step along dy, dv = Aᵀdy, to where φ is nearly least, or 1
// if φ still falls there. φ is convex along the line, with the slope
//
//	φ′(t) = soft(x + s(v + t dv), sw)ᵀdv + σ dyᵀŷ(t) − bᵀdy,
//
// so its zero is bracketed by eighths, since τ may make a direction longer by
// many orders than the support holds for, and then found by regula falsi
// (Dowell and Jarratt 1971).
func (t *multiplier) search(dy, dv []float64) float64 {
	d := t.d
	y, v := make([]float64, d.n), make([]float64, d.m)
	toB := dot(d.b, dy)
	slope := func(step float64) float64 {
		for i := range y {
			y[i] = t.y[i] + step*dy[i]
		}
		for j := range v {
			v[j] = t.v[j] + step*dv[j]
		}
		t.shrink(v)
		return dot(t.next, dv) + d.sigma*dot(dy, y)/norm2(y) - toB
	}
	first := -dot(t.grad, dy)
	if !(first < 0) {
		return 0
	}
	lo, hi := 0.0, 1.0
	atLo, atHi := first, slope(1)
	if atHi <= -flat*first {
		return 1
	}
	for range maxSlopes {
		step := hi / 8
		if lo > 0 {
			step = (lo*atHi - hi*atLo) / (atHi - atLo)
		}
		at := slope(step)
		switch {
		case math.Abs(at) <= -flat*first:
			return step
		case at > 0:
			hi, atHi, atLo = step, at, atLo/2
		default:
			lo, atLo, atHi = step, at, atHi/2
		}
	}
	return lo
}

// newPattern reports whether the signs of x are others than at the last call,
// and for an operator whether they are the same twice: polishing is cheap next
// to a step only where columns are stored.
func (t *multiplier) newPattern() bool {
	changed := false
	for j, v := range t.x {
		var sign int8
		switch {
		case v > 0:
			sign = 1
		case v < 0:
			sign = -1
		}
		if t.pattern[j] != sign {
			t.pattern[j], changed = sign, true
		}
	}
	return changed == t.d.stored
}

// direction solves H dy = −∇φ: directly where the columns of S are stored and
// of moderate size, else loosely by conjugate gradients.
func (t *multiplier) direction(length, size float64) []float64 {
	var idx []int
	for j, u := range t.next {
		if u != 0 {
			idx = append(idx, j)
		}
	}
	unit := append([]float64(nil), t.y...)
	scale(1/length, unit)
	tau := t.d.sigma / length
	if t.d.stored && min(len(idx), t.d.n) <= maxNewtonFactor && len(idx)*t.d.n <= maxNewtonEntries {
		if dy := t.factored(idx, unit, tau); dy != nil {
			return dy
		}
	}
	return t.iterated(unit, tau, size)
}

// iterated solves by conjugate gradients, at two products an iteration.
func (t *multiplier) iterated(unit []float64, tau, size float64) []float64 {
	d := t.d
	dy, hq := make([]float64, d.n), make([]float64, d.n)
	res := append([]float64(nil), t.grad...)
	q := append([]float64(nil), t.grad...)
	w := make([]float64, d.m)
	gamma := size * size
	stop := gamma * looseNewton * looseNewton
	for it := 0; it < maxNewtonCG && gamma > stop && !d.halted(); it++ {
		d.applyT(w, q)
		for j, u := range t.next {
			if u == 0 {
				w[j] = 0
			}
		}
		d.apply(hq, w)
		along := dot(unit, q)
		for i := range hq {
			hq[i] = t.s*hq[i] + tau*(q[i]-along*unit[i])
		}
		curvature := dot(q, hq)
		if !(curvature > 0) {
			if it == 0 {
				copy(dy, q)
			}
			break
		}
		step := gamma / curvature
		blas.Axpy(step, q, dy)
		blas.Axpy(-step, hq, res)
		next := dot(res, res)
		for i := range q {
			q[i] = res[i] + next/gamma*q[i]
		}
		gamma = next
	}
	return dy
}
