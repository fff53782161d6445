package lowrank

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/limit"
)

// solver is the search on one connected problem, in units in which ‖b‖ = 1 and
// ‖A_k‖_F = 1.
type solver struct {
	ctx   context.Context
	opt   limit.Options
	op    measurements
	b     []float64
	psd   bool
	rank  int
	stats limit.Stats

	x      *point
	y      []float64
	gap    float64 // of x and y, +Inf before there are both
	res    float64 // ‖𝒜(X) − b‖
	bound  float64
	unique *bool
	why    string // where unique is nil
	farkas []float64
	any    bool    // the Farkas vector excludes every X
	stop   bool    // the budget of steps ended
	size   float64 // ‖b‖ before it was scaled
}

func newSolver(ctx context.Context, op measurements, b []float64, psd bool, rank int, opt limit.Options) *solver {
	_, p, q := op.size()
	return &solver{ctx: ctx, opt: opt, op: op, b: b, psd: psd, rank: rank, x: zeroPoint(p, q, psd), gap: math.Inf(1), res: norm(b)}
}

// run goes through the lanes.
func (s *solver) run() {
	if norm(s.b) == 0 {
		s.y, s.gap = make([]float64, len(s.b)), 0
		yes := true
		s.unique = &yes
		s.lane("zero")
		return
	}
	lanes := []func(){s.pursuit, s.centralPath, s.proximal}
	if _, sparse := s.op.(*sparseMeasure); sparse { // products with 𝒜 are cheap, those of the central path are not
		lanes[1], lanes[2] = lanes[2], lanes[1]
	}
	for _, lane := range lanes {
		if s.done() {
			return
		}
		lane()
	}
}

func (s *solver) done() bool {
	return s.farkas != nil || s.gap <= 0.5*s.opt.Tol && s.res <= 0.5*s.opt.Tol || s.ctx.Err() != nil || s.stop
}

// lane notes the beginning of a lane.
func (s *solver) lane(name string) {
	if s.stats.Route != "" {
		s.stats.Route += " > "
	}
	s.stats.Route += name
}

// step counts a step of a lane, tells the observer, and reports whether the work
// may go on.
func (s *solver) step(lane string, k int, residual float64) bool {
	s.stats.Steps++
	if s.opt.Observe != nil {
		s.opt.Observe(limit.Progress{Lane: lane, Step: k, Gap: s.gap, Residual: residual})
	}
	s.stop = s.stop || s.opt.MaxSteps > 0 && s.stats.Steps >= s.opt.MaxSteps
	return !s.stop && s.ctx.Err() == nil
}

// pursuit is the first lane.
func (s *solver) pursuit() {
	s.lane("pursuit")
	f, ok := s.pursue()
	if ok {
		s.certify(f.x, nil)
	} else {
		s.offer(f.x, dualPoint{})
	}
}

// certify builds a dual point for x and offers both.
func (s *solver) certify(x *point, y0 []float64) {
	d, products := dual(s.ctx, s.op, x, y0)
	s.stats.Passes += products
	s.offer(x, d)
}

// offer keeps x and y if they are better than what there is; d.y may be nil. It returns
// their gap.
func (s *solver) offer(x *point, d dualPoint) (gap float64) {
	r := make([]float64, len(s.b))
	x.residual(r, s.op, s.b)
	res := norm(r)
	if d.y == nil {
		if s.y == nil && res < s.res {
			s.x, s.res = x, res
		}
		return math.Inf(1)
	}
	stretch := s.stretch(d)
	bound := blas.Dot(s.b, d.y) / stretch
	gap = math.Abs(x.sum()-bound) / max(x.sum(), math.Abs(bound))
	gap = max(gap, 0x1p-52*norm(d.y)/stretch) // the rounding of 𝒜*y
	if !(max(gap, res) < max(s.gap, s.res)) {
		return gap
	}
	s.x, s.y, s.gap, s.res, s.bound = x, d.y, gap, res, bound
	if math.Abs(stretch-1) > 0.1*s.opt.Tol { // elsewhere it is rounding, and y as it is meets the tangent conditions
		s.y = scaled(d.y, 1/stretch)
	}
	s.unique, s.why = nil, ""
	switch free := freedom(x.p, x.q, x.r, x.psd); {
	case free > len(s.b):
		s.why = fmt.Sprintf("matrices of rank %d have %d degrees of freedom and there are %d measurements: 𝒜 is not injective on their tangent space, as the proof would need", x.r, free, len(s.b))
	case d.beyond >= 0.9999:
		s.why = fmt.Sprintf("‖P_T⊥ Σ y_kA_k‖ is %.6g, which leaves no margin below 1", d.beyond)
	case d.defect >= 1e-9:
		s.why = fmt.Sprintf("Σ y_kA_k misses the conditions on the tangent space by %.1e", d.defect)
	default:
		yes := true
		s.unique = &yes
	}
	return gap
}

// smallSide is the side up to which ‖𝒜*y‖ costs nothing to speak of.
const smallSide = 256

// stretch is what d.y has to be divided by to be dual feasible: ‖𝒜*y‖ itself where the
// matrix is small, since d only bounds it.
func (s *solver) stretch(d dualPoint) float64 {
	if d.norm > 0 {
		return d.norm
	}
	if _, p, q := s.op.size(); max(p, q) <= smallSide {
		if m := fromDense(s.op.adjoint(d.y).dense(), p, q, s.psd, 1); m != nil && m.r > 0 {
			return m.s[0]
		}
	}
	return d.stretch()
}

// assess measures what y proves about x.
func assess(op measurements, x *point, y []float64) dualPoint {
	d := dualPoint{y: y}
	m := op.adjoint(y)
	if x.r > 0 {
		mv := m.mul(x.v, x.r)
		blas.Axpy(-1, x.u, mv)
		d.defect = norm(mv)
		if !x.psd {
			mu := m.mulT(x.u, x.r)
			blas.Axpy(-1, x.v, mu)
			d.defect = hypot(d.defect, norm(mu))
		}
	}
	if _, w, _ := leading(m, x, 4, 15); len(w) > 0 {
		d.beyond = w[0]
	}
	return d
}
