package flow

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/ode"
)

// VonNeumann is the mirror flow of ½‖𝒜(X)−b‖² in von Neumann's geometry
// φ(X) = tr(X ln X − X) of positive definite matrices, from X = αI. Its state is ν,
// one number for each measurement:
//
//	X(t) = exp(ln α·I + 𝒜*ν(t)),   ν′ = b − 𝒜(X),   𝒜*ν = Σ ν_k (A_k + A_kᵀ)/2
//
// Its limit minimises tr(X ln X − X) − ln α tr X subject to 𝒜(X) = b, so for
// α → 0 it is of least trace whatever the A_k are. Gradient flow on the factors of
// X = YYᵀ is this flow, four times as fast, if the A_k commute (theorem
// matrix-commuting), and another one in general.
//
// It is for small matrices: a step costs some eigenvalue decompositions of order d
// and n²d² + n³ flops. It is not safe for concurrent use.
type VonNeumann struct {
	a        linop.Operator
	b        []float64
	d, n     int
	logAlpha float64
	rows     []float64 // symmetric parts of the A_k, n×d²

	nu    []float64 // the point that the rest belongs to
	known bool
	theta []float64 // eigenvalues of ln X
	v     []float64 // eigenvectors, as columns
	x     []float64
	res   []float64 // b − 𝒜(X)
}

var (
	_ Measured       = (*VonNeumann)(nil)
	_ ode.Linearizer = (*VonNeumann)(nil)
	_ ode.Autonomous = (*VonNeumann)(nil)
)

// NewVonNeumann returns the flow of d×d matrices from αI; row k of A is A_k by
// rows.
func NewVonNeumann(a linop.Operator, b []float64, d int, logAlpha float64) (*VonNeumann, error) {
	n, m := a.Dims()
	switch {
	case d < 1 || d*d != m:
		return nil, fmt.Errorf("flow: A measures %d unknowns, which are no matrix of %d×%d", m, d, d)
	case len(b) != n || n == 0:
		return nil, fmt.Errorf("flow: b has length %d, A has %d rows; there must be as many, and one at least", len(b), n)
	case math.IsNaN(logAlpha) || math.IsInf(logAlpha, 0):
		return nil, fmt.Errorf("flow: ln α is %v", logAlpha)
	}
	f := &VonNeumann{
		a: a, b: b, d: d, n: n, logAlpha: logAlpha, rows: make([]float64, n*m), nu: make([]float64, n),
		theta: make([]float64, d), v: make([]float64, m), x: make([]float64, m), res: make([]float64, n),
	}
	e := make([]float64, n)
	for k := range n {
		e[k] = 1
		row := f.rows[k*m : (k+1)*m]
		a.ApplyT(row, e)
		e[k] = 0
		symmetrise(row, d)
	}
	return f, nil
}

// Dim returns n.
func (f *VonNeumann) Dim() int { return f.n }

// Autonomous reports true.
func (f *VonNeumann) Autonomous() bool { return true }

// Start returns ν = 0.
func (f *VonNeumann) Start() []float64 { return make([]float64, f.n) }

// at moves to the point of a state, if it is another one.
func (f *VonNeumann) at(nu []float64) {
	if f.known && equal(nu, f.nu) {
		return
	}
	copy(f.nu, nu)
	f.known = true
	d := f.d
	f.a.ApplyT(f.v, nu)
	symmetrise(f.v, d)
	for i := range d {
		f.v[i*d+i] += f.logAlpha
	}
	if !blas.Eigen(f.theta, f.v, d, d) {
		f.theta[0] = math.NaN()
	}
	scaled := make([]float64, d*d)
	for i := range d {
		for j := range d {
			scaled[i*d+j] = f.v[i*d+j] * math.Exp(f.theta[j])
		}
	}
	blas.Gemm(false, true, d, d, d, 1, scaled, d, f.v, d, 0, f.x, d)
	f.a.Apply(f.res, f.x)
	for k, b := range f.b {
		f.res[k] = b - f.res[k]
	}
}

// Deriv sets dst = b − 𝒜(X).
func (f *VonNeumann) Deriv(dst []float64, _ float64, nu []float64) {
	f.at(nu)
	copy(dst, f.res)
}

// Primal sets dst = X, by rows.
func (f *VonNeumann) Primal(dst, nu []float64) {
	f.at(nu)
	copy(dst, f.x)
}

// LogEigenvalues returns the logarithms of the eigenvalues of X, descending:
// numbers, however small X is.
func (f *VonNeumann) LogEigenvalues(nu []float64) []float64 {
	f.at(nu)
	out := make([]float64, f.d)
	for i, v := range f.theta {
		out[f.d-1-i] = v
	}
	return out
}

// Loss returns ½‖𝒜(X) − b‖².
func (f *VonNeumann) Loss(nu []float64) float64 {
	f.at(nu)
	return blas.Dot(f.res, f.res) / 2
}

// Measure is the largest relative error of an eigenvalue of X, to first order:
// that of ln X in its eigenvectors.
func (f *VonNeumann) Measure(s *ode.Step, rel, abs float64) float64 {
	d := f.d
	e, half := make([]float64, d*d), make([]float64, d*d)
	f.a.ApplyT(e, s.Err)
	symmetrise(e, d)
	blas.Gemm(false, false, d, d, d, 1, e, d, f.v, d, 0, half, d)
	var worst float64
	for j := range d {
		var v float64
		for i := range d {
			v += f.v[i*d+j] * half[i*d+j]
		}
		if math.IsNaN(v) {
			return v
		}
		worst = math.Max(worst, math.Abs(v)/(rel+abs))
	}
	return worst
}

// Linearize returns −𝒜 D 𝒜*, D the derivative of the exponential at ln X: in its
// eigenvectors D multiplies entry (i, j) by the divided difference
// (e^θᵢ − e^θⱼ)/(θᵢ − θⱼ) (Daleckiĭ and Kreĭn 1965).
func (f *VonNeumann) Linearize(_ float64, nu []float64) ode.Jacobian {
	f.at(nu)
	d, m := f.d, f.d*f.d
	root := make([]float64, m)
	for i := range d {
		for j := range d {
			half := (f.theta[i] - f.theta[j]) / 2
			quotient := 1.0
			if math.Abs(half) > 1e-8 {
				quotient = math.Sinh(math.Min(half, 700)) / half
			}
			if math.Abs(half) > 300 { // e^(larger)/(difference)
				root[i*d+j] = math.Sqrt(math.Exp(math.Max(f.theta[i], f.theta[j])) / (2 * math.Abs(half)))
				continue
			}
			root[i*d+j] = math.Sqrt(math.Exp((f.theta[i]+f.theta[j])/2) * quotient)
		}
	}
	w, half := make([]float64, f.n*m), make([]float64, m)
	for k := range f.n {
		row := w[k*m : (k+1)*m]
		blas.Gemm(false, false, d, d, d, 1, f.rows[k*m:(k+1)*m], d, f.v, d, 0, half, d)
		blas.Gemm(true, false, d, d, d, 1, f.v, d, half, d, 0, row, d)
		for i, r := range root {
			row[i] *= r
		}
	}
	gram := mat.NewSymDense(f.n, nil)
	gram.SymOuterK(1, mat.NewDense(f.n, m, w))
	return &choleskyJacobian{gram: gram}
}

// choleskyJacobian solves with I + cS, S symmetric positive semidefinite, J = −S.
type choleskyJacobian struct {
	gram *mat.SymDense
	chol mat.Cholesky
}

// Factor decomposes I + cS.
func (j *choleskyJacobian) Factor(c float64) bool {
	n := j.gram.SymmetricDim()
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for k := i; k < n; k++ {
			s.SetSym(i, k, c*j.gram.At(i, k))
		}
		s.SetSym(i, i, s.At(i, i)+1)
	}
	return j.chol.Factorize(s)
}

// Solve replaces v by (I + cS)⁻¹v.
func (j *choleskyJacobian) Solve(v []float64) {
	x := mat.NewVecDense(len(v), v)
	_ = j.chol.SolveVecTo(x, x) // an ill-conditioned system is solved all the same
}
