package limit

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// linear solves the margins whose norm is a polytope, as linear programs in the
// weights p, which L1 answers:
//
//	linf:  minimise ‖q‖₁      subject to  Zᵀp = q⁺ − q⁻,      Σpᵢ = 1
//	l1:    minimise t         subject to  −t ≤ Zᵀp ≤ t,       Σpᵢ = 1
//	       minimise ‖w‖₁      subject to  Zw − s = 1          (fewer points)
//
// with yᵀp = 0 for an intercept, all variables nonnegative. L1 wants positive
// costs. Any λ may be added to the costs c as Aᵀλ without moving the minimiser,
// so a strictly feasible λ of the dual makes them so. The dual vector of the
// first two, the multipliers of the rows of Zᵀp, is the separator.
func (s *separation) linear() {
	s.w, s.p, s.margin, s.bound = nil, nil, 0, math.Inf(1) // those were Euclidean
	s.enter("linear program")
	p := s.points
	switch {
	case s.norm == MarginLInf:
		s.signedSum()
	case p.n < 2*p.d && !s.bias && p.free == 0:
		s.primalL1()
	default:
		s.boxed()
	}
	s.observe("linear program")
}

// program collects the entries of a linear program.
type program struct {
	rows, cols int
	i, j       []int
	v          []float64
	b, cost    []float64
}

func (g *program) set(i, j int, v float64) {
	if v != 0 {
		g.i, g.j, g.v = append(g.i, i), append(g.j, j), append(g.v, v)
	}
}

// points adds the coordinates of zᵢ from lo on and before hi, with factor, as columns
// from col on and rows from row on, or transposed.
func (g *program) points(p *points, row, col, lo, hi int, factor float64, transposed bool) {
	for i := range p.n {
		p.each(i, func(j int, v float64) {
			switch {
			case j < lo || j >= hi:
			case transposed:
				g.set(row+i, col+j-lo, factor*p.sign[i]*v)
			default:
				g.set(row+j-lo, col+i, factor*p.sign[i]*v)
			}
		})
	}
}

// solve hands the program to L1. The tolerance is relative to an objective to
// which λ has added a constant.
func (s *separation) solve(g *program) *Result {
	a := linop.FromTriplets(g.rows, g.cols, g.i, g.j, g.v)
	opt := s.opt
	opt.Tol, opt.MaxTime = min(1e-12, s.opt.tol()), 0
	r, err := L1(s.ctx, Problem{A: a, B: g.b, Weights: g.cost, Nonneg: true}, opt)
	if err != nil {
		return nil
	}
	s.stats.Passes += r.Stats.Passes
	s.stats.Factorizations += r.Stats.Factorizations
	s.stats.Steps += r.Stats.Steps
	s.stats.Route += " (" + r.Stats.Route + ")"
	s.stopped = s.stopped || r.Status == Budget || r.Status == Interrupted
	return r
}

// scale is the size of a margin: the dual norm for weights that are equal in
// each class.
func (s *separation) marginScale() float64 {
	sum := make([]float64, s.points.d)
	s.points.combine(sum, nil, s.uniform())
	return max(s.dualSize(sum), 1e-3*s.radius)
}

// weightRows adds Σpᵢ = 1 and, with an intercept, yᵀp = 0 below row.
func (g *program) weightRows(p *points, row, col int, bias bool) {
	for i := range p.n {
		g.set(row, col+i, 1)
		if bias {
			g.set(row+1, col+i, p.sign[i])
		}
	}
	g.b[row] = 1
}

// extra is the number of rows of weightRows.
func (s *separation) extra() int {
	if s.bias {
		return 2
	}
	return 1
}

// signedSum answers linf: columns q⁺, q⁻, p; the rows of free coordinates have no q.
func (s *separation) signedSum() {
	p := s.points
	d := p.d - p.free
	g := &program{rows: p.d + s.extra(), cols: 2*d + p.n}
	g.b, g.cost = make([]float64, g.rows), make([]float64, g.cols)
	for j := range d {
		g.set(j, j, -1)
		g.set(j, d+j, 1)
		g.cost[j], g.cost[d+j] = 1, 1
	}
	g.points(p, 0, 2*d, 0, p.d, 1, false)
	g.weightRows(p, p.d, 2*d, s.bias)
	lambda := s.marginScale()
	for i := range p.n {
		g.cost[2*d+i] = lambda
	}
	r := s.solve(g)
	if r == nil || r.X == nil || r.Y == nil {
		return
	}
	// Zw̃ + t + yc̃ ≤ λ with w = −w̃, c = −c̃.
	w := make([]float64, p.d)
	for j := range w {
		w[j] = -r.Y[j]
	}
	c := 0.0
	if s.bias {
		c = -r.Y[p.d+1]
	}
	s.offer(w, c, r.X[2*d:])
}

// boxed answers l1: columns t, slacks of Zᵀp ≤ t and of −Zᵀp ≤ t, p; free coordinates
// of Zᵀp are 0.
func (s *separation) boxed() {
	p := s.points
	d := p.d - p.free
	g := &program{rows: 2*d + p.free + s.extra(), cols: 1 + 2*d + p.n}
	g.b, g.cost = make([]float64, g.rows), make([]float64, g.cols)
	// λ = share on each of the 2d rows: costs of slacks share, of t 1 − ½, of p λ₁.
	share := 1 / float64(4*d)
	for j := range 2 * d {
		g.set(j, 0, -1)
		g.set(j, 1+j, 1)
		g.cost[1+j] = share
	}
	g.cost[0] = 0.5
	g.points(p, 0, 1+2*d, 0, d, 1, false)
	g.points(p, d, 1+2*d, 0, d, -1, false)
	g.points(p, 2*d, 1+2*d, d, p.d, 1, false)
	g.weightRows(p, 2*d+p.free, 1+2*d, s.bias)
	lambda := s.marginScale()
	for i := range p.n {
		g.cost[1+2*d+i] = lambda
	}
	r := s.solve(g)
	if r == nil || r.X == nil || r.Y == nil {
		return
	}
	w := make([]float64, p.d)
	for j := range d { // the equal shares cancel
		w[j] = -(r.Y[j] - r.Y[d+j])
	}
	for j := range p.free {
		w[d+j] = -r.Y[2*d+j]
	}
	c := 0.0
	if s.bias {
		c = -r.Y[2*d+1]
	}
	s.offer(w, c, r.X[1+2*d:])
}

// primalL1 answers l1 for few points without an intercept: columns w⁺, w⁻, s.
func (s *separation) primalL1() {
	p := s.points
	d := p.d
	g := &program{rows: p.n, cols: 2*d + p.n}
	g.b, g.cost = make([]float64, g.rows), make([]float64, g.cols)
	g.points(p, 0, 0, 0, d, 1, true)
	g.points(p, 0, d, 0, d, -1, true)
	// λ = −ε·1 with ε‖Zᵀ1‖∞ ≤ ½.
	sum := make([]float64, d)
	ones := make([]float64, p.n)
	for i := range ones {
		ones[i] = 1
		g.b[i] = 1
		g.set(i, 2*d+i, -1)
	}
	p.combine(sum, nil, ones)
	eps := 0.5 / max(vectorNorm(sum, math.Inf(1)), math.SmallestNonzeroFloat64*1e10)
	for j, v := range sum {
		g.cost[j], g.cost[d+j] = 1-eps*v, 1+eps*v
	}
	for i := range p.n {
		g.cost[2*d+i] = eps
	}
	r := s.solve(g)
	if r == nil || r.X == nil || r.Y == nil {
		return
	}
	w := make([]float64, d)
	for j := range w {
		w[j] = r.X[j] - r.X[d+j]
	}
	u := make([]float64, p.n) // the multipliers before λ was added
	for i, v := range r.Y {
		u[i] = v + eps
	}
	s.offer(w, 0, u)
}
