package limit

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/linop"
)

// Problem is the α→0 limit of the entropic flows:
//
//	minimise Σ wᵢ|xᵢ|  subject to  Ax = b          (hypentropy, signed)
//	minimise Σ wᵢ xᵢ   subject to  Ax = b, x ≥ 0   (entropy, Nonneg)
//
// A is n×m, B has length n, Weights has length m with positive entries (nil
// means ones).
type Problem struct {
	A       linop.Operator
	B       []float64
	Weights []float64
	Nonneg  bool
}

// check reports the first thing that makes p unusable.
func (p Problem) check() error {
	if p.A == nil {
		return fmt.Errorf("limit: the problem has no matrix A")
	}
	n, m := p.A.Dims()
	if n == 0 || m == 0 {
		return fmt.Errorf("limit: A is %d×%d; it needs at least one row and one column", n, m)
	}
	if len(p.B) != n {
		return fmt.Errorf("limit: b has length %d, but A has %d rows", len(p.B), n)
	}
	for i, v := range p.B {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("limit: b[%d] is %v; every entry must be finite", i, v)
		}
	}
	if p.Weights == nil {
		return nil
	}
	if len(p.Weights) != m {
		return fmt.Errorf("limit: %d weights for %d unknowns", len(p.Weights), m)
	}
	for j, v := range p.Weights {
		if !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("limit: weight %d is %v; weights must be positive and finite", j, v)
		}
	}
	return nil
}

// L1 solves p and proves the answer.
//
// The lanes run in the order of their cost, and the first certificate ends the
// work: pursuit (guess the support, polish it, interpolate a dual certificate),
// ascent (steepest ascent of the dual by exact events, for small supports),
// then the central path where A diag(d) Aᵀ can be formed, or the entropic
// continuation by Newton–CG where it cannot. Every lane tries to identify the
// support early and to finish exactly. On ties the answer is the
// maximum-entropy point of the optimal face, and Unique is false.
//
// Where they end without a proof, and A is not large, they run again on an orthonormal
// basis of its rows in twice the precision (n²m up to 1e8).
//
// The error is non-nil only if the problem cannot be run; what was found is in
// Result.Status.
func L1(ctx context.Context, p Problem, opt Options) (*Result, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if opt.MaxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.MaxTime)
		defer cancel()
	}
	log := opt.takeLog()
	n, m := p.A.Dims()
	if err := log.check(l1Lengths(n, m)); err != nil {
		return nil, err
	}
	if start := log.limit(); start != nil {
		return start, nil
	}
	s := newSearch(ctx, p, opt)
	if log.save == nil { // who saves holds on to vectors of the lanes
		defer s.borrow()()
	}
	s.log = log
	s.recall()
	s.run(p.B)
	return log.end(conditioned(ctx, p, opt, s.result(p))), nil
}

// run chains the lanes until one of them proves the answer or a halt; b is the
// right-hand side in the units of the problem.
func (s *search) run(b []float64) {
	if s.bnorm == 0 && slices.ContainsFunc(b, func(v float64) bool { return v != 0 }) {
		s.trouble = "b vanishes beside A in doubles"
		return
	}
	if s.bnorm == 0 {
		s.enter("zero")
		s.primal = primalPoint{x: make([]float64, s.m)}
		unique := true // ‖x‖₁ vanishes at 0 alone
		s.unique = &unique
		return
	}
	lanes := s.lanes()
	first := slices.IndexFunc(lanes, func(l l1Lane) bool { return l.name == s.log.stage() })
	if s.certified() { // by what an earlier run has kept
		first = len(lanes)
	}
	for _, l := range lanes[max(first, 0):] {
		l.run()
		if l.name == "pursuit" && s.certified() && s.gap() > sharp && s.stored {
			continue // the ascent, which is next, ends at a vertex
		}
		if s.certified() || s.farkas != nil || s.halted() {
			break
		}
	}
	if s.certified() && s.farkas == nil {
		s.keep(stageSettle, func() map[string][]float64 { return map[string][]float64{} })
		s.settle()
	}
}

// sharp is the gap up to which a certified pair may owe its gap to rounding. A
// larger one says that a neighbouring vertex is better by less than the
// tolerance.
const sharp = 1e-10

// l1Lane is a way to the answer, under the name of its stage.
type l1Lane struct {
	name string
	run  func()
}

// lanes returns the lanes for the problem in the order in which they run.
func (s *search) lanes() []l1Lane {
	chain := []l1Lane{{"pursuit", s.pursuit}, {stageAscent, s.ascent}}
	if !s.stored || s.n > maxGram {
		chain = append(chain, l1Lane{stageContinuation, s.continuation})
	}
	if s.n <= maxGram {
		chain = append(chain, l1Lane{stageCentral, s.centralPath}, l1Lane{stageCareful, s.carefulPath})
	}
	return append(chain, l1Lane{"consistency", s.consistency})
}

// l1Lengths are the lengths of the values that the lanes keep.
func l1Lengths(n, m int) map[string]int {
	return map[string]int{
		"x": m, "y": n, "path": 3, "path-y": n, "path-x+": m, "path-s+": m, "path-x-": m, "path-s-": m, "lambda": n, "eps": 1,
		"start-x": m, "start-y": n, "start": 5,
	}
}

// maxGram is the largest n for which the central path is tried: it holds an
// n×n matrix and spends n³/3 flops a step on its factor.
const maxGram = 12000
