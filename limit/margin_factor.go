package limit

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// supportFactor is the orthogonal factorization of the support vectors,
//
//	[z_i; κyᵢ]_{i∈S} = Q R,
//
// the row κy being there with an intercept only. As the weights of a problem
// with an intercept satisfy yᵀu = 0, that row changes nothing but the
// regularity of the factor: it is regular as soon as the support vectors are
// affinely independent.
//
// For weights u and an intercept c on S the equations of a support,
//
//	G u + c y = 1,  yᵀu = 0,  G = RᵀR,
//
// read u = R⁻¹(a − c b), c = aᵀb/bᵀb with a = R⁻ᵀ1, b = R⁻ᵀy. Q is kept by rows,
// one for each support vector.
type supportFactor struct {
	p     *points
	bias  bool
	kappa float64
	dim   int // d, and one more with an intercept

	set  []int
	q    []float64   // len(set) rows of length dim
	r    [][]float64 // r[i][j], j ≥ i
	a, b []float64
}

func newSupportFactor(p *points, bias bool, kappa float64) *supportFactor {
	f := &supportFactor{p: p, bias: bias, kappa: kappa, dim: p.d}
	if bias {
		f.dim++
	}
	return f
}

// column sets v = [z_j; κy_j].
func (f *supportFactor) column(v []float64, j int) {
	clear(v)
	f.p.axpy(1, j, v)
	if f.bias {
		v[f.p.d] = f.kappa * f.p.sign[j]
	}
}

func (f *supportFactor) row(k int) []float64 { return f.q[k*f.dim : (k+1)*f.dim] }

// project replaces v by what is orthogonal to the columns of Q and sets
// coef = Qᵀv (of the original v); it returns the norm of the rest, 0 where that
// is rounding error. Gram–Schmidt twice is enough (Giraud, Langou and Rozložník
// 2005).
func (f *supportFactor) project(v, coef []float64) float64 {
	k := len(f.set)
	before := math.Sqrt(blas.Dot(v, v))
	if k == 0 || before == 0 {
		return before
	}
	clear(coef)
	step, back := make([]float64, k), make([]float64, f.dim)
	rest := before
	for range 3 {
		blas.Gemv(step, f.q, k, f.dim, f.dim, v)
		blas.GemvT(back, f.q, k, f.dim, f.dim, step)
		blas.Axpy(-1, back, v)
		blas.Axpy(1, step, coef)
		now := math.Sqrt(blas.Dot(v, v))
		if now <= dependence*before {
			return 0
		}
		if now > 0.5*rest {
			return now
		}
		rest = now
	}
	return rest
}

// dependence is the share of a column that has to be new, for the column to
// count as independent of the others.
const dependence = 0x1p-42

// add appends j with its projection: coef = Qᵀz, and rest ⟂ Q of length rho > 0.
func (f *supportFactor) add(j int, coef, rest []float64, rho float64) {
	k := len(f.set)
	for i := range k {
		f.r[i] = append(f.r[i], coef[i])
	}
	row := make([]float64, k+1, k+64)
	row[k] = rho
	f.r = append(f.r, row)
	f.set = append(f.set, j)
	f.q = append(f.q, rest...)
	own := f.row(k)
	for i := range own {
		own[i] /= rho
	}
	f.a = append(f.a, (1-blas.Dot(coef[:k], f.a))/rho)
	f.b = append(f.b, (f.p.sign[j]-blas.Dot(coef[:k], f.b))/rho)
}

// extend adds j where it is independent of what is there.
func (f *supportFactor) extend(j int) bool {
	v, coef := make([]float64, f.dim), make([]float64, len(f.set))
	f.column(v, j)
	rho := f.project(v, coef)
	if rho == 0 {
		return false
	}
	f.add(j, coef, v, rho)
	return true
}

// remove takes the k-th support vector out, by plane rotations.
func (f *supportFactor) remove(k int) {
	last := len(f.set) - 1
	for i := range f.r { // rows below k have a zero there
		f.r[i] = append(f.r[i][:k], f.r[i][k+1:]...)
	}
	// Row i > k now begins at column i−1: rotate rows (i, i+1) to clear it.
	for i := k; i < last; i++ {
		x, y := f.r[i][i], f.r[i+1][i]
		h := math.Hypot(x, y)
		if h == 0 {
			continue
		}
		c, s := x/h, y/h
		rotate(f.r[i][i:], f.r[i+1][i:], c, s)
		rotate(f.row(i), f.row(i+1), c, s)
		f.a[i], f.a[i+1] = c*f.a[i]+s*f.a[i+1], c*f.a[i+1]-s*f.a[i]
		f.b[i], f.b[i+1] = c*f.b[i]+s*f.b[i+1], c*f.b[i+1]-s*f.b[i]
	}
	f.r, f.a, f.b, f.q = f.r[:last], f.a[:last], f.b[:last], f.q[:last*f.dim]
	f.set = append(f.set[:k], f.set[k+1:]...)
}

func rotate(u, v []float64, c, s float64) {
	v = v[:len(u)]
	for i, x := range u {
		y := v[i]
		u[i], v[i] = c*x+s*y, c*y-s*x
	}
}

// solve replaces v by R⁻¹v.
func (f *supportFactor) solve(v []float64) {
	k := len(f.set)
	for i := k - 1; i >= 0; i-- {
		v[i] = (v[i] - blas.Dot(f.r[i][i+1:k], v[i+1:k])) / f.r[i][i]
	}
}

// solveT replaces v by R⁻ᵀv.
func (f *supportFactor) solveT(v []float64) {
	k := len(f.set)
	for i := range k {
		v[i] /= f.r[i][i]
		blas.Axpy(-v[i], f.r[i][i+1:k], v[i+1:k])
	}
}

// weights solves the equations of the support; u may have any signs.
func (f *supportFactor) weights() (u []float64, c float64) {
	u = append([]float64(nil), f.a...)
	if f.bias {
		c = blas.Dot(f.a, f.b) / blas.Dot(f.b, f.b)
		blas.Axpy(-c, f.b, u)
	}
	f.solve(u)
	return u, c
}

// refine solves the equations again with residuals computed from the points, so
// that rounding collected in the factor does not stay in the answer. It sets
// w = Σuᵢzᵢ.
func (f *supportFactor) refine(u []float64, c float64, w []float64) float64 {
	for range 2 {
		f.p.combine(w, f.set, u)
		e := make([]float64, len(u))
		var imbalance float64
		for k, i := range f.set {
			e[k] = 1 - f.p.dot(i, w) - c*f.p.sign[i]
			imbalance -= f.p.sign[i] * u[k]
		}
		// G̃ δ + y δc = e, yᵀδ = imbalance, with G̃ = RᵀR: the augmented row of G̃
		// contributes −κ²y·imbalance to the residual of G.
		if f.bias {
			for k, i := range f.set {
				e[k] += f.kappa * f.kappa * imbalance * f.p.sign[i]
			}
		}
		f.solveT(e)
		if f.bias {
			dc := (blas.Dot(f.b, e) - imbalance) / blas.Dot(f.b, f.b)
			blas.Axpy(-dc, f.b, e)
			c += dc
		}
		f.solve(e)
		blas.Axpy(1, e, u)
	}
	f.p.combine(w, f.set, u)
	return c
}
