package linop

import (
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/internal/parallel"
)

// Dense is an n×m matrix in contiguous storage, row-major or column-major.
type Dense struct {
	n, m     int
	data     []float64
	colMajor bool
}

// NewDense returns the n×m matrix with A_ij = data[i*m+j]. It keeps data
// without copying: the caller must not change it while the matrix is in use.
// It panics unless len(data) = n·m.
func NewDense(n, m int, data []float64) *Dense {
	checkDense(n, m, data)
	return &Dense{n: n, m: m, data: data}
}

// NewDenseColMajor returns the n×m matrix with A_ij = data[j*n+i], the layout
// of Fortran. It keeps data without copying, and panics unless
// len(data) = n·m.
func NewDenseColMajor(n, m int, data []float64) *Dense {
	checkDense(n, m, data)
	return &Dense{n: n, m: m, data: data, colMajor: true}
}

func checkDense(n, m int, data []float64) {
	if n < 0 || m < 0 {
		panic(errDims)
	}
	if len(data) != n*m {
		panic("linop: length of data is not rows times columns")
	}
}

// Dims returns the shape of a.
func (a *Dense) Dims() (n, m int) { return a.n, a.m }

// At returns A_ij.
func (a *Dense) At(i, j int) float64 {
	if uint(i) >= uint(a.n) || uint(j) >= uint(a.m) {
		panic(errIndex)
	}
	if a.colMajor {
		return a.data[j*a.n+i]
	}
	return a.data[i*a.m+j]
}

// Data returns the entries of a, not a copy, and whether they are stored
// column by column.
func (a *Dense) Data() (data []float64, colMajor bool) { return a.data, a.colMajor }

// T returns Aᵀ on the same storage.
func (a *Dense) T() *Dense {
	return &Dense{n: a.m, m: a.n, data: a.data, colMajor: !a.colMajor}
}

// Apply sets dst = A x in 2nm flops, fewer where x has many zeros.
func (a *Dense) Apply(dst, x []float64) {
	check(dst, x, a.n, a.m)
	if a.colMajor {
		storedMulT(dst, a.data, a.m, a.n, x)
	} else {
		storedMul(dst, a.data, a.n, a.m, x)
	}
}

// ApplyT sets dst = Aᵀ y in 2nm flops, fewer where y has many zeros.
func (a *Dense) ApplyT(dst, y []float64) {
	check(dst, y, a.m, a.n)
	if a.colMajor {
		storedMul(dst, a.data, a.m, a.n, y)
	} else {
		storedMulT(dst, a.data, a.n, a.m, y)
	}
}

// NormalMul sets dst = A diag(d) Aᵀ v in one pass over A where the cache
// allows; columns with d = 0 are not read when few others remain.
func (a *Dense) NormalMul(dst, d, v []float64) {
	checkNormal(dst, d, v, a.n, a.m)
	if a.colMajor {
		storedNormalMul(dst, a.data, a.m, a.n, d, v)
		return
	}
	if d != nil {
		if k := nonzeros(d); gatherShare*k < a.m {
			idx := support(d, k)
			w := getWork(k)
			defer putWork(w)
			storedPickMulT(w.f, a.data, a.n, a.m, v, idx)
			mulBy(w.f, pick(d, idx))
			storedPickMul(dst, a.data, a.n, a.m, idx, w.f)
			return
		}
	}
	blas.NormalMul(dst, a.data, a.n, a.m, a.m, d, v)
}

// Columns copies column idx[k] to dst[k*n:(k+1)*n].
func (a *Dense) Columns(dst []float64, idx []int) {
	if len(dst) != len(idx)*a.n {
		panic(errShape)
	}
	checkIndices(idx, a.m)
	if a.colMajor {
		for k, j := range idx {
			copy(dst[k*a.n:(k+1)*a.n], a.data[j*a.n:])
		}
		return
	}
	for i := range a.n {
		row := a.data[i*a.m : (i+1)*a.m]
		for k, j := range idx {
			dst[k*a.n+i] = row[j]
		}
	}
}

// Gram sets the lower triangle of dst to A diag(d) Aᵀ in n²·nnz(d) flops.
func (a *Dense) Gram(dst, d []float64) {
	checkGram(dst, d, a.n, a.m)
	data, m := a.data, a.m
	if d != nil {
		if k := nonzeros(d); 2*k < m {
			idx := support(d, k)
			data, d, m = a.gather(idx), pick(d, idx), k
		}
	}
	if a.n == 0 {
		return
	}
	if a.colMajor {
		blas.GramCols(dst, a.n, data, m, a.n, a.n, d)
	} else {
		blas.GramRows(dst, a.n, data, a.n, m, m, d)
	}
}

// gather returns the columns idx in the layout of a.
func (a *Dense) gather(idx []int) []float64 {
	k := len(idx)
	out := make([]float64, k*a.n)
	if a.colMajor {
		a.Columns(out, idx)
		return out
	}
	for i := range a.n {
		row := a.data[i*a.m : (i+1)*a.m]
		to := out[i*k : (i+1)*k]
		for p, j := range idx {
			to[p] = row[j]
		}
	}
	return out
}

// ColumnNorms sets dst[j] = ‖column j‖₂.
func (a *Dense) ColumnNorms(dst []float64) { a.columnNorms(dst, nil) }

// RowNorms sets dst[i] = ‖row i‖₂.
func (a *Dense) RowNorms(dst []float64) { a.rowNorms(dst, nil) }

func (a *Dense) columnNorms(dst, w []float64) {
	checkNorms(dst, w, a.m, a.n)
	if a.colMajor {
		storedRowNorms(dst, a.data, a.m, a.n, w)
	} else {
		storedColNorms(dst, a.data, a.n, a.m, w)
	}
}

func (a *Dense) rowNorms(dst, w []float64) {
	checkNorms(dst, w, a.n, a.m)
	if a.colMajor {
		storedColNorms(dst, a.data, a.m, a.n, w)
	} else {
		storedRowNorms(dst, a.data, a.n, a.m, w)
	}
}

func (a *Dense) columnDots(dst, y []float64, idx []int) bool {
	if !a.colMajor {
		if gatherShare*len(idx) >= a.m {
			return false
		}
		storedPickMulT(dst, a.data, a.n, a.m, y, idx)
		return true
	}
	parallel.For(len(idx), 1+1<<14/(a.n+1), func(lo, hi int) {
		for k := lo; k < hi; k++ {
			dst[k] = blas.Dot(a.data[idx[k]*a.n:(idx[k]+1)*a.n], y)
		}
	})
	return true
}

// Row visits all m entries of row i.
func (a *Dense) Row(i int, visit func(j int, v float64)) {
	if uint(i) >= uint(a.n) {
		panic(errIndex)
	}
	if a.colMajor {
		for j := range a.m {
			visit(j, a.data[j*a.n+i])
		}
		return
	}
	for j, v := range a.data[i*a.m : (i+1)*a.m] {
		visit(j, v)
	}
}
