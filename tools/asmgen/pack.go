package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// packTranspose writes the kernel that packs w rows whose elements are
// contiguous, which is a transposition in w×w blocks.
func packTranspose(g *gen) {
	g.function("packTranspose", "(dst *float64, ldd int, src *float64, lds int, last int, kc int, scale *float64)",
		"packs a group of rows, see packer.")
	dst, ldd := g.param("dst"), g.stride("ldd")
	src, lds := g.param("src"), g.stride("lds")
	last, kc, scale := g.param("last"), g.param("kc"), g.param("scale")

	// Row pointers; rows past the last repeat it.
	rows := make([]reg.GPVirtual, g.w)
	rows[0] = src
	zero := g.GP64()
	g.XORQ(zero, zero)
	for i := 1; i < g.w; i++ {
		rows[i] = g.GP64()
		g.CMPQ(last, operand.U32(i))
		g.CMOVQLT(zero, lds)
		g.LEAQ(at(rows[i-1], lds, 0), rows[i])
	}

	scaled, plain := g.label("scaled"), g.label("plain")
	_ = plain
	body := func(withScale bool) {
		loop, tail, one, done := g.label("loop"), g.label("tail"), g.label("one"), g.label("done")
		g.SUBQ(operand.U32(g.w), kc)
		g.JLT(operand.LabelRef(tail))
		g.Label(loop)
		v := g.vecs(g.w)
		var s reg.VecVirtual
		if withScale {
			s = g.vec()
			g.VMOVUPD(mem(scale, 0), s)
			g.ADDQ(operand.U32(8*g.w), scale)
		}
		for i, r := range rows {
			if withScale {
				g.VMULPD(mem(r, 0), s, v[i])
			} else {
				g.VMOVUPD(mem(r, 0), v[i])
			}
			g.ADDQ(operand.U32(8*g.w), r)
		}
		for _, t := range g.transpose(v) {
			g.VMOVUPD(t, mem(dst, 0))
			g.ADDQ(ldd, dst)
		}
		g.SUBQ(operand.U32(g.w), kc)
		g.JGE(operand.LabelRef(loop))
		g.Label(tail)
		g.ADDQ(operand.U32(g.w), kc)
		g.Label(one)
		g.JZ(operand.LabelRef(done))
		x := g.XMM()
		for i, r := range rows {
			g.VMOVSD(mem(r, 0), x)
			if withScale {
				g.VMULSD(mem(scale, 0), x, x)
			}
			g.VMOVSD(x, mem(dst, i))
			g.ADDQ(operand.Imm(8), r)
		}
		if withScale {
			g.ADDQ(operand.Imm(8), scale)
		}
		g.ADDQ(ldd, dst)
		g.DECQ(kc)
		g.JMP(operand.LabelRef(one))
		g.Label(done)
		g.end()
	}
	g.TESTQ(scale, scale)
	g.JNZ(operand.LabelRef(scaled))
	body(false)
	g.Label(scaled)
	body(true)
}

// transpose returns registers that hold the columns of the w×w block whose rows
// are v. It destroys v.
func (g *gen) transpose(v []reg.VecVirtual) []reg.VecVirtual {
	// Within 128-bit lanes: pairs of rows.
	t := g.vecs(g.w)
	for i := 0; i < g.w; i += 2 {
		g.VUNPCKLPD(v[i+1], v[i], t[i])
		g.VUNPCKHPD(v[i+1], v[i], t[i+1])
	}
	if g.w == 4 {
		for i := range 2 {
			g.VPERM2F128(operand.Imm(0x20), t[i+2], t[i], v[i])
			g.VPERM2F128(operand.Imm(0x31), t[i+2], t[i], v[i+2])
		}
		return v
	}
	// t[2p+h] holds, in lane q, the rows 2p and 2p+1 of column 2q+h. Two rounds
	// of lane shuffles gather one column of four such registers.
	u := v
	for h := range 2 {
		g.VSHUFF64X2(operand.Imm(0x88), t[2+h], t[h], u[h])   // lanes 0, 2 of p = 0, 1
		g.VSHUFF64X2(operand.Imm(0xdd), t[2+h], t[h], u[2+h]) // lanes 1, 3
		g.VSHUFF64X2(operand.Imm(0x88), t[6+h], t[4+h], u[4+h])
		g.VSHUFF64X2(operand.Imm(0xdd), t[6+h], t[4+h], u[6+h])
	}
	for h := range 2 {
		g.VSHUFF64X2(operand.Imm(0x88), u[4+h], u[h], t[h])     // column h
		g.VSHUFF64X2(operand.Imm(0xdd), u[4+h], u[h], t[4+h])   // column 4+h
		g.VSHUFF64X2(operand.Imm(0x88), u[6+h], u[2+h], t[2+h]) // column 2+h
		g.VSHUFF64X2(operand.Imm(0xdd), u[6+h], u[2+h], t[6+h]) // column 6+h
	}
	return t
}

// packCopy writes the kernel that packs a group of rows, a full tile edge wide,
// whose elements are contiguous across the rows.
func packCopy(g *gen) {
	for _, n := range []int{1, colVecs} {
		name := "packCopy1"
		if n != 1 {
			name = "packCopy3"
		}
		g.function(name, "(dst *float64, src *float64, lds int, kc int, scale *float64)",
			"packs a group of rows, see packer.")
		dst, src, lds := g.param("dst"), g.param("src"), g.stride("lds")
		kc, scale := g.param("kc"), g.param("scale")
		scaled := g.label("scaled")
		body := func(withScale bool) {
			loop, done := g.label("loop"), g.label("done")
			g.TESTQ(kc, kc)
			g.Label(loop)
			g.JZ(operand.LabelRef(done))
			v := g.vecs(n)
			if withScale {
				s := g.vec()
				g.VBROADCASTSD(mem(scale, 0), s)
				g.ADDQ(operand.Imm(8), scale)
				for i := range v {
					g.VMULPD(mem(src, i*g.w), s, v[i])
				}
			} else {
				for i := range v {
					g.VMOVUPD(mem(src, i*g.w), v[i])
				}
			}
			for i := range v {
				g.VMOVUPD(v[i], mem(dst, i*g.w))
			}
			g.ADDQ(lds, src)
			g.ADDQ(operand.U32(8*n*g.w), dst)
			g.DECQ(kc)
			g.JMP(operand.LabelRef(loop))
			g.Label(done)
			g.end()
		}
		g.TESTQ(scale, scale)
		g.JNZ(operand.LabelRef(scaled))
		body(false)
		g.Label(scaled)
		body(true)
	}
}
