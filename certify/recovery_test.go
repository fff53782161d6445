package certify

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// planted returns a Gaussian instance whose solution has k nonzero entries, and
// the least-norm dual vector with A_Sᵀy = sgn(x_S).
func planted(n, m, k int, seed uint64) instance {
	rng := rand.New(rand.NewPCG(seed, 1))
	in := instance{
		name: "planted", n: n, m: m, a: make([]float64, n*m), b: make([]float64, n),
		cert: Certificate{Claim: L1, Tol: 1e-9, Unique: ptr(true)},
	}
	for i := range in.a {
		in.a[i] = rng.NormFloat64()
	}
	on := rng.Perm(m)[:k]
	in.w.X, in.w.Y = make([]float64, m), make([]float64, n)
	for _, j := range on {
		in.w.X[j] = rng.NormFloat64()
	}
	for i := range n {
		for _, j := range on {
			in.b[i] += in.a[i*m+j] * in.w.X[j]
		}
	}
	g, c := make([][]float64, k), make([]float64, k)
	for p, j := range on {
		g[p] = make([]float64, k)
		c[p] = math.Copysign(1, in.w.X[j])
		for r, l := range on {
			for i := range n {
				g[p][r] += in.a[i*m+j] * in.a[i*m+l]
			}
		}
	}
	for p, v := range eliminateDense(g, c) {
		for i := range n {
			in.w.Y[i] += in.a[i*m+on[p]] * v
		}
	}
	return in
}

// eliminateDense solves g v = c for a positive definite g.
func eliminateDense(g [][]float64, c []float64) []float64 {
	k := len(c)
	for p := range k {
		for r := p + 1; r < k; r++ {
			f := g[r][p] / g[p][p]
			for s := p; s < k; s++ {
				g[r][s] -= f * g[p][s]
			}
			c[r] -= f * c[p]
		}
	}
	for p := k - 1; p >= 0; p-- {
		for r := p + 1; r < k; r++ {
			c[p] -= g[p][r] * c[r]
		}
		c[p] /= g[p][p]
	}
	return c
}

func TestPlantedSolutionsAreCertified(t *testing.T) {
	for seed := range uint64(3) {
		in := planted(100, 300, 5, seed)
		c := in.issue(t)
		if v := verify(t, in, c); !v.Valid {
			t.Errorf("seed %d: %+v", seed, v.Failed())
		}
		if v, err := VerifyExact(in.op(), in.b, c, in.w); err != nil || !v.Valid {
			t.Errorf("seed %d exactly: %v %+v", seed, err, v.Failed())
		}
		if !Unique(in.op(), in.w.X, in.w.Y, nil, false) {
			t.Errorf("seed %d: uniqueness not proven", seed)
		}
		if v, err := Verify(applyOnly{in.op()}, in.b, c, in.w); err != nil || !v.Valid {
			t.Errorf("seed %d through Apply: %v %+v", seed, err, v.Failed())
		}
	}
}

// TestUniquenessNeedsItsConditions takes the conditions away one by one.
func TestUniquenessNeedsItsConditions(t *testing.T) {
	op := linop.NewDense(2, 3, []float64{1, 0, 1, 0, 1, 1})
	for _, c := range []struct {
		name   string
		x, y   []float64
		nonneg bool
		want   bool
	}{
		{"strict slack", []float64{1, 0, 0}, []float64{1, -0.5}, false, true},
		{"no slack at column 3", []float64{1, 0, 0}, []float64{1, 0}, false, false},
		{"dependent columns", []float64{1, 1, 1}, []float64{1, 1}, false, false},
		{"sign of y on the support", []float64{-1, 0, 0}, []float64{1, -0.5}, false, false},
		{"y off by more than the slack", []float64{1, 0, 0}, []float64{1 + 1e-3, -1e-5}, false, false},
		{"nonneg needs one side only", []float64{1, 0, 0}, []float64{1, -7}, true, true},
		{"signed needs both", []float64{1, 0, 0}, []float64{1, -7}, false, false},
		{"empty support", []float64{0, 0, 0}, []float64{0.25, 0.5}, false, true},
		{"not finite", []float64{math.NaN(), 0, 0}, []float64{1, -0.5}, false, false},
	} {
		if got := Unique(op, c.x, c.y, nil, c.nonneg); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	// Nearly dependent columns with an exact dual: no bound on σ_min in
	// doubles, so the rank has to be proven exactly, and y must be exact.
	e := 0x1p-40
	near := linop.NewDense(2, 2, []float64{1, 1, 0, e})
	if !Unique(near, []float64{1, 1}, []float64{1, 0}, nil, false) {
		t.Error("independent by 2⁻⁴⁰: uniqueness not proven")
	}
}

func benchmarkVerify(b *testing.B, n, m, k int, verify func(linop.Operator, []float64, Certificate, Witness) (Verdict, error)) {
	in := planted(n, m, k, 1)
	c := in.issue(b)
	b.ResetTimer()
	for range b.N {
		if _, err := verify(in.op(), in.b, c, in.w); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B)      { benchmarkVerify(b, 500, 2000, 20, Verify) }
func BenchmarkVerifyExact(b *testing.B) { benchmarkVerify(b, 500, 2000, 20, VerifyExact) }

func BenchmarkUnique(b *testing.B) {
	in := planted(1000, 4000, 40, 1)
	b.ResetTimer()
	for range b.N {
		Unique(in.op(), in.w.X, in.w.Y, nil, false)
	}
}

func BenchmarkRank(b *testing.B) {
	data := planted(1000, 250, 1, 1).a
	for b.Loop() {
		if !FullColumnRank(1000, 250, data) {
			b.Fatal("deficient")
		}
	}
}

func BenchmarkLeastSingularValue(b *testing.B) {
	data := planted(1000, 250, 1, 1).a
	for i := range data {
		data[i] /= 64
	}
	for b.Loop() {
		if leastSingularValue(1000, 250, data) == 0 {
			b.Fatal("deficient")
		}
	}
}
