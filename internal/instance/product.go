package instance

import (
	"math"
	"math/bits"
)

// wide is a sum of products hi + lo in twice the working precision (Ogita,
// Rump and Oishi 2005, Dot2).
type wide struct{ hi, lo float64 }

func (w *wide) add(x, y float64) {
	p := float64(x * y)
	e := math.FMA(x, y, -p)
	s := w.hi + p
	t := s - w.hi
	w.lo += (w.hi - (s - t)) + (p - t) + e
	w.hi = s
}

func (w wide) value() float64 { return w.hi + w.lo }

// product returns A x, where x has its nonzeros at support.
func (p *Problem) product(n int, support []int) []float64 {
	sums := make([]wide, n)
	switch {
	case p.Dense != nil:
		p.denseProduct(sums, support)
	case p.ColPtr != nil:
		for _, j := range support {
			for k := p.ColPtr[j]; k < p.ColPtr[j+1]; k++ {
				sums[p.RowIdx[k]].add(p.Val[k], p.X[j])
			}
		}
	case p.transform == PartialH:
		p.hadamardProduct(sums, support)
	default:
		p.dctProduct(sums, support)
	}
	b := make([]float64, n)
	for i, w := range sums {
		b[i] = w.value()
	}
	return b
}

// denseProduct adds the rows of a dense matrix times x, four at a time: one after
// the other each sum would wait for its last addition.
func (p *Problem) denseProduct(sums []wide, support []int) {
	m := len(p.X)
	i := 0
	for ; i+4 <= len(sums); i += 4 {
		r0, r1, r2, r3 := p.Dense[i*m:], p.Dense[(i+1)*m:], p.Dense[(i+2)*m:], p.Dense[(i+3)*m:]
		var w0, w1, w2, w3 wide
		for _, j := range support {
			x := p.X[j]
			w0.add(r0[j], x)
			w1.add(r1[j], x)
			w2.add(r2[j], x)
			w3.add(r3[j], x)
		}
		sums[i], sums[i+1], sums[i+2], sums[i+3] = w0, w1, w2, w3
	}
	for ; i < len(sums); i++ {
		for _, j := range support {
			sums[i].add(p.Dense[i*m+j], p.X[j])
		}
	}
}

// dctProduct adds the rows of the orthonormal DCT-II times x,
//
//	c_i = s_i Σⱼ xⱼ cos(π i (2j+1) / 2m),   s_0 = √(1/m), else s_i = √(2/m),
//
// by the definition: angles are reduced exactly, as integers, and the cosines
// come from a table of one quarter wave.
func (p *Problem) dctProduct(sums []wide, support []int) {
	m := len(p.X)
	quarter := make([]float64, m+1)
	for t := range quarter {
		quarter[t] = cosQuarter(t, m)
	}
	period := uint64(4 * m)
	for k, i := range p.Rows {
		scale := math.Sqrt(2 / float64(m))
		if i == 0 {
			scale = math.Sqrt(1 / float64(m))
		}
		for _, j := range support {
			angle := int(uint64(i) * uint64(2*j+1) % period)
			sums[k].add(float64(scale*cosOf(quarter, angle)), p.X[j])
		}
	}
}

// hadamardProduct adds the rows of the orthonormal Walsh–Hadamard transform times x,
// Σⱼ (−1)^|i ∧ j| xⱼ/√m, by the definition.
func (p *Problem) hadamardProduct(sums []wide, support []int) {
	entry := math.Sqrt(1 / float64(len(p.X)))
	for k, i := range p.Rows {
		for _, j := range support {
			sign := 1 - 2*float64(bits.OnesCount(uint(i&j))%2)
			sums[k].add(sign*entry, p.X[j])
		}
	}
}

// cosOf returns cos(π t / 2m) for 0 ≤ t < 4m from the quarter wave 0 ≤ t ≤ m.
func cosOf(quarter []float64, t int) float64 {
	m := len(quarter) - 1
	if t > 2*m {
		t = 4*m - t
	}
	if t > m {
		return -quarter[2*m-t]
	}
	return quarter[t]
}
