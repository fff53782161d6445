package limit

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
)

// path is a family of problems of a dualNewton with one parameter, ending with
// the one in question.
type path struct {
	at, end  float64
	step     float64             // first step
	set      func(at float64)    // makes the problem the one at the parameter
	velocity func(rhs []float64) // A D Aᵀ dν/dat
	retries  int                 // how often a step that led nowhere is taken again, shorter
}

// follow solves the problems of p one after the other, loosely on the way and
// to newtonGoal at the end, predicting along the tangent. Steps grow while few
// Newton steps suffice: towards small scales the tangent becomes exact, and the
// steps grow without bound.
func (s *dualNewton) follow(p path) newtonOutcome {
	p.set(p.at)
	s.evaluate()
	step := p.step
	from, nu, u := math.NaN(), slices.Clone(s.nu), slices.Clone(s.u)
	for {
		goal := newtonLoose
		if p.at >= p.end {
			goal = newtonGoal
		}
		before := s.stats.Steps
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
	lo, hi := slices.Min(s.chart.Theta0), slices.Max(s.chart.Theta0)
	c, ok := s.phi.(*chartConjugate)
	ok = ok && hi-lo > mild
	arrived := func() bool { return s.residual <= math.Max(newtonArrived, s.opt.tol()) }
	if ok && hi-lo > doubles {
		if outcome := s.anneal(c, hi-lo); outcome != newtonStalled || arrived() {
			return outcome
		}
		clear(s.nu)
		clear(s.u)
		s.evaluate()
		return s.approach()
	}
	outcome := s.approach()
	if ok && outcome == newtonStalled && !arrived() {
		clear(s.nu)
		clear(s.u)
		outcome = s.anneal(c, hi-lo)
	}
	return outcome
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
	return s.follow(path{at: math.Log(mild / span), end: 0, step: math.Ln2 / 2, retries: 20,
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
// coordinate by many powers of e, as from an x₀ that is far too small, the
// right-hand sides τb lead there, with τ growing from where it is reached by a
// moderate step to 1.
func (s *dualNewton) approach() newtonOutcome {
	if !s.logarithmic() {
		return s.minimise(newtonGoal)
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
	full, scale := s.b, s.scale
	s.b = make([]float64, len(full))
	outcome := s.follow(path{at: -math.Log(reach), end: 0, step: 2,
		set: func(at float64) {
			tau := math.Exp(at)
			s.scale = tau * scale
			clear(s.b)
			blas.Axpy(tau, full, s.b)
		},
		velocity: func(rhs []float64) { copy(rhs, s.b) },
	})
	s.b, s.scale = full, scale
	s.evaluate()
	return outcome
}
