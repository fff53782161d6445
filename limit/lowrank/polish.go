package lowrank

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/tacit-dev/tacit/internal/blas"
)

// polish brings a guess, X of the right rank and y nearly dual optimal, to
// rounding. Where X has fewer degrees of freedom than there are measurements it is
// least squares for X and the tangent conditions for y. Otherwise X and y determine
// each other, and both come from Newton's method on
//
//	L = MR,  R = MᵀL,  𝒜(LRᵀ) = b,   M = 𝒜*y,  X = LRᵀ
//
// (Y = MY, 𝒜(YYᵀ) = b of a PSD problem).
func (s *solver) polish(op *denseMeasure, x *point, y []float64) {
	if freedom(x.p, x.q, x.r, x.psd) <= op.n {
		if f := gaussNewton(s.ctx, s.op, s.b, x, 30); f.solved {
			s.certify(f.x, y)
			if s.done() {
				return
			}
		}
	}
	k := newKKT(op, s.b, x, y)
	if k == nil {
		return
	}
	for range 12 {
		before := k.misfit()
		if !k.newton() || !(k.misfit() < 0.7*before) {
			break
		}
	}
	if px := k.point(); px != nil {
		s.offer(px, assess(s.op, px, k.y))
	}
}

// kktLimit is the order up to which the equations are solved.
const kktLimit = 2200

// kkt is the system of polish.
type kkt struct {
	op      *denseMeasure
	b       []float64
	p, q, r int
	psd     bool
	l, w    []float64 // L and R; of a PSD problem both Y
	y       []float64

	grad, res []float64
}

func newKKT(op *denseMeasure, b []float64, x *point, y []float64) *kkt {
	order := x.p*x.r + op.n
	if !x.psd {
		order += x.q * x.r
	}
	if order > kktLimit {
		return nil
	}
	k := &kkt{op: op, b: b, p: x.p, q: x.q, r: x.r, psd: x.psd, y: append([]float64(nil), y...)}
	k.l, k.w = x.factors()
	k.evaluate()
	return k
}

// evaluate computes L − MR, R − MᵀL and 𝒜(LRᵀ) − b.
func (k *kkt) evaluate() {
	m := k.op.adjoint(k.y)
	k.grad = append([]float64(nil), k.l...)
	blas.Axpy(-1, m.mul(k.w, k.r), k.grad)
	if !k.psd {
		right := append([]float64(nil), k.w...)
		blas.Axpy(-1, m.mulT(k.l, k.r), right)
		k.grad = append(k.grad, right...)
	}
	k.res = make([]float64, k.op.n)
	k.op.apply(k.res, k.l, k.w, k.r)
	blas.Axpy(-1, k.b, k.res)
}

func (k *kkt) misfit() float64 { return math.Hypot(norm(k.grad), norm(k.res)) }

// newton takes one step. Rotations L → LQ, R → RQ change nothing; a term of their
// directions makes the matrix regular.
func (k *kkt) newton() bool {
	t := &tangent{op: k.op, n: k.op.n, x: &point{p: k.p, q: k.q, r: k.r, psd: k.psd, u: k.l, v: k.w}}
	t.dim = len(k.grad)
	t.form(k.op) // its row k is (A_kR, A_kᵀL), or 2A_kY
	dim, n, r := t.dim, k.op.n, k.r
	a := mat.NewDense(dim+n, dim+n, nil)
	m := k.op.adjoint(k.y).dense()
	for i := range dim {
		a.Set(i, i, 1)
	}
	for i := range k.p {
		for j := range k.q {
			v := -m[i*k.q+j]
			for c := range r {
				if k.psd {
					a.Set(i*r+c, j*r+c, a.At(i*r+c, j*r+c)+v)
					continue
				}
				a.Set(i*r+c, (k.p+j)*r+c, v)
				a.Set((k.p+j)*r+c, i*r+c, v)
			}
		}
	}
	half := 1.0
	if k.psd {
		half = 0.5
	}
	for row := range n {
		for i := range dim {
			v := t.j[row*dim+i]
			a.Set(dim+row, i, v)
			a.Set(i, dim+row, -half*v)
		}
	}
	k.rotations(func(d []float64) {
		for i, v := range d {
			if v == 0 {
				continue
			}
			for j, w := range d {
				a.Set(i, j, a.At(i, j)+v*w)
			}
		}
	})
	rhs := mat.NewVecDense(dim+n, nil)
	for i, v := range k.grad {
		rhs.SetVec(i, -v)
	}
	for i, v := range k.res {
		rhs.SetVec(dim+i, -v)
	}
	var lu mat.LU
	lu.Factorize(a)
	var step mat.VecDense
	if c := lu.Cond(); !(c < 1e15) || lu.SolveVecTo(&step, false, rhs) != nil {
		return false
	}
	old := *k
	k.l = append([]float64(nil), k.l...)
	for i := range k.l {
		k.l[i] += step.AtVec(i)
	}
	if k.psd {
		k.w = k.l
	} else {
		k.w = append([]float64(nil), k.w...)
		for i := range k.w {
			k.w[i] += step.AtVec(len(k.l) + i)
		}
	}
	k.y = append([]float64(nil), k.y...)
	for i := range k.y {
		k.y[i] += step.AtVec(dim + i)
	}
	k.evaluate()
	if !(k.misfit() < old.misfit()) {
		*k = old
	}
	return true
}

// rotations visits the directions dL = LΩ, dR = RΩ for the r(r−1)/2 elementary
// antisymmetric Ω, at length one.
func (k *kkt) rotations(visit func(d []float64)) {
	r := k.r
	for a := range r {
		for b := range a {
			d := make([]float64, len(k.grad))
			fill := func(to, f []float64) {
				for i := 0; i < len(f); i += r {
					to[i+a] += f[i+b]
					to[i+b] -= f[i+a]
				}
			}
			fill(d, k.l)
			if !k.psd {
				fill(d[len(k.l):], k.w)
			}
			visit(scaledBy(d, norm(d)))
		}
	}
}

// point returns X = LRᵀ by its singular triplets.
func (k *kkt) point() *point {
	return fromDense(timesT(k.l, k.w, k.p, k.r, k.q), k.p, k.q, k.psd, k.r)
}
