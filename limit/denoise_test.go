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

// checkOut verifies that no x comes within σ of b, by plain sums.
func checkOut(t *testing.T, p Problem, sigma float64, r *Result) {
	t.Helper()
	if r.Status != Infeasible {
		t.Fatalf("status %s, %+v, stats %+v", r.Status, r.Reason, r.Stats)
	}
	_, m := p.A.Dims()
	aty := make([]float64, m)
	p.A.ApplyT(aty, r.Y)
	length := safeNorm(r.Y)
	if value := dot(p.B, r.Y) - sigma*length; !(value > 1e-9*length) {
		t.Errorf("bᵀy − σ‖y‖ = %g", value)
	}
	norms := make([]float64, m)
	linop.ColumnNorms(p.A, norms)
	for j, v := range aty {
		room := 1e-9 * length * norms[j]
		if v > room || r.AnySign && v < -room {
			t.Errorf("(Aᵀy)[%d] = %g for ‖y‖ = %g", j, v, length)
		}
	}
}

func TestDenoiseInfeasible(t *testing.T) {
	tall, _ := planted(2, 60, 30, 5, false)
	rng := rand.New(rand.NewPCG(6, 6))
	for i := range tall.B {
		tall.B[i] += rng.NormFloat64()
	}
	sum := leastSquares(context.Background(), tall.A, tall.B, leastSquaresOptions{tol: 1e-9})
	distance := norm2(sum.r)
	checkDenoise(t, tall, 1.01*distance, 1e-9, mustDenoise(t, tall, 1.01*distance, Options{}))
	for _, nonneg := range []bool{false, true} {
		tall.Nonneg = nonneg
		for _, share := range []float64{0.99, 0.3} {
			checkOut(t, tall, share*distance, mustDenoise(t, tall, share*distance, Options{}))
		}
	}

	// A cone that does not reach b: columns in a half space, b outside of it.
	cone, _ := planted(3, 20, 60, 4, true)
	data := make([]float64, 20*60)
	for i := range 20 {
		linop.Row(cone.A, i, func(j int, v float64) {
			if i == 0 {
				v = math.Abs(v)
			}
			data[i*60+j] = v
		})
	}
	cone.A = linop.NewDense(20, 60, data)
	cone.B = make([]float64, 20)
	cone.B[0] = -1
	cone.B[1] = 0.5
	for _, a := range []linop.Operator{cone.A, byProducts{cone.A}} {
		cone.A = a
		for _, sigma := range []float64{0.9, 0.5, 0.01} {
			checkOut(t, cone, sigma, mustDenoise(t, cone, sigma, Options{}))
		}
	}
	none := Problem{A: linop.NewDense(3, 4, make([]float64, 12)), B: []float64{1, 2, 3}}
	checkOut(t, none, 1, mustDenoise(t, none, 1, Options{}))
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
