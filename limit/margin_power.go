package limit

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// power solves the margin in ℓp, 1 < p < ∞, from the Euclidean separator:
//
//	minimise ‖w‖ₚᵖ/p  subject to  zᵢᵀw + yᵢc ≥ 1,
//
// by a primal–dual interior point method on
//
//	∇φ(w) = Zᵀu,  yᵀu = 0,  Zw + yc − s = 1,  uᵢsᵢ = μ,  φ = ‖·‖ₚᵖ/p.
//
// For p < 2, where φ″ is infinite at 0, Newton's method moves θ = ∇φ(w), and w = ∇φ*(θ)
// has a derivative everywhere; for p ≥ 2 it moves w. Its matrix is of order min(N, d).
// Free coordinates of w have no force, ∇φ = 0.
//
// Cost of a step: min(N, d)²·max(N, d) flops.
func (s *separation) power(p float64) {
	start, c := s.w, s.c
	s.w, s.p, s.margin, s.bound = nil, nil, 0, math.Inf(1) // those were Euclidean
	if k, _ := powerOrder(s.points); k > maxPower {
		s.trouble = "the interior point method of lp:P factors a matrix whose order is the smaller of the numbers of points and coordinates, and that is too large"
		return
	}
	s.enter("interior point")
	l := newPowerLane(s, p, start, c)
	for k := 0; k < maxPowerSteps && !s.halted(); k++ {
		if !l.step() {
			break
		}
		s.stats.Steps++
		l.offer()
		s.observe("interior point")
		if s.gap() <= 1e-2*s.opt.tol() {
			break
		}
	}
	l.trim()
}

// powerOrder is the order of the matrix of a step, and whether it is that of the
// points: free coordinates need the other.
func powerOrder(p *points) (order int, inner bool) {
	if p.free == 0 && p.n <= p.d {
		return p.n, true
	}
	return p.d, false
}

const (
	maxPower      = 5000
	maxPowerSteps = 200
)

// powerLane is the state of the interior point method, for w in units in which
// the Euclidean separator's largest entry is 1.
type powerLane struct {
	s          *separation
	p          float64
	n, d, k    int
	normed     int // coordinates in the norm, the first ones
	unit       float64
	x          linop.Operator // the points, without signs
	w, theta   []float64
	u, slack   []float64
	c          float64
	mu, t      float64 // centring, and the last step
	inner      bool    // the matrix is N×N
	m, l       []float64
	h          []float64 // ∂w/∂θ
	rTheta, rP []float64
	rC         float64
	dw, dTheta []float64
	du, dSlack []float64
	dc         float64
	zw, rhs    []float64
}

func newPowerLane(s *separation, p float64, start []float64, c float64) *powerLane {
	n, d := s.points.n, s.points.d
	l := &powerLane{s: s, p: p, n: n, d: d, normed: d - s.points.free, c: c}
	l.k, l.inner = powerOrder(s.points)
	if s.points.data != nil {
		l.x = linop.NewDense(n, d, s.points.data)
	} else {
		l.x = s.points.sparse.T()
	}
	vectors := func(n int, v ...*[]float64) {
		for _, x := range v {
			*x = make([]float64, n)
		}
	}
	vectors(n, &l.u, &l.slack, &l.rP, &l.du, &l.dSlack, &l.zw, &l.rhs)
	vectors(d, &l.w, &l.theta, &l.h, &l.rTheta, &l.dw, &l.dTheta)
	vectors(l.k*l.k, &l.m, &l.l)
	l.unit = vectorNorm(start[:l.normed], math.Inf(1))
	total := 0.0 // wᵀ∇φ(w) = Σuᵢ at the answer
	for j, v := range start {
		l.w[j] = v / l.unit
		if j < l.normed {
			l.theta[j] = l.force(l.w[j])
			total += l.w[j] * l.theta[j]
		}
	}
	l.margins(l.zw, l.w, l.c)
	sum := 0.0
	for i, v := range l.zw {
		l.slack[i] = math.Max(v-1, 0.1)
		sum += 1 / l.slack[i]
	}
	for i, v := range l.slack { // centred
		l.u[i] = total / (v * sum)
	}
	l.mu, l.t = blas.Dot(l.u, l.slack)/float64(n), 0
	return l
}

// force is ∇φ of an entry, move its inverse ∇φ*.
func (l *powerLane) force(w float64) float64 {
	return math.Copysign(math.Pow(math.Abs(w), l.p-1), w)
}

func (l *powerLane) move(theta float64) float64 {
	return math.Copysign(math.Pow(math.Abs(theta), 1/(l.p-1)), theta)
}

// margins sets dst = Zw + yc in the units of the lane.
func (l *powerLane) margins(dst, w []float64, c float64) {
	l.s.points.margins(dst, w, c/l.unit)
	for i := range dst {
		dst[i] *= l.unit
	}
}

// combine sets dst = Zᵀu.
func (l *powerLane) combine(dst, u []float64) {
	l.s.points.combine(dst, nil, u)
	for j := range dst {
		dst[j] *= l.unit
	}
}

// residuals evaluates the equations and returns their size: of the first relative
// to θ, of the others to 1.
func (l *powerLane) residuals() float64 {
	l.combine(l.rTheta, l.u)
	size, off := 0.0, 0.0
	for j, v := range l.theta {
		l.rTheta[j] -= v
		size = math.Max(size, math.Abs(v))
		off = math.Max(off, math.Abs(l.rTheta[j]))
	}
	l.margins(l.zw, l.w, l.c)
	l.rC = 0
	worst := off / size
	for i, v := range l.zw {
		l.rP[i] = 1 - v + l.slack[i]
		worst = math.Max(worst, math.Abs(l.rP[i]))
		l.rC -= l.s.points.sign[i] * l.u[i]
	}
	if l.s.bias {
		total := 0.0
		for _, v := range l.u {
			total += v
		}
		worst = math.Max(worst, math.Abs(l.rC)/total)
	}
	return worst
}

// step does a Newton step towards a smaller μ; false if there is none.
func (l *powerLane) step() bool {
	before := l.residuals()
	gap := blas.Dot(l.u, l.slack) / float64(l.n)
	sigma := 0.1
	if l.t < 0.5 {
		sigma = 0.5
	}
	l.mu = sigma * gap
	if !l.factor() {
		return false
	}
	l.solve()
	t := 1.0
	for i := range l.u {
		if l.du[i] < 0 {
			t = math.Min(t, -0.995*l.u[i]/l.du[i])
		}
		if l.dSlack[i] < 0 {
			t = math.Min(t, -0.995*l.slack[i]/l.dSlack[i])
		}
	}
	w, theta, u, slack, c := slices.Clone(l.w), slices.Clone(l.theta), slices.Clone(l.u), slices.Clone(l.slack), l.c
	for try := 0; ; try++ {
		for i := range l.u {
			l.u[i], l.slack[i] = u[i]+t*l.du[i], slack[i]+t*l.dSlack[i]
		}
		l.c = c + t*l.dc
		for j := range l.w {
			switch {
			case j >= l.normed:
				l.w[j] = w[j] + t*l.dw[j]
			case l.p < 2:
				l.theta[j] = theta[j] + t*l.dTheta[j]
				l.w[j] = l.move(l.theta[j])
			default:
				l.w[j] = w[j] + t*l.dw[j]
				l.theta[j] = l.force(l.w[j])
			}
		}
		// The equations are not linear: a step that leaves them far from solved is
		// too long.
		if after := l.residuals(); after <= math.Max(before, 1e-10) || after <= 0.5*gap || try == 30 {
			l.t = t
			return !math.IsNaN(after)
		}
		t /= 2
	}
}

// factor forms and factors the matrix of a step. With T = diag(u/s) and H = diag(∂w/∂θ)
// it is Z H Zᵀ + T⁻¹ for few points; for many H⁻¹ + ZᵀTZ, or for p < 2, where H may be 0,
// 1 + H^½ZᵀTZH^½; of free coordinates ZᵀTZ alone.
func (l *powerLane) factor() bool {
	floor := 0.0
	for _, v := range l.w[:l.normed] {
		floor = math.Max(floor, math.Abs(v))
	}
	for j, v := range l.w {
		if j >= l.normed {
			l.h[j] = 1
		} else if l.p < 2 {
			l.h[j] = math.Pow(math.Abs(l.theta[j]), 1/(l.p-1)-1) / (l.p - 1)
		} else { // bounded, where φ″ is 0
			l.h[j] = 1 / ((l.p - 1) * math.Max(math.Pow(math.Abs(v), l.p-2), 1e-10*math.Pow(floor, l.p-2)))
		}
	}
	sign, scale := l.s.points.sign, l.unit*l.unit
	if l.inner {
		weights := slices.Clone(l.h)
		scaleAll(weights, scale)
		linop.Gram(l.x, l.m, weights)
		for i := range l.n {
			for j := range i + 1 {
				l.l[i*l.n+j] = sign[i] * sign[j] * l.m[i*l.n+j]
			}
			l.l[i*l.n+i] += l.slack[i] / l.u[i]
		}
		return blas.Cholesky(l.l, l.k, l.k) < 0
	}
	for i := range l.u {
		l.rhs[i] = scale * l.u[i] / l.slack[i]
	}
	linop.Gram(linop.Transpose(l.x), l.m, l.rhs)
	for j := range l.d {
		for q := range j + 1 {
			v := l.m[j*l.d+q]
			if l.p < 2 {
				v *= math.Sqrt(l.h[j]) * math.Sqrt(l.h[q])
			}
			l.l[j*l.d+q] = v
		}
		switch {
		case j >= l.normed:
		case l.p < 2:
			l.l[j*l.d+j]++
		default:
			l.l[j*l.d+j] += 1 / l.h[j]
		}
	}
	return blas.Cholesky(l.l, l.k, l.k) < 0
}

func scaleAll(x []float64, a float64) {
	for i := range x {
		x[i] *= a
	}
}

// solve finds the step of all variables: du = T(b − Z dw − y dc) with b = rP + μ/u − s, and
// dc from yᵀ(u + du) = 0.
func (l *powerLane) solve() {
	b := make([]float64, l.n)
	for i := range b {
		b[i] = l.rP[i] + l.mu/l.u[i] - l.slack[i]
	}
	l.reduced(b, l.rTheta, l.dw, l.du)
	l.dc = 0
	if l.s.bias {
		// Without its first equation's rest, for the right-hand side y.
		dw, du := make([]float64, l.d), make([]float64, l.n)
		l.reduced(l.s.points.sign, make([]float64, l.d), dw, du)
		y := l.s.points.sign
		if den := blas.Dot(y, du); den > 0 {
			l.dc = (blas.Dot(y, l.du) - l.rC) / den
		}
		blas.Axpy(-l.dc, dw, l.dw)
		blas.Axpy(-l.dc, du, l.du)
	}
	l.combine(l.dTheta, l.du)
	blas.Axpy(1, l.rTheta, l.dTheta)
	for i := range l.u {
		l.dSlack[i] = l.mu/l.u[i] - l.slack[i] - l.slack[i]/l.u[i]*l.du[i]
	}
}

// reduced solves du = T(b − Z dw), dw = H(Zᵀdu + r).
func (l *powerLane) reduced(b, r, dw, du []float64) {
	if l.inner {
		for j, v := range r {
			dw[j] = l.h[j] * v
		}
		l.margins(du, dw, 0)
		for i, v := range b {
			du[i] = v - du[i]
		}
		blas.SolveLower(l.l, l.k, l.k, du)
		blas.SolveLowerT(l.l, l.k, l.k, du)
		l.combine(dw, du)
		for j, v := range r {
			dw[j] = l.h[j] * (dw[j] + v)
		}
		return
	}
	for i, v := range b {
		l.rhs[i] = l.u[i] / l.slack[i] * v
	}
	l.combine(dw, l.rhs)
	blas.Axpy(1, r, dw)
	if l.p < 2 {
		for j := range dw {
			dw[j] *= math.Sqrt(l.h[j])
		}
	}
	blas.SolveLower(l.l, l.k, l.k, dw)
	blas.SolveLowerT(l.l, l.k, l.k, dw)
	if l.p < 2 {
		for j := range dw {
			dw[j] *= math.Sqrt(l.h[j])
		}
	}
	l.margins(du, dw, 0)
	for i, v := range b {
		du[i] = l.u[i] / l.slack[i] * (v - du[i])
	}
}

// offer hands separator and weights to the judge.
func (l *powerLane) offer() {
	w := make([]float64, l.d)
	for j, v := range l.w {
		w[j] = v * l.unit
	}
	l.s.offer(w, l.c, l.u)
}

// trim leaves out weights that are there only because the path has not ended.
func (l *powerLane) trim() {
	u := slices.Clone(l.u)
	for i, v := range u {
		if v*1e3 < l.slack[i] {
			u[i] = 0
		}
	}
	p, bound := l.s.convex(u)
	if p != nil && bound <= l.s.bound*(1+1e-2*l.s.opt.tol()) && l.s.w != nil && (bound-l.s.margin) <= l.s.opt.tol()*bound {
		l.s.p, l.s.bound = p, bound
	}
}
