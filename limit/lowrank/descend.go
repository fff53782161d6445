package lowrank

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// fit is the outcome of least squares on the matrices of rank r.
type fit struct {
	x        *point
	res      []float64 // 𝒜(X) − b
	norm     float64   // ‖res‖
	solved   bool      // res is rounding
	steps    int
	products int
}

// rounding is the residual, relative to ‖b‖, below which it cannot be improved.
const rounding = 2e-15

// gaussNewton minimises ‖𝒜(X) − b‖ over the matrices of rank at most that of x,
// by Levenberg and Marquardt's method on the manifold: a step solves
// (JᵀJ + λ)d = −Jᵀres by conjugate gradients, loosely while it is far from the
// solution, and X + d is brought back to rank r (Vandereycken 2013, Low-rank
// matrix completion by Riemannian optimization). It ends with the residual at
// rounding, or where progress ends: at a stationary point, or at a rank too low.
func gaussNewton(ctx context.Context, op measurements, b []float64, x *point, most int) fit {
	n, _, _ := op.size()
	f := fit{x: x, res: make([]float64, n)}
	x.residual(f.res, op, b)
	f.norm = norm(f.res)
	size := norm(b)
	lambda := -1.0
	slow := 0
	best := f.norm
	for f.steps < most && ctx.Err() == nil {
		if f.norm <= rounding*size {
			f.solved = true
			break
		}
		f.steps++
		t := newTangent(op, f.x)
		g := t.adjoint(f.res)
		for i := range g {
			g[i] = -g[i]
		}
		if lambda < 0 {
			lambda = 1e-2 * t.scale()
		}
		rel := f.norm / size
		tol := max(1e-6, min(0.1, rel))
		before := f.norm
		accepted := false
		for range 8 {
			d := t.solve(g, lambda, tol, 200)
			predicted := make([]float64, n)
			t.forward(predicted, d)
			for k, v := range f.res {
				predicted[k] += v
			}
			trial := f.x.plus(d[:x.p*f.x.r], tail(d, x.p*f.x.r, f.x.psd))
			if trial == nil || trial.r == 0 {
				lambda *= 10
				continue
			}
			res := make([]float64, n)
			trial.residual(res, op, b)
			after, model := norm(res), norm(predicted)
			gain := (before - after) / (before - model)
			if after < before {
				f.x, f.res, f.norm = trial, res, after
				accepted = true
				switch {
				case gain > 0.75:
					lambda *= 0.1
				case gain < 0.25:
					lambda *= 4
				}
				break
			}
			lambda *= 10
		}
		f.products += t.products + 2
		if !accepted {
			break
		}
		lambda = min(lambda, t.scale()*(f.norm/size))
		if f.norm > 0.9*best {
			if slow++; slow >= 3 {
				break
			}
		} else {
			slow, best = 0, f.norm
		}
	}
	f.solved = f.norm <= solvedAt*size
	return f
}

// solvedAt is the relative residual of an exact fit: rounding and what
// conditioning makes of it.
const solvedAt = 1e-12

func tail(d []float64, at int, psd bool) []float64 {
	if psd {
		return nil
	}
	return d[at:]
}

// scale is a typical diagonal element of JᵀJ.
func (t *tangent) scale() float64 {
	if t.gram != nil {
		var s float64
		for i := range t.dim {
			s += t.gram[i*t.dim+i]
		}
		return s / float64(t.dim)
	}
	if t.rows != nil {
		var s float64
		r := t.x.r
		for at := 0; at < len(t.rows); at += r * r {
			for a := range r {
				l := t.rows[at+a*r : at+a*r+a+1]
				s += blas.Dot(l, l)
			}
		}
		return s / float64(t.x.p*r)
	}
	// One column of J stands for all.
	d, q := make([]float64, t.dim), make([]float64, t.n)
	for i := range d {
		d[i] = math.Sin(float64(i + 1))
	}
	t.forward(q, d)
	return blas.Dot(q, q) / blas.Dot(d, d)
}
