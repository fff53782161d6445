package linop

import (
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/internal/parallel"
)

// Wavelet is an orthonormal wavelet with compact support.
type Wavelet uint8

const (
	// Haar is the wavelet of Haar (1910): sums and differences of neighbours.
	Haar Wavelet = iota
	// Daubechies4 is the wavelet of Daubechies (1988, Table 1) with four
	// vanishing moments and eight coefficients, "db4": polynomials of degree 3
	// have no details.
	Daubechies4
)

// lowpass returns the coefficients h of the averages. They solve
// Σ_k h_k h_{k+2l} = δ_l and Σ_k (−1)^k k^r h_k = 0 for all r below the number
// of vanishing moments.
func (w Wavelet) lowpass() []float64 {
	switch w {
	case Haar:
		return []float64{0.7071067811865475244008443621, 0.7071067811865475244008443621}
	case Daubechies4:
		return []float64{
			0.2303778133088965008632911830, 0.7148465705529156470899219552,
			0.6308807679298589078817163383, -0.027983769416859854211413747,
			-0.187034811719093084079570672, 0.0308413818355607636272193625,
			0.0328830116668851997354075135, -0.010597401785069032104883208,
		}
	}
	panic("linop: unknown wavelet")
}

// WaveletTransform returns the orthonormal wavelet transform W of sequences of
// length m, continued periodically: m×m, WᵀW = I. Of each level
//
//	a[i] = Σ_k h[k] x[2i+k],   d[i] = Σ_k (−1)^k h[K−1−k] x[2i+k]   (K coefficients)
//
// the averages a are transformed again, levels times, and W x holds the last
// averages followed by the details d from the last level to the first. Apply
// analyses, ApplyT synthesises, both in O(m). It panics unless 2^levels divides
// m.
func WaveletTransform(w Wavelet, m, levels int) Operator {
	checkLevels(m, levels)
	b := newBank(w)
	return &orthogonal{m: m,
		forward: func(dst, x []float64) {
			t := getWork(m)
			defer putWork(t)
			copy(dst, x)
			for l := range levels {
				part := dst[:m>>l]
				copy(t.f, part)
				b.analyse(part, t.f[:len(part)])
			}
		},
		backward: func(dst, y []float64) {
			t := getWork(m)
			defer putWork(t)
			copy(dst, y)
			for l := levels - 1; l >= 0; l-- {
				part := dst[:m>>l]
				copy(t.f, part)
				b.synthesise(part, t.f[:len(part)])
			}
		},
	}
}

// WaveletTransform2D returns the orthonormal wavelet transform of images of
// rows×cols pixels, stored row by row and continued periodically. A level
// transforms all rows and all columns by one level; its averages in both
// directions, the upper left quarter, are the image of the next level (Mallat
// 1989, doi:10.1109/34.192463). It panics unless 2^levels divides both sides.
func WaveletTransform2D(w Wavelet, rows, cols, levels int) Operator {
	checkLevels(rows, levels)
	checkLevels(cols, levels)
	b := newBank(w)
	return &orthogonal{m: rows * cols,
		forward: func(dst, x []float64) {
			t := getWork(rows * cols)
			defer putWork(t)
			copy(dst, x)
			for l := range levels {
				r, c := rows>>l, cols>>l
				eachRow(r, c, func(i int) { b.analyse(t.f[i*c:(i+1)*c], dst[i*cols:i*cols+c]) })
				eachRow(r, c, func(i int) { b.mixRows(dst[i*cols:i*cols+c], t.f, i, b.down, r) })
			}
		},
		backward: func(dst, y []float64) {
			t := getWork(rows * cols)
			defer putWork(t)
			copy(dst, y)
			for l := levels - 1; l >= 0; l-- {
				r, c := rows>>l, cols>>l
				eachRow(r, c, func(i int) { b.synthesise(t.f[i*c:(i+1)*c], dst[i*cols:i*cols+c]) })
				eachRow(r, c, func(i int) { b.mixRows(dst[i*cols:i*cols+c], t.f, i, b.up, r) })
			}
		},
	}
}

func checkLevels(m, levels int) {
	if m < 1 || levels < 0 || m>>levels<<levels != m {
		panic("linop: the length of a wavelet transform is not divisible by 2^levels")
	}
}

// eachRow calls do for the rows of an image in fixed groups.
func eachRow(rows, cols int, do func(i int)) {
	parallel.For(rows, 1+1<<12/cols, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			do(i)
		}
	})
}

// bank is the pair of filters of a wavelet.
type bank struct{ h, g []float64 }

func newBank(w Wavelet) *bank {
	h := w.lowpass()
	g := make([]float64, len(h))
	for k := range g {
		g[k] = h[len(h)-1-k]
		if k%2 == 1 {
			g[k] = -g[k]
		}
	}
	return &bank{h, g}
}

// down calls add(j, c) for the entries c of row i of a level of even length n.
func (b *bank) down(i, n int, add func(j int, c float64)) {
	filter := b.h
	if i >= n/2 {
		filter, i = b.g, i-n/2
	}
	for k, c := range filter {
		add((2*i+k)%n, c)
	}
}

// up calls add(i, c) for the entries c of column j of a level of even length n.
func (b *bank) up(j, n int, add func(i int, c float64)) {
	for k := j % 2; k < len(b.h); k += 2 {
		i := (j - k) / 2 % (n / 2)
		if i < 0 {
			i += n / 2
		}
		add(i, b.h[k])
		add(n/2+i, b.g[k])
	}
}

// mixRows sets dst to a combination of rows of x, which have its length: row i
// of a level along the columns, of length n.
func (b *bank) mixRows(dst, x []float64, i int, entries func(i, n int, add func(j int, c float64)), n int) {
	clear(dst)
	entries(i, n, func(j int, c float64) { blas.Axpy(c, x[j*len(dst):(j+1)*len(dst)], dst) })
}

// inside returns how many windows of the filters do not wrap around length n.
func (b *bank) inside(n int) int {
	if n < len(b.h) {
		return 0
	}
	return (n-len(b.h))/2 + 1
}

// analyse sets dst to one level of the transform of x.
func (b *bank) analyse(dst, x []float64) {
	n, taps := len(x), len(b.h)
	inside := b.inside(n)
	g := b.g[:taps]
	for i := range inside {
		var low, high float64
		window := x[2*i:][:taps]
		for k, c := range b.h {
			low += c * window[k]
			high += g[k] * window[k]
		}
		dst[i], dst[n/2+i] = low, high
	}
	for i := inside; i < n/2; i++ {
		dst[i], dst[n/2+i] = 0, 0
		for k, c := range b.h {
			v := x[(2*i+k)%n]
			dst[i] += c * v
			dst[n/2+i] += g[k] * v
		}
	}
}

// synthesise sets dst to the transpose of one level times y.
func (b *bank) synthesise(dst, y []float64) {
	n, taps := len(y), len(b.h)
	inside := b.inside(n)
	clear(dst)
	g := b.g[:taps]
	for i := range inside {
		low, high := y[i], y[n/2+i]
		window := dst[2*i:][:taps]
		for k, c := range b.h {
			window[k] += c*low + g[k]*high
		}
	}
	for i := inside; i < n/2; i++ {
		for k, c := range b.h {
			dst[(2*i+k)%n] += c*y[i] + g[k]*y[n/2+i]
		}
	}
}
