package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// mask selects the first elements of a vector: an opmask register with AVX-512,
// a vector of sign bits with AVX2.
type mask struct {
	k reg.Register
	v reg.VecVirtual
}

// firstLanes returns the mask of the first n < w lanes; n is destroyed.
func (g *gen) firstLanes(n reg.GPVirtual) mask {
	if g.w == 8 {
		bits := g.GP64()
		g.MOVQ(operand.I64(-1), bits)
		g.BZHIQ(n, bits, bits)
		k := g.K()
		g.KMOVW(bits.As32(), k)
		return mask{k: k}
	}
	table := g.lanes()
	base := g.GP64()
	g.LEAQ(table, base)
	g.NEGQ(n)
	v := g.vec()
	g.VMOVUPD(operand.Mem{Base: base, Index: n, Scale: 8, Disp: 8 * g.w}, v)
	return mask{v: v}
}

// lanes returns the address of w words of ones that w words of zeros follow.
func (g *gen) lanes() operand.Mem {
	if g.lanesTable == nil {
		m := g.StaticGlobal("lanes" + g.topic + g.name)
		g.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := range 2 * g.w {
			x := ^uint64(0)
			if i >= g.w {
				x = 0
			}
			g.AddDatum(8*i, operand.U64(x))
		}
		g.lanesTable = &m
	}
	return *g.lanesTable
}

// loadFirst loads the lanes of the mask and clears the others.
func (g *gen) loadFirst(m operand.Mem, k mask, v reg.VecVirtual) {
	if g.w == 8 {
		g.VMOVUPD_Z(m, k.k, v)
	} else {
		g.VMASKMOVPD(m, k.v, v)
	}
}

// storeFirst stores the lanes of the mask.
func (g *gen) storeFirst(v reg.VecVirtual, k mask, m operand.Mem) {
	if g.w == 8 {
		g.VMOVUPD(v, k.k, m)
	} else {
		g.VMASKMOVPD(v, k.v, m)
	}
}

// loops writes a loop over n elements in steps of unroll vectors, one vector,
// and a masked rest: body gets the number of vectors and, for the rest, the
// mask. The body must advance its pointers by the vectors that it used. n is
// destroyed.
func (g *gen) loops(n reg.GPVirtual, unroll int, body func(vecs int, rest *mask)) {
	steps := []int{unroll, 1}
	if unroll == 1 {
		steps = steps[1:]
	}
	done := g.label("done")
	for _, s := range steps {
		loop, next := g.label("loop"), g.label("next")
		g.SUBQ(operand.U32(s*g.w), n)
		g.JLT(operand.LabelRef(next))
		g.Label(loop)
		body(s, nil)
		g.SUBQ(operand.U32(s*g.w), n)
		g.JGE(operand.LabelRef(loop))
		g.Label(next)
		g.ADDQ(operand.U32(s*g.w), n)
	}
	g.JZ(operand.LabelRef(done))
	k := g.firstLanes(n)
	body(1, &k)
	g.Label(done)
}

// load loads a vector, or its first lanes for the rest of a loop.
func (g *gen) load(m operand.Mem, rest *mask, v reg.VecVirtual) {
	if rest != nil {
		g.loadFirst(m, *rest, v)
		return
	}
	g.VMOVUPD(m, v)
}

// save stores a vector, or its first lanes for the rest of a loop.
func (g *gen) save(v reg.VecVirtual, rest *mask, m operand.Mem) {
	if rest != nil {
		g.storeFirst(v, *rest, m)
		return
	}
	g.VMOVUPD(v, m)
}

// advance moves a pointer by some vectors.
func (g *gen) advance(p reg.Register, vecs int) {
	g.ADDQ(operand.U32(8*g.w*vecs), p)
}

// fold adds the upper half of each vector to the lower one until 256 bits are
// left.
func (g *gen) fold(v []reg.VecVirtual) []reg.Register {
	y := make([]reg.Register, len(v))
	for i := range v {
		if g.w == 8 {
			hi := g.YMM()
			g.VEXTRACTF64X4(operand.Imm(1), v[i], hi)
			g.VADDPD(hi, v[i].AsY(), hi)
			y[i] = hi
		} else {
			y[i] = v[i]
		}
	}
	return y
}

// sum returns a register with the sum of a vector's elements in lane 0.
func (g *gen) sum(v reg.VecVirtual) reg.Register {
	y := g.fold([]reg.VecVirtual{v})[0]
	x := g.XMM()
	g.VEXTRACTF128(operand.Imm(1), y, x)
	g.VADDPD(y.(reg.VecVirtual).AsX(), x, x)
	h := g.XMM()
	g.VUNPCKHPD(x, x, h)
	g.VADDSD(h, x, x)
	return x
}

// sum4 returns a 256-bit register with the sums of four vectors.
func (g *gen) sum4(v []reg.VecVirtual) reg.Register {
	y := g.fold(v)
	lo, hi := g.YMM(), g.YMM()
	g.VHADDPD(y[1], y[0], lo)
	g.VHADDPD(y[3], y[2], hi)
	cross, keep := g.YMM(), g.YMM()
	g.VPERM2F128(operand.Imm(0x21), hi, lo, cross)
	g.VBLENDPD(operand.Imm(0xc), hi, lo, keep)
	g.VADDPD(cross, keep, keep)
	return keep
}
