package linop

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

func (c composition) Columns(dst []float64, idx []int) {
	n, _ := c.Dims()
	if len(dst) != len(idx)*n {
		panic(errShape)
	}
	w := getWork(len(idx) * c.inner)
	defer putWork(w)
	Columns(c.b, w.f, idx)
	for k := range idx {
		c.a.Apply(dst[k*n:(k+1)*n], w.f[k*c.inner:(k+1)*c.inner])
	}
}
