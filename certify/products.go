package certify

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// products holds Ax−b and Aᵀy with their errors. Both are kept as multiples of
// powers of two, so that no scale of the data overflows.
type products struct {
	residual []estimate // (Ax−b)·2^−rexp
	dual     []estimate // (Aᵀy)·2^−dexp
	tail     []float64  // (Aᵀy)·2^−dexp − dual.val, to twice the precision
	tailErr  []float64  // error of dual.val + tail
	rexp     int
	dexp     int

	absolute []float64 // (|A||x|+|b|)·2^−rexp: the scale of plain arithmetic's rounding
	dualAbs  []float64 // (|A|ᵀ|y|)·2^−dexp

	norms    func() []estimate // ‖aⱼ‖·2^−nexp
	nexp     int
	columns  func(idx []int) []float64 // columns idx of A·2^−nexp, one after the other
	suffix   string                    // added to the names of checks that rest on an assumption
	operator float64                   // assumed error of a column, in the Euclidean norm
}

// computedLimit is the number of entries up to which an operator that computes
// them, or that searches for them, is read entry by entry: about a second.
const computedLimit = 1 << 25

// multiply computes the products, in compensated arithmetic or, where a square
// or a product might leave the range of doubles, exactly; x may be nil for 0.
// It reports false if A has entries that are not finite.
func multiply(a linop.Operator, b, x, y []float64) (products, bool) {
	e, ok := entriesOf(a)
	if !ok || e.computed && e.rows*e.cols > computedLimit {
		return multiplyByApply(a, b, x, y), true
	}
	if x == nil {
		x = make([]float64, e.cols)
	}
	shared, spread := a.(*linop.Shard)
	var big float64
	if spread {
		big = sharedLargest(shared)
	} else {
		big = e.largest()
	}
	if math.IsInf(big, 1) {
		return products{}, false
	}
	if exponent(big) != 0 || exponent(largest(x)) != 0 || exponent(largest(y)) != 0 || exponent(largest(b)) != 0 {
		return sumExactly(e, b, x, y).products(b, x, y), true
	}
	if spread {
		return sharedProducts(shared, b, x, y), true
	}
	ax, aty := e.multiply(x, y)
	p := estimated(ax, aty, b, terms(x), terms(y))
	p.norms = func() []estimate { return e.columnNorms(1) }
	p.columns = func(idx []int) []float64 { return e.columns(1, idx) }
	return p, true
}

// estimated returns the products with the error bounds of their sums: ax of k
// products each, aty of n.
func estimated(ax, aty []acc, b []float64, k, n int) products {
	var p products
	p.residual, p.absolute = make([]estimate, len(ax)), make([]float64, len(ax))
	for i, s := range ax {
		s.add(-1, b[i])
		p.residual[i] = s.estimate(k)
		p.absolute[i] = s.abs
	}
	p.dual, p.dualAbs = make([]estimate, len(aty)), make([]float64, len(aty))
	p.tail, p.tailErr = make([]float64, len(aty)), make([]float64, len(aty))
	for j, s := range aty {
		p.dual[j] = s.estimate(n)
		p.tail[j] = (s.hi - p.dual[j].val) + s.lo
		p.tailErr[j] = s.tail(n)
		p.dualAbs[j] = s.abs
	}
	return p
}

// terms returns the number of nonzero entries of v: how many products a sum
// with v has.
func terms(v []float64) int {
	k := 0
	for _, x := range v {
		if x != 0 {
			k++
		}
	}
	return k
}

// columns returns the columns idx (increasing) of A·scale, one after the other.
func (e entries) columns(scale float64, idx []int) []float64 {
	n := e.rows
	out := make([]float64, len(idx)*n)
	place := make([]int, e.cols) // 1 + position in idx
	for k, j := range idx {
		place[j] = k + 1
	}
	count, _ := e.lines()
	for line := range count {
		if e.byColumn && place[line] == 0 {
			continue
		}
		at, val := e.line(line)
		for p, v := range val {
			i, j := line, p
			if at != nil {
				j = int(at[p])
			}
			if e.byColumn {
				i, j = j, i
			}
			if k := place[j]; k > 0 {
				out[(k-1)*n+i] = v * scale
			}
		}
	}
	return out
}

// operatorError is the relative error that is assumed of the products of a
// matrix-free operator, ‖fl(Ax)−Ax‖₂ ≤ operatorError·(2+log₂ max(n, m))·‖A‖₂‖x‖₂:
// several times what a fast transform makes (Higham 2002, §24.1).
const operatorError = 16 * unit

// multiplyByApply computes the products of an operator without readable
// entries by its own Apply and ApplyT, which have to be trusted to the error
// that the names of the checks then mention.
func multiplyByApply(a linop.Operator, b, x, y []float64) products {
	n, m := a.Dims()
	rel := operatorError * (2 + math.Log2(float64(max(n, m, 1))))
	if x == nil {
		x = make([]float64, m)
	}
	p := products{suffix: " (trusting Apply)", operator: rel * spectralNorm(a)}
	ax, aty := make([]float64, n), make([]float64, m)
	a.Apply(ax, x)
	a.ApplyT(aty, y)
	ex := p.operator * normOf(x).up()
	ey := p.operator * normOf(y).up()
	for i, v := range ax {
		r := v - b[i]
		p.residual = append(p.residual, estimate{r, raise(ex/math.Sqrt(float64(n)) + unit*math.Abs(r))})
		p.absolute = append(p.absolute, math.Abs(v)+math.Abs(b[i]))
	}
	for _, z := range aty {
		p.dual = append(p.dual, estimate{z, raise(ey)})
		p.dualAbs = append(p.dualAbs, math.Abs(z))
	}
	p.tail = make([]float64, m)
	p.tailErr = make([]float64, m)
	for j := range p.tailErr {
		p.tailErr[j] = ey
	}
	p.norms = func() []estimate {
		v := make([]float64, m)
		linop.ColumnNorms(a, v)
		e := make([]estimate, m)
		for j, c := range v {
			e[j] = estimate{c, p.operator}
		}
		return e
	}
	p.columns = func(idx []int) []float64 {
		out := make([]float64, len(idx)*n)
		linop.Columns(a, out, idx)
		return out
	}
	return p
}

// spectralNorm returns twice an estimate of ‖A‖₂ by a few steps of the power
// method on AᵀA from a fixed start; the factor 2 makes it an upper bound in
// all but contrived cases.
func spectralNorm(a linop.Operator) float64 {
	n, m := a.Dims()
	u, v := make([]float64, n), make([]float64, m)
	for j := range v {
		v[j] = 1 + math.Sin(float64(3*j+1))
	}
	var size float64
	for range 8 {
		length := normOf(v).val
		if length == 0 {
			return 2 * size
		}
		for j := range v {
			v[j] /= length
		}
		a.Apply(u, v)
		size = max(size, normOf(u).val)
		a.ApplyT(v, u)
	}
	return 2 * size
}
