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

	lead, misfit float64 // the gradient and the residual themselves
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
// A completion that falls into connected parts is searched part by part, as 𝒜*𝒜 keeps
// block diagonal matrices: the next rank is that of the part of the largest gradient, and
// what joins two parts stays 0, as it does along the flow from α·I.
//
// The local minimum of a stage is found by Gauss–Newton steps; the flow might reach
// another one where there are several.
func (s *solver) greedy() search {
	s.lane("greedy")
	n, p, q := s.op.size()
	f := fit{x: zeroPoint(p, q, s.psd), res: make([]float64, n)}
	f.x.residual(f.res, s.op, s.b)
	f.norm = norm(f.res)
	first := 0.0
	var stages []Stage
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
		stages = append(stages, Stage{Rank: f.x.r, Norm: f.x.sum(), lead: lead, misfit: f.norm})
		s.offer(f.x, dualPoint{})
		switch {
		case f.solved || f.norm == 0:
			s.certify(f.x, nil)
			return search{stages, StopResidual}
		case lead <= noGradient*first || lead == 0:
			return search{stages, StopGradient}
		case f.x.r == min(p, q):
			return search{stages, StopRank}
		case !s.step("greedy", f.x.r, f.norm/norm(s.b)):
			return search{stages, StopBudget}
		}
		next := f.x.with(u, scaled(w[:1], growth(s.op, f, u, w[:1], v, 1)), v, 1)
		f = s.settled(next)
	}
}

// search is what a greedy search of one part went through.
type search struct {
	stages []Stage
	stop   string
}

// scaled returns the search in units in which b has another size.
func (g search) scaled(size float64) search {
	for k := range g.stages {
		at := &g.stages[k]
		at.Norm, at.lead, at.misfit = at.Norm*size, at.lead*size, at.misfit*size
	}
	return g
}

// together are the stages of the search over all parts: of the parts that went on, that
// of the largest gradient goes on next. It stops for the worst of their reasons.
func together(parts []search, size float64) (stages []Stage, stop string) {
	at := make([]int, len(parts))
	first := 0.0
	for {
		var sum Stage
		next := -1
		for i, g := range parts {
			now := g.stages[at[i]]
			sum.Rank += now.Rank
			sum.Norm += now.Norm
			sum.misfit = math.Hypot(sum.misfit, now.misfit)
			sum.lead = max(sum.lead, now.lead)
			if at[i] < len(g.stages)-1 && (next < 0 || now.lead > parts[next].stages[at[next]].lead) {
				next = i
			}
		}
		if len(stages) == 0 {
			first = sum.lead
		}
		if size > 0 {
			sum.Residual = sum.misfit / size
		}
		if first > 0 {
			sum.Gradient = sum.lead / first
		}
		stages = append(stages, sum)
		if next < 0 {
			break
		}
		at[next]++
	}
	for _, reason := range []string{StopResidual, StopGradient, StopRank, StopBudget} {
		for _, g := range parts {
			if g.stop == reason {
				stop = reason
			}
		}
	}
	return stages, stop
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
	if t.y == nil || t.farkas != nil {
		if s.farkas = t.farkas; t.any {
			s.any = true
		}
		return
	}
	s.y, s.bound, s.unique, s.why = t.y, t.bound, nil, t.why
	s.gap = math.Abs(s.x.sum()-t.bound) / max(s.x.sum(), math.Abs(t.bound))
}
