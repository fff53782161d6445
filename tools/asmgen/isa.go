package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is an instruction set that kernels are written for.
type isa struct {
	name string // suffix of the functions
	file string // part of the file names
	w    int    // float64 per vector
}

var (
	avx2   = isa{name: "AVX2", file: "avx2", w: 4}
	avx512 = isa{name: "AVX512", file: "avx512", w: 8}
)

// gen is the state of one generated file.
type gen struct {
	*build.Context
	isa
	topic      string
	labels     int
	lanesTable *operand.Mem
	words      map[uint64]operand.Mem // constants in memory by their bits
}

// vec returns a fresh vector register.
func (g *gen) vec() reg.VecVirtual {
	if g.w == 8 {
		return g.ZMM()
	}
	return g.YMM()
}

// vecs returns n fresh vector registers.
func (g *gen) vecs(n int) []reg.VecVirtual {
	v := make([]reg.VecVirtual, n)
	for i := range v {
		v[i] = g.vec()
	}
	return v
}

// zero clears a vector register.
func (g *gen) zero(v reg.VecVirtual) { g.VXORPD(v, v, v) }

// label returns a name that is used once in the file.
func (g *gen) label(base string) string {
	g.labels++
	return base + letters(g.labels)
}

func letters(n int) string {
	s := ""
	for ; n > 0; n /= 26 {
		s = string(rune('a'+n%26)) + s
	}
	return "_" + s
}

// function starts the kernel name with the Go parameters sig.
func (g *gen) function(name, sig, doc string) {
	g.Function(name + g.name)
	g.SignatureExpr("func" + sig)
	g.Pragma("noescape")
	g.Doc(name + g.name + " " + doc)
}

// param loads an integer or pointer parameter.
func (g *gen) param(name string) reg.GPVirtual {
	r := g.GP64()
	g.Load(g.Param(name), r)
	return r
}

// stride loads a parameter that counts float64 and turns it into bytes.
func (g *gen) stride(name string) reg.GPVirtual {
	r := g.param(name)
	g.SHLQ(operand.Imm(3), r)
	return r
}

// end returns from the kernel. The upper halves are cleared because Go code
// that follows may use legacy SSE, which is slow after dirty upper halves.
func (g *gen) end() {
	g.VZEROUPPER()
	g.RET()
}

// mem is the address p + 8·i.
func mem(p reg.Register, i int) operand.Mem { return operand.Mem{Base: p, Disp: 8 * i} }

// at is the address p + x + 8·i for x in bytes.
func at(p, x reg.Register, i int) operand.Mem {
	return operand.Mem{Base: p, Index: x, Scale: 1, Disp: 8 * i}
}
