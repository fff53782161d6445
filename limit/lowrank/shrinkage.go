package lowrank

import "math"

// shrinkage is the proximal map of σ‖·‖_* at W = U diag(d) Vᵀ (of σ tr on X ⪰ 0 at
// W = U diag(d) Uᵀ), S = U diag(f) Vᵀ with f = (d − σ)₊, and its derivative there.
type shrinkage struct {
	p, q, k, r int // r: the rank of S
	psd        bool
	sigma      float64
	u, v       []float64 // p×k and q×k
	d, f       []float64

	ua, va []float64 // the first r columns
	same   []float64 // k×r, (Ω⁺+Ω⁻)/2 below
	other  []float64 // (Ω⁺−Ω⁻)/2
}

// shrink decomposes w, p×q; nil if that fails.
func shrink(w []float64, p, q int, psd bool, sigma float64) *shrinkage {
	s := &shrinkage{p: p, q: q, k: min(p, q), psd: psd, sigma: sigma}
	var ok bool
	if psd {
		s.u, s.d, ok = eigen(w, p)
		s.v = s.u
	} else {
		s.u, s.d, s.v, ok = svd(w, p, q)
	}
	if !ok {
		return nil
	}
	s.f = make([]float64, s.k)
	for i, d := range s.d {
		if d > sigma {
			s.f[i] = d - sigma
			s.r = i + 1
		}
	}
	return s
}

// point returns S.
func (s *shrinkage) point() *point {
	x := &point{p: s.p, q: s.q, r: s.r, psd: s.psd, u: columns(s.u, s.p, s.k, s.r), s: s.f[:s.r]}
	x.v = x.u
	if !s.psd {
		x.v = columns(s.v, s.q, s.k, s.r)
	}
	return x
}

// dense returns S.
func (s *shrinkage) dense() []float64 {
	x := s.point()
	if x.r == 0 {
		return make([]float64, s.p*s.q)
	}
	return timesT(x.scaledU(), x.v, s.p, x.r, s.q)
}

// size returns ‖S‖_F².
func (s *shrinkage) size() (sum float64) {
	for _, v := range s.f[:s.r] {
		sum += v * v
	}
	return sum
}

// differentiate prepares derivative: the divided differences
//
//	Ω⁺_ij = (f_i − f_j)/(d_i − d_j),   Ω⁻_ij = (f_i + f_j)/(d_i + d_j),   j ≤ r,
//
// Ω⁺ for the symmetric part of UᵀHV, Ω⁻ for the antisymmetric one; f is 0 beyond r,
// and there is no antisymmetric part for X ⪰ 0.
func (s *shrinkage) differentiate() {
	s.ua, s.va = columns(s.u, s.p, s.k, s.r), columns(s.v, s.q, s.k, s.r)
	s.same, s.other = make([]float64, s.k*s.r), make([]float64, s.k*s.r)
	for i := range s.k {
		for j := range s.r {
			plus := 1.0
			if i >= s.r {
				plus = s.f[j] / (s.d[j] - s.d[i])
			}
			minus := plus
			if !s.psd {
				minus = (s.f[i] + s.f[j]) / (s.d[i] + s.d[j])
			}
			s.same[i*s.r+j], s.other[i*s.r+j] = (plus+minus)/2, (plus-minus)/2
		}
	}
}

// derivative returns S′(W)H, p×q, for H p×q (symmetric if psd). Only HV and HᵀU for
// the first r columns of V and U are needed, since S′ vanishes on what is orthogonal
// to both. Cost: about 10·pqr flops.
func (s *shrinkage) derivative(h []float64) []float64 {
	r, k := s.r, s.k
	hv := times(h, s.va, s.p, s.q, r)
	cl := inner(s.u, hv, s.p, k, r) // UᵀHV
	hu, cr := hv, cl
	if !s.psd {
		hu = inner(h, s.ua, s.p, s.q, r)
		cr = inner(s.v, hu, s.q, k, r) // (UᵀHV)ᵀ
	}
	gl, gr := make([]float64, k*r), make([]float64, k*r)
	for i := range gl {
		gl[i] = s.same[i]*cl[i] + s.other[i]*cr[i]
		if i >= r*r { // the leading block is counted once
			gr[i] = s.same[i]*cr[i] + s.other[i]*cl[i]
		}
	}
	left := times(s.u, gl, s.p, k, r)
	right := times(s.v, gr, s.q, k, r)
	// What of HV is orthogonal to U, and of HᵀU to V, meets the singular value 0.
	s.beyond(left, hv, s.u, cl, s.p)
	s.beyond(right, hu, s.v, cr, s.q)
	return timesT(beside(left, s.ua, s.p, r, r), beside(s.va, right, s.q, r, r), s.p, 2*r, s.q)
}

// diagonal returns about ⟨E_ij, S′(W)E_ij⟩ for all entries, p×q: Σ_ab ω_ab u_ia²v_jb²,
// without what the antisymmetric part has of its own.
func (s *shrinkage) diagonal() []float64 {
	r, k := s.r, s.k
	squares := func(a []float64) []float64 {
		out := make([]float64, len(a))
		for i, v := range a {
			out[i] = v * v
		}
		return out
	}
	u, v := squares(s.u), squares(s.v)
	rest := append([]float64(nil), s.same...)
	clear(rest[:r*r])
	left := times(u, s.same, s.p, k, r)
	right := times(v, rest, s.q, k, r)
	s.outside(left, u, s.p)
	s.outside(right, v, s.q)
	return timesT(beside(left, columns(u, s.p, k, r), s.p, r, r), beside(columns(v, s.q, k, r), right, s.q, r, r), s.p, 2*r, s.q)
}

// outside adds to to what unit vectors have outside of the k columns, of which w
// holds the squares.
func (s *shrinkage) outside(to, w []float64, n int) {
	if n == s.k {
		return
	}
	for i := range n {
		part := 1.0
		for _, v := range w[i*s.k : (i+1)*s.k] {
			part -= v
		}
		for j := range s.r {
			to[i*s.r+j] += max(0, part) * s.f[j] / s.d[j]
		}
	}
}

// beyond adds (T − WC) diag(f/d) to to, for n > k.
func (s *shrinkage) beyond(to, t, w, c []float64, n int) {
	if n == s.k {
		return
	}
	rest := append([]float64(nil), t...)
	subtract(rest, w, c, n, s.k, s.r)
	for i := range n {
		for j := range s.r {
			to[i*s.r+j] += rest[i*s.r+j] * s.f[j] / s.d[j]
		}
	}
}

// distance returns ‖S − X‖_F.
func (s *shrinkage) distance(x []float64) float64 {
	var sum float64
	for i, v := range s.dense() {
		sum += (v - x[i]) * (v - x[i])
	}
	return math.Sqrt(sum)
}
