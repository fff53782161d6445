package limit

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// rowBasis is an orthonormal basis of the rows of A, Q = TA, with c = Tb, all in about
// twice the precision of doubles. Ax = b and Qx = c have the same solutions, and a dual
// vector z of the second is y = Tᵀz of the first, with Aᵀy = Qᵀz. Rounded to doubles, Q and
// c are a problem that is as well conditioned as problems are, whatever A was: that
// rounding moves Qᵀz by 1e-16, where the rounding of y itself would move Aᵀy by κ(A)
// times as much. So y is taken as the sum of two doubles.
//
// Rows that depend on those before them, to a part of their length, are left out.
type rowBasis struct {
	n, m int
	kept []int // rows of A that Q has
	q    []twofoldVector
	t    []twofoldVector
	c    twofoldVector
}

// maxRowBasis bounds n²m, the multiplications of a row basis over 50: some seconds.
const maxRowBasis = 1 << 27

// dependences are the parts of a row beside those before it, relative to its length, that
// are taken for rounding: that of the arithmetic, and where b, which is rounded itself, then
// has no solution or an unlikely one, what a tolerance does not notice.
var dependences = [...]float64{1e-20, 1e-11, 1e-9}

// newRowBasis orthonormalises the rows of [A b] by Gram and Schmidt's modified method,
// twice. It returns nil where A has no rows to read, where that would take too long, and
// where a number leaves the range of doubles.
//
// Cost: 2n²m products and sums in twice the precision, about 25 flops each.
func newRowBasis(ctx context.Context, a linop.Operator, b []float64, dependent float64) *rowBasis {
	n, m := a.Dims()
	rows, ok := a.(linop.Rower)
	if !ok || float64(n)*float64(n)*float64(m) > maxRowBasis {
		return nil
	}
	s := &rowBasis{n: n, m: m, c: newTwofold(0)}
	for i := range n {
		if ctx.Err() != nil {
			return nil
		}
		row, mix := newTwofold(m), newTwofold(n)
		rows.Row(i, func(j int, v float64) { row.hi[j] = v })
		size := safeNorm(row.hi)
		if size == 0 {
			continue // 0 = bᵢ is for the residual to judge
		}
		_, e := math.Frexp(size)
		unit := math.Ldexp(1, -e)
		mix.hi[i] = 1
		rhs := newTwofold(1)
		rhs.hi[0] = b[i]
		for _, v := range []twofoldVector{row, mix, rhs} {
			v.scale(unit)
		}
		s.add(i, row, mix, rhs, dependent)
	}
	if !finite(s.c.hi) {
		return nil
	}
	return s
}

// add takes row i, divided by a power of two, into the basis.
func (s *rowBasis) add(i int, row, mix, rhs twofoldVector, dependent float64) {
	for range 2 {
		for k := range s.q {
			hi, lo := s.q[k].dot(row)
			row.subtract(hi, lo, s.q[k])
			mix.subtract(hi, lo, s.t[k])
			rhs.subtract(hi, lo, twofoldVector{s.c.hi[k : k+1], s.c.lo[k : k+1]})
		}
	}
	size := safeNorm(row.hi)
	if size <= dependent {
		return
	}
	for _, v := range []twofoldVector{row, mix, rhs} {
		v.scale(1 / size)
	}
	s.kept = append(s.kept, i)
	s.q, s.t = append(s.q, row), append(s.t, mix)
	s.c.hi, s.c.lo = append(s.c.hi, rhs.hi[0]), append(s.c.lo, rhs.lo[0])
}

// problem is p with Q and c, in doubles.
func (s *rowBasis) problem(p Problem) Problem {
	data := make([]float64, 0, len(s.q)*s.m)
	for _, q := range s.q {
		data = append(data, q.hi...)
	}
	return Problem{A: linop.NewDense(len(s.q), s.m, data), B: s.c.hi, Weights: p.Weights, Nonneg: p.Nonneg}
}

// aim replaces c by Qx.
func (s *rowBasis) aim(x []float64) {
	v := twofoldVector{x, make([]float64, len(x))}
	for k, q := range s.q {
		s.c.hi[k], s.c.lo[k] = q.dot(v)
	}
}

// dual returns y = Tᵀz for z = hi + lo, as the sum of two vectors; lo may be nil.
func (s *rowBasis) dual(hi, lo []float64) (y, tail []float64) {
	sum := newTwofold(s.n)
	for k, v := range hi {
		rest := 0.0
		if lo != nil {
			rest = lo[k]
		}
		sum.subtract(-v, -rest, s.t[k])
	}
	return sum.hi, sum.lo
}

// reach returns bᵀ(y+tail).
func (s *rowBasis) reach(b, y, tail []float64) float64 {
	hi, lo := twofoldVector{b, make([]float64, len(b))}.dot(twofoldVector{y, tail})
	return hi + lo
}

// nearest returns Qᵀc, the solution of least norm.
func (s *rowBasis) nearest() []float64 {
	sum := newTwofold(s.m)
	for k, v := range s.c.hi {
		sum.subtract(-v, -s.c.lo[k], s.q[k])
	}
	return sum.hi
}
