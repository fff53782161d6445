package limit

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// denoiseScales take points back to the units of the problem.
type denoiseScales struct{ x, y, objective float64 }

// scale sets a, b, sigma and w, each multiplied by a power of two where its size is
// extreme, and the frame constant. All this is learnt from one probe,
//
//	v = Aᵀh,  u = Av,  c = ‖v‖²/‖h‖²,
//
// of a fixed pseudo-random h: √c is the size of a row, and AAᵀ = cI if and,
// but for a set of measure zero, only if u = ch. Nothing rests on that but the
// choice of the method: what the method finds is proven by other means.
func (d *denoising) scale(p Problem, sigma float64) {
	h := make([]float64, d.n)
	state := uint64(1)
	for i := range h {
		h[i] = signedUniform(&state)
	}
	v := make([]float64, d.m)
	d.applyT(v, h)
	size := safeNorm(v) / norm2(h)
	alpha := unitScale(size)
	if alpha != 1 {
		row := make([]float64, d.n)
		for i := range row {
			row[i] = alpha
		}
		d.a = linop.Scale(p.A, row, nil)
		for j := range v {
			v[j] *= alpha
		}
		size *= alpha
	}
	u := make([]float64, d.n)
	d.apply(u, v)
	c := size * size
	off := 0.0
	for i := range u {
		off = math.Max(off, math.Abs(u[i]-c*h[i]))
	}
	if off <= 1e-10*c { // |hᵢ| < 1, and a few of them are next to it
		d.frame = c
	}
	beta := unitScale(safeNorm(p.B))
	d.b = append([]float64(nil), p.B...)
	for i := range d.b {
		d.b[i] *= beta
	}
	d.sigma = sigma * beta
	omega := 1.0
	if p.Weights != nil {
		omega = unitScale(safeNorm(p.Weights) / math.Sqrt(float64(d.m)))
		d.w = append([]float64(nil), p.Weights...)
		for j := range d.w {
			d.w[j] *= omega
		}
	}
	d.scales = denoiseScales{x: alpha / beta, y: alpha / omega, objective: alpha / (beta * omega)}
}

// unitScale is the power of two that brings size next to 1 where it is not
// moderate.
func unitScale(size float64) float64 {
	if size == 0 || size <= moderate && size >= 1/moderate {
		return 1
	}
	return powerOfTwo(1 / size)
}

// signedUniform steps a xorshift generator (Marsaglia 2003) and returns a
// number in (−1, 1).
func signedUniform(state *uint64) float64 {
	s := *state
	s ^= s << 13
	s ^= s >> 7
	s ^= s << 17
	*state = s
	return float64(int64(s)) * 0x1p-63
}
