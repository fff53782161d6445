package lowrank

import (
	"math"
	"slices"
)

// point is a matrix of rank r by its singular triplets, X = U diag(s) Vᵀ with
// orthonormal U (p×r) and V (q×r); of a PSD problem V is U and s ≥ 0.
type point struct {
	p, q, r int
	psd     bool
	u, s, v []float64
}

func zeroPoint(p, q int, psd bool) *point { return &point{p: p, q: q, psd: psd} }

// scaledU returns U diag(s).
func (x *point) scaledU() []float64 {
	out := make([]float64, len(x.u))
	for i := range x.p {
		for a, s := range x.s {
			out[i*x.r+a] = x.u[i*x.r+a] * s
		}
	}
	return out
}

// sum returns ‖X‖_* = Σ s.
func (x *point) sum() float64 {
	var t float64
	for _, s := range x.s {
		t += s
	}
	return t
}

// factors returns the balanced factors of X = L Rᵀ, L = U√s and R = V√s.
func (x *point) factors() (l, r []float64) {
	scale := func(w []float64, n int) []float64 {
		out := make([]float64, len(w))
		for i := range n {
			for a, s := range x.s {
				out[i*x.r+a] = w[i*x.r+a] * math.Sqrt(s)
			}
		}
		return out
	}
	l = scale(x.u, x.p)
	if x.psd {
		return l, l
	}
	return l, scale(x.v, x.q)
}

// residual sets dst = 𝒜(X) − b.
func (x *point) residual(dst []float64, op measurements, b []float64) {
	if x.r == 0 {
		clear(dst)
	} else {
		op.apply(dst, x.scaledU(), x.v, x.r)
	}
	for k, v := range b {
		dst[k] -= v
	}
}

// plus returns the matrix of rank at most r nearest to X + dL Vᵀ + U dRᵀ, for dL
// p×r and dR q×r; of a PSD problem that of X + dY Uᵀ + U dYᵀ without its negative
// part, dY = dL.
//
// With [U Q] and [V P] orthonormal bases of what the factors span, all happens in
// a 2r×2r matrix. Cost: 20(p+q)r² flops.
func (x *point) plus(dl, dr []float64) *point {
	r := x.r
	if 2*r > min(x.p, x.q) {
		return x.plusDense(dl, dr)
	}
	al, ql, rl := x.split(x.u, dl, x.p)
	ar, qr, rr := al, ql, rl
	if !x.psd {
		ar, qr, rr = x.split(x.v, dr, x.q)
	}
	core := make([]float64, 4*r*r)
	for i := range r {
		core[i*2*r+i] = x.s[i]
		for j := range r {
			core[i*2*r+j] += al[i*r+j] + ar[j*r+i]
			core[i*2*r+r+j] = rr[j*r+i]
			core[(r+i)*2*r+j] = rl[i*r+j]
		}
	}
	left, right := beside(x.u, ql, x.p, r, r), []float64(nil)
	if !x.psd {
		right = beside(x.v, qr, x.q, r, r)
	}
	return x.compress(core, 2*r, left, right, r)
}

// split returns A = Wᵀd and the decomposition QR of d − WA.
func (x *point) split(w, d []float64, n int) (a, q, r []float64) {
	a = inner(w, d, n, x.r, x.r)
	rest := append([]float64(nil), d...)
	subtract(rest, w, a, n, x.r, x.r)
	q, r = orthonormal(rest, n, x.r)
	return a, q, r
}

// compress returns the best matrix of rank at most r to left·core·rightᵀ.
func (x *point) compress(core []float64, k int, left, right []float64, r int) *point {
	if x.psd {
		w, s, ok := eigen(core, k)
		if !ok {
			return nil
		}
		keep := positive(s[:min(r, k)])
		u := times(left, columns(w, k, k, keep), x.p, k, keep)
		return &point{p: x.p, q: x.q, r: keep, psd: true, u: u, v: u, s: s[:keep]}
	}
	a, s, c, ok := svd(core, k, k)
	if !ok {
		return nil
	}
	keep := positive(s[:min(r, k)])
	return &point{p: x.p, q: x.q, r: keep,
		u: times(left, columns(a, k, k, keep), x.p, k, keep), s: s[:keep],
		v: times(right, columns(c, k, k, keep), x.q, k, keep)}
}

// positive counts the leading numbers that are more than rounding of the first.
func positive(s []float64) int {
	for i, v := range s {
		if !(v > 1e-15*s[0]) {
			return i
		}
	}
	return len(s)
}

// plusDense is plus where the rank is more than half of the dimension.
func (x *point) plusDense(dl, dr []float64) *point {
	a := timesT(x.scaledU(), x.v, x.p, x.r, x.q)
	add := func(f, g []float64) {
		for i, v := range timesT(f, g, x.p, x.r, x.q) {
			a[i] += v
		}
	}
	add(dl, x.v)
	if x.psd {
		add(x.u, dl)
		symmetrise(a, x.p)
	} else {
		add(x.u, dr)
	}
	return fromDense(a, x.p, x.q, x.psd, x.r)
}

// fromDense returns the best approximation of rank at most r, of the positive
// part if psd.
func fromDense(a []float64, p, q int, psd bool, r int) *point {
	if psd {
		u, w, ok := eigen(a, p)
		if !ok {
			return nil
		}
		keep := positive(w[:min(r, p)])
		u = columns(u, p, p, keep)
		return &point{p: p, q: q, r: keep, psd: true, u: u, v: u, s: w[:keep]}
	}
	u, s, v, ok := svd(a, p, q)
	if !ok {
		return nil
	}
	k := len(s)
	keep := positive(s[:min(r, k)])
	return &point{p: p, q: q, r: keep, u: columns(u, p, k, keep), s: s[:keep], v: columns(v, q, k, keep)}
}

// with returns X + Σ wₐ uₐ vₐᵀ for c further triplets whose vectors are orthogonal
// to those of X, w > 0.
func (x *point) with(u, w, v []float64, c int) *point {
	y := &point{p: x.p, q: x.q, r: x.r + c, psd: x.psd, s: append(slices.Clone(x.s), w...)}
	y.u = beside(x.u, u, x.p, x.r, c)
	y.v = y.u
	if !x.psd {
		y.v = beside(x.v, v, x.q, x.r, c)
	}
	return y
}

// truncated returns X without its triplets from r on.
func (x *point) truncated(r int) *point {
	y := &point{p: x.p, q: x.q, r: r, psd: x.psd, s: x.s[:r], u: columns(x.u, x.p, x.r, r)}
	y.v = y.u
	if !x.psd {
		y.v = columns(x.v, x.q, x.r, r)
	}
	return y
}

func hypot(a, b float64) float64 { return math.Sqrt(a*a + b*b) }
