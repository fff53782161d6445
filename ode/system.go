package ode

// System is y′ = f(t, y).
type System interface {
	// Dim returns the length of y.
	Dim() int
	// Deriv sets dst = f(t, y). It must not change y. Values that are not
	// finite make the step be tried again at a smaller size.
	Deriv(dst []float64, t float64, y []float64)
}

// Linearizer is a System that solves with its Jacobian. Steppers that need that
// fall back on a dense Jacobian by differences where a System does not offer
// it.
type Linearizer interface {
	System
	// Linearize returns J = ∂f/∂y at (t, y), exact up to rounding: the order
	// of the Rosenbrock methods depends on it. The Jacobian need only stay
	// valid until the next call.
	Linearize(t float64, y []float64) Jacobian
}

// Jacobian is a matrix J that solves linear systems with I − cJ. If J is
// symmetric negative semidefinite, as along a gradient flow of a convex
// function, these are positive definite, and Cholesky or conjugate gradients
// apply.
type Jacobian interface {
	// Factor prepares Solve for I − cJ, c ≥ 0, and reports false if it cannot.
	Factor(c float64) bool
	// Solve replaces v by (I − cJ)⁻¹v, with the c of Factor.
	Solve(v []float64)
}

// JacobianMuler is a System that multiplies by its Jacobian.
type JacobianMuler interface {
	System
	// JacobianMul sets dst = ∂f/∂y(t, y) v.
	JacobianMul(dst []float64, t float64, y, v []float64)
}

// SpectralBounder is a System that bounds the spectral radius of its Jacobian:
// RKC chooses its number of stages by it, and else estimates it by a power
// iteration.
type SpectralBounder interface {
	System
	// SpectralBound returns an upper bound of the moduli of the eigenvalues of
	// ∂f/∂y(t, y).
	SpectralBound(t float64, y []float64) float64
}

// TimeDeriver is a System that knows ∂f/∂t, which Rosenbrock methods need, and
// else take by differences.
type TimeDeriver interface {
	System
	// TimeDeriv sets dst = ∂f/∂t(t, y).
	TimeDeriv(dst []float64, t float64, y []float64)
}

// Autonomous is a System that may promise that f does not depend on t. Others
// pay for ∂f/∂t in each step of a Rosenbrock method.
type Autonomous interface {
	System
	// Autonomous reports whether ∂f/∂t = 0.
	Autonomous() bool
}

// Func is the System of a function. Jac, if not nil, sets the row-major N×N
// matrix dst to ∂f/∂y.
type Func struct {
	N   int
	F   func(dst []float64, t float64, y []float64)
	Jac func(dst []float64, t float64, y []float64)
}

// Dim returns N.
func (f Func) Dim() int { return f.N }

// Deriv calls F.
func (f Func) Deriv(dst []float64, t float64, y []float64) { f.F(dst, t, y) }

// autonomous reports what sys promises.
func autonomous(sys System) bool {
	a, ok := sys.(Autonomous)
	return ok && a.Autonomous()
}
