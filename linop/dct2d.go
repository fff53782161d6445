package linop

import (
	"github.com/tacit-dev/tacit/internal/parallel"
	"github.com/tacit-dev/tacit/linop/internal/fft"
)

// DCT2D returns the orthonormal two-dimensional discrete cosine transform of
// type II of images of rows×cols pixels, stored row by row: m = rows·cols, and
//
//	A x = C_rows X C_colsᵀ   for the image X of x
//
// where C is the matrix of PartialDCT with all rows. A product costs that of
// the transforms of all rows and columns, on all processors. It panics if a
// side is less than 1.
func DCT2D(rows, cols int) Operator {
	if rows < 1 || cols < 1 {
		panic("linop: DCT2D of an empty image")
	}
	c := &dct2D{rows: rows, cols: cols, down: fullDCT(rows)}
	c.along = c.down
	if cols != rows {
		c.along = fullDCT(cols)
	}
	return c
}

// fullDCT returns the transform of length m with all rows.
func fullDCT(m int) *partialDCT {
	rows := make([]int, m)
	for k := range rows {
		rows[k] = k
	}
	return newPartialDCT(rows, m)
}

type dct2D struct {
	rows, cols  int
	down, along *partialDCT // of a column, of a row
}

func (c *dct2D) Dims() (n, m int) { return c.rows * c.cols, c.rows * c.cols }

func (c *dct2D) Apply(dst, x []float64) {
	c.transform(dst, x, (*fft.Cosine).Forward)
}

func (c *dct2D) ApplyT(dst, y []float64) {
	c.transform(dst, y, (*fft.Cosine).Backward)
}

func (c *dct2D) transform(dst, x []float64, one func(c *fft.Cosine, dst, x []float64)) {
	m := c.rows * c.cols
	check(dst, x, m, m)
	w := getWork(m)
	defer putWork(w)
	each := func(n, length int, t *fft.Cosine, dst, x []float64) {
		parallel.For(n, 1+1<<12/length, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				one(t, dst[i*length:(i+1)*length], x[i*length:(i+1)*length])
			}
		})
	}
	each(c.rows, c.cols, c.along.transform, dst, x)
	transpose(w.f, dst, c.rows, c.cols)
	each(c.cols, c.rows, c.down.transform, w.f, w.f)
	transpose(dst, w.f, c.cols, c.rows)
}

// transpose sets dst to the transpose of the rows×cols matrix x, in squares
// whose rows fill cache lines.
func transpose(dst, x []float64, rows, cols int) {
	const side = 16
	parallel.For(rows, side, func(lo, hi int) {
		for left := 0; left < cols; left += side {
			for j := left; j < min(left+side, cols); j++ {
				for i := lo; i < hi; i++ {
					dst[j*rows+i] = x[i*cols+j]
				}
			}
		}
	})
}

// Columns costs O(m) per column, the product of two cosines per entry.
func (c *dct2D) Columns(dst []float64, idx []int) {
	m := c.rows * c.cols
	if len(dst) != len(idx)*m {
		panic(errShape)
	}
	checkIndices(idx, m)
	u, v := make([]float64, c.rows), make([]float64, c.cols)
	for k, j := range idx {
		c.down.Columns(u, []int{j / c.cols})
		c.along.Columns(v, []int{j % c.cols})
		for p, f := range u {
			row := dst[k*m+p*c.cols:][:len(v)]
			for q, g := range v {
				row[q] = f * g
			}
		}
	}
}

// Row visits all m entries of row i.
func (c *dct2D) Row(i int, visit func(j int, v float64)) {
	if uint(i) >= uint(c.rows*c.cols) {
		panic(errIndex)
	}
	c.down.Row(i/c.cols, func(p int, f float64) {
		c.along.Row(i%c.cols, func(q int, g float64) { visit(p*c.cols+q, f*g) })
	})
}
