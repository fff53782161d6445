package limit

import (
	"context"
	"math/big"
)

// rationalRun is the state of PathRational.
type rationalRun struct {
	problem      RationalProblem
	cols         []fractions // of A
	b            fractions
	upper, lower []*big.Rat // w⁺ and w⁻; lower is nil for x ≥ 0
	n, m         int
	side         []int // bound at which a constraint is held, 0: inside
	x            []*big.Rat
	r            fractions  // b − Ax
	y, v         []*big.Rat // y, Aᵀy
	tau          *big.Rat
	events       []RationalEvent
	observe      func(RationalEvent) // may be nil
}

func newRationalRun(p RationalProblem) *rationalRun {
	run := &rationalRun{problem: p, n: len(p.A), m: len(p.A[0]), tau: new(big.Rat)}
	column := make([]*big.Rat, run.n)
	for j := range run.m {
		for i := range column {
			column[i] = p.A[i][j]
		}
		run.cols = append(run.cols, fractionsOf(column))
	}
	run.b = fractionsOf(p.B)
	run.upper = p.Weights
	if run.upper == nil {
		for range run.m {
			run.upper = append(run.upper, big.NewRat(1, 1))
		}
	}
	run.lower = p.WeightsNeg
	if run.lower == nil && !p.Nonneg {
		run.lower = run.upper
	}
	run.side = make([]int, run.m)
	run.x, run.y, run.v = zeros(run.m), zeros(run.n), zeros(run.m)
	return run
}

// follow goes from event to event.
func (run *rationalRun) follow(ctx context.Context, maxEvents int) *RationalPath {
	var entering []int
	for {
		if !run.fit(ctx) {
			return run.end(interrupted(ctx))
		}
		g := products(run.cols, run.r)
		leaving := run.release(g)
		if run.tau.Sign() > 0 {
			unique, ok := run.uniqueFit(ctx)
			if !ok {
				return run.end(interrupted(ctx))
			}
			run.record(entering, leaving, unique)
		}
		if run.r.zero() {
			return run.end(Certified)
		}
		if maxEvents > 0 && len(run.events) >= maxEvents {
			return run.end(Budget)
		}
		t := run.next(g)
		if t == nil {
			return run.end(Infeasible)
		}
		entering = run.advance(t, g)
	}
}

// held returns the held columns with the signs of their bounds folded in.
func (run *rationalRun) held() (idx []int, cols []fractions) {
	for j, s := range run.side {
		if s != 0 {
			idx, cols = append(idx, j), append(cols, run.cols[j].times(s))
		}
	}
	return idx, cols
}

// fit finds x for the held columns; it reports false if ctx ended first.
func (run *rationalRun) fit(ctx context.Context) bool {
	idx, cols := run.held()
	x := make([]*big.Rat, len(idx))
	for k, j := range idx {
		x[k] = new(big.Rat).Abs(run.x[j])
	}
	r, ok := coneLeastSquares(ctx, cols, run.b, x)
	if !ok {
		return false
	}
	run.r = r
	run.x = zeros(run.m)
	for k, j := range idx {
		run.x[j].Set(x[k])
		if run.side[j] < 0 {
			run.x[j].Neg(x[k])
		}
	}
	return true
}

// release lets go of the constraints that leave their bounds along r, g = Aᵀr.
func (run *rationalRun) release(g []*big.Rat) []int {
	var gone []int
	for j, s := range run.side {
		if s != 0 && s*g[j].Sign() < 0 {
			gone = append(gone, j)
			run.side[j] = 0
		}
	}
	return gone
}

// uniqueFit decides whether x is the only fit on the held columns: whether no
// d ≠ 0 with A d = 0 has the right signs where x = 0. Such a d is a solution of
// a nonnegative system, where the columns with xⱼ ≠ 0 (independent ones) come
// with both signs and the others sum to 1.
func (run *rationalRun) uniqueFit(ctx context.Context) (unique, ok bool) {
	var cols []fractions
	free := false
	for j, s := range run.side {
		switch {
		case s == 0:
		case run.x[j].Sign() != 0:
			cols = append(cols, run.cols[j].bordered(1, 0), run.cols[j].bordered(-1, 0))
		default:
			cols = append(cols, run.cols[j].bordered(s, 1))
			free = true
		}
	}
	if !free {
		return true, true
	}
	r, ok := coneLeastSquares(ctx, cols, fractionsOf(append(zeros(run.n), big.NewRat(1, 1))), zeros(len(cols)))
	return ok && !r.zero(), ok
}

func (run *rationalRun) record(entering, leaving []int, unique bool) {
	e := RationalEvent{Tau: new(big.Rat).Set(run.tau), Entering: entering, Leaving: leaving,
		X: map[int]*big.Rat{}, ResidualSquared: run.r.inner(run.r),
		Bound: run.b.inner(fractionsOf(run.y)), Y: clone(run.y), Unique: unique}
	for j, v := range run.x {
		if v.Sign() != 0 {
			e.X[j] = new(big.Rat).Set(v)
		}
	}
	run.events = append(run.events, e)
	if run.observe != nil {
		run.observe(e)
	}
}

// next returns the time to the next event, nil if there is none.
func (run *rationalRun) next(g []*big.Rat) *big.Rat {
	var first *big.Rat
	for j := range g {
		if t := run.reach(j, g[j]); t != nil && (first == nil || t.Cmp(first) < 0) {
			first = t
		}
	}
	return first
}

// reach returns the time after which constraint j becomes active at the rate
// g, nil if it does not.
func (run *rationalRun) reach(j int, g *big.Rat) *big.Rat {
	t := new(big.Rat)
	switch {
	case run.side[j] != 0 || g.Sign() == 0:
		return nil
	case g.Sign() > 0:
		t.Sub(run.upper[j], run.v[j])
	case run.lower != nil:
		t.Neg(t.Add(run.lower[j], run.v[j]))
	default:
		return nil
	}
	return t.Quo(t, g)
}

// advance moves on by the time t and holds the constraints that become active.
func (run *rationalRun) advance(t *big.Rat, g []*big.Rat) []int {
	var entering []int
	for j := range g {
		if reached := run.reach(j, g[j]); reached != nil && reached.Cmp(t) == 0 {
			entering = append(entering, j)
		}
	}
	for _, j := range entering {
		run.side[j] = g[j].Sign()
	}
	for i, r := range run.r.rats() {
		addProduct(run.y[i], t, r)
	}
	run.v = products(run.cols, fractionsOf(run.y))
	run.tau.Add(run.tau, t)
	return entering
}

// end wraps up.
func (run *rationalRun) end(status Status) *RationalPath {
	out := &RationalPath{Status: status, Events: run.events, X: run.x, Y: run.y,
		Value: new(big.Rat), Bound: run.b.inner(fractionsOf(run.y)), problem: run.problem}
	for j, v := range run.x {
		switch v.Sign() {
		case 1:
			addProduct(out.Value, v, run.upper[j])
		case -1:
			addProduct(out.Value, new(big.Rat).Neg(v), run.lower[j])
		}
	}
	switch status {
	case Certified:
		unique := len(run.events) == 0 || run.events[len(run.events)-1].Unique
		out.Unique = &unique
	case Infeasible:
		out.Y, out.AnySign = run.r.rats(), true
		for _, c := range run.cols {
			out.AnySign = out.AnySign && c.dot(run.r).Sign() == 0
		}
	}
	return out
}
