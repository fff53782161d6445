package limit

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// blockPivoting solves the linear complementarity problem of the support,
//
//	u ≥ 0, Gu + cy ≥ 1, complementary, yᵀu = 0,
//
// by exchanging all wrongly placed points at once, and one at a time (Murty)
// where that does not reduce their number. G has κ²yyᵀ added, which yᵀu = 0
// makes harmless.
type blockPivoting struct {
	*separation
	g     []float64 // n×n
	kappa float64

	set []int
	l   []float64 // Cholesky factor of G on set
	u   []float64 // on set
	c   float64
}

// run reports whether the exchange ended with a support that fits.
func (b *blockPivoting) run() bool {
	n := b.points.n
	in := make([]bool, n)
	for i := range in {
		in[i] = true
	}
	fewest, patience := n+1, 3
	for range 100 + n {
		if b.halted() || !b.solve(in) {
			return false
		}
		wrong := b.misplaced(in)
		if len(wrong) == 0 {
			return true
		}
		switch {
		case len(wrong) < fewest:
			fewest, patience = len(wrong), 3
		case patience > 0:
			patience--
		default:
			wrong = wrong[len(wrong)-1:]
		}
		for _, i := range wrong {
			in[i] = !in[i]
		}
		b.stats.Steps++
	}
	return false
}

// solve factorizes G on the set and solves its equations.
func (b *blockPivoting) solve(in []bool) bool {
	b.set = b.set[:0]
	var both [2]bool
	for i, ok := range in {
		if ok {
			b.set = append(b.set, i)
			both[(1+int(b.points.sign[i]))/2] = true
		}
	}
	k, n := len(b.set), b.points.n
	if k == 0 || b.bias && !(both[0] && both[1]) {
		return false
	}
	b.l = make([]float64, k*k)
	for r, i := range b.set {
		for q, j := range b.set[:r+1] {
			b.l[r*k+q] = b.g[i*n+j]
		}
	}
	b.stats.Factorizations++
	if blas.Cholesky(b.l, k, k) >= 0 {
		return false
	}
	ones := make([]float64, k)
	for i := range ones {
		ones[i] = 1
	}
	b.u, b.c = b.equations(ones, 0)
	return true
}

// equations returns u, c with G u + c y = e and yᵀu = balance on the set.
func (b *blockPivoting) equations(e []float64, balance float64) ([]float64, float64) {
	k := len(b.set)
	u := append([]float64(nil), e...)
	blas.SolveLower(b.l, k, k, u)
	var c float64
	if b.bias {
		y := make([]float64, k)
		for r, i := range b.set {
			y[r] = b.points.sign[i]
		}
		blas.SolveLower(b.l, k, k, y)
		c = (blas.Dot(y, u) - balance) / blas.Dot(y, y)
		blas.Axpy(-c, y, u)
	}
	blas.SolveLowerT(b.l, k, k, u)
	return u, c
}

// misplaced lists the points of negative weight and those beyond the margin.
func (b *blockPivoting) misplaced(in []bool) []int {
	n := b.points.n
	all := make([]float64, n)
	for r, i := range b.set {
		all[i] = b.u[r]
	}
	m := make([]float64, n)
	blas.Gemv(m, b.g, n, n, n, all)
	var norm float64
	for _, v := range b.u {
		norm += v // ‖w‖² = Σuᵢ at the solution
	}
	slack := max(1e-12, 16*roundoff*b.radius*math.Sqrt(math.Abs(norm)))
	var wrong []int
	for i := range n {
		if in[i] && all[i] < 0 || !in[i] && m[i]+b.c*b.points.sign[i] < 1-slack {
			wrong = append(wrong, i)
		}
	}
	return wrong
}

// polish solves the equations again with residuals from the points themselves.
func (b *blockPivoting) polish() (u, w []float64, c float64) {
	p := b.points
	w = make([]float64, p.d)
	for range 2 {
		p.combine(w, b.set, b.u)
		e := make([]float64, len(b.set))
		var balance float64
		for r, i := range b.set {
			balance += p.sign[i] * b.u[r]
		}
		worst := 0.0
		for r, i := range b.set {
			e[r] = 1 - p.dot(i, w) - b.c*p.sign[i]
			worst = max(worst, math.Abs(e[r]))
			e[r] -= b.kappa * b.kappa * balance * p.sign[i]
		}
		b.stats.Passes += 2
		if worst <= 1e-13 {
			break
		}
		du, dc := b.equations(e, -balance)
		blas.Axpy(1, du, b.u)
		b.c += dc
	}
	p.combine(w, b.set, b.u)
	u = make([]float64, p.n)
	for r, i := range b.set {
		u[i] = b.u[r]
	}
	return u, w, b.c
}
