package linop

import "github.com/tacit-dev/tacit/internal/blas"

// Columns copies column idx[k] of a to dst[k*n:(k+1)*n]. It uses Columner and
// else applies a to unit vectors: one product per column.
func Columns(a Operator, dst []float64, idx []int) {
	if c, ok := a.(Columner); ok {
		c.Columns(dst, idx)
		return
	}
	n, m := a.Dims()
	if len(dst) != len(idx)*n {
		panic(errShape)
	}
	e := make([]float64, m)
	for k, j := range idx {
		if j < 0 || j >= m {
			panic(errIndex)
		}
		e[j] = 1
		a.Apply(dst[k*n:(k+1)*n], e)
		e[j] = 0
	}
}

// Gram sets the lower triangle of the row-major n×n matrix dst to
// A diag(d) Aᵀ; d has length m, nil means ones. It uses Grammer, else sums over
// the columns if a is a Columner, else multiplies the n unit vectors by
// A diag(d) Aᵀ. The strict upper triangle is unspecified afterwards.
func Gram(a Operator, dst, d []float64) {
	n, m := a.Dims()
	checkGram(dst, d, n, m)
	switch a := a.(type) {
	case Grammer:
		a.Gram(dst, d)
	case Columner:
		gramByColumns(a.(Operator), dst, d)
	default:
		gramByProducts(a, dst, d)
	}
}

// gramByColumns costs n²·nnz(d) flops at the speed of a dense product.
func gramByColumns(a Operator, dst, d []float64) {
	n, _ := a.Dims()
	clear(dst)
	sum := getWork(n * n)
	defer putWork(sum)
	eachPanel(a, d, func(idx []int, cols []float64) {
		var dk []float64
		if d != nil {
			dk = pick(d, idx)
		}
		blas.GramCols(sum.f, n, cols, len(idx), n, n, dk)
		for i := range n {
			blas.Axpy(1, sum.f[i*n:i*n+i+1], dst[i*n:i*n+i+1])
		}
	})
}

// gramByProducts costs n products with Aᵀ and n with A.
func gramByProducts(a Operator, dst, d []float64) {
	n, _ := a.Dims()
	e := make([]float64, n)
	row := make([]float64, n)
	for i := range n {
		e[i] = 1
		NormalMul(a, row, d, e)
		e[i] = 0
		copy(dst[i*n:i*n+i+1], row)
	}
}

// NormalMul sets dst = A diag(d) Aᵀ v; d has length m, nil means ones. It uses
// NormalMuler and else one product with Aᵀ and one with A.
func NormalMul(a Operator, dst, d, v []float64) {
	if nm, ok := a.(NormalMuler); ok {
		nm.NormalMul(dst, d, v)
		return
	}
	n, m := a.Dims()
	checkNormal(dst, d, v, n, m)
	w := getWork(m)
	defer putWork(w)
	a.ApplyT(w.f, v)
	mulBy(w.f, d)
	a.Apply(dst, w.f)
}

// ColumnNorms sets dst[j] = ‖A e_j‖₂; dst has length m. It uses ColumnNormer
// and else forms all the columns, a panel at a time.
func ColumnNorms(a Operator, dst []float64) { weightedColumnNorms(a, dst, nil) }

// RowNorms sets dst[i] = ‖Aᵀe_i‖₂; dst has length n. It uses RowNormer and
// else applies Aᵀ to the n unit vectors.
func RowNorms(a Operator, dst []float64) { weightedRowNorms(a, dst, nil) }

// Row calls visit(j, A_ij) for the entries of row i by increasing j, without
// those known to be zero. It uses Rower and else visits the nonzeros of Aᵀe_i.
func Row(a Operator, i int, visit func(j int, v float64)) {
	if r, ok := a.(Rower); ok {
		r.Row(i, visit)
		return
	}
	n, m := a.Dims()
	if i < 0 || i >= n {
		panic(errIndex)
	}
	e, row := getWork(n), getWork(m)
	defer putWork(e)
	defer putWork(row)
	clear(e.f)
	e.f[i] = 1
	a.ApplyT(row.f, e.f)
	for j, v := range row.f {
		if v != 0 {
			visit(j, v)
		}
	}
}
