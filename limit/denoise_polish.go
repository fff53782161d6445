package limit

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// exchanges bounds the corrections of a guessed support. Each costs as much as
// the guess, and goes on only while the errors halve: a good guess needs few.
const exchanges = 8

// littleNoise is the share of ‖b‖ below which σ magnifies the rounding of an
// iterative solution enough to be worth another solve.
const littleNoise = 1e-3

// polish takes the support and the signs of x for those of the answer and
// solves for it. With A_S of full column rank and t = w_S∘sgn(x_S), the
// optimality conditions r = b − A_S x_S = τy, A_Sᵀy = t, ‖r‖ = σ are solved by
//
//	r = r₀ + τq,  x_S = x₀ − τz,  τ = √(σ² − ‖r₀‖²)/‖q‖,
//
// x₀, r₀ the least-squares solution and its residual, and q = A_S z the
// shortest vector with A_Sᵀq = t, which is orthogonal to r₀. Entries of the
// wrong sign then leave S, violated constraints enter, and it is tried again.
// It reports whether the pair is proven.
func (d *denoising) polish(x []float64) bool {
	var idx []int
	var signs []float64
	for j, v := range x {
		if v != 0 {
			idx, signs = append(idx, j), append(signs, math.Copysign(1, v))
		}
	}
	var sys support
	last := d.m
	for round := 0; round <= exchanges && len(idx) > 0 && len(idx) <= d.n && !d.halted(); round++ {
		if sys == nil {
			sys = d.newSupport(len(idx))
		}
		if d.stored {
			d.stats.Factorizations++
		}
		if !sys.reset(idx) {
			return false
		}
		xs, y, ok := d.solveOn(sys, signs)
		if !ok {
			return false
		}
		v := make([]float64, d.m)
		d.applyT(v, y)
		d.offerBound(y, v)
		var wrong int
		if idx, signs, wrong = d.exchange(idx, signs, xs, v); wrong == 0 {
			full := make([]float64, d.m)
			for i, j := range idx {
				full[j] = xs[i]
			}
			d.offerPoint(full)
			if !d.proven() {
				return false
			}
			d.markUnique(full, v)
			return true
		}
		if 2*wrong > last {
			return false
		}
		last = wrong
	}
	return false
}

// solveOn returns x_S and y = r/τ for the columns and signs of S. It fails if
// the columns of S do not come within σ of b.
func (d *denoising) solveOn(sys support, signs []float64) (xs, y []float64, ok bool) {
	idx := sys.indices()
	k := len(idx)
	xs = make([]float64, k)
	r0 := make([]float64, d.n)
	rest := sys.leastSquares(xs, r0, d.b, exact)
	if !(rest < d.sigma) {
		return nil, nil, false
	}
	target := make([]float64, k)
	for i, j := range idx {
		target[i] = signs[i] * d.weight(j)
	}
	q := make([]float64, d.n)
	sys.interpolate(q, target)
	length := norm2(q)
	z := make([]float64, k)
	sys.leastSquares(z, make([]float64, d.n), q, exact)
	tau := math.Sqrt((d.sigma-rest)*(d.sigma+rest)) / length
	if tau == 0 || math.IsNaN(tau) || math.IsInf(tau, 0) {
		return nil, nil, false
	}
	y = make([]float64, d.n)
	for i := range y {
		y[i] = r0[i]/tau + q[i]
	}
	if d.stored || d.sigma < littleNoise*d.bnorm {
		sys.interpolate(y, target) // against the rounding of r₀, divided by τ
	}
	blas.Axpy(-tau, z, xs)
	return xs, y, true
}

// exchange drops the entries of the wrong sign and adds the violated
// constraints. It returns how many there were.
func (d *denoising) exchange(idx []int, signs, xs, v []float64) (next []int, nextSigns []float64, wrong int) {
	const violated = 1e-9
	in := make([]bool, d.m)
	for i, j := range idx {
		in[j] = true
		if xs[i]*signs[i] >= 0 {
			next, nextSigns = append(next, j), append(nextSigns, signs[i])
		} else {
			wrong++
		}
	}
	for j, vj := range v {
		s := d.sign(vj)
		if !in[j] && s*vj > d.weight(j)*(1+violated) {
			next, nextSigns = append(next, j), append(nextSigns, s)
			wrong++
		}
	}
	return next, nextSigns, wrong
}

// markUnique records that the answer is the only one where the dual shows it.
// All answers share r and live where |vⱼ| = wⱼ: if these are the columns of S,
// which are independent by their factorization, there is one x_S.
func (d *denoising) markUnique(x, v []float64) {
	if !d.stored {
		return
	}
	for j, vj := range v {
		if x[j] == 0 && d.sign(vj)*vj > d.weight(j)*(1-tight) {
			return
		}
	}
	unique := true
	d.unique = &unique
}
