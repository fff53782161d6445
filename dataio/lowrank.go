package dataio

import (
	"errors"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// MatrixProblem is ⟨A_k, X⟩ = b_k for a matrix X of P×Q, as read from a file: row
// k of A is A_k, row by row.
type MatrixProblem struct {
	A    linop.Operator
	B    []float64
	P, Q int
	Kind string // "completion", "sensing"

	// Merged counts the entries of a completion that repeated one with the same
	// value (of a symmetric one also its mirror image).
	Merged int
	// Asymmetric counts the A_k that are not symmetric, of a square X.
	Asymmetric int

	Input *Input
}

// LoadMatrixProblem reads a problem about a matrix:
//
//   - sensing: an .npz file with A, n×p×q, and b;
//   - completion: the entries of a coordinate Matrix Market file, or an .npz file
//     with rows, cols, values and shape (indices from 0).
//
// symmetric says that X is symmetric, so that the entries (i, j) and (j, i) are
// one. Entries that repeat are merged if they agree; if they do not, or if an
// index is out of the shape, the error names the place. The caller closes Input.
func LoadMatrixProblem(path string, symmetric bool, opt LoadOptions) (*MatrixProblem, error) {
	f, err := Load(path, opt)
	if err != nil {
		return nil, err
	}
	p := &MatrixProblem{Input: &Input{Path: path, Format: f.Format, file: f}}
	if err := p.read(f, symmetric); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	p.Input.Kind = p.Kind
	p.Input.Rows, p.Input.Cols = p.A.Dims()
	p.Input.NNZ = len(p.B)
	if p.Kind == "sensing" {
		p.Input.NNZ = p.Input.Rows * p.Input.Cols
	}
	return p, nil
}

func (p *MatrixProblem) read(f *File, symmetric bool) error {
	switch {
	case f.Format == NPZ && f.Has("A", "b"):
		return p.sensing(f)
	case f.Format == NPZ && f.Has("rows", "cols", "values", "shape"):
		return p.arrays(f, symmetric)
	case f.Format == NPZ:
		return &FormatError{File: f.src.name, Msg: "a sensing problem has the arrays A (n×p×q) and b, a completion rows, cols, values and shape; it has neither"}
	case f.Format == MatrixMarket && f.matrix.Kind != Dense:
		return p.coordinates(f, symmetric)
	case f.Format == MatrixMarket:
		return &FormatError{File: f.src.name, Msg: "it is an array file, in which every entry is observed: a completion is a coordinate file"}
	}
	return &FormatError{File: f.src.name, Msg: "a problem about a matrix is an .npz file (A, b or rows, cols, values, shape) or a coordinate Matrix Market file"}
}

func (p *MatrixProblem) sensing(f *File) error {
	p.Kind = "sensing"
	a, err := f.Array("A")
	if err != nil {
		return err
	}
	if p.B, err = f.Vector("b"); err != nil {
		return err
	}
	if len(a.Shape) != 3 || len(a.Data) == 0 {
		return a.shapeError("the measurements of a matrix are an array of three dimensions, n×p×q")
	}
	n := a.Shape[0]
	p.P, p.Q = a.Shape[1], a.Shape[2]
	if len(p.B) != n {
		return &ShapeError{File: f.src.name, Key: "b", Got: []int{len(p.B)}, Msg: fmt.Sprintf("b needs one entry for each of the %d matrices of A", n)}
	}
	if p.P == p.Q {
		for k := range n {
			if !isSymmetric(a.Data[k*p.P*p.Q:(k+1)*p.P*p.Q], p.P) {
				p.Asymmetric++
			}
		}
	}
	p.A = linop.NewDense(n, p.P*p.Q, a.Data)
	return nil
}

func isSymmetric(a []float64, d int) bool {
	for i := range d {
		for j := range i {
			if a[i*d+j] != a[j*d+i] {
				return false
			}
		}
	}
	return true
}

func (p *MatrixProblem) arrays(f *File, symmetric bool) error {
	shape, err := f.Array("shape")
	if err != nil {
		return err
	}
	size, err := shape.Ints(maxIndex)
	if err != nil {
		return err
	}
	if len(size) != 2 || size[0] < 1 || size[1] < 1 {
		return shape.shapeError("the shape of a matrix is two positive integers")
	}
	var t triplets
	values, err := f.Vector("values")
	if err != nil {
		return err
	}
	read := func(key string, limit int) ([]int, error) {
		a, err := f.Array(key)
		if err != nil {
			return nil, err
		}
		idx, err := a.Ints(limit)
		if err == nil && len(idx) != len(values) {
			err = &ShapeError{File: f.src.name, Key: key, Got: a.Shape, Msg: fmt.Sprintf("it needs one entry for each of the %d values", len(values))}
		}
		return idx, err
	}
	rows, err := read("rows", size[0])
	if err != nil {
		return err
	}
	cols, err := read("cols", size[1])
	if err != nil {
		return err
	}
	for k, v := range values {
		t.add(rows[k], cols[k], v)
	}
	return p.completion(f.src.name, &t, size[0], size[1], symmetric, 0)
}

func (p *MatrixProblem) coordinates(f *File, symmetric bool) error {
	m := f.matrix
	t := m.listed
	if t == nil {
		t = &triplets{}
		for j := range m.Cols {
			for k := m.Ptr[j]; k < m.Ptr[j+1]; k++ {
				t.add(int(m.Idx[k]), j, m.Val[k])
			}
		}
	}
	return p.completion(f.src.name, t, m.Rows, m.Cols, symmetric, 1)
}

// completion merges what repeats. base is the index of the first row in messages.
func (p *MatrixProblem) completion(file string, t *triplets, rows, cols int, symmetric bool, base int) error {
	p.Kind, p.P, p.Q = "completion", rows, cols
	if len(t.vals) == 0 {
		return &FormatError{File: file, Msg: "no entry is observed: a completion needs some"}
	}
	if symmetric && rows == cols {
		for k, i := range t.rows {
			if j := t.cols[k]; i < j {
				t.rows[k], t.cols[k] = j, i
			}
		}
	}
	order := countingOrder(t.cols, nil, cols)
	order = countingOrder(t.rows, order, rows)
	var r, c []int
	for at, k := range order {
		i, j, v := int(t.rows[k]), int(t.cols[k]), t.vals[k]
		if at > 0 {
			if last := order[at-1]; int(t.rows[last]) == i && int(t.cols[last]) == j {
				if t.vals[last] != v {
					mirror := ""
					if symmetric {
						mirror = " or its mirror image"
					}
					return &FormatError{File: file, Msg: fmt.Sprintf("entry (%d, %d)%s is given twice, as %v and as %v: remove one of them", i+base, j+base, mirror, t.vals[last], v)}
				}
				p.Merged++
				continue
			}
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &NonFiniteError{File: file, Key: "values", Index: []int{k}, Value: v}
		}
		r, c, p.B = append(r, i), append(c, j), append(p.B, v)
	}
	p.A = linop.Entries(rows, cols, r, c)
	return nil
}
