package linop

import (
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/internal/parallel"
)

// The products of this file work on S, a rows×cols matrix stored row by row.
// A row-major A is S itself, a column-major A is Sᵀ.

// gatherShare is the share of nonzeros of x below which S x reads only the
// entries it needs: a cache line holds 8 numbers, so above it every line of a
// row is touched anyway.
const gatherShare = 8

// storedMul sets dst = S x.
func storedMul(dst, s []float64, rows, cols int, x []float64) {
	k := nonzeros(x)
	if gatherShare*k >= cols {
		blas.Gemv(dst, s, rows, cols, cols, x)
		return
	}
	idx := support(x, k)
	storedPickMul(dst, s, rows, cols, idx, pick(x, idx))
}

// storedPickMul sets dst = Σ_k v[k]·(column idx[k] of S).
func storedPickMul(dst, s []float64, rows, cols int, idx []int, v []float64) {
	parallel.For(rows, 1+1<<15/(len(idx)+1), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := s[i*cols : (i+1)*cols]
			var sum float64
			for p, j := range idx {
				sum += row[j] * v[p]
			}
			dst[i] = sum
		}
	})
}

// storedMulT sets dst = Sᵀ y. Rows with a zero in y are not read when they are
// the majority.
func storedMulT(dst, s []float64, rows, cols int, y []float64) {
	k := nonzeros(y)
	if 2*k >= rows {
		blas.GemvT(dst, s, rows, cols, cols, y)
		return
	}
	idx := support(y, k)
	parallel.For(cols, 1024, func(lo, hi int) {
		clear(dst[lo:hi])
		for _, i := range idx {
			blas.Axpy(y[i], s[i*cols+lo:i*cols+hi], dst[lo:hi])
		}
	})
}

// storedPickMulT sets dst[k] = ⟨column idx[k] of S, y⟩.
func storedPickMulT(dst, s []float64, rows, cols int, y []float64, idx []int) {
	parallel.For(len(idx), 256, func(lo, hi int) {
		clear(dst[lo:hi])
		for i := range rows {
			row := s[i*cols : (i+1)*cols]
			for k := lo; k < hi; k++ {
				dst[k] += row[idx[k]] * y[i]
			}
		}
	})
}

// normalBlocks bounds the partial sums of storedNormalMul.
const normalBlocks = 16

// storedNormalMul sets dst = Sᵀ diag(d) S v. Each row of S is read once: its
// second use finds it in cache. The sums of fixed blocks of rows are added in
// order, so that the result does not depend on the number of threads.
func storedNormalMul(dst, s []float64, rows, cols int, d, v []float64) {
	grain := max(64, (rows+normalBlocks-1)/normalBlocks)
	blocks := (rows + grain - 1) / grain
	w := getWork(blocks * cols)
	defer putWork(w)
	parallel.For(blocks, 1, func(blo, bhi int) {
		for b := blo; b < bhi; b++ {
			part := w.f[b*cols : (b+1)*cols]
			clear(part)
			for i := b * grain; i < min((b+1)*grain, rows); i++ {
				row := s[i*cols : (i+1)*cols]
				if d == nil {
					blas.Axpy(blas.Dot(row, v), row, part)
				} else if d[i] != 0 {
					blas.Axpy(d[i]*blas.Dot(row, v), row, part)
				}
			}
		}
	})
	sumParts(dst, w.f, blocks)
}

// sumParts sets dst to the sum of the consecutive vectors in parts, in order.
func sumParts(dst, parts []float64, blocks int) {
	clear(dst)
	for b := range blocks {
		blas.Axpy(1, parts[b*len(dst):(b+1)*len(dst)], dst)
	}
}
