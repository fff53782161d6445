package landscape

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// search is a block Lanczos method on H′: done rows of q whose products are known,
// with T = q H′ qᵀ, then a block of b rows whose products are not.
type search struct {
	d          *deflated
	rnd        *random
	n, b, most int
	q, z, t    []float64
	c, again   []float64 // coefficients of a block
	gram       []float64 // of the part of the last products outside of q
	done       int
	size       float64 // the largest ‖H′v‖ so far
	values     []float64
	vectors    []float64 // of T, by columns
}

// ending says how a search ended.
type ending int

const (
	nothing ending = iota // no negative value, and none seems to come
	found                 // it has extended the space: search again
	spent                 // no more products, or no more room
)

func newSearch(d *deflated, rnd *random, basis int) *search {
	b := min(lanczosBlock, d.n)
	l := &search{d: d, rnd: rnd, n: d.n, b: b}
	l.most = min(max(basis, 4*b), d.n) // n: the whole space, no restarts
	l.q = make([]float64, (l.most+b)*d.n)
	l.z = make([]float64, b*d.n)
	l.t = make([]float64, l.most*l.most)
	l.c, l.again, l.gram = make([]float64, l.most*b), make([]float64, l.most*b), make([]float64, b*b)
	return l
}

func (l *search) row(i int) []float64 { return l.q[i*l.n : (i+1)*l.n] }

// run searches until the negative values have settled, or products are spent.
func (l *search) run(ctx context.Context, products int) (ending, error) {
	if l.d.count == l.n {
		return nothing, nil
	}
	l.rnd.normals(l.q[:l.b*l.n])
	l.orthonormalize(0)
	known, quiet := 0, 0
	for {
		if err := ctx.Err(); err != nil {
			return spent, err
		}
		l.advance()
		whole := l.done == l.n
		full := l.done+l.b > l.most && l.most < l.n
		over := l.d.products >= products
		if !whole && !full && !over && l.done%(4*l.b) != 0 {
			continue
		}
		if err := l.ritz(); err != nil {
			return spent, err
		}
		count := l.negatives()
		if count > known {
			known, quiet = count, 0
		} else {
			quiet += 4
		}
		good := l.good(count)
		switch {
		case whole || quiet >= quietBlocks && good == count || over || full && good > 0 && count+4*l.b > l.most:
			if whole {
				good = count
			}
			room := l.d.room()
			l.give(good)
			switch {
			case good > room || over:
				return spent, nil
			case good > 0 && !whole:
				return found, nil
			}
			return nothing, nil
		case full:
			keep := count + 2*l.b
			if keep+2*l.b > l.most {
				return spent, nil
			}
			l.restart(keep)
		}
	}
}

// good is how many of the first Ritz vectors are near enough to eigenvectors that
// taking them out does not make H′ much larger: ‖H′x − θx‖ ≤ |θ|/2 bounds the change
// by (9/4)|θ|.
func (l *search) good(count int) int {
	for c := range count {
		if l.residual(c) > -l.values[c]/2 {
			return c
		}
	}
	return count
}

// give takes the first Ritz vectors out of H′.
func (l *search) give(count int) {
	if count == 0 {
		return
	}
	n, m := l.n, l.done
	x, y := make([]float64, count*n), make([]float64, count*n)
	blas.Gemm(true, false, count, n, m, 1, l.vectors, m, l.q, n, 0, x, n)
	// H′x = θx + what the last block of products has outside of q.
	for i := range count {
		blas.Axpy(l.values[i], x[i*n:(i+1)*n], y[i*n:(i+1)*n])
	}
	if m < n {
		blas.Gemm(true, false, count, n, l.b, 1, l.vectors[(m-l.b)*m:], m, l.z, n, 1, y, n)
	}
	l.d.take(x, y, l.values[:count])
}

// advance multiplies the pending block with H′, extends T, and makes the next block
// from what is outside of the basis.
func (l *search) advance() {
	b := min(l.b, l.n-l.done)
	for i := range b {
		z := l.z[i*l.n : (i+1)*l.n]
		l.d.apply(z, l.row(l.done+i))
		l.size = max(l.size, norm(z))
	}
	rows := l.done + b
	c, again := l.c[:rows*b], l.again[:rows*b]
	clear(c)
	for range 2 {
		rowsTimes(again, l.q, l.z, rows, b, l.n)
		blas.Gemm(true, false, b, l.n, rows, -1, again, b, l.q, l.n, 1, l.z, l.n)
		for i, v := range again {
			c[i] += v
		}
	}
	for i := range rows {
		for j := range b {
			l.t[i*l.most+l.done+j] = c[i*b+j]
			l.t[(l.done+j)*l.most+i] = c[i*b+j]
		}
	}
	l.done = rows
	rowsTimes(l.gram[:b*b], l.z, l.z, b, b, l.n)
	next := min(l.b, l.n-l.done)
	copy(l.q[l.done*l.n:], l.z[:next*l.n])
	l.orthonormalize(l.done)
}

// orthonormalize makes the rows from lo on, up to a block, orthonormal to all
// before; a row that has nothing of its own becomes a random one.
func (l *search) orthonormalize(lo int) {
	for i := lo; i < min(lo+l.b, l.n); i++ {
		x := l.row(i)
		before := norm(x)
		from := lo // advance has made x orthogonal to all before its block,
		if before < 1e-2*l.size {
			from = 0 // up to rounding errors of the size of what it took away
		}
		for try := 0; ; try++ {
			coef := make([]float64, i-from)
			for range 2 {
				blas.Gemv(coef, l.q[from*l.n:], i-from, l.n, l.n, x)
				for j, v := range coef {
					blas.Axpy(-v, l.row(from+j), x)
				}
			}
			after := norm(x)
			if from > 0 && after < 0.1*before { // what was left of the rest has grown
				from = 0
				continue
			}
			if after > 1e-8*before && after > 1e-10*l.size {
				scaleBy(x, 1/after)
				break
			}
			l.rnd.normals(x)
			before, from = norm(x), 0
			if try > 20 { // the basis spans everything up to rounding
				scaleBy(x, 0)
				break
			}
		}
	}
}

// ritz diagonalizes T.
func (l *search) ritz() error {
	m := l.done
	l.values, l.vectors = make([]float64, m), make([]float64, m*m)
	for i := range m {
		copy(l.vectors[i*m:(i+1)*m], l.t[i*l.most:i*l.most+m])
	}
	if !eigen(l.values, l.vectors, m) {
		return errNoRitz
	}
	l.size = max(l.size, -l.values[0], l.values[m-1])
	return nil
}

// negatives counts the Ritz values that are negative.
func (l *search) negatives() int {
	c := 0
	for c < len(l.values) && l.values[c] < -l.d.tol {
		c++
	}
	return c
}

// residual is ‖H′x − θx‖ of a Ritz vector.
func (l *search) residual(c int) float64 {
	if l.done == l.n {
		return 0
	}
	sum, b := 0.0, l.b
	for i := range b {
		for j := range b {
			sum += l.gram[i*b+j] * l.vectors[(l.done-b+i)*l.done+c] * l.vectors[(l.done-b+j)*l.done+c]
		}
	}
	return math.Sqrt(math.Max(sum, 0))
}

// restart keeps the first Ritz vectors and the pending block.
func (l *search) restart(keep int) {
	next := append([]float64(nil), l.q[l.done*l.n:(l.done+l.b)*l.n]...)
	e := make([]float64, l.done*keep)
	for i := range l.done {
		copy(e[i*keep:(i+1)*keep], l.vectors[i*l.done:i*l.done+keep])
	}
	combineRows(l.q, e, l.done, keep, l.n)
	copy(l.q[keep*l.n:], next)
	clear(l.t)
	for i := range keep {
		l.t[i*l.most+i] = l.values[i]
	}
	l.done = keep
}
