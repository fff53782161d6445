package fft

// Cosine is the orthonormal discrete cosine transform of type II of a fixed
// length m,
//
//	y[k] = s_k Σ_j x[j] cos(πk(2j+1)/2m),   s_0 = √(1/m), else s_k = √(2/m)
//
// in O(m log m) on all processors. Lengths 2ᵃ3ᵇ5ᶜ cost a complex transform of
// length m/2 if they are even, of length m if they are odd; other lengths cost
// about ten times that.
type Cosine struct {
	m    int
	even *halves
	odd  *whole
}

// NewCosine returns the transform of length m ≥ 1.
func NewCosine(m int) *Cosine {
	if m%2 == 0 {
		return &Cosine{m: m, even: newHalves(m)}
	}
	return &Cosine{m: m, odd: newWhole(m)}
}

// Forward sets dst to the transform of x; dst may be x.
func (c *Cosine) Forward(dst, x []float64) {
	c.check(dst, x)
	if c.even != nil {
		c.even.forward(dst, x)
	} else {
		c.odd.forward(dst, x)
	}
}

// Backward sets dst to the inverse of the transform, which is its transpose,
//
//	x[j] = Σ_k s_k y[k] cos(πk(2j+1)/2m)
//
// dst may be y.
func (c *Cosine) Backward(dst, y []float64) {
	c.check(dst, y)
	if c.even != nil {
		c.even.backward(dst, y)
	} else {
		c.odd.backward(dst, y)
	}
}

func (c *Cosine) check(dst, x []float64) {
	if len(dst) != c.m || len(x) != c.m {
		panic(errLength)
	}
}
