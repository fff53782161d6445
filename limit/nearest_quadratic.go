package limit

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// nearestDiagonal answers Nearest for φ(x) = ½ Σ kᵢxᵢ² by MinNorm in the
// unknown z = √k∘x, whose factorizations bear condition numbers that the normal
// equations of Newton's method do not.
func nearestDiagonal(ctx context.Context, a linop.Operator, b []float64, phi geometry.Separable, theta0 []float64, opt Options) (*Result, error) {
	m := len(theta0)
	root, z0 := make([]float64, m), make([]float64, m)
	phi.HessConjDiag(root, theta0)
	for j, v := range root {
		root[j] = math.Sqrt(v) // 1/√k
		z0[j] = theta0[j] * root[j]
	}
	whitened := linop.Scale(a, nil, root)
	res, err := MinNorm(ctx, whitened, b, z0, opt)
	if err != nil || res.Status == Infeasible {
		return res, err
	}
	for j, v := range root {
		res.X[j] *= v
	}
	// With g = (b−Az₀)ᵀy, the bound D ≥ t g − t²‖Aᵀy‖²/2 is best at this
	// multiple t of y, where it is half the square of the bound g/‖Aᵀy‖ of the
	// distance.
	step := make([]float64, m)
	whitened.ApplyT(step, res.Y)
	res.Stats.Passes++
	if size := norm2(step); size > 0 {
		scale(res.Bound/size, res.Y)
	}
	res.Objective *= res.Objective / 2
	res.Bound *= math.Abs(res.Bound) / 2
	if size := math.Max(res.Objective, math.Abs(res.Bound)); size > 0 && res.Gap > 0 {
		res.Gap = math.Abs(res.Objective-res.Bound) / size
	}
	return res, nil
}

// nearestMahalanobis answers Nearest for φ(x) = ½ xᵀKx: A K⁻¹ Aᵀ ν = b − Ax₀ by
// Cholesky's factorization and iterative refinement.
func nearestMahalanobis(ctx context.Context, a linop.Operator, b []float64, phi *geometry.Mahalanobis, theta0 []float64, opt Options) (*Result, error) {
	n, m := a.Dims()
	if n > largestNewton {
		return nil, fmt.Errorf("limit: A has %d rows; with a matrix K there may be up to %d (a diagonal K has no such limit)", n, largestNewton)
	}
	s := &mahalanobis{ctx: ctx, phi: phi, theta0: theta0, units: chooseUnits(Problem{A: a, B: make([]float64, n)})}
	s.a, s.b = s.units.normalise(a), s.units.normaliseRHS(b)
	s.nu, s.r, s.theta, s.x = make([]float64, n), make([]float64, n), make([]float64, m), make([]float64, m)
	s.stats.Route = "cholesky"
	s.solve()
	s.repair()
	p := Problem{A: a, B: b}
	if tol := opt.tol(); !(residualInUnits(s.units, s.r, b) <= tol) && ctx.Err() == nil {
		if res, err := provenInfeasible(ctx, p, s.x, s.r, s.units, s.stats, opt); res != nil || err != nil {
			return res, err
		}
	}
	return s.result(b, opt), nil
}

// mahalanobis is one call of nearestMahalanobis, in normalised rows.
type mahalanobis struct {
	ctx      context.Context
	phi      *geometry.Mahalanobis
	a        linop.Operator
	b        []float64
	theta0   []float64
	units    units
	nu, r    []float64
	theta, x []float64
	gram     []float64 // Cholesky factor of A K⁻¹ Aᵀ, scaled by diag; nil if there is none
	diag     []float64
	stats    Stats
}

// refinements is the number of corrections of ν by its residual.
const refinements = 6

func (s *mahalanobis) solve() {
	n, m := s.a.Dims()
	gram, diag := make([]float64, n*n), make([]float64, n)
	e, row, image := make([]float64, n), make([]float64, m), make([]float64, n)
	for i := range n {
		if s.ctx.Err() != nil {
			return
		}
		e[i] = 1
		s.a.ApplyT(row, e)
		s.phi.HessConj(row, s.theta, row)
		s.a.Apply(image, row)
		for j := i; j < n; j++ {
			gram[j*n+i] = image[j]
		}
		e[i] = 0
	}
	s.stats.Passes += 2 * n
	for i := range n {
		diag[i] = 1
		if v := gram[i*n+i]; v > 0 {
			diag[i] = 1 / math.Sqrt(v)
		}
	}
	for i := range n {
		for j := range i + 1 {
			gram[i*n+j] *= diag[i] * diag[j]
		}
		gram[i*n+i] += 4 * float64(n) * roundoff
	}
	s.stats.Factorizations++
	if blas.Cholesky(gram, n, n) < 0 {
		s.gram, s.diag = gram, diag
	}
	best := math.Inf(1)
	kept := append([]float64(nil), s.nu...)
	for range refinements {
		s.evaluate()
		size := norm2(s.r)
		if s.gram == nil || !(size < best/2) {
			if size > best {
				copy(s.nu, kept)
				s.evaluate()
			}
			return
		}
		best = size
		copy(kept, s.nu)
		s.correction(e)
		blas.Axpy(1, e, s.nu)
		s.stats.Steps++
	}
	s.evaluate()
}

// correction sets p to the solution of A K⁻¹ Aᵀ p = r.
func (s *mahalanobis) correction(p []float64) {
	n := len(p)
	for i, v := range s.r {
		p[i] = v * s.diag[i]
	}
	blas.SolveLower(s.gram, n, n, p)
	blas.SolveLowerT(s.gram, n, n, p)
	for i := range p {
		p[i] *= s.diag[i]
	}
}

// repair takes steps x + K⁻¹Aᵀp towards Ax = b while they reduce the residual:
// what ν leaves is the rounding of θ₀ + Aᵀν, which x itself need not carry.
func (s *mahalanobis) repair() {
	if s.gram == nil {
		return
	}
	p, step := make([]float64, len(s.r)), make([]float64, len(s.x))
	better, left := make([]float64, len(s.x)), make([]float64, len(s.r))
	for range repairs {
		size := norm2(s.r)
		if size == 0 || !finite(s.r) || s.ctx.Err() != nil {
			return
		}
		s.correction(p)
		s.a.ApplyT(step, p)
		s.phi.HessConj(step, s.theta, step)
		copy(better, s.x)
		blas.Axpy(1, step, better)
		subtractProduct(s.a, left, s.b, better)
		s.stats.Passes += 2
		if !(norm2(left) < size) {
			return
		}
		s.x, better, s.r, left = better, s.x, left, s.r
	}
}

// evaluate brings θ, x and r up to date with ν.
func (s *mahalanobis) evaluate() {
	s.a.ApplyT(s.theta, s.nu)
	blas.Axpy(1, s.theta0, s.theta)
	s.phi.GradConj(s.x, s.theta)
	subtractProduct(s.a, s.r, s.b, s.x)
	s.stats.Passes += 2
}

func (s *mahalanobis) result(b []float64, opt Options) *Result {
	yes := true
	res := &Result{X: s.x, Y: s.units.dual(s.nu), Unique: &yes, Stats: s.stats}
	res.Residual = residualInUnits(s.units, s.r, b)
	for _, v := range s.x {
		if v != 0 {
			res.Support++
		}
	}
	divergence, slack := s.phi.Fenchel(s.x, s.theta), dotCompensated(s.nu, s.r)
	res.Objective = s.phi.Fenchel(s.x, s.theta0)
	res.Bound = res.Objective - divergence + slack
	x0 := make([]float64, len(s.x))
	s.phi.GradConj(x0, s.theta0)
	if size := math.Max(math.Abs(res.Objective), math.Abs(res.Bound)); size > 0 && !near(s.x, x0) {
		res.Gap = (divergence + math.Abs(slack)) / size
	}
	outcome := newtonStalled
	if s.ctx.Err() != nil {
		outcome = newtonCancelled
	}
	opt.judgeNewton(s.ctx, res, outcome)
	return res
}
