package limit

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

// verify has the independent checker judge an answer.
func verify(t *testing.T, a linop.Operator, b []float64, c certify.Certificate, w certify.Witness) {
	t.Helper()
	c.Tol = 1e-9
	name := "file.npy"
	if w.Start != nil {
		c.Start = &name
	}
	if w.Weights != nil {
		c.Weights = &name
	}
	issued, err := certify.Issue(a, b, c, w)
	if err != nil {
		t.Fatal(err)
	}
	v, err := certify.Verify(a, b, issued, w)
	if err != nil {
		t.Fatal(err)
	}
	if !v.Valid {
		t.Errorf("rejected: %+v", v.Failed())
	}
}

func TestMinNormVerifies(t *testing.T) {
	rng := rand.New(rand.NewPCG(71, 72))
	for _, c := range []struct {
		n, m       int
		row, col   float64 // ratio of successive rows and columns
		dependent  bool
		contradict bool
	}{
		{n: 20, m: 60, row: 1, col: 1},
		{n: 20, m: 60, row: 1e6, col: 1},
		{n: 10, m: 30, row: 1e-28, col: 1},
		{n: 20, m: 60, row: 1, col: 1.5},
		{n: 20, m: 60, row: 1, col: 1, dependent: true},
		{n: 20, m: 60, row: 1, col: 1, dependent: true, contradict: true},
		{n: 60, m: 20, row: 1, col: 1},
		{n: 60, m: 20, row: 1, col: 1, contradict: true},
		{n: 60, m: 20, row: 1, col: 3, contradict: true},
	} {
		a, x := gaussian(rng, c.n, c.m), gaussian(rng, c.m, 1)
		for i := range c.n {
			for j := range c.m {
				a[i*c.m+j] *= math.Pow(c.row, float64(i)) * math.Pow(c.col, float64(j))
			}
		}
		if c.dependent {
			copy(a[:c.m], a[c.m:2*c.m])
		}
		b := mulVec(a, c.n, c.m, x)
		if c.contradict {
			b[0] += safeNorm(b)
		}
		x0 := gaussian(rng, c.m, 1)
		for _, start := range [][]float64{nil, x0} {
			op := linop.NewDense(c.n, c.m, a)
			res, err := MinNorm(context.Background(), op, b, start, Options{})
			if err != nil {
				t.Fatal(err)
			}
			want, claim := Certified, certify.MinNorm
			if c.contradict {
				want, claim, start = Infeasible, certify.Inconsistent, nil
			}
			if res.Status != want {
				t.Errorf("%+v: %s, %+v, route %s", c, res.Status, res.Reason, res.Stats.Route)
				continue
			}
			verify(t, op, b, certify.Certificate{Claim: claim}, certify.Witness{X: res.X, Y: res.Y, Start: start})
		}
	}
}

func TestAlphaVerifies(t *testing.T) {
	rng := rand.New(rand.NewPCG(73, 74))
	for _, nonneg := range []bool{true, false} {
		name := certify.Hypentropy
		if nonneg {
			name = certify.Entropy
		}
		p, _ := sparseInstance(rng, 20, 60, 5, nonneg)
		weights := make([]float64, 60)
		for j := range weights {
			weights[j] = 0.5 + rng.Float64()
		}
		for _, w := range [][]float64{nil, weights} {
			p.Weights = w
			for _, la := range []float64{4, -1, -12, -55, -300, -7e5, -1e7} {
				res := solveAlpha(t, p, la, nil)
				if res.Status != Certified {
					t.Errorf("nonneg %v, ln α = %g: %s %+v", nonneg, la, res.Status, res.Reason)
				}
				verify(t, p.A, p.B, certify.Certificate{Claim: certify.Bregman, Geometry: name, LogAlpha: &la},
					certify.Witness{X: res.X, Y: res.Y, Weights: w})
			}
		}
	}
}

// The same bits for any number of threads.
func TestLimitsDeterministic(t *testing.T) {
	rng := rand.New(rand.NewPCG(75, 76))
	const n, m = 150, 700
	p, _ := sparseInstance(rng, n, m, 20, true)
	sparse := sparseColumns(rng, n, m, 9)
	sb := make([]float64, n)
	sparse.Apply(sb, gaussian(rng, m, 1))
	run := func() []float64 {
		var out []float64
		for _, op := range []linop.Operator{p.A, matrixFree{p.A}} {
			res, err := MinNorm(context.Background(), op, p.B, nil, Options{})
			if err != nil {
				t.Fatal(err)
			}
			out = append(append(out, res.X...), res.Y...)
		}
		res, err := MinNorm(context.Background(), sparse, sb, nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		out = append(append(out, res.X...), res.Y...)
		alpha := solveAlpha(t, p, -20, nil)
		out = append(append(out, alpha.X...), alpha.Y...)
		proj := project(t, geometry.Entropy{}, p.A, make([]float64, m), p.B)
		return append(append(out, proj.X...), proj.Y...)
	}
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	want := run()
	for _, threads := range []int{2, 8} {
		runtime.GOMAXPROCS(threads)
		for i, v := range run() {
			if math.Float64bits(v) != math.Float64bits(want[i]) {
				t.Fatalf("%d threads: number %d is %v, with one thread %v", threads, i, v, want[i])
			}
		}
	}
}

// Small matrices of 0, ±1 and few decimals: dependent rows, duplicate and zero
// columns, ties, coordinates forced to 0. Whatever b has a solution, each
// answer is certified and verifies.
func TestDegenerateVerify(t *testing.T) {
	for seed := range 300 {
		rng := rand.New(rand.NewPCG(uint64(seed), 77))
		n, m := 1+rng.IntN(12), 1+rng.IntN(25)
		a, x := make([]float64, n*m), make([]float64, m)
		for i := range a {
			a[i] = []float64{float64(rng.IntN(3) - 1), float64(rng.IntN(2)), rng.Float64()}[seed%3]
		}
		nonneg := rng.IntN(2) == 0
		for j := range x {
			if rng.IntN(3) == 0 {
				x[j] = float64(1+rng.IntN(3)) * math.Pow(10, float64(rng.IntN(3)))
				if !nonneg && rng.IntN(2) == 0 {
					x[j] = -x[j]
				}
			}
		}
		op, b := linop.NewDense(n, m, a), mulVec(a, n, m, x)
		if safeNorm(b) == 0 {
			continue
		}
		res, err := MinNorm(context.Background(), op, b, nil, Options{})
		if err != nil || res.Status != Certified {
			t.Fatalf("seed %d: least norm: %v, %s, %+v", seed, err, res.Status, res.Reason)
		}
		verify(t, op, b, certify.Certificate{Claim: certify.MinNorm}, certify.Witness{X: res.X, Y: res.Y})
		name := certify.Hypentropy
		if nonneg {
			name = certify.Entropy
		}
		for _, la := range []float64{3, -2, -15, -70, -1e4} {
			res := solveAlpha(t, Problem{A: op, B: b, Nonneg: nonneg}, la, nil)
			if res.Status != Certified {
				t.Errorf("seed %d, nonneg %v, ln α = %g: %s %+v", seed, nonneg, la, res.Status, res.Reason)
				continue
			}
			verify(t, op, b, certify.Certificate{Claim: certify.Bregman, Geometry: name, LogAlpha: &la},
				certify.Witness{X: res.X, Y: res.Y})
		}
	}
}

// Without entries to look at: tiny b, and a b with no solution.
func TestMinNormMatrixFree(t *testing.T) {
	rng := rand.New(rand.NewPCG(87, 88))
	const n, m = 30, 80
	a := gaussian(rng, n, m)
	copy(a[:m], a[m:2*m])
	op := linop.NewDense(n, m, a)
	b := mulVec(a, n, m, gaussian(rng, m, 1))
	for i := range b {
		b[i] *= 1e-200
	}
	res, err := MinNorm(context.Background(), matrixFree{op}, b, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkMinNorm(t, op, b, nil, res, 1e-9)
	b[0] *= 2
	res, err = MinNorm(context.Background(), matrixFree{op}, b, gaussian(rng, m, 1), Options{})
	if err != nil || res.Status != Infeasible {
		t.Fatalf("contradicting rows: %v, %s", err, res.Status)
	}
	verify(t, op, b, certify.Certificate{Claim: certify.Inconsistent}, certify.Witness{Y: res.Y})
}

// A solution beyond the range of float64 is refused, not rounded to nonsense.
func TestMinNormOverflow(t *testing.T) {
	op := linop.NewDense(1, 2, []float64{1e-300, 0})
	res, err := MinNorm(context.Background(), op, []float64{1e300}, nil, Options{})
	if err != nil || res.Status != NumericalTrouble {
		t.Errorf("x = 1e600: %v, %s", err, res.Status)
	}
	if _, err := MinNorm(context.Background(), linop.NewDense(1, 1, []float64{1e300}), []float64{1}, []float64{1e300}, Options{}); err == nil {
		t.Error("A·x₀ = 1e600 accepted")
	}
}

// Rows of extreme norms, tiny b, and every α; an observer sees each step.
func TestAlphaScales(t *testing.T) {
	rng := rand.New(rand.NewPCG(89, 90))
	for _, nonneg := range []bool{true, false} {
		p, want := sparseInstance(rng, 20, 60, 4, nonneg)
		a := p.A.(*linop.Dense)
		data := make([]float64, 20*60)
		for i := range 20 {
			s := math.Ldexp(1, 20*i-200)
			for j := range 60 {
				data[i*60+j] = a.At(i, j) * s
			}
			p.B[i] *= s * 0x1p-100
		}
		p.A = linop.NewDense(20, 60, data)
		for _, la := range []float64{-60, -90, -200, -1e5} {
			seen := 0
			res, err := L1AtAlpha(context.Background(), p, la, nil, Options{Observe: func(Progress) { seen++ }})
			if err != nil || res.Status != Certified {
				t.Fatalf("nonneg %v, ln α = %g: %v, %s, %+v", nonneg, la, err, res.Status, res.Reason)
			}
			if la > -100 && seen == 0 {
				t.Error("nothing observed")
			}
			if la < -1e4 {
				for j, v := range res.X {
					if math.Abs(v*0x1p100-want[j]) > 1e-9 {
						t.Fatalf("nonneg %v: x[%d]·2¹⁰⁰ = %v, want %v", nonneg, j, v*0x1p100, want[j])
					}
				}
			}
		}
	}
}
