package fft

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/dsp/fourier"
)

// Cosine is the orthonormal discrete cosine transform of type II of a fixed
// length m,
//
//	y[k] = s_k Σ_j x[j] cos(πk(2j+1)/2m),   s_0 = √(1/m), else s_k = √(2/m)
//
// Even lengths 2ᵃ3ᵇ5ᶜ cost O(m log m) on all processors; other lengths go to
// gonum, in O(m log m) up to O(m²) if m is prime.
type Cosine struct {
	m     int
	fast  *halves   // even smooth lengths
	other sync.Pool // of *quarterWave, otherwise
}

// quarterWave is gonum's transform with its own work space, which two
// goroutines cannot share.
type quarterWave struct {
	fft  *fourier.QuarterWaveFFT
	data []float64
}

// NewCosine returns the transform of length m ≥ 1.
func NewCosine(m int) *Cosine {
	c := &Cosine{m: m}
	if m%2 == 0 && Smooth(m) {
		c.fast = newHalves(m)
	} else {
		c.other.New = func() any { return &quarterWave{fourier.NewQuarterWaveFFT(m), make([]float64, m)} }
	}
	return c
}

// Forward sets dst to the transform of x; dst may be x.
func (c *Cosine) Forward(dst, x []float64) {
	c.check(dst, x)
	if c.fast != nil {
		c.fast.forward(dst, x)
		return
	}
	w := c.other.Get().(*quarterWave)
	defer c.other.Put(w)
	w.fft.CosSequence(w.data, x) // four times the sums
	for k, v := range w.data {
		dst[k] = c.scale(k) / 4 * v
	}
}

// Backward sets dst to the inverse of the transform, which is its transpose,
//
//	x[j] = Σ_k s_k y[k] cos(πk(2j+1)/2m)
//
// dst may be y.
func (c *Cosine) Backward(dst, y []float64) {
	c.check(dst, y)
	if c.fast != nil {
		c.fast.backward(dst, y)
		return
	}
	w := c.other.Get().(*quarterWave)
	defer c.other.Put(w)
	for k, v := range y {
		w.data[k] = c.scale(k) / 2 * v
	}
	w.data[0] *= 2
	w.fft.CosCoefficients(dst, w.data)
}

func (c *Cosine) check(dst, x []float64) {
	if len(dst) != c.m || len(x) != c.m {
		panic(errLength)
	}
}

// scale returns s_k.
func (c *Cosine) scale(k int) float64 {
	if k == 0 {
		return math.Sqrt(1 / float64(c.m))
	}
	return math.Sqrt(2 / float64(c.m))
}
