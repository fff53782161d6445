package flow

import (
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/ode"
)

// Separator is the gradient flow of labelled points from w = 0 (or from another start,
// Begin, or the mirror flow of another potential, Mirror),
//
//	dw/dt = −∇L(w),  L(w) = Σ ℓ(zᵢᵀw),  zᵢ = yᵢxᵢ,
//
// for the exponential loss ℓ(m) = e^{−m} or the logistic one, ln(1+e^{−m}), in
// the time u = ln(1+t), for u up to 10⁶ and more:
//
//	dw/du = Σ exp(u + ln(−ℓ′(zᵢᵀw))) zᵢ.
//
// Weights and losses exist as logarithms only. Where the points can be separated
// w(t) = â ln t + ρ(t) with the â of largest margin and a bounded ρ, for almost all
// data (Soudry, Hoffer, Nacson, Gunasekar and Srebro 2018), so the exponents
// settle and the steps grow without bound.
//
// The state is w if there are at least as many points as coordinates, else the
// dual coordinates ν, w = Zᵀν, νᵢ′ = exp(u + ln(−ℓ′)). Cost of a step: a few
// products with X, and k²·max(N, d) + k³/3 flops for the Jacobian, k = min(N, d).
type Separator struct {
	x        linop.Operator
	y        []float64
	logistic bool
	n, d     int
	primal   bool      // the state is w
	gram     []float64 // ZZᵀ, n×n, where the state is ν
	radius   float64   // largest ‖xᵢ‖

	p      float64   // of the mirror potential ‖w‖ₚᵖ/p; 2 for gradient flow
	start  []float64 // w at the start, nil for 0
	theta0 []float64 // ∇φ there
}

// NewSeparator returns the flow for points in the rows of X (N×d) with labels ±1.
func NewSeparator(x linop.Operator, y []float64, logistic bool) (*Separator, error) {
	s := &Separator{x: x, y: y, logistic: logistic, p: 2}
	s.n, s.d = x.Dims()
	if len(y) != s.n || s.n == 0 || s.d == 0 {
		return nil, fmt.Errorf("flow: %d labels for %d×%d points", len(y), s.n, s.d)
	}
	for i, v := range y {
		if v != 1 && v != -1 {
			return nil, fmt.Errorf("flow: label %d is %v; the flow of a separator takes ±1", i, v)
		}
	}
	if k := min(s.n, s.d); k > maxSeparator {
		return nil, fmt.Errorf("flow: %d points in %d coordinates: the smaller number may be up to %d", s.n, s.d, maxSeparator)
	}
	norms := make([]float64, s.n)
	linop.RowNorms(x, norms)
	s.radius = slices.Max(norms)
	if s.radius == 0 || math.IsInf(s.radius, 0) || math.IsNaN(s.radius) {
		return nil, fmt.Errorf("flow: the largest point has the norm %v; points must be finite and not all 0", s.radius)
	}
	if s.primal = s.d <= s.n; !s.primal {
		s.gram = make([]float64, s.n*s.n)
		linop.Gram(x, s.gram, nil)
		for i := range s.n {
			for j := range i + 1 {
				v := y[i] * y[j] * s.gram[i*s.n+j]
				s.gram[i*s.n+j], s.gram[j*s.n+i] = v, v
			}
		}
	}
	return s, nil
}

// maxSeparator bounds the order of the Jacobian, of which two are held.
const maxSeparator = 6000

// Dim returns the length of the state.
func (s *Separator) Dim() int { return min(s.n, s.d) }

// W sets dst = w of a state.
func (s *Separator) W(dst, state []float64) {
	s.theta(dst, state)
	s.moveBack(dst)
}

// margins sets dst = zᵢᵀw.
func (s *Separator) margins(dst, state []float64) {
	if !s.primal && s.plain() {
		blas.Gemv(dst, s.gram, s.n, s.n, s.n, state)
		return
	}
	if !s.plain() {
		w := make([]float64, s.d)
		s.W(w, state)
		state = w
	}
	s.x.Apply(dst, state)
	for i, y := range s.y {
		dst[i] *= y
	}
}

// rates sets dst = exp(u + ln(−ℓ′(mᵢ))).
func (s *Separator) rates(dst []float64, u float64, m []float64) {
	for i, v := range m {
		dst[i] = math.Exp(u + s.logSlope(v))
	}
}

// logSlope is ln(−ℓ′(m)).
func (s *Separator) logSlope(m float64) float64 {
	if s.logistic {
		return -softplus(m)
	}
	return -m
}

// softplus is ln(1+eᵐ).
func softplus(m float64) float64 { return max(m, 0) + math.Log1p(math.Exp(-math.Abs(m))) }

// Deriv sets dst to the derivative of the state by u.
func (s *Separator) Deriv(dst []float64, u float64, state []float64) {
	m := make([]float64, s.n)
	s.margins(m, state)
	if !s.primal {
		s.rates(dst, u, m)
		return
	}
	s.rates(m, u, m)
	for i, y := range s.y {
		m[i] *= y
	}
	s.x.ApplyT(dst, m)
}

// TimeDeriv sets dst to the partial derivative of Deriv by u: Deriv itself.
func (s *Separator) TimeDeriv(dst []float64, u float64, state []float64) { s.Deriv(dst, u, state) }

// Linearize returns the Jacobian, −ZᵀDZ or −DZZᵀ with Dᵢ = exp(u)ℓ″(mᵢ).
func (s *Separator) Linearize(u float64, state []float64) ode.Jacobian {
	m := make([]float64, s.n)
	s.margins(m, state)
	for i, v := range m {
		e := u + s.logSlope(v)
		if s.logistic { // ℓ″ = (−ℓ′)(1+ℓ′)
			e -= softplus(-v)
		}
		m[i] = math.Exp(e)
	}
	j := &separatorJacobian{s: s, k: s.Dim(), d: m}
	j.h = make([]float64, j.k*j.k)
	j.l = make([]float64, j.k*j.k)
	j.gram = s.gram
	if s.p != 2 {
		return s.mirrorJacobian(j, state)
	}
	if s.primal {
		linop.Gram(linop.Transpose(s.x), j.h, m)
		return j
	}
	for i := range s.n { // D^½ ZZᵀ D^½
		for q := range i + 1 {
			j.h[i*s.n+q] = math.Sqrt(m[i]) * s.gram[i*s.n+q] * math.Sqrt(m[q])
		}
	}
	return j
}

// separatorJacobian solves with I + cH, H being ZᵀDZ or D^½ZZᵀD^½.
type separatorJacobian struct {
	s    *Separator
	k    int
	d    []float64
	h, l []float64
	c    float64
	gram []float64 // ZGZᵀ, G = 1 for gradient flow
	g    []float64 // ∂w/∂θ of a mirror flow
	zdz  []float64 // ZᵀDZ of a mirror flow in θ
}

// Factor prepares Solve.
func (j *separatorJacobian) Factor(c float64) bool {
	j.c = c
	for i := range j.k {
		for q := range i + 1 {
			j.l[i*j.k+q] = c * j.h[i*j.k+q]
		}
		j.l[i*j.k+i]++
	}
	return blas.Cholesky(j.l, j.k, j.k) < 0
}

// Solve replaces v by (I − cJ)⁻¹v. In dual coordinates J = −DG is not symmetric:
// (I + cDG)⁻¹v = v − cD^½(I + cD^½GD^½)⁻¹D^½Gv.
func (j *separatorJacobian) Solve(v []float64) {
	if j.s.primal && j.zdz != nil {
		j.solveMirror(v)
		return
	}
	if j.s.primal {
		blas.SolveLower(j.l, j.k, j.k, v)
		blas.SolveLowerT(j.l, j.k, j.k, v)
		return
	}
	r := make([]float64, j.k)
	blas.Gemv(r, j.gram, j.k, j.k, j.k, v)
	for i := range r {
		r[i] *= math.Sqrt(j.d[i])
	}
	blas.SolveLower(j.l, j.k, j.k, r)
	blas.SolveLowerT(j.l, j.k, j.k, r)
	for i := range r {
		v[i] -= j.c * math.Sqrt(j.d[i]) * r[i]
	}
}
