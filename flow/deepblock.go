package flow

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// deepBlocks approximates h times the Jacobian of deepField for whitened data by
// what is stiff in it. A mode is active once it has reached half of its strength;
// the others, and the directions beyond the rank, are small.
//
//   - ln z of a mode: ∂(ln z)˙/∂ln z;
//   - two active modes: the 2×2 matrix by which small rotations of U and V in their
//     plane decay, with M = UᵀYXᵀV taken as diagonal there;
//   - an active mode r and all small ones: U and V turn as
//     ẋ = z_r^{N−2}(Qy − M_rr x), ẏ = z_r^{N−2}(Qᵀx − M_rr y), with Q the block of M that
//     belongs to the small ones, which need not be aligned; its singular value
//     decomposition splits this into planes.
//
// What grows is taken as constant: I − γA is never singular. Small modes among
// themselves are not stiff. Methods that tolerate an inexact Jacobian keep their
// order with this one.
type deepBlocks struct {
	d          *deepField
	side       int
	diag       []float64
	plus, less []float64 // of two active modes: rates of wu + wv and wu − wv
	active     []int
	small      []int
	sy, sx     int       // of small: the first sy are rows of M, the first sx columns
	speed      []float64 // of active modes: h z^{N−2}
	q, qOld    []float64 // sy×sx
	e, f, sv   []float64 // Q = e diag(sv) fᵀ, thin
	turn       deepTop
	x, y       []float64
	xh, yh     []float64
}

// deepTop is the mode by which time runs within a step, −1 for none, and the
// velocity at its beginning: it adds −(N−2) f to the column of that mode.
type deepTop struct {
	mode       int
	c          float64
	fu, fv, fl []float64
}

func newDeepBlocks(d *deepField) *deepBlocks {
	side := max(d.dx, d.dy)
	zeros := func() []float64 { return make([]float64, d.p*side) }
	return &deepBlocks{d: d, side: side, diag: make([]float64, d.p), plus: zeros(), less: zeros(), speed: make([]float64, d.p),
		x: zeros(), y: zeros(), xh: zeros(), yh: zeros()}
}

// set evaluates the blocks at the point of the last call of frame.
func (b *deepBlocks) set(logH, _ float64, logZ []float64, top deepTop) bool {
	d := b.d
	b.turn = top
	before := len(b.active)
	b.active, b.small = b.active[:0], b.small[:0]
	for r := range d.p {
		sigma := math.Exp(d.n * logZ[r])
		f := scale(logH + (d.n-2)*logZ[r])
		b.speed[r] = f
		b.diag[r] = -f * d.n * sigma * d.c
		if r != top.mode {
			b.diag[r] = math.Min(0, b.diag[r]-f*(d.n-2)*d.g[r*d.dx+r])
		}
		if sigma*d.c > 0.5*math.Abs(d.diagM[r]) {
			b.active = append(b.active, r)
		} else {
			b.small = append(b.small, r)
		}
	}
	for s := d.p; s < b.side; s++ {
		b.small = append(b.small, s)
	}
	for i, r := range b.active {
		for _, s := range b.active[i+1:] {
			fac, wr, ws := d.pair(logH, 0, logZ, r, s)
			mr, ms := d.diagM[r], d.diagM[s]
			own, cross := fac*(ws*ms-wr*mr), fac*(wr*ms-ws*mr)
			b.plus[r*b.side+s], b.less[r*b.side+s] = math.Min(0, own+cross), math.Min(0, own-cross)
		}
	}
	return b.decompose(before != len(b.active))
}

// decompose finds the singular vectors of Q, unless they are still good.
func (b *deepBlocks) decompose(changed bool) bool {
	d := b.d
	count := func(n int) int {
		c := 0
		for c < len(b.small) && b.small[c] < n {
			c++
		}
		return c
	}
	b.sy, b.sx = count(d.dy), count(d.dx)
	if len(b.active) == 0 || b.sy == 0 || b.sx == 0 {
		b.qOld = b.qOld[:0]
		return true
	}
	b.q = b.q[:0]
	for _, i := range b.small[:b.sy] {
		for _, j := range b.small[:b.sx] {
			b.q = append(b.q, d.m[i*d.dx+j])
		}
	}
	if !changed && len(b.q) == len(b.qOld) {
		diff := 0.0
		for i, v := range b.q {
			diff += (v - b.qOld[i]) * (v - b.qOld[i])
		}
		if diff <= 1e-4*blas.Dot(b.q, b.q) {
			return true
		}
	}
	b.qOld = append(b.qOld[:0], b.q...)
	k := min(b.sy, b.sx)
	b.e, b.f, b.sv = make([]float64, b.sy*k), make([]float64, k*b.sx), make([]float64, k)
	return blas.SVD(b.sv, b.e, k, b.f, b.sx, b.q, b.sy, b.sx, b.sx)
}

// mul adds the product with (wu, wv, l) to the destination.
func (b *deepBlocks) mul(du, dv, dl, wu, wv, l []float64) {
	b.apply(func(rate float64) float64 { return rate }, du, dv, dl, wu, wv, l, true)
	if t := b.turn; t.mode >= 0 {
		c := t.c * l[t.mode]
		keep := dl[t.mode]
		blas.Axpy(c, t.fu, du)
		blas.Axpy(c, t.fv, dv)
		blas.Axpy(c, t.fl, dl)
		dl[t.mode] = keep // diag has it already
	}
}

// solve replaces (wu, wv, l) by (I − γA)⁻¹ (wu, wv, l).
func (b *deepBlocks) solve(gamma float64, wu, wv, l []float64) {
	if t := b.turn; t.mode >= 0 {
		x := l[t.mode]
		c := gamma * t.c * x / (1 - gamma*b.diag[t.mode])
		blas.Axpy(c, t.fu, wu)
		blas.Axpy(c, t.fv, wv)
		blas.Axpy(c, t.fl, l)
		l[t.mode] = x
	}
	b.apply(func(rate float64) float64 { return 1 / (1 - gamma*rate) }, wu, wv, l, wu, wv, l, false)
}

// apply sets, or adds to, the destination φ(A)(wu, wv, l) for the blocks; φ(0) is 0
// where it adds and else 1.
func (b *deepBlocks) apply(phi func(rate float64) float64, du, dv, dl, wu, wv, l []float64, add bool) {
	d := b.d
	put := func(dst []float64, n, r, s int, v float64) {
		if add {
			v += dst[r*n+s]
		}
		dst[r*n+s], dst[s*n+r] = v, -v
	}
	for r := range d.p {
		v := phi(b.diag[r]) * l[r]
		if add {
			v += dl[r]
		}
		dl[r] = v
	}
	for i, r := range b.active {
		for _, s := range b.active[i+1:] {
			x, y := wu[r*d.dy+s], wv[r*d.dx+s]
			p, m := phi(b.plus[r*b.side+s])*(x+y)/2, phi(b.less[r*b.side+s])*(x-y)/2
			put(du, d.dy, r, s, p+m)
			put(dv, d.dx, r, s, p-m)
		}
	}
	if len(b.active) == 0 || len(b.small) == 0 {
		return
	}
	b.planes(phi, wu, wv)
	for i, r := range b.active {
		for j, s := range b.small[:b.sy] {
			put(du, d.dy, r, s, b.x[i*b.sy+j])
		}
		for j, s := range b.small[:b.sx] {
			put(dv, d.dx, r, s, b.y[i*b.sx+j])
		}
	}
}

// planes computes φ of the block of active and small modes into x and y.
func (b *deepBlocks) planes(phi func(rate float64) float64, wu, wv []float64) {
	d, n, k := b.d, len(b.active), min(b.sy, b.sx)
	for i, r := range b.active {
		for j, s := range b.small[:b.sy] {
			b.x[i*b.sy+j] = wu[r*d.dy+s]
		}
		for j, s := range b.small[:b.sx] {
			b.y[i*b.sx+j] = wv[r*d.dx+s]
		}
	}
	if k > 0 {
		blas.Gemm(false, false, n, k, b.sy, 1, b.x, b.sy, b.e, k, 0, b.xh, k)
		blas.Gemm(false, true, n, k, b.sx, 1, b.y, b.sx, b.f, b.sx, 0, b.yh, k)
	}
	for i, r := range b.active {
		a := b.speed[r] * d.diagM[r]
		rest := phi(math.Min(0, -a)) // of directions that Q does not see
		for j := range k {
			x, y, c := b.xh[i*k+j], b.yh[i*k+j], b.speed[r]*b.sv[j]
			p, m := phi(math.Min(0, c-a))*(x+y)/2, phi(math.Min(0, -c-a))*(x-y)/2
			b.xh[i*k+j], b.yh[i*k+j] = p+m-rest*x, p-m-rest*y
		}
		for j := range b.sy {
			b.x[i*b.sy+j] *= rest
		}
		for j := range b.sx {
			b.y[i*b.sx+j] *= rest
		}
	}
	if k > 0 {
		blas.Gemm(false, true, n, b.sy, k, 1, b.xh, k, b.e, k, 1, b.x, b.sy)
		blas.Gemm(false, false, n, b.sx, k, 1, b.yh, k, b.f, b.sx, 1, b.y, b.sx)
	}
}
