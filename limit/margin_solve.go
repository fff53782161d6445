package limit

import (
	"context"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
)

// separation is what the lanes of Margin share: the points, the best separator
// and the best weights so far.
type separation struct {
	ctx    context.Context
	opt    Options
	points *points
	bias   bool
	norm   MarginNorm

	mean   float64 // root of the mean ‖zᵢ‖², and the largest ‖zᵢ‖
	radius float64

	w      []float64 // scaled to least margin 1; nil: none yet
	c      float64
	margin float64 // γ of w
	p      []float64
	bound  float64   // no margin is larger than this
	proof  []float64 // convex weights with Σpᵢzᵢ = 0

	projected bool // the points are projections, whose coordinates are rounded to their length

	stats   Stats
	stopped bool
	trouble string // why there is no separator of the norm, though one exists
}

// run chains the lanes until one of them proves the answer.
func (s *separation) run() {
	s.measure()
	s.bound = math.Inf(1)
	if s.zeroPoint() {
		return
	}
	if s.points.free == 0 {
		s.euclidean()
	} else {
		s.penalised()
	}
	if s.proof != nil {
		if q := s.conflict(); q != nil {
			s.proof = q // exact where rounding is avoidable
			return
		}
		if s.projected {
			return
		}
	}
	if !s.projected && !s.stopped && (s.proof != nil || s.w == nil) {
		if s.doubt(); s.proof != nil {
			return
		}
	}
	if s.norm == MarginL2 && s.points.free == 0 || s.w == nil || s.stopped {
		return
	}
	w, c, weights := s.w, s.c, s.p
	if p := s.norm.Exponent(); p == 1 || math.IsInf(p, 1) {
		s.linear()
	} else {
		s.power(p)
	}
	if s.gap() > s.opt.tol() && s.trouble == "" { // the Euclidean pair may be the better one, or all there is
		s.offer(w, c, weights)
	}
}

// penalised finds a separator of classes with their intercepts as if they were in the
// norm: whether one exists, and where the other lanes may begin.
func (s *separation) penalised() {
	all := *s.points
	all.free = 0
	g := &separation{ctx: s.ctx, opt: s.opt, points: &all, norm: MarginL2, mean: s.mean, radius: s.radius, bound: math.Inf(1)}
	g.opt.Observe = nil
	g.euclidean()
	s.w, s.proof, s.stats, s.stopped = g.w, g.proof, g.stats, g.stopped
}

// euclidean runs the lanes of the Euclidean margin, the cheapest first.
func (s *separation) euclidean() {
	p := s.points
	dim := p.d
	if s.bias {
		dim++
	}
	size := p.n * p.d
	if p.sparse != nil {
		size = p.sparse.NNZ()
	}
	gram := p.n <= 2*p.d && (p.n <= 1200 || p.n*p.n <= size/2)
	direct := min(p.n, dim)*dim <= 1<<28 && (p.data != nil || dim <= 4096)
	var guess []int
	if gram {
		var done bool
		if guess, done = s.gramLane(); done || s.halted() {
			return
		}
	}
	if !direct {
		var done bool
		if guess, done = s.coordinateLane(); done || s.halted() {
			return
		}
	}
	s.activeLane(guess)
}

// halted reports whether a budget or a cancellation ended the work.
func (s *separation) halted() bool {
	if s.ctx.Err() != nil || s.opt.MaxSteps > 0 && s.stats.Steps >= s.opt.MaxSteps {
		s.stopped = true
	}
	return s.stopped
}

// measure finds the sizes of the points.
func (s *separation) measure() {
	var sum float64
	for i := range s.points.n {
		q := s.points.square(i)
		sum += q
		s.radius = max(s.radius, q)
	}
	s.mean, s.radius = math.Sqrt(sum/float64(s.points.n)), math.Sqrt(s.radius)
}

// kappa is the weight of the intercept's row in the factors: of the size of the
// points.
func (s *separation) kappa() float64 {
	if s.mean == 0 {
		return 1
	}
	return s.mean
}

// slack is the violation of a margin of 1 that is taken for rounding.
func (s *separation) slack(w []float64) float64 {
	return max(1e-13, 16*roundoff*s.radius*math.Sqrt(blas.Dot(w, w)))
}

// zeroPoint looks for zᵢ = 0, which no wᵀzᵢ ≥ 1 allows without an intercept.
func (s *separation) zeroPoint() bool {
	if s.bias {
		return false
	}
	for i := range s.points.n {
		_, val := s.points.row(i)
		if !slices.ContainsFunc(val, func(v float64) bool { return v != 0 }) {
			s.proof = make([]float64, s.points.n)
			s.proof[i] = 1
			s.stats.Route = "zero point"
			return true
		}
	}
	return false
}

// enter notes that a lane begins.
func (s *separation) enter(lane string) {
	if s.stats.Route != "" {
		s.stats.Route += " > "
	}
	s.stats.Route += lane
}

// observe reports progress.
func (s *separation) observe(lane string) {
	if s.opt.Observe != nil {
		s.opt.Observe(Progress{Lane: lane, Step: s.stats.Steps, Gap: s.gap()})
	}
}

// gap is (bound−margin)/bound of what is known.
func (s *separation) gap() float64 {
	if s.w == nil || math.IsInf(s.bound, 1) {
		return math.Inf(1)
	}
	return (s.bound - s.margin) / s.bound
}

// offer judges a separator by all points, and weights by what they prove; both
// are kept where they are the best so far. It returns the margins of w, as
// offered, and c made the best one for w.
func (s *separation) offer(w []float64, c float64, u []float64) []float64 {
	m := make([]float64, s.points.n)
	w = w[:s.points.d]
	s.points.margins(m, w, c)
	s.stats.Passes++
	least := slices.Min(m)
	shift := 0.0
	if s.bias { // halfway between the classes
		plus, minus := math.Inf(1), math.Inf(1)
		for i, v := range m {
			if s.points.sign[i] > 0 {
				plus = min(plus, v)
			} else {
				minus = min(minus, v)
			}
		}
		shift = (minus - plus) / 2
		least = (plus + minus) / 2
	}
	if size := s.size(w); least > 0 && size > 0 {
		if margin := least / size; s.w == nil || margin > s.margin {
			s.margin = margin
			s.w = make([]float64, len(w))
			for j, v := range w {
				s.w[j] = v / least
			}
			s.c = (c + shift) / least
		}
	}
	if u != nil {
		s.offerWeights(u)
	}
	return m
}

// offerWeights keeps u, made convex, if ‖Σuᵢzᵢ‖ is the lowest bound so far.
func (s *separation) offerWeights(u []float64) {
	if p, bound := s.convex(u); bound < s.bound {
		s.p, s.bound = p, bound
	}
}

// convex scales u ≥ 0 to convex weights, half of them for each class where
// there is an intercept, and returns them with the (dual) norm of Σpᵢzᵢ.
func (s *separation) convex(u []float64) ([]float64, float64) {
	total := map[float64]float64{}
	class := func(i int) float64 {
		if s.bias {
			return s.points.sign[i]
		}
		return 0
	}
	for i, v := range u {
		total[class(i)] += max(0, v)
	}
	share := 1.0
	if s.bias {
		share = 0.5
		if total[1] <= 0 || total[-1] <= 0 {
			return nil, math.Inf(1)
		}
	} else if total[0] <= 0 {
		return nil, math.Inf(1)
	}
	p := make([]float64, len(u))
	for i, v := range u {
		p[i] = share * max(0, v) / total[class(i)]
	}
	sum := make([]float64, s.points.d)
	s.points.combine(sum, nil, p)
	s.stats.Passes++
	return p, s.dualSize(sum)
}

// size returns ‖w‖ in the norm of the problem, without the free coordinates.
func (s *separation) size(w []float64) float64 {
	return vectorNorm(w[:s.points.d-s.points.free], s.norm.Exponent())
}

// dualSize bounds the margin by V = Σpᵢzᵢ: its dual norm. Where there are free
// coordinates they should be 0. What rounding leaves, δₖ for each class, adds ‖δ‖₁ times
// the largest dual norm of a point: a separator with ‖w‖ = 1 has |cⱼ − cₖ| ≤ 2·max ‖xᵢ‖,
// because it puts a point of class j and one of class k on their sides, and Σδₖ = 0.
func (s *separation) dualSize(v []float64) float64 {
	p := s.points
	out := vectorNorm(v[:p.d-p.free], dualExponent(s.norm.Exponent()))
	if p.free > 0 {
		first, sum := 0.0, 0.0
		for _, d := range v[p.d-p.free:] {
			first -= d / p.kappa
			sum += math.Abs(d) / p.kappa
		}
		out += (sum + math.Abs(first)) * p.reach
	}
	return out
}
