package linop

import "math"

// Select returns the matrix of the columns idx of a, in that order; columns
// may repeat. It is a view: nothing of a is copied, and idx is kept.
func Select(a Operator, idx []int) Operator {
	n, m := a.Dims()
	checkIndices(idx, m)
	return &selection{a: a, idx: idx, n: n, m: m}
}

// columnDotter is a matrix that can multiply single columns by a vector.
type columnDotter interface {
	// columnDots sets dst[k] = ⟨column idx[k], y⟩, or returns false if a product
	// with all columns is cheaper than these.
	columnDots(dst, y []float64, idx []int) bool
}

type selection struct {
	a    Operator
	idx  []int
	n, m int // shape of a
}

func (s *selection) Dims() (n, m int) { return s.n, len(s.idx) }

// few tells whether two products with the selection are cheaper than one pass
// over all of a.
func (s *selection) few() bool { return 2*len(s.idx) < s.m }

// spread returns the full-length vector of x: Σ_k x[k] e_idx[k].
func (s *selection) spread(x []float64) *work {
	w := getWork(s.m)
	clear(w.f)
	for k, j := range s.idx {
		if x == nil {
			w.f[j]++
		} else {
			w.f[j] += x[k]
		}
	}
	return w
}

func (s *selection) Apply(dst, x []float64) {
	check(dst, x, s.n, len(s.idx))
	w := s.spread(x)
	defer putWork(w)
	s.a.Apply(dst, w.f)
}

func (s *selection) ApplyT(dst, y []float64) {
	check(dst, y, len(s.idx), s.n)
	if a, ok := s.a.(columnDotter); ok && a.columnDots(dst, y, s.idx) {
		return
	}
	w := getWork(s.m)
	defer putWork(w)
	s.a.ApplyT(w.f, y)
	for k, j := range s.idx {
		dst[k] = w.f[j]
	}
}

func (s *selection) NormalMul(dst, d, v []float64) {
	checkNormal(dst, d, v, s.n, len(s.idx))
	if s.few() {
		w := getWork(len(s.idx))
		defer putWork(w)
		s.ApplyT(w.f, v)
		mulBy(w.f, d)
		s.Apply(dst, w.f)
		return
	}
	w := s.spread(d)
	defer putWork(w)
	NormalMul(s.a, dst, w.f, v)
}

func (s *selection) Gram(dst, d []float64) {
	checkGram(dst, d, s.n, len(s.idx))
	w := s.spread(d)
	defer putWork(w)
	Gram(s.a, dst, w.f)
}

func (s *selection) Columns(dst []float64, idx []int) {
	checkIndices(idx, len(s.idx))
	from := make([]int, len(idx))
	for k, j := range idx {
		from[k] = s.idx[j]
	}
	Columns(s.a, dst, from)
}

func (s *selection) ColumnNorms(dst []float64) { s.columnNorms(dst, nil) }
func (s *selection) RowNorms(dst []float64)    { s.rowNorms(dst, nil) }

func (s *selection) columnNorms(dst, w []float64) {
	if len(dst) != len(s.idx) {
		panic(errShape)
	}
	all := getWork(s.m)
	defer putWork(all)
	weightedColumnNorms(s.a, all.f, w)
	for k, j := range s.idx {
		dst[k] = all.f[j]
	}
}

func (s *selection) rowNorms(dst, w []float64) {
	// A column that is selected several times counts with the root of the sum
	// of its squared weights.
	all := getWork(s.m)
	defer putWork(all)
	clear(all.f)
	for k, j := range s.idx {
		if w == nil {
			all.f[j] = math.Hypot(all.f[j], 1)
		} else {
			all.f[j] = math.Hypot(all.f[j], w[k])
		}
	}
	weightedRowNorms(s.a, dst, all.f)
}

// Row costs O(m): it spreads the row of a before it reads the selection.
func (s *selection) Row(i int, visit func(j int, v float64)) {
	w := getWork(s.m)
	defer putWork(w)
	clear(w.f)
	Row(s.a, i, func(j int, v float64) { w.f[j] = v })
	for k, j := range s.idx {
		if v := w.f[j]; v != 0 {
			visit(k, v)
		}
	}
}
