package limit

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/linop"
)

// units are the power-of-two scalings that take a problem to normalised units:
//
//	Ã = R A diag(1/w),  b̃ = βRb,  x = x̃/(βw),  y = Rỹ
//
// R and β are exact; the weights are folded into the columns.
type units struct {
	row []float64 // R, nil: ones
	col []float64 // 1/w, nil: ones
	rhs []float64 // βR, nil: ones
	x   float64   // 1/β
}

// moderate is the range of norms that needs no scaling: within it no product
// of the lanes over- or underflows and comparisons against 1 make sense.
// balanced is the ratio of the norms of two rows from which on the rows are
// scaled to about the same norm: the units of a measurement shall not decide
// how much it counts.
const (
	moderate = 0x1p20
	balanced = 16
)

// chooseUnits looks at the norms of the rows and of b. A well-scaled problem
// is left alone, so that its operator is used directly.
func chooseUnits(p Problem) units {
	n, _ := p.A.Dims()
	u := units{x: 1, col: inverseWeights(p)}
	rows := make([]float64, n)
	if _, ok := p.A.(linop.RowNormer); ok { // without it a norm would cost a product
		linop.RowNorms(linop.Scale(p.A, nil, u.col), rows)
	}
	lo, hi := math.Inf(1), 0.0
	for _, r := range rows {
		if r > 0 {
			lo, hi = math.Min(lo, r), math.Max(hi, r)
		}
	}
	if hi > 0 && (hi > moderate || lo < 1/moderate || hi > balanced*lo) {
		u.row = make([]float64, n)
		for i, r := range rows {
			u.row[i] = 1
			if r > 0 {
				u.row[i] = powerOfTwo(1 / r)
			}
		}
	}
	scaled := append([]float64(nil), p.B...)
	for i := range u.row {
		scaled[i] *= u.row[i]
	}
	scale := outOfRange(scaled)
	if scale != 1 || u.row != nil {
		u.rhs = make([]float64, n)
		for i := range u.rhs {
			u.rhs[i] = scale
			if u.row != nil {
				u.rhs[i] *= u.row[i]
			}
		}
	}
	u.x = 1 / scale
	return u
}

// inverseWeights returns 1/w, nil for ones.
func inverseWeights(p Problem) []float64 {
	if p.Weights == nil {
		return nil
	}
	col := make([]float64, len(p.Weights))
	for j, w := range p.Weights {
		col[j] = 1 / w
	}
	return col
}

// pathUnits scales A and b by powers of two as a whole: scaling rows
// separately would change the norm of the residual, and with it the path.
func pathUnits(p Problem) units {
	n, m := p.A.Dims()
	u := units{x: 1, col: inverseWeights(p)}
	norms := make([]float64, m)
	linop.ColumnNorms(linop.Scale(p.A, nil, u.col), norms)
	rho := outOfRange(norms)
	scaled := append([]float64(nil), p.B...)
	for i := range scaled {
		scaled[i] *= rho
	}
	beta := outOfRange(scaled)
	if rho != 1 {
		u.row = slices.Repeat([]float64{rho}, n)
	}
	if rho != 1 || beta != 1 {
		u.rhs = slices.Repeat([]float64{rho * beta}, n)
	}
	u.x = 1 / beta
	return u
}

// outOfRange returns the power of two that brings the largest entry to [½, 1],
// or 1 if it is moderate or zero.
func outOfRange(x []float64) float64 {
	top := 0.0
	for _, v := range x {
		top = math.Max(top, math.Abs(v))
	}
	if top > moderate || top > 0 && top < 1/moderate {
		return powerOfTwo(1 / top)
	}
	return 1
}

// powerOfTwo is the power of two next below x > 0, kept within the range in
// which it and its inverse are normal numbers.
func powerOfTwo(x float64) float64 {
	if math.IsInf(x, 1) {
		return 0x1p1000
	}
	_, e := math.Frexp(x)
	return math.Ldexp(1, min(max(e-1, -1000), 1000))
}

// normalise returns R A diag(1/w). It is a view of A, except for rows so small
// or large that products of two entries of A leave the range of doubles: these
// are scaled in a copy.
func (u units) normalise(a linop.Operator) linop.Operator {
	if u.row == nil && u.col == nil {
		return a
	}
	for _, r := range u.row {
		if (r > extreme || r < 1/extreme) && linop.Stored(a) {
			return scaledCopy(a, u.row, u.col)
		}
	}
	return linop.Scale(a, u.row, u.col)
}

// extreme is the row scale beyond which squares of entries are in danger.
const extreme = 0x1p200

// scaledCopy returns diag(row) A diag(col) as a matrix of its own: dense for a
// dense A, compressed otherwise.
func scaledCopy(a linop.Operator, row, col []float64) linop.Operator {
	n, m := a.Dims()
	factor := func(i, j int) float64 {
		if col == nil {
			return row[i]
		}
		return row[i] * col[j]
	}
	if _, dense := a.(*linop.Dense); dense {
		data := make([]float64, n*m)
		for i := range n {
			linop.Row(a, i, func(j int, v float64) { data[i*m+j] = v * factor(i, j) })
		}
		return linop.NewDense(n, m, data)
	}
	var rows, cols []int
	var vals []float64
	for i := range n {
		linop.Row(a, i, func(j int, v float64) {
			rows, cols, vals = append(rows, i), append(cols, j), append(vals, v*factor(i, j))
		})
	}
	return linop.FromTriplets(n, m, rows, cols, vals)
}

func (u units) normaliseRHS(b []float64) []float64 {
	out := append([]float64(nil), b...)
	if u.rhs != nil {
		for i := range out {
			out[i] *= u.rhs[i]
		}
	}
	return out
}

// primal returns x in the units of the problem.
func (u units) primal(x []float64) []float64 {
	out := append([]float64(nil), x...)
	for j := range out {
		out[j] *= u.x
		if u.col != nil {
			out[j] *= u.col[j]
		}
	}
	return out
}

// scaledPrimal is the inverse of primal.
func (u units) scaledPrimal(x []float64) []float64 {
	out := append([]float64(nil), x...)
	for j := range out {
		out[j] /= u.x
		if u.col != nil {
			out[j] /= u.col[j]
		}
	}
	return out
}

// dual returns y in the units of the problem.
func (u units) dual(y []float64) []float64 {
	out := append([]float64(nil), y...)
	if u.row != nil {
		for i := range out {
			out[i] *= u.row[i]
		}
	}
	return out
}

// nu returns ν with x = Aᵀν in the units of the problem, which has no weights,
// and scaledNu is its inverse.
func (u units) nu(nu []float64) []float64 {
	out := u.dual(nu)
	scale(u.x, out)
	return out
}

func (u units) scaledNu(nu []float64) []float64 {
	out := append([]float64(nil), nu...)
	for i := range out {
		out[i] /= u.x
		if u.row != nil {
			out[i] /= u.row[i]
		}
	}
	return out
}
