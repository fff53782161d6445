package linop

import "math"

// Sample returns the n×m matrix that picks entries of x: A_ij = 1 if
// j = rows[i], else 0. Compose(Sample(rows, n), B) is the matrix of these rows
// of B. Rows may come in any order and may repeat. It panics if one is not in
// [0, m).
func Sample(rows []int, m int) Operator {
	if m < 0 {
		panic(errDims)
	}
	checkIndices(rows, m)
	return &sample{rows: rows, m: m, distinct: distinct(rows, m)}
}

type sample struct {
	rows     []int
	m        int
	distinct bool // no row repeats
}

func (s *sample) Dims() (n, m int) { return len(s.rows), s.m }

func (s *sample) Apply(dst, x []float64) {
	check(dst, x, len(s.rows), s.m)
	for i, j := range s.rows {
		dst[i] = x[j]
	}
}

func (s *sample) ApplyT(dst, y []float64) {
	check(dst, y, s.m, len(s.rows))
	clear(dst)
	for i, j := range s.rows {
		dst[j] += y[i]
	}
}

// Columns costs O(n) per column.
func (s *sample) Columns(dst []float64, idx []int) {
	n := len(s.rows)
	if len(dst) != len(idx)*n {
		panic(errShape)
	}
	checkIndices(idx, s.m)
	clear(dst)
	for k, j := range idx {
		for i, r := range s.rows {
			if r == j {
				dst[k*n+i] = 1
			}
		}
	}
}

// Gram costs O(n²): the entry is d of the common row, or 0.
func (s *sample) Gram(dst, d []float64) {
	n := len(s.rows)
	checkGram(dst, d, n, s.m)
	for i, r := range s.rows {
		v := 1.0
		if d != nil {
			v = d[r]
		}
		for k, q := range s.rows[:i+1] {
			if q == r {
				dst[i*n+k] = v
			} else {
				dst[i*n+k] = 0
			}
		}
	}
}

func (s *sample) ColumnNorms(dst []float64) { s.columnNorms(dst, nil) }
func (s *sample) RowNorms(dst []float64)    { s.rowNorms(dst, nil) }

func (s *sample) columnNorms(dst, w []float64) {
	checkNorms(dst, w, s.m, len(s.rows))
	clear(dst)
	for i, j := range s.rows {
		v := 1.0
		if w != nil {
			v = w[i]
		}
		if s.distinct {
			dst[j] = math.Abs(v)
		} else {
			dst[j] = math.Hypot(dst[j], v)
		}
	}
}

func (s *sample) rowNorms(dst, w []float64) {
	checkNorms(dst, w, len(s.rows), s.m)
	for i, j := range s.rows {
		dst[i] = 1
		if w != nil {
			dst[i] = math.Abs(w[j])
		}
	}
}

// Row visits the single one of row i.
func (s *sample) Row(i int, visit func(j int, v float64)) { visit(s.rows[i], 1) }
