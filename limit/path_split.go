package limit

import "github.com/tacit-dev/tacit/linop"

// splitOperator is [A, −A], n×2m: the signed problem with thresholds that
// depend on the sign is the nonnegative one of x = x⁺ − x⁻. A product costs
// one product with A.
type splitOperator struct {
	a    linop.Operator
	n, m int // of A
}

func newSplitOperator(a linop.Operator) *splitOperator {
	n, m := a.Dims()
	return &splitOperator{a, n, m}
}

// Dims returns n and 2m.
func (s *splitOperator) Dims() (n, m int) { return s.n, 2 * s.m }

// Apply sets dst = A(x⁺ − x⁻).
func (s *splitOperator) Apply(dst, x []float64) { s.a.Apply(dst, s.join(x)) }

// join returns x⁺ − x⁻ for x = (x⁺, x⁻).
func (s *splitOperator) join(x []float64) []float64 {
	d := make([]float64, s.m)
	for j := range d {
		d[j] = x[j] - x[s.m+j]
	}
	return d
}

// ApplyT sets dst = (Aᵀy, −Aᵀy).
func (s *splitOperator) ApplyT(dst, y []float64) {
	s.a.ApplyT(dst[:s.m], y)
	for j, v := range dst[:s.m] {
		dst[s.m+j] = -v
	}
}

// Columns copies columns of ±A.
func (s *splitOperator) Columns(dst []float64, idx []int) {
	folded := make([]int, len(idx))
	for k, j := range idx {
		folded[k] = j % s.m
	}
	linop.Columns(s.a, dst, folded)
	for k, j := range idx {
		if j >= s.m {
			column := dst[k*s.n : (k+1)*s.n]
			for i := range column {
				column[i] = -column[i]
			}
		}
	}
}

// ColumnNorms sets dst to the norms of the columns of A, twice.
func (s *splitOperator) ColumnNorms(dst []float64) {
	linop.ColumnNorms(s.a, dst[:s.m])
	copy(dst[s.m:], dst[:s.m])
}

// Row visits the entries of row i of A, then those of −A.
func (s *splitOperator) Row(i int, visit func(j int, v float64)) {
	linop.Row(s.a, i, visit)
	linop.Row(s.a, i, func(j int, v float64) { visit(s.m+j, -v) })
}
