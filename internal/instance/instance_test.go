package instance

import (
	"math"
	"math/bits"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tacit-dev/tacit/linop"
)

func generate(t interface {
	Helper()
	Fatal(...any)
}, s Sparse) *Problem {
	t.Helper()
	p, err := s.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func drawSparse(t *rapid.T) Sparse {
	s := Sparse{
		Ensemble: rapid.SampledFrom(Ensembles()).Draw(t, "ensemble"),
		N:        rapid.IntRange(2, 20).Draw(t, "n"),
		Nonneg:   rapid.Bool().Draw(t, "nonneg"),
		Range:    rapid.SampledFrom([]float64{0, 1, 10, 1e5}).Draw(t, "range"),
		NNZ:      2,
		Width:    0.2,
		Seed:     rapid.Uint64().Draw(t, "seed"),
	}
	s.M = s.N + rapid.IntRange(0, 20).Draw(t, "m−n")
	if s.Ensemble == PartialH {
		s.M = 1 << bits.Len(uint(s.M-1))
	}
	s.K = rapid.IntRange(1, s.M).Draw(t, "k")
	if s.Ensemble == Ternary && s.M >= 6 {
		s.Duplicates, s.Midpoints = 2, 2
	}
	return s
}

// The planted x has the form that was asked for and solves the system to
// rounding.
func TestPlantedSolution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSparse(t)
		p := generate(t, s)
		lo, hi := 0.1, math.Inf(1)
		if s.Range > 1 {
			lo, hi = 1, s.Range
		}
		count := 0
		for _, v := range p.X {
			if v == 0 {
				continue
			}
			count++
			if s.Nonneg && v < 0 || math.Abs(v) < lo || math.Abs(v) > hi {
				t.Fatalf("x has an entry %v", v)
			}
		}
		if count != s.K {
			t.Fatalf("x has %d nonzeros, want %d", count, s.K)
		}
		n, m := p.A.Dims()
		if n != s.N || m != s.M || len(p.B) != n || len(p.X) != m {
			t.Fatalf("A is %d×%d, b %d, x %d", n, m, len(p.B), len(p.X))
		}
		ax := make([]float64, n)
		p.A.Apply(ax, p.X)
		for i := range ax {
			ax[i] -= p.B[i]
		}
		// The transform of linop is accurate relative to ‖x‖, the others to each row.
		if r := norm2(ax); r > 1e-14*norm2(p.X)*math.Sqrt(float64(m)) {
			t.Fatalf("‖Ax−b‖ = %v", r)
		}
	})
}

// A does not depend on what is planted, and the noise changes b alone.
func TestPartsAreIndependent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSparse(t)
		p := generate(t, s)
		s.Noise = 0.25
		noisy := generate(t, s)
		if hashAX(p) != hashAX(noisy) {
			t.Fatal("noise changed A or x")
		}
		e := make([]float64, len(p.B))
		for i := range e {
			e[i] = noisy.B[i] - p.B[i]
		}
		if got, want := norm2(e), 0.25*norm2(p.B); math.Abs(got-want) > 1e-12*norm2(p.B) {
			t.Fatalf("the noise has norm %v, want %v", got, want)
		}
		s.Noise, s.K = 0, s.M
		if hashMatrix(p) != hashMatrix(generate(t, s)) {
			t.Fatal("k changed A")
		}
		s.Seed++
		if hashAX(p) == hashAX(generate(t, s)) {
			t.Fatal("another seed gives the same A and x")
		}
	})
}

func TestImpossible(t *testing.T) {
	good := map[string]Sparse{
		Gaussian:  {Ensemble: Gaussian, N: 4, M: 9, K: 2},
		SparseCol: {Ensemble: SparseCol, N: 4, M: 9, K: 2, NNZ: 2},
		PartialC:  {Ensemble: PartialC, N: 4, M: 9, K: 2},
		PartialH:  {Ensemble: PartialH, N: 4, M: 16, K: 2},
		Bumps:     {Ensemble: Bumps, N: 4, M: 9, K: 2, Width: 0.1, Gap: 0.1},
		Ternary:   {Ensemble: Ternary, N: 4, M: 9, K: 2, Duplicates: 2, Midpoints: 2},
	}
	for name, s := range good {
		if _, err := s.Generate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, c := range []struct {
		base   string
		change func(*Sparse)
		word   string
	}{
		{Gaussian, func(s *Sparse) { s.Ensemble = "cauchy" }, "unknown ensemble"},
		{Gaussian, func(s *Sparse) { s.N = 0 }, "no entries"},
		{Gaussian, func(s *Sparse) { s.M = -1 }, "no entries"},
		{Gaussian, func(s *Sparse) { s.K = 10 }, "10 nonzeros among 9"},
		{Gaussian, func(s *Sparse) { s.K = 0 }, "0 nonzeros"},
		{Gaussian, func(s *Sparse) { s.Range = 0.5 }, "dynamic range"},
		{Gaussian, func(s *Sparse) { s.Range = math.NaN() }, "dynamic range"},
		{Gaussian, func(s *Sparse) { s.Noise = -1 }, "noise"},
		{Gaussian, func(s *Sparse) { s.Noise = math.Inf(1) }, "noise"},
		{Gaussian, func(s *Sparse) { s.N, s.M = 1<<20, 1<<20 }, "GB"},
		{SparseCol, func(s *Sparse) { s.NNZ = 5 }, "column of 4 rows"},
		{SparseCol, func(s *Sparse) { s.NNZ = 0 }, "column of 4 rows"},
		{PartialC, func(s *Sparse) { s.N = 10 }, "10 rows"},
		{PartialH, func(s *Sparse) { s.N = 17 }, "17 rows"},
		{PartialH, func(s *Sparse) { s.M = 12 }, "power of two"},
		{Bumps, func(s *Sparse) { s.Width = 0 }, "width"},
		{Bumps, func(s *Sparse) { s.Width = 1e-9 }, "between samples"},
		{Bumps, func(s *Sparse) { s.N = 1 }, "at least 2"},
		{Bumps, func(s *Sparse) { s.Gap = 2 }, "gap"},
		{Bumps, func(s *Sparse) { s.K, s.Gap = 9, 0.5 }, "do not fit"},
		{Ternary, func(s *Sparse) { s.Duplicates = 7 }, "fewer than 2"},
		{Ternary, func(s *Sparse) { s.Midpoints = -1 }, "at least 0"},
	} {
		s := good[c.base]
		c.change(&s)
		if _, err := s.Generate(); err == nil || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%+v: error %v, want one about %q", s, err, c.word)
		}
	}
}

// The transform's b is what the operator gives.
func TestHadamardProduct(t *testing.T) {
	s := Sparse{Ensemble: PartialH, N: 12, M: 32, K: 7, Seed: 3}
	p := generate(t, s)
	b := make([]float64, s.N)
	p.A.Apply(b, p.X)
	for i, v := range b {
		if math.Abs(p.B[i]-v) > 1e-14 {
			t.Errorf("row %d: b = %v, want %v", i, p.B[i], v)
		}
	}
}

// The transform's b is the definition, summed naively.
func TestDCTProduct(t *testing.T) {
	s := Sparse{Ensemble: PartialC, N: 12, M: 25, K: 7, Seed: 3}
	p := generate(t, s)
	for k, i := range p.Rows {
		want := 0.0
		for j, v := range p.X {
			c := math.Sqrt(2 / float64(s.M))
			if i == 0 {
				c = math.Sqrt(1 / float64(s.M))
			}
			want += c * v * math.Cos(math.Pi*float64(i)*float64(2*j+1)/float64(2*s.M))
		}
		if math.Abs(p.B[k]-want) > 1e-13 {
			t.Errorf("row %d: b = %v, want %v", i, p.B[k], want)
		}
	}
}

// The planted solution of the tied family can be moved without changing Ax,
// x ≥ 0 or the ℓ1 norm: from a duplicate or midpoint to its originals.
func TestTiesAreHit(t *testing.T) {
	s, err := Family("B13", 1)
	if err != nil {
		t.Fatal(err)
	}
	p := generate(t, s)
	column := func(j int) []float64 {
		c := make([]float64, s.N)
		for i := range c {
			c[i] = p.Dense[i*s.M+j]
		}
		return c
	}
	duplicates, midpoints := 0, 0
	for j, v := range p.X {
		if v == 0 {
			continue
		}
		c, half := column(j), false
		for _, v := range c {
			half = half || v != math.Trunc(v)
		}
		if half {
			midpoints++
			continue
		}
		for k := range s.M {
			if k != j && equal(c, column(k)) {
				duplicates++
				break
			}
		}
	}
	if duplicates == 0 || midpoints == 0 {
		t.Errorf("the support has %d duplicate and %d midpoint columns, want at least one of each", duplicates, midpoints)
	}
}

func TestBumpsHaveUnitColumns(t *testing.T) {
	p := generate(t, Sparse{Ensemble: Bumps, N: 40, M: 90, K: 3, Width: 0.02, Gap: 0.1})
	norms := make([]float64, 90)
	linop.ColumnNorms(p.A, norms)
	for j, v := range norms {
		if math.Abs(v-1) > 1e-15 {
			t.Errorf("column %d has norm %v", j, v)
		}
	}
}

func equal(a, b []float64) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// A Space makes the problems that Generate makes, whatever it held before.
func TestSpaceGeneratesTheSame(t *testing.T) {
	w := new(Space)
	for _, s := range []Sparse{
		{Ensemble: Gaussian, N: 9, M: 30, K: 4, Ziggurat: true, Seed: 1},
		{Ensemble: Gaussian, N: 5, M: 8, K: 2, Seed: 2},
		{Ensemble: Bernoulli, N: 5, M: 8, K: 2, Seed: 3},
		{Ensemble: Gaussian, N: 12, M: 40, K: 4, Seed: 4},
	} {
		p, err := w.Generate(s)
		if err != nil {
			t.Fatal(err)
		}
		if hashAll(p) != hashAll(generate(t, s)) {
			t.Errorf("%+v: another problem", s)
		}
	}
}
