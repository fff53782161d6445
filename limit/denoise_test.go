package limit

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// noisy adds noise of the given share of ‖b‖ to a planted instance and returns
// its norm, the σ at which the planted x is feasible.
func noisy(p Problem, seed uint64, share float64) (Problem, float64) {
	rng := rand.New(rand.NewPCG(seed, 29))
	noise := make([]float64, len(p.B))
	for i := range noise {
		noise[i] = rng.NormFloat64()
	}
	scale(share*safeNorm(p.B)/safeNorm(noise), noise)
	b := append([]float64(nil), p.B...)
	for i := range b {
		b[i] += noise[i]
	}
	p.B = b
	return p, safeNorm(noise)
}

func mustDenoise(t *testing.T, p Problem, sigma float64, opt Options) *Result {
	t.Helper()
	r, err := Denoise(context.Background(), p, sigma, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// checkDenoise recomputes what a certified answer claims, in the units of the
// problem, from products with A alone.
func checkDenoise(t *testing.T, p Problem, sigma, tol float64, r *Result) {
	t.Helper()
	if r.Status != Certified {
		t.Fatalf("status %s (%+v), gap %g, residual %g, stats %+v", r.Status, r.Reason, r.Gap, r.Residual, r.Stats)
	}
	n, m := p.A.Dims()
	res, aty := make([]float64, n), make([]float64, m)
	p.A.Apply(res, r.X)
	p.A.ApplyT(aty, r.Y)
	bound := 0.0
	for i := range res {
		res[i] -= p.B[i]
		bound += p.B[i] * r.Y[i]
	}
	if got, b := safeNorm(res), safeNorm(p.B); got > sigma*(1+1e-12)+32*epsilon*b {
		t.Errorf("‖Ax−b‖ = σ(1%+.3g)", got/sigma-1)
	} else if math.Abs(got/b-r.Residual) > 1e-12 {
		t.Errorf("residual %g, reported %g", got/b, r.Residual)
	}
	objective, stretch, support := 0.0, 0.0, 0
	for j, v := range r.X {
		w := 1.0
		if p.Weights != nil {
			w = p.Weights[j]
		}
		objective += w * math.Abs(v)
		if v != 0 {
			support++
		}
		if p.Nonneg {
			stretch = math.Max(stretch, aty[j]/w)
		} else {
			stretch = math.Max(stretch, math.Abs(aty[j])/w)
		}
		if p.Nonneg && v < 0 {
			t.Errorf("x[%d] = %g < 0", j, v)
		}
	}
	bound -= sigma * safeNorm(r.Y)
	if stretch > 1+1e-12 {
		t.Errorf("y violates a constraint by %g", stretch-1)
	}
	if gap := (objective - bound) / math.Max(objective, 1e-300); gap > tol+1e-12 || gap < -1e-11 {
		t.Errorf("gap %g, reported %g", gap, r.Gap)
	}
	if math.Abs(objective-r.Objective) > 1e-12*objective || math.Abs(bound-r.Bound) > 1e-9*objective {
		t.Errorf("objective %g and bound %g, reported %g and %g", objective, bound, r.Objective, r.Bound)
	}
	if support != r.Support {
		t.Errorf("support %d, reported %d", support, r.Support)
	}
}

func TestDenoiseDense(t *testing.T) {
	for _, c := range []struct {
		n, m, k int
		share   float64
	}{{40, 100, 6, 0.01}, {60, 150, 25, 0.05}, {100, 400, 10, 1e-6}, {50, 120, 30, 0.5}, {80, 60, 10, 0.1}, {1, 5, 1, 0.3}, {30, 1, 1, 0.2}} {
		for _, nonneg := range []bool{false, true} {
			t.Run(fmt.Sprintf("%dx%d-%d-%g-%v", c.n, c.m, c.k, c.share, nonneg), func(t *testing.T) {
				p, _ := planted(uint64(c.n), c.n, c.m, c.k, nonneg)
				p, sigma := noisy(p, 3, c.share)
				r := mustDenoise(t, p, sigma, Options{})
				checkDenoise(t, p, sigma, 1e-9, r)
				t.Logf("%+v gap %.1e support %d", r.Stats, r.Gap, r.Support)
				if r.Gap > 1e-12 {
					t.Errorf("gap %g: the support was not polished", r.Gap)
				}
				if r.Unique == nil || !*r.Unique {
					t.Error("a generic answer was not shown to be unique")
				}
			})
		}
	}
}

func TestDenoiseWeightsAndUnits(t *testing.T) {
	base, _ := planted(5, 40, 120, 8, false)
	base, sigma := noisy(base, 5, 0.02)
	rng := rand.New(rand.NewPCG(1, 1))
	base.Weights = make([]float64, 120)
	for j := range base.Weights {
		base.Weights[j] = math.Exp(2 * rng.NormFloat64())
	}
	reference := mustDenoise(t, base, sigma, Options{})
	checkDenoise(t, base, sigma, 1e-9, reference)
	for _, u := range []struct{ a, b, w float64 }{{1e150, 1, 1}, {1, 1e-200, 1}, {1e-120, 1e120, 1e50}, {1e160, 1e-100, 1e-40}} {
		n, m := base.A.Dims()
		data := make([]float64, n*m)
		for i := range n {
			linop.Row(base.A, i, func(j int, v float64) { data[i*m+j] = v * u.a })
		}
		p := Problem{A: linop.NewDense(n, m, data), B: append([]float64(nil), base.B...), Weights: append([]float64(nil), base.Weights...)}
		scale(u.b, p.B)
		scale(u.w, p.Weights)
		r := mustDenoise(t, p, sigma*u.b, Options{})
		checkDenoise(t, p, sigma*u.b, 1e-9, r)
		for j, v := range reference.X {
			if math.Abs(r.X[j]/(u.b/u.a)-v) > 1e-9 {
				t.Fatalf("units %v: x[%d] = %g, want %g", u, j, r.X[j]/(u.b/u.a), v)
			}
		}
	}
}

func TestDenoiseTransform(t *testing.T) {
	const n, m, k = 256, 1024, 25
	for _, nonneg := range []bool{false, true} {
		rng := rand.New(rand.NewPCG(7, 7))
		_, x := planted(2, 8, m, k, nonneg)
		a := linop.PartialDCT(rng.Perm(m)[:n], m)
		b := make([]float64, n)
		a.Apply(b, x)
		p, sigma := noisy(Problem{A: a, B: b, Nonneg: nonneg}, 1, 0.01)
		for _, tol := range []float64{1e-3, 1e-9} {
			r := mustDenoise(t, p, sigma, Options{Tol: tol})
			checkDenoise(t, p, sigma, tol, r)
			t.Logf("nonneg %v tol %g: %+v gap %.1e support %d", nonneg, tol, r.Stats, r.Gap, r.Support)
			if r.Stats.Route != "splitting" {
				t.Errorf("route %s", r.Stats.Route)
			}
		}
		p.Weights = make([]float64, m)
		for j := range p.Weights {
			p.Weights[j] = 1 + rng.Float64()
		}
		checkDenoise(t, p, sigma, 1e-9, mustDenoise(t, p, sigma, Options{}))
	}
}

// byProducts hides what is known of a matrix.
type byProducts struct{ linop.Operator }

func TestDenoiseByProducts(t *testing.T) {
	for _, nonneg := range []bool{false, true} {
		p, _ := planted(9, 80, 240, 12, nonneg)
		p, sigma := noisy(p, 9, 0.03)
		want := mustDenoise(t, p, sigma, Options{})
		p.A = byProducts{p.A}
		r := mustDenoise(t, p, sigma, Options{})
		checkDenoise(t, p, sigma, 1e-9, r)
		t.Logf("%+v gap %.1e", r.Stats, r.Gap)
		if math.Abs(r.Objective-want.Objective) > 1e-9*want.Objective {
			t.Errorf("objective %g by products, %g stored", r.Objective, want.Objective)
		}
	}
}

func TestDenoiseSparseAndTied(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	const n, m = 60, 200
	var rows, cols []int
	var vals []float64
	for j := range m {
		if j%5 == 4 { // an exact copy of the column before: no unique answer
			last := len(rows) - 4
			for e := last; e < last+4; e++ {
				rows, cols, vals = append(rows, rows[e]), append(cols, j), append(vals, vals[e])
			}
			continue
		}
		for _, i := range rng.Perm(n)[:4] {
			rows, cols, vals = append(rows, i), append(cols, j), append(vals, rng.NormFloat64())
		}
	}
	a := linop.FromTriplets(n, m, rows, cols, vals)
	for _, nonneg := range []bool{false, true} {
		_, x := planted(3, 8, m, 15, nonneg)
		b := make([]float64, n)
		a.Apply(b, x)
		p, sigma := noisy(Problem{A: a, B: b, Nonneg: nonneg}, 2, 0.02)
		r := mustDenoise(t, p, sigma, Options{})
		checkDenoise(t, p, sigma, 1e-9, r)
		t.Logf("%+v gap %.1e support %d", r.Stats, r.Gap, r.Support)
	}
}

func TestDenoiseTrivial(t *testing.T) {
	p, x := planted(1, 20, 50, 3, false)
	r := mustDenoise(t, p, 2*safeNorm(p.B), Options{})
	checkDenoise(t, p, 2*safeNorm(p.B), 1e-9, r)
	if r.Support != 0 || r.Objective != 0 || r.Residual != 1 {
		t.Errorf("σ ≥ ‖b‖: %+v", r)
	}
	r = mustDenoise(t, p, 0, Options{})
	for j := range x {
		if math.Abs(r.X[j]-x[j]) > 1e-9 {
			t.Fatalf("σ = 0: x[%d] = %g, want %g", j, r.X[j], x[j])
		}
	}
	zero := Problem{A: p.A, B: make([]float64, 20)}
	if r = mustDenoise(t, zero, 1, Options{}); r.Status != Certified || r.Objective != 0 || r.Residual != 0 {
		t.Errorf("b = 0: %+v", r)
	}
	for _, sigma := range []float64{-1, math.NaN(), math.Inf(1)} {
		if _, err := Denoise(context.Background(), p, sigma, Options{}); err == nil {
			t.Errorf("sigma %v was accepted", sigma)
		}
	}
}

func TestDenoiseStops(t *testing.T) {
	p, _ := planted(8, 60, 200, 40, false)
	p, sigma := noisy(p, 8, 0.01)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := Denoise(ctx, p, sigma, Options{})
	if err != nil || r.Status != Interrupted {
		t.Errorf("cancelled: %v, %+v", err, r)
	}
	if r = mustDenoise(t, p, sigma, Options{MaxSteps: 1}); r.Status != Budget {
		t.Errorf("one step: %s", r.Status)
	}
}

func TestDenoiseDeterminism(t *testing.T) {
	p, _ := planted(8, 60, 200, 20, false)
	p, sigma := noisy(p, 8, 0.01)
	rng := rand.New(rand.NewPCG(7, 7))
	q := Problem{A: linop.PartialDCT(rng.Perm(256)[:60], 256), B: p.B}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, c := range []Problem{p, q} {
		var first *Result
		for _, threads := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(threads)
			r := mustDenoise(t, c, sigma, Options{Tol: 1e-6})
			if first == nil {
				first = r
			}
			if !slices.Equal(r.X, first.X) || !slices.Equal(r.Y, first.Y) {
				t.Errorf("%d threads: other bits", threads)
			}
		}
	}
}

// With A = I the answer is the soft threshold of b at the level that leaves σ.
func TestDenoiseIdentity(t *testing.T) {
	const n = 40
	rng := rand.New(rand.NewPCG(12, 1))
	eye := make([]float64, n*n)
	b := make([]float64, n)
	for i := range n {
		eye[i*n+i] = 1
		b[i] = rng.NormFloat64()
	}
	for _, nonneg := range []bool{false, true} {
		soft := func(level float64) (x []float64, left float64) {
			x = make([]float64, n)
			for i, v := range b {
				if math.Abs(v) > level && (v > 0 || !nonneg) {
					x[i] = v - math.Copysign(level, v)
				}
				left = math.Hypot(left, b[i]-x[i])
			}
			return x, left
		}
		_, least := soft(0)
		sigma := least + 0.4*(safeNorm(b)-least)
		lo, hi := 0.0, 10.0
		for range 100 {
			if _, left := soft((lo + hi) / 2); left > sigma {
				hi = (lo + hi) / 2
			} else {
				lo = (lo + hi) / 2
			}
		}
		want, _ := soft(lo)
		p := Problem{A: linop.NewDense(n, n, eye), B: b, Nonneg: nonneg}
		r := mustDenoise(t, p, sigma, Options{})
		checkDenoise(t, p, sigma, 1e-9, r)
		for j, v := range want {
			if math.Abs(r.X[j]-v) > 1e-9 {
				t.Errorf("nonneg %v: x[%d] = %g, want %g", nonneg, j, r.X[j], v)
			}
		}
	}
}

// Small problems of every kind: integer and Gaussian entries, repeated and
// zero columns, all shapes, with and without solutions. Whatever the status
// says is checked.
func TestDenoiseSmall(t *testing.T) {
	seen := map[Status]int{}
	for seed := range uint64(1000) {
		rng := rand.New(rand.NewPCG(seed, 1))
		n, m := 1+rng.IntN(6), 1+rng.IntN(10)
		data, b := make([]float64, n*m), make([]float64, n)
		for i := range data {
			data[i] = float64(rng.IntN(5) - 2)
			if seed%2 == 0 && rng.IntN(3) > 0 {
				data[i] = rng.NormFloat64()
			}
		}
		for i := range b {
			b[i] = float64(rng.IntN(7) - 3)
		}
		p := Problem{A: linop.NewDense(n, m, data), B: b, Nonneg: seed%7 < 3}
		if seed%5 == 0 {
			p.A = byProducts{p.A}
		}
		sigma := 0.01 + 1.5*rng.Float64()
		r := mustDenoise(t, p, sigma, Options{})
		seen[r.Status]++
		if r.Status == Infeasible {
			checkOut(t, p, sigma, r)
		} else {
			checkDenoise(t, p, sigma, 1e-9, r)
		}
		if t.Failed() {
			t.Fatalf("seed %d: %d×%d, nonneg %v, σ = %g, b = %v", seed, n, m, p.Nonneg, sigma, b)
		}
	}
	if seen[Certified] < 100 || seen[Infeasible] < 100 {
		t.Errorf("one-sided: %v", seen)
	}
}

// Below the rounding of Ax−b, σ is taken for 0; just above, it is not.
func TestDenoiseLittleNoise(t *testing.T) {
	p, _ := planted(1, 60, 240, 8, false)
	for _, share := range []float64{1e-300, 1e-16, 1e-14, 1e-12, 1e-8} {
		sigma := share * safeNorm(p.B)
		r := mustDenoise(t, p, sigma, Options{})
		checkDenoise(t, p, sigma, 1e-9, r)
		if zero := r.Stats.Route == "pursuit"; zero != (share < 1e-15) {
			t.Errorf("σ = %g ‖b‖: route %s", share, r.Stats.Route)
		}
	}
}
