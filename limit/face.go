package limit

import "math"

// finish guesses the support from a primal–dual iterate near the central path,
// polishes both points on it and offers them. An index belongs to the support
// if its entry is large against its slack: x_j/‖x‖∞ > s_j. It reports whether
// the pair is certified.
func (s *search) finish(c *central) bool {
	top := 0.0
	for _, v := range c.x {
		top = math.Max(top, math.Abs(v))
	}
	var support []int
	var target []float64
	for j, v := range c.x {
		sgn := s.sign(v)
		if sgn*v > top*(1-sgn*c.aty[j]) {
			support = append(support, j)
			target = append(target, sgn)
		}
	}
	if len(support) == 0 || len(support) > s.n {
		return false
	}
	s.stats.Factorizations++
	sys := newSupportSystem(s.a, len(support))
	if !sys.reset(support) {
		return false
	}
	x := make([]float64, len(support))
	r := make([]float64, s.n)
	if sys.leastSquares(x, r, s.b) > s.opt.tol()/10*s.bnorm {
		return false
	}
	full := make([]float64, s.m)
	for i, j := range support {
		if x[i]*target[i] < 0 {
			return false
		}
		full[j] = x[i]
	}
	y := append([]float64(nil), c.y...)
	sys.interpolate(y, target)
	v := make([]float64, s.m)
	s.applyT(v, y)
	s.offerDual(y, v)
	s.offerPrimal(full)
	return s.certified()
}
