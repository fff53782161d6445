package dataio

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/tacit-dev/tacit/internal/parallel"
	"github.com/tacit-dev/tacit/linop"
)

// Panels are some neighbouring columns of a matrix in a file, the rest of which
// was never in memory.
type Panels struct {
	Rows, Cols int              // of the whole matrix
	Parts      []linop.Operator // the panels, from left to right
	Input      *Input
}

// LoadPanels reads columns of the matrix in an .npy file of either order, or in a
// Matrix Market file. cut is asked, with the shape of the matrix, for the edges
// of the panels: panel p has the columns from edges[p] to edges[p+1]−1. Of an
// .npy file only their bytes are read; the text of a Matrix Market file is read
// through, and only their entries are kept. The caller closes the input.
func LoadPanels(path string, cut func(rows, cols int) (edges []int, err error), opt ProblemOptions) (*Panels, error) {
	if path == "-" {
		return nil, &FormatError{File: "stdin", Msg: "it cannot be read in parts: give A as a file"}
	}
	src, err := openSource(path, nil)
	if err != nil {
		return nil, err
	}
	r := &panelReader{src: src, cut: cut, transpose: opt.Transpose}
	r.scratch.New = func() any { return make([]byte, readChunk) }
	p, err := r.read()
	if err != nil {
		_ = src.close() // it was only read: nothing can be lost
		return nil, err
	}
	return p, nil
}

// Problem completes a matrix that was read in panels, a, by the right-hand side
// in another file.
func (p *Panels) Problem(a linop.Operator, pathB string, opt ProblemOptions) (*Problem, error) {
	q := &Problem{A: a, Inputs: map[string]*Input{"A": p.Input}}
	if s, ok := a.(interface{ NNZ() int }); ok {
		p.Input.NNZ = s.NNZ()
	}
	b, in, err := LoadVector(pathB, "b", opt.Label, -1, opt.LoadOptions)
	if err != nil {
		return nil, err
	}
	q.B, q.Inputs["b"] = b, in
	if err := q.checkShapes(); err != nil {
		ignoreClose(in)
		return nil, err
	}
	return q, nil
}

// Signature tells files apart that differ in size, shape, or in their first or
// last bytes: what ranks compare that each read a part of one file.
func (p *Panels) Signature() (string, error) {
	s := p.Input.file.src
	digest, err := s.ends(sniffLength)
	return fmt.Sprintf("%s, %d×%d, %d bytes, %s", p.Input.Format, p.Rows, p.Cols, s.size, digest), err
}

type panelReader struct {
	src       *source
	cut       func(rows, cols int) ([]int, error)
	transpose bool

	rows, cols int // of A
	edges      []int
	scratch    sync.Pool
}

func (r *panelReader) read() (*Panels, error) {
	start, err := r.src.prefix(sniffLength)
	if err != nil {
		return nil, err
	}
	if len(start) >= 2 && string(start[:2]) == gzipMagic {
		return nil, &FormatError{File: r.src.name, Msg: "it is compressed with gzip: decompress it, so that a part of it can be read"}
	}
	format, err := sniff(r.src.name, start)
	if err != nil {
		return nil, err
	}
	p := &Panels{}
	var whole *Matrix
	switch format {
	case NPY:
		whole, err = r.npy(p)
	case MatrixMarket:
		whole, err = r.matrixMarket(p)
	default:
		err = &FormatError{File: r.src.name, Msg: "its format (" + string(format) + ") cannot be read in parts: save A as .npy or in Matrix Market format"}
	}
	if err != nil {
		return nil, err
	}
	p.Rows, p.Cols = r.rows, r.cols
	p.Input = newInput(&File{Path: r.src.name, Format: format, src: r.src}, whole)
	p.Input.Rows, p.Input.Cols = r.rows, r.cols
	return p, nil
}

// choose asks for the columns, for a file that holds a rows×cols matrix.
func (r *panelReader) choose(rows, cols int) (err error) {
	r.rows, r.cols = rows, cols
	if r.transpose {
		r.rows, r.cols = cols, rows
	}
	r.edges, err = r.cut(r.rows, r.cols)
	return err
}

// line is room for a row of a rank's columns.
type line struct{ f []float64 }

// npy reads what the header of an .npy file says is there.
func (r *panelReader) npy(p *Panels) (*Matrix, error) {
	h, t, err := readNPYHeader(io.NewSectionReader(r.src, 0, r.src.size), uint64(r.src.size))
	if err != nil {
		return nil, headerFailure(r.src.name, "", err)
	}
	m, err := h.array(t, r.src.name, "").Matrix() // its shape, without the data
	if err != nil {
		return nil, err
	}
	if err := r.choose(m.Rows, m.Cols); err != nil {
		return nil, err
	}
	// Lines of A are rows, or columns if those are contiguous in the file.
	byColumn := m.ColMajor != r.transpose
	n, lo := r.rows, r.edges[0]
	panels := make([][]float64, len(r.edges)-1)
	for k := range panels {
		panels[k] = make([]float64, n*(r.edges[k+1]-r.edges[k]))
		if byColumn {
			p.Parts = append(p.Parts, linop.NewDenseColMajor(n, r.edges[k+1]-r.edges[k], panels[k]))
		} else {
			p.Parts = append(p.Parts, linop.NewDense(n, r.edges[k+1]-r.edges[k], panels[k]))
		}
	}
	a := h.array(t, r.src.name, "")
	if byColumn {
		for k, data := range panels {
			if err := r.entries(a, t, h.offset, r.edges[k]*n, data); err != nil {
				return nil, err
			}
		}
		return m, nil
	}
	width := r.edges[len(r.edges)-1] - lo
	buffers := sync.Pool{New: func() any { return &line{make([]float64, width)} }}
	lines := func(first, last int) error {
		buffer := buffers.Get().(*line)
		defer buffers.Put(buffer)
		line := buffer.f
		for i := first; i < last; i++ {
			if err := r.entries(a, t, h.offset, i*r.cols+lo, line); err != nil {
				return err
			}
			for k, data := range panels {
				w := r.edges[k+1] - r.edges[k]
				copy(data[i*w:(i+1)*w], line[r.edges[k]-lo:])
			}
		}
		return nil
	}
	return m, firstFailure(n, 1+readChunk/t.size/max(width, 1), lines)
}

// entries reads the entries of the file from number at on.
func (r *panelReader) entries(a *Array, t dtype, offset, at int, dst []float64) error {
	grain := readChunk / t.size
	return firstFailure(len(dst), grain, func(lo, hi int) error {
		raw := t.buffer(dst[lo:hi], &r.scratch)
		defer t.release(raw, &r.scratch)
		n, err := r.src.ReadAt(raw, int64(offset)+int64(at+lo)*int64(t.size))
		if n < len(raw) {
			return readFailure(a, err)
		}
		return a.decode(t, at+lo, dst[lo:hi], raw)
	})
}

// firstFailure runs do on blocks of [0, n) and returns the error of the first
// block that failed.
func firstFailure(n, grain int, do func(lo, hi int) error) error {
	errs := make([]error, (n+grain-1)/grain)
	parallel.For(n, grain, func(lo, hi int) { errs[lo/grain] = do(lo, hi) })
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// mmBlock is what is kept of a Matrix Market file: the columns lo ≤ j < hi of A,
// which has the given shape and is the transpose of what the file holds if so
// said. nil is everything.
type mmBlock struct {
	lo, hi     int
	rows, cols int
	transpose  bool
}

// place returns where an entry of the file is in the block.
func (b *mmBlock) place(i, j int) (row, col int, ok bool) {
	if b == nil {
		return i, j, true
	}
	if b.transpose {
		i, j = j, i
	}
	return i, j - b.lo, b.lo <= j && j < b.hi
}

// named gives an entry of the block its place in the file.
func (b *mmBlock) named(err error) error {
	var e *NonFiniteError
	if b == nil || !errors.As(err, &e) {
		return err
	}
	e.Index[1] += b.lo
	if b.transpose {
		e.Index[0], e.Index[1] = e.Index[1], e.Index[0]
	}
	return e
}

// share is the part of the columns that the block has.
func (b *mmBlock) share() float64 { return float64(b.hi-b.lo) / float64(b.cols) }

func (r *panelReader) matrixMarket(p *Panels) (*Matrix, error) {
	m := &mmParser{lines: streamLines(r.src.name, io.NewSectionReader(r.src, 0, r.src.size), r.src.size)}
	m.cut = func(rows, cols int) (*mmBlock, error) {
		err := r.choose(rows, cols)
		if err != nil {
			return nil, err
		}
		return &mmBlock{lo: r.edges[0], hi: r.edges[len(r.edges)-1], rows: r.rows, cols: r.cols, transpose: r.transpose}, nil
	}
	block, err := m.matrix()
	if m.err != nil {
		return nil, m.err // it is why the text ended
	}
	if err != nil {
		return nil, err
	}
	for k := range len(r.edges) - 1 {
		p.Parts = append(p.Parts, block.columns(r.edges[k]-r.edges[0], r.edges[k+1]-r.edges[0]).Operator())
	}
	return block, nil
}

// columns returns the columns lo ≤ j < hi of a matrix stored by columns, sharing
// its data.
func (m *Matrix) columns(lo, hi int) *Matrix {
	c := *m
	c.Cols = hi - lo
	if m.Kind == Dense {
		c.Val = m.Val[lo*m.Rows : hi*m.Rows]
		return &c
	}
	first, last := m.Ptr[lo], m.Ptr[hi]
	c.Ptr = make([]int, hi-lo+1)
	for j := range c.Ptr {
		c.Ptr[j] = m.Ptr[lo+j] - first
	}
	c.Idx, c.Val = m.Idx[first:last], m.Val[first:last]
	return &c
}
