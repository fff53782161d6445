package linop

// Transpose returns Aᵀ on the storage of a. A Dense, CSC or CSR matrix gives
// one of the same family, a transposed operator gives back the original.
func Transpose(a Operator) Operator {
	switch a := a.(type) {
	case *Dense:
		return a.T()
	case *CSC:
		return a.T()
	case *CSR:
		return a.T()
	case transposed:
		return a.a
	}
	return transposed{a}
}

type transposed struct{ a Operator }

func (t transposed) Dims() (n, m int) {
	m, n = t.a.Dims()
	return n, m
}

func (t transposed) Apply(dst, x []float64)         { t.a.ApplyT(dst, x) }
func (t transposed) ApplyT(dst, y []float64)        { t.a.Apply(dst, y) }
func (t transposed) ColumnNorms(dst []float64)      { RowNorms(t.a, dst) }
func (t transposed) RowNorms(dst []float64)         { ColumnNorms(t.a, dst) }
func (t transposed) columnNorms(dst, w []float64)   { weightedRowNorms(t.a, dst, w) }
func (t transposed) rowNorms(dst, w []float64)      { weightedColumnNorms(t.a, dst, w) }
func (t transposed) Columns(dst []float64, i []int) { rowsOf(t.a, dst, i) }

func (t transposed) Row(i int, visit func(j int, v float64)) {
	rows, _ := t.a.Dims()
	w := getWork(rows)
	defer putWork(w)
	Columns(t.a, w.f, []int{i})
	for j, v := range w.f {
		if v != 0 {
			visit(j, v)
		}
	}
}

// rowsOf copies row idx[k] of a to dst[k*m:(k+1)*m].
func rowsOf(a Operator, dst []float64, idx []int) {
	n, m := a.Dims()
	if len(dst) != len(idx)*m {
		panic(errShape)
	}
	checkIndices(idx, n)
	clear(dst)
	for k, i := range idx {
		row := dst[k*m : (k+1)*m]
		Row(a, i, func(j int, v float64) { row[j] = v })
	}
}
