package linop

import "math"

// Scale returns diag(row) A diag(col); row has length n, col length m, nil
// means ones. The vectors and a are kept, not copied.
//
// Gram and NormalMul weigh the columns by d∘col², which overflows where
// |col| exceeds 1e154 and d does not make up for it.
func Scale(a Operator, row, col []float64) Operator {
	n, m := a.Dims()
	if (row != nil && len(row) != n) || (col != nil && len(col) != m) {
		panic(errShape)
	}
	return &scaled{a, row, col}
}

type scaled struct {
	a        Operator
	row, col []float64
}

func (s *scaled) Dims() (n, m int) { return s.a.Dims() }

func (s *scaled) Apply(dst, x []float64) {
	applyScaled(s.a.Apply, dst, x, s.row, s.col)
}

func (s *scaled) ApplyT(dst, y []float64) {
	applyScaled(s.a.ApplyT, dst, y, s.col, s.row)
}

// applyScaled sets dst = out∘product(in∘x).
func applyScaled(product func(dst, x []float64), dst, x, out, in []float64) {
	if in == nil {
		product(dst, x)
	} else {
		w := getWork(len(x))
		defer putWork(w)
		if len(in) != len(x) {
			panic(errShape)
		}
		copy(w.f, x)
		mulBy(w.f, in)
		product(dst, w.f)
	}
	mulBy(dst, out)
}

// weights sets w = d∘col².
func (s *scaled) weights(w, d []float64) {
	for j, c := range s.col {
		if d == nil {
			w[j] = c * c
		} else {
			w[j] = d[j] * c * c
		}
	}
}

func (s *scaled) NormalMul(dst, d, v []float64) {
	n, m := s.Dims()
	checkNormal(dst, d, v, n, m)
	if s.col != nil {
		w := getWork(m)
		defer putWork(w)
		s.weights(w.f, d)
		d = w.f
	}
	applyScaled(func(dst, v []float64) { NormalMul(s.a, dst, d, v) }, dst, v, s.row, s.row)
}

func (s *scaled) Gram(dst, d []float64) {
	n, m := s.Dims()
	checkGram(dst, d, n, m)
	if s.col != nil {
		w := getWork(m)
		defer putWork(w)
		s.weights(w.f, d)
		d = w.f
	}
	Gram(s.a, dst, d)
	for i, r := range s.row {
		for j, q := range s.row[:i+1] {
			dst[i*n+j] *= r * q
		}
	}
}

func (s *scaled) Columns(dst []float64, idx []int) {
	Columns(s.a, dst, idx)
	n, _ := s.Dims()
	for k, j := range idx {
		col := dst[k*n : (k+1)*n]
		if s.col != nil {
			for i := range col {
				col[i] *= s.col[j]
			}
		}
		mulBy(col, s.row)
	}
}

func (s *scaled) ColumnNorms(dst []float64) { s.columnNorms(dst, nil) }
func (s *scaled) RowNorms(dst []float64)    { s.rowNorms(dst, nil) }

func (s *scaled) columnNorms(dst, w []float64) {
	weightedColumnNorms(s.a, dst, product(s.row, w))
	mulByAbs(dst, s.col)
}

func (s *scaled) rowNorms(dst, w []float64) {
	weightedRowNorms(s.a, dst, product(s.col, w))
	mulByAbs(dst, s.row)
}

func (s *scaled) Row(i int, visit func(j int, v float64)) {
	Row(s.a, i, func(j int, v float64) {
		if s.row != nil {
			v *= s.row[i]
		}
		if s.col != nil {
			v *= s.col[j]
		}
		visit(j, v)
	})
}

// product returns x∘y, where nil means ones.
func product(x, y []float64) []float64 {
	if x == nil {
		return y
	}
	if y == nil {
		return x
	}
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v * y[i]
	}
	return out
}

// mulByAbs sets x = |d|∘x; d = nil means ones.
func mulByAbs(x, d []float64) {
	for i, v := range d {
		x[i] *= math.Abs(v)
	}
}
