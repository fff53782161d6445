package certify

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// combination is V = Σpᵢzᵢ/Σpᵢ and, for each coordinate, the size of its terms,
// Σpᵢ|zᵢⱼ|/Σpᵢ. Of K classes with intercepts it also has what their coordinates,
// which should be 0, are.
type combination struct {
	sum, size  []estimate
	unbalanced []estimate
}

// over returns c/total; without coordinates, which stands for infinity, where that
// may not be positive.
func (c combination) over(total estimate) combination {
	if total.down() <= 0 {
		return combination{}
	}
	for j := range c.sum {
		c.sum[j], c.size[j] = c.sum[j].over(total), c.size[j].over(total)
	}
	for k := range c.unbalanced {
		c.unbalanced[k] = c.unbalanced[k].over(total)
	}
	return c
}

// length returns the bound on the margin that c gives: its dual norm, and what
// intercepts add.
func (s *separator) length(c combination) estimate {
	if c.sum == nil {
		return estimate{math.Inf(1), 0}
	}
	length := normIn(c.sum, s.dualPower())
	if c.unbalanced != nil {
		var sum estimate
		for _, d := range c.unbalanced {
			sum = sum.plus(d)
		}
		length = length.plus(estimate{raise(sum.abs() * s.reach()), 0})
	}
	return length
}

// denial measures NotSeparable. With ε = maxⱼ |Vⱼ|/Mⱼ, Mⱼ = Σpᵢ|zᵢⱼ|/Σpᵢ the mean size
// of coordinate j about the centre of the points (the origin without an intercept),
//
//	minᵢ zᵢᵀw ≤ Vᵀw ≤ ε Σⱼ |wⱼ|Mⱼ
//
// for every w (an intercept drops out), so that at some point the terms wⱼzᵢⱼ of a
// separator cancel to ε of their mean size. Neither the units nor, with an intercept,
// the origin of a coordinate matter. Residual is ε, and has to be at most
// 1/farkasStrength; Bound is ‖V‖, which no margin exceeds. Where the points that p
// combines are seen to be linearly independent (with 1 as a coordinate for the
// intercept), V cannot be 0 and the claim is refused.
func (s *separator) denial(m *measured, length estimate, c combination) {
	m.support = 0
	m.bound = length
	m.boundSlack = agreement * length.abs()
	m.residualSlack = agreement + 1e-15
	m.residual = estimate{1, 0}
	if c.sum != nil {
		m.residual = estimate{}
		for j, v := range c.sum {
			if v.val == 0 && c.size[j].val == 0 {
				continue // only zeros
			}
			m.boundSlack += 1e-15 * c.size[j].abs()
			share := estimate{math.MaxFloat64, 0}
			if c.size[j].down() > 0 {
				share = v.over(c.size[j])
			}
			if share.val = math.Abs(share.val); share.up() > m.residual.up() {
				m.residual = share
			}
		}
		for _, d := range c.unbalanced {
			if d.up() > m.residual.up() {
				m.residual = d
			}
		}
	}
	m.extra = append(m.extra, Check{"terms of Σpᵢzᵢ that do not cancel, relative", m.residual.up(), 1 / farkasStrength, m.residual.up() <= 1/farkasStrength})
	if s.independent() {
		m.extra = append(m.extra, Check{"points that p combines are independent (exact, modulo 2⁶¹−1)", 1, 0, false})
	}
}

// independent reports whether the zᵢ with pᵢ > 0 are seen to be linearly independent.
func (s *separator) independent() bool {
	k := len(s.Y) / s.n
	blocks, width := 1, s.d
	if s.cert.Bias {
		width++
	}
	if k > 1 {
		blocks = k
	}
	var rows []int
	for r, p := range s.Y {
		if own := k > 1 && s.classes[r%k] == s.b[r/k]; p > 0 && !own {
			rows = append(rows, r)
		}
	}
	size := blocks * width
	if len(rows) > size || float64(len(rows))*float64(len(rows))*float64(size) > rankWork {
		return false
	}
	points := map[int][]float64{}
	for _, r := range rows {
		x := make([]float64, width)
		if s.cert.Bias {
			x[s.d] = 1
		}
		points[r/k] = x
	}
	s.e.each(func(i, j int, v float64) {
		if x := points[i]; x != nil {
			x[j] = v
		}
	})
	data := make([]float64, len(rows)*size)
	for q, r := range rows {
		x := points[r/k]
		row := data[q*size : (q+1)*size]
		if k == 1 {
			copy(row, x)
			continue
		}
		for block, label := range s.classes {
			switch {
			case label == s.b[r/k]:
				copy(row[block*width:], x)
			case block == r%k:
				for j, v := range x {
					row[block*width+j] = -v
				}
			}
		}
	}
	return FullColumnRank(size, len(rows), data)
}

// rowNorms returns ‖xᵢ‖, plainly computed.
func (s *separator) rowNorms() []float64 {
	norms := make([]float64, s.n)
	s.e.each(func(i, _ int, v float64) { norms[i] = math.Hypot(norms[i], v) })
	return norms
}

// centre returns the points moved by the first of them in those coordinates in which
// they lie close together beside their distance from 0, where Σpᵢxᵢ would lose digits.
// Separators with an intercept move along. The differences are rounded, each to half a
// unit in its last place, if at all. Sparse points are left alone.
func centre(a linop.Operator, e entries) (moved linop.Operator, rounded bool) {
	if _, dense := a.(*linop.Dense); !dense || e.rows == 0 {
		return a, false
	}
	first, spread := make([]float64, e.cols), make([]float64, e.cols)
	e.each(func(i, j int, v float64) {
		if i == 0 {
			first[j] = v
		}
	})
	e.each(func(_, j int, v float64) { spread[j] = max(spread[j], math.Abs(v-first[j])) })
	for j, v := range first {
		if math.Abs(v) <= offset*spread[j] {
			first[j] = 0
		}
		rounded = rounded || first[j] != 0
	}
	if !rounded {
		return a, false
	}
	data := make([]float64, e.rows*e.cols)
	e.each(func(i, j int, v float64) { data[i*e.cols+j] = v - first[j] })
	return linop.NewDense(e.rows, e.cols, data), true
}

// offset is the distance of a coordinate from 0, in units of its spread, from which on
// it is centred.
const offset = 16
