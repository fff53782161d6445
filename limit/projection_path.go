package limit

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/blas"
)

// path is a family of problems of a dualNewton with one parameter, ending with
// the one in question.
type path struct {
	stage    string // under which it is kept
	at, end  float64
	step     float64             // first step
	next     float64             // step
	set      func(at float64)    // makes the problem the one at the parameter
	velocity func(rhs []float64) // A D Aᵀ dν/dat
	retries  int                 // how often a step that led nowhere is taken again, shorter
}

// follow solves the problems of p one after the other, loosely on the way and
// to newtonGoal at the end, predicting along the tangent. Steps grow while few
// Newton steps suffice: towards small scales the tangent becomes exact, and the
// steps grow without bound.
func (s *dualNewton) follow(p path) newtonOutcome {
	step := p.step
	if v := s.log.way(p.stage); v != nil {
		p.at, step, p.step, p.retries = v[0], v[1], v[2], int(v[3])
		s.recall(p.stage)
	}
	p.set(p.at)
	s.evaluate()
	s.way = &p
	defer func() { s.way = nil }()
	from, nu, u := math.NaN(), slices.Clone(s.nu), slices.Clone(s.u)
	for {
		goal := newtonLoose
		if p.at >= p.end {
			goal = newtonGoal
		}
		before := s.stats.Steps
		p.next = step
		outcome := s.minimise(goal)
		if outcome == newtonCancelled || outcome == newtonBudget {
			return outcome
		}
		if lost := !(s.residual <= newtonLoose); lost && p.retries > 0 && !math.IsNaN(from) {
			p.retries--
			step = (p.at - from) / 4
			p.at = from
			copy(s.nu, nu)
			copy(s.u, u)
			p.set(p.at)
			s.evaluate()
		} else if lost || p.at >= p.end {
			return outcome
		}
		from = p.at
		copy(nu, s.nu)
		copy(u, s.u)
		switch steps := s.stats.Steps - before; {
		case steps <= 4:
			step *= 2
		case steps > 8:
			step /= 2
		}
		step = math.Min(step, p.end-p.at)
		step = s.predict(p, step)
		if next := p.at + step; next > p.at && next < p.end {
			p.at = next
		} else {
			p.at = p.end
			p.set(p.end)
			s.evaluate()
		}
	}
}

// predict moves along the tangent by the longest of step, step/2, … at which
// the predicted point is better than none, and returns it.
func (s *dualNewton) predict(p path, step float64) float64 {
	rhs := make([]float64, len(s.b))
	p.velocity(rhs)
	s.phi.hess(s.d, s.u)
	s.solve(s.p, rhs)
	s.a.ApplyT(s.q, s.p)
	s.stats.Passes++
	nu, u := slices.Clone(s.nu), slices.Clone(s.u)
	for {
		s.move(step)
		p.set(p.at + step)
		s.evaluate()
		if s.residual <= 0.5 {
			return step
		}
		copy(s.nu, nu)
		copy(s.u, u)
		if step <= p.step/2 {
			// Short enough for Newton's method without a prediction.
			s.evaluate()
			return step
		}
		step /= 2
	}
}

// run minimises Ψ: from ν = 0, and along anneal where x₀ spans more powers of e
// than doubles have, or where that was not enough.
func (s *projection) run() newtonOutcome {
	c, ok := s.phi.(*chartConjugate)
	if !ok {
		return s.runInside()
	}
	span := slices.Max(s.chart.Theta0) - slices.Min(s.chart.Theta0)
	kept := s.log.stage()
	if span > doubles && kept != stageNewton && kept != stageLead {
		if outcome := s.anneal(c, span); outcome != newtonStalled || s.arrived() {
			return outcome
		}
		s.restart()
		return s.approach()
	}
	outcome := newtonStalled
	if kept != stageAnneal {
		outcome = s.approach()
	}
	if span > mild && span <= doubles && outcome == newtonStalled && !s.arrived() {
		s.restart()
		outcome = s.anneal(c, span)
	}
	return outcome
}

// runInside minimises Ψ where θ has units: by Newton's method, and if that ends
// early along overBases or approachInside.
func (s *projection) runInside() newtonOutcome {
	kept := s.log.stage()
	if kept == stageLead {
		return s.approachInside()
	}
	if !s.recall(stageNewton) && s.barrier() && !s.approachBoth() {
		s.restart()
	}
	outcome := s.minimise(newtonGoal)
	if outcome != newtonStalled || s.residual <= 16*s.floor() {
		return outcome
	}
	if outcome, ok := s.overBases(); ok {
		return outcome
	}
	if s.arrived() || !s.bounded() {
		return outcome
	}
	s.restart()
	return s.approachInside()
}

// bounded reports whether some coordinate of x has a bound.
func (s *projection) bounded() bool {
	for j := range s.x {
		if lower, upper := geometry.Bounds(s.chart.Phi, j); !math.IsInf(lower, -1) || !math.IsInf(upper, 1) {
			return true
		}
	}
	return false
}

// arrived reports whether the residual is within what was asked for.
func (s *projection) arrived() bool { return s.residual <= math.Max(newtonArrived, s.opt.tol()) }

// restart returns to ν = 0.
func (s *dualNewton) restart() {
	clear(s.nu)
	s.phi.origin(s.u)
	s.evaluate()
}

const (
	mild    = 20  // a span of θ₀ from which Newton's method arrives without help
	doubles = 700 // a span of θ₀ beyond which x₀ underflows
)

// anneal minimises Ψ along the starts sθ₀, s rising to 1. Where θ₀ has a large
// span, as in optimal transport with little entropy, no step from ν = 0 finds
// the entries that count (ε-scaling: Schmitzer 2019).
func (s *projection) anneal(c *chartConjugate, span float64) newtonOutcome {
	theta0 := c.chart.Theta0
	defer func() {
		if c.share != 1 { // halted on the way
			c.share = 1
			s.evaluate()
		}
	}()
	return s.follow(path{stage: stageAnneal, at: math.Log(mild / span), end: 0, step: math.Ln2 / 2, retries: 20,
		set: func(at float64) { c.share = math.Exp(at) },
		velocity: func(rhs []float64) {
			// A D (θ₀ ds + Aᵀdν) = 0
			s.phi.hess(s.d, s.u)
			for j, t := range theta0 {
				s.trial[j] = -c.share * t * s.d[j]
			}
			s.a.Apply(rhs, s.trial)
			s.stats.Passes++
		},
	})
}

// approach minimises Ψ from ν = 0. If a full Newton step would change some
// coordinate by many powers of e, as from an x₀ that is far too small, it takes
// the way of lead.
func (s *dualNewton) approach() newtonOutcome {
	switch {
	case s.recall(stageNewton):
		return s.minimise(newtonGoal)
	case s.log.stage() == stageLead:
		return s.lead(path{})
	}
	s.direction()
	reach := 0.0
	for _, q := range s.q {
		reach = math.Max(reach, math.Abs(q))
	}
	s.primed = reach <= longestStep
	if reach <= longestStep || math.IsInf(reach, 1) {
		return s.minimise(newtonGoal)
	}
	return s.lead(path{at: -math.Log(reach), step: 2})
}

// approachInside minimises Ψ from ν = 0 where the domain ends before a full
// Newton step does, by the way of lead.
func (s *dualNewton) approachInside() newtonOutcome {
	if s.log.stage() == stageLead {
		return s.lead(path{})
	}
	s.direction()
	reach := s.phi.maxStep(s.u, s.q)
	if !(reach > 0 && reach < 1) {
		return newtonStalled
	}
	return s.lead(path{at: math.Log(reach / 2), step: 1, retries: 6})
}

// lead minimises Ψ from ν = 0 along the right-hand sides Ax₀ + τ(b−Ax₀), ln τ
// growing from p.at, where they are reached by a moderate step, to 0.
func (s *dualNewton) lead(p path) newtonOutcome {
	full, size := s.b, s.scale
	way, from := slices.Clone(s.r), slices.Clone(full)
	blas.Axpy(-1, way, from)
	length := norm2(way)
	s.b = make([]float64, len(full))
	p.stage = stageLead
	p.set = func(at float64) {
		tau := math.Exp(at)
		s.scale = tau * length
		copy(s.b, from)
		blas.Axpy(tau, way, s.b)
	}
	p.velocity = func(rhs []float64) {
		copy(rhs, way)
		scale(s.scale/length, rhs)
	}
	outcome := s.follow(p)
	s.b, s.scale = full, size
	s.evaluate()
	return outcome
}
