// Package linoptest is the law suite of package linop: one call holds an
// operator against the plain loops on its entries.
package linoptest

import (
	"math"
	"math/rand/v2"

	"github.com/tacit-dev/tacit/linop"
)

// T is what the suite needs of a test: *testing.T and *rapid.T have it.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Run checks that op behaves as the n×m matrix whose entries are dense, row by
// row: both products, every capability or its fallback, on dense, sparse and
// zero vectors, with destinations full of NaN, without touching the inputs,
// with the same bits on 1, 2 and 8 threads and from several goroutines at
// once.
//
// Errors may reach a few hundred units in the last place of Σ|a||x|, so that
// fast transforms pass; norms are compared relative to themselves.
func Run(t T, op linop.Operator, dense []float64) {
	t.Helper()
	n, m := op.Dims()
	if n*m != len(dense) {
		t.Fatalf("Dims() = %d, %d for %d entries", n, m, len(dense))
	}
	s := &suite{t: t, op: op, a: dense, n: n, m: m, rng: rand.New(rand.NewPCG(1, 2))}
	s.products()
	s.adjoint()
	s.linearity()
	s.columns()
	s.gram()
	s.normalMul()
	s.norms()
	s.rows()
	s.threads()
	s.concurrency()
}

type suite struct {
	t    T
	op   linop.Operator
	a    []float64
	n, m int
	rng  *rand.Rand
}

// tol is the error allowed relative to the sum of absolute values.
const tol = 2e-13

// vectors returns test vectors of length k: dense, half zero, one in twenty
// nonzero, a unit vector, zero.
func (s *suite) vectors(k int) map[string][]float64 {
	draw := func(share float64) []float64 {
		v := make([]float64, k)
		for i := range v {
			if s.rng.Float64() < share {
				v[i] = s.rng.NormFloat64()
			}
		}
		return v
	}
	unit := make([]float64, k)
	if k > 0 {
		unit[s.rng.IntN(k)] = 1
	}
	return map[string][]float64{
		"dense": draw(1), "half": draw(0.5), "sparse": draw(0.05), "unit": unit, "zero": make([]float64, k),
	}
}

// weights returns test weights d: nil and the absolute values of vectors.
func (s *suite) weights() map[string][]float64 {
	w := s.vectors(s.m)
	for _, d := range w {
		for j := range d {
			d[j] = math.Abs(d[j])
		}
	}
	w["nil"] = nil
	return w
}

// nans returns k NaNs, for a destination that must be overwritten.
func nans(k int) []float64 {
	v := make([]float64, k)
	for i := range v {
		v[i] = math.NaN()
	}
	return v
}

// call runs fn and checks that it left the inputs as they were.
func (s *suite) call(what string, fn func(), inputs ...[]float64) {
	s.t.Helper()
	before := make([][]float64, len(inputs))
	for i, v := range inputs {
		before[i] = append([]float64(nil), v...)
	}
	fn()
	for i, v := range inputs {
		if !sameBits(v, before[i]) {
			s.t.Errorf("%s changes its input", what)
		}
	}
}

// compare checks |got − want| ≤ tol·size entry by entry, with room for the
// absolute rounding of subnormal numbers.
func (s *suite) compare(what string, got, want, size []float64) {
	s.t.Helper()
	for i, w := range want {
		if !(math.Abs(got[i]-w) <= tol*size[i]+0x1p-1060) {
			s.t.Errorf("%s: entry %d is %v, want %v", what, i, got[i], w)
			return
		}
	}
}

func sameBits(x, y []float64) bool {
	if len(x) != len(y) {
		return false
	}
	for i, v := range x {
		if math.Float64bits(v) != math.Float64bits(y[i]) {
			return false
		}
	}
	return true
}
