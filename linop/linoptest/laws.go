package linoptest

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

func (s *suite) products() {
	s.t.Helper()
	for name, x := range s.vectors(s.m) {
		got := nans(s.n)
		s.call("Apply", func() { s.op.Apply(got, x) }, x)
		want, size := s.mul(x)
		s.compare("Apply to a "+name+" vector", got, want, size)
	}
	for name, y := range s.vectors(s.n) {
		got := nans(s.m)
		s.call("ApplyT", func() { s.op.ApplyT(got, y) }, y)
		want, size := s.mulT(y)
		s.compare("ApplyT to a "+name+" vector", got, want, size)
	}
}

// adjoint: ⟨A x, y⟩ = ⟨x, Aᵀy⟩.
func (s *suite) adjoint() {
	s.t.Helper()
	x, y := s.vectors(s.m)["dense"], s.vectors(s.n)["dense"]
	ax, aty := nans(s.n), nans(s.m)
	s.op.Apply(ax, x)
	s.op.ApplyT(aty, y)
	var left, right, size float64
	for i := range s.n {
		left += ax[i] * y[i]
		for j := range s.m {
			size += math.Abs(y[i] * s.a[i*s.m+j] * x[j])
		}
	}
	for j := range s.m {
		right += x[j] * aty[j]
	}
	if !(math.Abs(left-right) <= tol*size) {
		s.t.Errorf("⟨Ax, y⟩ = %v but ⟨x, Aᵀy⟩ = %v", left, right)
	}
}

// linearity: A(2x − 3z) = 2Ax − 3Az.
func (s *suite) linearity() {
	s.t.Helper()
	x, z := s.vectors(s.m)["dense"], s.vectors(s.m)["sparse"]
	sum := make([]float64, s.m)
	for j := range sum {
		sum[j] = 2*x[j] - 3*z[j]
	}
	ax, az, got := nans(s.n), nans(s.n), nans(s.n)
	s.op.Apply(ax, x)
	s.op.Apply(az, z)
	s.op.Apply(got, sum)
	want := make([]float64, s.n)
	_, size := s.mul(x)
	_, more := s.mul(z)
	for i := range want {
		want[i] = 2*ax[i] - 3*az[i]
		size[i] = 2*size[i] + 3*more[i]
	}
	s.compare("linearity", got, want, size)
}

func (s *suite) columns() {
	s.t.Helper()
	linop.Columns(s.op, nil, nil)
	if s.m == 0 {
		return
	}
	idx := []int{s.m - 1, 0, s.m - 1} // out of order and repeated
	for range 8 {
		idx = append(idx, s.rng.IntN(s.m))
	}
	got, want := nans(len(idx)*s.n), make([]float64, len(idx)*s.n)
	linop.Columns(s.op, got, idx)
	for k, j := range idx {
		for i := range s.n {
			want[k*s.n+i] = s.a[i*s.m+j]
		}
	}
	s.compare("Columns", got, want, s.largest(len(want)))
}

// largest returns k times the largest entry of A, the scale of a single entry.
func (s *suite) largest(k int) []float64 {
	size := make([]float64, k)
	for _, v := range s.a {
		for i := range min(1, k) {
			size[i] = max(size[i], math.Abs(v))
		}
	}
	return level(size)
}

func (s *suite) gram() {
	s.t.Helper()
	for name, d := range s.weights() {
		got := nans(s.n * s.n)
		s.call("Gram", func() { linop.Gram(s.op, got, d) }, d)
		for i := range s.n {
			clear(got[i*s.n+i+1 : (i+1)*s.n])
		}
		want, size := s.gramLower(d)
		s.compare("Gram with "+name+" weights", got, want, size)
	}
}

func (s *suite) normalMul() {
	s.t.Helper()
	v := s.vectors(s.n)["dense"]
	for name, d := range s.weights() {
		got := nans(s.n)
		s.call("NormalMul", func() { linop.NormalMul(s.op, got, d, v) }, d, v)
		want, size := s.normal(d, v)
		s.compare("NormalMul with "+name+" weights", got, want, size)
	}
}

func (s *suite) norms() {
	s.t.Helper()
	got, want := nans(s.m), make([]float64, s.m)
	linop.ColumnNorms(s.op, got)
	for j := range want {
		want[j] = s.norm(j, s.m, s.n)
	}
	s.compare("ColumnNorms", got, want, want)
	got, want = nans(s.n), make([]float64, s.n)
	linop.RowNorms(s.op, got)
	for i := range want {
		want[i] = s.norm(i*s.m, 1, s.m)
	}
	s.compare("RowNorms", got, want, want)
}

func (s *suite) rows() {
	s.t.Helper()
	for i := range s.n {
		got, last := make([]float64, s.m), -1
		linop.Row(s.op, i, func(j int, v float64) {
			if j <= last || j >= s.m {
				s.t.Errorf("Row(%d) visits column %d after %d of %d", i, j, last, s.m)
				return
			}
			got[j], last = v, j
		})
		s.compare("Row", got, s.a[i*s.m:(i+1)*s.m], s.largest(s.m))
		if s.n > 40 && i > 20 { // the rest of a large matrix adds no case
			break
		}
	}
}
