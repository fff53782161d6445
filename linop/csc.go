package linop

// CSC is a sparse n×m matrix stored by columns (compressed sparse columns),
// the layout of choice here: solvers read columns, and A diag(d) Aᵀ is a sum
// of outer products of short columns.
type CSC struct{ c compressed }

// NewCSC returns the n×m matrix whose column j has the values
// val[colPtr[j]:colPtr[j+1]] in the rows rowIdx[colPtr[j]:colPtr[j+1]],
// strictly increasing. It keeps the slices without copying, and panics where
// CheckCompressed(m, n, colPtr, rowIdx, val) finds a fault.
func NewCSC(n, m int, colPtr []int, rowIdx []int32, val []float64) *CSC {
	return &CSC{newCompressed(m, n, colPtr, rowIdx, val)}
}

// Dims returns the shape of a.
func (a *CSC) Dims() (n, m int) { return a.c.minor, a.c.major }

// NNZ returns the number of stored entries.
func (a *CSC) NNZ() int { return len(a.c.idx) }

// Column returns the row indices and values of column j, not copies.
func (a *CSC) Column(j int) (rows []int32, vals []float64) { return a.c.list(j) }

// T returns Aᵀ on the same storage.
func (a *CSC) T() *CSR { return &CSR{a.c} }

// ToCSR returns the same matrix stored by rows, a copy.
func (a *CSC) ToCSR() *CSR { return &CSR{a.c.flip()} }

// Apply sets dst = A x, reading only the columns where x is not zero.
func (a *CSC) Apply(dst, x []float64) {
	check(dst, x, a.c.minor, a.c.major)
	a.c.scatter(dst, x)
}

// ApplyT sets dst = Aᵀ y.
func (a *CSC) ApplyT(dst, y []float64) {
	check(dst, y, a.c.major, a.c.minor)
	a.c.gather(dst, y)
}

// NormalMul sets dst = A diag(d) Aᵀ v in one pass over the entries.
func (a *CSC) NormalMul(dst, d, v []float64) {
	checkNormal(dst, d, v, a.c.minor, a.c.major)
	a.c.normalMul(dst, d, v)
}

// Columns copies column idx[k] to dst[k*n:(k+1)*n].
func (a *CSC) Columns(dst []float64, idx []int) {
	n := a.c.minor
	if len(dst) != len(idx)*n {
		panic(errShape)
	}
	checkIndices(idx, a.c.major)
	clear(dst)
	for k, j := range idx {
		a.c.axpy(1, j, dst[k*n:(k+1)*n])
	}
}

// Gram sets the lower triangle of dst to A diag(d) Aᵀ in Σⱼ nnz(column j)²
// flops, over the columns with d ≠ 0.
func (a *CSC) Gram(dst, d []float64) {
	checkGram(dst, d, a.c.minor, a.c.major)
	a.c.gram(dst, d)
}

// ColumnNorms sets dst[j] = ‖column j‖₂.
func (a *CSC) ColumnNorms(dst []float64) { a.c.listNorms(dst, nil) }

// RowNorms sets dst[i] = ‖row i‖₂.
func (a *CSC) RowNorms(dst []float64) { a.c.crossNorms(dst, nil) }

func (a *CSC) columnNorms(dst, w []float64) { a.c.listNorms(dst, w) }
func (a *CSC) rowNorms(dst, w []float64)    { a.c.crossNorms(dst, w) }

func (a *CSC) columnDots(dst, y []float64, idx []int) bool {
	for k, j := range idx {
		dst[k] = a.c.dot(j, y)
	}
	return true
}

// Row visits the stored entries of row i, in O(m log n): for many rows use
// ToCSR.
func (a *CSC) Row(i int, visit func(j int, v float64)) {
	if uint(i) >= uint(a.c.minor) {
		panic(errIndex)
	}
	for j := range a.c.major {
		if v, ok := a.c.find(j, int32(i)); ok {
			visit(j, v)
		}
	}
}
