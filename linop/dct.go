package linop

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/dsp/fourier"
)

// PartialDCT returns the matrix of the given rows of the orthonormal discrete
// cosine transform of type II of length m:
//
//	A_ij = s_k cos(π k (2j+1) / 2m),   k = rows[i],   s_0 = √(1/m), else √(2/m)
//
// A product costs O(m log m) by a quarter-wave fast Fourier transform if m has
// small prime factors, up to O(m²) if m is prime; nothing of size n·m is ever
// stored. Rows may come in any order and may repeat; different rows are
// orthonormal. It panics if m < 1 or a row is not in [0, m).
func PartialDCT(rows []int, m int) Operator {
	if m < 1 {
		panic("linop: PartialDCT of length 0")
	}
	checkIndices(rows, m)
	c := &partialDCT{rows: rows, m: m, quarter: make([]float64, m+1)}
	step := math.Pi / float64(2*m)
	for r := range c.quarter {
		if 2*r <= m {
			c.quarter[r] = math.Cos(step * float64(r))
		} else { // the sine keeps the digits of small cosines
			c.quarter[r] = math.Sin(step * float64(m-r))
		}
	}
	c.transforms.New = func() any { return &transform{fourier.NewQuarterWaveFFT(m), make([]float64, m)} }
	return c
}

type partialDCT struct {
	rows       []int
	m          int
	quarter    []float64 // cos(π r / 2m) for 0 ≤ r ≤ m
	transforms sync.Pool // of *transform: its work space is not shared
}

type transform struct {
	fft  *fourier.QuarterWaveFFT
	data []float64
}

func (c *partialDCT) get() *transform  { return c.transforms.Get().(*transform) }
func (c *partialDCT) put(t *transform) { c.transforms.Put(t) }

// cosineSums sets data[k] = Σ_j data[j] cos(k θ_j), θ_j = π(2j+1)/2m.
func (t *transform) cosineSums() {
	t.fft.CosSequence(t.data, t.data)
	for k := range t.data {
		t.data[k] /= 4
	}
}

// cosineSeries sets data[j] = Σ_k data[k] cos(k θ_j).
func (t *transform) cosineSeries() {
	for k := 1; k < len(t.data); k++ {
		t.data[k] /= 2
	}
	t.fft.CosCoefficients(t.data, t.data)
}

// scale returns s_k.
func (c *partialDCT) scale(k int) float64 {
	if k == 0 {
		return math.Sqrt(1 / float64(c.m))
	}
	return math.Sqrt(2 / float64(c.m))
}

// cos returns cos(k θ_j) from the table: k(2j+1) is reduced exactly.
func (c *partialDCT) cos(k, j int) float64 {
	m := c.m
	r := k * (2*j + 1) % (4 * m)
	if r > 2*m {
		r = 4*m - r
	}
	if r > m {
		return -c.quarter[2*m-r]
	}
	return c.quarter[r]
}

func (c *partialDCT) Dims() (n, m int) { return len(c.rows), c.m }

func (c *partialDCT) Apply(dst, x []float64) {
	check(dst, x, len(c.rows), c.m)
	t := c.get()
	defer c.put(t)
	copy(t.data, x)
	t.cosineSums()
	for i, k := range c.rows {
		dst[i] = c.scale(k) * t.data[k]
	}
}

func (c *partialDCT) ApplyT(dst, y []float64) {
	check(dst, y, c.m, len(c.rows))
	t := c.get()
	defer c.put(t)
	clear(t.data)
	for i, k := range c.rows {
		t.data[k] += c.scale(k) * y[i]
	}
	t.cosineSeries()
	copy(dst, t.data)
}

// Columns costs O(n) per column.
func (c *partialDCT) Columns(dst []float64, idx []int) {
	n := len(c.rows)
	if len(dst) != len(idx)*n {
		panic(errShape)
	}
	checkIndices(idx, c.m)
	for p, j := range idx {
		for i, k := range c.rows {
			dst[p*n+i] = c.scale(k) * c.cos(k, j)
		}
	}
}

// Row visits all entries of row i, each from the formula.
func (c *partialDCT) Row(i int, visit func(j int, v float64)) {
	k := c.rows[i]
	for j := range c.m {
		visit(j, c.scale(k)*c.cos(k, j))
	}
}

// Gram costs O(m log m + n²): with S(k) = Σ_j d_j cos(k θ_j),
//
//	(A diag(d) Aᵀ)_ij = s_p s_q (S(|p−q|) + S(p+q)) / 2,   p = rows[i], q = rows[j].
func (c *partialDCT) Gram(dst, d []float64) {
	n := len(c.rows)
	checkGram(dst, d, n, c.m)
	t := c.get()
	defer c.put(t)
	for j := range t.data {
		t.data[j] = 1
	}
	mulBy(t.data, d)
	t.cosineSums()
	for i, p := range c.rows {
		for j, q := range c.rows[:i+1] {
			sum := c.fold(t.data, max(p-q, q-p)) + c.fold(t.data, p+q)
			dst[i*n+j] = c.scale(p) * c.scale(q) * sum / 2
		}
	}
}

// fold returns S(k) for 0 ≤ k < 2m from its values below m:
// S(2m−k) = −S(k) and S(m) = 0, because cos has these symmetries in k θ_j.
func (c *partialDCT) fold(s []float64, k int) float64 {
	switch {
	case k < c.m:
		return s[k]
	case k > c.m:
		return -s[2*c.m-k]
	}
	return 0
}

// RowNorms sets dst to ones.
func (c *partialDCT) RowNorms(dst []float64) {
	if len(dst) != len(c.rows) {
		panic(errShape)
	}
	for i := range dst {
		dst[i] = 1
	}
}

// smallNorm is the share of the mean squared column norm below which the
// cosine series for squared norms has lost digits to cancellation.
const smallNorm = 1e-2

// ColumnNorms costs O(m log m): by cos² = (1 + cos 2·)/2 the squared norms are
// a cosine series,
//
//	‖a_j‖² = Σ_i s_k² (1 + cos 2k θ_j) / 2,   k = rows[i].
//
// The few columns with a norm far below the mean are summed directly.
func (c *partialDCT) ColumnNorms(dst []float64) {
	if len(dst) != c.m {
		panic(errShape)
	}
	t := c.get()
	defer c.put(t)
	clear(t.data)
	for _, k := range c.rows {
		w := c.scale(k) * c.scale(k) / 2
		t.data[0] += w
		switch {
		case 2*k < c.m:
			t.data[2*k] += w
		case 2*k > c.m:
			t.data[2*(c.m-k)] -= w
		}
	}
	t.cosineSeries()
	small := smallNorm * float64(len(c.rows)) / float64(c.m)
	col := make([]float64, len(c.rows))
	for j, q := range t.data {
		if q > small {
			dst[j] = math.Sqrt(q)
			continue
		}
		c.Columns(col, []int{j})
		dst[j] = norm2(col)
	}
}
