package limit

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// descentCone decides whether the kernel of A meets the cone of the directions
// along which the norm falls at a point x0 with support S and signs σ,
//
//	{ h : Ah = 0,  σᵀh_S + ‖h_T‖₁ < 0 },   T the complement of S  (h_T ≥ 0 where x ≥ 0),
//
// which it does if and only if x0 is not a minimiser (Chandrasekaran, Recht,
// Parrilo, Willsky 2012, Prop. 2.1). Ah = 0 determines h_S, and what remains is
// a linear program in u = (h_T⁺, h_T⁻): with N a basis of the kernel of A_Sᵀ,
// B = NᵀA_T, y₀ any solution of A_Sᵀy₀ = σ and d = 1 ∓ A_Tᵀy₀,
//
//	min dᵀu  s.t.  (B −B)u = 0, 1ᵀu = 1, u ≥ 0      max τ  s.t.  ±Bᵀz + τ ≤ d.
//
// A value below 0 is a descent direction, a value above 0 the dual certificate
// y₀ + Nz, and a path to the solution can be left as soon as the sign is known.
// With d raised by a constant c, which raises the value by it, and the columns
// divided by d + c > 0 the program has the form of Problem, with y = (z, τ+c) = 0
// a strictly feasible point.
//
// It has n−|S|+1 rows: a step of the central path is cheap where |S| is not small,
// which is where the cone has to be looked at.
type descentCone struct {
	s     *search
	sys   *supportSystem // the columns of S
	signs []float64
	x0    []float64
	y0    []float64

	rest  []int     // T
	order []int     // the rows of A: k pivots, then the free ones
	f     []float64 // A_Sᵀy = 0 is y_pivots = −F y_free; k×(n−k)
	width []float64 // d + c of each column of the program
	shift float64   // c
	lp    *search
}

func newDescentCone(s *search, sys *supportSystem, signs, x0, y0 []float64) *descentCone {
	return &descentCone{s: s, sys: sys, signs: signs, x0: x0, y0: y0}
}

// maxConeSteps bounds the steps of the path: a sign that takes more is 0 to the
// accuracy that the path has.
const maxConeSteps = 30

// decide offers the search a dual certificate or a better point, if it finds one.
func (c *descentCone) decide() {
	if !c.eliminate() {
		return
	}
	if c.program(); len(c.rest) == 0 {
		return
	}
	path := newCentral(c.lp)
	for k := 1; k <= maxConeSteps && !c.s.halted(); k++ {
		if !path.factor() {
			break
		}
		if k > 1 && c.descend(path) {
			break
		}
		path.advance()
		c.s.step("recovery", k, path.residual)
		if math.IsNaN(path.gap) || path.y[c.lp.n-1] > c.shift && c.certify(path.y) || path.converged() {
			break
		}
	}
	c.s.stats.Factorizations += c.lp.stats.Factorizations
}

// panel is the number of rows that eliminate works on before the others follow.
const panel = 16

// eliminate brings A_Sᵀ to the form (1 F) by Gauss and Jordan's elimination with the
// largest entry of each row as pivot. It reports whether A_S has full rank.
func (c *descentCone) eliminate() bool {
	k, n := len(c.sys.idx), c.s.n
	a := append(c.s.space.vector(k * n)[:0], c.sys.c...)
	c.order = make([]int, n)
	for i := range c.order {
		c.order[i] = i
	}
	for i := range k {
		row := a[i*n : (i+1)*n]
		p := i
		for j := i; j < n; j++ {
			if math.Abs(row[j]) > math.Abs(row[p]) {
				p = j
			}
		}
		pivot := row[p]
		if math.Abs(pivot) <= math.Sqrt(dependent)*c.s.norms[c.sys.idx[i]] {
			return false
		}
		c.order[i], c.order[p] = c.order[p], c.order[i]
		for r := range k {
			a[r*n+i], a[r*n+p] = a[r*n+p], a[r*n+i]
		}
		row = row[i+1:]
		scale(1/pivot, row)
		lo := i / panel * panel
		hi := min(lo+panel, k)
		for r := lo; r < hi; r++ {
			if r != i {
				blas.Axpy(-a[r*n+i], row, a[r*n+i+1:(r+1)*n])
			}
		}
		if i+1 == hi && hi < n {
			// The other rows lose their entries in the columns of the panel.
			block := a[lo*n+hi:]
			blas.Gemm(false, false, lo, n-hi, hi-lo, -1, a[lo:], n, block, n, 1, a[hi:], n)
			if hi < k {
				blas.Gemm(false, false, k-hi, n-hi, hi-lo, -1, a[hi*n+lo:], n, block, n, 1, a[hi*n+hi:], n)
			}
		}
	}
	c.f = c.s.space.vector(k * (n - k))
	for i := range k {
		copy(c.f[i*(n-k):(i+1)*(n-k)], a[i*n+k:])
	}
	return true
}

// program builds the linear program.
func (c *descentCone) program() {
	s, n, k := c.s, c.s.n, len(c.sys.idx)
	on := make([]bool, s.m)
	for _, j := range c.sys.idx {
		on[j] = true
	}
	for j := range on {
		if !on[j] && s.norms[j] > 0 {
			c.rest = append(c.rest, j)
		}
	}
	q := len(c.rest)
	columns := s.space.vector(q * n)
	linop.Columns(s.a, columns, c.rest)
	pivots := s.space.vector(q * k)
	rows, sides := n-k+1, 1 // of the program
	if !s.nonneg {
		sides = 2
	}
	e := s.space.vector(sides * q * rows)
	for j := range q {
		column, b := columns[j*n:(j+1)*n], e[j*rows:]
		for i, p := range c.order[:k] {
			pivots[j*k+i] = column[p]
		}
		for i, p := range c.order[k:] {
			b[i] = column[p]
		}
	}
	if q > 0 && n > k {
		blas.Gemm(false, false, q, n-k, k, -1, pivots, k, c.f, n-k, 1, e, rows)
	}
	c.width = make([]float64, sides*q)
	blas.Gemv(c.width[:q], columns, q, n, n, c.y0)
	least := 0.0
	for j, v := range c.width[:q] {
		c.width[j] = 1 - v
		least = math.Min(least, 1-v)
		if sides > 1 {
			c.width[q+j] = 1 + v
			least = math.Min(least, 1+v)
		}
	}
	c.shift = 1 - 2*least
	for j, d := range c.width {
		c.width[j] = d + c.shift
		from, to := e[j%q*rows:][:n-k], e[j*rows:(j+1)*rows]
		if j >= q {
			for i, v := range from {
				to[i] = -v * c.width[j-q] / c.width[j]
			}
		} else {
			scale(1/c.width[j], to)
		}
		to[n-k] = 1 / c.width[j]
	}
	b := make([]float64, rows)
	b[n-k] = 1
	c.lp = &search{ctx: s.ctx, opt: s.opt, space: s.space, a: linop.NewDenseColMajor(rows, sides*q, e), b: b, bnorm: 1,
		n: rows, m: sides * q, nonneg: true, stored: true, norms: make([]float64, sides*q)}
	linop.ColumnNorms(c.lp.a, c.lp.norms)
}

// certify offers the dual vector that belongs to a point y = (z, τ+c) of the
// program with τ > 0. It reports whether that proves x0 to be a minimiser.
func (c *descentCone) certify(y []float64) bool {
	s, n, k := c.s, c.s.n, len(c.sys.idx)
	z := y[:n-k]
	dual := append([]float64(nil), c.y0...)
	for i, p := range c.order[:k] {
		dual[p] -= dot(c.f[i*(n-k):(i+1)*(n-k)], z)
	}
	for i, p := range c.order[k:] {
		dual[p] += z[i]
	}
	c.sys.interpolate(dual, c.signs)
	v := make([]float64, s.m)
	s.applyT(v, dual)
	s.offerDual(dual, v)
	return s.certified()
}

// descend moves the primal iterate of the path, whose factor is that of its
// present point, onto the constraints of the program. If it stays nonnegative
// and its value is below 0, x0 + t·h is offered for the direction h that it stands
// for, and descend reports whether that is a better solution.
func (c *descentCone) descend(path *central) bool {
	x := append([]float64(nil), path.half[0].x...)
	if sum(x) >= c.shift {
		return false
	}
	lp := c.lp
	dy, dx := append([]float64(nil), path.r...), make([]float64, lp.m)
	for range 2 {
		blas.SolveLower(path.gram, lp.n, lp.n, dy)
		blas.SolveLowerT(path.gram, lp.n, lp.n, dy)
		lp.applyT(dx, dy)
		for j := range x {
			x[j] += path.d[j] * dx[j]
			if x[j] < 0 {
				return false
			}
		}
		lp.apply(dy, x)
		for i := range dy {
			dy[i] = lp.b[i] - dy[i]
		}
	}
	if sum(x) >= c.shift {
		return false
	}
	s := c.s
	h := make([]float64, s.m)
	for j, v := range x {
		if q := len(c.rest); j < q {
			h[c.rest[j]] += v / c.width[j]
		} else {
			h[c.rest[j-q]] -= v / c.width[j]
		}
	}
	image, hs := make([]float64, s.n), make([]float64, len(c.sys.idx))
	s.apply(image, h)
	scale(-1, image)
	c.sys.leastSquares(hs, make([]float64, s.n), image, exact)
	for i, j := range c.sys.idx {
		h[j] = hs[i]
	}
	before := s.primal.objective
	s.offerPrimal(c.along(h))
	return s.primal.objective < (1-decisive)*before
}

// along returns x0 + t·h where the norm is least along h, up to the first entry
// that would become negative where x ≥ 0 is asked for.
func (c *descentCone) along(h []float64) []float64 {
	// Entries of S cross zero one after the other; the slope grows by 2|hⱼ| at each.
	slope := 0.0
	for j, v := range h {
		if c.x0[j] == 0 {
			slope += math.Abs(v)
		} else {
			slope += c.s.sign(c.x0[j]) * v
		}
	}
	x := append([]float64(nil), c.x0...)
	crossed, t := 0.0, 0.0
	for slope < 0 {
		next, at := math.Inf(1), -1
		for j, v := range c.x0 {
			if v == 0 || v*h[j] >= 0 {
				continue
			}
			if zero := -v / h[j]; zero > crossed && zero < next {
				next, at = zero, j
			}
		}
		if at < 0 {
			break
		}
		crossed, t = next, next
		slope += 2 * math.Abs(h[at])
		if c.s.nonneg {
			break
		}
	}
	for j := range x {
		x[j] += t * h[j]
		if c.x0[j] != 0 && math.Abs(x[j]) <= 4*epsilon*math.Abs(c.x0[j]) {
			x[j] = 0
		}
	}
	return x
}
