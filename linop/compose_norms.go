package linop

// ColumnNorms is cheap where one factor is understood: ‖A B e_j‖ = ‖B e_j‖ if A
// has orthonormal columns, and a diagonal B or a sampling A only weighs or
// picks. Otherwise all columns are formed, at one product each.
func (c composition) ColumnNorms(dst []float64) { c.columnNorms(dst, nil) }

// RowNorms is cheap in the mirrored cases; otherwise it takes one product per
// row.
func (c composition) RowNorms(dst []float64) { c.rowNorms(dst, nil) }

func (c composition) columnNorms(dst, w []float64) {
	n, m := c.Dims()
	checkNorms(dst, w, m, n)
	if w == nil && orthonormalColumns(c.a) {
		ColumnNorms(c.b, dst)
		return
	}
	if d, ok := c.b.(*diagonal); ok {
		weightedColumnNorms(c.a, dst, w)
		mulByAbs(dst, d.d)
		return
	}
	if s, ok := c.a.(*sample); ok {
		picked := getWork(c.inner)
		defer putWork(picked)
		s.columnNorms(picked.f, w)
		weightedColumnNorms(c.b, dst, picked.f)
		return
	}
	if d, ok := c.a.(*diagonal); ok {
		weightedColumnNorms(c.b, dst, product(d.d, w))
		return
	}
	columnNormsByPanels(c, dst, w)
}

func (c composition) rowNorms(dst, w []float64) {
	n, m := c.Dims()
	checkNorms(dst, w, n, m)
	if w == nil && orthonormalRows(c.b) {
		RowNorms(c.a, dst)
		return
	}
	switch a := c.a.(type) {
	case *sample:
		all := getWork(c.inner)
		defer putWork(all)
		weightedRowNorms(c.b, all.f, w)
		a.Apply(dst, all.f)
		return
	case *diagonal:
		weightedRowNorms(c.b, dst, w)
		mulByAbs(dst, a.d)
		return
	}
	if d, ok := c.b.(*diagonal); ok {
		weightedRowNorms(c.a, dst, product(d.d, w))
		return
	}
	rowNormsByProducts(c, dst, w)
}
