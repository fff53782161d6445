package blas

import "github.com/tacit-dev/tacit/internal/parallel"

// trsmBlock is the order up to which a triangular system is solved tile by
// tile; larger ones are split, and the larger part of the work is a matrix
// product.
const trsmBlock = 144

// SolveLowerMany replaces B (n×k, row stride ldb) by L⁻¹B for the lower triangle
// L of an n×n matrix with row stride ld.
//
// Cost: n²k flops.
func SolveLowerMany(l []float64, n, ld int, b []float64, k, ldb int) {
	solve(rowMajor(l, ld, false), rowMajor(b, ldb, false), n, k, true, false)
}

// SolveLowerTMany replaces B (n×k, row stride ldb) by L⁻ᵀB for the lower
// triangle L of an n×n matrix with row stride ld.
//
// Cost: n²k flops.
func SolveLowerTMany(l []float64, n, ld int, b []float64, k, ldb int) {
	solve(rowMajor(l, ld, true), rowMajor(b, ldb, false), n, k, false, false)
}

// solveColumns is the number of right-hand sides that one task solves for.
const solveColumns = 120

// solve replaces the n×k matrix B by T⁻¹B, where T is the lower or upper
// triangle of t, with ones for its diagonal if unit. Columns of B are solved for
// apart from each other, so that their bits do not depend on the tasks.
func solve(t, b view, n, k int, lower, unit bool) {
	if n <= 0 || k <= 0 {
		return
	}
	grain := roundUp(max(solveColumns, smallWork/(n*n)), groups*maxW)
	if k <= grain {
		solveTask(t, b, n, k, lower, unit)
		return
	}
	parallel.For(k, grain, func(lo, hi int) {
		solveTask(t, b.sub(0, lo), n, hi-lo, lower, unit)
	})
}

// solveTask is solve on one thread.
func solveTask(t, b view, n, k int, lower, unit bool) {
	if n <= trsmBlock {
		if !lower {
			// Backwards, an upper triangle is a lower one.
			t = view{t.data, t.off + (n-1)*(t.rs+t.cs), -t.rs, -t.cs}
			b = view{b.data, b.off + (n-1)*b.rs, -b.rs, b.cs}
		}
		solveBlock(t, b, n, k, unit)
		return
	}
	h := roundUp(n/2, groups*maxW)
	if lower {
		solveTask(t, b, h, k, true, unit)
		eliminate(t.sub(h, 0), b, b.sub(h, 0), n-h, k, h)
		solveTask(t.sub(h, h), b.sub(h, 0), n-h, k, true, unit)
		return
	}
	solveTask(t.sub(h, h), b.sub(h, 0), n-h, k, false, unit)
	eliminate(t.sub(0, h), b.sub(h, 0), b, h, k, n-h)
	solveTask(t, b, h, k, false, unit)
}

// eliminate subtracts T X from the m×k matrix B, where T is m×n.
func eliminate(t, x, b view, m, k, n int) {
	p := product{m: m, n: k, k: n, alpha: 1, a: t, b: x.t(), mode: subtract}
	if b.cs != 1 {
		// The kernels write rows: Bᵀ = Bᵀ − Xᵀ Tᵀ.
		p.m, p.n, p.a, p.b = k, m, x.t(), t
		b = b.t()
	}
	p.c, p.ldc = b.at(0, 0), b.rs
	p.run()
}

// solveBlock solves a lower triangular system of small order n.
func solveBlock(t, b view, n, k int, unit bool) {
	w := active.w()
	wide := groups * w
	np := roundUp(n, w)
	tb := newBuffer(np * (np + w) / 2)
	packTriangle(tb.f, t, n, unit)
	xb := newBuffer(np * wide)
	x := xb.f
	for j := 0; j < k; j += wide {
		cols := min(wide, k-j)
		bj := b.sub(0, j)
		packPanel(x[:n*wide], bj.t(), cols, n, wide, nil)
		panel := tb.f
		for i := 0; i < n; i += w {
			if i > 0 {
				tile(i, panel, w, x, wide, x[i*wide:], wide, subtract)
			}
			tileTrsm(panel[i*w:], w, x[i*wide:], wide)
			panel = panel[(i+w)*w:]
		}
		unpackPanel(bj, x, n, cols, wide)
	}
	xb.free()
	tb.free()
}

// packTriangle packs the lower triangle of t for solveBlock: for every group
// of w rows a panel with the columns up to and including the diagonal block,
// in which the diagonal is inverted. Rows past n become those of the identity.
func packTriangle(dst []float64, t view, n int, unit bool) {
	w := active.w()
	for i := 0; i < n; i += w {
		rows := min(w, n-i)
		if i > 0 {
			packPanel(dst[:i*w], t.sub(i, 0), rows, i, w, nil)
		}
		diag := dst[i*w : (i+w)*w]
		clear(diag)
		for c := range w {
			diag[c*w+c] = 1
		}
		for c := range rows {
			at := t.off + i*(t.rs+t.cs) + c*t.cs
			if !unit {
				diag[c*w+c] = 1 / t.data[at+c*t.rs]
			}
			for r := c + 1; r < rows; r++ {
				diag[c*w+r] = t.data[at+r*t.rs]
			}
		}
		dst = dst[(i+w)*w:]
	}
}

// unpackPanel writes the n×cols panel x back to b.
func unpackPanel(b view, x []float64, n, cols, width int) {
	i := 0
	if b.rs == 1 {
		i = untranspose(b, x, n, cols, width)
	}
	for ; i < n; i++ {
		row := x[i*width : i*width+cols]
		if b.cs == 1 {
			copy(b.at(i, 0), row)
			continue
		}
		at := b.off + i*b.rs
		for j, v := range row {
			b.data[at+j*b.cs] = v
		}
	}
}
