package linop

// CSR is a sparse n×m matrix stored by rows (compressed sparse rows).
type CSR struct{ c compressed }

// NewCSR returns the n×m matrix whose row i has the values
// val[rowPtr[i]:rowPtr[i+1]] in the columns colIdx[rowPtr[i]:rowPtr[i+1]],
// strictly increasing. It keeps the slices without copying, and panics where
// CheckCompressed(n, m, rowPtr, colIdx, val) finds a fault.
func NewCSR(n, m int, rowPtr []int, colIdx []int32, val []float64) *CSR {
	return &CSR{newCompressed(n, m, rowPtr, colIdx, val)}
}

// Dims returns the shape of a.
func (a *CSR) Dims() (n, m int) { return a.c.major, a.c.minor }

// NNZ returns the number of stored entries.
func (a *CSR) NNZ() int { return len(a.c.idx) }

// T returns Aᵀ on the same storage.
func (a *CSR) T() *CSC { return &CSC{a.c} }

// ToCSC returns the same matrix stored by columns, a copy.
func (a *CSR) ToCSC() *CSC { return &CSC{a.c.flip()} }

// Apply sets dst = A x.
func (a *CSR) Apply(dst, x []float64) {
	check(dst, x, a.c.major, a.c.minor)
	a.c.gather(dst, x)
}

// ApplyT sets dst = Aᵀ y, reading only the rows where y is not zero.
func (a *CSR) ApplyT(dst, y []float64) {
	check(dst, y, a.c.minor, a.c.major)
	a.c.scatter(dst, y)
}

// Columns copies column idx[k] to dst[k*n:(k+1)*n], in one pass over the
// entries.
func (a *CSR) Columns(dst []float64, idx []int) {
	n := a.c.major
	if len(dst) != len(idx)*n {
		panic(errShape)
	}
	checkIndices(idx, a.c.minor)
	clear(dst)
	// at[j] is one more than the last k with idx[k] = j; earlier ones are
	// chained by before.
	at := make([]int32, a.c.minor)
	before := make([]int32, len(idx))
	for k, j := range idx {
		before[k] = at[j]
		at[j] = int32(k + 1)
	}
	for i := range n {
		cols, vals := a.c.list(i)
		for p, j := range cols {
			for k := at[j]; k > 0; k = before[k-1] {
				dst[int(k-1)*n+i] = vals[p]
			}
		}
	}
}

// Gram sets the lower triangle of dst to A diag(d) Aᵀ. It lists the matrix by
// columns first, which is cheaper than products of rows: for many calls use
// ToCSC.
func (a *CSR) Gram(dst, d []float64) {
	checkGram(dst, d, a.c.major, a.c.minor)
	byColumn := a.c.flip()
	byColumn.gram(dst, d)
}

// ColumnNorms sets dst[j] = ‖column j‖₂.
func (a *CSR) ColumnNorms(dst []float64) { a.c.crossNorms(dst, nil) }

// RowNorms sets dst[i] = ‖row i‖₂.
func (a *CSR) RowNorms(dst []float64) { a.c.listNorms(dst, nil) }

func (a *CSR) columnNorms(dst, w []float64) { a.c.crossNorms(dst, w) }
func (a *CSR) rowNorms(dst, w []float64)    { a.c.listNorms(dst, w) }

// Row visits the stored entries of row i.
func (a *CSR) Row(i int, visit func(j int, v float64)) {
	cols, vals := a.c.list(i)
	for p, j := range cols {
		visit(int(j), vals[p])
	}
}
