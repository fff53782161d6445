package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// logCoef are the coefficients of FreeBSD msun, e_log.c, for
//
//	ln(1+f) = f − (f²/2 − s (f²/2 + R(s²))),   s = f/(2+f).
var logCoef = []float64{
	6.666666666666735130e-01,
	3.999999999940941908e-01,
	2.857142874366239149e-01,
	2.222219843214978396e-01,
	1.818357216161805012e-01,
	1.531383769920937332e-01,
	1.479819860511658591e-01,
}

// logKernel writes the natural logarithm: x = 2ᵏ (1+f) with 1+f between √½ and
// √2.
func logKernel(g *gen) {
	g.function("log", "(n int, dst *float64, x *float64)", "computes dst = ln x for n elements.")
	n, dst, x := g.param("n"), g.param("dst"), g.param("x")
	const (
		oneBits  = 0x3ff << 52
		rootBits = 0x3fe6a09e667f3bcd // √½
		maxShift = 54                 // makes every denormal number normal
	)
	lift := g.word(oneBits - rootBits)
	mantissa := g.word(1<<52 - 1)
	root := g.word(rootBits)
	magicBits, magic := g.word(0x433<<52), g.constant(1<<52+1023)
	smallest, up, shift := g.constant(0x1p-1022), g.constant(1<<maxShift), g.constant(maxShift)
	one, two, half := g.constant(1), g.constant(2), g.constant(0.5)
	hi, lo := g.constant(ln2Hi), g.constant(ln2Lo)
	q := g.constants(logCoef...)
	inf, minusInf, nan := g.constant(math.Inf(1)), g.constant(math.Inf(-1)), g.constant(math.NaN())
	zero := g.constant(0)

	g.loops(n, 1, func(_ int, rest *mask) {
		v := g.vec()
		g.load(mem(x, 0), rest, v)
		g.advance(x, 1)

		// Denormal numbers are scaled up; k takes that back.
		u, k := g.vec(), g.vec()
		g.VMULPD(up, v, u)
		g.selectIf(less, v, smallest, u, v, u)
		g.move(zero, k)
		t := g.vec()
		g.move(shift, t)
		g.selectIf(less, v, smallest, t, k, k)

		// u = 2ᵏ (1+f), by integer arithmetic on the bits.
		g.VPADDQ(lift, u, u)
		e := g.vec()
		g.VPSRLQ(operand.Imm(52), u, e)
		g.or(magicBits, e)
		g.VSUBPD(magic, e, e)
		g.VSUBPD(k, e, k)
		g.and(mantissa, u)
		g.VPADDQ(root, u, u)
		f := u
		g.VSUBPD(one, u, f)

		s, h := g.vec(), g.vec()
		g.VADDPD(two, f, s)
		g.VDIVPD(s, f, s)
		g.VMULPD(f, f, h)
		g.VMULPD(half, h, h)
		z, p := g.vec(), g.vec()
		g.VMULPD(s, s, z)
		g.move(q[len(q)-1], p)
		for i := len(q) - 2; i >= 0; i-- {
			g.VFMADD213PD(q[i], z, p)
		}
		// k·hi − ((h − (s (h + z p) + k·lo)) − f)
		g.VFMADD213PD(h, z, p)
		g.VMULPD(s, p, p)
		g.VFMADD231PD(lo, k, p)
		g.VSUBPD(p, h, p)
		g.VSUBPD(f, p, p)
		g.VFMSUB231PD(hi, k, p)

		g.move(inf, t)
		g.selectIf(equal, v, inf, t, p, p)
		g.move(minusInf, t)
		g.selectIf(equal, v, zero, t, p, p)
		g.move(nan, t)
		g.selectIf(notGreaterEqual, v, zero, t, p, p)
		g.save(p, rest, mem(dst, 0))
		g.advance(dst, 1)
	})
	g.end()
}

// Predicates of VCMPPD.
const (
	equal           = 0
	less            = 1
	notGreaterEqual = 9 // true for NaN
)

// selectIf sets dst to yes in the lanes where v compares to c, else to no.
func (g *gen) selectIf(predicate uint64, v reg.VecVirtual, c operand.Op, yes, no, dst reg.VecVirtual) {
	if g.w == 8 {
		k := g.K()
		g.VCMPPD(operand.Imm(predicate), c, v, k)
		g.VBLENDMPD(yes, no, k, dst)
		return
	}
	m := g.vec()
	g.VCMPPD(operand.Imm(predicate), c, v, m)
	g.VBLENDVPD(m, yes, no, dst)
}

func (g *gen) or(c operand.Op, v reg.VecVirtual) {
	if g.w == 8 {
		g.VPORQ(c, v, v)
	} else {
		g.VPOR(c, v, v)
	}
}

func (g *gen) and(c operand.Op, v reg.VecVirtual) {
	if g.w == 8 {
		g.VPANDQ(c, v, v)
	} else {
		g.VPAND(c, v, v)
	}
}
