package certify

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// balance returns (RA, Rb, R⁻¹y) with R a diagonal of powers of two that bring
// the rows of A to norms in [½, 1): scaling a row and its right-hand side
// changes neither the solutions nor bᵀy or Aᵀy, but it does change the norms
// that a Farkas claim is measured by. In balanced rows the measure does not
// depend on the units of the measurements. Rows of zeros are balanced by bᵢ.
//
// The arguments are returned as they are where all rows have moderate norms,
// where the scaling would not be exact, and where A does not show its entries.
func balance(a linop.Operator, b, y []float64) (linop.Operator, []float64, []float64) {
	e, ok := entriesOf(a)
	if !ok {
		return a, b, y
	}
	size := append([]float64(nil), b...)
	e.each(func(i, _ int, v float64) {
		if v != 0 {
			size[i] = 0
		}
	})
	e.each(func(i, _ int, v float64) { size[i] = math.Hypot(size[i], v) })
	if moderateNorms(size) {
		return a, b, y
	}
	row := make([]float64, len(b))
	rb, ry := make([]float64, len(b)), make([]float64, len(b))
	for i, s := range size {
		_, k := math.Frexp(s)
		row[i] = math.Ldexp(1, min(max(-k, -1000), 1000))
		rb[i], ry[i] = b[i]*row[i], y[i]/row[i]
		if rb[i]/row[i] != b[i] || ry[i]*row[i] != y[i] {
			return a, b, y
		}
	}
	exact := true
	e.each(func(i, _ int, v float64) { exact = exact && v*row[i]/row[i] == v })
	if !exact {
		return a, b, y
	}
	if _, shared := a.(*linop.Shard); shared && e.rows*e.cols > computedLimit {
		return linop.Scale(a, row, nil), rb, ry // too large for a copy in one process
	}
	return e.scaled(row), rb, ry
}

// balanced reports whether the claim is measured in balanced rows: a σ fixes
// the units of the rows.
func (c Certificate) balanced() bool { return c.Claim.farkas() && !c.Claim.margin() && c.Sigma == nil }

// moderateNorms reports whether the nonzero sizes are within a factor 16 of each
// other and near 1.
func moderateNorms(size []float64) bool {
	lo, hi := math.Inf(1), 0.0
	for _, s := range size {
		if s = math.Abs(s); s != 0 {
			lo, hi = min(lo, s), max(hi, s)
		}
	}
	return hi <= 16*lo && hi <= 0x1p20 && lo >= 0x1p-20 || hi == 0
}

// each visits the stored entries.
func (e entries) each(visit func(i, j int, v float64)) {
	count, _ := e.lines()
	for k := range count {
		idx, val := e.line(k)
		for p, v := range val {
			other := p
			if idx != nil {
				other = int(idx[p])
			}
			if e.byColumn {
				visit(other, k, v)
			} else {
				visit(k, other, v)
			}
		}
	}
}

// scaled returns diag(row)·A as a matrix of its own.
func (e entries) scaled(row []float64) linop.Operator {
	count, length := e.lines()
	var ptr []int
	var at []int32
	var vals []float64
	dense := true
	ptr = append(ptr, 0)
	for k := range count {
		idx, val := e.line(k)
		dense = dense && idx == nil
		at = append(at, idx...)
		for p, v := range val {
			i := k
			if e.byColumn {
				i = p
				if idx != nil {
					i = int(idx[p])
				}
			}
			vals = append(vals, v*row[i])
		}
		ptr = append(ptr, len(vals))
	}
	switch {
	case dense && e.byColumn:
		return linop.NewDenseColMajor(length, count, vals)
	case dense:
		return linop.NewDense(count, length, vals)
	case e.byColumn:
		return linop.NewCSC(length, count, ptr, at, vals)
	}
	return linop.NewCSR(count, length, ptr, at, vals)
}
