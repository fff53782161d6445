package limit

import (
	"cmp"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
)

const (
	// faint is the ratio of x_j/‖x‖∞ to the slack of its constraint from which a
	// column belongs to the guess; up to 1 it is doubtful.
	faint = 0.1
	// maxDoubtful bounds the doubtful columns of a guess: each costs about an
	// event, and a step of the path, which decides half of them, about a dozen.
	maxDoubtful = 24
	// maxMissing bounds the events of the ascent after a guess.
	maxMissing = 40
	// maxTies and a hundredth of m bound the columns beyond an independent set
	// that a guess may have.
	maxTies = 100
)

// crossOver goes from an interior pair (x, y), v = Aᵀy, near a path to the
// solution to an optimal vertex: y is pushed to the bounds of a guessed support,
// meeting others on the way, and the ascent goes on from there. It adds what is
// missing, drops what would change sign, and sorts out ties, each in an event
// (Megiddo 1991 for the two phases of a crossover; here the second is the
// ascent, which needs no primal feasible basis). It reports whether the pair it
// reaches is certified.
func (s *search) crossOver(x, y, v []float64) bool {
	guess, doubtful := s.guess(x, v)
	if len(guess) == 0 || doubtful > maxDoubtful {
		return false
	}
	s.stats.Factorizations++
	sys := newSupportSystemIn(s.space, s.a, min(len(guess)+maxMissing, s.n))
	if len(guess) > s.n || !sys.reset(guess) {
		// Ties, or columns that nearly depend: a vertex of the face will do.
		if s.independent(sys, guess); len(sys.idx) < len(guess)-maxTies-s.m/100 {
			return false
		}
	}
	c := &dualState{s: s, y: slices.Clone(y), v: slices.Clone(v)}
	if worst := s.worst(y, v, 0); worst > 1 {
		scale(1/worst, c.y)
		scale(1/worst, c.v)
	}
	side := make([]int8, s.m)
	for _, j := range sys.idx {
		side[j] = int8(s.sign(x[j]))
	}
	start := make([]float64, s.m)
	for _, j := range sys.idx {
		start[j] = x[j]
	}
	if !c.push(sys, side) {
		return false
	}
	before := s.primal
	s.primal = primalPoint{} // a vertex that proves nothing shall not stand in the way of the path
	fit := newConeFitFrom(s, sys, side, start)
	c.holdActive(fit)
	s.climb(fit, c, maxMissing)
	if s.primal.x != nil { // a vertex: its y without the rounding of the events
		signs := make([]float64, len(fit.sys.idx))
		for i, j := range fit.sys.idx {
			signs[i] = float64(fit.side[j])
		}
		fit.sys.interpolate(c.y, signs)
		s.applyT(c.v, c.y)
		s.offerDual(c.y, c.v)
	}
	if !s.certified() {
		s.primal = before
		return false
	}
	s.proveIndependent(fit.sys.idx)
	return true
}

// guess returns the columns whose entries are not small against their slacks,
// the clearest first, and how many of them are doubtful. Where they are more than
// a vertex has, the doubtful ones stay away.
func (s *search) guess(x, v []float64) (support []int, doubtful int) {
	top := 0.0
	for _, xj := range x {
		top = math.Max(top, math.Abs(xj))
	}
	ratio := make([]float64, s.m)
	for j, xj := range x {
		sgn := s.sign(xj)
		if slack := top * (1 - sgn*v[j]); sgn*xj > faint*slack {
			support = append(support, j)
			ratio[j] = math.Inf(1)
			if slack > 0 {
				ratio[j] = sgn * xj / slack
			}
			if ratio[j] <= 1 {
				doubtful++
			}
		}
	}
	slices.SortFunc(support, func(i, j int) int {
		return cmp.Or(cmp.Compare(ratio[j], ratio[i]), cmp.Compare(i, j))
	})
	if len(support) > s.n {
		support = support[:len(support)-doubtful]
	}
	return support, doubtful
}

// push moves the dual feasible point to the nearest one at which all columns of
// sys are at the bounds side. Constraints that are met on the way become part of
// both; where there is no room for them, the last column of the guess makes it.
// It reports whether it arrived.
func (c *dualState) push(sys *supportSystem, side []int8) bool {
	s := c.s
	guessed := len(sys.idx)
	z := make([]float64, s.n)
	dy, dv := make([]float64, s.n), make([]float64, s.m)
	for range maxMissing {
		z = z[:len(sys.idx)]
		blas.Gemv(z, sys.c, len(z), s.n, s.n, c.y)
		for i, j := range sys.idx {
			z[i] = float64(side[j]) - z[i]
		}
		sys.solveGram(z)
		blas.GemvT(dy, sys.c, len(z), s.n, s.n, z)
		s.applyT(dv, dy)
		t, met := 1.0, -1
		for j, d := range dv {
			room := 1 - c.v[j]
			if d < 0 {
				room = 1 + c.v[j]
			}
			// What ends at its bound, as the columns of a tie do, is not in the way.
			if room+tight < math.Abs(d) && room < t*math.Abs(d) && side[j] == 0 && !(s.nonneg && d < 0) {
				t, met = math.Max(0, room)/math.Abs(d), j
			}
		}
		blas.Axpy(t, dy, c.y)
		blas.Axpy(t, dv, c.v)
		if met < 0 {
			return true
		}
		for len(sys.idx) == s.n || !sys.append([]int{met}) {
			if guessed--; guessed < 0 {
				return false
			}
			side[sys.idx[guessed]] = 0
			sys.remove(guessed, nil)
		}
		side[met] = 1
		if dv[met] < 0 {
			side[met] = -1
		}
	}
	return false
}

// independent makes sys a maximal set of independent columns of the given ones,
// the first ones first.
func (s *search) independent(sys *supportSystem, order []int) {
	sys.reset(nil)
	var add func(idx []int)
	add = func(idx []int) {
		if len(idx) == 0 || len(sys.idx) == s.n {
			return
		}
		if len(sys.idx)+len(idx) <= s.n && sys.append(idx) || len(idx) == 1 {
			return
		}
		add(idx[:len(idx)/2])
		add(idx[len(idx)/2:])
	}
	add(order)
}
