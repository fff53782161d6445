package dataio

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tacit-dev/tacit/linop"
)

// ProblemOptions say how the files of a problem are to be understood.
type ProblemOptions struct {
	LoadOptions
	Transpose bool   // the file holds Aᵀ
	Label     string // the column of a table that is the right-hand side
}

// Problem is Ax = b with A n×m and b of length n, as read from files.
type Problem struct {
	A      linop.Operator
	B      []float64
	Inputs map[string]*Input // "A" and, if it came from another file, "b"
}

// LoadProblem reads A and b. With an empty pathB both come from pathA: an .npz
// file with the arrays A (or the layout of scipy.sparse.save_npz) and b, a table
// whose column opt.Label is b, or LIBSVM/SVMlight rows whose labels are b; X and y
// of an .npz file are points and their labels.
// pathA may name an operator without a matrix: "op:dct2:ROWS.npy:M",
// "op:hadamard:ROWS.npy:M" or "op:conv:KERNEL.npy:M".
// The caller closes the problem.
func LoadProblem(pathA, pathB string, opt ProblemOptions) (*Problem, error) {
	if pathA == "-" && pathB == "-" {
		return nil, &FormatError{File: "stdin", Msg: "it cannot be both A and b: give one of them as a file, or both in one .npz"}
	}
	p := &Problem{Inputs: map[string]*Input{}}
	if err := p.load(pathA, pathB, opt); err != nil {
		ignoreClose(p)
		return nil, err
	}
	return p, nil
}

func (p *Problem) load(pathA, pathB string, opt ProblemOptions) error {
	if strings.HasPrefix(pathA, operatorPrefix) {
		op, in, err := loadOperator(pathA, opt.LoadOptions)
		if err != nil {
			return err
		}
		p.A, p.Inputs["A"] = op, in
		if opt.Transpose {
			p.A, in.Rows, in.Cols = linop.Transpose(op), in.Cols, in.Rows
		}
	} else if err := p.loadMatrix(pathA, pathB == "", opt); err != nil {
		return err
	}
	if p.B == nil {
		if pathB == "" {
			return &FormatError{File: pathA, Msg: "the right-hand side b is missing: give it as a second file"}
		}
		b, in, err := LoadVector(pathB, "b", opt.Label, -1, opt.LoadOptions)
		if err != nil {
			return err
		}
		p.B, p.Inputs["b"] = b, in
	}
	return p.checkShapes()
}

// loadMatrix reads A and, if it is to be found in the same file, b.
func (p *Problem) loadMatrix(path string, both bool, opt ProblemOptions) error {
	f, err := Load(path, opt.LoadOptions)
	if err != nil {
		return err
	}
	p.Inputs["A"] = &Input{Path: path, file: f} // Close must find it
	m, b, err := f.matrixAndRHS(both, opt.Label)
	if err != nil {
		return err
	}
	if opt.Transpose {
		m = m.T()
	}
	p.A, p.B, p.Inputs["A"] = m.Operator(), b, newInput(f, m)
	return nil
}

// matrixAndRHS returns A and, if both is set and the file has it, b.
func (f *File) matrixAndRHS(both bool, label string) (*Matrix, []float64, error) {
	if !both {
		m, err := f.Matrix("A")
		return m, nil, err
	}
	switch f.Format {
	case Table:
		if label == "" {
			return nil, nil, &FormatError{File: f.src.name, Msg: "the right-hand side b is missing: give it as a second file, or name its column with --label"}
		}
		m, b, err := f.SplitColumn(label)
		if err == nil && m == nil {
			err = &FormatError{File: f.src.name, Msg: fmt.Sprintf("the column %q is the only one: A needs at least one column", label)}
		}
		return m, b, err
	case SVMLight:
		return f.matrix, f.Labels, nil
	case NPZ:
		if f.Has("X", "y") && !f.Has("A") && !f.Has("b") { // labelled points
			m, err := f.Matrix("X")
			if err != nil {
				return nil, nil, err
			}
			y, err := f.Vector("y")
			return m, y, err
		}
		if !f.Has("b") {
			return nil, nil, &FormatError{File: f.src.name, Msg: fmt.Sprintf("it has no array \"b\", only %s: add it or give b as a second file", strings.Join(f.Keys(), ", "))}
		}
		m, err := f.Matrix("A")
		if err != nil {
			return nil, nil, err
		}
		b, err := f.Vector("b")
		return m, b, err
	}
	m, err := f.Matrix("A")
	return m, nil, err
}

func (p *Problem) checkShapes() error {
	n, m := p.A.Dims()
	if len(p.B) == n {
		return nil
	}
	where := p.Inputs["b"]
	if where == nil {
		where = p.Inputs["A"]
	}
	msg := fmt.Sprintf("b needs one entry for each of the n = %d rows of A (%s is %d×%d)", n, p.Inputs["A"].Path, n, m)
	if len(p.B) == m {
		msg += "; if the file holds the transposed matrix, use --transpose"
	}
	return &ShapeError{File: where.Path, Got: []int{len(p.B)}, Msg: msg}
}

// StartHash begins to compute the digests of the inputs on goroutines of their
// own.
func (p *Problem) StartHash() {
	for _, in := range p.Inputs {
		in.StartHash()
	}
}

// Close releases the files. A and B stay valid.
func (p *Problem) Close() error {
	var errs []error
	for _, in := range p.Inputs {
		errs = append(errs, in.Close())
	}
	return errors.Join(errs...)
}
