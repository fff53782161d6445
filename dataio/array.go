package dataio

import (
	"fmt"
	"math"
)

// Array is an array of numbers of any dimension, converted to float64.
type Array struct {
	Name     string // key in an .npz file, else empty
	DType    string // type in the file in NumPy's notation without byte order: "f8", "i4", "b1", …
	Shape    []int  // empty for a single number
	ColMajor bool   // of a matrix (two dimensions): stored by columns
	Data     []float64

	file string
}

// Matrix returns the array as a dense matrix, sharing the data; a vector
// becomes a single column.
func (a *Array) Matrix() (*Matrix, error) {
	m := &Matrix{Kind: Dense, ColMajor: a.ColMajor, Val: a.Data}
	switch len(a.Shape) {
	case 1:
		m.Rows, m.Cols, m.ColMajor = a.Shape[0], 1, false
	case 2:
		m.Rows, m.Cols = a.Shape[0], a.Shape[1]
	default:
		return nil, a.shapeError("a matrix has two dimensions: reshape it first")
	}
	if m.Rows == 0 || m.Cols == 0 {
		return nil, a.shapeError("it is empty: a matrix needs at least one row and one column")
	}
	return m, nil
}

// Vector returns the array as a vector, sharing the data: one dimension, or a
// matrix of a single row or column, or a single number.
func (a *Array) Vector() ([]float64, error) {
	long := 0
	for _, d := range a.Shape {
		if d != 1 {
			long++
		}
	}
	switch {
	case len(a.Data) == 0:
		return nil, a.shapeError("it is empty: a vector needs at least one entry")
	case len(a.Shape) > 2 || long > 1:
		return nil, a.shapeError("a vector has one dimension, or is a matrix of one row or column")
	}
	return a.Data, nil
}

// Ints returns the entries of a vector as integers in [0, limit): row and
// column numbers, shapes.
func (a *Array) Ints(limit int) ([]int, error) {
	v, err := a.Vector()
	if err != nil {
		return nil, err
	}
	out := make([]int, len(v))
	for i, x := range v {
		if x != math.Trunc(x) || x < 0 || x >= float64(limit) {
			return nil, &FormatError{File: a.file, Key: a.Name, Msg: fmt.Sprintf("entry %d (counted from 0) is %v: an integer from 0 to %d is needed", i, x, limit-1)}
		}
		out[i] = int(x)
	}
	return out, nil
}

func (a *Array) shapeError(msg string) error {
	return &ShapeError{File: a.file, Key: a.Name, Got: a.Shape, Msg: msg}
}
