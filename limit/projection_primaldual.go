package limit

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/internal/parallel"
)

// primalDual is Newton's method on x and θ at once for the barriers of x > 0,
// power laws x = (−θ)^(−k) with θ < 0:
//
//	Ax = b,  ln x = ln ∇φ*(θ),  θ = θ₀ + Aᵀν.
//
// Linearised in dx/x and dθ, with e = ln(∇φ*(θ)/x) and D = x ∇²φ*(θ)/∇φ*(θ),
//
//	dx = x e + D dθ,  dθ = Aᵀp,  A D Aᵀ p = r − A(x e).
//
// Both x and θ keep a hundredth of the way to their boundaries. Where a weight has
// to grow a hundredfold Newton's method on Ψ takes many short steps, since x is
// a pole of θ; here neither is a function of the other until the end (the
// primal–dual methods of linear programming, whose centring step is the case of
// Burg; the second-order correction is Mehrotra's, 1992. For Burg it does not
// save what it costs).
type primalDual struct {
	*projection
	e, dx, dtheta []float64
	conj          []float64 // ∇φ*(θ)
	p, rhs        []float64
	curved        bool // with the second-order correction
}

// elementGrain is the number of coordinates in one task.
const elementGrain = 1 << 13

// barrier reports whether φ is infinite on the boundary of x > 0, and A D Aᵀ can
// be formed. Where φ is finite there, θ grows less steeply and Newton's method on
// Ψ is as good.
func (s *projection) barrier() bool {
	switch s.chart.Phi.(type) {
	case geometry.Burg, geometry.Inverse:
		return s.gram != nil
	}
	return false
}

// approachBoth takes primal–dual steps from ν = 0 until x and θ belong together
// to a few digits, which leaves the rest to minimise. It reports false if they
// do not get there.
func (s *projection) approachBoth() bool {
	n, m := len(s.r), len(s.x)
	w := &primalDual{projection: s, e: make([]float64, m), dx: make([]float64, m), dtheta: make([]float64, m),
		conj: s.trial, p: make([]float64, n), rhs: make([]float64, n)}
	_, w.curved = s.chart.Phi.(geometry.Inverse)
	w.recallBoth()
	for range primalDualSteps {
		if s.ctx.Err() != nil || s.limit > 0 && s.stats.Steps >= s.limit {
			if now := w.checkpointBoth(); s.stats.Steps > 0 {
				s.log.latest = func() *Checkpoint { return now } // what follows leaves θ and x
			}
			return false
		}
		apart := w.linearise()
		if !(apart <= math.MaxFloat64) {
			return false
		}
		if apart <= together && s.residual <= together {
			s.chord = s.stats.Factorizations > 0
			s.evaluate()
			return true
		}
		primal, dual := w.advance()
		if !(math.Max(primal, dual) > shortest) {
			return false
		}
		s.stats.Steps++
		if s.observe != nil {
			s.observe(s.stats.Steps, s.residual)
		}
		s.log.keep(w.checkpointBoth)
	}
	return false
}

// checkpointBoth is where the method is.
func (w *primalDual) checkpointBoth() *Checkpoint {
	c := w.checkpoint(nil, stageBoth)
	c.Values["x"] = slices.Clone(w.x)
	return c
}

// recallBoth returns to the θ and x that an earlier run has kept.
func (w *primalDual) recallBoth() {
	if w.log.stage() != stageBoth {
		return
	}
	x := w.log.resume.Values["x"]
	if x == nil || !w.recall(stageBoth) {
		return
	}
	copy(w.x, x)
	subtractProduct(w.a, w.r, w.b, w.x)
	w.stats.Passes++
	w.residual = norm2(w.r) / w.scale
}

const (
	primalDualSteps = 40
	together        = 1e-5 // of ln ∇φ*(θ) − ln x
	shortest        = 1e-6 // step that leads nowhere
	ofTheWay        = 0.99 // to the boundary
)

// linearise sets e, D and ∇φ*(θ), and returns the largest |e|.
func (w *primalDual) linearise() float64 {
	w.phi.grad(w.conj, w.u)
	w.phi.hess(w.d, w.u)
	return blockMax(len(w.e), func(lo, hi int) float64 {
		largest := 0.0
		for j := lo; j < hi; j++ {
			x, g := w.x[j], w.conj[j]
			if w.e[j] = (g - x) / x; math.Abs(w.e[j]) < 0.5 {
				w.e[j] = math.Log1p(w.e[j])
			} else {
				w.e[j] = math.Log(g / x)
			}
			w.d[j] *= x / g
			largest = math.Max(largest, math.Abs(w.e[j]))
		}
		return largest
	})
}

// advance takes one step and returns its lengths in x and θ.
func (w *primalDual) advance() (primal, dual float64) {
	w.direct(false)
	if w.curved {
		w.bend()
		w.direct(true)
	}
	primal, dual = towards(w.x, w.dx), towards(w.u, w.dtheta)
	blas.Axpy(primal, w.dx, w.x)
	blas.Axpy(dual, w.dtheta, w.u)
	blas.Axpy(dual, w.p, w.nu)
	scale(1-primal, w.r) // A dx = r
	w.residual = norm2(w.r) / w.scale
	return primal, dual
}

// bend adds to e what ln(1+dx/x) − k ln(1+dθ/θ), k = −Dθ/x, has of second order,
// as long as that is small.
func (w *primalDual) bend() {
	parallel.For(len(w.e), elementGrain, func(lo, hi int) {
		for j := lo; j < hi; j++ {
			u, v := w.dx[j]/w.x[j], w.dtheta[j]/w.u[j]
			c := 0.5 * (u*u - w.d[j]*w.u[j]/w.x[j]*v*v)
			w.e[j] += math.Max(-0.5, math.Min(0.5, c))
		}
	})
}

// direct solves for p, dθ and dx, with the factor of the last call if again.
func (w *primalDual) direct(again bool) {
	parallel.For(len(w.dx), elementGrain, func(lo, hi int) {
		for j := lo; j < hi; j++ {
			w.dx[j] = w.x[j] * w.e[j]
		}
	})
	subtractProduct(w.a, w.rhs, w.r, w.dx)
	if again {
		w.backsolve(w.p, w.rhs)
	} else {
		w.solve(w.p, w.rhs)
	}
	w.a.ApplyT(w.dtheta, w.p)
	w.stats.Passes += 2
	parallel.For(len(w.dx), elementGrain, func(lo, hi int) {
		for j := lo; j < hi; j++ {
			w.dx[j] += w.d[j] * w.dtheta[j]
		}
	})
}

// towards returns the part of the step dv that leaves a hundredth of every |v|, at
// most 1.
func towards(v, dv []float64) float64 {
	inverse := blockMax(len(v), func(lo, hi int) float64 {
		largest := 0.0
		for j := lo; j < hi; j++ {
			largest = math.Max(largest, -dv[j]/v[j])
		}
		return largest
	})
	return math.Min(1, ofTheWay/inverse)
}

// blockMax returns the largest f over fixed blocks of [0, n), NaN if one is.
func blockMax(n int, f func(lo, hi int) float64) float64 {
	most := make([]float64, (n+elementGrain-1)/elementGrain)
	parallel.For(n, elementGrain, func(lo, hi int) { most[lo/elementGrain] = f(lo, hi) })
	largest := 0.0
	for _, v := range most {
		largest = math.Max(largest, v)
	}
	return largest
}
