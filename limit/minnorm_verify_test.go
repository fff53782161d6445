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
