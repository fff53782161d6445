package certify

import "math"

// stretch returns a proven upper bound on max(1, ‖M‖), or max(1, λ_max(M)) of a
// PSD claim: what y has to be divided by to be dual feasible.
func (q *matrixProblem) stretch() float64 {
	s := q.split()
	base := 1 + s.inside
	best := math.Inf(1)
	if top, ok := q.outside(base); ok {
		best = raise(max(base, top) + s.across)
	}
	if best <= 1+0.01*q.cert.Tol || q.r == 0 {
		return best
	}
	// X and y do not fit each other to rounding: M as a whole may do better.
	whole := *q
	whole.r, whole.parts, whole.test, whole.low, whole.whole = 0, nil, nil, nil, true
	if top, ok := whole.outside(1); ok {
		best = min(best, max(1, top))
	}
	q.drawn = whole.drawn
	return best
}

// outside returns a bound on ‖W‖ (λ_max(W)) that is as small as the least of a
// ladder of numbers, of which base is the first, for which a proof succeeds; the
// others are larger.
func (q *matrixProblem) outside(base float64) (float64, bool) {
	t := q.tester()
	if t == nil {
		return 0, true
	}
	if top, ok := q.under(); ok && top <= base {
		return base, true
	}
	last := 0.0
	for step := 0.0; step < 1e6; last, step = step, max(10*step, 1e-13) {
		level := base * (1 + step)
		if step == 0 { // at most base, all errors included
			level -= 2 * t.margin(base)
		}
		if !(level > 0 && t.below(level)) {
			continue
		}
		for range 6 { // the ladder is coarse
			if middle := base * (1 + (last+step)/2); step > 1e-10 && t.below(middle) {
				level, step = middle, (last+step)/2
			} else {
				last = (last + step) / 2
			}
		}
		return level + t.margin(level), true
	}
	return 0, false
}

// lowered is what under found.
type lowered struct {
	top float64
	ok  bool
}

// under returns a bound on ‖W‖ below 1 by a margin, false if none is proven.
func (q *matrixProblem) under() (float64, bool) {
	if q.low == nil {
		top, ok := q.underOneOf(0.999, 0.99999)
		q.low = &lowered{top, ok}
	}
	return q.low.top, q.low.ok
}

// underOneOf returns the first of the ascending levels that is proven.
func (q *matrixProblem) underOneOf(levels ...float64) (float64, bool) {
	t := q.tester()
	if t == nil {
		return 0, true
	}
	for _, level := range levels {
		if t.below(level) {
			top := level + t.margin(level)
			return top, top < 1
		}
	}
	return 0, false
}

// normTester proves ‖W‖ < level, up to a margin for rounding.
type normTester interface {
	below(level float64) bool
	margin(level float64) float64
}

// choleskyLimit is the dimension up to which W is written out.
const choleskyLimit = 4096

// tester returns nil where W has no room to be anything but 0.
func (q *matrixProblem) tester() normTester {
	if q.test == nil {
		switch {
		case q.r >= min(q.p, q.q):
			return nil
		case min(q.p, q.q) <= choleskyLimit:
			q.test = q.cholesky()
		case q.failure > 0 && q.whole:
			q.test = q.sampled("whole")
		case q.failure > 0:
			q.test = q.sampled("beyond")
		default:
			q.test = q.filter()
		}
	}
	return q.test
}

// pivots proves norms by Cholesky's factorization: if it runs to its end on
// level²·I − WᵀW (level·I − W of a PSD claim) in floating point, the matrix is
// positive definite up to γ_{k+2}·trace (Demmel 1989; Rump 2006).
type pivots struct {
	k     int
	gram  []float64 // WᵀW or W, k×k, lower triangle
	err   float64   // of it, in the Frobenius norm
	slack float64   // of ‖W‖
	psd   bool
	room  []float64
}

func (q *matrixProblem) cholesky() *pivots {
	m := q.m
	s := &parts{}
	if q.r > 0 {
		s = q.split()
	}
	v, mu := s.v, s.mu
	p := &pivots{psd: q.psd, slack: s.slack + m.err}
	size := m.norm()
	r := float64(s.r)
	if q.psd {
		p.k = q.p
		p.gram = m.dense()
		if s.r > 0 {
			subtractSymmetric(p.gram, v, symmetricHalf(s.mv, v, s.c, p.k, s.r), p.k, s.r)
		}
		p.err = raise(8 * unit * (r*r + 2*r + 8) * (1 + r) * size)
		p.room = make([]float64, p.k*p.k)
		return p
	}
	if q.q > q.p { // the smaller side
		m = m.transposed()
		v, mu = s.u, s.mv
	}
	p.k = m.q
	p.gram = gramOf(m)
	p.err = raise(2 * unit * float64(m.p+8) * size * size)
	if s.r > 0 {
		subtractGram(p.gram, mu, p.k, s.r)
		projectBoth(p.gram, v, p.k, s.r)
		p.err = raise(p.err + 8*unit*(float64(m.p+2*m.q)+4*r+20)*(1+r)*size*size + 8*s.slack*size)
	}
	p.room = make([]float64, p.k*p.k)
	return p
}

// gramOf returns MᵀM (q×q, lower triangle).
func gramOf(m sparse) []float64 {
	g := make([]float64, m.q*m.q)
	for i := range m.p {
		col, val := m.col[m.ptr[i]:m.ptr[i+1]], m.val[m.ptr[i]:m.ptr[i+1]]
		for e, j := range col { // columns increase within a row
			row, f := g[j*m.q:], val[e]
			for d, k := range col[:e+1] {
				row[k] += f * val[d]
			}
		}
	}
	return g
}

// subtractGram sets G −= TTᵀ for T k×r, on the lower triangle.
func subtractGram(g, t []float64, k, r int) {
	for i := range k {
		ti := t[i*r : (i+1)*r]
		for j := range i + 1 {
			g[i*k+j] -= plainDot(ti, t[j*r:(j+1)*r])
		}
	}
}

// projectBoth replaces the symmetric G by (I−VVᵀ)G(I−VVᵀ), on the lower triangle.
func projectBoth(g, v []float64, k, r int) {
	for i := range k {
		for j := range i {
			g[j*k+i] = g[i*k+j]
		}
	}
	gv := make([]float64, k*r)
	for i := range k {
		for j, x := range g[i*k : (i+1)*k] {
			for a := range r {
				gv[i*r+a] += x * v[j*r+a]
			}
		}
	}
	core := make([]float64, r*r)
	for i := range k {
		for a := range r {
			for b := range r {
				core[a*r+b] += v[i*r+a] * gv[i*r+b]
			}
		}
	}
	subtractSymmetric(g, v, symmetricHalf(gv, v, core, k, r), k, r)
}

// symmetricHalf returns H = GV − ½VC, with which the symmetric
// (I−VVᵀ)G(I−VVᵀ) = G − VHᵀ − HVᵀ, C = VᵀGV.
func symmetricHalf(gv, v, c []float64, k, r int) []float64 {
	h := append([]float64(nil), gv...)
	for i := range k {
		for a := range r {
			var s float64
			for b := range r {
				s += v[i*r+b] * c[b*r+a]
			}
			h[i*r+a] -= s / 2
		}
	}
	return h
}

// subtractSymmetric sets G −= VHᵀ + HVᵀ, on the lower triangle.
func subtractSymmetric(g, v, h []float64, k, r int) {
	for i := range k {
		vi, hi := v[i*r:(i+1)*r], h[i*r:(i+1)*r]
		for j := range i + 1 {
			g[i*k+j] -= plainDot(vi, h[j*r:(j+1)*r]) + plainDot(hi, v[j*r:(j+1)*r])
		}
	}
}

func (p *pivots) shift(level float64) float64 {
	if p.psd {
		return level
	}
	return level * level
}

// rounding bounds the error of W or WᵀW and of the factorization.
func (p *pivots) rounding(level float64) float64 {
	top := math.Abs(p.shift(level))
	var trace float64
	for i := range p.k {
		trace += top + math.Abs(p.gram[i*p.k+i])
	}
	return raise(p.err + 1.1*unit*float64(p.k+8)*trace)
}

func (p *pivots) margin(level float64) float64 {
	e := p.rounding(level)
	if p.psd {
		return raise(e + p.slack)
	}
	return raise(math.Sqrt(level*level+e) - level + 4*unit*level + p.slack)
}

func (p *pivots) below(level float64) bool {
	k, top := p.k, p.shift(level)
	l := p.room
	for i := range k {
		ri, gi := l[i*k:i*k+i+1], p.gram[i*k:i*k+i+1]
		for j := range i {
			ri[j] = (-gi[j] - plainDot(ri[:j], l[j*k:j*k+j])) / l[j*k+j]
		}
		d := top - gi[i] - plainDot(ri[:i], ri[:i])
		if !(d > 0) {
			return false
		}
		ri[i] = math.Sqrt(d)
	}
	return true
}
