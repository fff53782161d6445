package flow

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// normal solves with S = I + c F½ A K Aᵀ F½ for diagonal K and F, F ≥ 0: by
// Cholesky where A is stored, else by conjugate gradients on products with A.
type normal struct {
	a      linop.Operator
	n      int
	direct bool
	gram   []float64 // A K Aᵀ, lower triangle
	l      []float64 // Cholesky factor of S

	c     float64
	k     []float64
	f     []float64 // F½, nil for ones
	norms []float64 // ‖aⱼ‖²
	kept  []float64 // K without its negligible entries
	valid float64   // gram is good for c up to this

	r, p, sp, w []float64 // conjugate gradients
	failed      bool
}

// maxDirect bounds the order of the systems that are factored: beyond it n²
// numbers, and n³ operations, are more than the iteration takes.
const maxDirect = 8000

func newNormal(a linop.Operator) *normal {
	n, _ := a.Dims()
	s := &normal{a: a, n: n, direct: linop.Stored(a) && n <= maxDirect}
	if s.direct {
		_, m := a.Dims()
		s.gram, s.l = make([]float64, n*n), make([]float64, n*n)
		s.norms, s.kept = make([]float64, m), make([]float64, m)
		linop.ColumnNorms(a, s.norms)
		for j, v := range s.norms {
			s.norms[j] = v * v
		}
	} else {
		s.r, s.p, s.sp, s.w = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	}
	return s
}

// set takes K and F½; k must stay as it is.
func (s *normal) set(k, f []float64) {
	s.k, s.f, s.valid = k, f, -1
}

// negligible is what columns that are left out of A K Aᵀ may add up to in S,
// which is at least I.
const negligible = 1e-14

// form computes A K Aᵀ without the columns that cannot be seen in I + c A K Aᵀ:
// from a tiny start those are nearly all.
func (s *normal) form(c float64) {
	if c <= s.valid {
		return
	}
	s.valid = c
	limit := negligible / float64(len(s.k))
	if s.f != nil {
		limit /= max(1, slices.Max(s.f)*slices.Max(s.f))
	}
	for j, v := range s.k {
		s.kept[j] = v
		if math.Abs(c*v)*s.norms[j] <= limit {
			s.kept[j] = 0
		}
	}
	linop.Gram(s.a, s.gram, s.kept)
}

// factor prepares solve for c, and reports false if S is not positive definite.
func (s *normal) factor(c float64) bool {
	s.c, s.failed = c, false
	if !s.direct {
		return !math.IsInf(c, 1)
	}
	s.form(c)
	n := s.n
	for i := range n {
		row, g := s.l[i*n:i*n+i+1], s.gram[i*n:i*n+i+1]
		if s.f == nil {
			for j, v := range g {
				row[j] = c * v
			}
		} else {
			ci := c * s.f[i]
			for j, v := range g {
				row[j] = ci * v * s.f[j]
			}
		}
		row[i]++
	}
	return blas.Cholesky(s.l, n, n) < 0
}

// solve replaces v by S⁻¹v.
func (s *normal) solve(v []float64) {
	if s.direct {
		blas.SolveLower(s.l, s.n, s.n, v)
		blas.SolveLowerT(s.l, s.n, s.n, v)
		return
	}
	s.iterate(v)
}

// mul sets dst = S v.
func (s *normal) mul(dst, v []float64) {
	u := v
	if s.f != nil {
		u = s.w
		for i, x := range v {
			u[i] = s.f[i] * x
		}
	}
	linop.NormalMul(s.a, dst, s.k, u)
	for i, x := range v {
		y := s.c * dst[i]
		if s.f != nil {
			y *= s.f[i]
		}
		dst[i] = x + y
	}
}

// iterate is the method of conjugate gradients from 0 (Hestenes and Stiefel
// 1952) to a residual near rounding: the stages of a Rosenbrock method cancel,
// and forgive nothing. NaN marks a matrix that is not positive definite.
func (s *normal) iterate(v []float64) {
	copy(s.r, v)
	copy(s.p, v)
	clear(v)
	rho := blas.Dot(s.r, s.r)
	stop := rho * 1e-26
	for range 20 * s.n {
		if rho <= stop || rho == 0 {
			return
		}
		s.mul(s.sp, s.p)
		curve := blas.Dot(s.p, s.sp)
		if !(curve > 0) {
			v[0] = math.NaN()
			return
		}
		alpha := rho / curve
		blas.Axpy(alpha, s.p, v)
		blas.Axpy(-alpha, s.sp, s.r)
		next := blas.Dot(s.r, s.r)
		beta := next / rho
		for i, r := range s.r {
			s.p[i] = r + beta*s.p[i]
		}
		rho = next
	}
}
