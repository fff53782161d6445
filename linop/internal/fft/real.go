package fft

import (
	"sync"

	"github.com/tacit-dev/tacit/internal/parallel"
)

// Real is the Fourier transform of real sequences of a fixed even length m,
//
//	X[k] = Σ_j x[j] exp(−2πi jk/m),   0 ≤ k ≤ m/2
//
// the other half being the conjugate of this one.
type Real struct {
	m, h  int
	plan  *Plan
	roots []complex128 // exp(−2πik/m), 0 ≤ k ≤ h/2
	work  sync.Pool    // of *buffer
}

// NewReal returns the transform of length m. It panics unless m is even
// and positive.
func NewReal(m int) *Real {
	if m < 2 || m%2 == 1 {
		panic("fft: length is not even")
	}
	h := m / 2
	r := &Real{m: m, h: h, plan: NewPlan(h), roots: make([]complex128, h/2+1)}
	for k := range r.roots {
		r.roots[k] = root(k, m)
	}
	r.work.New = func() any { return newBuffer(h) }
	return r
}

// Forward sets dst, of length m/2+1, to the transform of x.
func (r *Real) Forward(dst []complex128, x []float64) {
	r.check(dst, x)
	w := r.work.Get().(*buffer)
	defer r.work.Put(w)
	for j := range w.x {
		w.x[j] = complex(x[2*j], x[2*j+1])
	}
	z, h := r.plan.Transform(w.x, w.y), r.h
	dst[0] = complex(real(z[0])+imag(z[0]), 0)
	dst[h] = complex(real(z[0])-imag(z[0]), 0)
	if h/2 <= grain {
		r.join(dst, z, 0, h/2)
		return
	}
	parallel.For(h/2, grain, func(lo, hi int) { r.join(dst, z, lo, hi) })
}

// join writes the coefficients k and h−k for lo < k ≤ hi.
func (r *Real) join(dst, z []complex128, lo, hi int) {
	for k := lo + 1; k <= hi; k++ {
		u, v := z[k], conj(z[r.h-k])
		even, odd := times(0.5, u+v), r.roots[k]*timesI(times(0.5, v-u))
		dst[k], dst[r.h-k] = even+odd, conj(even-odd)
	}
}

// Backward sets x to the sequence with the transform y.
func (r *Real) Backward(x []float64, y []complex128) {
	r.check(y, x)
	w := r.work.Get().(*buffer)
	defer r.work.Put(w)
	h := r.h
	c := 1 / float64(r.m)
	w.x[0] = complex(c*(real(y[0])+real(y[h])), -c*(real(y[0])-real(y[h])))
	if h/2 <= grain {
		r.part(w.x, y, 0, h/2)
	} else {
		parallel.For(h/2, grain, func(lo, hi int) { r.part(w.x, y, lo, hi) })
	}
	for j, v := range r.plan.Transform(w.x, w.y) {
		x[2*j], x[2*j+1] = real(v), -imag(v)
	}
}

func (r *Real) check(y []complex128, x []float64) {
	if len(x) != r.m || len(y) != r.h+1 {
		panic(errLength)
	}
}

// part inverts join, on the conjugate of z and divided by h.
func (r *Real) part(z, y []complex128, lo, hi int) {
	c := 1 / float64(r.m)
	for k := lo + 1; k <= hi; k++ {
		u, v := times(c, y[k]), times(c, conj(y[r.h-k]))
		even, odd := u+v, timesI((u-v)*conj(r.roots[k]))
		z[k], z[r.h-k] = conj(even+odd), even-odd
	}
}
