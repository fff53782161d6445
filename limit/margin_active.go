package limit

import (
	"cmp"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
)

// activeSet is the dual method of Goldfarb and Idnani (1983) for
//
//	minimise ½‖w‖²  subject to  zᵢᵀw + yᵢc ≥ 1:
//
// w is always the optimum for the support S alone, the most violated point
// enters, and points whose weight would become negative leave on the way. The
// dual objective grows with every step, so the method ends: at the optimum, or
// with weights that combine points to 0.
type activeSet struct {
	*separation
	f *supportFactor
	u []float64
	w []float64 // Σuᵢzᵢ, and 0·κ in the place of the intercept
	c float64

	steps int
	proof []float64 // convex weights of all points with Σpᵢzᵢ = 0; nil: none
}

func newActiveSet(s *separation) *activeSet {
	f := newSupportFactor(s.points, s.bias, s.kappa())
	return &activeSet{separation: s, f: f, w: make([]float64, f.dim)}
}

// begin makes S the largest part of guess whose weights are positive.
func (m *activeSet) begin(guess []int) {
	for _, i := range guess {
		m.f.extend(i)
	}
	for len(m.f.set) > 0 {
		m.u, m.c = m.f.weights()
		worst := -1
		for k, v := range m.u {
			if !(v > 0) && (worst < 0 || v < m.u[worst]) {
				worst = k
			}
		}
		if worst < 0 || m.bias && len(m.f.set) == 2 {
			break
		}
		m.f.remove(worst)
		m.steps++
	}
	m.refresh()
}

// bothClasses reports whether the support has points of both classes.
func (m *activeSet) bothClasses() bool {
	var sum float64
	for _, i := range m.f.set {
		sum += m.points.sign[i]
	}
	return math.Abs(sum) < float64(len(m.f.set))
}

// refresh recomputes weights, w and c from the factor.
func (m *activeSet) refresh() {
	m.u, m.c = m.f.weights()
	v := append([]float64(nil), m.f.a...)
	blas.Axpy(-m.c, m.f.b, v)
	clear(m.w)
	if len(v) > 0 {
		blas.GemvT(m.w, m.f.q, len(v), m.f.dim, m.f.dim, v)
	}
}

// violation returns 1 − zᵢᵀw − yᵢc.
func (m *activeSet) violation(i int) float64 {
	return 1 - m.points.dot(i, m.w[:m.points.d]) - m.c*m.points.sign[i]
}

// enter makes point j active. It reports false where that proves that there is
// no separator: proof has the weights then.
func (m *activeSet) enter(j int) bool {
	f := m.f
	v := make([]float64, f.dim)
	var uj float64
	for {
		m.steps++
		k := len(f.set)
		coef, delta := make([]float64, k), make([]float64, k)
		f.column(v, j)
		rho := f.project(v, coef)
		curvature := rho * rho
		var dc float64
		copy(delta, coef)
		if m.bias {
			bb := blas.Dot(f.b, f.b)
			rest := f.p.sign[j] - blas.Dot(f.b, coef)
			if math.Abs(rest) <= 1e-12*(1+math.Sqrt(bb*blas.Dot(coef, coef))) {
				rest = 0
			}
			if bb > 0 {
				dc = rest / bb
				curvature += rest * dc
			}
			blas.Axpy(dc, f.b, delta)
		}
		f.solve(delta)
		full := math.Inf(1)
		if curvature > 0 {
			full = m.violation(j) / curvature
		}
		step, out := full, -1
		for i, e := range delta { // u changes by −t·delta
			if e > 0 && m.u[i] < step*e {
				step, out = m.u[i]/e, i
			}
		}
		if math.IsInf(step, 1) {
			m.unbounded(j, delta)
			return false
		}
		blas.Axpy(-step, delta, m.u)
		uj += step
		m.c += step * dc
		blas.Axpy(step, v, m.w)
		if m.bias && dc != 0 {
			q := make([]float64, f.dim)
			blas.GemvT(q, f.q, k, f.dim, f.dim, f.b)
			blas.Axpy(-step*dc, q, m.w)
		}
		if out < 0 {
			if rho == 0 { // affinely dependent: nothing to add, c alone moved
				m.refresh()
				return true
			}
			f.add(j, coef, v, rho)
			m.refresh()
			return true
		}
		f.remove(out)
		m.u = append(m.u[:out], m.u[out+1:]...)
	}
}

// unbounded keeps the direction along which the dual grows without bound:
// z_j = Σδᵢzᵢ with δ ≤ 0.
func (m *activeSet) unbounded(j int, delta []float64) {
	m.proof = make([]float64, m.points.n)
	sum, largest := 1.0, 1.0
	for _, e := range delta {
		largest = max(largest, -e)
	}
	for k, e := range delta {
		if -e > spurious*largest {
			m.proof[m.f.set[k]] = -e
			sum -= e
		}
	}
	m.proof[j] = 1
	for i := range m.proof {
		m.proof[i] /= sum
	}
}

// spurious is the weight, relative to the largest, that a proof owes to
// rounding.
const spurious = 1e-12

// solve brings the points of work to margin 1, up to slack.
func (m *activeSet) solve(work []int, slack float64) bool {
	type candidate struct {
		i int
		v float64
	}
	var queue []candidate
	var tried map[int]int
	for !m.halted() {
		queue = queue[:0]
		for _, i := range work {
			if v := m.violation(i); v > slack {
				queue = append(queue, candidate{i, v})
			}
		}
		if len(queue) == 0 {
			return true
		}
		slices.SortFunc(queue, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(b.v, a.v), cmp.Compare(a.i, b.i))
		})
		progress := false
		for k, q := range queue[:min(len(queue), batch)] {
			v := m.violation(q.i)
			if k > 0 && v < 0.5*queue[0].v || v <= slack {
				continue
			}
			if slices.Contains(m.f.set, q.i) {
				continue // the violation of a support vector is rounding
			}
			if tried == nil {
				tried = map[int]int{}
			}
			if tried[q.i]++; tried[q.i] > maxEntries {
				continue // cycling by rounding
			}
			progress = true
			if !m.enter(q.i) {
				return false
			}
		}
		if !progress {
			return true
		}
	}
	return true
}

const (
	batch      = 8   // violated points that enter between two looks at all of them
	maxEntries = 200 // times that one point may enter
)
