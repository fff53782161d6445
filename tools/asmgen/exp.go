package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// ln 2 in two parts, the first with so few bits that its product with an
// exponent is exact (FreeBSD msun, e_exp.c).
const (
	ln2Hi = 6.93147180369123816490e-01
	ln2Lo = 1.90821492927058770002e-10
)

// expKernel writes the exponential: x = n ln 2 + r, |r| ≤ ln 2 / 2, and
//
//	exp x = 2ⁿ (1 + (r + (r² q(r) + c)))
//
// where c is the rounding error of r and q is Taylor's series up to r¹³, whose
// remainder is below 2⁻⁵⁷.
func expKernel(g *gen) {
	g.function("exp", "(n int, dst *float64, x *float64)", "computes dst = exp x for n elements.")
	n, dst, x := g.param("n"), g.param("dst"), g.param("x")
	// Past these bounds the result is 0 or +Inf anyhow.
	lowest, highest := g.constant(-760), g.constant(720)
	log2e := g.constant(math.Log2E)
	hi, lo := g.constant(ln2Hi), g.constant(ln2Lo)
	one := g.constant(1)
	const degree = 13
	coef := make([]float64, 0, degree)
	f := 1.0
	for k := 2; k <= degree; k++ {
		f *= float64(k)
		coef = append(coef, 1/f)
	}
	q := g.constants(coef...)
	var magic, half, bias operand.Op
	if g.w == 4 {
		magic, half, bias = g.constant(3<<51), g.constant(0.5), g.word(0x3ff<<52)
	}
	g.loops(n, 1, func(_ int, rest *mask) {
		v := g.vec()
		g.load(mem(x, 0), rest, v)
		g.advance(x, 1)
		// The operand order lets NaN through both.
		t := g.vec()
		g.move(lowest, t)
		g.VMAXPD(v, t, v)
		g.move(highest, t)
		g.VMINPD(v, t, v)

		e := g.vec()
		g.VMULPD(log2e, v, e)
		g.round(e)
		// r = v − e·ln 2, c = its rounding error.
		g.VFNMADD231PD(hi, e, v)
		r, c := g.vec(), g.vec()
		g.VMOVAPD(v, r)
		g.VFNMADD231PD(lo, e, r)
		g.VSUBPD(r, v, c)
		g.VFNMADD231PD(lo, e, c)

		// Even and odd powers apart: two short chains instead of a long one.
		sq, p, odd := g.vec(), g.vec(), g.vec()
		g.VMULPD(r, r, sq)
		g.move(q[len(q)-2], p)
		g.move(q[len(q)-1], odd)
		for k := len(q) - 4; k >= 0; k -= 2 {
			g.VFMADD213PD(q[k], sq, p)
			g.VFMADD213PD(q[k+1], sq, odd)
		}
		g.VFMADD231PD(odd, r, p)
		g.VFMADD213PD(c, sq, p)
		g.VADDPD(r, p, p)
		g.VADDPD(one, p, p)
		if g.w == 8 {
			g.VSCALEFPD(e, p, p)
		} else {
			// 2ⁿ in two factors, because it may be out of range where the
			// result is not.
			h := g.vec()
			g.VMULPD(half, e, h)
			g.round(h)
			g.VSUBPD(h, e, e)
			for _, part := range []reg.VecVirtual{h, e} {
				g.VADDPD(magic, part, part)
				g.VPSLLQ(operand.Imm(52), part, part)
				g.VPADDQ(bias, part, part)
				g.VMULPD(part, p, p)
			}
		}
		g.save(p, rest, mem(dst, 0))
		g.advance(dst, 1)
	})
	g.end()
}

// round rounds to the nearest integer.
func (g *gen) round(v reg.VecVirtual) {
	const nearest = 0
	if g.w == 8 {
		g.VRNDSCALEPD(operand.Imm(nearest), v, v)
	} else {
		g.VROUNDPD(operand.Imm(nearest), v, v)
	}
}

// move copies a constant to a register.
func (g *gen) move(c operand.Op, v reg.VecVirtual) { g.VMOVUPD(c, v) }
