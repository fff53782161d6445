package linop

import (
	"math"

	"github.com/tacit-dev/tacit/internal/parallel"
)

// Marginals returns the operator of transport problems. Its unknown is a plan
// X of p×q entries, stored row by row; its p+q measurements are the row sums
// and then the column sums,
//
//	y_i = Σ_j X_ij  (0 ≤ i < p),   y_{p+j} = Σ_i X_ij  (0 ≤ j < q).
//
// Nothing is stored. The rank is p+q−1: both kinds of sums have the same total.
// It panics if p or q is less than 1.
func Marginals(p, q int) Operator {
	if p < 1 || q < 1 {
		panic("linop: Marginals of an empty plan")
	}
	return &marginals{p, q}
}

type marginals struct{ p, q int }

func (a *marginals) Dims() (n, m int) { return a.p + a.q, a.p * a.q }

// bands cuts the plan into fixed groups of rows. Each has column sums of its
// own, which are added in order.
func (a *marginals) bands() (grain, count int) {
	const most = 16
	grain = max((a.p+most-1)/most, 1+1<<14/a.q)
	return grain, (a.p + grain - 1) / grain
}

// sums sets dst to the row sums and column sums of the matrix whose entry (i, j)
// is entry(i, row)[j], a row at a time; row is room for one.
func (a *marginals) sums(dst []float64, row func(i int, room []float64) []float64) {
	grain, count := a.bands()
	part, room := getWork(count*a.q), getWork(count*a.q)
	defer putWork(part)
	defer putWork(room)
	parallel.For(a.p, grain, func(lo, hi int) {
		b := lo / grain
		columns := part.f[b*a.q : (b+1)*a.q]
		clear(columns)
		for i := lo; i < hi; i++ {
			var sum float64
			for j, v := range row(i, room.f[b*a.q:(b+1)*a.q])[:len(columns)] {
				sum += v
				columns[j] += v
			}
			dst[i] = sum
		}
	})
	sumParts(dst[a.p:], part.f, count)
}

func (a *marginals) Apply(dst, x []float64) {
	n, m := a.Dims()
	check(dst, x, n, m)
	a.sums(dst, func(i int, _ []float64) []float64 { return x[i*a.q : (i+1)*a.q] })
}

func (a *marginals) ApplyT(dst, y []float64) {
	n, m := a.Dims()
	check(dst, y, m, n)
	right := y[a.p:]
	parallel.For(a.p, 1+1<<14/a.q, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := dst[i*a.q:][:len(right)]
			for j, v := range right {
				row[j] = y[i] + v
			}
		}
	})
}

// NormalMul reads d once: A diag(d) Aᵀ v sums the plan d_ij (v_i + v_{p+j}).
func (a *marginals) NormalMul(dst, d, v []float64) {
	n, m := a.Dims()
	checkNormal(dst, d, v, n, m)
	right := v[a.p:]
	a.sums(dst, func(i int, row []float64) []float64 {
		if d == nil {
			for j, u := range right {
				row[j] = v[i] + u
			}
			return row
		}
		weights := d[i*a.q:][:len(right)]
		for j, u := range right {
			row[j] = weights[j] * (v[i] + u)
		}
		return row
	})
}

// Gram is known: with D the p×q matrix of d,
//
//	A diag(d) Aᵀ = ( diag(D 1)   D          )
//	               ( Dᵀ          diag(Dᵀ 1) )
//
// in O(pq + (p+q)²).
func (a *marginals) Gram(dst, d []float64) {
	n, m := a.Dims()
	checkGram(dst, d, n, m)
	clear(dst)
	diagonal := make([]float64, n)
	if d == nil {
		fill(diagonal[:a.p], float64(a.q))
		fill(diagonal[a.p:], float64(a.p))
	} else {
		a.Apply(diagonal, d)
	}
	for j := range a.q {
		row := dst[(a.p+j)*n:][:a.p]
		for i := range row {
			row[i] = 1
			if d != nil {
				row[i] = d[i*a.q+j]
			}
		}
	}
	for i, v := range diagonal {
		dst[i*n+i] = v
	}
}

func (a *marginals) Columns(dst []float64, idx []int) {
	n, m := a.Dims()
	if len(dst) != len(idx)*n {
		panic(errShape)
	}
	checkIndices(idx, m)
	clear(dst)
	for k, j := range idx {
		dst[k*n+j/a.q] = 1
		dst[k*n+a.p+j%a.q] = 1
	}
}

func (a *marginals) ColumnNorms(dst []float64) { a.columnNorms(dst, nil) }
func (a *marginals) RowNorms(dst []float64)    { a.rowNorms(dst, nil) }

func (a *marginals) columnNorms(dst, w []float64) {
	n, m := a.Dims()
	checkNorms(dst, w, m, n)
	if w == nil {
		fill(dst, math.Sqrt2)
		return
	}
	for i := range a.p {
		for j, v := range w[a.p:] {
			dst[i*a.q+j] = math.Hypot(w[i], v)
		}
	}
}

func (a *marginals) rowNorms(dst, w []float64) {
	n, m := a.Dims()
	checkNorms(dst, w, n, m)
	if w == nil {
		fill(dst[:a.p], math.Sqrt(float64(a.q)))
		fill(dst[a.p:], math.Sqrt(float64(a.p)))
		return
	}
	storedRowNorms(dst[:a.p], w, a.p, a.q, nil)
	storedColNorms(dst[a.p:], w, a.p, a.q, nil)
}

// Row visits the q ones of a row sum or the p ones of a column sum.
func (a *marginals) Row(i int, visit func(j int, v float64)) {
	if uint(i) >= uint(a.p+a.q) {
		panic(errIndex)
	}
	if i < a.p {
		for j := range a.q {
			visit(i*a.q+j, 1)
		}
		return
	}
	for r := range a.p {
		visit(r*a.q+i-a.p, 1)
	}
}
