package flow

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/ode"
)

// Factored is gradient flow on the factors of a matrix, from n measurements
// ⟨A_k, X⟩ = b_k, row k of A being A_k by rows. With G = 𝒜*(𝒜(X) − b), a symmetric
// G of a symmetric X, it is one of
//
//	X = YYᵀ:   Ẏ = −2GY               on F(Y) = ½‖𝒜(YYᵀ)−b‖²,     Ẋ = −2(GX + XG)
//	X = LRᵀ:   L̇ = −GR, Ṙ = −GᵀL      on F(L, R) = ½‖𝒜(LRᵀ)−b‖²
//
// the first that of the conjecture, the second a linear network of two layers,
// which keeps LᵀL − RᵀR. Where that is 0 (a balanced start) the second is the
// first with the symmetric [[0, G], [Gᵀ, 0]] in the place of 2G, for Y = [L; R].
//
// # Coordinates
//
// From a small start the singular values of X grow one after the other, and when
// the first is of order one the next may be 1e-12 of it and must not drown in its
// rounding: it is what the flow does next. Nothing changes if Y is multiplied from
// the right by an orthogonal matrix. Follow uses that to keep the columns of Y
// nearly orthogonal, so that each carries a singular value of its own with all its
// digits, and holds the error of each column relative to its own length. For the
// same reason a determinant keeps its sign, which eight numbers of two 2×2 layers
// lose (Razin and Cohen 2020).
type Factored struct {
	a       linop.Operator
	b       []float64
	p, q, r int
	psd     bool
	z0      []float64 // Y, or L above R; rows of r numbers

	x, res, g []float64
}

// NewSymmetric returns the flow of X = YYᵀ for d×d matrices from Y (d×r).
func NewSymmetric(a linop.Operator, b []float64, d int, y []float64) (*Factored, error) {
	return newFactored(a, b, d, d, y, nil)
}

// NewPair returns the flow of X = LRᵀ for p×q matrices from L (p×r) and R (q×r).
func NewPair(a linop.Operator, b []float64, p, q int, l, r []float64) (*Factored, error) {
	if r == nil {
		r = []float64{}
	}
	return newFactored(a, b, p, q, l, r)
}

func newFactored(a linop.Operator, b []float64, p, q int, l, r []float64) (*Factored, error) {
	n, m := a.Dims()
	rank := 0
	if p > 0 {
		rank = len(l) / p
	}
	switch {
	case p < 1 || q < 1 || p*q != m:
		return nil, fmt.Errorf("flow: A measures %d unknowns, which are no matrix of %d×%d", m, p, q)
	case len(b) != n:
		return nil, fmt.Errorf("flow: b has length %d, A has %d rows", len(b), n)
	case rank < 1 || len(l) != p*rank || r != nil && len(r) != q*rank:
		return nil, fmt.Errorf("flow: factors of %d and %d numbers do not make a %d×%d matrix", len(l), len(r), p, q)
	}
	f := &Factored{a: a, b: b, p: p, q: q, r: rank, psd: r == nil, z0: append(append([]float64(nil), l...), r...)}
	zero := true
	for _, v := range f.z0 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("flow: a factor has an entry %v", v)
		}
		zero = zero && v == 0
	}
	if zero {
		return nil, fmt.Errorf("flow: the factors are 0, where the flow stands still; start from a small multiple of the identity")
	}
	f.x, f.res, f.g = make([]float64, m), make([]float64, n), make([]float64, m)
	return f, nil
}

// Dim returns the number of entries of the factors.
func (f *Factored) Dim() int { return len(f.z0) }

// Rank returns the number of columns of the factors.
func (f *Factored) Rank() int { return f.r }

// Start returns the factors at time 0: the rows of Y, or those of L and then R.
func (f *Factored) Start() []float64 { return append([]float64(nil), f.z0...) }

// right returns R, or Y.
func (f *Factored) right(z []float64) []float64 {
	if f.psd {
		return z
	}
	return z[f.p*f.r:]
}

// Primal sets dst = X, by rows.
func (f *Factored) Primal(dst, z []float64) {
	blas.Gemm(false, true, f.p, f.q, f.r, 1, z, f.r, f.right(z), f.r, 0, dst, f.q)
}

// Loss returns ½‖𝒜(X) − b‖².
func (f *Factored) Loss(z []float64) float64 {
	f.gradient(z)
	return blas.Dot(f.res, f.res) / 2
}

// gradient sets f.g = G, symmetrised of a symmetric X.
func (f *Factored) gradient(z []float64) {
	f.Primal(f.x, z)
	f.a.Apply(f.res, f.x)
	blas.Axpy(-1, f.b, f.res)
	f.adjoint(f.res)
}

func (f *Factored) adjoint(y []float64) {
	f.a.ApplyT(f.g, y)
	if f.psd {
		symmetrise(f.g, f.p)
	}
}

// times sets dst −= or = the product of G with z, of both sides of a pair:
// dst = beta·dst − c·(GR, GᵀL).
func (f *Factored) times(dst, g, z []float64, beta float64) {
	r := f.r
	if f.psd {
		blas.Gemm(false, false, f.p, r, f.p, -2, g, f.p, z, r, beta, dst, r)
		return
	}
	blas.Gemm(false, false, f.p, r, f.q, -1, g, f.q, f.right(z), r, beta, dst, r)
	blas.Gemm(true, false, f.q, r, f.p, -1, g, f.q, z, r, beta, f.right(dst), r)
}

// Deriv sets dst to the velocity of the factors.
func (f *Factored) Deriv(dst []float64, _ float64, z []float64) {
	f.gradient(z)
	f.times(dst, f.g, z, 0)
}

// Autonomous reports that time does not enter.
func (f *Factored) Autonomous() bool { return true }

// JacobianMul sets dst = ∂(velocity)/∂z v = −c(G v + 𝒜*𝒜(dX) z), dX the derivative
// of X along v.
func (f *Factored) JacobianMul(dst []float64, _ float64, z, v []float64) {
	f.gradient(z)
	f.jacobianMul(dst, z, v)
}

// jacobianMul is JacobianMul after gradient(z), which it leaves in place.
func (f *Factored) jacobianMul(dst, z, v []float64) {
	g := append([]float64(nil), f.g...)
	blas.Gemm(false, true, f.p, f.q, f.r, 1, v, f.r, f.right(z), f.r, 0, f.x, f.q)
	blas.Gemm(false, true, f.p, f.q, f.r, 1, z, f.r, f.right(v), f.r, 1, f.x, f.q)
	f.a.Apply(f.res, f.x)
	f.adjoint(f.res)
	f.times(dst, f.g, z, 0)
	f.times(dst, g, v, 1)
	copy(f.g, g)
}

// forgotten is the length of a column of Y, relative to the longest, below which
// it is not followed with digits of its own: X = YYᵀ is 1e-80 of its norm there.
// Columns of a pair are always followed, as they carry the sign of the
// determinant, at the price of short steps while one of them falls fast.
const forgotten = 1e-40

// least returns that length.
func (f *Factored) least(z []float64) float64 {
	if !f.psd {
		return 0
	}
	var top float64
	for _, l := range f.lengths(z) {
		top = max(top, l)
	}
	return forgotten * top
}

// Measure is the largest error of a column, relative to its length.
func (f *Factored) Measure(s *ode.Step, rel, _ float64) float64 {
	var worst float64
	least := f.least(s.Y1)
	for a := range f.r {
		var err, size float64
		for i := a; i < len(s.Y0); i += f.r {
			err = math.Hypot(err, s.Err[i])
			size = math.Hypot(size, math.Max(math.Abs(s.Y0[i]), math.Abs(s.Y1[i])))
		}
		if err > 0 {
			worst = max(worst, err/(rel*max(size, least)))
		}
		if math.IsNaN(err) {
			return err
		}
	}
	return worst
}

// denseFactored offers the Jacobian of a small Factored to stiff methods.
type denseFactored struct{ *Factored }

// denseFactors is the number of entries of the factors up to which it does.
const denseFactors = 400

// Linearize returns the exact Jacobian at z, in units of the lengths of the
// columns: elimination among columns of very different lengths would lose the
// short ones.
func (f denseFactored) Linearize(_ float64, z []float64) ode.Jacobian {
	n := f.Dim()
	unit := make([]float64, n)
	for i, length := range f.lengths(z) {
		for k := i; k < n; k += f.r {
			unit[k] = max(length, 0x1p-1000)
		}
	}
	j := mat.NewDense(n, n, nil)
	e, col := make([]float64, n), make([]float64, n)
	f.gradient(z)
	for k := range n {
		e[k] = unit[k]
		f.jacobianMul(col, z, e)
		for i, u := range unit {
			col[i] /= u
		}
		j.SetCol(k, col)
		e[k] = 0
	}
	return &luJacobian{j: j, unit: unit}
}

// lengths returns the norms of the columns of z.
func (f *Factored) lengths(z []float64) []float64 {
	out := make([]float64, f.r)
	for i, v := range z {
		out[i%f.r] = math.Hypot(out[i%f.r], v)
	}
	return out
}

// luJacobian solves with I − cJ, vectors being multiples of unit.
type luJacobian struct {
	j    *mat.Dense
	unit []float64
	lu   mat.LU
}

// Factor decomposes I − cJ.
func (l *luJacobian) Factor(c float64) bool {
	n, _ := l.j.Dims()
	var a mat.Dense
	a.Scale(-c, l.j)
	for i := range n {
		a.Set(i, i, a.At(i, i)+1)
	}
	l.lu.Factorize(&a)
	return !math.IsInf(l.lu.Cond(), 1)
}

// Solve replaces v by (I − cJ)⁻¹v.
func (l *luJacobian) Solve(v []float64) {
	for i, u := range l.unit {
		v[i] /= u
	}
	x := mat.NewVecDense(len(v), v)
	_ = l.lu.SolveVecTo(x, false, x) // an ill-conditioned system is solved all the same
	for i, u := range l.unit {
		v[i] *= u
	}
}
