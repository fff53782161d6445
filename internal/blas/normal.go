package blas

import "github.com/tacit-dev/tacit/internal/parallel"

// normalPanel is the number of elements of a column panel that NormalMul goes
// over twice: it should still be in the cache the second time.
var normalPanel = 1 << 16

// NormalMul computes dst = A diag(d) Aᵀ v for the rows×cols matrix A with row
// stride ld; d has length cols, or is nil for the identity; v and dst have length
// rows.
//
// Cost: one pass over A from memory. It goes over column panels P that fit a
// cache: t = A_Pᵀ v, t ← d t, and then A_P t while the panel is there; the
// panels' parts of dst are added in their order.
func NormalMul(dst, a []float64, rows, cols, ld int, d, v []float64) {
	dst, v = dst[:max(rows, 0)], v[:max(rows, 0)]
	if rows <= 0 {
		return
	}
	if cols <= 0 {
		clear(dst)
		return
	}
	const line = 64 // columns; shorter pieces of a row waste the prefetcher
	grain := roundUp(normalPanel/rows+1, line)
	parts := (cols-1)/grain + 1
	buf := newBuffer(parts*rows + cols)
	t := buf.f[parts*rows:][:cols]
	parallel.For(cols, grain, func(lo, hi int) {
		tp := t[lo:hi]
		clear(tp)
		gemvTRows(tp, a[lo:], ld, v)
		if d != nil {
			for j, s := range d[lo:hi] {
				tp[j] *= s
			}
		}
		gemvRows(buf.f[lo/grain*rows:][:rows], a[lo:], hi-lo, ld, tp)
	})
	sumParts(dst, buf.f, parts)
	buf.free()
}
