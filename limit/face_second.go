package limit

import "math"

// second returns a minimiser on the boundary of the face, away from the point x > 0
// in its interior: x + τh with T h = 0, where every dependent column i of the face
// has its h (1 for i, −T's column i on the basis) in both directions, and τ goes to
// the first zero. The one at the largest distance τ‖h‖₁ is taken; nil if there is
// none.
func (f *face) second(x []float64) []float64 {
	r, k := f.t.Dims()
	t, _ := f.t.Data()
	h, best := make([]float64, k), make([]float64, k)
	far := 0.0
	for i := r; i < k; i++ {
		clear(h)
		h[i] = 1
		for p := range r {
			h[p] = -t[p*k+i]
		}
		for _, sign := range []float64{1, -1} {
			step, length := math.Inf(1), 0.0
			for j, v := range h {
				v *= sign
				length += math.Abs(v)
				if v < 0 {
					step = math.Min(step, -x[j]/v)
				}
			}
			if step*length <= far || math.IsInf(step, 1) {
				continue
			}
			far = step * length
			for j, v := range h {
				best[j] = math.Max(0, x[j]+step*sign*v)
			}
		}
	}
	if far == 0 {
		return nil
	}
	return best
}

// full writes a point of the face as a point of the problem.
func (f *face) full(x []float64) []float64 {
	full := make([]float64, f.search.m)
	for i, j := range f.idx {
		full[j] = f.signs[i] * x[i]
	}
	return full
}

// settleTie makes the point x > 0 of the face the answer, and says that it is not
// unique if there is a second point that is as good.
func (f *face) settleTie(x []float64) {
	s := f.search
	if !s.replacePrimal(f.full(x)) {
		return
	}
	other := f.second(x)
	if other == nil {
		return
	}
	answer, full := s.primal, f.full(other)
	if s.replacePrimal(full) {
		unique := false
		s.unique, s.other = &unique, full
	}
	s.primal = answer
}
