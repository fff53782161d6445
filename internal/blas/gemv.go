package blas

import (
	"math/bits"

	"github.com/tacit-dev/tacit/internal/parallel"
)

// band is the number of rows that the matrix–vector kernels read side by side.
const band = 4

// taskWork is the number of elements of a matrix that one task reads: about four
// microseconds. serialWork is the number up to which one thread reads all of them.
const (
	taskWork   = 1 << 15
	serialWork = 1 << 17
)

// Gemv computes dst = A x for the rows×cols matrix A with row stride ld.
//
// Cost: one pass over A.
func Gemv(dst, a []float64, rows, cols, ld int, x []float64) {
	dst, x = dst[:max(rows, 0)], x[:max(cols, 0)]
	if cols <= 0 {
		clear(dst)
		return
	}
	if rows*cols <= serialWork {
		gemvRows(dst, a, cols, ld, x)
		return
	}
	grain := roundUp(taskWork/cols+1, band)
	parallel.For(rows, grain, func(lo, hi int) {
		gemvRows(dst[lo:hi], a[lo*ld:], cols, ld, x)
	})
}

// gemvRows is Gemv on one thread.
func gemvRows(dst, a []float64, cols, ld int, x []float64) {
	i := 0
	for ; i+band <= len(dst); i += band {
		gemvBand(dst[i:i+band], a[i*ld:], ld, x)
	}
	for ; i < len(dst); i++ {
		dst[i] = dot(a[i*ld:i*ld+cols], x)
	}
}

// GemvT computes dst = Aᵀ y for the rows×cols matrix A with row stride ld.
//
// Cost: one pass over A.
func GemvT(dst, a []float64, rows, cols, ld int, y []float64) {
	dst, y = dst[:max(cols, 0)], y[:max(rows, 0)]
	if cols <= 0 {
		return
	}
	if rows*cols <= serialWork {
		clear(dst)
		gemvTRows(dst, a, ld, y)
		return
	}
	// Long runs of memory are read fastest: A is cut between rows, and the parts
	// of the result are added in their order. The limit keeps these few against
	// the rows; a power of two of them is shared evenly by most numbers of threads.
	const maxParts, minRows = 16, 32
	if most := min(maxParts, rows/minRows, rows*cols/taskWork); most > 1 {
		parts := 1 << (bits.Len(uint(most)) - 1)
		grain := roundUp((rows-1)/parts+1, band)
		parts = (rows-1)/grain + 1
		buf := newBuffer(parts * cols)
		parallel.For(rows, grain, func(lo, hi int) {
			part := buf.f[lo/grain*cols:][:cols]
			clear(part)
			gemvTRows(part, a[lo*ld:], ld, y[lo:hi])
		})
		sumParts(dst, buf.f, parts)
		buf.free()
		return
	}
	parallel.For(cols, taskWork/rows+1, func(lo, hi int) {
		clear(dst[lo:hi])
		gemvTRows(dst[lo:hi], a[lo:], ld, y)
	})
}

// sumParts computes the sum of vectors of dst's length that lie one after
// another in f.
func sumParts(dst, f []float64, parts int) {
	n := len(dst)
	copy(dst, f[:n])
	for p := 1; p < parts; p++ {
		Axpy(1, f[p*n:(p+1)*n], dst)
	}
}

// gemvTRows adds Aᵀ y to dst on one thread.
func gemvTRows(dst, a []float64, ld int, y []float64) {
	i := 0
	for ; i+band <= len(y); i += band {
		gemvTBand(dst, a[i*ld:], ld, y[i:i+band])
	}
	for ; i < len(y); i++ {
		axpy(y[i], a[i*ld:i*ld+len(dst)], dst)
	}
}

// symv computes dst = A x on one thread for the symmetric n×n matrix A of which
// the lower or the upper triangle is given. A band of rows serves twice, as rows
// and as columns, while it is in the cache.
func symv(dst, a []float64, n, ld int, x []float64, lower bool) {
	clear(dst)
	var part [band]float64
	for lo := 0; lo < n; lo += band {
		hi := min(lo+band, n)
		for i := lo; i < hi; i++ { // the diagonal block
			dst[i] += a[i*ld+i] * x[i]
			for j := lo; j < i; j++ {
				v := a[j*ld+i]
				if lower {
					v = a[i*ld+j]
				}
				dst[i] += v * x[j]
				dst[j] += v * x[i]
			}
		}
		from, to := hi, n
		if lower {
			from, to = 0, lo
		}
		if from == to {
			continue
		}
		rows := a[lo*ld+from:]
		gemvTRows(dst[from:to], rows, ld, x[lo:hi])
		gemvRows(part[:hi-lo], rows, to-from, ld, x[from:to])
		for i, v := range part[:hi-lo] {
			dst[lo+i] += v
		}
	}
}

// gemvBandGeneric is gemvBand in Go.
func gemvBandGeneric(dst, a []float64, ld int, x []float64) {
	r0, r1, r2, r3 := bandOf(a, ld, len(x))
	var s0, s1, s2, s3 float64
	for j, v := range x {
		s0 += r0[j] * v
		s1 += r1[j] * v
		s2 += r2[j] * v
		s3 += r3[j] * v
	}
	dst[0], dst[1], dst[2], dst[3] = s0, s1, s2, s3
}

// gemvTBandGeneric is gemvTBand in Go.
func gemvTBandGeneric(dst, a []float64, ld int, y []float64) {
	r0, r1, r2, r3 := bandOf(a, ld, len(dst))
	y0, y1, y2, y3 := y[0], y[1], y[2], y[3]
	for j, v := range dst {
		dst[j] = v + y0*r0[j] + y1*r1[j] + y2*r2[j] + y3*r3[j]
	}
}

// bandOf returns the first four rows of a.
func bandOf(a []float64, ld, cols int) (r0, r1, r2, r3 []float64) {
	return a[:cols], a[ld : ld+cols], a[2*ld : 2*ld+cols], a[3*ld : 3*ld+cols]
}

// gemvBandAheadGeneric is gemvBandAhead in Go.
func gemvBandAheadGeneric(dst, a []float64, ld int, x []float64) {
	var sums [band]float64
	gemvBandGeneric(sums[:], a, ld, x)
	for i, s := range sums {
		dst[i] += s
	}
}
