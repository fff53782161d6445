package main

import "github.com/mmcloughlin/avo/reg"

// bandRows is how many rows of a matrix the matrix–vector kernels read side by
// side: x, or the result, is then read once per four rows, and four streams keep
// the memory busy.
const bandRows = 4

// rowPointers returns the addresses of bandRows rows.
func (g *gen) rowPointers(a, lda reg.GPVirtual) []reg.GPVirtual {
	rows := []reg.GPVirtual{a}
	for i := 1; i < bandRows; i++ {
		r := g.GP64()
		g.LEAQ(at(rows[i-1], lda, 0), r)
		rows = append(rows, r)
	}
	return rows
}

// gemvBand writes dst = A x for a band of rows.
func gemvBand(g *gen) {
	g.function("gemvBand", "(n int, a *float64, lda int, x *float64, dst *float64)",
		"computes dst = A x for a band of four rows of length n.")
	g.VMOVUPD(g.bandSums(nil), mem(g.param("dst"), 0))
	g.end()
}

// gemvBandAhead adds A x to dst for a band of rows and fetches half of the band
// that lies ahead elements further on.
func gemvBandAhead(g *gen) {
	g.function("gemvBandAhead", "(n int, a *float64, lda int, x *float64, dst *float64, ahead int)",
		"adds A x to dst for a band of four rows of length n. It fetches the last two of the rows ahead elements on to the second-level cache.")
	sum := g.bandSums(g.stride("ahead"))
	dst := g.param("dst")
	g.VADDPD(mem(dst, 0), sum, sum)
	g.VMOVUPD(sum, mem(dst, 0))
	g.end()
}

// bandSums computes A x for a band of rows, and fetches two of those ahead bytes
// further on unless that is nil.
func (g *gen) bandSums(ahead reg.Register) reg.Register {
	n, a, lda, x := g.param("n"), g.param("a"), g.stride("lda"), g.param("x")
	rows := g.rowPointers(a, lda)
	const unroll = 2
	acc := g.vecs(bandRows * unroll)
	for _, v := range acc {
		g.zero(v)
	}
	g.loops(n, unroll, func(vecs int, rest *mask) {
		g.fetch(rows[bandRows/2:], ahead, vecs)
		for i := range vecs {
			xv := g.vec()
			g.load(mem(x, i*g.w), rest, xv)
			for r, p := range rows {
				if rest == nil {
					g.VFMADD231PD(mem(p, i*g.w), xv, acc[i*bandRows+r])
					continue
				}
				v := g.vec()
				g.load(mem(p, 0), rest, v)
				g.VFMADD231PD(v, xv, acc[r])
			}
		}
		g.advance(x, vecs)
		for _, p := range rows {
			g.advance(p, vecs)
		}
	})
	for r := range bandRows {
		g.VADDPD(acc[bandRows+r], acc[r], acc[r])
	}
	return g.sum4(acc[:bandRows])
}

// fetch asks for the cache lines of so many vectors ahead bytes on in each row.
func (g *gen) fetch(rows []reg.GPVirtual, ahead reg.Register, vecs int) {
	if ahead == nil {
		return
	}
	const line = 8 // float64
	for i := 0; i < vecs*g.w; i += line {
		for _, p := range rows {
			g.PREFETCHT1(at(p, ahead, i))
		}
	}
}

// gemvTBand writes dst += Aᵀ y for a band of rows.
func gemvTBand(g *gen) {
	g.function("gemvTBand", "(n int, a *float64, lda int, y *float64, dst *float64)",
		"adds Aᵀ y to dst for a band of four rows of length n.")
	g.bandCombination(nil)
	g.end()
}

// gemvTBandAhead is gemvTBand that fetches the other half of the band ahead.
func gemvTBandAhead(g *gen) {
	g.function("gemvTBandAhead", "(n int, a *float64, lda int, y *float64, dst *float64, ahead int)",
		"adds Aᵀ y to dst for a band of four rows of length n. It fetches the first two of the rows ahead elements on to the second-level cache.")
	g.bandCombination(g.stride("ahead"))
	g.end()
}

// bandCombination adds Aᵀ y to dst for a band of rows, and fetches two of those
// ahead bytes further on unless that is nil.
func (g *gen) bandCombination(ahead reg.Register) {
	n, a, lda := g.param("n"), g.param("a"), g.stride("lda")
	y, dst := g.param("y"), g.param("dst")
	rows := g.rowPointers(a, lda)
	f := g.vecs(bandRows)
	for i := range f {
		g.VBROADCASTSD(mem(y, i), f[i])
	}
	g.loops(n, 2, func(vecs int, rest *mask) {
		g.fetch(rows[:bandRows/2], ahead, vecs)
		for i := range vecs {
			acc := g.vec()
			g.load(mem(dst, i*g.w), rest, acc)
			for r, p := range rows {
				if rest == nil {
					g.VFMADD231PD(mem(p, i*g.w), f[r], acc)
					continue
				}
				v := g.vec()
				g.load(mem(p, 0), rest, v)
				g.VFMADD231PD(v, f[r], acc)
			}
			g.save(acc, rest, mem(dst, i*g.w))
		}
		g.advance(dst, vecs)
		for _, p := range rows {
			g.advance(p, vecs)
		}
	})
}
