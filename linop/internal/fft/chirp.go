package fft

import "sync"

// chirp is a transform of any length n as a convolution (Bluestein 1970): with
// w[j] = exp(−πi j²/n) and jk = (j² + k² − (k−j)²)/2,
//
//	X[k] = w[k] Σ_j (x[j] w[j]) conj(w[k−j])
//
// by transforms of a smooth length that the sequences do not wrap around.
type chirp struct {
	n        int
	w        []complex128
	plan     *Plan        // of the smooth length
	spectrum []complex128 // the transform of conj(w), divided by that length
	work     sync.Pool    // of *buffer
}

func newChirp(n int) *chirp {
	size := NextSmooth(2*n-1, 1)
	c := &chirp{n: n, w: make([]complex128, n), plan: NewPlan(size)}
	square := 0 // j² mod 2n
	for j := range c.w {
		c.w[j] = root(square, 2*n)
		square = (square + 2*j + 1) % (2 * n)
	}
	c.work.New = func() any { return newBuffer(size) }
	b := make([]complex128, size)
	for j, v := range c.w {
		b[j] = times(1/float64(size), conj(v))
		if j > 0 {
			b[size-j] = b[j]
		}
	}
	c.spectrum = c.plan.Transform(b, make([]complex128, size))
	return c
}

// transform replaces x by its transform. The inverse transform is the
// transform of the conjugate.
func (c *chirp) transform(x []complex128) {
	b := c.work.Get().(*buffer)
	defer c.work.Put(b)
	clear(b.x)
	for j, v := range x {
		b.x[j] = v * c.w[j]
	}
	y := c.plan.Transform(b.x, b.y)
	for k, v := range c.spectrum {
		y[k] = conj(y[k] * v)
	}
	other := b.x
	if &y[0] == &b.x[0] {
		other = b.y
	}
	y = c.plan.Transform(y, other)
	for k := range x {
		x[k] = conj(y[k]) * c.w[k]
	}
}
