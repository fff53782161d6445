package lowrank

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// The sizes and the numbers of steps of the proximal lane.
const (
	proximalEntries = 1 << 21 // p·q
	proximalSide    = 1200
	proximalRounds  = 80
	proximalNewton  = 40
	loosely         = 1e-2 // the largest residual that a step may leave
)

// proximal is the lane for problems that are not of low rank and for which the central
// path is too large or, of completions, slower: the proximal point method with σ > 0,
//
//	X⁺ = argmin ‖X′‖_* + ‖X′ − X‖_F²/(2σ)  subject to  𝒜(X′) = b,
//
// each step by a semismooth Newton method on its dual, the convex and smooth
//
//	ψ(y) = ‖S_σ(X + σ𝒜*y)‖_F²/(2σ) − bᵀy,  ∇ψ = 𝒜(S_σ(X + σ𝒜*y)) − b,
//
// S_σ the proximal map of σ‖·‖_* (of σ tr on X ⪰ 0), with X⁺ = S_σ(X + σ𝒜*y). The
// Newton equations σ𝒜S_σ′𝒜* dy = −∇ψ are solved by conjugate gradients, loosely
// (Jiang, Sun and Toh 2014, A partial proximal point algorithm for nuclear norm
// regularized matrix least squares problems). As ‖𝒜*y‖ ≤ 1 + ‖X⁺ − X‖/σ, y becomes
// dual feasible as the steps end. The larger σ, the faster they do and the worse
// conditioned the equations: σ grows while a step gains less than a factor of three.
type proximal struct {
	s     *solver
	op    measurements
	p, q  int
	x     []float64
	y     []float64
	sigma float64
	w     []float64 // X + σ𝒜*y

	at   *shrinkage
	grad []float64
	size float64 // ‖∇ψ‖
	psi  float64

	hard  bool    // they took too long
	ridge float64 // of the Newton equations
}

func (s *solver) proximal() {
	if !s.proximable() {
		return
	}
	_, p, q := s.op.size()
	s.lane("proximal")
	t := &proximal{s: s, op: s.op, p: p, q: q, ridge: 1e-2, x: make([]float64, p*q), w: make([]float64, p*q)}
	if !t.start() {
		return
	}
	last, stalled, failures := math.Inf(1), 0, 0
	for k := range proximalRounds {
		if !t.minimise() {
			break
		}
		if t.size > loosely { // ψ may have no minimum, as there is no X
			if failures++; s.psd && s.denied(s.op.adjoint(t.y).dense(), t.y) || failures == 2 {
				return
			}
		}
		t.x = t.at.dense()
		gap := t.offer()
		if s.done() || !s.step("proximal", k, t.size) {
			return
		}
		worst := max(gap, t.size)
		if worst > 0.9*last {
			if stalled++; stalled > 15 {
				break
			}
		} else {
			stalled = 0
		}
		if t.hard {
			t.sigma, t.hard = t.sigma/2, false
		} else if k < 2 || worst > 0.3*last {
			t.sigma *= 2.5
		}
		last = min(last, worst)
	}
}

// proximable reports whether the lane takes problems of this size.
func (s *solver) proximable() bool {
	_, p, q := s.op.size()
	return p*q <= proximalEntries && min(p, q) <= proximalSide
}

// start sets σ = ‖𝒜*b‖ and y to the multiple of b at which ψ is least: y = cb/σ with
// Σ (c d_i − σ)₊ d_i = 1, d the singular values of 𝒜*b.
func (t *proximal) start() bool {
	first := fromDense(t.op.adjoint(t.s.b).dense(), t.p, t.q, t.s.psd, min(t.p, t.q))
	if first == nil || first.r == 0 {
		return false
	}
	t.sigma = first.s[0]
	lo, hi := 1.0, 1+2/(t.sigma*t.sigma) // where the first term alone is 2
	for range 60 {
		c, sum := lo+(hi-lo)/2, 0.0
		for _, d := range first.s {
			sum += max(0, c*d-t.sigma) * d
		}
		if sum < 1 {
			lo = c
		} else {
			hi = c
		}
	}
	t.y = scaled(t.s.b, hi/t.sigma)
	return true
}

// minimise minimises ψ until ‖∇ψ‖ is small against the step ‖X⁺ − X‖ that it makes.
func (t *proximal) minimise() bool {
	if !t.evaluate(t.y) {
		return false
	}
	for range proximalNewton {
		if t.size <= max(0.1*t.s.opt.Tol, min(loosely, 0.1*t.at.distance(t.x))) || t.size <= 1e-14 {
			return true
		}
		if t.s.ctx.Err() != nil || t.at.r == 0 && !t.widen() {
			return t.s.ctx.Err() == nil
		}
		if t.at.r > 0 && !t.newton() {
			return true
		}
	}
	return true
}

// widen makes y so large that S_σ(X + σ𝒜*y) is not 0, where ψ is linear.
func (t *proximal) widen() bool {
	for range 60 {
		blas.Axpy(1, append([]float64(nil), t.y...), t.y)
		if !t.evaluate(t.y) {
			return false
		}
		if t.at.r > 0 {
			return true
		}
	}
	return false
}

// evaluate computes ψ and its gradient at y.
func (t *proximal) evaluate(y []float64) bool {
	for i, v := range t.op.adjoint(y).dense() {
		t.w[i] = t.x[i] + t.sigma*v
	}
	at := shrink(t.w, t.p, t.q, t.s.psd, t.sigma)
	if at == nil {
		return false
	}
	t.s.stats.Factorizations++
	t.at = at
	t.grad = make([]float64, len(y))
	at.point().residual(t.grad, t.op, t.s.b)
	t.size = norm(t.grad)
	t.psi = at.size()/(2*t.sigma) - blas.Dot(t.s.b, y)
	return true
}

// newton takes a step along which ψ or its gradient falls; false if there is none.
func (t *proximal) newton() bool {
	dy := t.direction()
	t.y = append([]float64(nil), t.y...)
	slope := blas.Dot(t.grad, dy)
	psi, size, y := t.psi, t.size, t.y
	for step := 1.0; step > 1e-6; step /= 2 {
		next := append([]float64(nil), y...)
		blas.Axpy(step, dy, next)
		if !t.evaluate(next) {
			return false
		}
		if t.psi <= psi+1e-4*step*slope || t.size < 0.5*size {
			t.y = next
			if step == 1 {
				t.ridge = max(0.1*t.ridge, 1e-13)
			} else if step < 0.2 {
				t.ridge = min(10*t.ridge, 1e-2)
			}
			return true
		}
	}
	return t.evaluate(y) && false
}

// newtonSteps bounds the conjugate gradients of one Newton step.
const newtonSteps = 500

// direction solves (σ𝒜S_σ′𝒜* + ridge) dy = −∇ψ to a tenth, preconditioned by about its
// diagonal.
func (t *proximal) direction() []float64 {
	n := len(t.y)
	t.at.differentiate()
	scale := t.preconditioner()
	dy, r, z, hp := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	blas.Axpy(-1, t.grad, r)
	precondition := func() {
		for i, v := range r {
			z[i] = v * scale[i]
		}
	}
	precondition()
	p := append([]float64(nil), z...)
	rz := blas.Dot(r, z)
	for k := range newtonSteps {
		t.hard = t.hard || k == newtonSteps-1
		t.op.read(hp, t.at.derivative(t.op.adjoint(p).dense()))
		for i, v := range p {
			hp[i] = t.sigma * (hp[i] + t.ridge*v)
		}
		t.s.stats.Passes += 2
		step := rz / blas.Dot(p, hp)
		blas.Axpy(step, p, dy)
		blas.Axpy(-step, hp, r)
		if norm(r) <= 0.1*t.size || t.s.ctx.Err() != nil {
			break
		}
		precondition()
		next := blas.Dot(r, z)
		for i, v := range z {
			p[i] = v + next/rz*p[i]
		}
		rz = next
	}
	return dy
}

// preconditioner returns the inverse of about the diagonal of 𝒜S_σ′𝒜* + ridge.
func (t *proximal) preconditioner() []float64 {
	scale := make([]float64, len(t.y))
	known := t.op.squares(scale, t.at.diagonal())
	for i, v := range scale {
		if scale[i] = 1; known {
			scale[i] = 1 / (v + t.ridge)
		}
	}
	return scale
}

// offer offers X⁺ and y, and, where matrices of its rank are determined by the
// measurements, the exact fit next to it. It returns the gap.
func (t *proximal) offer() float64 {
	x, s := t.at.point(), t.s
	d := dualPoint{y: t.y}
	if whole := fromDense(t.op.adjoint(t.y).dense(), t.p, t.q, s.psd, 1); whole != nil && whole.r > 0 {
		d.beyond, d.norm = whole.s[0], whole.s[0]
	}
	gap := s.offer(x, d)
	if n := len(s.b); gap < 1e-2 && x.r > 0 && freedom(x.p, x.q, x.r, x.psd) <= n && !s.done() {
		if f := gaussNewton(s.ctx, s.op, s.b, x, 30); f.solved {
			s.certify(f.x, t.y)
		}
	}
	return gap
}
