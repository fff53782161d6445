package linop

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// Stack returns the operator whose rows are those of the parts, one below the
// other. All parts have the same number of columns; there is at least one.
func Stack(parts ...Operator) Operator {
	if len(parts) == 0 {
		panic("linop: Stack of nothing")
	}
	s := &stack{parts: parts}
	_, s.m = parts[0].Dims()
	for _, p := range parts {
		n, m := p.Dims()
		if m != s.m {
			panic("linop: Stack of different numbers of columns")
		}
		s.n += n
	}
	return s
}

type stack struct {
	parts []Operator
	n, m  int
}

func (s *stack) Dims() (n, m int) { return s.n, s.m }

// each calls do for every part with its first row and its number of rows.
func (s *stack) each(do func(p Operator, first, n int)) {
	first := 0
	for _, p := range s.parts {
		n, _ := p.Dims()
		do(p, first, n)
		first += n
	}
}

func (s *stack) Apply(dst, x []float64) {
	check(dst, x, s.n, s.m)
	s.each(func(p Operator, first, n int) { p.Apply(dst[first:first+n], x) })
}

func (s *stack) ApplyT(dst, y []float64) {
	check(dst, y, s.m, s.n)
	w := getWork(s.m)
	defer putWork(w)
	clear(dst)
	s.each(func(p Operator, first, n int) {
		p.ApplyT(w.f, y[first:first+n])
		blas.Axpy(1, w.f, dst)
	})
}

func (s *stack) Columns(dst []float64, idx []int) {
	if len(dst) != len(idx)*s.n {
		panic(errShape)
	}
	w := getWork(len(idx) * s.n)
	defer putWork(w)
	s.each(func(p Operator, first, n int) {
		cols := w.f[:len(idx)*n]
		Columns(p, cols, idx)
		for k := range idx {
			copy(dst[k*s.n+first:k*s.n+first+n], cols[k*n:(k+1)*n])
		}
	})
}

func (s *stack) ColumnNorms(dst []float64) { s.columnNorms(dst, nil) }
func (s *stack) RowNorms(dst []float64)    { s.rowNorms(dst, nil) }

func (s *stack) columnNorms(dst, w []float64) {
	if len(dst) != s.m {
		panic(errShape)
	}
	part := getWork(s.m)
	defer putWork(part)
	clear(dst)
	s.each(func(p Operator, first, n int) {
		var pw []float64
		if w != nil {
			pw = w[first : first+n]
		}
		weightedColumnNorms(p, part.f, pw)
		for j, v := range part.f {
			dst[j] = math.Hypot(dst[j], v)
		}
	})
}

func (s *stack) rowNorms(dst, w []float64) {
	if len(dst) != s.n {
		panic(errShape)
	}
	s.each(func(p Operator, first, n int) { weightedRowNorms(p, dst[first:first+n], w) })
}

func (s *stack) Row(i int, visit func(j int, v float64)) {
	if uint(i) >= uint(s.n) {
		panic(errIndex)
	}
	s.each(func(p Operator, first, n int) {
		if first <= i && i < first+n {
			Row(p, i-first, visit)
		}
	})
}
