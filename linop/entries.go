package linop

import "math"

// Entries returns the operator that reads single entries of a p×q matrix X,
// stored by rows as the unknown of length m = p·q:
//
//	(A x)_k = X_ij,  i = rows[k], j = cols[k].
//
// It is the operator of matrix completion. Entries may come in any order and may
// repeat. The slices are kept, not copied. It panics if they differ in length or
// an index is out of range. Nothing of the size p·q is stored.
func Entries(p, q int, rows, cols []int) *EntriesOperator {
	if p < 1 || q < 1 || len(rows) != len(cols) {
		panic(errDims)
	}
	checkIndices(rows, p)
	checkIndices(cols, q)
	return &EntriesOperator{p, q, rows, cols}
}

// EntriesOperator is what Entries returns.
type EntriesOperator struct {
	p, q       int
	rows, cols []int
}

// Dims returns the number of entries that are read and p·q.
func (a *EntriesOperator) Dims() (n, m int) { return len(a.rows), a.p * a.q }

// Shape returns the shape of the matrix.
func (a *EntriesOperator) Shape() (p, q int) { return a.p, a.q }

// Places returns the rows and columns of the entries, not copies.
func (a *EntriesOperator) Places() (rows, cols []int) { return a.rows, a.cols }

// Apply reads the entries of the matrix x.
func (a *EntriesOperator) Apply(dst, x []float64) {
	check(dst, x, len(a.rows), a.p*a.q)
	for k, i := range a.rows {
		dst[k] = x[i*a.q+a.cols[k]]
	}
}

// ApplyT sets dst to the matrix Σ y_k e_i e_jᵀ.
func (a *EntriesOperator) ApplyT(dst, y []float64) {
	check(dst, y, a.p*a.q, len(a.rows))
	clear(dst)
	for k, i := range a.rows {
		dst[i*a.q+a.cols[k]] += y[k]
	}
}

// Row visits the single one of row k.
func (a *EntriesOperator) Row(k int, visit func(j int, v float64)) {
	visit(a.rows[k]*a.q+a.cols[k], 1)
}

// RowNorms sets dst to ones.
func (a *EntriesOperator) RowNorms(dst []float64) {
	if len(dst) != len(a.rows) {
		panic(errShape)
	}
	for k := range dst {
		dst[k] = 1
	}
}

// ColumnNorms sets dst to the square roots of the numbers of times that each
// entry is read.
func (a *EntriesOperator) ColumnNorms(dst []float64) {
	if len(dst) != a.p*a.q {
		panic(errShape)
	}
	clear(dst)
	for k, i := range a.rows {
		dst[i*a.q+a.cols[k]]++
	}
	for j, v := range dst {
		dst[j] = math.Sqrt(v)
	}
}
