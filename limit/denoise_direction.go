package limit

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

const (
	// maxNewtonFactor and maxNewtonEntries bound the factor and the copy of the
	// columns of a Newton system that is solved directly.
	maxNewtonFactor  = 6000
	maxNewtonEntries = 1 << 26
	// leastAlong is the least curvature along y, relative to τ, that a Newton
	// system is given: with A_Sᵀy = 0 it is singular there.
	leastAlong = 1e-8
)

// direction solves H dy = −∇φ: directly where the columns of S are stored and
// of moderate size, else loosely by conjugate gradients.
func (t *multiplier) direction(length, size float64) []float64 {
	var idx []int
	for j, u := range t.next {
		if u != 0 {
			idx = append(idx, j)
		}
	}
	unit := append([]float64(nil), t.y...)
	scale(1/length, unit)
	tau := t.d.sigma / length
	if t.d.stored && min(len(idx), t.d.n) <= maxNewtonFactor && len(idx)*t.d.n <= maxNewtonEntries {
		if dy := t.factored(idx, unit, tau); dy != nil {
			return dy
		}
	}
	return t.iterated(unit, tau, size)
}

// iterated solves by conjugate gradients, at two products an iteration.
func (t *multiplier) iterated(unit []float64, tau, size float64) []float64 {
	d := t.d
	dy, hq := make([]float64, d.n), make([]float64, d.n)
	res := append([]float64(nil), t.grad...)
	q := append([]float64(nil), t.grad...)
	w := make([]float64, d.m)
	gamma := size * size
	stop := gamma * looseNewton * looseNewton
	for it := 0; it < maxNewtonCG && gamma > stop && !d.halted(); it++ {
		d.applyT(w, q)
		for j, u := range t.next {
			if u == 0 {
				w[j] = 0
			}
		}
		d.apply(hq, w)
		along := dot(unit, q)
		for i := range hq {
			hq[i] = t.s*hq[i] + tau*(q[i]-along*unit[i])
		}
		curvature := dot(q, hq)
		if !(curvature > 0) {
			if it == 0 {
				copy(dy, q)
			}
			break
		}
		step := gamma / curvature
		blas.Axpy(step, q, dy)
		blas.Axpy(-step, hq, res)
		next := dot(res, res)
		for i := range q {
			q[i] = res[i] + next/gamma*q[i]
		}
		gamma = next
	}
	return dy
}

// factored solves (M − τûûᵀ) dy = g, M = τI + s A_S A_Sᵀ and û = y/‖y‖, by a
// Cholesky factor of the smaller of M and τ/s·I + A_SᵀA_S, and the formula of
// Sherman and Morrison. It is nil if the factorization fails.
func (t *multiplier) factored(idx []int, unit []float64, tau float64) []float64 {
	d := t.d
	k, n := len(idx), d.n
	c := make([]float64, k*n)
	linop.Columns(d.a, c, idx)
	d.stats.Factorizations++
	var solve func(g []float64) []float64
	if k <= n {
		solve = solveByColumns(c, k, n, t.s, tau)
	} else {
		solve = solveByRows(c, k, n, t.s, tau)
	}
	if solve == nil {
		return nil
	}
	dy, mu := solve(t.grad), solve(unit)
	along := 1 - tau*dot(unit, mu)
	blas.Axpy(tau*dot(unit, dy)/math.Max(along, leastAlong), mu, dy)
	if !finite(dy) || dot(dy, t.grad) <= 0 {
		return nil
	}
	return dy
}

// solveByColumns applies M⁻¹ = (I − A_S(τ/s·I + A_SᵀA_S)⁻¹A_Sᵀ)/τ.
func solveByColumns(c []float64, k, n int, s, tau float64) func(g []float64) []float64 {
	gram := make([]float64, k*k)
	if k > 0 {
		blas.GramRows(gram, k, c, k, n, n, nil)
	}
	for i := range k {
		gram[i*k+i] += tau / s
	}
	if blas.Cholesky(gram, k, k) >= 0 {
		return nil
	}
	return func(g []float64) []float64 {
		out := append([]float64(nil), g...)
		if k > 0 {
			z := make([]float64, k)
			image := make([]float64, n)
			blas.Gemv(z, c, k, n, n, g)
			blas.SolveLower(gram, k, k, z)
			blas.SolveLowerT(gram, k, k, z)
			blas.GemvT(image, c, k, n, n, z)
			blas.Axpy(-1, image, out)
		}
		scale(1/tau, out)
		return out
	}
}

// solveByRows factorizes M itself.
func solveByRows(c []float64, k, n int, s, tau float64) func(g []float64) []float64 {
	gram := make([]float64, n*n)
	blas.GramCols(gram, n, c, k, n, n, nil)
	for i := range n {
		for j := range i + 1 {
			gram[i*n+j] *= s
		}
		gram[i*n+i] += tau
	}
	if blas.Cholesky(gram, n, n) >= 0 {
		return nil
	}
	return func(g []float64) []float64 {
		out := append([]float64(nil), g...)
		blas.SolveLower(gram, n, n, out)
		blas.SolveLowerT(gram, n, n, out)
		return out
	}
}
