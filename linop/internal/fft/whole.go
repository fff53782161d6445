package fft

import (
	"math"
	"sync"
)

// whole is the cosine transform of an odd length m by a complex transform of
// that length. With v the even entries of x followed by the odd ones backwards,
// V its Fourier transform and S the cosine sums,
//
//	S[k] − i S[m−k] = ω^k V[k],   ω = exp(−πi/2m)
type whole struct {
	m     int
	plan  *Plan
	roots []complex128 // ω^k √(2/m)
	work  sync.Pool    // of *buffer
}

func newWhole(m int) *whole {
	t := &whole{m: m, plan: NewPlan(m), roots: make([]complex128, m)}
	for k := range t.roots {
		t.roots[k] = times(math.Sqrt(2/float64(m)), root(k, 4*m))
	}
	t.work.New = func() any { return newBuffer(m) }
	return t
}

// entry returns which entry of x is v[j].
func (t *whole) entry(j int) int {
	if 2*j < t.m {
		return 2 * j
	}
	return 2*(t.m-j) - 1
}

func (t *whole) forward(dst, x []float64) {
	w := t.work.Get().(*buffer)
	defer t.work.Put(w)
	for j := range w.x {
		w.x[j] = complex(x[t.entry(j)], 0)
	}
	z := t.plan.Transform(w.x, w.y)
	dst[0] = math.Sqrt(1/float64(t.m)) * real(z[0])
	for k := 1; k < t.m; k++ {
		dst[k] = real(t.roots[k] * z[k])
	}
}

// backward inverts forward; the inverse Fourier transform is the transform of
// the conjugate, divided by m.
func (t *whole) backward(dst, y []float64) {
	w := t.work.Get().(*buffer)
	defer t.work.Put(w)
	w.x[0] = complex(math.Sqrt(1/float64(t.m))*y[0], 0)
	for k := 1; k < t.m; k++ {
		w.x[k] = times(0.5, t.roots[k]*complex(y[k], y[t.m-k]))
	}
	for j, v := range t.plan.Transform(w.x, w.y) {
		dst[t.entry(j)] = real(v)
	}
}
