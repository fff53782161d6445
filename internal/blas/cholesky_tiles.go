package blas

import (
	"sync/atomic"

	"github.com/tacit-dev/tacit/internal/parallel"
)

const (
	// cholTile is the order of the tiles that one task computes: three of them
	// fit a second-level cache. Below cholSmall half of it balances the threads
	// better. Both are multiples of 3w on every path.
	cholTile  = 96
	cholSmall = 480

	// cholTiled is the order up to which Cholesky works on a copy in tiles,
	// whose size is 5/8 of the matrix.
	cholTiled = 2048
)

// choleskyTiles is Cholesky on tiles of U = Lᵀ. Row by row of tiles,
//
//	Uₖⱼ = Uₖₖ⁻ᵀ (Aₖⱼ − Σᵢ UᵢₖᵀUᵢⱼ), i < k < j,   UₖₖᵀUₖₖ = Aₖₖ − Σᵢ UᵢₖᵀUᵢₖ
//
// is one task for every tile: it waits for a tile when it comes to it, so that the
// updates of one row run beside the end of the one before. Nothing is packed: the
// rows of a finished tile are operands of the tile kernel as they lie.
//
// Source: Buttari, Langou, Kurzak, Dongarra 2009, A class of parallel tiled linear
// algebra algorithms for multicore architectures, in its left-looking order.
func choleskyTiles(a []float64, n, ld int) int {
	order := cholTile
	if n < cholSmall {
		order /= 2
	}
	// factorUpper computes past the last column, and a stride of an odd number of
	// cache lines uses all sets of the first-level cache.
	ldu := order + groups*maxW
	t := (n-1)/order + 1
	u, inv := newBuffer(t*(t+1)/2*order*ldu), newBuffer(t*order*maxW)
	defer inv.free()
	defer u.free()
	f := tiled{a: a, n: n, ld: ld, order: order, ldu: ldu, t: t, u: u.f, inv: inv.f}
	f.failed.Store(-1)
	f.rows = make([]int, 0, t*(t+1)/2)
	for k := range t {
		for range t - k {
			f.rows = append(f.rows, k)
		}
	}
	parallel.Pipeline(len(f.rows), f.task)
	return int(f.failed.Load())
}

// tiled is a factorization by choleskyTiles.
type tiled struct {
	a      []float64
	n, ld  int
	order  int       // of a tile
	ldu    int       // its row stride
	t      int       // tiles in a row
	rows   []int     // row of each task
	u      []float64 // tiles in the order of the tasks
	inv    []float64 // of each diagonal tile, see factorDiagonal
	failed atomic.Int64
}

// index returns the task that computes tile (k, j), k ≤ j.
func (f *tiled) index(k, j int) int { return k*f.t - k*(k-1)/2 + j - k }

// tile returns tile (k, j), k ≤ j.
func (f *tiled) tile(k, j int) []float64 {
	size := f.order * f.ldu
	return f.u[f.index(k, j)*size:][:size]
}

// task computes one tile of U.
func (f *tiled) task(i int, after func(lo, hi int)) {
	k := f.rows[i]
	j := k + i - f.index(k, k)
	row, col := k*f.order, j*f.order // of its first element
	rows, cols := min(f.order, f.n-row), min(f.order, f.n-col)
	c, inv := f.tile(k, j), f.inv[row*maxW:][:f.order*maxW]
	if j == k {
		loadUpper(c, f.ldu, f.a[row*(f.ld+1):], cols, f.ld)
	} else {
		packPanel(c, view{f.a, col*f.ld + row, f.ld, 1}, cols, rows, f.ldu, nil)
	}
	for l := range k {
		after(f.index(l, k), f.index(l, k)+1)
		after(f.index(l, j), f.index(l, j)+1)
		if f.failed.Load() >= 0 {
			return
		}
		f.update(c, f.tile(l, k), f.tile(l, j), rows, cols, j == k)
	}
	if j == k {
		if p := factorUpper(c, f.ldu, rows, inv); p >= 0 {
			f.failed.CompareAndSwap(-1, int64(row+p))
			return
		}
		storeLower(f.a[row*(f.ld+1):], rows, f.ld, c, f.ldu)
		return
	}
	after(f.index(k, k), f.index(k, k)+1)
	if f.failed.Load() >= 0 {
		return
	}
	f.solve(f.tile(k, k), inv, c, cols)
	unpackPanel(view{f.a, col*f.ld + row, 1, f.ld}, c, rows, cols, f.ldu)
}

// update subtracts LᵀR from C, of which only the upper triangle is wanted if upper.
func (f *tiled) update(c, left, right []float64, rows, cols int, upper bool) {
	w := active.w()
	wide := groups * w
	for q := 0; q < cols; q += wide {
		end := rows
		if upper {
			end = min(rows, q+wide)
		}
		for p := 0; p < end; p += w {
			tile(f.order, left[p:], f.ldu, right[q:], f.ldu, c[p*f.ldu+q:], f.ldu, subtract)
		}
	}
}

// solve replaces C by U⁻ᵀC for the finished diagonal tile U.
func (f *tiled) solve(u, inv, c []float64, cols int) {
	w := active.w()
	for q := 0; q < cols; q += groups * w {
		for p := 0; p < f.order; p += w {
			x := c[p*f.ldu+q:]
			if p > 0 {
				tile(p, u[p:], f.ldu, c[q:], f.ldu, x, f.ldu, subtract)
			}
			tileTrsm(inv[p*w:], w, x, f.ldu)
		}
	}
}
