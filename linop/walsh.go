package linop

import "github.com/tacit-dev/tacit/internal/parallel"

const (
	// walshBlock is the length of the pieces of a Walsh–Hadamard transform that
	// stay in the first cache.
	walshBlock = 1 << 12
	// walshColumns is how many columns of the matrix of pieces are transformed
	// at once.
	walshColumns = 32
)

// walshHadamard sets x[k] = Σ_j (−1)^|k ∧ j| x[j] in place; the length is a
// power of two. A long x is the matrix with rows of length walshBlock: the
// transform is that of all rows, then that of all columns. The columns are
// copied together, because their addresses fall into few sets of a cache.
func walshHadamard(x []float64) {
	if len(x) <= walshBlock {
		walshPasses(x, 1)
		return
	}
	parallel.For(len(x), walshBlock, func(lo, hi int) { walshPasses(x[lo:hi], 1) })
	rows := len(x) / walshBlock
	parallel.For(walshBlock, walshColumns, func(lo, hi int) {
		w := getWork(rows * walshColumns)
		defer putWork(w)
		for i := range rows {
			copy(w.f[i*walshColumns:(i+1)*walshColumns], x[i*walshBlock+lo:])
		}
		walshPasses(w.f, walshColumns)
		for i := range rows {
			copy(x[i*walshBlock+lo:i*walshBlock+hi], w.f[i*walshColumns:])
		}
	})
}

// walshPasses transforms s interleaved sequences, two levels at a time.
func walshPasses(x []float64, s int) {
	h := s
	if h == 1 && len(x) >= 4 {
		for i := 0; i+4 <= len(x); i += 4 {
			v := x[i:][:4]
			a, b, c, d := v[0]+v[1], v[0]-v[1], v[2]+v[3], v[2]-v[3]
			v[0], v[1], v[2], v[3] = a+c, b+d, a-c, b-d
		}
		h = 4
	}
	for ; 4*h <= len(x); h *= 4 {
		for i := 0; i < len(x); i += 4 * h {
			x0 := x[i:][:h]
			x1, x2, x3 := x[i+h:][:len(x0)], x[i+2*h:][:len(x0)], x[i+3*h:][:len(x0)]
			for q, v := range x0 {
				a, b, c, d := v+x1[q], v-x1[q], x2[q]+x3[q], x2[q]-x3[q]
				x0[q], x1[q], x2[q], x3[q] = a+c, b+d, a-c, b-d
			}
		}
	}
	if 2*h <= len(x) {
		x0 := x[:h]
		x1 := x[h:][:len(x0)]
		for q, v := range x0 {
			x0[q], x1[q] = v+x1[q], v-x1[q]
		}
	}
}
