package linop

import "github.com/tacit-dev/tacit/internal/parallel"

// Compose returns the product A B, applied factor by factor. A has as many
// columns as B has rows.
func Compose(a, b Operator) Operator {
	_, inner := a.Dims()
	if rows, _ := b.Dims(); rows != inner {
		panic("linop: Compose of operators that do not fit")
	}
	return composition{a, b, inner}
}

type composition struct {
	a, b  Operator
	inner int
}

func (c composition) Dims() (n, m int) {
	n, _ = c.a.Dims()
	_, m = c.b.Dims()
	return n, m
}

func (c composition) Apply(dst, x []float64) {
	w := getWork(c.inner)
	defer putWork(w)
	c.b.Apply(w.f, x)
	c.a.Apply(dst, w.f)
}

func (c composition) ApplyT(dst, y []float64) {
	w := getWork(c.inner)
	defer putWork(w)
	c.a.ApplyT(w.f, y)
	c.b.ApplyT(dst, w.f)
}

// Columns takes some columns of B at a time, on all processors, so that the
// inner columns need little room.
func (c composition) Columns(dst []float64, idx []int) {
	n, _ := c.Dims()
	if len(dst) != len(idx)*n {
		panic(errShape)
	}
	parallel.For(len(idx), 8, func(lo, hi int) {
		w := getWork((hi - lo) * c.inner)
		defer putWork(w)
		Columns(c.b, w.f, idx[lo:hi])
		for k := lo; k < hi; k++ {
			c.a.Apply(dst[k*n:(k+1)*n], w.f[(k-lo)*c.inner:(k-lo+1)*c.inner])
		}
	})
}
