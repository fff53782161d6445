package fft

import (
	"math"
	"sync"

	"github.com/tacit-dev/tacit/internal/parallel"
)

// grain is the length of the blocks of the linear passes before and after a
// transform.
const grain = 1 << 13

// halves is the real transform of an even length m as a complex one of length
// h = m/2, with the roots that a cosine transform needs:
//
//	a[k] = ω^k/2√h, b[k] = ω^5k/2√h, ω = exp(−πi/2m), 0 ≤ k ≤ h/2
type halves struct {
	m, h int
	plan *Plan
	a, b []complex128
	work sync.Pool // of *buffer
}

func newHalves(m int) *halves {
	h := m / 2
	t := &halves{m: m, h: h, plan: NewPlan(h), a: make([]complex128, h/2+1), b: make([]complex128, h/2+1)}
	for k := range t.a {
		t.a[k] = times(0.5/math.Sqrt(float64(h)), root(k, 4*m))
		t.b[k] = times(0.5/math.Sqrt(float64(h)), root(5*k, 4*m))
	}
	t.work.New = func() any { return newBuffer(h) }
	return t
}

// forward sets dst to the orthonormal DCT-II of x. With v the even entries of
// x followed by the odd ones backwards, V its Fourier transform and S the
// cosine sums,
//
//	S[k] − i S[m−k] = ω^k V[k],   V[k] = E + exp(−2πik/m) O,   V[h−k] = conj(E − exp(−2πik/m) O)
//
// where E and O are the transforms of the even and odd entries of v.
func (t *halves) forward(dst, x []float64) {
	w := t.work.Get().(*buffer)
	defer t.work.Put(w)
	t.fold(w.x, x)
	z := t.plan.Transform(w.x, w.y)
	m, h := t.m, t.h
	c := 1 / math.Sqrt(float64(m))
	dst[0] = c * (real(z[0]) + imag(z[0]))
	dst[h] = c * (real(z[0]) - imag(z[0]))
	if h%2 == 0 {
		v := 2 * t.a[h/2] * conj(z[h/2])
		dst[h/2], dst[m-h/2] = real(v), -imag(v)
	}
	if (h-1)/2 <= grain {
		t.fromFourier(dst, z, 0, (h-1)/2)
		return
	}
	parallel.For((h-1)/2, grain, func(lo, hi int) { t.fromFourier(dst, z, lo, hi) })
}

// fromFourier writes the cosine coefficients around k and h−k for lo < k ≤ hi.
func (t *halves) fromFourier(dst []float64, z []complex128, lo, hi int) {
	m, h := t.m, t.h
	for k := lo + 1; k <= hi; k++ {
		u, v := z[k], conj(z[h-k])
		e, o := t.a[k]*(u+v), t.b[k]*timesI(v-u)
		g, f := e+o, e-o
		dst[k], dst[m-k] = real(g), -imag(g)
		dst[h-k] = math.Sqrt2 / 2 * (real(f) - imag(f))
		dst[h+k] = math.Sqrt2 / 2 * (real(f) + imag(f))
	}
}

// backward inverts forward, step by step; the inverse Fourier transform is the
// transform of the conjugate.
func (t *halves) backward(dst, x []float64) {
	w := t.work.Get().(*buffer)
	defer t.work.Put(w)
	z, m, h := w.x, t.m, t.h
	c := 1 / math.Sqrt(float64(m))
	z[0] = complex(c*(x[0]+x[h]), -c*(x[0]-x[h]))
	if h%2 == 0 {
		z[h/2] = 2 * complex(x[h/2], -x[m-h/2]) * conj(t.a[h/2])
	}
	if (h-1)/2 <= grain {
		t.toFourier(z, x, 0, (h-1)/2)
	} else {
		parallel.For((h-1)/2, grain, func(lo, hi int) { t.toFourier(z, x, lo, hi) })
	}
	t.unfold(dst, t.plan.Transform(w.x, w.y))
}

// toFourier inverts fromFourier, on the conjugate of z.
func (t *halves) toFourier(z []complex128, x []float64, lo, hi int) {
	m, h := t.m, t.h
	for k := lo + 1; k <= hi; k++ {
		g := complex(x[k], -x[m-k])
		f := complex(math.Sqrt2/2*(x[h+k]+x[h-k]), math.Sqrt2/2*(x[h+k]-x[h-k]))
		e, o := (g+f)*conj(t.a[k]), timesI((g-f)*conj(t.b[k]))
		z[k], z[h-k] = conj(e+o), e-o
	}
}

// fold sets z[j] = v[2j] + i v[2j+1], v being the even entries of x followed
// by the odd ones backwards.
func (t *halves) fold(z []complex128, x []float64) {
	m, h := t.m, t.h
	if h/2 <= grain {
		t.foldPart(z, x, 0, h/2)
	} else {
		parallel.For(h/2, grain, func(lo, hi int) { t.foldPart(z, x, lo, hi) })
	}
	if h%2 == 1 {
		z[h/2] = complex(x[m-2], x[m-1])
	}
}

func (t *halves) foldPart(z []complex128, x []float64, lo, hi int) {
	for j := lo; j < hi; j++ {
		four := x[4*j:][:4]
		z[j] = complex(four[0], four[2])
		z[t.h-1-j] = complex(four[3], four[1])
	}
}

// unfold inverts fold on the conjugate of z.
func (t *halves) unfold(x []float64, z []complex128) {
	m, h := t.m, t.h
	if h/2 <= grain {
		t.unfoldPart(x, z, 0, h/2)
	} else {
		parallel.For(h/2, grain, func(lo, hi int) { t.unfoldPart(x, z, lo, hi) })
	}
	if h%2 == 1 {
		x[m-2], x[m-1] = real(z[h/2]), -imag(z[h/2])
	}
}

func (t *halves) unfoldPart(x []float64, z []complex128, lo, hi int) {
	for j := lo; j < hi; j++ {
		four := x[4*j:][:4]
		u, v := z[j], z[t.h-1-j]
		four[0], four[2], four[3], four[1] = real(u), -imag(u), real(v), -imag(v)
	}
}
