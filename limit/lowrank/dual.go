package lowrank

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// dualPoint is a y with what it proves about a point X = U diag(s) Vᵀ: with
// M = 𝒜*y and W = (I−UUᵀ)M(I−VVᵀ), ‖M‖ ≤ max(1, ‖W‖) + defect, where defect is
// the distance of M from UVᵀ on the tangent space.
type dualPoint struct {
	y      []float64
	defect float64
	beyond float64 // ‖W‖ (λ_max(W) of a PSD problem), estimated
	norm   float64 // ‖M‖ (λ_max(M)) where it was computed, else 0
}

// stretch is what y has to be divided by to be dual feasible.
func (d dualPoint) stretch() float64 { return max(1, d.beyond) + d.defect }

// target is the right-hand side of the tangent conditions MV = U, MᵀU = V in the
// coordinates of Jᵀ (2MU = 2U of a PSD problem).
func (t *tangent) target() []float64 {
	x := t.x
	if !x.psd {
		return append(append([]float64(nil), x.u...), x.v...)
	}
	g := append([]float64(nil), x.u...)
	for i := range g {
		g[i] *= 2
	}
	return g
}

// correct returns y + J(JᵀJ)⁺(target − Jᵀy), the nearest y that meets the tangent
// conditions, and by how much it misses them.
func (t *tangent) correct(y []float64, rounds int) ([]float64, float64) {
	g := t.target()
	y = append([]float64(nil), y...)
	q := make([]float64, t.n)
	best, kept := math.Inf(1), y
	for k := range rounds + 1 {
		back := t.adjoint(y)
		for i, v := range g {
			back[i] = v - back[i]
		}
		if defect := norm(back); defect < best {
			best, kept = defect, append(kept[:0:0], y...)
		} else if k > 0 {
			break
		}
		if k == rounds || best <= 1e-14*norm(g) {
			break
		}
		t.forward(q, t.solve(back, 0, 1e-10, 400))
		blas.Axpy(1, q, y)
	}
	if t.x.psd {
		best /= 2
	}
	return kept, best
}

// dual builds a dual point for X. The least y that meets the tangent conditions
// often does; where ‖W‖ reaches 1, what is beyond is cut off and the conditions
// are restored, in turns: projections on a convex set and an affine one.
func dual(ctx context.Context, op measurements, x *point, y0 []float64) (dualPoint, int) {
	n, _, _ := op.size()
	t := newTangent(op, x)
	if y0 == nil {
		y0 = make([]float64, n)
	}
	var d dualPoint
	best := dualPoint{beyond: math.Inf(1)}
	y := y0
	room, worse := 6, 0
	for k := range repairs {
		d.y, d.defect = t.correct(y, 3)
		m := op.adjoint(d.y)
		u, w, v := leading(m, x, room, 12)
		d.beyond = 0
		if len(w) > 0 {
			d.beyond = w[0]
		}
		if d.stretch() < best.stretch() {
			if d.beyond > 0.999*best.beyond {
				worse++
			}
			best = d
		} else {
			worse++
		}
		if d.beyond <= ceiling || d.defect > 0.1 || worse > 12 || ctx.Err() != nil || k == repairs-1 {
			break
		}
		// Cut what is beyond: E = Σ (w−level) u vᵀ, y −= c 𝒜(E).
		const level = 0.9
		count := 0
		for count < len(w) && w[count] > level {
			count++
		}
		if count == len(w) {
			room = min(2*room, min(x.p, x.q)-x.r)
		}
		l := columns(u, x.p, len(w), count)
		for i := range x.p {
			for a := range count {
				l[i*count+a] *= w[a] - level
			}
		}
		e := make([]float64, n)
		op.apply(e, l, columns(v, x.q, len(w), count), count)
		c := 1.0
		if back := op.adjoint(e); true {
			// The step that fits −E best, ⟨𝒜*e, E⟩/‖𝒜*e‖².
			size := frobenius(back, x)
			if size > 0 {
				c = blas.Dot(e, e) / (size * size)
			}
		}
		y = append([]float64(nil), d.y...)
		blas.Axpy(-1.5*c, e, y)
	}
	return best, t.products
}

// repairs bounds the turns, ceiling is the ‖W‖ that is low enough.
const (
	repairs = 60
	ceiling = 1 - 1e-3
)

// frobenius returns ‖M‖_F.
func frobenius(m matrix, x *point) float64 {
	if s, ok := m.(*sparseMatrix); ok && s.s.distinct() {
		return norm(s.val)
	}
	return norm(m.dense())
}

// distinct reports whether no place of X has two entries.
func (s *sparseMeasure) distinct() bool { return s.single || s.val == nil }
