package limit

import "slices"

// tight is the slack below which a dual constraint counts as active: the
// rounding of a polished dual point, with room. A column that would win by more
// than that is not a tie.
const tight = 1e-11

// settle decides, once a pair is certified, whether its x is the only
// minimiser, and replaces x by the maximum-entropy minimiser where it is not.
//
// Every minimiser lives on E = {j : |aⱼᵀy| = 1}, for any dual optimal y. So if
// A_E has full column rank, x is unique; the dual is then moved off the bounds
// of E∖S, so that the certificate shows it without further argument. If not,
// the central path on the columns of E runs to the relative interior of the
// optimal face {x_E ≥ 0 : A_E x_E = b}; if the columns of its support depend,
// there is a second minimiser and the limit of the entropic flow is the point
// of maximum entropy.
func (s *search) settle() {
	e, signs := s.activeSet()
	if slices.Equal(e, s.proven) && len(e) == s.support() {
		unique := true
		s.unique = &unique
		return
	}
	if !s.stored && len(e)*s.n > maxColumns {
		return // too large to hold the columns of an operator
	}
	sys := newSupportSystemIn(s.space, s.a, min(len(e), s.n))
	s.stats.Factorizations++
	if len(e) <= s.n && sys.reset(e) {
		s.separate(sys, signs)
		return
	}
	if f := s.newFace(sys, e, signs); f != nil {
		f.settle()
	}
}

// maxColumns bounds the entries of the columns that are written out for an
// operator known by its products.
const maxColumns = 1 << 25

// support counts the nonzero entries of the answer.
func (s *search) support() int {
	k := 0
	for _, v := range s.primal.x {
		if v != 0 {
			k++
		}
	}
	return k
}

// activeSet returns the columns whose dual constraint is active at the best y,
// or whose entry of x is nonzero, and the signs of the constraints.
func (s *search) activeSet() (idx []int, signs []float64) {
	for j, vj := range s.dual.v {
		x := s.primal.x[j]
		switch {
		case x != 0:
			idx, signs = append(idx, j), append(signs, s.sign(x))
		case s.magnitude(vj) >= 1-tight:
			idx, signs = append(idx, j), append(signs, s.sign(vj))
		}
	}
	return idx, signs
}

// separate records uniqueness for a face E of independent columns, and moves y
// off the bounds of E∖S: to 1−δ for the largest δ = 0.03, 0.03/4, … that keeps
// it feasible. It stays optimal, since A_Sᵀy = sgn(x_S) is kept and b = A_S x_S.
func (s *search) separate(sys *supportSystem, signs []float64) {
	strict := true
	for _, j := range sys.idx {
		strict = strict && s.primal.x[j] != 0
	}
	unique := true
	if strict {
		s.unique = &unique
		return
	}
	v := make([]float64, s.m)
	target := make([]float64, len(signs))
	for delta := 1 - pulled; delta > 1e-6; delta /= 4 {
		for i, j := range sys.idx {
			target[i] = signs[i]
			if s.primal.x[j] == 0 {
				target[i] = (1 - delta) * signs[i]
			}
		}
		y := append([]float64(nil), s.dual.y...)
		sys.interpolate(y, target)
		s.applyT(v, y)
		if s.worst(y, v, 0) <= 1+tight && s.replaceDual(y, v) {
			s.unique = &unique
			return
		}
	}
}
