package limit

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// centralPath is the robust lane: a primal–dual interior-point method
// (Mehrotra 1992, with Gondzio's multiple centrality correctors 1996) on the
// linear program, from the dual feasible start y = 0 and dual feasible
// throughout: the slacks are recomputed from y, so every iterate bounds the
// optimum. The path it follows is the limit curve of the Burg geometry x = eᵘ.
//
// The signed problem is x = u − v with u, v ≥ 0, slacks 1 ∓ Aᵀy and one and
// the same n×n matrix A diag(u/s⁺ + v/s⁻) Aᵀ, so it costs what the nonnegative
// one costs. A step needs that matrix, its Cholesky factor and a few products.
//
// After each step the support is guessed from the ratio of x to slack, and the
// guess is polished and certified (crossover.go): most problems end there, exactly,
// long before the path does.
func (s *search) centralPath() {
	s.enter(stageCentral)
	s.followCentralPath(stageCentral)
}

// carefulPath is the central path once more, with orthogonal factorizations
// and refinement in place of the normal equations: for problems so badly
// conditioned that these fail. It costs a few times more.
func (s *search) carefulPath() {
	if !s.stored || float64(s.m)*float64(s.n)*float64(s.n) > maxCareful {
		return
	}
	s.enter(stageCareful)
	s.careful = true
	s.followCentralPath(stageCareful)
}

func (s *search) followCentralPath(lane string) {
	c := newCentral(s)
	for k := c.recall(lane); k <= maxCentralSteps && !s.halted(); k++ {
		if !c.factor() {
			s.trouble = "the normal equations of the central path could not be factored"
			return
		}
		c.advance()
		if math.IsNaN(c.gap) || math.IsInf(c.gap, 0) {
			s.trouble = "the central path left the range of doubles"
			return
		}
		s.step(lane, k, c.residual)
		s.offerDual(c.y, c.aty)
		if s.provesInfeasible(c.y, c.aty) {
			return
		}
		if c.gap < identifyBelow && s.finish(c.x, c.y, c.aty) {
			return
		}
		if c.gap <= s.opt.tol() { // later steps may lose what this one has
			s.offerPrimal(c.x)
		}
		if c.converged() || c.stuck() {
			break
		}
		s.keep(lane, func() map[string][]float64 { return c.state(k) })
	}
	s.offerPrimal(c.x)
}

// state is the iterate after k steps: with y, x and the slacks the next step has
// the bits that it would have had.
func (c *central) state(k int) map[string][]float64 {
	v := map[string][]float64{"path": {float64(k), c.best, float64(c.idle)}, "path-y": slices.Clone(c.y)}
	for _, h := range c.half {
		v["path-x"+h.name()], v["path-s"+h.name()] = slices.Clone(h.x), slices.Clone(h.s)
	}
	return v
}

// recall goes on from a state that an earlier run of this lane has kept, if there is
// one, and returns the number of the next step.
func (c *central) recall(lane string) int {
	names := []string{"path", "path-y"}
	for _, h := range c.half {
		names = append(names, "path-x"+h.name(), "path-s"+h.name())
	}
	v := c.search.log.take(lane, names...)
	if v == nil || len(v["path"]) != 3 {
		return 1
	}
	copy(c.y, v["path-y"])
	c.search.applyT(c.aty, c.y)
	for _, h := range c.half {
		copy(h.x, v["path-x"+h.name()])
		copy(h.s, v["path-s"+h.name()])
	}
	c.measure()
	c.best, c.idle = v["path"][1], int(v["path"][2])
	return int(v["path"][0]) + 1
}

const (
	maxCentralSteps = 200
	// maxCareful bounds m·n², half the flops of an orthogonal factorization.
	maxCareful = 1e11
	// identifyBelow is the relative gap below which guessing the support from
	// the iterate begins to pay.
	identifyBelow = 0.3
	// nearEnd is the gap below which a step has to improve on all steps before
	// it to count as progress, not only on the last.
	nearEnd = 1e-7
	// boundary is the fraction of the way to the boundary that a step takes.
	boundary = 0.995
	// maxCorrectors bounds Gondzio's correctors per step: each costs two
	// products, little beside the n²m of forming the matrix.
	maxCorrectors = 2
)

// orthant is one sign's half of the iterate: x ≥ 0 with slack s > 0 of the
// constraint sgn·(Aᵀy)_j ≤ 1.
type orthant struct {
	sgn    float64
	x, s   []float64
	target []float64 // what x∘s should become
}

// name tells the halves apart.
func (h *orthant) name() string {
	if h.sgn < 0 {
		return "-"
	}
	return "+"
}

// direction is a Newton direction of the iterate.
type direction struct {
	dy, dv []float64    // dv = Aᵀdy; the slacks move by −sgn·dv
	dx     [2][]float64 // of the halves
}

// central is the iterate of the interior-point method and its work space.
type central struct {
	search   *search
	half     []orthant // one in the nonnegative problem, two in the signed
	y, aty   []float64
	r        []float64 // b − A(u−v)
	residual float64   // ‖r‖/‖b‖
	gap      float64   // relative complementarity gap plus residual
	mu       float64
	best     float64 // the least gap so far
	idle     int     // steps without progress

	gram       []float64 // A diag(d) Aᵀ, then its factor
	d          []float64
	step, next direction // the direction to take and a candidate for it
	rhs        []float64
	x, work    []float64 // u − v; work of length m
}

func newCentral(s *search) *central {
	n, m := s.n, s.m
	vec := s.space.vector
	c := &central{search: s, y: vec(n), aty: vec(m), r: vec(n), gram: vec(n * n), d: vec(m),
		rhs: vec(n), x: vec(m), work: vec(m)}
	signs := []float64{1, -1}
	if s.nonneg {
		signs = signs[:1]
	}
	for _, d := range []*direction{&c.step, &c.next} {
		d.dy, d.dv = vec(n), vec(m)
		for i := range signs {
			d.dx[i] = vec(m)
		}
	}
	start := 10 * startLevel(s) // with room, so that the first step is not cut at once
	for _, sgn := range signs {
		h := orthant{sgn: sgn, x: vec(m), s: vec(m), target: vec(m)}
		for j := range m {
			h.x[j], h.s[j] = start, 1
		}
		c.half = append(c.half, h)
	}
	c.measure()
	c.best = math.Inf(1)
	return c
}

// startLevel is the size of an entry for which A·1·level would be comparable
// to b if the columns were uncorrelated.
func startLevel(s *search) float64 {
	square := dot(s.norms, s.norms)
	if square == 0 {
		return 1
	}
	return s.bnorm / math.Sqrt(square)
}

// measure recomputes residual, gap and μ from the iterate.
func (c *central) measure() {
	s := c.search
	comp, count, objective := 0.0, 0, 0.0
	for j := range c.x {
		c.x[j] = 0
	}
	for i := range c.half {
		h := &c.half[i]
		for j, x := range h.x {
			comp += x * h.s[j]
			objective += x
			c.x[j] += h.sgn * x
		}
		count += len(h.x)
	}
	c.mu = comp / float64(count)
	s.apply(c.r, c.x)
	for i := range c.r {
		c.r[i] = s.b[i] - c.r[i]
	}
	c.residual = norm2(c.r) / s.bnorm
	dual := dot(s.b, c.y)
	c.gap = relativeGap(objective, dual) + c.residual
}

// factor forms A diag(d) Aᵀ, d = Σ x/s over the halves, and factors it. The
// diagonal is raised by a relative 1e-14: dependent rows then only cost accuracy
// of the directions. What is lost by that the residual of the next step shows; the
// careful path does without, and refines.
func (c *central) factor() bool {
	n := c.search.n
	for j := range c.d {
		c.d[j] = 0
		for i := range c.half {
			c.d[j] += c.half[i].x[j] / c.half[i].s[j]
		}
	}
	if c.search.careful {
		return c.orthogonalFactor()
	}
	for shift := 1e-14; shift < 1e-6; shift *= 100 {
		c.search.stats.Factorizations++
		linop.Gram(c.search.a, c.gram, c.d)
		top := 0.0
		for i := range n {
			top = math.Max(top, c.gram[i*n+i])
		}
		for i := range n {
			c.gram[i*n+i] += shift*c.gram[i*n+i] + 1e-18*top + math.SmallestNonzeroFloat64
		}
		if top > 0 && blas.Cholesky(c.gram, n, n) < 0 {
			return true
		}
	}
	return false
}

// direction sets d to the Newton direction towards the targets:
//
//	x∘s + x∘ds + s∘dx = target,  A(dx⁺−dx⁻) = r,  ds = −sgn·Aᵀdy.
//
// Eliminating dx and ds leaves A diag(d) Aᵀ dy = r − A Σ sgn·(target/s − x).
func (c *central) direction(d *direction) {
	n := c.search.n
	for j := range c.work {
		sum := 0.0
		for i := range c.half {
			h := &c.half[i]
			sum += h.sgn * (h.target[j]/h.s[j] - h.x[j])
		}
		c.work[j] = sum
	}
	c.search.apply(c.rhs, c.work)
	for i := range d.dy {
		d.dy[i] = c.r[i] - c.rhs[i]
	}
	copy(c.rhs, d.dy)
	blas.SolveLower(c.gram, n, n, d.dy)
	blas.SolveLowerT(c.gram, n, n, d.dy)
	c.search.applyT(d.dv, d.dy)
	if c.search.careful {
		c.refine(d)
	}
	for i := range c.half {
		h, dx := &c.half[i], d.dx[i]
		for j := range dx {
			dx[j] = (h.target[j]+h.x[j]*h.sgn*d.dv[j])/h.s[j] - h.x[j]
		}
	}
}

// refine corrects d.dy once by the residual of its equations.
func (c *central) refine(d *direction) {
	n := c.search.n
	for j, v := range d.dv {
		c.work[j] = c.d[j] * v
	}
	e := make([]float64, n)
	c.search.apply(e, c.work)
	for i := range e {
		e[i] = c.rhs[i] - e[i]
	}
	blas.SolveLower(c.gram, n, n, e)
	blas.SolveLowerT(c.gram, n, n, e)
	blas.Axpy(1, e, d.dy)
	c.search.applyT(d.dv, d.dy)
}

// reach returns the largest steps in x and in s along d that keep them
// nonnegative, at most 1.
func (c *central) reach(d *direction) (primal, dual float64) {
	primal, dual = 1, 1
	for i := range c.half {
		h, dx := &c.half[i], d.dx[i]
		for j := range dx {
			if dx[j] < 0 && -dx[j]*primal > h.x[j] {
				primal = -h.x[j] / dx[j]
			}
			if ds := -h.sgn * d.dv[j]; ds < 0 && -ds*dual > h.s[j] {
				dual = -h.s[j] / ds
			}
		}
	}
	return primal, dual
}

// advance takes one predictor–corrector step.
func (c *central) advance() {
	for i := range c.half { // predictor: aim at complementarity 0
		clear(c.half[i].target)
	}
	d := &c.step
	c.direction(d)
	ap, ad := c.reach(d)
	after, count := 0.0, 0
	for i := range c.half {
		h, dx := &c.half[i], d.dx[i]
		for j := range h.x {
			after += (h.x[j] + ap*dx[j]) * (h.s[j] - ad*h.sgn*d.dv[j])
		}
		count += len(h.x)
	}
	ratio := after / float64(count) / c.mu
	mu := ratio * ratio * ratio * c.mu
	for i := range c.half {
		h, dx := &c.half[i], d.dx[i]
		for j := range h.target {
			h.target[j] = mu + dx[j]*h.sgn*d.dv[j]
		}
	}
	c.direction(d)
	ap, ad = c.reach(d)
	ap, ad = c.correct(mu, ap, ad)
	c.move(boundaryStep(ap), boundaryStep(ad))
}

func boundaryStep(reach float64) float64 {
	if reach >= 1 {
		return 1
	}
	return boundary * reach
}

// correct tries centrality correctors: complementarity products that an
// enlarged step would leave outside [0.1, 10]·mu are aimed back into that
// range, as long as the steps grow by it.
func (c *central) correct(mu, ap, ad float64) (float64, float64) {
	const low, high = 0.1, 10
	for range maxCorrectors {
		if ap > 0.9 && ad > 0.9 {
			break
		}
		tp, td := math.Min(1, 1.1*ap+0.1), math.Min(1, 1.1*ad+0.1)
		for i := range c.half {
			h, dx := &c.half[i], c.step.dx[i]
			for j := range h.target {
				product := (h.x[j] + tp*dx[j]) * (h.s[j] - td*h.sgn*c.step.dv[j])
				switch {
				case product < low*mu:
					h.target[j] += low*mu - product
				case product > high*mu:
					h.target[j] -= math.Min(product-high*mu, high*mu)
				}
			}
		}
		c.direction(&c.next)
		np, nd := c.reach(&c.next)
		if np < ap+0.01 && nd < ad+0.01 || np < 0.9*ap || nd < 0.9*ad {
			break
		}
		c.step, c.next = c.next, c.step
		ap, ad = np, nd
	}
	return ap, ad
}

// move takes the step; y, Aᵀy and the slacks move together.
func (c *central) move(ap, ad float64) {
	blas.Axpy(ad, c.step.dy, c.y)
	c.search.applyT(c.aty, c.y)
	for i := range c.half {
		h, dx := &c.half[i], c.step.dx[i]
		for j := range h.x {
			h.x[j] += ap * dx[j]
			// The slack is recomputed, not updated: a tight one would collect
			// the rounding of all steps. Only where the fresh value has lost
			// its digits the updated one, which is positive, is kept.
			updated := h.s[j] - ad*h.sgn*c.step.dv[j]
			h.s[j] = 1 - h.sgn*c.aty[j]
			if h.s[j] < updated/2 {
				h.s[j] = updated
			}
		}
	}
	before := c.gap
	c.measure()
	if c.best < nearEnd { // where rounding makes the gap go up and down
		before = c.best
	}
	c.best = math.Min(c.best, c.gap)
	c.idle++
	if c.gap < 0.9*before {
		c.idle = 0
	}
}

// converged reports that the path has been followed as far as doubles carry.
func (c *central) converged() bool { return c.gap <= 1e-11 }

// stuck reports that steps no longer help.
func (c *central) stuck() bool { return c.idle >= 8 }
