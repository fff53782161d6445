package fft

import (
	"sync"

	"github.com/tacit-dev/tacit/internal/parallel"
)

// width is how many columns are transformed at once: their pieces of a row
// fill whole cache lines, and the copy of the columns stays small.
const width = 16

// Columns is a complex transform of the columns of a matrix with n rows.
type Columns struct {
	n       int
	level   []pass
	buffers sync.Pool // of *buffer
}

// buffer holds sequences and room to transform them.
type buffer struct{ x, y []complex128 }

func newBuffer(n int) *buffer { return &buffer{make([]complex128, n), make([]complex128, n)} }

// NewColumns returns the transform of columns of the smooth length n. It panics
// unless n is smooth.
func NewColumns(n int) *Columns {
	if !Smooth(n) {
		panic("fft: length has a prime factor beyond 5")
	}
	t := &Columns{n: n, level: passes(n)}
	t.buffers.New = func() any { return newBuffer(n * width) }
	return t
}

// Transform sets every column of dst to the transform of that column of x,
// times the factors if there are any. All are n×cols matrices stored by rows;
// dst may be x.
func (t *Columns) Transform(dst, x, factors []complex128, cols int) {
	if len(dst) != t.n*cols || len(x) != t.n*cols {
		panic(errLength)
	}
	parallel.For(cols, width, func(lo, hi int) {
		b := t.buffers.Get().(*buffer)
		defer t.buffers.Put(b)
		w := hi - lo
		in := b.x[:t.n*w]
		for k := range t.n {
			copy(in[k*w:(k+1)*w], x[k*cols+lo:])
		}
		out := run(t.level, in, b.y[:t.n*w], w)
		for k := range t.n {
			from, to := out[k*w:][:w], dst[k*cols+lo:][:w]
			if factors == nil {
				copy(to, from)
				continue
			}
			f := factors[k*cols+lo:][:w]
			for q, v := range from {
				to[q] = v * f[q]
			}
		}
	})
}

// transformRows transforms the rows of the matrix x with n columns, width at a
// time, and writes the transpose of the result.
func (t *Columns) transformRows(dst, x []complex128, rows int) {
	n := t.n
	parallel.For(rows, width, func(lo, hi int) {
		b := t.buffers.Get().(*buffer)
		defer t.buffers.Put(b)
		w := hi - lo
		in := b.x[:n*w]
		for q := range w {
			for j, v := range x[(lo+q)*n:][:n] {
				in[j*w+q] = v
			}
		}
		out := run(t.level, in, b.y[:n*w], w)
		for k := range n {
			copy(dst[k*rows+lo:], out[k*w:(k+1)*w])
		}
	})
}
