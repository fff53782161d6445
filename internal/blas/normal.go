package blas

import "github.com/tacit-dev/tacit/internal/parallel"

// What NormalMul does in one pass, as measured (docs/adr/0007-dense-kernels.md).
const (
	// normalPanel is the number of columns that are multiplied twice while they are
	// in a cache: wide enough for memory to be read in runs, narrow enough that
	// normalRows rows of it fit beside the panel that is being fetched.
	normalPanel = 128
	normalRows  = 3072

	// normalTask is the number of columns of one task. What a task has fetched
	// ahead it uses itself.
	normalTask = 8 * normalPanel

	// normalLarge is the number of elements from which on a matrix is unlikely to
	// be in a cache.
	normalLarge = 1 << 23
)

// NormalMul computes dst = A diag(d) Aᵀ v for the rows×cols matrix A with row
// stride ld; d has length cols, or is nil for the identity; v and dst have length
// rows.
//
// Cost: one pass over A where A is larger than caches are and has at most
// normalRows rows, else two.
func NormalMul(dst, a []float64, rows, cols, ld int, d, v []float64) {
	dst, v = dst[:max(rows, 0)], v[:max(rows, 0)]
	if rows <= normalRows && cols >= 2*normalTask && rows*cols >= normalLarge {
		normalOnce(dst, a, cols, ld, d, v)
		return
	}
	buf := newBuffer(max(cols, 0))
	t := buf.f[:max(cols, 0)]
	GemvT(t, a, rows, cols, ld, v)
	scaleBy(t, d)
	Gemv(dst, a, rows, cols, ld, t)
	buf.free()
}

// scaleBy sets t = d∘t; d may be nil for ones.
func scaleBy(t, d []float64) {
	if d == nil {
		return
	}
	for j, s := range d[:len(t)] {
		t[j] *= s
	}
}

// normalOnce is NormalMul in one pass for a matrix that is not empty: for every panel P of columns it
// adds P D Pᵀv to the result. The second product finds P in a cache, and the two
// fetch one half each of the panel that comes next.
func normalOnce(dst, a []float64, cols, ld int, d, v []float64) {
	rows := len(dst)
	parts := (cols-1)/normalTask + 1
	buf := newBuffer(parts * rows)
	parallel.For(cols, normalTask, func(first, end int) {
		part := buf.f[first/normalTask*rows:][:rows]
		clear(part)
		var panel [normalPanel]float64
		for lo := first; lo < end; lo += normalPanel {
			t := panel[:min(normalPanel, end-lo)]
			ahead := 0
			if lo+normalPanel < end {
				ahead = normalPanel
			}
			clear(t)
			gemvTAhead(t, a[lo:], ld, v, ahead)
			if d != nil {
				scaleBy(t, d[lo:])
			}
			gemvAhead(part, a[lo:], ld, t, ahead)
		}
	})
	sumParts(dst, buf.f, parts)
	buf.free()
}

// gemvTAhead adds Aᵀ y to dst and fetches half of what lies ahead elements on.
func gemvTAhead(dst, a []float64, ld int, y []float64, ahead int) {
	i := 0
	for ; i+band <= len(y); i += band {
		gemvTBandAhead(dst, a[i*ld:], ld, y[i:i+band], ahead)
	}
	for ; i < len(y); i++ {
		axpy(y[i], a[i*ld:i*ld+len(dst)], dst)
	}
}

// gemvAhead adds A x to dst and fetches the other half.
func gemvAhead(dst, a []float64, ld int, x []float64, ahead int) {
	i := 0
	for ; i+band <= len(dst); i += band {
		gemvBandAhead(dst[i:i+band], a[i*ld:], ld, x, ahead)
	}
	for ; i < len(dst); i++ {
		dst[i] += dot(a[i*ld:i*ld+len(x)], x)
	}
}
