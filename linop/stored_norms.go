package linop

import (
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/internal/parallel"
)

// storedRowNorms sets dst[i] = ‖w∘(row i of S)‖₂; w = nil means ones.
func storedRowNorms(dst, s []float64, rows, cols int, w []float64) {
	parallel.For(rows, 1+1<<14/(cols+1), func(lo, hi int) {
		t := getWork(cols)
		defer putWork(t)
		for i := lo; i < hi; i++ {
			row := s[i*cols : (i+1)*cols]
			if w != nil {
				copy(t.f, row)
				mulBy(t.f, w)
				row = t.f
			}
			dst[i] = norm2(row)
		}
	})
}

// storedColNorms sets dst[j] = ‖w∘(column j of S)‖₂; w = nil means ones: plain
// sums of squares, and scaled ones for the few columns that need them.
func storedColNorms(dst, s []float64, rows, cols int, w []float64) {
	parallel.For(cols, 512, func(lo, hi int) {
		sum := dst[lo:hi]
		clear(sum)
		for i := range rows {
			c := 1.0
			if w != nil {
				c = w[i]
			}
			row := s[i*cols+lo : i*cols+hi]
			if c == 1 {
				blas.AddSquares(row, sum)
				continue
			}
			for j, v := range row {
				v *= c
				sum[j] += v * v
			}
		}
		for j, q := range sum {
			if r, ok := rootIfSafe(q); ok {
				sum[j] = r
			} else {
				sum[j] = strided(s, lo+j, rows, cols, w)
			}
		}
	})
}

// strided returns the norm of the rows entries s[at], s[at+ld], …, weighted.
func strided(s []float64, at, rows, ld int, w []float64) float64 {
	t := getWork(rows)
	defer putWork(t)
	for i := range rows {
		t.f[i] = s[at+i*ld]
	}
	mulBy(t.f, w)
	return norm2(t.f)
}
