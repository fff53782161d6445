package certify

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// linesOf reads the A_k where they are stored as the rows of a dense array: its k-th value
// is A_k, row by row. It returns nil for every other operator, and where X has too many
// entries for sums of its size.
func linesOf(a linop.Operator, size int) func(k int) []float64 {
	d, ok := a.(*linop.Dense)
	if !ok || size > denseSums {
		return nil
	}
	data, byColumns := d.Data()
	if byColumns {
		return nil
	}
	return func(k int) []float64 { return data[k*size : (k+1)*size] }
}

// multiplyLines is multiply for dense A_k: X is written out, and every A_k is read
// in a few passes without a call for each of its entries.
func (q *matrixProblem) multiplyLines() bool {
	product := q.productOf()
	n, size := len(q.b), q.p*q.q
	q.residual, q.absolute = make([]estimate, n), make([]float64, n)
	x, xerr := make([]float64, size), make([]float64, size)
	for at := range x {
		e := product(at/q.q, at%q.q)
		x[at], xerr[at] = e.val, e.err
	}
	build := newBuilder(q.p, q.q, q.psd)
	for k := range n {
		line := q.line(k)
		if !(largest(line) < matrixRange) {
			return false
		}
		s, err := dotWithError(line, x, xerr)
		size := s.abs
		s.add(-1, q.b[k])
		e := s.estimate(len(line) + 2)
		e.err = raise(e.err + err*(1+float64(len(line)+2)*unit))
		q.residual[k], q.absolute[k] = e, size+math.Abs(q.b[k])
		q.norms = max(q.norms, math.Sqrt(plainDot(line, line))*(1-float64(len(line)+4)*unit))
		if y := q.w.Y[k]; y != 0 {
			build.addLine(line, y)
		}
	}
	q.m = build.finish(2*n + 1)
	return true
}

// dotWithError returns vᵀx, compensated, and Σ|v_i|·e_i for the errors e of x. Two
// sums go side by side, since an addition waits for the one before.
func dotWithError(v, x, e []float64) (s acc, err float64) {
	x, e = x[:len(v)], e[:len(v)]
	var even, odd acc
	i := 0
	for ; i+1 < len(v); i += 2 {
		even.add(v[i], x[i])
		odd.add(v[i+1], x[i+1])
		err += math.Abs(v[i])*e[i] + math.Abs(v[i+1])*e[i+1]
	}
	if i < len(v) {
		even.add(v[i], x[i])
		err += math.Abs(v[i]) * e[i]
	}
	even.merge(odd)
	return even, err
}

// addLine adds y·A_k for A_k row by row.
func (b *builder) addLine(line []float64, y float64) {
	sums := b.sums[:len(line)]
	for at, v := range line {
		sums[at].add(v, y)
	}
}

// tangentLines writes 𝒜 on the tangent space in the coordinates (dL, dR), (A_kV,
// A_kᵀU) or (A_k+A_kᵀ)U, into the columns of j, as injectivity does entry by entry,
// and returns Σ‖A_k‖².
func (q *matrixProblem) tangentLines(j []float64, rows int) (frobenius float64) {
	s, r := q.split(), q.r
	u, v := columnsOf(s.u, q.p, r), columnsOf(s.v, q.q, r)
	sum := make([]float64, q.p*q.q)
	for k := range q.b {
		line := q.line(k)
		frobenius += plainDot(line, line)
		if q.psd {
			symmetricTwice(sum, line, q.p)
			line = sum
		}
		for i := range q.p {
			row := line[i*q.q : (i+1)*q.q]
			for a := range r {
				j[(i*r+a)*rows+k] = plainDot(row, v[a])
			}
		}
		if q.psd {
			continue
		}
		for a := range r {
			col := sum[:q.q]
			clear(col)
			for i, f := range u[a] {
				for jj, x := range line[i*q.q : (i+1)*q.q] {
					col[jj] += f * x
				}
			}
			for jj, x := range col {
				j[((q.p+jj)*r+a)*rows+k] = x
			}
		}
	}
	return frobenius
}

// columnsOf returns the columns of w (n×r).
func columnsOf(w []float64, n, r int) [][]float64 {
	c := make([][]float64, r)
	for a := range c {
		c[a] = make([]float64, n)
		for i := range n {
			c[a][i] = w[i*r+a]
		}
	}
	return c
}

// symmetricTwice sets dst = A + Aᵀ for A d×d.
func symmetricTwice(dst, a []float64, d int) {
	for i := range d {
		for j := range i + 1 {
			v := a[i*d+j] + a[j*d+i]
			dst[i*d+j], dst[j*d+i] = v, v
		}
	}
}
