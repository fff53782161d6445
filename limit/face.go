package limit

import (
	"math"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// face is an optimal face {x_E ≥ 0 : A_E x_E = b} (signs folded into A_E) in
// coordinates of its own: with P a maximal set of independent columns of E and
// A_E = A_P T, it is {x ≥ 0 : T x = c}, T of full row rank |P|.
type face struct {
	search *search
	sys    *supportSystem // holds the columns of P
	idx    []int          // E, the columns of P first
	signs  []float64      // of the entries on E
	t      *linop.Dense
	c      []float64
}

// newFace writes the face in its own coordinates. It returns nil if the
// columns of E are neither independent nor dependent to working precision.
func (s *search) newFace(sys *supportSystem, e []int, signs []float64) *face {
	var first, rest []int
	for i, j := range e {
		if s.primal.x[j] != 0 {
			first = append(first, i)
		} else {
			rest = append(rest, i)
		}
	}
	sys.reset(nil)
	var dependents []int
	f := &face{search: s, sys: sys}
	var basis []int
	for _, i := range append(first, rest...) {
		if sys.append(e[i : i+1]) {
			basis = append(basis, i)
		} else {
			dependents = append(dependents, i)
		}
	}
	for _, i := range append(basis, dependents...) {
		f.idx = append(f.idx, e[i])
		f.signs = append(f.signs, signs[i])
	}
	r, k := len(basis), len(e)
	t := make([]float64, r*k)
	column := make([]float64, s.n)
	coef := make([]float64, r)
	residual := make([]float64, s.n)
	for i := range k {
		if i < r {
			t[i*k+i] = 1
			continue
		}
		linop.Columns(s.a, column, f.idx[i:i+1])
		if sys.leastSquares(coef, residual, column, exact) > 1e-11*s.norms[f.idx[i]] {
			return nil
		}
		price := 0.0
		for p, v := range coef {
			t[p*k+i] = snap(v, 1) * f.signs[p] * f.signs[i]
			price += t[p*k+i]
		}
		if math.Abs(price-1) > 10*tight {
			return nil // as good to the tolerance, but no tie
		}
	}
	f.t = linop.NewDense(r, k, t)
	f.c = make([]float64, r)
	if sys.leastSquares(f.c, residual, s.b, exact) > s.opt.tol()/10*s.bnorm {
		return nil
	}
	top := 0.0
	for _, v := range f.c {
		top = math.Max(top, math.Abs(v))
	}
	for p, v := range f.c {
		f.c[p] = snap(v, top) * f.signs[p]
	}
	return f
}

// snap takes an entry that is rounding next to scale for the zero that it
// stands for: a right-hand side of 1e-16 instead of 0 would open a face that
// is not there.
func snap(v, scale float64) float64 {
	if math.Abs(v) <= exactResidual*scale {
		return 0
	}
	return v
}

// settle finds the support of the relative interior of the face; if its
// columns depend, it makes the maximum-entropy point the answer.
func (f *face) settle() {
	s := f.search
	interior, lambda := f.interior()
	if interior == nil {
		return
	}
	full := make([]float64, s.m)
	var idx []int
	var signs []float64
	for i, v := range interior {
		if v > 0 {
			full[f.idx[i]] = f.signs[i] * v
			idx, signs = append(idx, f.idx[i]), append(signs, f.signs[i])
		}
	}
	if f.independent(idx) {
		f.showUnique(full, lambda)
		return
	}
	if len(idx) < len(f.idx) {
		if f = s.newFace(f.sys, idx, signs); f == nil {
			return
		}
	}
	x := make([]float64, len(f.idx))
	for i, j := range f.idx {
		x[i] = math.Abs(full[j])
	}
	if !f.maxEntropy(x) {
		return
	}
	f.settleTie(x)
}

// showUnique makes the only point x of the face the answer and moves y to a
// dual optimal point at which the constraints outside the support of x are
// strict. λ, dual optimal for T x = c, says where: A_Pᵀy' = λ gives A_Eᵀy' =
// Tᵀλ. Between y and y' every step keeps y optimal; the largest of 1, ¼, … that
// keeps it feasible is taken.
func (f *face) showUnique(x, lambda []float64) {
	s := f.search
	target := make([]float64, len(f.c))
	for p, v := range lambda {
		target[p] = f.signs[p] * v
	}
	other := append([]float64(nil), s.dual.y...)
	f.sys.interpolate(other, target)
	y, v := make([]float64, s.n), make([]float64, s.m)
	for theta := 1.0; theta > 1e-6; theta /= 4 {
		for i := range y {
			y[i] = s.dual.y[i] + theta*(other[i]-s.dual.y[i])
		}
		s.applyT(v, y)
		strict := s.worst(y, v, 0) <= 1+tight
		for i, j := range f.idx {
			strict = strict && (x[j] != 0 || f.signs[i]*v[j] < 1-tight*theta)
		}
		if strict && s.replaceDual(y, v) && s.replacePrimal(x) {
			unique := true
			s.unique = &unique
			return
		}
	}
}

// interior returns a point in the relative interior of the face: the end of
// its central path (the analytic centre), which is positive wherever a point
// of the face is, with the dual point of the path. Entries that vanish on the
// face are returned as 0.
func (f *face) interior() (x, lambda []float64) {
	sub := newSearch(f.search.ctx, Problem{A: f.t, B: f.c, Nonneg: true}, f.search.opt)
	if sub.bnorm == 0 {
		return nil, nil
	}
	c := newCentral(sub)
	for k := 1; k <= maxCentralSteps && !sub.halted(); k++ {
		if !c.factor() {
			return nil, nil
		}
		c.advance()
		if c.converged() || c.stuck() {
			break
		}
	}
	f.search.stats.Factorizations += sub.stats.Factorizations
	if c.gap > 1e-7 {
		return nil, nil
	}
	top := 0.0
	for _, v := range c.x {
		top = math.Max(top, v)
	}
	x = make([]float64, len(c.x))
	for i, v := range c.x {
		if v > top*c.half[0].s[i] {
			x[i] = v
		}
	}
	return sub.units.primal(x), sub.units.dual(c.y)
}

// independent reports whether the columns idx of A have full rank, decided
// exactly on their entries.
func (f *face) independent(idx []int) bool {
	n := f.search.n
	if len(idx) > n {
		return false
	}
	cols := make([]float64, len(idx)*n)
	linop.Columns(f.search.a, cols, idx)
	return certify.FullColumnRank(n, len(idx), cols)
}

// maxEntropy moves x > 0 to the minimiser of Σ (xᵢ ln xᵢ − xᵢ) over the face,
// in the units of the problem, by Newton's method within the face:
//
//	dx = −W X (g − Tᵀν),  T W X Tᵀ ν = T W X g − (c − T x),  gᵢ = ln(xᵢ/(βwᵢ))/wᵢ
//
// where x = x̃/(βw) is the normalised unknown (units.go). It reports success.
func (f *face) maxEntropy(x []float64) bool {
	s := f.search
	r, k := f.t.Dims()
	w := make([]float64, k)
	for i, j := range f.idx {
		w[i] = 1
		if s.units.col != nil {
			w[i] = 1 / s.units.col[j]
		}
	}
	g, d, dx := make([]float64, k), make([]float64, k), make([]float64, k)
	gram, nu, res := make([]float64, r*r), make([]float64, r), make([]float64, r)
	for range 100 {
		if s.halted() {
			return false
		}
		for i := range x {
			g[i] = math.Log(x[i]*s.units.x/w[i]) / w[i]
			d[i] = w[i] * x[i]
			dx[i] = d[i] * g[i]
		}
		f.t.Apply(res, x)
		f.t.Apply(nu, dx)
		for i := range res {
			res[i] = f.c[i] - res[i]
			nu[i] += res[i]
		}
		linop.Gram(f.t, gram, d)
		s.stats.Factorizations++
		if blas.Cholesky(gram, r, r) >= 0 {
			return false
		}
		blas.SolveLower(gram, r, r, nu)
		blas.SolveLowerT(gram, r, r, nu)
		f.t.ApplyT(dx, nu)
		step, size := 1.0, 0.0 // size: the largest relative change
		for i := range dx {
			rel := w[i] * (dx[i] - g[i]) // dxᵢ/xᵢ
			size = math.Max(size, math.Abs(rel))
			dx[i] = rel * x[i]
		}
		if size > 0.5 {
			step = 0.5 / size // within the region where the entropy is nearly quadratic
		}
		blas.Axpy(step, dx, x)
		if size <= 1e-8 { // Newton's next step would be its square
			return true
		}
	}
	return false
}
