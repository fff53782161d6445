package limit

import (
	"math"
	"slices"
)

// ascent is the lane for small supports, however coherent the columns:
// projected steepest ascent of the dual,
//
//	y' = P_{T(y)}(b),  T(y) the tangent cone of {y : |Aᵀy| ≤ 1} at y,
//
// which is piecewise linear, so that it is followed exactly from event to
// event (Burger, Möller, Benning, Osher 2013: adaptive inverse scale space).
// On the active columns E it solves the nonnegative least-squares problem
// x = argmin ½‖A_E x_E − b‖², and moves along its residual until the next
// constraint becomes active. From y = 0 this is the exact limit α→0 of the
// entropic path; here it starts from the best dual point known, from which
// only the missing events are left. It is finite: each event raises bᵀy.
//
// It ends with r = 0 (x and y are then optimal), with a direction without
// events (r is then a Farkas vector: no x ≥ 0 fits), or when its budget of
// events is spent.
func (s *search) ascent() {
	if s.dense && s.n <= maxGram {
		return // the central path is cheaper
	}
	s.enter("ascent")
	c := &dualState{s: s, y: slices.Clone(s.dual.y), v: make([]float64, s.m)}
	s.applyT(c.v, c.y)
	fit := newConeFit(s)
	c.holdActive(fit)
	s.log.take(stageAscent) // its y is the best dual point
	c.kept = true
	s.climb(fit, c, s.ascentBudget())
}

// climb makes at most budget events of the ascent from a dual feasible point at
// which the fit holds the active constraints, and offers what it reaches.
func (s *search) climb(fit *coneFit, c *dualState, budget int) {
	g := make([]float64, s.m)
	for event := 1; event <= budget && !s.halted(); event++ {
		fit.solve()
		rel := norm2(fit.r) / s.bnorm
		s.step("ascent", event, rel)
		if rel <= exactResidual || rel <= s.opt.tol()/10 && fit.fits() {
			s.offerPrimal(fit.vertex())
			break
		}
		s.applyT(g, fit.r)
		fit.release(g)
		if c.advance(fit, g) == nil {
			s.provesInfeasible(fit.r, g)
			return
		}
		if c.kept {
			s.log.keep(func() *Checkpoint {
				return &Checkpoint{stageAscent, map[string][]float64{"y": slices.Clone(c.y)}}
			})
		}
	}
	s.applyT(c.v, c.y)
	s.offerDual(c.y, c.v)
}

// ascentBudget is the number of events that cost a tenth of what the central
// path would: an event is a product with A, which runs at the speed of memory,
// about a twentieth of that of the matrix products of the central path. Small
// problems, where an event costs microseconds, get up to a hundred more.
func (s *search) ascentBudget() int {
	const centralSteps, slowness, share = 15, 20, 10
	perStep := float64(s.n) * (1 + float64(s.n)/float64(3*s.m)) / 2 // in products with A
	size := float64(s.n) * float64(s.m)
	return int(math.Min(100, 0x1p24/size) + math.Min(1000, centralSteps*perStep/(slowness*share)))
}
