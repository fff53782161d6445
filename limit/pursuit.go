package limit

import (
	"math"
	"slices"
)

// pursuit is the first lane: hard-thresholding pursuit (Foucart 2011) with a
// growing support size, then a dual certificate for the support it found.
//
// At size k it alternates between choosing the k largest entries of
// x + Aᵀ(b−Ax) (columns normalised) and least squares on them, and lets k grow
// when the residual stops falling. Once a superset of the support of the
// sparsest solution is caught, least squares is exact and the superfluous
// entries vanish. Each round costs one product with Aᵀ.
func (s *search) pursuit() {
	s.enter("pursuit")
	support, x := s.guessSupport()
	if support == nil {
		return
	}
	full := make([]float64, s.m)
	for i, j := range support {
		full[j] = x[i]
	}
	s.offerPrimal(full)
	s.interpolateDual(support, x)
}

const (
	// exactResidual is the relative residual at which a least-squares fit
	// counts as a solution: rounding of a well-conditioned fit, with room.
	exactResidual = 1e-12
	// negligible is the size, relative to the largest entry, below which an
	// entry of an exact fit is taken for a rounded zero.
	negligible = 1e-10
	// loose is the accuracy of a fit that only chooses the next support, exact
	// that of one that may be the answer; below the relative residual
	// nearlyExact the former is repeated as the latter.
	loose, exact = 0.05, 1e-15
	nearlyExact  = 1e-2
	// maxPursuitRounds is several times what a recoverable instance needs.
	maxPursuitRounds = 60
	// stall is the factor by which the residual must fall in a round at a
	// fixed size for the size to be kept.
	stall = 0.5
)

// guessSupport returns a support on which Ax = b is solved to rounding with
// entries of the right sign, or nil.
func (s *search) guessSupport() ([]int, []float64) {
	n, m := s.n, s.m
	limit := min(m, max(n/2, min(n, 8)))
	size := max(1, min(limit, n/10))
	p := make([]float64, m)
	r := append([]float64(nil), s.b...)
	sys := s.newSupport(min(limit, 2*size))
	var idx, order []int
	var x []float64
	previous := math.Inf(1)
	for round := 1; round <= maxPursuitRounds && !s.halted(); round++ {
		s.applyT(p, r)
		for j := range p {
			if s.norms[j] > 0 {
				p[j] /= s.norms[j]
			}
		}
		for i, j := range idx {
			p[j] += x[i] * s.norms[j]
		}
		order = s.largest(order, p, size)
		if len(order) == 0 {
			return nil, nil
		}
		s.stats.Factorizations++
		chosen := append([]int(nil), order...)
		slices.Sort(chosen)
		if !sys.reset(chosen) {
			return nil, nil // dependent columns: not a case for guessing
		}
		x = carryOver(idx, x, chosen, s.m)
		idx = chosen
		rel := sys.leastSquares(x, r, s.b, loose) / s.bnorm
		if rel < nearlyExact {
			rel = sys.leastSquares(x, r, s.b, exact) / s.bnorm
		}
		s.step("pursuit", round, rel)
		stalled := !(rel <= stall*previous)
		if rel <= exactResidual || stalled && rel <= s.opt.tol()/10 {
			return s.trim(sys, x, rel)
		}
		if stalled {
			if size == limit {
				s.dense = true
				return nil, nil
			}
			size = min(limit, max(size+1, size*8/5))
		}
		previous = rel
	}
	return nil, nil
}

// carryOver returns the entries of x, given on idx, on the columns of next.
func carryOver(idx []int, x []float64, next []int, m int) []float64 {
	full := make([]float64, m)
	for i, j := range idx {
		full[j] = x[i]
	}
	out := make([]float64, len(next))
	for i, j := range next {
		out[i] = full[j]
	}
	return out
}

// largest returns the indices of the k largest |p_j| (largest p_j > 0 in the
// nonnegative problem) in no particular order.
func (s *search) largest(dst []int, p []float64, k int) []int {
	dst = dst[:0]
	key := make([]float64, 0, len(p))
	for j, v := range p {
		if !s.nonneg {
			v = math.Abs(v)
		}
		if v > 0 {
			dst = append(dst, j)
			key = append(key, v)
		}
	}
	if len(dst) <= k {
		return dst
	}
	threshold := kthLargest(key, k)
	kept := dst[:0]
	ties := k
	for _, j := range dst {
		if v := s.magnitude(p[j]); v > threshold {
			ties--
		}
	}
	for _, j := range dst {
		switch v := s.magnitude(p[j]); {
		case v > threshold:
			kept = append(kept, j)
		case v == threshold && ties > 0:
			kept = append(kept, j)
			ties--
		}
	}
	return kept
}

func (s *search) magnitude(v float64) float64 {
	if s.nonneg {
		return v
	}
	return math.Abs(v)
}

// kthLargest returns the k-th largest entry of a, 1 ≤ k ≤ len(a), reordering a
// (Hoare's selection with the median of three as pivot; expected time linear).
func kthLargest(a []float64, k int) float64 {
	lo, hi := 0, len(a)-1
	for lo < hi {
		mid := lo + (hi-lo)/2
		pivot := max(min(a[lo], a[mid]), min(max(a[lo], a[mid]), a[hi]))
		i, j := lo, hi
		for i <= j {
			for a[i] > pivot {
				i++
			}
			for a[j] < pivot {
				j--
			}
			if i <= j {
				a[i], a[j] = a[j], a[i]
				i++
				j--
			}
		}
		switch {
		case k-1 <= j:
			hi = j
		case k-1 >= i:
			lo = i
		default:
			return a[k-1]
		}
	}
	return a[k-1]
}

// trim drops the entries of an exact fit, of relative residual rel, that are
// rounded zeros and fits again. It returns nil if the remaining entries do not
// fit or have the wrong sign.
func (s *search) trim(sys support, x []float64, rel float64) ([]int, []float64) {
	top := 0.0
	for _, v := range x {
		top = math.Max(top, math.Abs(v))
	}
	var keep []int
	for i, v := range x {
		if math.Abs(v) > negligible*top {
			if s.nonneg && v < 0 {
				return nil, nil
			}
			keep = append(keep, sys.indices()[i])
		}
	}
	if len(keep) == len(x) {
		return keep, x
	}
	s.stats.Factorizations++
	if len(keep) == 0 || !sys.reset(keep) {
		return nil, nil
	}
	x = make([]float64, len(keep))
	r := make([]float64, s.n)
	if sys.leastSquares(x, r, s.b, exact) > max(10*exactResidual, 2*rel)*s.bnorm {
		return nil, nil
	}
	for _, v := range x {
		if s.nonneg && v < 0 {
			return nil, nil
		}
	}
	return keep, x
}

// pulled is where a violated dual constraint is put: inside its bound by a
// margin that keeps the next correction from pushing it out again.
const pulled = 0.97

// interpolateDual looks for a dual certificate of a support with signs.
func (s *search) interpolateDual(support []int, x []float64) {
	signs := make([]float64, len(support))
	for i, v := range x {
		signs[i] = s.sign(v)
	}
	sys := s.newSupport(min(s.n, 2*len(support)))
	s.stats.Factorizations++
	if !sys.reset(support) {
		return
	}
	s.proveIndependent(support)
	s.interpolate(sys, signs, 12, s.n)
}

// interpolate offers the least-norm λ with A_Sᵀλ = signs on the columns of sys
// (Fuchs 2004), which it returns. Where it violates |aⱼᵀλ| ≤ 1 those columns are
// pulled to ±0.97 together with the support's ±1, and the interpolation is
// repeated, in so many rounds at most; at most n columns can be held. It is given up
// where λ violates more than so many constraints. The columns that are pulled stay
// in sys, behind the others.
func (s *search) interpolate(sys support, signs []float64, rounds, most int) (least []float64) {
	target := append(make([]float64, 0, s.n), signs...)
	held := make([]bool, s.m)
	for _, j := range sys.indices() {
		held[j] = true
	}
	v := make([]float64, s.m)
	for round := 1; round <= rounds && !s.halted(); round++ {
		lambda := make([]float64, s.n)
		sys.interpolate(lambda, target)
		if round == 1 {
			least = lambda
		}
		s.applyT(v, lambda)
		s.offerDual(lambda, v)
		s.step("pursuit", round, 0)
		if s.certified() {
			break
		}
		var violated []int
		for j, vj := range v {
			if !held[j] && s.magnitude(vj) > 1 {
				violated = append(violated, j)
			}
		}
		if len(violated) == 0 || len(violated) > most || len(sys.indices())+len(violated) > s.n || round == rounds {
			break
		}
		s.stats.Factorizations++
		if !sys.append(violated) {
			break
		}
		for _, j := range violated {
			held[j] = true
			target = append(target, pulled*s.sign(v[j]))
		}
	}
	return least
}
