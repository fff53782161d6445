package limit

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/internal/parallel"
	"github.com/tacit-dev/tacit/linop"
)

// matrixNewton minimises Ψ(y) = φ*(θ₀+Aᵀy) − bᵀy for a spectral φ, whose Hessian
// A ∇²φ* Aᵀ is (RAᵀ)ᵀ diag(D) (RAᵀ) in the frame at θ.
type matrixNewton struct {
	ctx    context.Context
	opt    Options
	phi    geometry.Matrix
	a      linop.Operator // rows scaled
	b, rhs []float64      // in the units of a, and as given
	theta0 []float64
	units  units
	scale  float64 // of residuals

	n, m  int
	sides int // of the matrix: its smaller one
	y, r  []float64
	theta []float64
	frame *geometry.Frame
	diag  []float64 // of the frame, nil until it is needed

	explicit bool
	rotated  []float64 // R A_k by rows
	full     []float64 // the Hessian
	gram     []float64 // factor of the scaled one, shifted
	unit     []float64 // its scaling

	far      float64 // see farness
	residual float64
	stats    Stats
}

// The sizes up to which the Hessian is formed.
const (
	matrixRows    = 2000
	matrixEntries = 1 << 25 // n·m
)

func newMatrixNewton(ctx context.Context, a linop.Operator, b []float64, phi geometry.Matrix, x0 []float64, opt Options) *matrixNewton {
	n, m := a.Dims()
	s := &matrixNewton{ctx: ctx, opt: opt, phi: phi, rhs: b, n: n, m: m}
	s.units = chooseUnits(Problem{A: a, B: make([]float64, n)})
	s.a, s.b = s.units.normalise(a), s.units.normaliseRHS(b)
	s.theta0 = make([]float64, m)
	phi.Grad(s.theta0, x0)
	s.theta = append([]float64(nil), s.theta0...)
	s.y, s.r = make([]float64, n), make([]float64, n)
	s.sides = len(phi.Values(x0))
	s.explicit = n <= matrixRows && n*m <= matrixEntries
	if s.scale = norm2(s.b); s.scale == 0 {
		s.scale = 1
		ax := make([]float64, n)
		s.a.Apply(ax, x0)
		if v := norm2(ax); v > 0 {
			s.scale = v
		}
	}
	if f, ok := phi.Frame(s.theta); ok {
		s.settle(f)
	} else {
		s.residual = math.Inf(1)
	}
	return s
}

// settle makes f, the frame at θ, that of the iterate.
func (s *matrixNewton) settle(f *geometry.Frame) {
	s.frame, s.diag = f, nil
	subtractProduct(s.a, s.r, s.b, f.X)
	s.stats.Passes++
	if s.residual = norm2(s.r) / s.scale; math.IsNaN(s.residual) {
		s.residual = math.Inf(1)
	}
}

// minimise runs Newton's method until the residual is rounding.
func (s *matrixNewton) minimise() newtonOutcome { return s.until(0.1 * newtonGoal) }

// until runs Newton's method until the residual is at most goal, or as far below the
// tolerance as rounding allows.
func (s *matrixNewton) until(goal float64) newtonOutcome {
	best, since := math.Inf(1), 0
	q := make([]float64, s.m)
	for s.residual > goal {
		if s.residual < best/2 {
			best, since = s.residual, 0
		} else if since++; since > patience || s.residual < newtonGoal {
			break
		}
		if s.ctx.Err() != nil {
			return newtonCancelled
		}
		if s.opt.MaxSteps > 0 && s.stats.Steps >= s.opt.MaxSteps {
			return newtonBudget
		}
		p := s.direction()
		s.a.ApplyT(q, p)
		s.stats.Passes++
		s.stats.Steps++
		if !s.search(p, q) {
			break
		}
		if s.opt.Observe != nil {
			s.opt.Observe(Progress{Lane: "newton", Step: s.stats.Steps, Gap: math.Inf(1), Residual: s.residual})
		}
	}
	if s.residual > max(goal, s.opt.tol()) {
		return newtonStalled
	}
	return newtonConverged
}

// direction returns the Newton direction, the solution of A∇²φ*Aᵀ p = r.
func (s *matrixNewton) direction() []float64 {
	if s.diag == nil {
		s.diag = s.frame.Diagonal()
		if s.explicit {
			s.rotate()
		}
		s.gram = nil
	}
	p := append([]float64(nil), s.r...)
	if !s.logarithmic() && norm2(s.frame.X) == 0 {
		return p // ∇²φ* of a power is 0 or infinite there
	}
	if !s.explicit {
		return s.conjugateGradients()
	}
	if s.gram == nil && !s.factor() {
		return p // the gradient
	}
	s.shifted(p)
	// The shift is felt where measurements depend on one another: the solution of the
	// Hessian itself, which is consistent, is approached by refinement.
	left, step, before := make([]float64, s.n), make([]float64, s.n), math.Inf(1)
	for range 8 {
		for i := range left {
			left[i] = s.r[i] - blas.Dot(s.full[i*s.n:(i+1)*s.n], p)
		}
		size := norm2(left)
		if !(size < before) {
			blas.Axpy(-1, step, p)
			break
		}
		if size > before/2 || size <= 1e-12*norm2(s.r) {
			break
		}
		before = size
		copy(step, left)
		s.shifted(step)
		blas.Axpy(1, step, p)
	}
	return p
}

// shifted replaces v by the solution with the shifted Hessian.
func (s *matrixNewton) shifted(v []float64) {
	for i, u := range s.unit {
		v[i] *= u
	}
	blas.SolveLower(s.gram, s.n, s.n, v)
	blas.SolveLowerT(s.gram, s.n, s.n, v)
	for i, u := range s.unit {
		v[i] *= u
	}
}

// rotate computes the rows R A_k.
func (s *matrixNewton) rotate() {
	if s.rotated == nil {
		s.rotated = make([]float64, s.n*s.m)
	}
	clear(s.rotated)
	parallel.For(s.n, 1, func(lo, hi int) {
		row := make([]float64, s.m)
		var at []int
		for k := lo; k < hi; k++ {
			at = at[:0]
			clear(row)
			linop.Row(s.a, k, func(j int, v float64) {
				if v != 0 {
					at, row[j] = append(at, j), v
				}
			})
			dst := s.rotated[k*s.m : (k+1)*s.m]
			if len(at) > s.sides {
				s.frame.Rotate(dst, row)
				continue
			}
			for _, j := range at {
				s.frame.AddSingle(dst, j, row[j])
			}
		}
	})
}

// factor forms and factors the Hessian at unit diagonal, with the least shift that
// rounding makes necessary.
func (s *matrixNewton) factor() bool {
	n := s.n
	s.gram, s.unit = make([]float64, n*n), make([]float64, n)
	full := make([]float64, n*n)
	blas.GramRows(full, n, s.rotated, n, s.m, s.m, s.diag)
	for i := range n {
		for j := range i {
			full[j*n+i] = full[i*n+j]
		}
	}
	s.full = full
	for i := range n {
		if s.unit[i] = 1; full[i*n+i] > 0 {
			s.unit[i] = 1 / math.Sqrt(full[i*n+i])
		}
	}
	for shift := 4 * float64(n) * roundoff; shift < 1; shift *= 100 {
		for i := range n {
			for j := range i + 1 {
				s.gram[i*n+j] = full[i*n+j] * s.unit[i] * s.unit[j]
			}
			s.gram[i*n+i] += shift
		}
		s.stats.Factorizations++
		if blas.Cholesky(s.gram, n, n) < 0 {
			return true
		}
	}
	s.gram = nil
	return false
}

// conjugateGradients solves for the Newton direction as accurately as it deserves.
func (s *matrixNewton) conjugateGradients() []float64 {
	p := make([]float64, s.n)
	v, w := make([]float64, s.m), make([]float64, s.m)
	newtonGradients(s.ctx, p, s.r, max(1e-6, min(0.1, math.Sqrt(s.residual))), func(dst, dir []float64) {
		s.a.ApplyT(v, dir)
		s.frame.Rotate(w, v)
		for i, d := range s.diag {
			w[i] *= d
		}
		s.frame.Back(v, w)
		s.a.Apply(dst, v)
		s.stats.Passes += 2
	})
	return p
}

// search moves along p, q = Aᵀp, to where the slope of Ψ has fallen to half of what
// it was. It reports false if there is no descent.
func (s *matrixNewton) search(p, q []float64) bool {
	slope := blas.Dot(s.r, p)
	if !(slope > 0) || math.IsInf(slope, 1) {
		return false
	}
	x, theta := s.frame.X, s.theta
	trial := make([]float64, s.m)
	lo, hi := 0.0, math.Inf(1)
	glo, ghi := -slope, math.Inf(1)
	t := 1.0
	if reach := norm2(q); reach > longestStep && s.logarithmic() {
		t = longestStep / reach
	}
	for k := range 100 {
		for i, v := range theta {
			trial[i] = v + t*q[i]
		}
		g := math.Inf(1) // outside of the domain
		f, ok := s.phi.Frame(trial)
		if ok {
			g = -slope
			for i, v := range q { // does not cancel in the last steps
				g += v * (f.X[i] - x[i])
			}
			if math.IsNaN(g) {
				g = math.Inf(1)
			}
		}
		if math.Abs(g) <= 0.5*slope || ok && k > 60 && g < 0 {
			blas.Axpy(t, p, s.y)
			s.theta = trial
			s.settle(f)
			return true
		}
		if g < 0 {
			lo, glo = t, g
		} else {
			hi, ghi = t, g
		}
		switch {
		case math.IsInf(hi, 1):
			if t > recession && (s.logarithmic() || t > recession*recession) {
				return false // Ψ falls without end
			}
			t *= 4
		case hi-lo <= 1e-12*hi:
			return false
		case ghi < 100*slope:
			t = lo + (hi-lo)*min(0.9, max(0.1, -glo/(ghi-glo)))
		default:
			t = (lo + hi) / 2
		}
	}
	return false
}

// logarithmic reports whether a change of θ by 1 means a factor e.
func (s *matrixNewton) logarithmic() bool {
	switch s.phi.Scalar().(type) {
	case geometry.Entropy, geometry.Hypentropy:
		return true
	}
	return false
}
