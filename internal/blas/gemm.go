package blas

import "github.com/tacit-dev/tacit/internal/parallel"

// Block sizes of the matrix product. A panel of B, 3w×kBlock, stays in the
// first-level cache while the panels of A pass; the panels of A that one task
// uses, tileRows×kBlock, stay in the second-level cache; the rest of what is
// packed at a time, outer×kBlock of each operand, in the third.
const (
	kBlock   = 256
	tileRows = 192
	tileCols = 480
	outer    = 1920 // multiple of both
)

// taskShapes are the blocks of C, rows by columns, that one task computes, from
// the best for the caches to the best for the balance of many threads. They do
// not change the bits of the result. fewTasks is how many tasks are too few.
var taskShapes = [...][2]int{{tileRows, tileCols}, {96, 480}, {96, 240}, {48, 240}, {48, 120}}

const fewTasks = 24

// smallWork is the number of multiply-adds below which a second thread, which may
// have to be woken, costs more than it brings.
const smallWork = 1 << 19

// Gemm computes C = α op(A) op(B) + β C, where op(A) is m×k, op(B) is k×n and
// C is m×n; op transposes if the flag is set. C is not read if β = 0, and
// neither are A and B if α = 0. All are row-major.
//
// Cost: 2mnk flops.
func Gemm(transA, transB bool, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	if m <= 0 || n <= 0 {
		return
	}
	mode := add
	switch {
	case beta == 0:
		mode = store
	case beta != 1:
		for i := range m {
			scal(beta, c[i*ldc:i*ldc+n])
		}
	}
	if k <= 0 || alpha == 0 {
		if mode == store {
			for i := range m {
				clear(c[i*ldc : i*ldc+n])
			}
		}
		return
	}
	if mode == add && alpha == -1 {
		mode, alpha = subtract, 1
	}
	p := product{m: m, n: n, k: k, alpha: alpha, a: rowMajor(a, lda, transA), b: rowMajor(b, ldb, !transB), c: c, ldc: ldc, mode: mode}
	p.run()
}

func scal(a float64, x []float64) {
	for i := range x {
		x[i] *= a
	}
}

// product is C = α A diag(d) Bᵀ, or C ± the same, in the form that the kernels
// want: both operands have the summed index k last.
type product struct {
	m, n, k int
	alpha   float64
	d       []float64 // length k, or nil
	a, b    view      // m×k and n×k
	c       []float64
	ldc     int
	mode    int
	lower   bool // only the lower triangle of C is wanted
}

// run computes the product. Every element of C is the sum, block by block of k,
// of one chain of multiply-adds per block: its bits do not depend on where in C
// it lies, nor on which thread computes it.
func (p *product) run() {
	w := active.w()
	blocks := (p.k-1)/kBlock + 1
	kc := (p.k-1)/blocks + 1
	ab := newBuffer(kc * roundUp(min(p.m, outer), w))
	bb := newBuffer(kc * roundUp(min(p.n, outer), groups*w))
	sb := newBuffer(kc)
	mode := p.mode
	for k0 := 0; k0 < p.k; k0 += kc {
		kb := min(kc, p.k-k0)
		var d []float64
		if p.d != nil {
			d = p.d[k0 : k0+kb]
		}
		scale := scaleVector(sb.f, p.alpha, d, kb)
		for j0 := 0; j0 < p.n; j0 += outer {
			j1 := min(j0+outer, p.n)
			packAll(bb.f, p.b, j0, j1, k0, kb, groups*w, nil)
			i0 := 0
			if p.lower {
				i0 = j0
			}
			for ; i0 < p.m; i0 += outer {
				i1 := min(i0+outer, p.m)
				packAll(ab.f, p.a, i0, i1, k0, kb, w, scale)
				p.block(i0, i1, j0, j1, kb, ab.f, bb.f, mode)
			}
		}
		if mode == store {
			mode = add
		}
	}
	sb.free()
	bb.free()
	ab.free()
}

// packAll packs on all threads.
func packAll(dst []float64, v view, lo, hi, k0, kc, width int, scale []float64) {
	panels := (hi-lo-1)/width + 1
	grain := max(1, memoryWork/(width*kc))
	parallel.For(panels, grain, func(a, b int) {
		pack(dst[a*width*kc:], v, lo+a*width, min(lo+b*width, hi), k0, kc, width, scale)
	})
}

// block computes rows i0 to i1, columns j0 to j1 of C from packed panels.
func (p *product) block(i0, i1, j0, j1, kc int, a, b []float64, mode int) {
	var rows, cols, across, tasks int
	for _, shape := range taskShapes {
		rows, cols = shape[0], shape[1]
		across = (j1-j0-1)/cols + 1
		tasks = across * ((i1-i0-1)/rows + 1)
		if tasks >= fewTasks {
			break
		}
	}
	grain := 1
	if (i1-i0)*(j1-j0)*kc < smallWork {
		grain = tasks
	}
	parallel.For(tasks, grain, func(lo, hi int) {
		for t := lo; t < hi; t++ {
			i := i0 + t/across*rows
			j := j0 + t%across*cols
			if p.lower && j > min(i+rows, i1)-1 {
				continue
			}
			p.task(i, min(i+rows, i1), j, min(j+cols, j1), kc, a[(i-i0)*kc:], b[(j-j0)*kc:], mode)
		}
	})
}

// task computes one block of C whose packed operands start at a and b.
func (p *product) task(i0, i1, j0, j1, kc int, a, b []float64, mode int) {
	w := active.w()
	wide := groups * w
	var edge [groups * maxW * maxW]float64
	for j := j0; j < j1; j += wide {
		bp := b[(j-j0)*kc:]
		for i := i0; i < i1; i += w {
			if p.lower && j > i+w-1 {
				continue
			}
			ap := a[(i-i0)*kc:]
			if i+w <= i1 && j+wide <= j1 && (!p.lower || j+wide-1 <= i) {
				tile(kc, ap, w, bp, wide, p.c[i*p.ldc+j:], p.ldc, mode)
				continue
			}
			tile(kc, ap, w, bp, wide, edge[:], wide, store)
			for r := i; r < min(i+w, i1); r++ {
				end := min(j+wide, j1)
				if p.lower {
					end = min(end, r+1)
				}
				if end > j {
					merge(p.c[r*p.ldc+j:r*p.ldc+end], edge[(r-i)*wide:], mode)
				}
			}
		}
	}
}

func roundUp(n, to int) int { return (n + to - 1) / to * to }
