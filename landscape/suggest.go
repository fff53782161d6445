package landscape

// suggest returns, row after row, at most room directions on which the Hessian is
// likely to be negative: at the usual critical points all of them, and none that
// depends on another.
//
// A negative eigenvalue comes from a pair of layers i > j through the second-order
// term ⟨g_i, V_i W_{i−1}⋯W_{j+1} V_j h_{j−1}⟩. For each singular triple (σ, a, b) of
// g_i h_{j−1}ᵀ the Hessian on V_i = a xᵀ, V_j = y bᵀ is, with B = W_{i−1}⋯W_{j+1}, A the
// products of layers after i and j, and h the activations before,
//
//	‖A_i a‖² ‖h_{i−1}ᵀx‖² + ‖A_j y‖² ‖h_{j−1}ᵀb‖² + 2 (A_i a)ᵀ(A_j y) (xᵀh_{i−1})(h_{j−1}ᵀb) + 2σ xᵀB y,
//
// a form in d_{i−1} + d_j variables, whose negative eigenvectors are the suggestions.
// At a critical point only what the product misses has such triples; at others
// there may be many, and then nothing is suggested.
//
// Cost: an eigenvalue problem of order d_{i−1} + d_j for each triple.
func (s *State) suggest(room int) []float64 {
	k, n := s.net.Layers(), s.net.Parameters()
	after := make([]matrix, k+1) // A_j
	after[k] = identity(s.net.Dims[k])
	for j := k - 1; j >= 1; j-- {
		after[j] = after[j+1].times(s.layer(j + 1))
	}
	type triple struct {
		i, j    int
		a, b    []float64
		sigma   float64
		between matrix
	}
	var list []triple
	largest := 0.0
	for i := k; i > 1; i-- {
		between := identity(s.net.Dims[i-1])
		for j := i - 1; j >= 1; j-- {
			if j < i-1 {
				between = between.times(s.layer(j + 1))
			}
			c := newMatrix(s.net.Dims[i], s.net.Dims[j-1])
			mul(c, s.g[i], false, s.h[j-1], true, 0)
			u, sv, vt, ok := c.svd()
			if !ok {
				return nil
			}
			for m, sigma := range sv {
				largest = max(largest, sigma*between.norm())
				list = append(list, triple{i, j, u.column(m), vt.data[m*vt.cols : (m+1)*vt.cols], sigma, between})
			}
		}
	}
	kept := list[:0]
	for _, t := range list {
		if t.sigma*t.between.norm() > 1e-7*largest {
			kept = append(kept, t)
		}
	}
	if len(kept) > room {
		return nil
	}
	var out []float64
	for _, t := range kept {
		p, q := s.net.Dims[t.i-1], s.net.Dims[t.j]
		m := p + q
		form := newMatrix(m, m)
		ai := after[t.i].times(matrix{len(t.a), 1, t.a})
		bh := newMatrix(s.data.Rank, 1)
		mul(bh, s.h[t.j-1], true, matrix{len(t.b), 1, t.b}, false, 0)
		x, y, cross := newMatrix(p, p), newMatrix(q, q), newMatrix(p, q)
		mul(x, s.h[t.i-1], false, s.h[t.i-1], true, 0)
		mul(y, after[t.j], true, after[t.j], false, 0)
		left, right := s.h[t.i-1].times(bh), newMatrix(1, q)
		mul(right, ai, true, after[t.j], false, 0)
		mul(cross, left, false, right, false, 0)
		wx, wy := half(ai.norm())*2, half(bh.norm())*2
		for a := range p {
			for b := range p {
				form.data[a*m+b] = wx * x.at(a, b)
			}
			for b := range q {
				form.data[(p+b)*m+a] = cross.at(a, b) + t.sigma*t.between.at(a, b)
			}
		}
		for a := range q {
			for b := range q {
				form.data[(p+a)*m+p+b] = wy * y.at(a, b)
			}
		}
		w := make([]float64, m)
		if !eigen(w, form.data, m) {
			return nil
		}
		for c := 0; c < m && w[c] < -1e-9*max(-w[0], w[m-1]); c++ {
			if len(out) == room*n {
				return out
			}
			v := make([]float64, n)
			vi, vj := s.layerOf(v, t.i), s.layerOf(v, t.j)
			for a, va := range t.a {
				for b := range p {
					vi.data[a*p+b] = va * form.at(b, c)
				}
			}
			for a := range q {
				for b, vb := range t.b {
					vj.data[a*vj.cols+b] = form.at(p+a, c) * vb
				}
			}
			out = append(out, v...)
		}
	}
	return out
}
