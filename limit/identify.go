package limit

import (
	"cmp"
	"math"
	"slices"
)

// finish guesses the support from a primal–dual iterate (x, y), v = Aᵀy, near
// a path to the solution, polishes both points on it and offers them. An index
// belongs to the support if its entry is large against its slack,
// |x_j|/‖x‖∞ > 1 − |v_j|. It reports whether the pair is certified.
func (s *search) finish(x, y, v []float64) bool {
	top := 0.0
	for _, xj := range x {
		top = math.Max(top, math.Abs(xj))
	}
	var support []int
	var target []float64
	for j, xj := range x {
		sgn := s.sign(xj)
		if sgn*xj > top*(1-sgn*v[j]) {
			support = append(support, j)
			target = append(target, sgn)
		}
	}
	if len(support) == 0 {
		return false
	}
	s.stats.Factorizations++
	sys := s.newSupport(min(len(support)+maxMissing, s.n))
	reach := nearVertex
	if len(support) > s.n || !sys.reset(support) {
		// Ties, or columns that nearly depend: a vertex of the face will do.
		most := len(support) - maxTies - s.m/100
		switch sys := sys.(type) {
		case *supportSystem:
			support = s.independent(sys, support, x)
			reach = nearTie
		case *orthogonalSupport:
			most = 0
			if support = s.basis(support, x); !sys.reset(support) {
				return false
			}
		default:
			return false
		}
		if len(support) < most {
			return false
		}
		target = target[:0]
		for _, j := range support {
			target = append(target, s.sign(x[j]))
		}
	}
	s.proveIndependent(support)
	xs := make([]float64, len(support))
	r := make([]float64, s.n)
	rel := sys.leastSquares(xs, r, s.b, exact) / s.bnorm
	fitted := rel <= s.opt.tol()/10
	if !fitted && rel > reach {
		return false
	}
	full := make([]float64, s.m)
	wrong := 0
	for i, j := range support {
		if xs[i]*target[i] < 0 {
			wrong++
		}
		full[j] = xs[i]
	}
	if wrong > maxMissing || wrong > 0 && fitted && reach < nearTie {
		return false
	}
	lambda := append([]float64(nil), y...)
	sys.interpolate(lambda, target)
	image := make([]float64, s.m)
	s.applyT(image, lambda)
	if !fitted || reach == nearTie {
		for i, j := range support {
			xs[i] = x[j] // the fit starts where the signs are right
		}
		return s.complete(sys, xs, lambda, image)
	}
	s.offerDual(lambda, image)
	s.offerPrimal(full)
	return s.certified()
}

// nearVertex and nearTie are the relative residuals of a guessed support below
// which complete is tried, for supports of independent columns and others.
const (
	nearVertex = 1e-4
	nearTie    = 1e-3
)

// complete turns a guessed support, at the dual point y that is 1 on it, into
// that of an optimal vertex, by the ascent from y: it adds columns that are
// missing, drops those whose entries would change sign, and sorts out ties. At
// a vertex with an entry far smaller than the others the path itself would have
// to go to where A diag(d) Aᵀ has lost its digits. The fit starts from x, of the
// right signs. It reports whether the pair is certified.
func (s *search) complete(sys support, x, y, v []float64) bool {
	factored, ok := sys.(*supportSystem)
	if !ok || s.worst(y, v, 0) > 1+tight {
		return false
	}
	before := s.primal
	s.primal = primalPoint{} // a vertex that proves nothing shall not stand in the way of the path
	fit := newConeFitFrom(s, factored, x)
	c := &dualState{s: s, y: y, v: v}
	c.holdActive(fit)
	s.climb(fit, c, maxMissing)
	if !s.certified() {
		s.primal = before
		return false
	}
	signs := make([]float64, len(fit.sys.idx))
	for i, j := range fit.sys.idx {
		signs[i] = float64(fit.side[j])
	}
	fit.sys.interpolate(y, signs) // without the rounding of the events
	s.applyT(v, y)
	s.offerDual(y, v)
	return true
}

// maxMissing bounds the events of complete: each costs about a third of a step
// of the central path.
const maxMissing = 24

// maxTies and a hundredth of m bound the columns beyond an independent set that
// complete is to sort out: each costs a few products with A_S.
const maxTies = 100

// independent makes sys a maximal set of independent columns of the given
// ones, large entries of x first, and returns it.
func (s *search) independent(sys *supportSystem, support []int, x []float64) []int {
	order := slices.Clone(support)
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(math.Abs(x[j]), math.Abs(x[i])) })
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
	return slices.Clone(sys.idx)
}

// proveIndependent records a support whose columns were just factored.
func (s *search) proveIndependent(support []int) {
	if s.stored {
		s.proven = append(s.proven[:0], support...)
		slices.Sort(s.proven)
	}
}
