package limit

import (
	"context"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/linop"
)

// search is what the lanes of L1 share: the problem in normalised units, the
// best primal and dual points so far, and the counters.
//
// In normalised units all weights are 1, ‖b‖₂ is about 1 and the rows of A
// have moderate norms, so that no lane needs to think of units or overflow.
type search struct {
	ctx     context.Context
	opt     Options
	units   units
	given   linop.Operator // A as it came: scaling by weights rounds its entries
	a       linop.Operator // through apply and applyT, which count
	b       []float64
	bnorm   float64
	n, m    int
	nonneg  bool
	stored  bool      // the entries of A are in memory: columns and A diag(d) Aᵀ are cheap
	dense   bool      // pursuit found that no support far below n will do
	careful bool      // orthogonal factorizations instead of normal equations
	gamma   float64   // relative error of an entry of Aᵀy, see measureColumns
	norms   []float64 // Euclidean norms of the columns of op

	primal primalPoint
	dual   dualPoint
	log    *logbook
	unique *bool
	other  []float64 // a second minimiser, where unique is false
	proven []int     // columns that a factorization showed to be independent
	farkas *farkas

	space   *space // nil: none
	stats   Stats
	stopped bool // a budget or a cancellation ended the search
	trouble string
}

// primalPoint is a point with Ax = b to rounding (and x ≥ 0 where asked).
type primalPoint struct {
	x         []float64 // nil: none yet
	objective float64   // ‖x‖₁
	residual  float64   // ‖Ax−b‖₂/‖b‖₂
}

// dualPoint is a dual feasible point, rounding errors included.
type dualPoint struct {
	y     []float64
	v     []float64 // Aᵀy
	bound float64   // bᵀy
}

func newSearch(ctx context.Context, p Problem, opt Options) *search {
	s := &search{ctx: ctx, opt: opt, nonneg: p.Nonneg}
	s.n, s.m = p.A.Dims()
	s.units = chooseUnits(p)
	s.stored = linop.Stored(p.A)
	s.given, s.a = p.A, s.units.normalise(p.A)
	s.b = s.units.normaliseRHS(p.B)
	s.bnorm = norm2(s.b)
	s.norms = make([]float64, s.m)
	s.measureColumns()
	s.dual = dualPoint{y: make([]float64, s.n), v: make([]float64, s.m)}
	return s
}

// measureColumns sets the norms of the columns and the relative error γ that
// an entry of Aᵀy may have: |fl(a_jᵀy) − a_jᵀy| ≤ γ‖a_j‖₂‖y‖₂ with γ =
// nu/(1−nu) for sums over stored entries (Higham 2002, §3.1).
//
// An operator known by its products may have no cheap norms, and its rounding
// follows ‖A‖₂: every column gets the estimate of ‖A‖₂, and γ is several times
// what a fast transform makes (ibid., §24.1), with a factor 2 for the estimate.
func (s *search) measureColumns() {
	if s.stored {
		linop.ColumnNorms(s.a, s.norms)
		s.gamma = float64(s.n+2) * epsilon
		return
	}
	size := s.spectralNorm()
	for j := range s.norms {
		s.norms[j] = size
	}
	s.gamma = 2 * 16 * epsilon * (2 + math.Log2(float64(max(s.n, s.m))))
}

// spectralNorm estimates ‖A‖₂ by a few steps of the power method on AᵀA from a
// fixed start.
func (s *search) spectralNorm() float64 {
	u, v := make([]float64, s.n), make([]float64, s.m)
	for j := range v {
		v[j] = 1 + math.Sin(float64(3*j+1))
	}
	size := 0.0
	for range 4 {
		length := norm2(v)
		if length == 0 {
			break
		}
		scale(1/length, v)
		s.apply(u, v)
		size = math.Max(size, norm2(u))
		s.applyT(v, u)
	}
	return size
}

// apply sets dst = A x and counts the product.
func (s *search) apply(dst, x []float64) {
	s.stats.Passes++
	s.a.Apply(dst, x)
}

// applyT sets dst = Aᵀy and counts the product.
func (s *search) applyT(dst, y []float64) {
	s.stats.Passes++
	s.a.ApplyT(dst, y)
}

// gap is the relative duality gap of the best pair, +Inf before the first.
func (s *search) gap() float64 {
	if s.primal.x == nil {
		return math.Inf(1)
	}
	return relativeGap(s.primal.objective, s.dual.bound)
}

func relativeGap(objective, bound float64) float64 {
	scale := math.Max(math.Abs(objective), math.Abs(bound))
	if scale == 0 {
		return 0
	}
	return math.Abs(objective-bound) / scale
}

// certified reports whether the best pair proves the answer to the tolerance.
func (s *search) certified() bool {
	return s.primal.x != nil && s.primal.residual <= s.opt.tol() && s.gap() <= s.opt.tol()
}

// halted reports whether the search must stop: cancelled, or out of budget.
func (s *search) halted() bool {
	if !s.stopped && (s.ctx.Err() != nil || s.opt.MaxSteps > 0 && s.stats.Steps >= s.opt.MaxSteps) {
		s.stopped = true
	}
	return s.stopped
}

// step counts an outer step of a lane and shows it to the observer.
func (s *search) step(lane string, k int, residual float64) {
	s.stats.Steps++
	if s.opt.Observe != nil {
		s.opt.Observe(Progress{Lane: lane, Step: k, Gap: s.gap(), Residual: residual})
	}
}

// keep offers where a lane is; values is its state, to which the best pair is added.
func (s *search) keep(lane string, values func() map[string][]float64) {
	s.log.keep(func() *Checkpoint {
		v := values()
		if v["y"] = slices.Clone(s.dual.y); s.primal.x != nil {
			v["x"] = slices.Clone(s.primal.x)
		}
		return &Checkpoint{lane, v}
	})
}

// recall offers the best pair of the checkpoint to go on from.
func (s *search) recall() {
	if s.log.stage() == "" {
		return
	}
	s.enter("resumed")
	values := s.log.resume.Values
	if x := values["x"]; x != nil {
		s.offerPrimal(x)
	}
	if y := values["y"]; y != nil {
		v := make([]float64, s.m)
		s.applyT(v, y)
		s.offerDual(y, v)
	}
}

// enter records a lane in the route.
func (s *search) enter(lane string) {
	if s.stats.Route != "" {
		s.stats.Route += " > "
	}
	s.stats.Route += lane
}

// offerPrimal keeps x if it is feasible to a tenth of the tolerance, or better
// so than the best, and cheaper. It computes the residual itself (one product).
func (s *search) offerPrimal(x []float64) {
	rel := norm2(s.residualOf(x))
	if s.bnorm > 0 {
		rel /= s.bnorm
	}
	objective := 0.0
	for _, v := range x {
		if s.nonneg && v < 0 {
			return
		}
		objective += math.Abs(v)
	}
	if math.IsNaN(rel) || math.IsNaN(objective) || math.IsInf(objective, 1) {
		return
	}
	feasible := s.opt.tol() / 10
	better := s.primal.x == nil ||
		(rel <= feasible) && (s.primal.residual > feasible || objective < s.primal.objective) ||
		rel > feasible && rel < s.primal.residual
	if better {
		s.primal = primalPoint{append(s.primal.x[:0], x...), objective, rel}
	}
}

// residualOf returns b − A x, at the cost of one product.
func (s *search) residualOf(x []float64) []float64 {
	r := make([]float64, s.n)
	s.apply(r, x)
	for i := range r {
		r[i] = s.b[i] - r[i]
	}
	return r
}

// replacePrimal makes x the answer if it is as good as the certified one.
func (s *search) replacePrimal(x []float64) bool {
	before := s.primal
	s.primal = primalPoint{}
	s.offerPrimal(x)
	if !s.certified() {
		s.primal = before
		return false
	}
	return true
}

// replaceDual makes y, with v = Aᵀy, the proof if it proves the answer too.
func (s *search) replaceDual(y, v []float64) bool {
	before := s.dual
	s.dual = dualPoint{y: make([]float64, s.n), v: make([]float64, s.m), bound: math.Inf(-1)}
	s.offerDual(y, v)
	if !s.certified() {
		s.dual = before
		return false
	}
	return true
}

// offerDual keeps y, scaled into the dual feasible set, if its bound is
// better. v must be Aᵀy; where only its rounding error bound stands in the way
// of a proof it is recomputed in twice the precision.
func (s *search) offerDual(y, v []float64) {
	worst := s.worst(y, v, s.gamma)
	if tol := s.opt.tol(); s.stored && worst > 1+tol/10 && s.worst(y, v, 0) <= 1+tol/10 {
		applyTCompensated(s.a, v, y)
		s.stats.Passes++
		worst = s.worst(y, v, s.gamma*s.gamma) + epsilon
	}
	scale := 1.0
	if worst > 1 {
		// Scaled, y is rounded, which moves a_jᵀy by ε‖a_j‖‖y‖ at most.
		scale = (1 - 4*epsilon - epsilon*norm2(y)*slices.Max(s.norms)) / worst
	}
	bound := dot(s.b, y) // a NaN fails the comparison
	if bound*scale > s.dual.bound {
		for i := range y {
			s.dual.y[i] = scale * y[i]
		}
		for j := range v {
			s.dual.v[j] = scale * v[j]
		}
		s.dual.bound = bound * scale
	}
}

const epsilon = 0x1p-53

// worst bounds max_j (Aᵀy)_j, or max_j |(Aᵀy)_j| in the signed case, from the
// computed v = Aᵀy: each entry carries an error of at most γ‖a_j‖₂‖y‖₂, with
// about the square of γ plus one rounding for compensated products (Ogita,
// Rump and Oishi 2005).
func (s *search) worst(y, v []float64, gamma float64) float64 {
	gamma *= norm2(y)
	worst := 0.0
	for j, vj := range v {
		if !s.nonneg {
			vj = math.Abs(vj)
		}
		if t := vj + gamma*s.norms[j]; t > worst {
			worst = t
		}
	}
	return worst
}

// sign is the sign that the dual constraint of coordinate j has at value v: +1
// always in the nonnegative problem.
func (s *search) sign(v float64) float64 {
	if s.nonneg || v >= 0 {
		return 1
	}
	return -1
}
