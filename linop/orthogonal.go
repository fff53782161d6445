package linop

// orthogonal is a square matrix Q with QᵀQ = I, known by its two products.
type orthogonal struct {
	m                 int
	forward, backward func(dst, x []float64) // Q x and Qᵀx; dst does not overlap x
}

func (q *orthogonal) Dims() (n, m int) { return q.m, q.m }

func (q *orthogonal) Apply(dst, x []float64) {
	check(dst, x, q.m, q.m)
	q.forward(dst, x)
}

func (q *orthogonal) ApplyT(dst, y []float64) {
	check(dst, y, q.m, q.m)
	q.backward(dst, y)
}

// ColumnNorms sets dst to ones.
func (q *orthogonal) ColumnNorms(dst []float64) {
	check(dst, dst, q.m, q.m)
	fill(dst, 1)
}

// RowNorms sets dst to ones.
func (q *orthogonal) RowNorms(dst []float64) { q.ColumnNorms(dst) }

// orthonormalRows reports whether A Aᵀ = I is known.
func orthonormalRows(a Operator) bool {
	switch a := a.(type) {
	case *orthogonal, *dct2D:
		return true
	case *partialDCT:
		return a.distinct
	case *partialHadamard:
		return a.distinct
	case *sample:
		return a.distinct
	case *diagonal:
		return a.signs
	case transposed:
		return orthonormalColumns(a.a)
	case composition:
		return orthonormalRows(a.a) && orthonormalRows(a.b)
	}
	return false
}

// orthonormalColumns reports whether AᵀA = I is known.
func orthonormalColumns(a Operator) bool {
	if t, ok := a.(transposed); ok {
		return orthonormalRows(t.a)
	}
	n, m := a.Dims()
	return n == m && orthonormalRows(a)
}
