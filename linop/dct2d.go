package linop

import (
	"math"

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

// ColumnNorms sets dst to ones.
func (c *dct2D) ColumnNorms(dst []float64) { c.columnNorms(dst, nil) }

// RowNorms sets dst to ones.
func (c *dct2D) RowNorms(dst []float64) { c.rowNorms(dst, nil) }

// columnNorms sums, with cos² = (1 + cos 2·)/2 in both directions, a
// two-dimensional cosine series for the squared norms; columns with a norm far
// below the mean are summed directly.
func (c *dct2D) columnNorms(dst, w []float64) {
	m := c.rows * c.cols
	checkNorms(dst, w, m, m)
	if w == nil {
		fill(dst, 1)
		return
	}
	big := largest(w)
	if big == 0 {
		clear(dst)
		return
	}
	series := getWork(m)
	defer putWork(series)
	clear(series.f)
	var total float64
	for p := range c.rows {
		for q := range c.cols {
			v := w[p*c.cols+q] / big
			v *= v
			total += v * square(cosineScale(p, c.rows)) * square(cosineScale(q, c.cols))
			// The series is divided by the scale of its terms and multiplied by
			// that of the row.
			for _, a := range doubled(p, c.rows) {
				for _, b := range doubled(q, c.cols) {
					if a.factor != 0 && b.factor != 0 {
						series.f[a.at*c.cols+b.at] += v * a.factor * b.factor
					}
				}
			}
		}
	}
	c.ApplyT(dst, series.f)
	c.finish(dst, big, smallNorm*total, func(j int, out []float64) { c.Columns(out, []int{j}) }, w)
}

// rowNorms is the mirror of columnNorms: cosine sums of the squared weights.
func (c *dct2D) rowNorms(dst, w []float64) {
	m := c.rows * c.cols
	checkNorms(dst, w, m, m)
	if w == nil {
		fill(dst, 1)
		return
	}
	big := largest(w)
	if big == 0 {
		clear(dst)
		return
	}
	sums := getWork(m)
	defer putWork(sums)
	var mean float64
	for j, v := range w {
		dst[j] = square(v / big)
		mean += dst[j] / float64(m)
	}
	c.Apply(sums.f, dst)
	for p := range c.rows {
		for q := range c.cols {
			var sum float64
			for _, a := range doubled(p, c.rows) {
				for _, b := range doubled(q, c.cols) {
					sum += a.factor * b.factor * sums.f[a.at*c.cols+b.at]
				}
			}
			dst[p*c.cols+q] = sum
		}
	}
	c.finish(dst, big, smallNorm*mean, func(i int, out []float64) {
		c.Row(i, func(j int, v float64) { out[j] = v })
	}, w)
}

// finish replaces the squared norms q by norms: big·√q where q > small, else
// the norm of the vector itself, weighted.
func (c *dct2D) finish(q []float64, big, small float64, vector func(k int, out []float64), w []float64) {
	v := getWork(len(q))
	defer putWork(v)
	for k := range q {
		if q[k] > small {
			q[k] = big * math.Sqrt(q[k])
			continue
		}
		vector(k, v.f)
		mulBy(v.f, w)
		q[k] = norm2(v.f)
	}
}

// term is an entry of an orthonormal cosine transform times a factor.
type term struct {
	at     int
	factor float64
}

// doubled writes the squares of row k, s_k² cos² kθ_j = s_k² (1 + cos 2kθ_j)/2,
// in rows of the orthonormal transform of length m. cos 2kθ_j beyond the last
// row is −cos (2m−2k)θ_j, and zero for 2k = m.
func doubled(k, m int) [2]term {
	half := square(cosineScale(k, m)) / 2
	t := [2]term{{0, half / cosineScale(0, m)}, {}}
	switch {
	case 2*k < m:
		t[1] = term{2 * k, half / cosineScale(2*k, m)}
	case 2*k > m:
		t[1] = term{2 * (m - k), -half / cosineScale(2*(m-k), m)}
	}
	return t
}

// cosineScale returns s_k of the orthonormal transform of length m.
func cosineScale(k, m int) float64 {
	if k == 0 {
		return math.Sqrt(1 / float64(m))
	}
	return math.Sqrt(2 / float64(m))
}

func square(x float64) float64 { return x * x }
