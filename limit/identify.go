package limit

import (
	"math"
	"slices"
)

// finish guesses the support from a primal–dual iterate (x, y), v = Aᵀy, near
// a path to the solution, polishes both points on it and offers them. An index
// belongs to the support if its entry is large against its slack,
// |x_j|/‖x‖∞ > 1 − |v_j|. It reports whether the pair is certified.
func (s *search) finish(x, y, v []float64) bool {
	if s.stored && !s.careful {
		return s.crossOver(x, y, v)
	}
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
	sys := s.newSupport(len(support))
	if len(support) > s.n || !sys.reset(support) {
		if !s.careful {
			return false
		}
		// Ties, or columns that nearly depend: a vertex of the face will do.
		if support = s.basis(support, x); !sys.reset(support) {
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
	if sys.leastSquares(xs, r, s.b, exact) > s.opt.tol()/10*s.bnorm {
		return false
	}
	full := make([]float64, s.m)
	for i, j := range support {
		if xs[i]*target[i] < 0 {
			return false
		}
		full[j] = xs[i]
	}
	lambda := append([]float64(nil), y...)
	sys.interpolate(lambda, target)
	image := make([]float64, s.m)
	s.applyT(image, lambda)
	s.offerDual(lambda, image)
	s.offerPrimal(full)
	return s.certified()
}

// proveIndependent records a support whose columns were just factored.
func (s *search) proveIndependent(support []int) {
	if s.stored {
		s.proven = append(s.proven[:0], support...)
		slices.Sort(s.proven)
	}
}
