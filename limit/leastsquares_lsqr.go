package limit

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// lsqr solves min ‖x‖₂ among the minimisers of ‖M⁻¹(b−Ax)‖₂ by the
// bidiagonalisation of Paige and Saunders (1982), and keeps besides x the
// vector ν with x = Aᵀν, which LSQR has for free: each Lanczos vector is
// v = Âᵀt with t a combination of the u's, where Â = M⁻¹A.
type lsqr struct {
	a    linop.Operator
	m    *rowFactor // M, nil: the identity
	n, k int        // rows and unknowns
	save func(nu func() []float64)

	u, v, w, t, tw, tmpN, tmpM []float64
}

// lsqrStop says why a run of LSQR ended.
type lsqrStop uint8

const (
	lsqrConverged lsqrStop = iota // the residual or its gradient is small enough
	lsqrLimit                     // the steps are used up
	lsqrSlow                      // the steps will not suffice at the rate observed
	lsqrCancelled
)

// lsqrLimits bound one run.
type lsqrLimits struct {
	residual float64 // stop at ‖M⁻¹r‖ ≤ residual·‖M⁻¹b‖
	gradient float64 // stop at ‖Âᵀr̂‖ ≤ gradient·‖Â‖‖r̂‖
	steps    int
	giveUp   bool // end early when the rate shows that steps will not suffice
}

func newLSQR(a linop.Operator, m *rowFactor) *lsqr {
	n, k := a.Dims()
	s := &lsqr{a: a, m: m, n: n, k: k}
	s.u, s.t, s.tw, s.tmpN = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	s.v, s.w, s.tmpM = make([]float64, k), make([]float64, k), make([]float64, k)
	return s
}

// rateWindow is the number of steps over which the rate of convergence is
// judged: long enough to leave the first, irregular ones behind.
const rateWindow = 12

// add runs LSQR on b from zero and adds the solution to x and its coordinates
// to nu. It returns the number of steps; a step costs one product with A and
// one with Aᵀ, and there is one more product with Aᵀ at the start.
func (s *lsqr) add(ctx context.Context, x, nu, b []float64, lim lsqrLimits) (int, lsqrStop) {
	copy(s.u, b)
	s.m.solve(s.u)
	beta := norm2(s.u)
	if beta == 0 {
		return 0, lsqrConverged
	}
	scale(1/beta, s.u)
	s.applyT(s.v, s.u)
	alpha := norm2(s.v)
	if alpha == 0 {
		return 0, lsqrConverged
	}
	scale(1/alpha, s.v)
	copy(s.w, s.v)
	for i, v := range s.u {
		s.t[i] = v / alpha
	}
	copy(s.tw, s.t)

	dnu := make([]float64, s.n)
	first, phiBar, rhoBar := beta, beta, alpha
	norm := alpha * alpha // ‖Â‖²_F as far as the bidiagonal shows it
	steps, stop := 0, lsqrLimit
	for steps < lim.steps {
		if ctx.Err() != nil {
			stop = lsqrCancelled
			break
		}
		steps++
		// The next pair of the bidiagonalisation.
		s.apply(s.tmpN, s.v)
		for i, v := range s.tmpN {
			s.u[i] = v - alpha*s.u[i]
		}
		beta = norm2(s.u)
		next := 0.0
		if beta > 0 {
			scale(1/beta, s.u)
			s.applyT(s.tmpM, s.u)
			for j, v := range s.tmpM {
				s.v[j] = v - beta*s.v[j]
			}
			next = norm2(s.v)
		}
		// The rotation that annihilates β, and the update along w.
		rho := math.Hypot(rhoBar, beta)
		c, sn := rhoBar/rho, beta/rho
		phi := c * phiBar
		phiBar *= sn
		blas.Axpy(phi/rho, s.w, x)
		blas.Axpy(phi/rho, s.tw, dnu)
		norm += beta*beta + next*next
		if s.save != nil {
			s.save(func() []float64 {
				sum := append([]float64(nil), nu...)
				blas.Axpy(1, dnu, sum)
				return sum
			})
		}

		gradient := next * math.Abs(c)
		if phiBar <= lim.residual*first || gradient <= lim.gradient*math.Sqrt(norm) {
			stop = lsqrConverged
			break
		}
		if lim.giveUp && steps == rateWindow {
			rate := math.Log(phiBar/first) / rateWindow
			if rate*float64(lim.steps) > math.Log(lim.residual) {
				stop = lsqrSlow
				break
			}
		}
		scale(1/next, s.v)
		theta := sn * next
		rhoBar = -c * next
		f := theta / rho
		for i := range s.t {
			s.t[i] = (s.u[i] - beta*s.t[i]) / next
			s.tw[i] = s.t[i] - f*s.tw[i]
		}
		for j := range s.w {
			s.w[j] = s.v[j] - f*s.w[j]
		}
		alpha = next
	}
	s.m.solveT(dnu)
	blas.Axpy(1, dnu, nu)
	return steps, stop
}

// apply sets dst = M⁻¹A x.
func (s *lsqr) apply(dst, x []float64) {
	s.a.Apply(dst, x)
	s.m.solve(dst)
}

// applyT sets dst = AᵀM⁻ᵀ y.
func (s *lsqr) applyT(dst, y []float64) {
	if s.m != nil {
		z := append([]float64(nil), y...)
		s.m.solveT(z)
		y = z
	}
	s.a.ApplyT(dst, y)
}

// scale multiplies x by a.
func scale(a float64, x []float64) {
	for i := range x {
		x[i] *= a
	}
}
