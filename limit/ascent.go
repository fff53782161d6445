package limit

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
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
	s.enter("ascent")
	budget := s.ascentBudget()
	y := append([]float64(nil), s.dual.y...)
	v := make([]float64, s.m)
	s.applyT(v, y)
	s.climb(newActiveFit(s), y, v, budget)
}

// climb makes at most budget events of the ascent from the dual feasible point
// y, v = Aᵀy, with the fit as it stands, and offers what it reaches.
func (s *search) climb(fit *activeFit, y, v []float64, budget int) {
	g := make([]float64, s.m)
	for event := 1; event <= budget && !s.halted(); event++ {
		fit.solve(v)
		rel := norm2(fit.r) / s.bnorm
		s.step("ascent", event, rel)
		if rel <= exactResidual {
			s.offerPrimal(fit.primal())
			break
		}
		s.applyT(g, fit.r)
		t := fit.nextEvent(v, g)
		if math.IsInf(t, 1) {
			s.provesInfeasible(fit.r, g)
			return
		}
		for i := range y {
			y[i] += t * fit.r[i]
		}
		// v is updated rather than recomputed: y moves by few, comparable
		// steps, and it is recomputed in the end.
		for j := range v {
			v[j] += t * g[j]
		}
	}
	s.applyT(v, y)
	s.offerDual(y, v)
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

// active is the distance to its bound within which a constraint counts as
// active: the rounding of an event, with room.
const active = 1e-9

// activeFit is the nonnegative least-squares fit on the active columns, warm
// started from event to event (Lawson and Hanson 1974, ch. 23).
type activeFit struct {
	s   *search
	sys *supportSystem // the positive columns
	x   []float64      // their entries, signed
	r   []float64      // b − A x
}

func newActiveFit(s *search) *activeFit {
	return &activeFit{s: s, sys: newSupportSystem(s.a, 32), r: append([]float64(nil), s.b...)}
}

// isActive reports whether the constraint of column j holds with equality.
func (f *activeFit) isActive(v float64) bool { return f.s.magnitude(v) >= 1-active }

// solve brings the fit up to date with the active set {j : |v_j| = 1}.
func (f *activeFit) solve(v []float64) {
	s := f.s
	sgn := func(j int) float64 { return s.sign(v[j]) }
	for i := len(f.x) - 1; i >= 0; i-- { // columns that left their bound
		if !f.isActive(v[f.sys.idx[i]]) {
			f.drop(i)
		}
	}
	f.refit(sgn)
	var candidates []int
	inside := make(map[int]bool, len(f.x))
	for _, j := range f.sys.idx {
		inside[j] = true
	}
	for j, vj := range v {
		if f.isActive(vj) && !inside[j] {
			candidates = append(candidates, j)
		}
	}
	columns := make([]float64, len(candidates)*s.n)
	linop.Columns(s.a, columns, candidates)
	column := func(i int) []float64 { return columns[i*s.n : (i+1)*s.n] }
	refused := make([]bool, len(candidates))
	for range 3 * (len(candidates) + len(f.x) + 1) {
		best, steepest := -1, 0.0
		for i, j := range candidates {
			if refused[i] || inside[j] {
				continue
			}
			if gain := sgn(j) * dot(column(i), f.r) / s.norms[j]; gain > steepest {
				best, steepest = i, gain
			}
		}
		if best < 0 || steepest <= 1e-13*s.bnorm {
			return
		}
		j := candidates[best]
		if !f.sys.append([]int{j}) {
			refused[best] = true
			continue
		}
		inside[j] = true
		f.x = append(f.x, 0)
		f.refit(sgn)
		for k := range inside {
			inside[k] = false
		}
		for _, k := range f.sys.idx {
			inside[k] = true
		}
		if !inside[j] {
			refused[best] = true // its entry would be negative: rounding
		}
	}
}

// refit moves x to the least-squares fit on its columns, stopping at the
// boundary and dropping the column that reached it, until the fit is
// nonnegative.
func (f *activeFit) refit(sgn func(j int) float64) {
	for len(f.x) > 0 {
		target := make([]float64, len(f.x))
		f.sys.leastSquares(target, f.r, f.s.b, exact)
		first, blocking := 1.0, -1
		for i, j := range f.sys.idx {
			if sgn(j)*target[i] <= 0 {
				t := f.x[i] / (f.x[i] - target[i])
				if f.x[i] == 0 {
					t = 0
				}
				if blocking < 0 || t < first {
					first, blocking = t, i
				}
			}
		}
		if blocking < 0 {
			copy(f.x, target)
			return
		}
		for i := range f.x {
			f.x[i] += first * (target[i] - f.x[i])
		}
		f.drop(blocking)
	}
	copy(f.r, f.s.b)
}

func (f *activeFit) drop(i int) {
	f.sys.remove(i)
	f.x = append(f.x[:i], f.x[i+1:]...)
}

// primal returns the exact fit as a vector of all unknowns, without the entries
// that are rounded zeros where it is as exact without them.
func (f *activeFit) primal() []float64 {
	idx, x := append([]int(nil), f.sys.idx...), f.x
	if kept, fitted := f.s.trim(f.sys, x, 0); kept != nil {
		idx, x = kept, fitted
	}
	full := make([]float64, f.s.m)
	for i, j := range idx {
		full[j] = x[i]
	}
	return full
}

// nextEvent returns the step along the residual, g = Aᵀr, at which the next
// inactive constraint becomes active; +Inf if none does.
func (f *activeFit) nextEvent(v, g []float64) float64 {
	next := math.Inf(1)
	inside := make(map[int]bool, len(f.x))
	for _, j := range f.sys.idx {
		inside[j] = true
	}
	for j, gj := range g {
		if gj == 0 || inside[j] {
			continue
		}
		if !(f.isActive(v[j]) && f.s.sign(v[j]) > 0) && gj > 0 {
			next = math.Min(next, math.Max(0, 1-v[j])/gj)
		}
		if !f.s.nonneg && !(f.isActive(v[j]) && v[j] < 0) && gj < 0 {
			next = math.Min(next, math.Max(0, 1+v[j])/-gj)
		}
	}
	return next
}
