package limit

import (
	"context"
	"slices"

	"github.com/tacit-dev/tacit/linop"
)

// Split is the maximal separable part of points that no separator takes all of
// (Ji and Telgarsky 2018): there is a w with zᵢᵀw > 0 for i in Separable and
// zᵢᵀw = 0 for i in Core, and no w with all zᵢᵀw ≥ 0 is positive on a point of
// Core. Gradient descent sends its direction to the separator of the first and
// converges on the span of the second.
type Split struct {
	Separable []int
	Core      []int     // points with pᵢ > 0 in some p ≥ 0 with Σpᵢzᵢ = 0
	W         []float64 // zᵢᵀw ≥ 1 on Separable, 0 on Core
	Intercept float64
	P         []float64 // ≥ 0, Σpᵢzᵢ = 0, positive exactly on Core
	Proven    bool      // both hold up to rounding
}

// MarginSplit computes the maximal separable part of p, whose margin need not be
// measured. Of the points that are not in the core, the margin problem is solved
// on the orthogonal complement of the core; each certificate Σpᵢzᵢ = 0 that it
// returns instead moves points into the core. That ends after at most d rounds,
// for each one raises the dimension of the span of the core.
//
// Cost: a margin problem and a factorization of rank r for each round.
func MarginSplit(ctx context.Context, p MarginProblem, opt Options) (*Split, error) {
	classes, err := p.check()
	if err != nil {
		return nil, err
	}
	pts, err := newPoints(p.X, p.Y, classes, p.Norm, p.Bias)
	if err != nil {
		return nil, err
	}
	n := pts.n
	dim := pts.d
	if p.Bias {
		dim++
	}
	// The intercept's coordinate is one of w here: what counts is the sign of
	// zᵢᵀw + yᵢc alone.
	data := make([]float64, n*dim)
	size := &separation{points: pts}
	size.measure()
	for i := range n {
		row := data[i*dim : (i+1)*dim]
		pts.axpy(1, i, row)
		if p.Bias {
			row[pts.d] = size.kappa() * pts.sign[i]
		}
	}
	s := &splitting{n: n, dim: dim, data: data, core: make([]bool, n), p: make([]float64, n)}
	if err := s.run(ctx, opt); err != nil {
		return nil, err
	}
	out := s.result(pts.d, size.kappa(), p.Bias)
	out.Intercept -= pts.shift(out.W)
	return out, nil
}

// splitting is the state of MarginSplit: the points, and an orthonormal basis of
// the span of the core.
type splitting struct {
	n, dim int
	data   []float64
	core   []bool
	p      []float64
	basis  *supportFactor
	w      []float64
	ended  bool
}

func (s *splitting) points(data []float64, n int) *points {
	ones := make([]float64, n)
	for i := range ones {
		ones[i] = 1
	}
	return &points{n: n, d: s.dim, data: data, sign: ones}
}

func (s *splitting) run(ctx context.Context, opt Options) error {
	s.basis = newSupportFactor(s.points(s.data, s.n), false, 0)
	for {
		rest, rows := s.remaining()
		if len(rest) == 0 {
			s.w, s.ended = make([]float64, s.dim), true
			return nil
		}
		pts := s.points(rows, len(rest))
		m := &separation{ctx: ctx, opt: opt, points: pts, norm: MarginL2, projected: true}
		m.run()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if m.proof == nil {
			if m.w != nil {
				s.w, s.ended = m.w, true
			}
			return nil
		}
		s.absorb(rest, m.proof)
	}
}

// remaining returns the points whose part orthogonal to the core is not 0, and
// that part; the others join the core.
func (s *splitting) remaining() (rest []int, rows []float64) {
	for i := range s.n {
		if s.core[i] {
			continue
		}
		v, coef := make([]float64, s.dim), make([]float64, len(s.basis.set))
		copy(v, s.data[i*s.dim:(i+1)*s.dim])
		if s.basis.project(v, coef) == 0 {
			s.core[i] = true
			continue
		}
		rest, rows = append(rest, i), append(rows, v...)
	}
	return rest, rows
}

// absorb moves the points of a certificate into the core.
func (s *splitting) absorb(rest []int, proof []float64) {
	for k, i := range rest {
		if proof[k] > 0 {
			s.core[i] = true
			s.basis.extend(i)
		}
	}
}

// result finds weights that are positive on the whole core: Σpᵢzᵢ = 0 with
// pᵢ ≥ 1 is a problem of nonnegative least squares, p = 1 + x.
func (s *splitting) result(d int, kappa float64, bias bool) *Split {
	out := &Split{P: s.p}
	for i, c := range s.core {
		if c {
			out.Core = append(out.Core, i)
		} else {
			out.Separable = append(out.Separable, i)
		}
	}
	out.W = slices.Clone(s.w)
	if s.w != nil && bias {
		out.Intercept = kappa * s.w[d]
		out.W = out.W[:d]
	}
	out.Proven = s.ended && s.balance(out.Core)
	return out
}

// balance fills p on the core.
func (s *splitting) balance(core []int) bool {
	k := len(core)
	if k == 0 {
		return true
	}
	// Points of the core in rows; minimise Σx subject to Σxᵢzᵢ = −Σzᵢ, x ≥ 0.
	rows := make([]float64, s.dim*k)
	b := make([]float64, s.dim)
	var size float64
	for q, i := range core {
		for j := range s.dim {
			v := s.data[i*s.dim+j]
			rows[j*k+q] = v
			b[j] -= v
			size = max(size, v, -v)
		}
	}
	small := true
	for _, v := range b {
		small = small && max(v, -v) <= vanishing*size*float64(k)
	}
	x := make([]float64, k)
	if !small {
		r, err := L1(context.Background(), Problem{A: linop.NewDense(s.dim, k, rows), B: b, Nonneg: true}, Options{})
		if err != nil || r.Status != Certified {
			return false
		}
		x = r.X
	}
	var sum float64
	for q, i := range core {
		s.p[i] = 1 + x[q]
		sum += s.p[i]
	}
	for _, i := range core {
		s.p[i] /= sum
	}
	return true
}
