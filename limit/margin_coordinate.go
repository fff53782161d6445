package limit

import (
	"math"
	"math/rand/v2"
)

// coordinateLane is coordinate descent in the dual,
//
//	uᵢ ← max(0, uᵢ + (1 − zᵢᵀw − yᵢc)/‖zᵢ‖²),  w = Σuᵢzᵢ
//
// (Hsieh, Chang, Lin, Keerthi and Sundararajan 2008), a product with a single
// point at a time. An intercept is a multiplier of yᵀu = 0: the method of
// multipliers moves it between sweeps. On the support that the sweeps settle on
// conjugate gradients finish. It returns a guess of the support and whether the
// answer is certified.
func (s *separation) coordinateLane() ([]int, bool) {
	s.enter("coordinate")
	m := newCoordinates(s)
	var last float64
	patience := 0 // sweeps before conjugate gradients are tried again
	for sweep := 1; sweep <= maxSweeps && !s.halted(); sweep++ {
		worst := m.sweep()
		s.stats.Steps++
		s.stats.Passes++
		stalled := sweep > 12 && worst > 0.9*last
		last = worst
		switch {
		case worst <= 0.25*s.opt.tol():
			if m.check(); s.gap() <= s.opt.tol() {
				return nil, true
			}
			if m.proof() {
				return nil, true
			}
		case stalled && sweep%8 == 0, s.bias && m.still >= 3 && worst < 0.1 && sweep >= patience:
			patience = sweep + 8
			m.conjugate()
			if m.check(); s.gap() <= s.opt.tol() {
				return nil, true
			}
			if m.proof() {
				return nil, true
			}
		case sweep%32 == 0:
			m.check()
		}
		if s.bias {
			m.multiplier()
		}
		s.observe("coordinate")
	}
	m.check()
	var set []int
	for i, v := range m.u {
		if v > 0 {
			set = append(set, i)
		}
	}
	return set, s.gap() <= s.opt.tol()
}

// maxSweeps bounds the work of the lane. overRelaxation is what a sweep
// overshoots by: measured best on sparse random points, where it saves a fifth
// of the sweeps; every value below 2 converges.
const (
	maxSweeps      = 2000
	overRelaxation = 1.1
)

// coordinates is the state of the sweeps.
type coordinates struct {
	*separation
	u, w    []float64
	inverse []float64 // 1/‖zᵢ‖², κ² included; 0 for zᵢ = 0
	active  []int     // points that the sweeps visit
	skipped bool
	kappa2  float64
	balance float64    // yᵀu
	c       float64    // multiplier; the intercept is c + κ²yᵀu
	still   int        // sweeps since a weight became positive or 0
	order   *rand.Rand // of the visits: a cyclic order can be very slow
	relax   float64    // over-relaxation, in [1, 2)
	bar     float64    // points of weight 0 and margin above it are skipped
}

func newCoordinates(s *separation) *coordinates {
	n := s.points.n
	m := &coordinates{separation: s, u: make([]float64, n), w: make([]float64, s.points.d), inverse: make([]float64, n), bar: math.Inf(1), relax: overRelaxation, order: rand.New(rand.NewPCG(1, 2))}
	if s.bias {
		m.kappa2 = s.mean * s.mean
	}
	for i := range n {
		m.active = append(m.active, i)
		if q := s.points.square(i) + m.kappa2; q > 0 {
			m.inverse[i] = 1 / q
		}
	}
	return m
}

// sweep visits the active points once and returns the largest violation of
// optimality that it met, in units of the margin.
func (m *coordinates) sweep() float64 {
	p, w := m.points, m.w
	var worst float64
	moved := false
	m.order.Shuffle(len(m.active), func(i, j int) { m.active[i], m.active[j] = m.active[j], m.active[i] })
	kept := m.active[:0]
	for _, i := range m.active {
		idx, val := p.row(i)
		y := p.sign[i]
		var dot float64
		if idx != nil {
			dot = sparseDot(idx, val, w)
		} else {
			dot = y * p.dot(i, w)
		}
		g := 1 - y*(dot+m.c+m.kappa2*m.balance)
		if m.u[i] == 0 && g < -m.bar {
			m.skipped = true
			continue
		}
		kept = append(kept, i)
		if m.u[i] > 0 || g > 0 {
			worst = max(worst, math.Abs(g))
		}
		step := max(-m.u[i], m.relax*g*m.inverse[i])
		if step == 0 {
			continue
		}
		was := m.u[i] > 0
		m.u[i] += step
		moved = moved || was != (m.u[i] > 0)
		m.balance += y * step
		if idx == nil {
			p.axpy(step, i, w)
			continue
		}
		sparseAxpy(y*step, idx, val, w)
	}
	m.active = kept
	if m.still++; moved {
		m.still = 0
	}
	m.bar = max(worst, m.opt.tol())
	return worst
}

// multiplier moves the intercept to where yᵀu pulls it.
func (m *coordinates) multiplier() {
	m.c += m.kappa2 * m.balance
	m.balance = 0
	for i, v := range m.u {
		m.balance += m.points.sign[i] * v
	}
}

// check computes w anew from the weights, offers both, and takes skipped points
// back that turn out to be violated.
func (m *coordinates) check() {
	m.points.combine(m.w, nil, m.u)
	m.stats.Passes++
	m.offer(m.w, m.c+m.kappa2*m.balance, m.u)
	if !m.skipped {
		return
	}
	m.active = m.active[:0]
	for i := range m.u {
		m.active = append(m.active, i)
	}
	m.skipped = false
}

// proof keeps the weights as a proof that nothing separates, if they combine the
// points to 0.
func (m *coordinates) proof() bool {
	p, size := m.convex(m.u)
	if p == nil || size > vanishing*m.radius {
		return false
	}
	m.separation.proof = p
	return true
}

// vanishing is the length of Σpᵢzᵢ, in units of the largest ‖zᵢ‖, that is 0 up to
// rounding.
const vanishing = 1e-12

// conjugate solves G u + c y = 1, yᵀu = 0 on the support by conjugate gradients
// from the present weights, as far as they stay positive. The gradients are
// preconditioned by the diagonal of G and projected on yᵀu = 0.
func (m *coordinates) conjugate() {
	p := m.points
	var set []int
	for i, v := range m.u {
		if v > 0 {
			set = append(set, i)
		}
	}
	f := newSupportFace(m, set)
	if f == nil || !f.balance() {
		return
	}
	f.descend()
	step := 1.0
	for k, i := range set {
		if f.x[k] < 0 {
			step = min(step, m.u[i]/(m.u[i]-f.x[k]))
		}
	}
	for k, i := range set {
		m.u[i] = max(0, m.u[i]+step*(f.x[k]-m.u[i]))
		if step < 1 && m.u[i] <= 1e-14*math.Abs(f.x[k]) {
			m.u[i] = 0
		}
	}
	p.combine(m.w, nil, m.u)
	m.c, m.balance, m.bar = f.c, 0, math.Inf(1)
}

// supportFace is the problem on a fixed support.
type supportFace struct {
	*coordinates
	set         []int
	x, r, scale []float64 // scale is 1/Gᵢᵢ
	y           []float64
	yy          float64 // yᵀ diag(scale) y
	c           float64
}

func newSupportFace(m *coordinates, set []int) *supportFace {
	k := len(set)
	if k == 0 {
		return nil
	}
	f := &supportFace{coordinates: m, set: set, x: make([]float64, k), r: make([]float64, k), scale: make([]float64, k), y: make([]float64, k)}
	for q, i := range set {
		f.x[q], f.y[q] = m.u[i], m.points.sign[i]
		f.scale[q] = 1 / m.points.square(i)
		if math.IsInf(f.scale[q], 0) {
			return nil
		}
		f.yy += f.scale[q]
	}
	return f
}

// balance makes yᵀx = 0, and reports whether x stays positive.
func (f *supportFace) balance() bool {
	if !f.bias {
		return true
	}
	var sum float64
	for q, v := range f.x {
		sum += f.y[q] * v
	}
	for q := range f.x {
		f.x[q] -= sum / f.yy * f.scale[q] * f.y[q]
		if f.x[q] < 0 {
			return false
		}
	}
	return true
}

// gradient sets g to the preconditioned, projected residual, and c to what the
// projection takes away.
func (f *supportFace) gradient(g []float64) float64 {
	f.c = 0
	if f.bias {
		for q, v := range f.r {
			f.c += f.y[q] * f.scale[q] * v
		}
		f.c /= f.yy
	}
	var rg float64
	for q, v := range f.r {
		g[q] = f.scale[q] * (v - f.c*f.y[q])
		rg += g[q] * (v - f.c*f.y[q])
	}
	return rg
}

// descend runs conjugate gradients to rounding.
func (f *supportFace) descend() {
	p, k := f.points, len(f.set)
	v, q, g, d := make([]float64, p.d), make([]float64, k), make([]float64, k), make([]float64, k)
	p.combine(v, f.set, f.x)
	for i, j := range f.set {
		f.r[i] = 1 - p.dot(j, v)
	}
	f.stats.Passes += 2
	rg := f.gradient(g)
	least := 1e-26 * float64(k) // of Σ residual²/Gᵢᵢ, in units of 1/‖z‖²
	copy(d, g)
	for range maxConjugate {
		if rg <= least*f.yy/float64(k) || f.halted() {
			return
		}
		p.combine(v, f.set, d)
		var dq float64
		for i, j := range f.set {
			q[i] = p.dot(j, v)
			dq += d[i] * q[i]
		}
		f.stats.Passes += 2
		if !(dq > 0) {
			return
		}
		a := rg / dq
		for i := range f.x {
			f.x[i] += a * d[i]
			f.r[i] -= a * q[i]
		}
		next := f.gradient(g)
		for i := range d {
			d[i] = g[i] + next/rg*d[i]
		}
		rg = next
	}
}

// maxConjugate bounds the steps of conjugate gradients on one support.
const maxConjugate = 400
