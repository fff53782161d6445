package linop_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/linop/linoptest"
)

// A maker builds an operator from the entries of a matrix, row by row, and
// returns it with the entries that it stands for.
type maker struct {
	name string
	make func(n, m int, a []float64) (op linop.Operator, dense []float64)
}

// bare hides every capability, so that the fallbacks are tested.
type bare struct{ linop.Operator }

func dense(n, m int, a []float64) *linop.Dense { return linop.NewDense(n, m, a) }

func colMajor(n, m int, a []float64) *linop.Dense {
	return linop.NewDenseColMajor(n, m, transposed(n, m, a))
}

func csc(n, m int, a []float64) *linop.CSC {
	var rows, cols []int
	var vals []float64
	for i := range n {
		for j := range m {
			if v := a[i*m+j]; v != 0 {
				rows, cols, vals = append(rows, i), append(cols, j), append(vals, v)
			}
		}
	}
	return linop.FromTriplets(n, m, rows, cols, vals)
}

// transposed returns the entries of the transpose of an n×m matrix.
func transposed(n, m int, a []float64) []float64 {
	t := make([]float64, len(a))
	for i := range n {
		for j := range m {
			t[j*n+i] = a[i*m+j]
		}
	}
	return t
}

// some returns k positive and negative weights.
func some(k int) []float64 {
	v := make([]float64, k)
	for i := range v {
		v[i] = 1.5 + math.Cos(float64(3*i))
		if i%3 == 1 {
			v[i] = -v[i]
		}
	}
	return v
}

// every returns the indices of a selection: every other column, one repeated.
func every(m int) []int {
	var idx []int
	for j := 1; j < m; j += 3 {
		idx = append(idx, j, j-1)
	}
	if m > 0 {
		idx = append(idx, 0)
	}
	return idx
}

func plain(name string, f func(n, m int, a []float64) linop.Operator) maker {
	return maker{name, func(n, m int, a []float64) (linop.Operator, []float64) { return f(n, m, a), a }}
}

// storages are the ways to hold a matrix.
var storages = []maker{
	plain("Dense", func(n, m int, a []float64) linop.Operator { return dense(n, m, a) }),
	plain("DenseColMajor", func(n, m int, a []float64) linop.Operator { return colMajor(n, m, a) }),
	plain("CSC", func(n, m int, a []float64) linop.Operator { return csc(n, m, a) }),
	plain("CSR", func(n, m int, a []float64) linop.Operator { return csc(n, m, a).ToCSR() }),
	plain("bare", func(n, m int, a []float64) linop.Operator { return bare{dense(n, m, a)} }),
}

// wrappers make further operators from a storage.
func wrappers(s maker) []maker {
	return []maker{
		s,
		{"Transpose(" + s.name + ")", func(n, m int, a []float64) (linop.Operator, []float64) {
			op, _ := s.make(m, n, transposed(n, m, a))
			return linop.Transpose(op), a
		}},
		{"Scale(" + s.name + ")", func(n, m int, a []float64) (linop.Operator, []float64) {
			op, _ := s.make(n, m, a)
			row, col := some(n), some(m)
			b := make([]float64, len(a))
			for i := range n {
				for j := range m {
					b[i*m+j] = row[i] * a[i*m+j] * col[j]
				}
			}
			return linop.Scale(op, row, col), b
		}},
		{"Scale(" + s.name + ", nil, col)", func(n, m int, a []float64) (linop.Operator, []float64) {
			op, _ := s.make(n, m, a)
			col := some(m)
			b := make([]float64, len(a))
			for i, v := range a {
				b[i] = v * col[i%m]
			}
			return linop.Scale(op, nil, col), b
		}},
		{"Scale(" + s.name + ", row, nil)", func(n, m int, a []float64) (linop.Operator, []float64) {
			op, _ := s.make(n, m, a)
			row := some(n)
			b := make([]float64, len(a))
			for i, v := range a {
				b[i] = v * row[i/m]
			}
			return linop.Scale(op, row, nil), b
		}},
		{"Select(" + s.name + ")", func(n, m int, a []float64) (linop.Operator, []float64) {
			return selected(s, n, m, a, every(m))
		}},
		{"Select(" + s.name + ", few)", func(n, m int, a []float64) (linop.Operator, []float64) {
			return selected(s, n, m, a, every(m/10))
		}},
		{"Scale(Select(Scale(" + s.name + ")))", func(n, m int, a []float64) (linop.Operator, []float64) {
			op, b := selected(s, n, m, a, every(m))
			k := len(every(m))
			row, col := some(n), some(k)
			for i := range b {
				b[i] *= row[i/k] * col[i%k]
			}
			return linop.Scale(op, row, col), b
		}},
		{"Stack(" + s.name + ")", func(n, m int, a []float64) (linop.Operator, []float64) {
			k := n / 3
			top, _ := s.make(k, m, a[:k*m])
			rest, _ := s.make(n-k, m, a[k*m:])
			return linop.Stack(top, rest), a
		}},
		{"Compose(" + s.name + ")", func(n, m int, a []float64) (linop.Operator, []float64) {
			op, _ := s.make(n, m, a)
			return linop.Compose(linop.Scale(identity(n), some(n), nil), op), scaledRows(m, a, some(n))
		}},
	}
}

func selected(s maker, n, m int, a []float64, idx []int) (linop.Operator, []float64) {
	op, _ := s.make(n, m, a)
	b := make([]float64, 0, n*len(idx))
	for i := range n {
		for _, j := range idx {
			b = append(b, a[i*m+j])
		}
	}
	return linop.Select(op, idx), b
}

func identity(n int) linop.Operator {
	ptr, idx, val := []int{0}, []int32{}, []float64{}
	for i := range n {
		ptr, idx, val = append(ptr, i+1), append(idx, int32(i)), append(val, 1)
	}
	return linop.NewCSC(n, n, ptr, idx, val)
}

func scaledRows(m int, a, row []float64) []float64 {
	b := make([]float64, len(a))
	for i, v := range a {
		b[i] = v * row[i/m]
	}
	return b
}

// random returns n·m entries, the given share of them not zero.
func random(rng *rand.Rand, n, m int, share float64) []float64 {
	a := make([]float64, n*m)
	for i := range a {
		if rng.Float64() < share {
			a[i] = rng.NormFloat64()
		}
	}
	return a
}

var shapes = [][2]int{{0, 0}, {0, 3}, {3, 0}, {1, 1}, {1, 7}, {5, 1}, {3, 4}, {7, 23}, {17, 65}}

func TestLaws(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, s := range storages {
		for _, w := range wrappers(s) {
			for _, nm := range shapes {
				t.Run(fmt.Sprintf("%s/%dx%d", w.name, nm[0], nm[1]), func(t *testing.T) {
					op, a := w.make(nm[0], nm[1], random(rng, nm[0], nm[1], 0.6))
					linoptest.Run(t, op, a)
				})
			}
		}
	}
}

// Large enough that every parallel loop has several blocks.
func TestLawsLarge(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, s := range storages {
		t.Run(s.name, func(t *testing.T) {
			op, a := s.make(150, 1100, random(rng, 150, 1100, 0.7))
			linoptest.Run(t, op, a)
		})
	}
}

func TestLawsRandomShapes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.IntRange(0, 12).Draw(t, "n"), rapid.IntRange(0, 30).Draw(t, "m")
		entry := rapid.Float64Range(-100, 100)
		a := rapid.SliceOfN(rapid.OneOf(rapid.Just(0.0), entry), n*m, n*m).Draw(t, "a")
		s := rapid.SampledFrom(storages).Draw(t, "storage")
		op, d := rapid.SampledFrom(wrappers(s)).Draw(t, "operator").make(n, m, a)
		linoptest.Run(t, op, d)
	})
}
