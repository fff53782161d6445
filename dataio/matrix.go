package dataio

import (
	"math"
	"slices"
)

// Kind is how a matrix is stored.
type Kind string

// The kinds of matrices.
const (
	Dense Kind = "dense"
	CSR   Kind = "csr" // compressed sparse rows
	CSC   Kind = "csc" // compressed sparse columns
)

// Matrix is a Rows×Cols matrix as it was read.
//
// Dense: Val holds Rows·Cols entries by rows, or by columns if ColMajor.
// CSR (CSC): row (column) i has the entries Val[k] in the columns (rows) Idx[k]
// for Ptr[i] ≤ k < Ptr[i+1], with Idx increasing and free of repetitions.
type Matrix struct {
	Kind       Kind
	Rows, Cols int
	ColMajor   bool
	Ptr        []int
	Idx        []int32
	Val        []float64

	listed *triplets // the entries as they stood, where several had one place
}

// NNZ returns the number of stored entries; for a dense matrix Rows·Cols.
func (m *Matrix) NNZ() int { return len(m.Val) }

// T returns the transposed matrix. It shares the data and costs nothing.
func (m *Matrix) T() *Matrix {
	t := *m
	t.Rows, t.Cols = m.Cols, m.Rows
	switch m.Kind {
	case Dense:
		t.ColMajor = !m.ColMajor
	case CSR:
		t.Kind = CSC
	case CSC:
		t.Kind = CSR
	}
	return &t
}

// triplets are entries (row, col, val) in any order.
type triplets struct {
	rows, cols []int32
	vals       []float64
}

func (t *triplets) add(i, j int, v float64) {
	t.rows = append(t.rows, int32(i))
	t.cols = append(t.cols, int32(j))
	t.vals = append(t.vals, v)
}

// compress sorts the entries into a CSC matrix and sums those of equal
// position in their given order. Two stable counting sorts, by row and then by
// column: O(nnz + rows + cols).
func (t *triplets) compress(rows, cols int) *Matrix {
	byRow := countingOrder(t.rows, nil, rows)
	order := countingOrder(t.cols, byRow, cols)
	m := &Matrix{
		Kind: CSC, Rows: rows, Cols: cols,
		Ptr: make([]int, cols+1), Idx: make([]int32, len(order)), Val: make([]float64, len(order)),
	}
	for at, k := range order {
		m.Idx[at], m.Val[at] = t.rows[k], t.vals[k]
		m.Ptr[t.cols[k]+1]++
	}
	for j := range cols {
		m.Ptr[j+1] += m.Ptr[j]
	}
	m.sumRepeated()
	if m.NNZ() < len(t.vals) {
		m.listed = t
	}
	return m
}

// countingOrder returns the numbers of the entries ordered by key, equal keys
// in the order of before (nil: by number).
func countingOrder(key []int32, before []int, keys int) []int {
	next := make([]int, keys+1)
	for _, k := range key {
		next[k+1]++
	}
	for k := range keys {
		next[k+1] += next[k]
	}
	order := make([]int, len(key))
	for i := range key {
		e := i
		if before != nil {
			e = before[i]
		}
		order[next[key[e]]] = e
		next[key[e]]++
	}
	return order
}

// canonical sorts the indices inside every row (column) of a compressed matrix
// and sums repetitions, as scipy defines their meaning.
func (m *Matrix) canonical() {
	for i := range len(m.Ptr) - 1 {
		lo, hi := m.Ptr[i], m.Ptr[i+1]
		if slices.IsSorted(m.Idx[lo:hi]) {
			continue
		}
		order := make([]int, hi-lo)
		for k := range order {
			order[k] = lo + k
		}
		slices.SortStableFunc(order, func(a, b int) int { return int(m.Idx[a]) - int(m.Idx[b]) })
		idx, val := make([]int32, hi-lo), make([]float64, hi-lo)
		for k, e := range order {
			idx[k], val[k] = m.Idx[e], m.Val[e]
		}
		copy(m.Idx[lo:hi], idx)
		copy(m.Val[lo:hi], val)
	}
	m.sumRepeated()
}

// sumRepeated merges neighbours of equal index in place.
func (m *Matrix) sumRepeated() {
	at := 0
	for i := range len(m.Ptr) - 1 {
		lo, hi := m.Ptr[i], m.Ptr[i+1]
		start := at
		for k := lo; k < hi; k++ {
			if at > start && m.Idx[at-1] == m.Idx[k] {
				m.Val[at-1] += m.Val[k]
				continue
			}
			m.Idx[at], m.Val[at] = m.Idx[k], m.Val[k]
			at++
		}
		m.Ptr[i] = start
	}
	m.Ptr[len(m.Ptr)-1] = at
	m.Idx, m.Val = m.Idx[:at], m.Val[:at]
}

// nonFinite returns the position of the first stored entry that is NaN or
// infinite.
func (m *Matrix) nonFinite() (row, col int, v float64, found bool) {
	k := firstNonFinite(m.Val)
	if k < 0 {
		return 0, 0, 0, false
	}
	row, col = m.position(k)
	return row, col, m.Val[k], true
}

// position returns the row and column of the k-th stored entry.
func (m *Matrix) position(k int) (row, col int) {
	switch {
	case m.Kind == Dense && m.ColMajor:
		return k % m.Rows, k / m.Rows
	case m.Kind == Dense:
		return k / m.Cols, k % m.Cols
	}
	major, exact := slices.BinarySearch(m.Ptr, k)
	if !exact {
		major--
	}
	for m.Ptr[major+1] <= k { // empty rows share their pointer with the next
		major++
	}
	if m.Kind == CSR {
		return major, int(m.Idx[k])
	}
	return int(m.Idx[k]), major
}

const expMask = 0x7ff0000000000000

// firstNonFinite returns the first index of a NaN or infinity, or -1. The
// exponent field of such a number is all ones, so adding one to it carries
// into the sign bit: four lanes without branches run at the speed of the
// cache.
func firstNonFinite(x []float64) int {
	const step, carry = 256, 1 << 52
	for lo := 0; lo < len(x); lo += step {
		block := x[lo:min(lo+step, len(x))]
		var a, b, c, d uint64
		k := 0
		for ; k+4 <= len(block); k += 4 {
			q := block[k : k+4 : k+4]
			a |= (math.Float64bits(q[0]) & expMask) + carry
			b |= (math.Float64bits(q[1]) & expMask) + carry
			c |= (math.Float64bits(q[2]) & expMask) + carry
			d |= (math.Float64bits(q[3]) & expMask) + carry
		}
		for ; k < len(block); k++ {
			a |= (math.Float64bits(block[k]) & expMask) + carry
		}
		if (a|b|c|d)>>63 == 0 {
			continue
		}
		for k, v := range block {
			if math.Float64bits(v)&expMask == expMask {
				return lo + k
			}
		}
	}
	return -1
}
