package dataio

import (
	"archive/zip"
	"io"
)

// Member is a named array of an .npz file.
type Member struct {
	Name   string
	Values Values
}

// WriteNPZ writes arrays in NumPy's .npz format, stored without compression.
// The bytes depend on the arrays only: no time is recorded.
func WriteNPZ(w io.Writer, members ...Member) error {
	zw := zip.NewWriter(w)
	for _, m := range members {
		mw, err := zw.CreateHeader(&zip.FileHeader{Name: m.Name + ".npy", Method: zip.Store})
		if err != nil {
			return err
		}
		if err := WriteNPY(mw, m.Values); err != nil {
			return err
		}
	}
	return zw.Close()
}

// MatrixMembers returns the arrays that stand for m in an .npz file: the single
// array A by rows if m is dense, else the layout of scipy.sparse.save_npz.
// Further members, such as b, may follow in the same file.
func MatrixMembers(m *Matrix) []Member {
	if m.Kind == Dense {
		return []Member{{"A", Floats(m.byRows(), m.Rows, m.Cols)}}
	}
	return []Member{
		{"indices", Ints(m.Idx)},
		{"indptr", Ints(m.Ptr)},
		{"format", text(string(m.Kind))},
		{"shape", Ints([]int{m.Rows, m.Cols})},
		{"data", Floats(m.Val)},
	}
}

// byRows returns the entries of a dense matrix in row-major order, sharing
// them where they are so already.
func (m *Matrix) byRows() []float64 {
	if !m.ColMajor {
		return m.Val
	}
	out := make([]float64, len(m.Val))
	for i := range m.Rows {
		for j := range m.Cols {
			out[i*m.Cols+j] = m.Val[i+j*m.Rows]
		}
	}
	return out
}
