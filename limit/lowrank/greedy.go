package lowrank

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// Stage is the least-squares fit that greedy low-rank learning has at a rank.
type Stage struct {
	Rank     int
	Residual float64 // ‖𝒜(X)−b‖/‖b‖ there
	Gradient float64 // λ_max (‖·‖ without PSD) of −∇½‖𝒜(X)−b‖², over its value at X = 0
	Norm     float64 // tr X or ‖X‖_*
}

// The reasons by which greedy low-rank learning ends.
const (
	StopResidual = "residual" // X has the measurements
	StopGradient = "gradient" // no direction lowers the loss: X is least squares over X ⪰ 0, or all X
	StopRank     = "rank"     // X has full rank
	StopBudget   = "budget"
)

// noGradient is the gradient, relative to that at X = 0, that counts as none.
const noGradient = 1e-9

// greedy is greedy low-rank learning (Li, Luo and Lyu 2021): from X = 0 the rank grows
// by one along the leading eigenvector of the negative gradient, and least squares on
// the matrices of that rank follows, from there. Gradient flow on the factors from an
// infinitesimal generic start goes through the same stages where the eigenvector is
// the only one. At λ_max ≤ 0 X minimises the convex loss over X ⪰ 0.
//
// The local minimum of a stage is found by Gauss–Newton steps; the flow might reach
// another one where there are several.
func (s *solver) greedy() (stages []Stage, stop string) {
	s.lane("greedy")
	n, p, q := s.op.size()
	f := fit{x: zeroPoint(p, q, s.psd), res: make([]float64, n)}
	f.x.residual(f.res, s.op, s.b)
	f.norm = norm(f.res)
	first := 0.0
	for {
		back := make([]float64, n)
		blas.Axpy(-1, f.res, back)
		u, w, v := leading(s.op.adjoint(back), f.x, 1, 60)
		lead := 0.0
		if len(w) > 0 {
			lead = max(0, w[0])
		}
		if f.x.r == 0 {
			first = lead
		}
		at := Stage{Rank: f.x.r, Residual: f.norm / norm(s.b), Norm: f.x.sum()}
		if first > 0 {
			at.Gradient = lead / first
		}
		stages = append(stages, at)
		s.offer(f.x, dualPoint{})
		switch {
		case f.solved || f.norm == 0:
			s.certify(f.x, nil)
			return stages, StopResidual
		case lead <= noGradient*first || lead == 0:
			return stages, StopGradient
		case f.x.r == min(p, q):
			return stages, StopRank
		case !s.step("greedy", f.x.r, at.Residual):
			return stages, StopBudget
		}
		next := f.x.with(u, scaled(w[:1], growth(s.op, f, u, w[:1], v, 1)), v, 1)
		f = s.settled(next)
	}
}

// settled is least squares from x at its rank, to where it no longer falls.
func (s *solver) settled(x *point) fit {
	f := gaussNewton(s.ctx, s.op, s.b, x, 60)
	for range 60 {
		if f.solved || s.ctx.Err() != nil {
			break
		}
		g := gaussNewton(s.ctx, s.op, s.b, f.x, 60)
		g.steps, g.products = g.steps+f.steps, g.products+f.products
		fell := f.norm - g.norm
		if f = g; !(fell > 1e-9*math.Abs(g.norm)) {
			break
		}
	}
	s.stats.Passes += f.products + 4
	s.stats.Steps += f.steps
	return f
}

// prove gives a greedy answer that is not of least norm the dual vector of one that is.
func (s *solver) prove() {
	t := newSolver(s.ctx, s.op, s.b, s.psd, 0, s.opt)
	t.run()
	s.stats.Passes += t.stats.Passes
	s.stats.Factorizations += t.stats.Factorizations
	s.stats.Route += " > " + t.stats.Route
	if t.y == nil {
		if s.farkas = t.farkas; t.any {
			s.any = true
		}
		return
	}
	s.y, s.bound, s.unique, s.why = t.y, t.bound, nil, t.why
	s.gap = math.Abs(s.x.sum()-t.bound) / max(s.x.sum(), math.Abs(t.bound))
}
