package linop_test

import (
	"math"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// Norms of entries whose squares over- and underflow.
func TestExtremeNorms(t *testing.T) {
	const n, m = 3, 4
	a := []float64{
		3e-300, 3e300, 0, 1,
		4e-300, 4e300, 0, 0,
		0, 0, 0, 5e-324,
	}
	columns := []float64{5e-300, 5e300, 0, 1}
	rows := []float64{3e300, 4e300, 5e-324}
	for _, s := range storages {
		op, _ := s.make(n, m, a)
		for name, op := range map[string]linop.Operator{
			s.name:                   op,
			"Scale(" + s.name + ")":  linop.Scale(op, []float64{1, -1, 1}, nil),
			"Stack(" + s.name + ")":  linop.Stack(op),
			"Select(" + s.name + ")": linop.Select(op, []int{0, 1, 2, 3}),
		} {
			got := make([]float64, m)
			linop.ColumnNorms(op, got)
			for j, w := range columns {
				if math.Abs(got[j]-w) > 1e-15*w {
					t.Errorf("%s: norm of column %d is %v, want %v", name, j, got[j], w)
				}
			}
			got = make([]float64, n)
			linop.RowNorms(op, got)
			for i, w := range rows {
				if math.Abs(got[i]-w) > 1e-15*w {
					t.Errorf("%s: norm of row %d is %v, want %v", name, i, got[i], w)
				}
			}
		}
	}
}

func TestDenseSharesStorage(t *testing.T) {
	data := []float64{1, 2, 3, 4, 5, 6}
	a := linop.NewDense(2, 3, data)
	data[5] = 7
	if a.At(1, 2) != 7 || a.T().At(2, 1) != 7 || linop.NewDenseColMajor(3, 2, data).At(2, 1) != 7 {
		t.Error("the matrix does not see a change of its data")
	}
	if d, colMajor := a.T().Data(); &d[0] != &data[0] || !colMajor {
		t.Error("Data() of the transpose is not the same data, column by column")
	}
}

// Transposing twice, and transposing a storage, adds no layer.
func TestTransposeUnwraps(t *testing.T) {
	b := bare{dense(2, 3, make([]float64, 6))}
	if linop.Transpose(linop.Transpose(b)) != linop.Operator(b) {
		t.Error("Transpose(Transpose(a)) is not a")
	}
	c := csc(2, 3, []float64{1, 0, 2, 0, 3, 0})
	if _, ok := linop.Transpose(c).(*linop.CSR); !ok {
		t.Error("the transpose of a CSC matrix is not CSR")
	}
	if _, ok := linop.Transpose(c.ToCSR()).(*linop.CSC); !ok {
		t.Error("the transpose of a CSR matrix is not CSC")
	}
}

func TestPanics(t *testing.T) {
	a := dense(2, 3, make([]float64, 6))
	s := csc(2, 3, []float64{1, 0, 2, 0, 3, 0})
	two, three, four := make([]float64, 2), make([]float64, 3), make([]float64, 4)
	for name, call := range map[string]func(){
		"NewDense":           func() { linop.NewDense(2, 3, four) },
		"negative":           func() { linop.NewDense(-1, -3, three) },
		"Apply x":            func() { a.Apply(two, two) },
		"Apply dst":          func() { a.Apply(three, three) },
		"ApplyT":             func() { s.ApplyT(three, three) },
		"Columns index":      func() { linop.Columns(a, two, []int{3}) },
		"Columns dst":        func() { linop.Columns(s, three, []int{0}) },
		"bare Columns index": func() { linop.Columns(bare{a}, two, []int{-1}) },
		"Gram dst":           func() { linop.Gram(a, two, nil) },
		"Gram d":             func() { linop.Gram(s, four, two) },
		"NormalMul d":        func() { linop.NormalMul(bare{a}, two, two, two) },
		"ColumnNorms":        func() { linop.ColumnNorms(s, two) },
		"RowNorms":           func() { linop.RowNorms(a, three) },
		"Row":                func() { linop.Row(a, 2, nil) },
		"bare Row":           func() { linop.Row(bare{a}, -1, nil) },
		"At":                 func() { a.At(0, 3) },
		"Scale":              func() { linop.Scale(a, three, nil) },
		"Select":             func() { linop.Select(a, []int{3}) },
		"Stack":              func() { linop.Stack() },
		"Stack widths":       func() { linop.Stack(a, a.T()) },
		"Compose":            func() { linop.Compose(a, a) },
		"FromTriplets index": func() { linop.FromTriplets(2, 3, []int{2}, []int{0}, []float64{1}) },
		"FromTriplets size":  func() { linop.FromTriplets(2, math.MaxInt32+1, []int{}, []int{}, nil) },
		"FromTriplets count": func() { linop.FromTriplets(2, 3, []int{1}, []int{}, []float64{1}) },
		"NewCSC":             func() { linop.NewCSC(2, 3, []int{0, 0, 0}, nil, nil) },
		"PartialDCT":         func() { linop.PartialDCT(nil, 0) },
		"PartialDCT row":     func() { linop.PartialDCT([]int{5}, 5) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}
