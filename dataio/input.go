package dataio

import (
	"fmt"
	"slices"

	"github.com/tacit-dev/tacit/linop"
)

// Input describes one file of a problem for the record of a result.
type Input struct {
	Path       string // as given
	Format     Format
	Kind       string // "dense", "csr", "csc", or the name of an operator such as "dct2"
	Rows, Cols int    // as used, after a transposition
	NNZ        int    // stored entries
	IndexBase  int    // of LIBSVM/SVMlight, else 0

	file   *File
	blocks string // the digest in blocks, "" where it is not known
}

func newInput(f *File, m *Matrix) *Input {
	return &Input{Path: f.Path, Format: f.Format, Kind: string(m.Kind), Rows: m.Rows, Cols: m.Cols, NNZ: m.NNZ(), IndexBase: f.IndexBase, file: f}
}

// SHA256 returns the digest of the file's bytes in hexadecimal, computing it
// now or joining a computation that StartHash began.
func (in *Input) SHA256() (string, error) { return in.file.SHA256() }

// StartHash begins to compute the digest on a goroutine of its own, unless that in
// blocks is known and will do.
func (in *Input) StartHash() {
	if !in.HasBlocks() {
		in.file.StartHash()
	}
}

// Columns returns the names of the columns of a table with a header, as they
// stand in the file; nil where there are none.
func (in *Input) Columns() []string { return in.file.Columns }

// Close releases the file. A digest under way is waited for; one that was not
// begun can no longer be had.
func (in *Input) Close() error { return in.file.Close() }

// Operator returns the matrix as an operator that shares its data.
func (m *Matrix) Operator() linop.Operator {
	switch {
	case m.Kind == CSR:
		return linop.NewCSR(m.Rows, m.Cols, m.Ptr, m.Idx, m.Val)
	case m.Kind == CSC:
		return linop.NewCSC(m.Rows, m.Cols, m.Ptr, m.Idx, m.Val)
	case m.ColMajor:
		return linop.NewDenseColMajor(m.Rows, m.Cols, m.Val)
	}
	return linop.NewDense(m.Rows, m.Cols, m.Val)
}

// LoadVector reads a vector of the given length, any if length < 0. In an .npz
// file it is the array named key or the only one; in a table of several
// columns the one named label.
func LoadVector(path, key, label string, length int, opt LoadOptions) ([]float64, *Input, error) {
	f, err := Load(path, opt)
	if err != nil {
		return nil, nil, err
	}
	v, err := f.labelledVector(key, label)
	if err == nil && length >= 0 && len(v) != length {
		err = &ShapeError{File: f.src.name, Got: []int{len(v)}, Msg: fmt.Sprintf("%d entries are needed", length)}
	}
	if err != nil {
		ignoreClose(f)
		return nil, nil, err
	}
	return v, vectorInput(f, v), nil
}

func vectorInput(f *File, v []float64) *Input {
	return newInput(f, &Matrix{Kind: Dense, Rows: len(v), Cols: 1, Val: v})
}

// labelledVector is Vector, but for a table it prefers the column of that name.
func (f *File) labelledVector(key, label string) ([]float64, error) {
	if label == "" || f.Format != Table {
		return f.Vector(key)
	}
	_, v, err := f.SplitColumn(label)
	return v, err
}

// SplitColumn takes the named column out of a table: the rest, nil if there is
// none, and the column.
func (f *File) SplitColumn(name string) (rest *Matrix, column []float64, err error) {
	j, err := f.Column(name)
	if err != nil {
		return nil, nil, err
	}
	m := f.matrix
	column = make([]float64, m.Rows)
	for i := range column {
		column[i] = m.Val[i*m.Cols+j]
	}
	if m.Cols == 1 {
		return nil, column, nil
	}
	rest = &Matrix{Kind: Dense, Rows: m.Rows, Cols: m.Cols - 1, Val: make([]float64, 0, m.Rows*(m.Cols-1))}
	for i := range m.Rows {
		row := m.Val[i*m.Cols : (i+1)*m.Cols]
		rest.Val = append(append(rest.Val, row[:j]...), row[j+1:]...)
	}
	return rest, column, nil
}

// Names returns the names of the columns of a table without the named one.
func (f *File) Names(without string) []string {
	return slices.DeleteFunc(slices.Clone(f.Columns), func(c string) bool { return c == without })
}

// LoadMatrix reads a matrix alone; in an .npz file it is the array named key or
// the only one. A vector is a matrix of one row or column. The caller closes
// the input.
func LoadMatrix(path, key string, opt LoadOptions) (linop.Operator, *Input, error) {
	f, err := Load(path, opt)
	if err != nil {
		return nil, nil, err
	}
	m, err := f.Matrix(key)
	if err != nil {
		ignoreClose(f)
		return nil, nil, err
	}
	return m.Operator(), newInput(f, m), nil
}
