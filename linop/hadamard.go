package linop

import (
	"math"
	"math/bits"
)

// PartialHadamard returns the matrix of the given rows of the orthonormal
// Walsh–Hadamard transform of length m = 2ᵖ in Sylvester's order:
//
//	A_ij = (−1)^|k ∧ j| / √m,   k = rows[i], |k ∧ j| the number of common bits
//
// A product costs m log₂ m additions, on all processors. Rows may come in any
// order and may repeat; different rows are orthonormal. It panics if m is not a
// power of two or a row is not in [0, m).
func PartialHadamard(rows []int, m int) Operator {
	if m < 1 || m&(m-1) != 0 {
		panic("linop: PartialHadamard of a length that is no power of two")
	}
	checkIndices(rows, m)
	return &partialHadamard{rows: rows, m: m, distinct: distinct(rows, m), entry: 1 / math.Sqrt(float64(m))}
}

type partialHadamard struct {
	rows     []int
	m        int
	distinct bool    // no row repeats
	entry    float64 // 1/√m
}

// at returns the entry in row k of the full transform and column j.
func (h *partialHadamard) at(k, j int) float64 {
	if bits.OnesCount(uint(k&j))%2 == 1 {
		return -h.entry
	}
	return h.entry
}

func (h *partialHadamard) Dims() (n, m int) { return len(h.rows), h.m }

func (h *partialHadamard) Apply(dst, x []float64) {
	check(dst, x, len(h.rows), h.m)
	w := getWork(h.m)
	defer putWork(w)
	copy(w.f, x)
	walshHadamard(w.f)
	for i, k := range h.rows {
		dst[i] = h.entry * w.f[k]
	}
}

func (h *partialHadamard) ApplyT(dst, y []float64) {
	check(dst, y, h.m, len(h.rows))
	clear(dst)
	for i, k := range h.rows {
		dst[k] += h.entry * y[i]
	}
	walshHadamard(dst)
}

// Columns costs O(n) per column.
func (h *partialHadamard) Columns(dst []float64, idx []int) {
	n := len(h.rows)
	if len(dst) != len(idx)*n {
		panic(errShape)
	}
	checkIndices(idx, h.m)
	for p, j := range idx {
		for i, k := range h.rows {
			dst[p*n+i] = h.at(k, j)
		}
	}
}

// Gram costs O(m log m + n²): rows k and l multiply to row k xor l, so
//
//	(A diag(d) Aᵀ)_ij = S(rows[i] xor rows[j]) / m,   S = the transform of d.
func (h *partialHadamard) Gram(dst, d []float64) {
	n := len(h.rows)
	checkGram(dst, d, n, h.m)
	w := getWork(h.m)
	defer putWork(w)
	fill(w.f, 1)
	mulBy(w.f, d)
	walshHadamard(w.f)
	for i, p := range h.rows {
		for j, q := range h.rows[:i+1] {
			dst[i*n+j] = w.f[p^q] / float64(h.m)
		}
	}
}

func (h *partialHadamard) ColumnNorms(dst []float64) { h.columnNorms(dst, nil) }
func (h *partialHadamard) RowNorms(dst []float64)    { h.rowNorms(dst, nil) }

// All entries have the same modulus, so all columns have the same norm.
func (h *partialHadamard) columnNorms(dst, w []float64) {
	checkNorms(dst, w, h.m, len(h.rows))
	fill(dst, h.norm(w, len(h.rows)))
}

func (h *partialHadamard) rowNorms(dst, w []float64) {
	checkNorms(dst, w, len(h.rows), h.m)
	fill(dst, h.norm(w, h.m))
}

// norm returns the norm of k entries weighted with w; nil means ones.
func (h *partialHadamard) norm(w []float64, k int) float64 {
	if w == nil {
		return math.Sqrt(float64(k) / float64(h.m))
	}
	return norm2(w) * h.entry
}

// Row visits all m entries of row i.
func (h *partialHadamard) Row(i int, visit func(j int, v float64)) {
	k := h.rows[i]
	for j := range h.m {
		visit(j, h.at(k, j))
	}
}
