package lowrank

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/internal/parallel"
)

// tangent is 𝒜 on the tangent space of the matrices of rank r at X,
//
//	J(dL, dR) = 𝒜(dL Vᵀ + U dRᵀ),   of a PSD problem J(dY) = 𝒜(dY Uᵀ + U dYᵀ),
//
// a map from d = (dL, dR), (p+q)r numbers, or dY, pr numbers. Its kernel holds
// the directions that do not move X at all: dL = UK, dR = −VKᵀ (K any r×r matrix;
// dY = UK with K antisymmetric). All that is asked of J below is orthogonal to
// those, so that conjugate gradients never see them.
type tangent struct {
	op  measurements
	x   *point
	n   int
	dim int

	j    []float64 // J as n×dim where it is small enough to form
	gram []float64 // its JᵀJ

	rows, cols []float64 // Cholesky factors of the preconditioner's r×r blocks
	products   int       // with J or Jᵀ, counted
}

// explicitLimit is the number of entries of J up to which it is formed.
const explicitLimit = 1 << 22

func newTangent(op measurements, x *point) *tangent {
	n, _, _ := op.size()
	t := &tangent{op: op, x: x, n: n, dim: x.p * x.r}
	if !x.psd {
		t.dim += x.q * x.r
	}
	if d, ok := op.(*denseMeasure); ok && n*t.dim <= explicitLimit && t.dim <= 1200 {
		t.form(d)
	} else {
		t.precondition()
	}
	return t
}

// fewColumns is the rank up to which the products A_kV are not worth a packing.
const fewColumns = 5

// form computes J: row k is (A_k V, A_kᵀ U), or 2 A_k U.
func (t *tangent) form(d *denseMeasure) {
	x, r := t.x, t.x.r
	t.j = make([]float64, t.n*t.dim)
	all := times // A_kV, at once
	if r <= fewColumns {
		all = timesFew
	}
	av := all(d.a, x.v, t.n*x.p, x.q, r)
	parallel.For(t.n, 16, func(lo, hi int) {
		for k := lo; k < hi; k++ {
			row, left := t.j[k*t.dim:(k+1)*t.dim], av[k*x.p*r:(k+1)*x.p*r]
			if x.psd {
				for i, v := range left {
					row[i] = 2 * v
				}
				continue
			}
			copy(row, left)
			copy(row[x.p*r:], inner(d.a[k*x.p*x.q:(k+1)*x.p*x.q], x.u, x.p, x.q, r))
		}
	})
	t.gram = make([]float64, t.dim*t.dim)
	blas.GramCols(t.gram, t.dim, t.j, t.n, t.dim, t.dim, nil)
}

// precondition factors the diagonal r×r blocks of JᵀJ.
func (t *tangent) precondition() {
	x, r := t.x, t.x.r
	rows := make([]float64, x.p*r*r)
	var cols []float64
	if !x.psd {
		cols = make([]float64, x.q*r*r)
	}
	if !t.op.weights(rows, cols, x.u, x.v, r) {
		return
	}
	scale := 1.0
	if x.psd {
		scale = 4 // dY appears twice
	}
	t.rows, t.cols = factorBlocks(rows, r, scale), factorBlocks(cols, r, scale)
}

// factorBlocks replaces r×r blocks by Cholesky factors. A ridge of a hundredth of
// the average diagonal keeps rows with few entries regular.
func factorBlocks(blocks []float64, r int, scale float64) []float64 {
	if len(blocks) == 0 {
		return nil
	}
	var trace float64
	for at := 0; at < len(blocks); at += r * r {
		for a := range r {
			trace += blocks[at+a*r+a]
		}
	}
	ridge := 0.01*trace*float64(r)/float64(len(blocks)) + 0x1p-1000
	parallel.For(len(blocks)/(r*r), rowGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			b := blocks[i*r*r : (i+1)*r*r]
			for a := range r {
				b[a*r+a] += ridge
				for c := range a + 1 {
					b[a*r+c] *= scale
				}
			}
			smallCholesky(b, r)
		}
	})
	return blocks
}

// smallCholesky factors the lower triangle of a positive definite r×r matrix.
func smallCholesky(a []float64, r int) {
	for i := range r {
		for j := range i + 1 {
			v := a[i*r+j] - dot(a[i*r:i*r+j], a[j*r:j*r+j])
			if i == j {
				a[i*r+i] = math.Sqrt(max(v, 0x1p-1000))
			} else {
				a[i*r+j] = v / a[j*r+j]
			}
		}
	}
}

// forward sets dst = J d.
func (t *tangent) forward(dst, d []float64) {
	t.products++
	if t.j != nil {
		blas.Gemv(dst, t.j, t.n, t.dim, t.dim, d)
		return
	}
	x, r := t.x, t.x.r
	if x.psd {
		t.op.apply(dst, d, x.u, r)
		for k := range dst {
			dst[k] *= 2
		}
		return
	}
	l, w := beside(d[:x.p*r], x.u, x.p, r, r), beside(x.v, d[x.p*r:], x.q, r, r)
	t.op.apply(dst, l, w, 2*r)
}

// adjoint returns Jᵀy.
func (t *tangent) adjoint(y []float64) []float64 {
	t.products++
	if t.j != nil {
		d := make([]float64, t.dim)
		blas.GemvT(d, t.j, t.n, t.dim, t.dim, y)
		return d
	}
	x, r := t.x, t.x.r
	m := t.op.adjoint(y)
	d := m.mul(x.v, r)
	if x.psd {
		for i := range d {
			d[i] *= 2
		}
		return d
	}
	return append(d, m.mulT(x.u, r)...)
}

// solve returns the d with (JᵀJ + λ)d = g to the relative accuracy tol, the least
// one if λ = 0; g lies in the range of Jᵀ.
func (t *tangent) solve(g []float64, lambda, tol float64, most int) []float64 {
	if t.gram != nil {
		return t.solveDirect(g, lambda)
	}
	d, r := make([]float64, t.dim), append([]float64(nil), g...)
	t.quotient(r)
	z := t.apply(r)
	p := append([]float64(nil), z...)
	q := make([]float64, t.n)
	rz, target := blas.Dot(r, z), tol*norm(g)
	for range most {
		if rz == 0 {
			break
		}
		t.forward(q, p)
		curvature := blas.Dot(q, q) + lambda*blas.Dot(p, p)
		if !(curvature > 0) {
			break
		}
		step := rz / curvature
		blas.Axpy(step, p, d)
		blas.Axpy(-step, t.adjoint(q), r)
		if lambda != 0 {
			blas.Axpy(-step*lambda, p, r)
		}
		if norm(r) <= target {
			break
		}
		z = t.apply(r)
		next := blas.Dot(r, z)
		beta := next / rz
		rz = next
		for i, v := range z {
			p[i] = v + beta*p[i]
		}
	}
	return d
}

// quotient projects d on the complement of the directions that do not move X.
// Without it rounding leads conjugate gradients into them.
func (t *tangent) quotient(d []float64) {
	x, r := t.x, t.x.r
	k := inner(x.u, d[:x.p*r], x.p, r, r)
	if x.psd {
		for i := range r {
			for j := range i + 1 {
				v := (k[i*r+j] - k[j*r+i]) / 2
				k[i*r+j], k[j*r+i] = v, -v
			}
		}
		subtract(d, x.u, k, x.p, r, r)
		return
	}
	right := inner(d[x.p*r:], x.v, x.q, r, r)
	for i := range k {
		k[i] = (k[i] - right[i]) / 2
	}
	subtract(d[:x.p*r], x.u, k, x.p, r, r)
	blas.Gemm(false, true, x.q, r, r, 1, x.v, r, k, r, 1, d[x.p*r:], r)
}

// apply returns the preconditioned r.
func (t *tangent) apply(r []float64) []float64 {
	z := append([]float64(nil), r...)
	if t.rows == nil {
		return z
	}
	defer t.quotient(z)
	k := t.x.r
	solve := func(z, blocks []float64) {
		parallel.For(len(z)/k, rowGrain, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				v, l := z[i*k:(i+1)*k], blocks[i*k*k:(i+1)*k*k]
				for a := range k {
					v[a] = (v[a] - dot(l[a*k:a*k+a], v[:a])) / l[a*k+a]
				}
				for a := k - 1; a >= 0; a-- {
					v[a] /= l[a*k+a]
					axpy(-v[a], l[a*k:a*k+a], v[:a])
				}
			}
		})
	}
	solve(z[:t.x.p*k], t.rows)
	if !t.x.psd {
		solve(z[t.x.p*k:], t.cols)
	}
	return z
}

// solveDirect solves with the Cholesky factor of JᵀJ + λ. The kernel that does
// not move X makes JᵀJ singular: a λ at the level of rounding takes its place, and
// one step of refinement its effect.
func (t *tangent) solveDirect(g []float64, lambda float64) []float64 {
	k := t.dim
	var top float64
	for i := range k {
		top = max(top, t.gram[i*k+i])
	}
	l := append([]float64(nil), t.gram...)
	for shift := max(lambda, 1e-13*top); ; shift *= 100 {
		copy(l, t.gram)
		for i := range k {
			l[i*k+i] += shift
		}
		if blas.Cholesky(l, k, k) < 0 {
			break
		}
		if !(shift < top) {
			return make([]float64, k)
		}
	}
	solve := func(v []float64) {
		blas.SolveLower(l, k, k, v)
		blas.SolveLowerT(l, k, k, v)
	}
	d := append([]float64(nil), g...)
	solve(d)
	if lambda > 0 {
		return d
	}
	q := make([]float64, t.n)
	for range 2 {
		t.forward(q, d)
		r := t.adjoint(q)
		for i, v := range g {
			r[i] = v - r[i]
		}
		solve(r)
		blas.Axpy(1, r, d)
	}
	return d
}
