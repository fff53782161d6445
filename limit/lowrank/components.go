package lowrank

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/limit"
)

// solve brings the problem to its units, takes it apart where it falls apart, and
// puts the answer together.
func solve(ctx context.Context, p Problem, opt limit.Options) (*Result, error) {
	n, _ := p.A.Dims()
	r := &Result{P: p.P, Q: p.Q, PSD: p.PSD}
	op := measure(p.A, p.P, p.Q, p.PSD)
	u := unitsOf(op, p.B)
	if k := u.contradiction; k >= 0 { // 0 = b_k
		r.Y = make([]float64, n)
		r.Y[k] = math.Copysign(1, p.B[k])
		r.Left, r.Right = nil, nil
		r.Status, r.AnySign, r.Residual = limit.Infeasible, !p.PSD, 1
		r.Reason = limit.Reason{Criterion: "separation", Value: math.Abs(p.B[k]) / u.size, Bound: opt.Tol, Hint: "a matrix A_k is 0 and its b_k is not"}
		r.Stats.Route = "zero"
		return r, nil
	}
	pieces := r.pieces(op, p)
	b := u.scaled(p.B)
	parts := make([]*solver, len(pieces))
	var searches []search
	for i, c := range pieces {
		piece, own := op, b
		if c.obs != nil {
			piece, own = op.(*sparseMeasure).restrict(c), pick(b, c.obs)
		}
		size := norm(own)
		s := newSolver(ctx, u.apply(piece, c.obs), scaledBy(own, size), p.PSD, p.Rank, opt)
		if i > 0 && opt.MaxSteps > 0 {
			s.opt.MaxSteps = max(1, opt.MaxSteps-r.Stats.Steps)
		}
		s.size = size
		if p.Greedy {
			g := s.greedy()
			if !s.done() {
				s.prove()
			}
			searches = append(searches, g.scaled(size))
		} else {
			s.run()
		}
		parts[i] = s
		r.Stats.Passes += s.stats.Passes
		r.Stats.Steps += s.stats.Steps
		r.Stats.Factorizations += s.stats.Factorizations
		if i == 0 || len(s.stats.Route) > len(r.Stats.Route) {
			r.Stats.Route = s.stats.Route
		}
	}
	if p.Greedy {
		r.Stages, r.Stop = together(searches, norm(b))
	}
	r.assemble(ctx, p, op, opt, u, pieces, parts)
	return r, nil
}

// units are the scales that make all A_k of norm 1: y_k = scale_k·y'_k, and
// b'_k = scale_k·b_k. They are powers of 2.
type units struct {
	scale         []float64 // nil: ones
	size          float64   // ‖b‖
	contradiction int       // k with A_k = 0, b_k ≠ 0; −1 if none
}

func unitsOf(op measurements, b []float64) units {
	u := units{size: norm(b), contradiction: -1}
	norms := make([]float64, len(b))
	op.norms(norms)
	for k, v := range norms {
		if v == 0 && b[k] != 0 {
			u.contradiction = k
		}
		if v != 0 && (v < 0.5 || v > 2) {
			u.scale = make([]float64, len(b))
		}
	}
	if u.scale != nil {
		for k, v := range norms {
			u.scale[k] = 1
			if v != 0 {
				u.scale[k] = math.Ldexp(1, -math.Ilogb(v))
			}
		}
	}
	return u
}

func (u units) scaled(b []float64) []float64 {
	out := append([]float64(nil), b...)
	if u.scale != nil {
		for k := range out {
			out[k] *= u.scale[k]
		}
	}
	return out
}

// apply scales the measurements, of which obs are those of op (nil: all). A dense
// array that is no one else's is scaled in place.
func (u units) apply(op measurements, obs []int) measurements {
	if u.scale == nil {
		return op
	}
	scale := u.scale
	if obs != nil {
		scale = pick(scale, obs)
	}
	switch op := op.(type) {
	case *denseMeasure:
		m := op.p * op.q
		a := op.a
		if !op.own {
			a = append([]float64(nil), a...)
		}
		for k, s := range scale {
			for i := range a[k*m : (k+1)*m] {
				a[k*m+i] *= s
			}
		}
		return &denseMeasure{op.n, op.p, op.q, a, true}
	case *sparseMeasure:
		s := *op
		s.val = make([]float64, len(op.obs))
		for e, k := range op.obs {
			s.val[e] = scale[k]
			if op.val != nil {
				s.val[e] *= op.val[e]
			}
		}
		return &s
	}
	return op
}

func scaledBy(b []float64, size float64) []float64 {
	out := append([]float64(nil), b...)
	if size > 0 {
		for k := range out {
			out[k] /= size
		}
	}
	return out
}

func pick(v []float64, idx []int) []float64 {
	out := make([]float64, len(idx))
	for k, i := range idx {
		out[k] = v[i]
	}
	return out
}

// piece is a connected part: rows and columns of X and the measurements on them.
// obs nil is the problem as it is.
type piece struct{ rows, cols, obs []int }

// pieces finds the connected parts of what is observed: rows and columns of X are
// vertices, and A_k joins those on which it has entries. It notes the parts and the
// rows and columns without any.
func (r *Result) pieces(op measurements, p Problem) []piece {
	s, ok := op.(*sparseMeasure)
	if !ok {
		return []piece{{}}
	}
	n := p.P + p.Q
	if p.PSD {
		n = p.P
	}
	root := make([]int32, n)
	for i := range root {
		root[i] = int32(i)
	}
	find := func(i int32) int32 {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	column := func(j int32) int32 {
		if p.PSD {
			return j
		}
		return int32(p.P) + j
	}
	seen := make([]bool, n)
	first := make([]int32, s.n) // a vertex of A_k
	for k := range first {
		first[k] = -1
	}
	for i := range s.p {
		for e := s.rowPtr[i]; e < s.rowPtr[i+1]; e++ {
			a, c := int32(i), column(s.col[e])
			seen[a], seen[c] = true, true
			ra, rc := find(a), find(c)
			root[max(ra, rc)] = min(ra, rc)
			if k := s.obs[e]; first[k] < 0 {
				first[k] = a
			} else {
				ra, rc := find(a), find(first[k])
				root[max(ra, rc)] = min(ra, rc)
			}
		}
	}
	for i := range p.P {
		if !seen[i] {
			r.EmptyRows = append(r.EmptyRows, i)
		}
	}
	for j := range p.Q {
		if !seen[column(int32(j))] {
			r.EmptyCols = append(r.EmptyCols, j)
		}
	}
	index := make(map[int32]int)
	var list []piece
	for i := range n {
		if !seen[i] {
			continue
		}
		f := find(int32(i))
		at, known := index[f]
		if !known {
			at = len(list)
			index[f] = at
			list = append(list, piece{})
		}
		if i < p.P {
			list[at].rows = append(list[at].rows, i)
			if p.PSD {
				list[at].cols = append(list[at].cols, i)
			}
		} else {
			list[at].cols = append(list[at].cols, i-p.P)
		}
	}
	if len(list) <= 1 {
		return []piece{{}}
	}
	for k, v := range first {
		if v >= 0 {
			at := index[find(v)]
			list[at].obs = append(list[at].obs, k)
		}
	}
	for _, c := range list {
		r.Components = append(r.Components, Component{c.rows, c.cols})
	}
	return list
}

// restrict returns the measurements of a piece on its rows and columns.
func (s *sparseMeasure) restrict(c piece) *sparseMeasure {
	t := &sparseMeasure{n: len(c.obs), p: len(c.rows), q: len(c.cols), single: s.single, rowPtr: make([]int, len(c.rows)+1)}
	obs, col := make(map[int32]int32, len(c.obs)), make(map[int32]int32, len(c.cols))
	for at, k := range c.obs {
		obs[int32(k)] = int32(at)
	}
	for at, j := range c.cols {
		col[int32(j)] = int32(at)
	}
	for at, i := range c.rows {
		for e := s.rowPtr[i]; e < s.rowPtr[i+1]; e++ {
			t.col, t.obs = append(t.col, col[s.col[e]]), append(t.obs, obs[s.obs[e]])
			if s.val != nil {
				t.val = append(t.val, s.val[e])
			}
		}
		t.rowPtr[at+1] = len(t.col)
	}
	t.index()
	return t
}

// assemble puts the parts together: X is block diagonal, and so is 𝒜*y.
func (r *Result) assemble(ctx context.Context, p Problem, op measurements, opt limit.Options, u units, pieces []piece, parts []*solver) {
	n := len(p.B)
	r.Y = make([]float64, n)
	for i, s := range parts {
		r.Rank += s.x.r
		y := s.y
		if s.farkas != nil {
			y = s.farkas
		}
		for at, v := range y {
			k := at
			if pieces[i].obs != nil {
				k = pieces[i].obs[at]
			}
			if u.scale != nil {
				v *= u.scale[k]
			}
			r.Y[k] = v
		}
		if s.farkas != nil { // one part without a solution is enough
			r.deny(p, i, pieces, s, u)
			return
		}
	}
	r.Left = make([]float64, p.P*r.Rank)
	r.Right = r.Left
	if !p.PSD {
		r.Right = make([]float64, p.Q*r.Rank)
	}
	at, alive := 0, 0
	unique := true
	worst := 0.0
	complete := true
	for i, s := range parts {
		l, w := s.x.factors()
		root := math.Sqrt(s.size)
		place(r.Left, l, pieces[i].rows, p.P, s.x.r, at, r.Rank, root)
		if !p.PSD {
			place(r.Right, w, pieces[i].cols, p.Q, s.x.r, at, r.Rank, root)
		}
		at += s.x.r
		if s.x.r > 0 {
			alive++
		}
		r.Objective += s.x.sum() * s.size
		r.Bound += s.bound * s.size
		unique = unique && s.unique != nil && *s.unique
		complete = complete && s.y != nil
		worst = max(worst, s.gap, s.res)
	}
	r.Residual = r.misfit(p, op)
	r.Gap = math.Inf(1)
	if complete {
		r.Gap = 0
		if top := max(math.Abs(r.Objective), math.Abs(r.Bound)); top > 0 {
			r.Gap = (r.Objective - r.Bound) / top
		}
	}
	if alive > 1 { // what joins two parts may be moved
		no := false
		r.Unique = &no
		r.Other = r.joined(parts)
	} else if unique {
		r.Unique = &unique
	}
	for _, s := range parts {
		if r.Unique == nil && r.UniqueWhy == "" {
			r.UniqueWhy = s.why
		}
	}
	r.judge(ctx, opt)
}

// joined returns the factors of a second minimiser, by rows: the first columns of
// two parts, whose supports are disjoint, are added up, which fills the entries
// between the parts and leaves ½(‖L‖² + ‖R‖²) as it is.
func (r *Result) joined(parts []*solver) []float64 {
	first, second, at := -1, -1, 0
	for _, s := range parts {
		if s.x.r > 0 && first < 0 {
			first = at
		} else if s.x.r > 0 && second < 0 {
			second = at
		}
		at += s.x.r
	}
	var out []float64
	lines := r.Left
	if !r.PSD {
		lines = append(append([]float64(nil), r.Left...), r.Right...)
	}
	for i := 0; i < len(lines); i += r.Rank {
		for a, v := range lines[i : i+r.Rank] {
			if a == first {
				v += lines[i+second]
			}
			if a != second {
				out = append(out, v)
			}
		}
	}
	return out
}

// deny states that part i has no solution.
func (r *Result) deny(p Problem, i int, pieces []piece, s *solver, u units) {
	for k := range r.Y {
		r.Y[k] = 0
	}
	for at, v := range s.farkas {
		k := at
		if pieces[i].obs != nil {
			k = pieces[i].obs[at]
		}
		if u.scale != nil {
			v *= u.scale[k]
		}
		r.Y[k] = v
	}
	r.Rank, r.Left, r.Right = 0, nil, nil
	r.Status, r.AnySign = limit.Infeasible, s.any && !p.PSD // of X ⪰ 0 only symmetric parts of A_k were looked at
	r.Residual = s.res
	r.Reason = limit.Reason{Criterion: "separation", Value: blas.Dot(p.B, r.Y) / (norm(p.B) * norm(r.Y)), Bound: s.opt.Tol}
}

// place copies a factor of a part, times f, to its rows and columns.
func place(dst, part []float64, rows []int, n, r, at, rank int, f float64) {
	count := n
	if rows != nil {
		count = len(rows)
	}
	for k := range count {
		i := k
		if rows != nil {
			i = rows[k]
		}
		for a := range r {
			dst[i*rank+at+a] = f * part[k*r+a]
		}
	}
}

// misfit returns ‖𝒜(X) − b‖/‖b‖ in the units of the problem.
func (r *Result) misfit(p Problem, op measurements) float64 {
	res := make([]float64, len(p.B))
	if _, dense := op.(*denseMeasure); dense && r.Rank > 0 {
		p.A.Apply(res, r.Dense()) // op may be scaled by now
	} else if r.Rank > 0 {
		op.apply(res, r.Left, r.Right, r.Rank)
	}
	blas.Axpy(-1, p.B, res)
	if size := norm(p.B); size > 0 {
		return norm(res) / size
	}
	return norm(res)
}

// judge says what was established.
func (r *Result) judge(ctx context.Context, opt limit.Options) {
	tol := opt.Tol
	value, criterion := math.Abs(r.Gap), "gap"
	if r.Residual > value {
		value, criterion = r.Residual, "residual"
	}
	r.Reason = limit.Reason{Criterion: criterion, Value: value, Bound: tol}
	switch {
	case value <= tol:
		r.Status = limit.Certified
		return
	case ctx.Err() != nil:
		r.Status = limit.Interrupted
		r.Reason.Hint = "run again to the end"
		if context.Cause(ctx) == context.DeadlineExceeded || ctx.Err() == context.DeadlineExceeded {
			r.Status = limit.Budget
			r.Reason.Hint = "allow more time"
		}
	case opt.MaxSteps > 0 && r.Stats.Steps >= opt.MaxSteps:
		r.Status = limit.Budget
		r.Reason.Hint = "allow more steps"
	case r.Residual <= 1e-6:
		r.Status = limit.Approximate
		r.Reason.Hint = "the bound is proven: accept the answer with a larger --tol"
		if r.Stages != nil {
			r.Reason.Hint = "the greedy search prefers low rank; without --greedy the least norm is found"
		}
	default:
		r.Status = limit.NumericalTrouble
		r.Reason.Hint = "no matrix was found that has these measurements to the tolerance; check b and the scales of the measurements"
	}
	r.Unique, r.UniqueWhy = nil, "the answer itself is not certified"
}
