package linop

import (
	"math"

	"github.com/tacit-dev/tacit/internal/parallel"
)

// directKernel is the size of a kernel up to which a convolution of positive
// numbers is summed term by term.
const directKernel = 64

// ColumnNorms sets dst to ‖h‖₂: every column holds the whole kernel once.
func (c *convolution) ColumnNorms(dst []float64) { c.columnNorms(dst, nil) }

// RowNorms sets dst to ‖h‖₂.
func (c *convolution) RowNorms(dst []float64) { c.rowNorms(dst, nil) }

func (c *convolution) columnNorms(dst, w []float64) { c.norms(dst, w, 1) }
func (c *convolution) rowNorms(dst, w []float64)    { c.norms(dst, w, -1) }

// norms sets dst to the norms of the columns (sign 1) or rows (sign −1). The
// squared norms under weights are the convolution or correlation of the squared
// weights with the squared kernel. A fast one is exact to the rounding of
// ‖h²‖‖w²‖; what is much smaller is summed directly.
func (c *convolution) norms(dst, w []float64, sign int) {
	m := c.rows * c.cols
	checkNorms(dst, w, m, m)
	if w == nil {
		fill(dst, c.norm)
		return
	}
	big, tall := largest(w), largest(c.h)
	if big == 0 || tall == 0 {
		clear(dst)
		return
	}
	small := math.Inf(1)
	if len(c.h) > directKernel {
		small = c.fastNorms(dst, w, big, tall, sign)
	}
	parallel.For(m, 1+1<<14/len(c.h), func(lo, hi int) {
		v := getWork(len(c.h))
		defer putWork(v)
		for j := lo; j < hi; j++ {
			if small < dst[j] { // false for an infinite bound
				dst[j] = big * tall * math.Sqrt(dst[j])
				continue
			}
			k := 0
			c.entries(j, sign, func(i int, h float64) { v.f[k] = h * w[i]; k++ })
			dst[j] = norm2(v.f)
		}
	})
}

// fastNorms sets dst to the squared norms in units of (big·tall)² and returns
// the value below which they may have lost digits.
func (c *convolution) fastNorms(dst, w []float64, big, tall float64, sign int) float64 {
	squares := make([]float64, len(c.h))
	for k, v := range c.h {
		squares[k] = square(v / tall)
	}
	weights := getWork(len(w))
	defer putWork(weights)
	for j, v := range w {
		weights.f[j] = square(v / big)
	}
	s := newConvolution(squares, c.hRows, c.hCols, c.rows, c.cols)
	if sign > 0 {
		s.ApplyT(dst, weights.f)
	} else {
		s.Apply(dst, weights.f)
	}
	return smallNorm * s.norm * norm2(weights.f)
}
