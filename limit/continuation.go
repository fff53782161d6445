package limit

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// continuation is the lane for operators that are known by their products, or
// too tall for a matrix A diag(d) Aᵀ: the entropic limits x*(α) followed as α
// falls. With ε = 1/ln(1/α) and λ = εν the point on the path is
//
//	x_j = ξ e^{(a_jᵀλ−1)/ε}            (entropy from x₀ = ξα)
//	x_j = ξ e^{−1/ε} sinh(a_jᵀλ/ε)     (hypentropy, β = ξα)
//
// and Ax = b is the stationarity of a convex function of λ with the Hessian
// A diag(d) Aᵀ/ε, d_j = ∂x_j/∂(a_jᵀλ/ε). ε falls from ½ by the factor 0.7; for each ε a few
// Newton steps are taken, solved loosely by conjugate gradients, and then the
// support is guessed from the largest entries, polished and certified as in the
// other lanes: a loose path is enough to find it (Cominetti and San Martín
// 1994: the distance to the limit falls like α^s̄).
func (s *search) continuation() {
	s.enter("continuation")
	p := newEntropicPath(s)
	step, from := 0, 0.5
	if v := s.log.take(stageContinuation, "lambda", "eps"); v != nil {
		copy(p.lambda, v["lambda"])
		s.applyT(p.v, p.lambda)
		from = v["eps"][0]
	}
	for eps := from; eps >= 1.0/512 && !s.halted(); eps *= 0.7 {
		p.eps = eps
		p.evaluate()
		for range maxNewtonSteps {
			if p.residual <= 0.05 || s.halted() {
				break
			}
			before := p.residual
			p.newton()
			step++
			s.step("continuation", step, p.residual)
			s.keep(stageContinuation, func() map[string][]float64 {
				return map[string][]float64{"lambda": slices.Clone(p.lambda), "eps": {p.eps}}
			})
			if p.residual > 0.999*before {
				break
			}
		}
		if s.offerDual(p.lambda, p.v); s.finish(p.x, p.lambda, p.v) {
			return
		}
	}
}

const (
	maxNewtonSteps = 20
	maxNewtonCG    = 60
	// looseNewton is the relative residual to which a Newton step is solved.
	looseNewton = 0.1
	// trust bounds the change of any a_jᵀλ/ε in a step, and so the factor by
	// which an entry of x may change: the quadratic model holds no further.
	trust = 8
)

// entropicPath is the iterate of the continuation.
type entropicPath struct {
	s         *search
	eps, xi   float64
	lambda, v []float64 // v = Aᵀλ
	x, d      []float64
	r         []float64 // b − A x
	residual  float64   // ‖r‖/‖b‖
}

func newEntropicPath(s *search) *entropicPath {
	p := &entropicPath{s: s, lambda: make([]float64, s.n), v: make([]float64, s.m),
		x: make([]float64, s.m), d: make([]float64, s.m), r: make([]float64, s.n)}
	// Entries of size ξ are reached with a_jᵀλ = 1; see startLevel.
	p.xi = startLevel(s)
	return p
}

// point sets x and d at v. Exponents are capped: beyond e³⁰ the step that led
// there is rejected anyway.
func (p *entropicPath) point(x, d, v []float64) {
	for j, vj := range v {
		up := p.xi * math.Exp(math.Min((vj-1)/p.eps, 30))
		if p.s.nonneg {
			x[j], d[j] = up, up
			continue
		}
		down := p.xi * math.Exp(math.Min((-vj-1)/p.eps, 30))
		x[j], d[j] = (up-down)/2, (up+down)/2
	}
}

// evaluate sets x, d and the residual at λ.
func (p *entropicPath) evaluate() {
	p.point(p.x, p.d, p.v)
	p.s.apply(p.r, p.x)
	for i := range p.r {
		p.r[i] = p.s.b[i] - p.r[i]
	}
	p.residual = norm2(p.r) / p.s.bnorm
}

// newton takes one damped inexact Newton step in λ.
func (p *entropicPath) newton() {
	s := p.s
	dl := p.conjugateGradients()
	dv := make([]float64, s.m)
	s.applyT(dv, dl)
	top := 0.0
	for _, w := range dv {
		top = math.Max(top, math.Abs(w))
	}
	if top == 0 {
		return
	}
	// Ψ(λ+t dλ) = εΣd − bᵀ(λ + t dλ) along the ray needs no product with A.
	t := math.Min(1, trust*p.eps/top)
	slope := dot(s.b, dl)
	value := p.eps * sum(p.d)
	v, x, d := make([]float64, s.m), make([]float64, s.m), make([]float64, s.m)
	descent := dot(p.r, dl)
	for range 30 {
		for j := range v {
			v[j] = p.v[j] + t*dv[j]
		}
		p.point(x, d, v)
		if p.eps*sum(d)-t*slope <= value-1e-4*t*descent {
			break
		}
		t /= 2
	}
	blas.Axpy(t, dl, p.lambda)
	copy(p.v, v)
	p.evaluate()
}

// conjugateGradients solves A diag(d) Aᵀ dλ = ε r loosely.
func (p *entropicPath) conjugateGradients() []float64 {
	s := p.s
	dl := make([]float64, s.n)
	r := make([]float64, s.n)
	for i := range r {
		r[i] = p.eps * p.r[i]
	}
	q := append([]float64(nil), r...)
	hq := make([]float64, s.n)
	gamma := dot(r, r)
	stop := looseNewton * looseNewton * gamma
	for it := 0; it < maxNewtonCG && gamma > stop && !s.halted(); it++ {
		s.stats.Passes += 2
		linop.NormalMul(s.a, hq, p.d, q)
		curvature := dot(q, hq)
		if !(curvature > 0) {
			break
		}
		step := gamma / curvature
		blas.Axpy(step, q, dl)
		blas.Axpy(-step, hq, r)
		next := dot(r, r)
		for i := range q {
			q[i] = r[i] + next/gamma*q[i]
		}
		gamma = next
	}
	return dl
}

func sum(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += v
	}
	return total
}
