package lowrank

import "math"

// The sizes and the number of steps of the splitting.
const (
	splittingSide  = 600
	splittingSteps = 1500
)

// splitting is the last lane, for completions that are not of low rank and too
// large for the central path: Douglas and Rachford's method,
//
//	X = shrink_γ(Z),  Z ← Z + P(2X − Z) − X,
//
// P the projection on the matrices with the known entries, shrink_γ the proximal
// map of γ‖·‖_* (of γ tr on X ⪰ 0). (Z − X)/γ on the known entries tends to a dual
// solution. Every point of it gives a bound; the answer is as good as the best.
func (s *solver) splitting() {
	m, ok := s.op.(*sparseMeasure)
	if !ok || min(m.p, m.q) > splittingSide || !(m.single || s.psd && m.distinctPairs()) {
		return
	}
	s.lane("splitting")
	z := m.adjoint(s.b).dense()
	at := make([][]int, m.n) // the places of each measurement
	for i := range m.p {
		for e := m.rowPtr[i]; e < m.rowPtr[i+1]; e++ {
			k := m.obs[e]
			at[k] = append(at[k], i*m.q+int(m.col[e]))
		}
	}
	known := func(x []float64) {
		for k, places := range at {
			v := s.b[k]
			if m.val != nil && len(places) == 1 {
				v /= s.scaleOf(m, k)
			} else if m.val != nil {
				v /= 2 * s.scaleOf(m, k)
			}
			for _, p := range places {
				x[p] = v
			}
		}
	}
	known(z)
	first := fromDense(z, m.p, m.q, s.psd, 1)
	if first == nil || first.r == 0 {
		return
	}
	gamma := 0.1 * first.s[0]
	best, stalled := math.Inf(1), 0
	for k := range splittingSteps {
		if !s.step("splitting", k, s.res) {
			break
		}
		x := shrink(z, m.p, m.q, s.psd, gamma)
		if x == nil {
			return
		}
		s.stats.Factorizations++
		if k%25 == 24 {
			s.splittingPoint(m, z, x, at, gamma, known)
			if s.done() {
				return
			}
			if s.gap > 0.98*best {
				if stalled++; stalled > 12 {
					return
				}
			} else {
				best, stalled = s.gap, 0
			}
		}
		w := make([]float64, len(z))
		for i := range w {
			w[i] = 2*x[i] - z[i]
		}
		known(w)
		for i := range z {
			z[i] += w[i] - x[i]
		}
	}
}

// scaleOf returns the entry of A_k.
func (s *solver) scaleOf(m *sparseMeasure, k int) float64 {
	if s.entry == nil {
		s.entry = make([]float64, m.n)
		for e, o := range m.obs {
			s.entry[o] = m.val[e]
		}
	}
	return s.entry[k]
}

// splittingPoint offers the matrix with the known entries nearest to x, and the
// dual point of z.
func (s *solver) splittingPoint(m *sparseMeasure, z, x []float64, at [][]int, gamma float64, known func([]float64)) {
	full := append([]float64(nil), x...)
	known(full)
	whole := fromDense(full, m.p, m.q, s.psd, min(m.p, m.q))
	if whole == nil {
		return
	}
	y := make([]float64, m.n)
	for k, places := range at {
		p := places[0]
		y[k] = (z[p] - x[p]) / gamma
		if m.val != nil {
			y[k] /= s.scaleOf(m, k)
		}
	}
	d := dualPoint{y: y}
	if _, w, _ := leading(m.adjoint(y), zeroPoint(m.p, m.q, s.psd), 1, 40); len(w) > 0 {
		d.beyond = w[0]
	}
	s.offer(whole, d)
}

// shrink returns the matrix with the singular values (eigenvalues) of z less
// gamma, those below it set to 0.
func shrink(z []float64, p, q int, psd bool, gamma float64) []float64 {
	w := fromDense(z, p, q, psd, min(p, q))
	if w == nil {
		return nil
	}
	keep := 0
	for keep < w.r && w.s[keep] > gamma {
		w.s[keep] -= gamma
		keep++
	}
	w = w.truncated(keep)
	if keep == 0 {
		return make([]float64, p*q)
	}
	return timesT(w.scaledU(), w.v, p, keep, q)
}
