package linop_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// wide returns a sparse n×m matrix with k entries in every column.
func wide(n, m, k int) *linop.CSC {
	rng := rand.New(rand.NewPCG(1, 1))
	var rows, cols []int32
	var vals []float64
	for j := range m {
		for _, i := range rng.Perm(n)[:k] {
			rows, cols, vals = append(rows, int32(i)), append(cols, int32(j)), append(vals, rng.NormFloat64())
		}
	}
	return linop.FromTriplets(n, m, rows, cols, vals)
}

func BenchmarkOperators(b *testing.B) {
	const n, m = 1000, 4000
	rng := rand.New(rand.NewPCG(1, 1))
	data := random(rng, n, m, 1)
	rows := rng.Perm(m)[:n]
	sparse := wide(2000, 20000, 20)
	for _, c := range []struct {
		name string
		op   linop.Operator
	}{
		{"Dense", linop.NewDense(n, m, data)},
		{"DenseColMajor", linop.NewDenseColMajor(n, m, data)},
		{"CSC", sparse},
		{"CSR", sparse.ToCSR()},
		{"PartialDCT", linop.PartialDCT(rows, m)},
	} {
		n, m := c.op.Dims()
		x, y, d := make([]float64, m), make([]float64, n), make([]float64, m)
		for j := range x {
			x[j], d[j] = rng.NormFloat64(), rng.Float64()
		}
		few := make([]float64, m)
		for j := 0; j < m; j += 40 {
			few[j] = 1
		}
		idx := make([]int, 100)
		for k := range idx {
			idx[k] = (k * 37) % m
		}
		panel, gram, norms := make([]float64, len(idx)*n), make([]float64, n*n), make([]float64, m)
		v := append([]float64(nil), x[:n]...)
		for name, run := range map[string]func(){
			"Apply":       func() { c.op.Apply(y, x) },
			"ApplySparse": func() { c.op.Apply(y, few) },
			"ApplyT":      func() { c.op.ApplyT(norms, v) },
			"NormalMul":   func() { linop.NormalMul(c.op, y, d, v) },
			"Columns":     func() { linop.Columns(c.op, panel, idx) },
			"Gram":        func() { linop.Gram(c.op, gram, d) },
			"GramSparse":  func() { linop.Gram(c.op, gram, few) },
			"ColumnNorms": func() { linop.ColumnNorms(c.op, norms) },
		} {
			b.Run(fmt.Sprintf("%s/%s", c.name, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					run()
				}
			})
		}
		if math.IsNaN(y[0]) {
			b.Fatal("NaN")
		}
	}
}
