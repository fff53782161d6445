package linop

// weightedNormer is a matrix with the norms of its columns under weights on
// the rows, and the reverse: what a scaling or a selection needs to know its
// own norms without forming itself. Weights may be nil, for ones.
type weightedNormer interface {
	columnNorms(dst, w []float64) // dst[j] = ‖diag(w) A e_j‖₂, w has length n
	rowNorms(dst, w []float64)    // dst[i] = ‖diag(w) Aᵀe_i‖₂, w has length m
}

// weightedColumnNorms sets dst[j] = ‖diag(w) A e_j‖₂; w has length n or is nil.
func weightedColumnNorms(a Operator, dst, w []float64) {
	if c, ok := a.(ColumnNormer); ok && w == nil {
		c.ColumnNorms(dst)
		return
	}
	if c, ok := a.(weightedNormer); ok {
		c.columnNorms(dst, w)
		return
	}
	columnNormsByPanels(a, dst, w)
}

// columnNormsByPanels forms all columns, some at a time.
func columnNormsByPanels(a Operator, dst, w []float64) {
	n, m := a.Dims()
	if len(dst) != m {
		panic(errShape)
	}
	eachPanel(a, nil, func(idx []int, cols []float64) {
		for k, j := range idx {
			col := cols[k*n : (k+1)*n]
			mulBy(col, w)
			dst[j] = norm2(col)
		}
	})
}

// weightedRowNorms sets dst[i] = ‖diag(w) Aᵀe_i‖₂; w has length m or is nil.
func weightedRowNorms(a Operator, dst, w []float64) {
	if r, ok := a.(RowNormer); ok && w == nil {
		r.RowNorms(dst)
		return
	}
	if r, ok := a.(weightedNormer); ok {
		r.rowNorms(dst, w)
		return
	}
	rowNormsByProducts(a, dst, w)
}

// rowNormsByProducts multiplies every unit vector by Aᵀ.
func rowNormsByProducts(a Operator, dst, w []float64) {
	n, m := a.Dims()
	if len(dst) != n {
		panic(errShape)
	}
	e := make([]float64, n)
	row := make([]float64, m)
	for i := range n {
		e[i] = 1
		a.ApplyT(row, e)
		e[i] = 0
		mulBy(row, w)
		dst[i] = norm2(row)
	}
}

// panel is how many columns are held at once where all are visited: enough to
// amortise a dense product, little beside A.
const panel = 256

// eachPanel calls do with some indices and the row-major len(idx)×n matrix of
// these columns of a, which do may overwrite, until all columns with d ≠ 0 are
// visited in order; d = nil means all.
func eachPanel(a Operator, d []float64, do func(idx []int, cols []float64)) {
	n, m := a.Dims()
	w := getWork(min(panel, m) * n)
	defer putWork(w)
	idx := make([]int, 0, panel)
	for j := range m {
		if d == nil || d[j] != 0 {
			idx = append(idx, j)
		}
		if len(idx) == panel || (j == m-1 && len(idx) > 0) {
			cols := w.f[:len(idx)*n]
			Columns(a, cols, idx)
			do(idx, cols)
			idx = idx[:0]
		}
	}
}
