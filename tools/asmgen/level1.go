package main

import (
	"github.com/mmcloughlin/avo/reg"
)

// dot writes the inner product.
func dot(g *gen) {
	g.function("dot", "(n int, x *float64, y *float64) float64", "returns Σ xᵢ yᵢ for n elements.")
	n, x, y := g.param("n"), g.param("x"), g.param("y")
	// Eight chains cover four cycles of latency on two units.
	acc := g.vecs(8)
	for _, a := range acc {
		g.zero(a)
	}
	g.loops(n, len(acc), func(vecs int, rest *mask) {
		for i := range vecs {
			v := g.vec()
			if rest == nil {
				g.VMOVUPD(mem(x, i*g.w), v)
				g.VFMADD231PD(mem(y, i*g.w), v, acc[i])
				continue
			}
			u := g.vec()
			g.load(mem(x, 0), rest, v)
			g.load(mem(y, 0), rest, u)
			g.VFMADD231PD(u, v, acc[i])
		}
		g.advance(x, vecs)
		g.advance(y, vecs)
	})
	for h := len(acc) / 2; h > 0; h /= 2 {
		for i := range h {
			g.VADDPD(acc[i+h], acc[i], acc[i])
		}
	}
	g.Store(g.sum(acc[0]), g.ReturnIndex(0))
	g.end()
}

// axpy writes y += a·x.
func axpy(g *gen) {
	g.function("axpy", "(n int, a float64, x *float64, y *float64)", "adds a·x to y for n elements.")
	n, x, y := g.param("n"), g.param("x"), g.param("y")
	p, err := g.Param("a").Resolve()
	if err != nil {
		panic(err)
	}
	a := g.vec()
	g.VBROADCASTSD(p.Addr, a)
	g.loops(n, 4, func(vecs int, rest *mask) {
		v := make([]reg.VecVirtual, vecs)
		for i := range v {
			v[i] = g.vec()
			g.load(mem(y, i*g.w), rest, v[i])
			if rest == nil {
				g.VFMADD231PD(mem(x, i*g.w), a, v[i])
				continue
			}
			u := g.vec()
			g.load(mem(x, i*g.w), rest, u)
			g.VFMADD231PD(u, a, v[i])
		}
		for i := range v {
			g.save(v[i], rest, mem(y, i*g.w))
		}
		g.advance(x, vecs)
		g.advance(y, vecs)
	})
	g.end()
}

// squares writes y += x∘x.
func squares(g *gen) {
	g.function("squares", "(n int, x *float64, y *float64)", "adds xᵢ² to yᵢ for n elements.")
	n, x, y := g.param("n"), g.param("x"), g.param("y")
	g.loops(n, 4, func(vecs int, rest *mask) {
		v := make([]reg.VecVirtual, vecs)
		for i := range v {
			u := g.vec()
			v[i] = g.vec()
			g.load(mem(x, i*g.w), rest, u)
			g.load(mem(y, i*g.w), rest, v[i])
			g.VFMADD231PD(u, u, v[i])
		}
		for i := range v {
			g.save(v[i], rest, mem(y, i*g.w))
		}
		g.advance(x, vecs)
		g.advance(y, vecs)
	})
	g.end()
}
