package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
)

// constant returns an operand with w copies of x: a register with AVX-512, which
// has enough of them, and read-only memory with AVX2. It must be called before
// the loop that uses it.
func (g *gen) constant(x float64) operand.Op { return g.word(math.Float64bits(x)) }

// word is constant for any 64 bits.
func (g *gen) word(bits uint64) operand.Op {
	copies := g.w
	if g.w == 8 {
		copies = 1
	}
	m, ok := g.words[bits]
	if !ok {
		m = g.StaticGlobal(fmt.Sprintf("word%x%s%s", bits, g.topic, g.name))
		g.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := range copies {
			g.AddDatum(8*i, operand.U64(bits))
		}
		g.words[bits] = m
	}
	if g.w != 8 {
		return m
	}
	v := g.vec()
	g.VBROADCASTSD(m, v)
	return v
}

// constants returns an operand for each number.
func (g *gen) constants(x ...float64) []operand.Op {
	c := make([]operand.Op, len(x))
	for i := range x {
		c[i] = g.constant(x[i])
	}
	return c
}
