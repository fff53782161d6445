package lowrank

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// leading returns the k largest singular triplets (of a symmetric problem the
// eigenpairs of the largest eigenvalues, v being u) of the matrix m without its
// parts in the column space of U and the row space of V, (I−UUᵀ)M(I−VVᵀ), by
// subspace iteration from a fixed start. The values are lower bounds, close to
// the truth where the spectrum has gaps. Small matrices are decomposed whole.
func leading(m matrix, x *point, k, rounds int) (u, s, v []float64) {
	p, q := x.p, x.q
	k = min(k, min(p, q)-x.r)
	if k <= 0 {
		return nil, nil, nil
	}
	if min(p, q) <= wholeLimit {
		return leadingWhole(m, x, k)
	}
	width := min(k+4, min(p, q)-x.r)
	v = start(q, width)
	x.removeV(v, width)
	v, _ = orthonormal(v, q, width)
	shift := 0.0
	for range rounds {
		u = m.mul(v, width)
		x.removeU(u, width)
		if x.psd {
			// An eigenvalue of large modulus but negative sign is none that is
			// sought: a shift moves it out of the way.
			for i := range u {
				u[i] += shift * v[i]
			}
			core := inner(v, u, p, width, width)
			symmetrise(core, width)
			_, w, ok := eigen(core, width)
			if !ok {
				return nil, nil, nil
			}
			shift = max(shift, shift-w[width-1])
			v, _ = orthonormal(u, p, width)
			continue
		}
		u, _ = orthonormal(u, p, width)
		v = m.mulT(u, width)
		x.removeV(v, width)
		v, _ = orthonormal(v, q, width)
	}
	u = m.mul(v, width)
	x.removeU(u, width)
	if x.psd {
		core := inner(v, u, p, width, width)
		symmetrise(core, width)
		w, s, ok := eigen(core, width)
		if !ok {
			return nil, nil, nil
		}
		u = times(v, columns(w, width, width, k), p, width, k)
		return u, s[:k], u
	}
	q1, r1 := orthonormal(u, p, width)
	a, s, c, ok := svd(r1, width, width)
	if !ok {
		return nil, nil, nil
	}
	return times(q1, columns(a, width, width, k), p, width, k), s[:k], times(v, columns(c, width, width, k), q, width, k)
}

// wholeLimit is the dimension up to which a matrix is decomposed whole.
const wholeLimit = 128

func leadingWhole(m matrix, x *point, k int) (u, s, v []float64) {
	a := append([]float64(nil), m.dense()...)
	x.project(a)
	if x.psd {
		// What is left of U has eigenvalue 0, which may be among the largest.
		away := scaled(x.u, 2*norm(a)+1)
		if x.r > 0 {
			blas.Gemm(false, true, x.p, x.p, x.r, -1, away, x.r, x.u, x.r, 1, a, x.p)
		}
		w, s, ok := eigen(a, x.p)
		if !ok {
			return nil, nil, nil
		}
		u = columns(w, x.p, x.p, k)
		return u, s[:k], u
	}
	w, s, c, ok := svd(a, x.p, x.q)
	if !ok {
		return nil, nil, nil
	}
	return columns(w, x.p, len(s), k), s[:k], columns(c, x.q, len(s), k)
}

// project replaces the dense a by (I−UUᵀ)A(I−VVᵀ).
func (x *point) project(a []float64) {
	if x.r == 0 {
		return
	}
	subtract(a, x.u, inner(x.u, a, x.p, x.r, x.q), x.p, x.r, x.q)
	av := times(a, x.v, x.p, x.q, x.r)
	w := timesT(av, x.v, x.p, x.r, x.q)
	for i, v := range w {
		a[i] -= v
	}
}

// removeU replaces a (p×k) by (I−UUᵀ)a, removeV b (q×k) by (I−VVᵀ)b.
func (x *point) removeU(a []float64, k int) {
	if x.r > 0 {
		subtract(a, x.u, inner(x.u, a, x.p, x.r, k), x.p, x.r, k)
	}
}

func (x *point) removeV(b []float64, k int) {
	if x.r > 0 {
		subtract(b, x.v, inner(x.v, b, x.q, x.r, k), x.q, x.r, k)
	}
}

// start is a fixed n×k matrix without structure.
func start(n, k int) []float64 {
	a := make([]float64, n*k)
	state := uint64(0x9e3779b97f4a7c15)
	for i := range a {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		a[i] = float64(int64(state))*0x1p-63 + math.Copysign(0x1p-60, 1)
	}
	return a
}
