package linop

import (
	"math"
	"math/rand/v2"
)

// Diagonal returns the m×m matrix diag(d); d is kept, not copied.
func Diagonal(d []float64) Operator {
	signs := true
	for _, v := range d {
		signs = signs && math.Abs(v) == 1
	}
	return &diagonal{d, signs}
}

// RandomSigns returns the m×m diagonal matrix of independent fair signs that
// the seed determines: entry j is −1 if bit j mod 64 of word ⌊j/64⌋ of the
// PCG generator with state (seed, 0) is set. Between a fast transform and a
// random choice of its rows they spread the energy of x over all rows.
func RandomSigns(m int, seed uint64) Operator {
	if m < 0 {
		panic(errDims)
	}
	source := rand.NewPCG(seed, 0)
	d := make([]float64, m)
	var word uint64
	for j := range d {
		if j%64 == 0 {
			word = source.Uint64()
		}
		d[j] = 1 - 2*float64(word&1)
		word >>= 1
	}
	return &diagonal{d, true}
}

type diagonal struct {
	d     []float64
	signs bool // all entries are ±1
}

func (a *diagonal) Dims() (n, m int) { return len(a.d), len(a.d) }

func (a *diagonal) Apply(dst, x []float64) {
	check(dst, x, len(a.d), len(a.d))
	for j, v := range a.d {
		dst[j] = v * x[j]
	}
}

func (a *diagonal) ApplyT(dst, y []float64) { a.Apply(dst, y) }

func (a *diagonal) Columns(dst []float64, idx []int) {
	m := len(a.d)
	if len(dst) != len(idx)*m {
		panic(errShape)
	}
	checkIndices(idx, m)
	clear(dst)
	for k, j := range idx {
		dst[k*m+j] = a.d[j]
	}
}

func (a *diagonal) Gram(dst, d []float64) {
	m := len(a.d)
	checkGram(dst, d, m, m)
	clear(dst)
	for j, v := range a.d {
		dst[j*m+j] = v * v
		if d != nil {
			dst[j*m+j] *= d[j]
		}
	}
}

func (a *diagonal) ColumnNorms(dst []float64) { a.columnNorms(dst, nil) }
func (a *diagonal) RowNorms(dst []float64)    { a.columnNorms(dst, nil) }

func (a *diagonal) columnNorms(dst, w []float64) {
	checkNorms(dst, w, len(a.d), len(a.d))
	fill(dst, 1)
	mulByAbs(dst, a.d)
	mulByAbs(dst, w)
}

func (a *diagonal) rowNorms(dst, w []float64) { a.columnNorms(dst, w) }

// Row visits the one entry of row i.
func (a *diagonal) Row(i int, visit func(j int, v float64)) { visit(i, a.d[i]) }
