package limit

import (
	"cmp"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// activeLane solves the problem on a working set, looks at all points, adds the
// most violated ones, and so on. Each round raises ‖w‖, so the lane ends.
func (s *separation) activeLane(guess []int) {
	s.enter("active set")
	m := newActiveSet(s)
	if !s.begin(m, guess) {
		s.proof = m.proof
		return
	}
	m.c = m.f.refine(m.u, m.c, m.w[:s.points.d])
	margins := s.offer(m.w, m.c, m.f.spread(m.u))
	if len(m.f.set) == 0 || s.bias && len(guess) == 0 {
		margins = s.firstLook()
	}
	var work []int
	for round := 0; !s.halted(); round++ {
		more := lowest(margins, max(64, m.f.dim), 1-s.slack(m.w))
		if len(m.f.set) > 0 && (len(more) == 0 || round > 0 && s.gap() <= 1e-13) {
			break
		}
		work = merge(work, margins, more, m.f.set)
		ok := m.solve(work, s.slack(m.w))
		s.stats.Steps += m.steps
		m.steps = 0
		if !ok {
			s.proof = m.refineProof()
			return
		}
		before := s.bound
		m.c = m.f.refine(m.u, m.c, m.w[:s.points.d])
		margins = s.offer(m.w, m.c, m.f.spread(m.u))
		s.observe("active set")
		if round > 3 && s.bound >= before && s.gap() <= s.opt.tol() {
			break // only rounding is left to gain
		}
		if round > maxRounds {
			break
		}
	}
	s.stats.Factorizations++
}

// maxRounds ends an active set that rounding keeps from finishing.
const maxRounds = 500

// begin starts from a guess of the support; with an intercept from a pair of
// points of different classes that are near each other. It reports false if those
// coincide, which is a proof that nothing separates.
func (s *separation) begin(m *activeSet, guess []int) bool {
	if s.bias {
		direction := make([]float64, s.points.d)
		s.points.combine(direction, nil, s.uniform())
		margins := make([]float64, s.points.n)
		s.points.margins(margins, direction, 0)
		s.stats.Passes += 2
		pair := map[float64]int{1: -1, -1: -1}
		for i, v := range margins {
			sign := s.points.sign[i]
			if j := pair[sign]; j < 0 || v < margins[j] {
				pair[sign] = i
			}
		}
		guess = append([]int{pair[1], pair[-1]}, slices.DeleteFunc(slices.Clone(guess), func(i int) bool { return i == pair[1] || i == pair[-1] })...)
	}
	m.begin(guess)
	if s.bias && !m.bothClasses() { // the guess misled: begin with the pair alone
		m.f = newSupportFactor(s.points, true, s.kappa())
		m.begin(guess[:2])
	}
	if s.bias && len(m.f.set) < 2 {
		m.proof = make([]float64, s.points.n)
		m.proof[guess[0]], m.proof[guess[1]] = 0.5, 0.5
		return false
	}
	return true
}

// uniform returns convex weights, equal within each class.
func (s *separation) uniform() []float64 {
	count := map[float64]float64{}
	for _, y := range s.points.sign {
		count[y]++
	}
	u := make([]float64, s.points.n)
	for i, y := range s.points.sign {
		u[i] = 1 / (float64(len(count)) * count[y])
	}
	return u
}

// firstLook returns margins along the difference of the class means, scaled so
// that they all count as violated.
func (s *separation) firstLook() []float64 {
	w := make([]float64, s.points.d)
	s.points.combine(w, nil, s.uniform())
	margins := make([]float64, s.points.n)
	s.points.margins(margins, w, 0)
	s.stats.Passes += 2
	top := slices.Max(margins)
	for i := range margins {
		margins[i] -= top + 1
	}
	return margins
}

// lowest returns up to count indices of the lowest margins below limit, by
// increasing margin.
func lowest(margins []float64, count int, limit float64) []int {
	heap := make([]int, 0, count) // the highest first
	higher := func(a, b int) bool {
		return margins[a] > margins[b] || margins[a] == margins[b] && a > b
	}
	down := func(k int) {
		for {
			c := 2*k + 1
			if c >= len(heap) {
				return
			}
			if c+1 < len(heap) && higher(heap[c+1], heap[c]) {
				c++
			}
			if !higher(heap[c], heap[k]) {
				return
			}
			heap[k], heap[c] = heap[c], heap[k]
			k = c
		}
	}
	for i, v := range margins {
		switch {
		case !(v < limit):
		case len(heap) < count:
			heap = append(heap, i)
			if len(heap) == count {
				for k := count/2 - 1; k >= 0; k-- {
					down(k)
				}
			}
		case v < margins[heap[0]]:
			heap[0] = i
			down(0)
		}
	}
	slices.SortFunc(heap, func(a, b int) int { return cmp.Or(cmp.Compare(margins[a], margins[b]), cmp.Compare(a, b)) })
	return heap
}

// merge returns the next working set: the new points, the support, and those
// of the old set that are near it.
func merge(work []int, margins []float64, more, set []int) []int {
	keep := make(map[int]bool, len(more)+len(set))
	out := make([]int, 0, len(more)+len(set)+len(work))
	add := func(i int) {
		if !keep[i] {
			keep[i] = true
			out = append(out, i)
		}
	}
	for _, i := range more {
		add(i)
	}
	for _, i := range set {
		add(i)
	}
	for _, i := range work {
		if margins[i] < nearby {
			add(i)
		}
	}
	return out
}

// nearby is the margin, in units of the least one, below which a point stays in
// the working set.
const nearby = 2

// spread returns the weights of all points.
func (f *supportFactor) spread(u []float64) []float64 {
	all := make([]float64, f.p.n)
	for k, i := range f.set {
		all[i] = u[k]
	}
	return all
}

// refineProof makes Σpᵢzᵢ of a proof smaller, by least squares on the support.
func (m *activeSet) refineProof() []float64 {
	f := m.f
	for range 3 {
		rest := make([]float64, f.dim)
		f.p.combine(rest[:f.p.d], nil, m.proof)
		if m.bias {
			for i, v := range m.proof {
				rest[f.p.d] += f.kappa * f.p.sign[i] * v
			}
		}
		delta := make([]float64, len(f.set))
		blas.Gemv(delta, f.q, len(f.set), f.dim, f.dim, rest)
		f.solve(delta)
		next := slices.Clone(m.proof)
		for k, i := range f.set {
			if next[i] == 0 {
				continue
			}
			if next[i] -= delta[k]; next[i] <= 0 {
				return m.proof
			}
		}
		m.proof = next
	}
	return m.proof
}

// gramLane forms all inner products and finds the support by block pivoting
// (Portugal, Júdice and Vicente 1994). It returns a guess of the support and
// whether the answer is certified.
func (s *separation) gramLane() ([]int, bool) {
	s.enter("gram")
	p := s.points
	n := p.n
	g := make([]float64, n*n)
	if p.data != nil {
		blas.GramRows(g, n, p.data, n, p.d, p.d, nil)
	} else {
		linop.Gram(p.sparse.T(), g, nil)
	}
	s.stats.Passes++
	kappa := 0.0
	if s.bias {
		kappa = s.kappa()
	}
	for i := range n {
		for j := range i + 1 {
			v := p.sign[i]*p.sign[j]*g[i*n+j] + kappa*kappa*p.sign[i]*p.sign[j]
			g[i*n+j], g[j*n+i] = v, v
		}
	}
	b := &blockPivoting{separation: s, g: g, kappa: kappa}
	if !b.run() {
		return b.set, false
	}
	u, w, c := b.polish()
	s.offer(w, c, u)
	s.observe("gram")
	return b.set, s.gap() <= s.opt.tol()
}
