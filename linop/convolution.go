package linop

import (
	"slices"
	"sync"

	"github.com/tacit-dev/tacit/internal/parallel"
	"github.com/tacit-dev/tacit/linop/internal/fft"
)

// Convolution returns the circular convolution of sequences of length m with a
// kernel h of at most that length, an m×m matrix:
//
//	(A x)_i = Σ_k h_k x_{(i−k) mod m}
//
// Products cost O(m log m) for any m, on all processors. With
// Compose(Sample(rows, m), A) only some of the rows are measured; rows from
// len(h)−1 on do not wrap around. It panics unless 1 ≤ len(h) ≤ m.
func Convolution(h []float64, m int) Operator { return Convolution2D(h, 1, len(h), 1, m) }

// Convolution2D returns the circular convolution of images of rows×cols pixels
// with a kernel h of hRows×hCols, both stored row by row: m = rows·cols, and
//
//	(A x)_{ij} = Σ_kl h_kl x_{(i−k) mod rows, (j−l) mod cols}
//
// The kernel is copied. It panics unless it has at least one entry and fits
// into the image.
func Convolution2D(h []float64, hRows, hCols, rows, cols int) Operator {
	if len(h) != hRows*hCols || hRows < 1 || hCols < 1 || hRows > rows || hCols > cols {
		panic("linop: the kernel of a convolution is empty or larger than the data")
	}
	return newConvolution(slices.Clone(h), hRows, hCols, rows, cols)
}

// convolution multiplies Fourier transforms. A side whose length has no fast
// transform is padded: the kernel then falls on the periodic continuation of
// the data, or the result is folded back.
type convolution struct {
	h            []float64
	hRows, hCols int
	rows, cols   int

	padRows, padCols int
	along            *fft.Real
	down             *fft.Columns
	spectrum         []complex128 // of the padded kernel, padRows×(padCols/2+1)
	spectra          sync.Pool    // of *[]complex128: room for that of the data
	norm             float64      // ‖h‖₂
}

func newConvolution(h []float64, hRows, hCols, rows, cols int) *convolution {
	c := &convolution{h: h, hRows: hRows, hCols: hCols, rows: rows, cols: cols, norm: norm2(h)}
	c.padRows, c.padCols = padded(rows, hRows, 1), padded(cols, hCols, 2)
	c.along, c.down = fft.NewReal(c.padCols), fft.NewColumns(c.padRows)
	image := make([]float64, c.padRows*c.padCols)
	for k := range hRows {
		copy(image[k*c.padCols:], h[k*hCols:(k+1)*hCols])
	}
	c.spectrum = make([]complex128, c.padRows*c.half())
	c.transform(c.spectrum, image)
	c.spectra.New = func() any { y := make([]complex128, len(c.spectrum)); return &y }
	return c
}

// padded returns a length with a fast transform, a multiple of step: n itself
// or one where a kernel of length k does not wrap.
func padded(n, k, step int) int {
	if n%step == 0 && fft.Smooth(n) {
		return n
	}
	return fft.NextSmooth(n+k-1, step)
}

// half is the number of Fourier coefficients of a padded row.
func (c *convolution) half() int { return c.padCols/2 + 1 }

func (c *convolution) Dims() (n, m int) { return c.rows * c.cols, c.rows * c.cols }

// transform sets dst to the two-dimensional Fourier transform of the padded
// image.
func (c *convolution) transform(dst []complex128, image []float64) {
	half := c.half()
	eachRow(c.padRows, c.padCols, func(i int) {
		c.along.Forward(dst[i*half:(i+1)*half], image[i*c.padCols:(i+1)*c.padCols])
	})
	if c.padRows > 1 {
		c.down.Transform(dst, dst, nil, half)
	}
}

// invert sets image to the inverse transform of y, which it overwrites. An
// inverse transform of columns is the conjugate of the transform of the
// conjugate.
func (c *convolution) invert(image []float64, y []complex128) {
	half := c.half()
	if c.padRows > 1 {
		conjugate(y)
		c.down.Transform(y, y, nil, half)
		conjugate(y)
	}
	scale := 1 / float64(c.padRows)
	eachRow(c.padRows, c.padCols, func(i int) {
		row := image[i*c.padCols : (i+1)*c.padCols]
		c.along.Backward(row, y[i*half:(i+1)*half])
		for j := range row {
			row[j] *= scale
		}
	})
}

func conjugate(y []complex128) {
	for i, v := range y {
		y[i] = complex(real(v), -imag(v))
	}
}

// Apply sets dst = h ∗ x.
func (c *convolution) Apply(dst, x []float64) {
	check(dst, x, c.rows*c.cols, c.rows*c.cols)
	image := getWork(c.padRows * c.padCols)
	defer putWork(image)
	clear(image.f)
	for i := range c.rows {
		copy(image.f[i*c.padCols:], x[i*c.cols:(i+1)*c.cols])
	}
	c.multiply(image.f, false)
	clear(dst)
	for i := range c.wrapped(c.rows, c.hRows, c.padRows) {
		from, to := image.f[i*c.padCols:], dst[i%c.rows*c.cols:][:c.cols]
		for j := range to {
			to[j] += from[j]
		}
		for j := c.cols; j < c.wrapped(c.cols, c.hCols, c.padCols); j++ {
			to[j-c.cols] += from[j]
		}
	}
}

// wrapped returns how far a padded side of length n meets a kernel of length k.
func (c *convolution) wrapped(n, k, pad int) int { return min(pad, n+k-1) }

// ApplyT sets dst to the correlation of y with h: x_j = Σ_k h_k y_{(j+k) mod m}.
func (c *convolution) ApplyT(dst, y []float64) {
	check(dst, y, c.rows*c.cols, c.rows*c.cols)
	image := getWork(c.padRows * c.padCols)
	defer putWork(image)
	clear(image.f)
	for i := range c.wrapped(c.rows, c.hRows, c.padRows) {
		from, to := y[i%c.rows*c.cols:][:c.cols], image.f[i*c.padCols:]
		copy(to, from)
		for j := c.cols; j < c.wrapped(c.cols, c.hCols, c.padCols); j++ {
			to[j] = from[j-c.cols]
		}
	}
	c.multiply(image.f, true)
	for i := range c.rows {
		copy(dst[i*c.cols:(i+1)*c.cols], image.f[i*c.padCols:])
	}
}

// multiply replaces the padded image by its circular convolution with the
// kernel, or by the correlation.
func (c *convolution) multiply(image []float64, correlate bool) {
	room := c.spectra.Get().(*[]complex128)
	defer c.spectra.Put(room)
	y := *room
	c.transform(y, image)
	parallel.For(len(y), 1<<13, func(lo, hi int) {
		for k := lo; k < hi; k++ {
			s := c.spectrum[k]
			if correlate {
				s = complex(real(s), -imag(s))
			}
			y[k] *= s
		}
	})
	c.invert(image, y)
}

// entries calls visit(k, v) for the kernel entries v around the entry at: k is
// at + kernel offset, or at − kernel offset if sign is −1, wrapped around.
func (c *convolution) entries(at, sign int, visit func(k int, v float64)) {
	row, col := at/c.cols, at%c.cols
	for k := range c.hRows {
		i := (row + sign*k + c.rows) % c.rows
		for l := range c.hCols {
			j := (col + sign*l + c.cols) % c.cols
			visit(i*c.cols+j, c.h[k*c.hCols+l])
		}
	}
}

// Columns costs O(m) per column.
func (c *convolution) Columns(dst []float64, idx []int) {
	m := c.rows * c.cols
	if len(dst) != len(idx)*m {
		panic(errShape)
	}
	checkIndices(idx, m)
	clear(dst)
	for p, j := range idx {
		col := dst[p*m : (p+1)*m]
		c.entries(j, 1, func(i int, v float64) { col[i] = v })
	}
}

// Row visits the kernel, in O(len(h) log len(h)).
func (c *convolution) Row(i int, visit func(j int, v float64)) {
	if uint(i) >= uint(c.rows*c.cols) {
		panic(errIndex)
	}
	type entry struct {
		j int
		v float64
	}
	row := make([]entry, 0, len(c.h))
	c.entries(i, -1, func(j int, v float64) { row = append(row, entry{j, v}) })
	slices.SortFunc(row, func(a, b entry) int { return a.j - b.j })
	for _, e := range row {
		visit(e.j, e.v)
	}
}
