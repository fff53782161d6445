package flow

import "math"

// deepBlocks approximates h times the Jacobian of deepField by what is stiff in it:
// for each mode ∂(ln z)˙/∂ln z, and for each pair of modes the 2×2 matrix by which
// small rotations of U and V in their plane decay, with UᵀYXᵀV and VᵀXXᵀV taken as
// diagonal. It is exact where the frames are aligned, which whitened data lead to
// before anything becomes stiff. Methods that tolerate an inexact Jacobian keep
// their order with it.
type deepBlocks struct {
	d    *deepField
	diag []float64
	// Per pair (r, s), r < s, r < p: ∂wu/∂wu, ∂wu/∂wv, ∂wv/∂wu, ∂wv/∂wv.
	uu, uv, vu, vv []float64
	side           int
}

func newDeepBlocks(d *deepField) *deepBlocks {
	side := max(d.dx, d.dy)
	zeros := func() []float64 { return make([]float64, d.p*side) }
	return &deepBlocks{d: d, side: side, diag: make([]float64, d.p), uu: zeros(), uv: zeros(), vu: zeros(), vv: zeros()}
}

// set evaluates the blocks at the point of the last call of frame; nothing is to be
// factored for γ.
func (b *deepBlocks) set(logH, _ float64, logZ []float64) bool {
	d := b.d
	for r := range d.p {
		sr := math.Exp(d.n * logZ[r])
		b.diag[r] = -scale(logH+(d.n-2)*logZ[r]) * ((d.n-2)*d.g[r*d.dx+r] + d.n*sr*d.diagS[r])
		for s := r + 1; s < b.side; s++ {
			fac, wr, ws := d.pair(logH, logZ, r, s)
			ss := 0.0
			if s < d.p {
				ss = math.Exp(d.n * logZ[s])
			}
			mr, ms := d.diagM[r], d.diagM[s]
			at := r*b.side + s
			own, cross := fac*(ws*ms-wr*mr), fac*(wr*ms-ws*mr)
			b.uu[at], b.vv[at], b.uv[at], b.vu[at] = own, own, cross, cross
			if s < d.dx {
				// VᵀXXᵀV turns with V.
				turn := fac * (d.diagS[r] - d.diagS[s])
				b.uv[at] += turn * (ws*sr + wr*ss)
				b.vv[at] += turn * (wr*sr + ws*ss)
			}
		}
	}
	return true
}

// mul adds the product with (wu, wv, l) to the destination.
func (b *deepBlocks) mul(du, dv, dl, wu, wv, l []float64) {
	d := b.d
	for r := range d.p {
		dl[r] += b.diag[r] * l[r]
		for s := r + 1; s < b.side; s++ {
			at := r*b.side + s
			x, y := 0.0, 0.0
			if s < d.dy {
				x = wu[r*d.dy+s]
			}
			if s < d.dx {
				y = wv[r*d.dx+s]
			}
			if s < d.dy {
				v := b.uu[at]*x + b.uv[at]*y
				du[r*d.dy+s] += v
				du[s*d.dy+r] -= v
			}
			if s < d.dx {
				v := b.vu[at]*x + b.vv[at]*y
				dv[r*d.dx+s] += v
				dv[s*d.dx+r] -= v
			}
		}
	}
}

// solve replaces (wu, wv, l) by (I − γA)⁻¹ (wu, wv, l).
func (b *deepBlocks) solve(gamma float64, wu, wv, l []float64) {
	d := b.d
	for r := range d.p {
		l[r] /= 1 - gamma*b.diag[r]
		for s := r + 1; s < b.side; s++ {
			at := r*b.side + s
			switch {
			case s < d.dy && s < d.dx:
				x, y := solve2(1-gamma*b.uu[at], -gamma*b.uv[at], -gamma*b.vu[at], 1-gamma*b.vv[at], wu[r*d.dy+s], wv[r*d.dx+s])
				wu[r*d.dy+s], wu[s*d.dy+r] = x, -x
				wv[r*d.dx+s], wv[s*d.dx+r] = y, -y
			case s < d.dy:
				x := wu[r*d.dy+s] / (1 - gamma*b.uu[at])
				wu[r*d.dy+s], wu[s*d.dy+r] = x, -x
			default:
				y := wv[r*d.dx+s] / (1 - gamma*b.vv[at])
				wv[r*d.dx+s], wv[s*d.dx+r] = y, -y
			}
		}
	}
}

// solve2 solves [a b; c d][x; y] = [e; f] by elimination, which does not overflow
// where determinants would.
func solve2(a, b, c, d, e, f float64) (x, y float64) {
	if math.Abs(c) > math.Abs(a) {
		a, b, c, d, e, f = c, d, a, b, f, e
	}
	q := c / a
	y = (f - q*e) / (d - q*b)
	return (e - b*y) / a, y
}
