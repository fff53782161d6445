package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// colVecs is the width of the register tile in vectors. A w×3w tile takes 24 of
// 32 registers with AVX-512 and 12 of 16 with AVX2, and needs w broadcasts and 3
// loads for 3w multiply-adds: the arithmetic units are the bottleneck, not the
// load ports.
const colVecs = 3

// gemmTile writes the micro-kernel of the matrix product (Goto and van de Geijn
// 2008; Van Zee and van de Geijn 2015).
func gemmTile(g *gen) {
	g.function("gemmTile", "(kc int, a *float64, lda int, b *float64, ldb int, c *float64, ldc int, mode int)",
		"multiplies one tile, see tile.")
	kc, a, lda := g.param("kc"), g.param("a"), g.stride("lda")
	b, ldb := g.param("b"), g.stride("ldb")
	c, ldc := g.param("c"), g.stride("ldc")

	acc := make([][]reg.VecVirtual, g.w)
	row := g.GP64()
	g.MOVQ(c, row)
	for i := range acc {
		acc[i] = g.vecs(colVecs)
		for j := range acc[i] {
			g.zero(acc[i][j])
			if j*g.w%8 == 0 {
				g.PREFETCHT0(mem(row, j*g.w))
			}
		}
		g.ADDQ(ldc, row)
	}

	step := func() {
		bv := g.vecs(colVecs)
		for j := range bv {
			g.VMOVUPD(mem(b, j*g.w), bv[j])
		}
		for i := range acc {
			av := g.vec()
			g.VBROADCASTSD(mem(a, i), av)
			for j := range bv {
				g.VFMADD231PD(bv[j], av, acc[i][j])
			}
		}
		g.ADDQ(lda, a)
		g.ADDQ(ldb, b)
	}
	const unroll = 4
	loop, tail, done := g.label("loop"), g.label("tail"), g.label("done")
	g.SUBQ(operand.Imm(unroll), kc)
	g.JLT(operand.LabelRef(tail))
	g.Label(loop)
	for range unroll {
		step()
	}
	g.SUBQ(operand.Imm(unroll), kc)
	g.JGE(operand.LabelRef(loop))
	g.Label(tail)
	g.ADDQ(operand.Imm(unroll), kc)
	one := g.label("one")
	g.Label(one)
	g.JZ(operand.LabelRef(done))
	step()
	g.DECQ(kc)
	g.JMP(operand.LabelRef(one))
	g.Label(done)

	mode := g.param("mode")
	add, sub := g.label("add"), g.label("sub")
	g.CMPQ(mode, operand.Imm(1))
	g.JEQ(operand.LabelRef(add))
	g.JGT(operand.LabelRef(sub))
	store := func(combine func(m operand.Mem, v reg.VecVirtual)) {
		for i := range acc {
			for j, v := range acc[i] {
				m := mem(c, j*g.w)
				combine(m, v)
				g.VMOVUPD(v, m)
			}
			g.ADDQ(ldc, c)
		}
		g.end()
	}
	store(func(operand.Mem, reg.VecVirtual) {})
	g.Label(add)
	store(func(m operand.Mem, v reg.VecVirtual) { g.VADDPD(m, v, v) })
	g.Label(sub)
	// old − v as old + (−1)·v: one register of ones less than a load each.
	minus := g.vec()
	store(func(m operand.Mem, v reg.VecVirtual) {
		g.VMOVUPD(m, minus)
		g.VSUBPD(v, minus, v)
	})
}

// trsmTile writes the triangular solve on one register tile.
func trsmTile(g *gen) {
	g.function("trsmTile", "(l *float64, ldl int, x *float64, ldx int)",
		"solves with one diagonal block, see tile.")
	l, ldl := g.param("l"), g.stride("ldl")
	x, ldx := g.param("x"), g.stride("ldx")
	v := make([][]reg.VecVirtual, g.w)
	p := g.GP64()
	g.MOVQ(x, p)
	for i := range v {
		v[i] = g.vecs(colVecs)
		for j := range v[i] {
			g.VMOVUPD(mem(p, j*g.w), v[i][j])
		}
		g.ADDQ(ldx, p)
	}
	for k := range v {
		inv := g.vec()
		g.VBROADCASTSD(mem(l, k), inv)
		for j := range v[k] {
			g.VMULPD(inv, v[k][j], v[k][j])
			g.VMOVUPD(v[k][j], mem(x, j*g.w))
		}
		for i := k + 1; i < len(v); i++ {
			f := g.vec()
			g.VBROADCASTSD(mem(l, i), f)
			for j := range v[i] {
				g.VFNMADD231PD(v[k][j], f, v[i][j])
			}
		}
		g.ADDQ(ldl, l)
		g.ADDQ(ldx, x)
	}
	g.end()
}
