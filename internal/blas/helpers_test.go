package blas

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
)

// eachPath runs a test on every path that this processor has.
func eachPath(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	before := active
	defer func() { active = before }()
	for p := generic; p <= best(); p++ {
		active = p
		t.Run(p.String(), test)
	}
}

// sizes returns lengths around the edges of the register tile of the active
// path and of its unrolled loops.
func sizes() []int {
	w := active.w()
	return []int{1, 2, w - 1, w + 1, groups*w - 1, groups * w, groups*w + 1, 2*groups*w + w/2 + 1}
}

// integers returns n small integers, on which sums of products are exact: a
// kernel that is right returns the bits of its naive twin.
func integers(seed uint64, n int) []float64 {
	r := rand.New(rand.NewPCG(seed, 7))
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(r.IntN(9) - 4)
	}
	return x
}

// normals returns n normally distributed numbers.
func normals(seed uint64, n int) []float64 {
	r := rand.New(rand.NewPCG(seed, 11))
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

// matrix is a row-major matrix between rows of NaN, with NaN in the gap that its
// stride leaves: what reads outside of it gets NaN, what writes there is found.
type matrix struct {
	rows, cols, ld int
	all            []float64
	a              []float64 // starts at the element (0, 0)
}

const guard = 64

func newMatrix(rows, cols, gap int, data []float64) matrix {
	m := matrix{rows: rows, cols: cols, ld: cols + gap}
	n := 0
	if rows > 0 {
		n = (rows-1)*m.ld + cols
	}
	m.all = make([]float64, n+2*guard)
	for i := range m.all {
		m.all[i] = math.NaN()
	}
	m.a = m.all[guard : guard+n]
	for i := range rows {
		copy(m.row(i), data[i*cols:])
	}
	return m
}

func (m matrix) row(i int) []float64 { return m.a[i*m.ld : i*m.ld+m.cols] }

// clone returns a copy of m and what surrounds it.
func (m matrix) clone() matrix {
	c := m
	c.all = append([]float64(nil), m.all...)
	c.a = c.all[guard : guard+len(m.a)]
	return c
}

// same reports whether all elements, those around the matrix included, are equal
// or both NaN.
func same(x, y []float64) bool {
	if len(x) != len(y) {
		return false
	}
	for i, v := range x {
		if v != y[i] && !(math.IsNaN(v) && math.IsNaN(y[i])) {
			return false
		}
	}
	return true
}

// sameBits reports whether x and y are the same bits.
func sameBits(x, y []float64) bool {
	for i, v := range x {
		if math.Float64bits(v) != math.Float64bits(y[i]) {
			return false
		}
	}
	return len(x) == len(y)
}

// onThreads runs f with 1, 2 and 8 threads and fails if its results differ.
func onThreads(t *testing.T, what string, f func() []float64) {
	t.Helper()
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	var want []float64
	for _, n := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(n)
		got := f()
		if want == nil {
			want = got
		} else if !sameBits(got, want) {
			t.Errorf("%s: %d threads give other bits than 1", what, n)
		}
	}
}
