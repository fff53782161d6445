package limit

import (
	"math"
	"slices"

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
	d.enter(stageMultiplier)
	t := newMultiplier(d)
	if t == nil {
		return
	}
	previous := math.Inf(1)
	if v := d.log.take(stageMultiplier, "y", "x", "penalty"); v != nil {
		copy(t.y, v["y"])
		copy(t.x, v["x"])
		d.applyT(t.v, t.y)
		t.s, previous = v["penalty"][0], v["penalty"][1]
	}
	for outer := 1; outer <= maxMultiplierSteps && !d.halted(); outer++ {
		violation := t.minimise()
		if d.farkas != nil {
			return
		}
		d.show(stageMultiplier, outer, d.gap(), norm2(t.r)/d.bnorm)
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
		d.log.keep(func() *Checkpoint {
			return &Checkpoint{stageMultiplier, map[string][]float64{
				"y": slices.Clone(t.y), "x": slices.Clone(t.x), "penalty": {t.s, previous},
			}}
		})
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
