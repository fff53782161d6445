package limit

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// conjugate is the separable φ* of a geometry by its first two derivatives, as a
// function of a coordinate u = origin + Aᵀν of its own choice: θ, or θ − θ₀ where
// that keeps digits which θ would lose.
type conjugate interface {
	// origin sets u to the point of ν = 0.
	origin(u []float64)
	grad(dst, u []float64) // x = ∇φ*
	hess(dst, u []float64) // the diagonal of ∇²φ*
	// maxStep is the supremum of the t for which u + tq is in the domain.
	maxStep(u, q []float64) float64
	// logarithmic reports whether u is the logarithm of a scale of x, defined
	// everywhere: steps then have a natural length.
	logarithmic() bool
}

// logarithms is what conjugates of u = θ − θ₀ have in common where θ are logarithms.
type logarithms struct{}

func (logarithms) origin(u []float64)                   { clear(u) }
func (logarithms) maxStep([]float64, []float64) float64 { return math.Inf(1) }
func (logarithms) logarithmic() bool                    { return true }

// dualNewton minimises the convex Ψ(ν) = φ*(θ₀+Aᵀν) − ⟨b,ν⟩ by Newton's method
// with an exact line search. The search costs no product with A, since
// u = origin + Aᵀν moves along a line, and it makes the method global where φ* grows
// exponentially and a full step would overflow.
type dualNewton struct {
	ctx   context.Context
	a     linop.Operator
	b     []float64
	phi   conjugate
	scale float64 // of residuals: ‖b‖, or what stands for it if b = 0
	limit int     // Newton steps over all calls; 0: none

	damping float64 // share of dampen
	settled float64 // residual below which a step must halve it; 0: patience decides
	chord   bool    // the next step takes the factor of the last
	primed  bool    // p and q are the Newton direction of the present point

	nu, r, p   []float64 // length n; r = b − Ax
	u, x, d, q []float64 // length m; u is the coordinate of phi, q = Aᵀp
	trial      []float64
	gram       []float64 // n×n, nil: conjugate gradients
	diag       []float64 // its scaling to unit diagonal
	frobenius  float64   // ‖A‖_F, 0 until it is asked for

	log *logbook
	at  func(way *path) *Checkpoint // where the method is, for the log
	way *path                       // that is being followed; nil: none

	residual float64 // ‖r‖/scale
	recedes  bool    // Ψ falls without end along p
	stats    Stats
	observe  func(step int, residual float64)
}

// newtonOutcome says how minimise ended.
type newtonOutcome uint8

const (
	newtonConverged newtonOutcome = iota
	newtonStalled                 // the residual does not fall any more
	newtonBudget
	newtonCancelled
)

func newDualNewton(ctx context.Context, a linop.Operator, b []float64, phi conjugate) *dualNewton {
	n, m := a.Dims()
	s := &dualNewton{ctx: ctx, a: a, b: b, phi: phi, scale: norm2(b)}
	s.nu, s.r, s.p, s.diag = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	s.u, s.x, s.d, s.q, s.trial = make([]float64, m), make([]float64, m), make([]float64, m), make([]float64, m), make([]float64, m)
	phi.origin(s.u)
	if _, ok := a.(linop.Grammer); ok && n <= largestNewton {
		s.gram = make([]float64, n*n)
	}
	s.evaluate()
	if s.scale == 0 {
		// b = 0: measure against the residual of the starting point.
		s.scale = 1
		if e := norm2(s.r); e > 0 && !math.IsInf(e, 1) {
			s.scale = e
		}
		s.residual = norm2(s.r) / s.scale
	}
	return s
}

// largestNewton is the number of rows up to which A D Aᵀ is formed.
const largestNewton = 4096

// evaluate brings x and r up to date with u.
func (s *dualNewton) evaluate() {
	s.phi.grad(s.x, s.u)
	subtractProduct(s.a, s.r, s.b, s.x)
	s.stats.Passes++
	s.residual = norm2(s.r) / s.scale
	if math.IsNaN(s.residual) {
		s.residual = math.Inf(1) // x overflowed
	}
}

// move sets ν += t·p, u += t·q.
func (s *dualNewton) move(t float64) {
	blas.Axpy(t, s.p, s.nu)
	blas.Axpy(t, s.q, s.u)
}

// patience is the number of steps without a halving of the residual after
// which it is taken to have reached its floor, or the problem to be infeasible.
const patience = 12

// patience of a conjugate with a boundary: Newton's method may have to come
// closer to it by powers of two before the residual falls.
const boundaryPatience = 60

// floorSought is the residual below which rounding may be what stops it.
const floorSought = 1e-3

func (s *dualNewton) patience() int {
	if s.phi.logarithmic() {
		return patience
	}
	if s.residual < floorSought && s.residual <= s.floor() {
		return patience
	}
	return boundaryPatience
}

// floor bounds the relative residual that the rounding of x to doubles leaves,
// by u ‖A‖_F ‖x‖; 0 where the norms of the rows are not at hand.
func (s *dualNewton) floor() float64 {
	if s.gram == nil {
		return 0
	}
	if s.frobenius == 0 {
		rows := make([]float64, len(s.r))
		linop.RowNorms(s.a, rows)
		s.frobenius = norm2(rows)
	}
	return roundoff * s.frobenius * (norm2(s.x) / s.scale)
}

// minimise runs Newton steps until the relative residual is below goal.
func (s *dualNewton) minimise(goal float64) newtonOutcome {
	best, since := math.Inf(1), 0
	keep := &iterate{}
	for {
		if s.residual <= goal {
			return newtonConverged
		}
		s.keepBest(keep)
		if s.residual < best/2 {
			best, since = s.residual, 0
		} else if since++; since > s.patience() || s.residual <= s.settled {
			s.restore(keep)
			return newtonStalled
		}
		if s.ctx.Err() != nil {
			return newtonCancelled
		}
		if s.limit > 0 && s.stats.Steps >= s.limit {
			return newtonBudget
		}
		if !s.step() {
			s.restore(keep)
			return newtonStalled
		}
		s.stats.Steps++
		if s.observe != nil {
			s.observe(s.stats.Steps, s.residual)
		}
		if s.at != nil {
			way := s.way // when the log asks, it may have been left
			s.log.keep(func() *Checkpoint { return s.at(way) })
		}
	}
}

// checkpoint is where the method is: at ν on a path p, or without one in the stage
// named.
func (s *dualNewton) checkpoint(p *path, stage string) *Checkpoint {
	c := &Checkpoint{stage, map[string][]float64{"nu": append([]float64(nil), s.nu...)}}
	if p != nil {
		c.Stage = p.stage
		c.Values["way"] = []float64{p.at, p.next, p.step, float64(p.retries)}
	}
	return c
}

// wayLength is the number of parameters of a path in a checkpoint.
const wayLength = 4

// recall returns to the ν that an earlier run has kept in a stage, and reports
// whether there was one.
func (s *dualNewton) recall(stage string) bool {
	v := s.log.take(stage, "nu")
	if v == nil {
		return false
	}
	copy(s.nu, v["nu"])
	s.a.ApplyT(s.q, s.nu)
	s.stats.Passes++
	s.phi.origin(s.u)
	blas.Axpy(1, s.q, s.u)
	s.evaluate()
	return true
}

// iterate is a point to return to.
type iterate struct {
	nu, u    []float64
	residual float64
}

// keepBest records the present point if its residual is the smallest so far.
func (s *dualNewton) keepBest(k *iterate) {
	if k.nu == nil || s.residual < k.residual {
		k.nu, k.u, k.residual = append(k.nu[:0], s.nu...), append(k.u[:0], s.u...), s.residual
	}
}

// restore returns to the recorded point.
func (s *dualNewton) restore(k *iterate) {
	if s.residual > k.residual {
		copy(s.nu, k.nu)
		copy(s.u, k.u)
		s.evaluate()
	}
}

// step takes one Newton step. It reports false if there is no descent.
func (s *dualNewton) step() bool {
	before, chord := s.residual, s.chord && !s.primed
	switch {
	case chord:
		s.backsolve(s.p, s.r)
		s.a.ApplyT(s.q, s.p)
		s.stats.Passes++
	case !s.primed:
		s.direction()
	}
	s.primed, s.chord = false, false
	slope := blas.Dot(s.r, s.p)
	if !(slope > 0) || math.IsInf(slope, 1) {
		return false
	}
	// What p has in the null space of Aᵀ, which only a contradictory b gives it,
	// must not drive the line search.
	curvature := 0.0
	for j, q := range s.q {
		curvature += s.d[j] * q * q
	}
	t := s.lineSearch(math.Min(slope, curvature))
	if t == 0 {
		return chord
	}
	s.move(t)
	s.evaluate()
	s.chord = chord && s.residual <= chordGain*before
	return true
}

// chordGain is the factor by which a step with an old factor has to lower the
// residual for the next to take that factor too.
const chordGain = 0.1

// direction sets p to the Newton direction of the present point and q = Aᵀp.
func (s *dualNewton) direction() {
	s.phi.hess(s.d, s.u)
	if s.damping > 0 {
		s.dampen()
	}
	s.solve(s.p, s.r)
	s.a.ApplyT(s.q, s.p)
	s.stats.Passes++
}

// dampen adds to the diagonal d a share of its largest entry that falls with
// the residual, so that convergence stays superlinear. It keeps the step from
// raising coordinates that are too small to be felt in A D Aᵀ: without it they
// grow until they are, and the line search ends early (Levenberg's method in
// the coordinates of θ).
func (s *dualNewton) dampen() {
	largest := 0.0
	for _, v := range s.d {
		largest = math.Max(largest, v)
	}
	mu := s.damping * math.Min(1, s.residual) * largest
	for j := range s.d {
		s.d[j] += mu
	}
}

// lineSearch finds t > 0 at which the slope of Ψ along p has fallen to a
// quarter of −slope, its value at 0.
func (s *dualNewton) lineSearch(slope float64) float64 {
	// ψ′(t) = ψ′(0) + Σ qⱼ(xⱼ(t)−xⱼ(0)): unlike ⟨q,x(t)⟩ − ⟨b,p⟩ it does not
	// cancel in the last steps.
	derivative := func(t float64) float64 {
		for j, v := range s.u {
			s.trial[j] = v + t*s.q[j]
		}
		s.phi.grad(s.trial, s.trial)
		sum := 0.0
		for j, v := range s.trial {
			if q := s.q[j]; q != 0 {
				sum += q * (v - s.x[j])
			}
		}
		return sum - slope
	}
	reach := 0.0
	for _, v := range s.q {
		reach = math.Max(reach, math.Abs(v))
	}
	if reach == 0 || slope == 0 {
		return 0
	}
	const fraction = 0.25
	lo, hi := 0.0, math.Inf(1)
	glo, ghi := -slope, math.Inf(1)
	t, farthest := 1.0, recession/reach
	if s.phi.logarithmic() {
		if reach < 0.1 { // the quadratic model holds
			return 1
		}
		if reach > longestStep {
			t = longestStep / reach
		}
	} else {
		// The boundary of the domain is never reached: there the slope is +∞, or
		// Ψ is.
		hi, farthest = s.phi.maxStep(s.u, s.q), recession*recession
		t = math.Min(1, 0.9*hi)
	}
	for range 100 {
		g := derivative(t)
		switch {
		case math.Abs(g) <= fraction*slope:
			return t
		case g < 0:
			lo, glo = t, g
		default: // too far, or overflowed
			hi, ghi = t, g
		}
		if math.IsInf(hi, 1) {
			if t > farthest {
				s.recedes = true
				return math.Min(t, longestStep/reach)
			}
			t *= 4
			continue
		}
		if hi-lo <= 1e-12*hi {
			break
		}
		if ghi < 100*slope {
			t = lo + (hi-lo)*math.Min(0.9, math.Max(0.1, -glo/(ghi-glo)))
		} else {
			t = (lo + hi) / 2
		}
	}
	return lo
}

const (
	longestStep = 10  // first trial, in units of θ
	recession   = 1e9 // a line on which Ψ still falls this far away has no minimum
)

// solve sets p to the solution of A D Aᵀ p = r.
func (s *dualNewton) solve(p, r []float64) {
	if s.gram == nil {
		s.conjugateGradients(p, r)
		return
	}
	n := len(r)
	// The smallest shift that rounding errors make necessary, relative to the
	// unit diagonal: for a small α the numerical rank of A D Aᵀ is the size of
	// the support.
	for shift := 4 * float64(n) * roundoff; shift < 1; shift *= 100 {
		linop.Gram(s.a, s.gram, s.d)
		s.stats.Factorizations++
		for i := range n {
			s.diag[i] = 1
			if v := s.gram[i*n+i]; v > 0 {
				s.diag[i] = 1 / math.Sqrt(v)
			}
		}
		for i := range n {
			row := s.gram[i*n : i*n+i+1]
			for j := range row {
				row[j] *= s.diag[i] * s.diag[j]
			}
			row[i] += shift
		}
		if blas.Cholesky(s.gram, n, n) < 0 {
			s.backsolve(p, r)
			return
		}
	}
	copy(p, r)
}

// backsolve solves with the factor that solve left.
func (s *dualNewton) backsolve(p, r []float64) {
	n := len(r)
	for i, v := range r {
		p[i] = v * s.diag[i]
	}
	blas.SolveLower(s.gram, n, n, p)
	blas.SolveLowerT(s.gram, n, n, p)
	for i := range p {
		p[i] *= s.diag[i]
	}
}

// conjugateGradients solves A D Aᵀ p = r.
func (s *dualNewton) conjugateGradients(p, r []float64) {
	newtonGradients(s.ctx, p, r, math.Max(1e-4, math.Min(0.1, math.Sqrt(s.residual))), func(dst, v []float64) {
		linop.NormalMul(s.a, dst, s.d, v)
		s.stats.Passes += 2
	})
}

// newtonGradients solves H p = r by conjugate gradients as accurately as a Newton
// step deserves: to the relative residual forcing, which if it is of the size of
// √‖r‖ keeps the convergence superlinear (Dembo, Eisenstat and Steihaug 1982).
// apply sets dst = H v, H positive semidefinite.
func newtonGradients(ctx context.Context, p, r []float64, forcing float64, apply func(dst, v []float64)) {
	n := len(r)
	clear(p)
	res := append([]float64(nil), r...)
	dir := append([]float64(nil), r...)
	h := make([]float64, n)
	rr := blas.Dot(res, res)
	stop := rr * forcing * forcing
	for range 2*n + 100 {
		if rr <= stop || ctx.Err() != nil {
			break
		}
		apply(h, dir)
		curvature := blas.Dot(dir, h)
		if !(curvature > 0) {
			break
		}
		t := rr / curvature
		blas.Axpy(t, dir, p)
		blas.Axpy(-t, h, res)
		next := blas.Dot(res, res)
		for i := range dir {
			dir[i] = res[i] + next/rr*dir[i]
		}
		rr = next
	}
	if blas.Dot(p, p) == 0 {
		copy(p, r)
	}
}
