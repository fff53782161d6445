package main

import "github.com/mmcloughlin/avo/operand"

// rotate writes the application of a chain of plane rotations to a panel: each
// takes over one column from the one before it, which never leaves the registers.
func rotate(g *gen) {
	g.function("rotate", "(n int, cs *float64, z *float64, step int)",
		"applies a chain of n > 0 plane rotations, see rotateChain.")
	n, cs, z, step := g.param("n"), g.param("cs"), g.param("z"), g.stride("step")
	run := g.vecs(colVecs)
	for i := range run {
		g.VMOVUPD(mem(z, i*g.w), run[i])
	}
	loop := g.label("loop")
	g.Label(loop)
	c, s := g.vec(), g.vec()
	g.VBROADCASTSD(mem(cs, 0), c)
	g.VBROADCASTSD(mem(cs, 1), s)
	g.ADDQ(operand.Imm(16), cs)
	for i := range run {
		y, out := g.vec(), g.vec()
		g.VMOVUPD(at(z, step, i*g.w), y)
		g.VMULPD(s, y, out)
		g.VFMADD231PD(run[i], c, out)
		g.VMOVUPD(out, mem(z, i*g.w))
		g.VMULPD(c, y, y)
		g.VFNMADD213PD(y, s, run[i])
	}
	g.ADDQ(step, z)
	g.DECQ(n)
	g.JNZ(operand.LabelRef(loop))
	for i := range run {
		g.VMOVUPD(run[i], mem(z, i*g.w))
	}
	g.end()
}
