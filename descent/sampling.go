package descent

import (
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// Sampling says what a gradient is estimated from.
type Sampling struct {
	// Batch is the number K of rows of each step, drawn without replacement;
	// 0 means all.
	Batch int
	// LabelNoise σ adds ±σ, with equal probability, to every b of every step
	// (HaoChen, Wei, Lee and Ma 2021).
	LabelNoise float64
	Seed       uint64
}

func (s Sampling) check(n int) error {
	switch {
	case s.Batch < 0:
		return fmt.Errorf("a batch of %d rows: it has at least one", s.Batch)
	case s.Batch > n:
		return fmt.Errorf("a batch of %d rows is larger than the %d rows that there are", s.Batch, n)
	case !(s.LabelNoise >= 0) || math.IsInf(s.LabelNoise, 0):
		return fmt.Errorf("label noise %v: it is a size, at least 0", s.LabelNoise)
	}
	return nil
}

// Gradient is an estimate of ∇ℓ(x), as a combination of the rows of A.
type Gradient struct {
	X    []float64 // Aᵀd, length m
	Rows []int     // the rows with d ≠ 0; nil: all
	D    []float64 // d, one for each of Rows, or n
	// Loss is the loss of the sample at x, without noise; its mean over samples
	// is ℓ(x).
	Loss float64
	// LossAt returns the loss of the sample at another point.
	LossAt func(x []float64) float64
}

// addTo sets v += a·d for v of length n.
func (g *Gradient) addTo(v []float64, a float64) {
	if g.Rows == nil {
		blas.Axpy(a, g.D, v)
		return
	}
	for k, i := range g.Rows {
		v[i] += a * g.D[k]
	}
}

// source draws gradients.
type source struct {
	a      linop.Operator
	b      []float64
	s      Sampling
	random philox
	n      int

	rows   linop.Operator // Aᵀ, columns are rows of A; with batches only
	g      Gradient
	sample []float64 // A_B x, or A x
	// trial is A at the point of the last LossAt on all rows, kept since that
	// often is the next iterate.
	trial, trialX []float64
	passes        float64
}

func newSource(a linop.Operator, b []float64, s Sampling) *source {
	n, m := a.Dims()
	src := &source{a: a, b: b, s: s, random: newPhilox(s.Seed), n: n}
	src.g.X = make([]float64, m)
	k := n
	if s.Batch > 0 && s.Batch < n {
		k = s.Batch
		src.rows = linop.Transpose(a)
		src.g.Rows = make([]int, k)
	}
	src.g.D, src.sample = make([]float64, k), make([]float64, k)
	src.g.LossAt = src.lossAt
	return src
}

// residual sets r = A x − b.
func (s *source) residual(r, x []float64) {
	if s.trialX != nil && slices.Equal(s.trialX, x) {
		copy(r, s.trial)
	} else {
		s.a.Apply(r, x)
		s.passes++
	}
	for i, v := range s.b {
		r[i] -= v
	}
}

// weight is n/K.
func (s *source) weight() float64 { return float64(s.n) / float64(len(s.g.D)) }

// at returns the gradient of step k at x. r is the residual at x, which only
// gradients of all rows need.
func (s *source) at(k int, x, r []float64) *Gradient {
	g := &s.g
	if s.rows == nil {
		copy(g.D, r)
	} else {
		s.draw(k)
		s.partial(g.D, x)
	}
	w := s.weight()
	g.Loss = w * blas.Dot(g.D, g.D) / 2
	if sigma := s.s.LabelNoise; sigma > 0 {
		d := s.random.draws(uint64(k), streamNoise)
		for i := range g.D {
			g.D[i] += sigma * d.sign()
		}
	}
	for i := range g.D {
		g.D[i] *= w
	}
	if s.rows == nil {
		s.a.ApplyT(g.X, g.D)
		s.passes++
	} else {
		linop.Select(s.rows, g.Rows).Apply(g.X, g.D)
		s.passes += float64(len(g.Rows)) / float64(s.n)
	}
	return g
}

// partial sets d = A_B x − b_B.
func (s *source) partial(d, x []float64) {
	linop.Select(s.rows, s.g.Rows).ApplyT(d, x)
	s.passes += float64(len(s.g.Rows)) / float64(s.n)
	for k, i := range s.g.Rows {
		d[k] -= s.b[i]
	}
}

// draw selects the rows of step k, in increasing order: Floyd's algorithm.
func (s *source) draw(k int) {
	d := s.random.draws(uint64(k), streamRows)
	rows := s.g.Rows[:0]
	for j := s.n - cap(rows); j < s.n; j++ {
		i := d.below(j + 1)
		at, taken := slices.BinarySearch(rows, i)
		if taken {
			i, at = j, len(rows) // j is larger than all that are there
		}
		rows = slices.Insert(rows, at, i)
	}
}

func (s *source) lossAt(x []float64) float64 {
	if s.rows != nil {
		s.partial(s.sample, x)
		return s.weight() * blas.Dot(s.sample, s.sample) / 2
	}
	if s.trial == nil {
		s.trial, s.trialX = make([]float64, s.n), make([]float64, len(x))
	}
	s.a.Apply(s.trial, x)
	s.passes++
	copy(s.trialX, x)
	for i, v := range s.trial {
		s.sample[i] = v - s.b[i]
	}
	return blas.Dot(s.sample, s.sample) / 2
}
