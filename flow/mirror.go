package flow

import (
	"math"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/ode"
)

// Mirror is the mirror flow of f(Ax) in dual coordinates. Its state is ν, of
// length n, and for the squared loss ∫‖Ax−b‖² behind it.
//
// It is not safe for concurrent use: it remembers the last point.
type Mirror struct {
	chart *dual.Chart
	loss  loss.Loss
	b     []float64 // of the squared loss, else nil
	n     int
	p     *dual.Point
	grad  []float64 // ∇f(Ax) at p
	known bool

	floor []float64 // |xⱼ| up to which aⱼxⱼ is no part of Ax − b; nil: not known

	jac mirrorJacobian
	d   []float64 // scratch of length m
	e   []float64
}

var (
	_ Charted        = (*Mirror)(nil)
	_ Measured       = (*Mirror)(nil)
	_ Conserver      = (*Mirror)(nil)
	_ ode.Linearizer = (*Mirror)(nil)
	_ ode.Autonomous = (*Mirror)(nil)
)

// NewMirror returns the mirror flow of the loss f(Ax) from the start of the
// chart. It panics unless A has at least one row.
func NewMirror(chart *dual.Chart, f loss.Loss) *Mirror {
	n, m := chart.A.Dims()
	if n == 0 {
		panic("flow: A has no rows")
	}
	mf := &Mirror{
		chart: chart, loss: f, n: n, p: chart.NewPoint(),
		grad: make([]float64, n), d: make([]float64, m), e: make([]float64, m),
	}
	if sq, ok := f.(loss.Squared); ok {
		mf.b = sq.B
		mf.floor = floors(chart.A, sq.B)
	}
	mf.jac = mirrorJacobian{
		flow: mf, solver: newNormal(chart.A), d: make([]float64, m),
		f: make([]float64, n), rhs: make([]float64, n), mul: make([]float64, n),
	}
	return mf
}

// Chart returns the chart.
func (m *Mirror) Chart() *dual.Chart { return m.chart }

// Dim returns n, or n+1 for the squared loss.
func (m *Mirror) Dim() int {
	if m.b != nil {
		return m.n + 1
	}
	return m.n
}

// Autonomous reports true.
func (*Mirror) Autonomous() bool { return true }

// Start returns ν = 0.
func (m *Mirror) Start() []float64 { return make([]float64, m.Dim()) }

// at moves to the point of a state, if it is another one.
func (m *Mirror) at(state []float64) {
	nu := state[:m.n]
	if m.known && equal(nu, m.p.Nu) {
		return
	}
	if m.floor == nil {
		m.chart.At(m.p, nu)
	} else {
		m.visible(nu)
	}
	m.loss.Grad(m.grad, m.p.AX)
	m.known = true
}

// seen is a thousand times the |xᵢ| that would fit b alone, +Inf where that is not known:
// beyond it a unit of θᵢ, as for a hypentropy of β = 1e12, says nothing about sizes.
func (m *Mirror) seen(i int) float64 {
	if m.floor == nil {
		return math.Inf(1)
	}
	return 1e3 * m.floor[i] / invisible * float64(len(m.floor))
}

// invisible is the part of what fits b, shared among the coordinates, that is lost in the
// rounding of Ax − b.
const invisible = 1e-20

// floors returns the sizes of x that are beyond the rounding of Ax − b, where
// the columns of A are in memory and can be left out.
func floors(a linop.Operator, b []float64) []float64 {
	size := math.Sqrt(blas.Dot(b, b))
	if !linop.Stored(a) || size == 0 {
		return nil
	}
	_, m := a.Dims()
	f := make([]float64, m)
	linop.ColumnNorms(a, f)
	for j, v := range f {
		f[j] = invisible * size / (float64(m) * max(v, 1e-300))
	}
	return f
}

// visible is Chart.At with a product A x that reads only the columns that can be
// seen in Ax − b: from a tiny start those are few.
func (m *Mirror) visible(nu []float64) {
	c, p := m.chart, m.p
	copy(p.Nu, nu)
	c.A.ApplyT(p.Theta, nu)
	for j, t := range c.Theta0 {
		p.Theta[j] += t
	}
	c.Phi.GradConj(p.X, p.Theta)
	for j, x := range p.X {
		m.e[j] = x
		if math.Abs(x) <= m.floor[j] {
			m.e[j] = 0
		}
	}
	c.A.Apply(p.AX, m.e)
}

// Deriv sets dst = (−∇f(Ax), ‖Ax−b‖²): two passes over A.
func (m *Mirror) Deriv(dst []float64, _ float64, state []float64) {
	m.at(state)
	for i, g := range m.grad {
		dst[i] = -g
	}
	if m.b != nil {
		dst[m.n] = blas.Dot(m.grad, m.grad)
	}
}

// Primal sets dst = x(ν).
func (m *Mirror) Primal(dst, state []float64) {
	m.at(state)
	copy(dst, m.p.X)
}

// Loss returns f(Ax).
func (m *Mirror) Loss(state []float64) float64 {
	m.at(state)
	return m.loss.Value(m.p.AX)
}

// Measure returns the root mean square over the coordinates of the relative
// errors of x, from the errors δ of ν,
//
//	φ*″(θᵢ)|(Aᵀδ)ᵢ| / (|xᵢ| + sᵢ),
//
// where sᵢ keeps relative errors meaningful at xᵢ = 0: φ*″(θᵢ), by how much xᵢ
// changes with one unit of θᵢ, but no more than what a solution needs, or for scale-free
// potentials the root mean square of x. For the entropy that is the relative error of every coordinate, also of
// those that are too small to be seen yet: from it comes the error of the time
// when they become large.
func (m *Mirror) Measure(s *ode.Step, rel, abs float64) float64 {
	m.chart.A.ApplyT(m.e, s.Err[:m.n])
	m.chart.HessDiag(m.d, m.p)
	var floor float64
	free := scaleFree(m.chart.Phi)
	if free {
		floor = blas.Dot(m.p.X, m.p.X) / float64(len(m.p.X))
		floor = math.Sqrt(floor)
	}
	var sum float64
	for i, h := range m.d {
		dx := h * math.Abs(m.e[i])
		if dx == 0 {
			continue
		}
		if !free {
			floor = min(h, m.seen(i))
		}
		v := dx / (abs + rel*(math.Abs(m.p.X[i])+floor))
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(m.d)))
}

// scaleFree reports whether φ(cx) is a multiple of φ(x), so that no size of x is
// special.
func scaleFree(phi geometry.Separable) bool {
	switch phi.(type) {
	case geometry.Euclidean, geometry.Diagonal, geometry.LP:
		return true
	}
	return false
}

// Linearize returns −F A D Aᵀ.
func (m *Mirror) Linearize(_ float64, state []float64) ode.Jacobian {
	m.at(state)
	m.jac.linearize()
	return &m.jac
}

// mirrorJacobian is J = −F A D Aᵀ, with the row 2ν′ᵀJ of ∫‖Ax−b‖² below it.
type mirrorJacobian struct {
	flow   *Mirror
	solver *normal
	d      []float64
	f      []float64 // F½
	deriv  []float64
	rhs    []float64
	mul    []float64
}

func (j *mirrorJacobian) linearize() {
	m := j.flow
	m.chart.HessDiag(j.d, m.p)
	if m.b != nil {
		j.deriv = append(j.deriv[:0], m.grad...)
		j.solver.set(j.d, nil)
		return
	}
	m.loss.Curvature(j.f, m.p.AX)
	for i, v := range j.f {
		j.f[i] = math.Sqrt(v)
	}
	j.solver.set(j.d, j.f)
}

// Factor factors I + c F½ A D Aᵀ F½.
func (j *mirrorJacobian) Factor(c float64) bool { return j.solver.factor(c) }

// Solve uses, for F that is not the identity, that
//
//	(I + c F G)⁻¹ = I − c F½ (I + c F½ G F½)⁻¹ F½ G,   G = A D Aᵀ,
//
// which needs no inverse of F.
func (j *mirrorJacobian) Solve(v []float64) {
	m := j.flow
	nu := v[:m.n]
	if m.b == nil {
		j.general(nu)
		return
	}
	copy(j.rhs, nu)
	j.solver.solve(nu)
	// The row: ν′ = −grad, and cJv = v − rhs.
	var sum float64
	for i, g := range j.deriv {
		sum -= 2 * g * (nu[i] - j.rhs[i])
	}
	v[m.n] += sum
}

func (j *mirrorJacobian) general(nu []float64) {
	j.flow.chart.HessMul(j.mul, j.d, nu)
	for i, f := range j.f {
		j.mul[i] *= f
	}
	j.solver.solve(j.mul)
	for i, f := range j.f {
		nu[i] -= j.solver.c * f * j.mul[i]
	}
}

func equal(x, y []float64) bool {
	for i, v := range x {
		if v != y[i] {
			return false
		}
	}
	return true
}
