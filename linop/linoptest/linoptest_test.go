package linoptest

import (
	"errors"
	"math"
	"runtime"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// recorder notes that a test failed.
type recorder struct{ failed bool }

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Fatalf(string, ...any) { r.failed = true; panic(errFatal) }

var errFatal = errors.New("fatal")

func rejects(op linop.Operator, a []float64) bool {
	r := &recorder{}
	defer func() {
		if e := recover(); e != nil && e != errFatal {
			panic(e)
		}
	}()
	Run(r, op, a)
	return r.failed
}

// broken is a correct matrix with one method replaced.
type broken struct {
	*linop.Dense
	apply, applyT       func(dst, x []float64)
	columns             func(dst []float64, idx []int)
	gram                func(dst, d []float64)
	normalMul           func(dst, d, v []float64)
	columnNorms, rowNms func(dst []float64)
	row                 func(i int, visit func(j int, v float64))
}

func (b *broken) Apply(dst, x []float64) {
	if b.apply != nil {
		b.apply(dst, x)
		return
	}
	b.Dense.Apply(dst, x)
}

func (b *broken) ApplyT(dst, y []float64) {
	if b.applyT != nil {
		b.applyT(dst, y)
		return
	}
	b.Dense.ApplyT(dst, y)
}

func (b *broken) Columns(dst []float64, idx []int) {
	if b.columns != nil {
		b.columns(dst, idx)
		return
	}
	b.Dense.Columns(dst, idx)
}

func (b *broken) Gram(dst, d []float64) {
	if b.gram != nil {
		b.gram(dst, d)
		return
	}
	b.Dense.Gram(dst, d)
}

func (b *broken) NormalMul(dst, d, v []float64) {
	if b.normalMul != nil {
		b.normalMul(dst, d, v)
		return
	}
	b.Dense.NormalMul(dst, d, v)
}

func (b *broken) ColumnNorms(dst []float64) {
	if b.columnNorms != nil {
		b.columnNorms(dst)
		return
	}
	b.Dense.ColumnNorms(dst)
}

func (b *broken) RowNorms(dst []float64) {
	if b.rowNms != nil {
		b.rowNms(dst)
		return
	}
	b.Dense.RowNorms(dst)
}

func (b *broken) Row(i int, visit func(j int, v float64)) {
	if b.row != nil {
		b.row(i, visit)
		return
	}
	b.Dense.Row(i, visit)
}

func TestRejects(t *testing.T) {
	const n, m = 6, 11
	a := make([]float64, n*m)
	for i := range a {
		a[i] = math.Cos(float64(i * i))
	}
	d := linop.NewDense(n, m, a)
	if rejects(&broken{Dense: d}, a) {
		t.Fatal("a correct matrix is rejected")
	}
	wrong := append([]float64(nil), a...)
	wrong[17] += 1e-9
	w := linop.NewDense(n, m, wrong)
	for name, b := range map[string]*broken{
		"a wrong entry":        {Dense: w},
		"wrong Apply":          {Dense: d, apply: w.Apply},
		"wrong ApplyT":         {Dense: d, applyT: w.ApplyT},
		"wrong Columns":        {Dense: d, columns: func(dst []float64, idx []int) { allColumns(d, dst, idx) }},
		"wrong Gram":           {Dense: d, gram: w.Gram},
		"wrong NormalMul":      {Dense: d, normalMul: w.NormalMul},
		"wrong ColumnNorms":    {Dense: d, columnNorms: w.ColumnNorms},
		"wrong RowNorms":       {Dense: d, rowNms: w.RowNorms},
		"wrong Row":            {Dense: d, row: w.Row},
		"Row out of order":     {Dense: d, row: func(i int, visit func(int, float64)) { backwards(d, i, visit) }},
		"dst is added to":      {Dense: d, apply: func(dst, x []float64) { addTo(d, dst, x) }},
		"the input is changed": {Dense: d, applyT: func(dst, y []float64) { d.ApplyT(dst, y); y[0] = 0 }},
		"bits by threads": {Dense: d, apply: func(dst, x []float64) {
			d.Apply(dst, x)
			dst[0] *= 1 + 0x1p-52*float64(runtime.GOMAXPROCS(0))
		}},
	} {
		if !rejects(b, a) {
			t.Errorf("%s: not rejected", name)
		}
	}
}

// allColumns is wrong where an index repeats.
func allColumns(d *linop.Dense, dst []float64, idx []int) {
	n, _ := d.Dims()
	d.Columns(dst, idx)
	for k := range idx {
		for l := range k {
			if idx[l] == idx[k] {
				clear(dst[k*n : (k+1)*n])
			}
		}
	}
}

func backwards(d *linop.Dense, i int, visit func(int, float64)) {
	_, m := d.Dims()
	for j := m - 1; j >= 0; j-- {
		visit(j, d.At(i, j))
	}
}

func addTo(d *linop.Dense, dst, x []float64) {
	sum := make([]float64, len(dst))
	d.Apply(sum, x)
	for i, v := range sum {
		dst[i] += v
	}
}
