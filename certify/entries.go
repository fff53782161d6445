package certify

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// entries reads the stored entries of a matrix line by line, a line being a
// row or a column, whichever the storage makes cheap.
type entries struct {
	rows, cols int
	byColumn   bool
	computed   bool // the entries may be computed anew at each reading
	// line returns line k: the value val[p] stands at the place idx[p] of the
	// line, at p if idx is nil. The slices are valid until the next call.
	line func(k int) (idx []int32, val []float64)
}

// entriesOf returns the entries of a, false if a has none that can be read.
func entriesOf(a linop.Operator) (entries, bool) {
	n, m := a.Dims()
	e := entries{rows: n, cols: m}
	switch a := a.(type) {
	case *linop.Dense:
		data, colMajor := a.Data()
		width := m
		if colMajor {
			width = n
		}
		e.byColumn = colMajor
		e.line = func(k int) ([]int32, []float64) { return nil, data[k*width : (k+1)*width] }
	case *linop.CSC:
		e.byColumn = true
		e.line = a.Column
	case *linop.CSR:
		e.line = a.T().Column
	case *linop.Shard:
		e.byColumn = true
		e.computed = !linop.Stored(a)
		e.line = broughtColumns(a)
	case linop.Rower:
		_, single := a.(*linop.EntriesOperator) // reads one entry a row, at no cost
		var idx []int32
		var val []float64
		e.computed = !single
		e.line = func(k int) ([]int32, []float64) {
			idx, val = idx[:0], val[:0]
			a.Row(k, func(j int, v float64) { idx, val = append(idx, int32(j)), append(val, v) })
			return idx, val
		}
	default:
		return entries{}, false
	}
	return e, true
}

// lines returns the number of lines and their length.
func (e entries) lines() (count, length int) {
	if e.byColumn {
		return e.cols, e.rows
	}
	return e.rows, e.cols
}

// largest returns max |A_ij|, +Inf if an entry is not finite.
func (e entries) largest() float64 {
	var big float64
	count, _ := e.lines()
	for k := range count {
		_, val := e.line(k)
		big = max(big, largest(val))
	}
	return big
}

// multiply returns the sums Ax and Aᵀy in one pass over A.
func (e entries) multiply(x, y []float64) (ax, aty []acc) {
	ax, aty = make([]acc, e.rows), make([]acc, e.cols)
	along, across := ax, aty
	inside, outside := x, y
	if e.byColumn {
		along, across = aty, ax
		inside, outside = y, x
	}
	for k := range along {
		idx, val := e.line(k)
		along[k] = gather(idx, val, inside)
		if outside[k] != 0 {
			scatter(across, idx, val, outside[k])
		}
	}
	return ax, aty
}

// gather returns Σ val·u over a line.
func gather(idx []int32, val, u []float64) acc {
	var a acc
	if idx == nil {
		for p, v := range val {
			if u[p] != 0 {
				a.add(v, u[p])
			}
		}
		return a
	}
	for p, v := range val {
		a.add(v, u[idx[p]])
	}
	return a
}

// scatter adds u·val to the sums of a line's places.
func scatter(sums []acc, idx []int32, val []float64, u float64) {
	if idx == nil {
		for p, v := range val {
			sums[p].add(v, u)
		}
		return
	}
	for p, v := range val {
		sums[idx[p]].add(v, u)
	}
}

// columnNorms returns the norms of the columns of A·scale, without error where
// all entries are zero.
func (e entries) columnNorms(scale float64) []estimate {
	norms := make([]estimate, e.cols)
	if e.byColumn {
		for j := range norms {
			_, val := e.line(j)
			if largest(val) == 0 {
				continue
			}
			norms[j] = norm(len(val), func(i int) estimate { return estimate{val[i] * scale, tiny} })
		}
		return norms
	}
	sums := make([]float64, e.cols)
	nonzero := make([]bool, e.cols)
	for i := range e.rows {
		idx, val := e.line(i)
		for p, v := range val {
			j := p
			if idx != nil {
				j = int(idx[p])
			}
			sums[j] += v * scale * (v * scale)
			nonzero[j] = nonzero[j] || v != 0
		}
	}
	for j, q := range sums {
		if !nonzero[j] {
			continue
		}
		r := math.Sqrt(q)
		norms[j] = estimate{r, raise(r*float64(e.rows+4)*unit + math.Sqrt(float64(e.rows)*tiny))}
	}
	return norms
}
