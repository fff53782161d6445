package lowrank

import (
	"context"

	"github.com/tacit-dev/tacit/internal/blas"
)

// freedom is the dimension of the matrices of rank r.
func freedom(p, q, r int, psd bool) int {
	if psd {
		return p*r - r*(r-1)/2
	}
	return r * (p + q - r)
}

// pursue looks for a matrix of low rank with 𝒜(X) = b, from rank 0 upwards: the
// leading singular vectors of −∇½‖𝒜(X)−b‖² = −𝒜*(𝒜(X)−b) say where to grow, least
// squares on the manifold follows. It ends with a solution, or where the rank has
// as many degrees of freedom as there are measurements: a solution of higher rank
// would be no guess but one of many.
func (s *solver) pursue() (fit, bool) {
	ctx, op, b, psd := s.ctx, s.op, s.b, s.psd
	n, p, q := op.size()
	f := fit{x: zeroPoint(p, q, psd), res: make([]float64, n)}
	f.x.residual(f.res, op, b)
	f.norm = norm(f.res)
	for s.step("pursuit", f.x.r, f.norm/norm(b)) {
		back := make([]float64, n)
		for k, v := range f.res {
			back[k] = -v
		}
		look := 24
		if f.x.r > 0 {
			look = max(4, f.x.r/4)
		}
		u, w, v := leading(op.adjoint(back), f.x, look, 10)
		count := grow(w, f.x.r)
		if f.x.r == 0 && s.rank > 0 {
			count = min(s.rank, len(w))
		}
		if count == 0 || freedom(p, q, f.x.r+count, psd) > n {
			count = min(count, 1)
			if count == 0 || freedom(p, q, f.x.r+1, psd) > n {
				break
			}
		}
		if f.x.r > 0 && s.proximable() && float64(freedom(p, q, f.x.r+count, psd)) > tight*float64(n) {
			break
		}
		du, dv := columns(u, p, len(w), count), columns(v, q, len(w), count)
		next := f.x.with(du, scaled(w[:count], growth(op, f, du, w[:count], dv, count)), dv, count)
		f = gaussNewton(ctx, op, b, next, 60)
		f = thin(ctx, op, b, f)
		s.stats.Passes += f.products + 4
		s.stats.Steps += f.steps
		if f.solved {
			break
		}
	}
	return f, f.solved
}

// tight is the share of the measurements that the degrees of freedom of a guess may
// take up where there is another lane: closer to one for one a matrix is hardly ever of
// least nuclear norm (Amelunxen, Lotz, McCoy and Tropp 2014, Living on the edge), and
// the fit takes long.
const tight = 0.75

// grow chooses how many directions to add: up to the largest gap among the
// leading values at the start, one or those alike later.
func grow(w []float64, r int) int {
	for len(w) > 0 && !(w[len(w)-1] > 1e-14*w[0]) {
		w = w[:len(w)-1]
	}
	if len(w) == 0 || w[0] <= 0 {
		return 0
	}
	if r > 0 {
		count := 1
		for count < len(w) && w[count] > 0.7*w[0] {
			count++
		}
		return count
	}
	best, at := 1.2, 1
	for i := 1; i < len(w); i++ {
		if g := w[i-1] / w[i]; g > best {
			best, at = g, i
		}
	}
	return at
}

// growth is the length of the step along D = Σ w u vᵀ that reduces the residual
// most, ⟨−res, 𝒜(D)⟩/‖𝒜(D)‖².
func growth(op measurements, f fit, u, w, v []float64, c int) float64 {
	l := append([]float64(nil), u...)
	for i := range f.x.p {
		for a := range c {
			l[i*c+a] *= w[a]
		}
	}
	a := make([]float64, len(f.res))
	op.apply(a, l, v, c)
	return -blas.Dot(f.res, a) / blas.Dot(a, a)
}

func scaled(w []float64, t float64) []float64 {
	out := make([]float64, len(w))
	for i, v := range w {
		out[i] = t * v
	}
	return out
}

// thin drops trailing singular values that a solution does without.
func thin(ctx context.Context, op measurements, b []float64, f fit) fit {
	for r := 1; r < f.x.r; r++ {
		if f.x.s[r] > 1e-3*f.x.s[r-1] {
			continue
		}
		if g := gaussNewton(ctx, op, b, f.x.truncated(r), 30); g.solved {
			return g
		}
	}
	return f
}
