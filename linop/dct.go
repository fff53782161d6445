package linop

import (
	"math"

	"github.com/tacit-dev/tacit/linop/internal/fft"
)

// PartialDCT returns the matrix of the given rows of the orthonormal discrete
// cosine transform of type II of length m:
//
//	A_ij = s_k cos(π k (2j+1) / 2m),   k = rows[i],   s_0 = √(1/m), else √(2/m)
//
// A product costs O(m log m) on all processors, least if m is even without prime
// factors beyond 5. Nothing of size n·m is ever stored. Rows may come in any order and may
// repeat; different rows are orthonormal. It panics if m < 1 or a row is not in
// [0, m).
func PartialDCT(rows []int, m int) Operator {
	if m < 1 {
		panic("linop: PartialDCT of length 0")
	}
	checkIndices(rows, m)
	return newPartialDCT(rows, m)
}

func newPartialDCT(rows []int, m int) *partialDCT {
	c := &partialDCT{rows: rows, m: m, distinct: distinct(rows, m), transform: fft.NewCosine(m), quarter: make([]float64, m+1)}
	step := math.Pi / float64(2*m)
	for r := range c.quarter {
		if 2*r <= m {
			c.quarter[r] = math.Cos(step * float64(r))
		} else { // the sine keeps the digits of small cosines
			c.quarter[r] = math.Sin(step * float64(m-r))
		}
	}
	return c
}

type partialDCT struct {
	rows      []int
	m         int
	distinct  bool // no row repeats
	transform *fft.Cosine
	quarter   []float64 // cos(π r / 2m) for 0 ≤ r ≤ m
}

// cosineSums sets s[k] = Σ_j s[j] cos(k θ_j), θ_j = π(2j+1)/2m.
func (c *partialDCT) cosineSums(s []float64) {
	c.transform.Forward(s, s)
	for k := range s {
		s[k] /= c.scale(k)
	}
}

// cosineSeries sets s[j] = Σ_k s[k] cos(k θ_j).
func (c *partialDCT) cosineSeries(s []float64) {
	for k := range s {
		s[k] /= c.scale(k)
	}
	c.transform.Backward(s, s)
}

// scale returns s_k.
func (c *partialDCT) scale(k int) float64 { return cosineScale(k, c.m) }

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
	w := getWork(c.m)
	defer putWork(w)
	c.transform.Forward(w.f, x)
	for i, k := range c.rows {
		dst[i] = w.f[k]
	}
}

func (c *partialDCT) ApplyT(dst, y []float64) {
	check(dst, y, c.m, len(c.rows))
	clear(dst)
	for i, k := range c.rows {
		dst[k] += y[i]
	}
	c.transform.Backward(dst, dst)
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
	w := getWork(c.m)
	defer putWork(w)
	fill(w.f, 1)
	mulBy(w.f, d)
	c.cosineSums(w.f)
	for i, p := range c.rows {
		for j, q := range c.rows[:i+1] {
			sum := c.fold(w.f, max(p-q, q-p)) + c.fold(w.f, p+q)
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
