package fft

import "math"

// direct is the length up to which the passes run over the whole sequence: it
// and its copy then fit the second cache.
const direct = 1 << 14

// Plan is a complex transform of a fixed length,
//
//	X[k] = Σ_j x[j] exp(−2πi jk/n).
type Plan struct {
	n     int
	level []pass // n is smooth and at most direct
	any   *chirp // n is not smooth

	// n = r·c is smooth and larger
	r, c  int
	down  *Columns     // of length r
	along *Columns     // of length c
	roots []complex128 // exp(−2πi jk/n) at c·k + j
}

const errLength = "fft: length does not match the plan"

// NewPlan returns the transform of length n ≥ 1.
func NewPlan(n int) *Plan {
	p := &Plan{n: n}
	if !Smooth(n) {
		p.any = newChirp(n)
		return p
	}
	if n <= direct {
		p.level = passes(n)
		return p
	}
	p.r = nearRoot(n)
	p.c = n / p.r
	p.down, p.along = NewColumns(p.r), NewColumns(p.c)
	p.roots = make([]complex128, n)
	for k := range p.r {
		for j := range p.c {
			p.roots[k*p.c+j] = root(j*k, n)
		}
	}
	return p
}

// nearRoot returns the largest divisor of n up to √n.
func nearRoot(n int) int {
	for d := int(math.Sqrt(float64(n))); ; d-- {
		if n%d == 0 {
			return d
		}
	}
}

// Transform computes the transform of x and returns it in x or in work, which
// has the same length; the other one is overwritten.
func (p *Plan) Transform(x, work []complex128) []complex128 {
	if len(x) != p.n || len(work) != p.n {
		panic(errLength)
	}
	if p.any != nil {
		p.any.transform(x)
		return x
	}
	if p.down == nil {
		return run(p.level, x, work, 1)
	}
	p.down.Transform(work, x, p.roots, p.c)
	p.along.transformRows(x, work, p.r)
	return x
}
