package dataio

import (
	"fmt"
	"math"
)

// maxIndex bounds the rows and columns of sparse matrices: indices are int32.
const maxIndex = math.MaxInt32

// IsSparse reports whether the file is an .npz in the layout of
// scipy.sparse.save_npz.
func (f *File) IsSparse() bool { return f.archive != nil && f.archive.isSparse() }

// isSparse reports whether the archive has the layout of scipy.sparse.save_npz.
func (ar *archive) isSparse() bool { return ar.has("format", "data", "shape") }

// sparse reads the layout of scipy.sparse.save_npz.
func (ar *archive) sparse() (*Matrix, error) {
	format, err := ar.text("format")
	if err != nil {
		return nil, err
	}
	if format != "csr" && format != "csc" && format != "coo" {
		return nil, &FormatError{File: ar.file, Key: "format", Msg: fmt.Sprintf("the sparse layout %q is not read: save a.tocsr() or a.tocsc()", format)}
	}
	rows, cols, err := ar.sparseShape()
	if err != nil {
		return nil, err
	}
	if err := ar.plausible(format, rows, cols); err != nil {
		return nil, &FormatError{File: ar.file, Key: "shape", Msg: err.Error()}
	}
	data, err := ar.vector("data")
	if err != nil {
		return nil, err
	}
	var m *Matrix
	switch format {
	case "csr":
		m, err = ar.compressed(CSR, rows, cols, data)
	case "csc":
		m, err = ar.compressed(CSC, cols, rows, data)
	default:
		m, err = ar.coordinates(rows, cols, data)
	}
	if err != nil {
		return nil, err
	}
	m.Rows, m.Cols = rows, cols
	return m, finiteSums(m, ar.file)
}

func (ar *archive) sparseShape() (rows, cols int, err error) {
	a, err := ar.array("shape")
	if err != nil {
		return 0, 0, err
	}
	shape, err := a.Ints(maxIndex)
	if err != nil {
		return 0, 0, err
	}
	if len(shape) != 2 || shape[0] == 0 || shape[1] == 0 {
		return 0, 0, &ShapeError{File: ar.file, Got: shape, Msg: "a matrix needs two dimensions, neither of them 0"}
	}
	return shape[0], shape[1], nil
}

// vector reads a member of one dimension, which may be empty.
func (ar *archive) vector(key string) ([]float64, error) {
	if !ar.has(key) {
		return nil, &FormatError{File: ar.file, Key: key, Msg: "it is missing from the sparse layout: save it again with scipy.sparse.save_npz"}
	}
	a, err := ar.array(key)
	if err != nil {
		return nil, err
	}
	if len(a.Shape) != 1 {
		return nil, a.shapeError("one dimension is needed in the sparse layout")
	}
	return a.Data, nil
}

// indices reads a member of n row or column numbers below limit.
func (ar *archive) indices(key string, n, limit int) ([]int32, error) {
	v, err := ar.vector(key)
	if err != nil {
		return nil, err
	}
	if len(v) != n {
		return nil, &ShapeError{File: ar.file, Key: key, Got: []int{len(v)}, Msg: fmt.Sprintf("the sparse layout needs %d entries here, one for each value", n)}
	}
	out := make([]int32, n)
	for k, x := range v {
		if x < 0 || x >= float64(limit) || x != math.Trunc(x) {
			return nil, &FormatError{File: ar.file, Key: key, Msg: fmt.Sprintf("entry %d (counted from 0) is %v: an index from 0 to %d is needed", k, x, limit-1)}
		}
		out[k] = int32(x)
	}
	return out, nil
}

// compressed reads indptr and indices for major rows (columns) whose indices
// are below minor.
func (ar *archive) compressed(kind Kind, major, minor int, data []float64) (*Matrix, error) {
	bad := func(msg string) error { return &FormatError{File: ar.file, Key: "indptr", Msg: msg} }
	ptr, err := ar.vector("indptr")
	if err != nil {
		return nil, err
	}
	if len(ptr) != major+1 {
		return nil, bad(fmt.Sprintf("it has %d entries, the shape needs %d", len(ptr), major+1))
	}
	m := &Matrix{Kind: kind, Val: data, Ptr: make([]int, major+1)}
	for i, p := range ptr {
		if p != math.Trunc(p) || p < 0 || p > float64(len(data)) || (i > 0 && p < ptr[i-1]) {
			return nil, bad(fmt.Sprintf("entry %d (counted from 0) is %v: increasing integers from 0 to %d are needed", i, p, len(data)))
		}
		m.Ptr[i] = int(p)
	}
	if m.Ptr[0] != 0 || m.Ptr[major] != len(data) {
		return nil, bad(fmt.Sprintf("it goes from %d to %d, not from 0 to the number %d of values", m.Ptr[0], m.Ptr[major], len(data)))
	}
	if m.Idx, err = ar.indices("indices", len(data), minor); err != nil {
		return nil, err
	}
	m.canonical()
	return m, nil
}

func (ar *archive) coordinates(rows, cols int, data []float64) (*Matrix, error) {
	var t triplets
	var err error
	if t.rows, err = ar.indices("row", len(data), rows); err != nil {
		return nil, err
	}
	if t.cols, err = ar.indices("col", len(data), cols); err != nil {
		return nil, err
	}
	t.vals = data
	return t.compress(rows, cols), nil
}

// plausible is plausibleShape where a dimension stands in the shape alone: the
// other one of csr and csc must agree with the length of indptr.
func (ar *archive) plausible(format string, rows, cols int) error {
	if format == "csr" && rows >= cols || format == "csc" && cols >= rows {
		return nil
	}
	return plausibleShape(rows, cols, ar.size)
}

// plausibleShape refuses a sparse shape that would cost memory out of all
// proportion to the file: rows and columns without a single entry need a few
// bytes each once they are stored compressed.
func plausibleShape(rows, cols int, size int64) error {
	const free, perByte = 1 << 20, 64
	if int64(max(rows, cols)) > free+perByte*size {
		return fmt.Errorf("the shape %d×%d is out of proportion to a file of %d bytes: correct the shape", rows, cols, size)
	}
	return nil
}

// finiteSums checks the entries once more after repeated ones were added.
func finiteSums(m *Matrix, file string) error {
	if row, col, v, found := m.nonFinite(); found {
		return &NonFiniteError{File: file, Index: []int{row, col}, Value: v}
	}
	return nil
}
