package limit

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// Values of S/Q − 1 at Q = 1, rounded to six digits, from a root search of
// m·f(S/m) = f(Q) + (m−1)·f(0) that shares nothing with this code.
func TestAprioriExcessTable(t *testing.T) {
	exponents := []float64{-4, -8, -16, -32, -64}
	for _, c := range []struct {
		nonneg bool
		m      int
		want   []float64
	}{
		{true, 10, []float64{.326348, .142257, .066604, .032251, .015872}},
		{true, 100, []float64{.926835, .329770, .142556, .066635, .032254}},
		{true, 1000, []float64{2.291951, .587311, .229947, .103371, .049172}},
		{false, 10, []float64{.297500, .136437, .065296, .031941, .015797}},
		{false, 100, []float64{.816741, .314313, .139567, .065974, .032099}},
		{false, 1000, []float64{1.882543, .555149, .224777, .102310, .048930}},
	} {
		for k, e := range exponents {
			got := AprioriExcess(c.m, e*math.Ln10, 1, nil, c.nonneg)
			if math.Abs(got-c.want[k]) > 0.5000001e-6 {
				t.Errorf("nonneg %v, m=%d, α=1e%g: %.7f, want %.6f", c.nonneg, c.m, e, got, c.want[k])
			}
			ones := make([]float64, c.m)
			for i := range ones {
				ones[i] = 1
			}
			if w := AprioriExcess(c.m, e*math.Ln10, 1, ones, c.nonneg); math.Abs(w-got) > 1e-12*got {
				t.Errorf("weights of one change the bound: %v, %v", got, w)
			}
		}
	}
	for k, want := range []float64{.3333, .1429, .0667, .03226, .01587} {
		got, ok := EntropyExcess(10, exponents[k]*math.Ln10, 1)
		if !ok || math.Abs(got-want) > 0.5e-4 {
			t.Errorf("closed form at 1e%g: %v, want %v", exponents[k], got, want)
		}
	}
	if _, ok := EntropyExcess(10, math.Log(0.2), 1); ok {
		t.Error("the closed form holds for α < Q/m only")
	}
}

// The bound is homogeneous: x, α and Q scale together, and so do weights and
// ln α against each other.
func TestAprioriExcessInvariance(t *testing.T) {
	for _, nonneg := range []bool{true, false} {
		for _, l := range []float64{3, 30, 3e3, 1e7} {
			want := AprioriExcess(50, -l, 1, nil, nonneg)
			if got := AprioriExcess(50, -l+math.Log(1e40), 1e40, nil, nonneg); math.Abs(got-want) > 1e-9*want {
				t.Errorf("scaled by 1e40 at L=%g: %v, want %v", l, got, want)
			}
			w := make([]float64, 50)
			for i := range w {
				w[i] = 4
			}
			if got := AprioriExcess(50, -l/4, 4, w, nonneg); math.Abs(got-want) > 1e-9*want {
				t.Errorf("weights of 4 at L=%g: %v, want %v", l, got, want)
			}
		}
		// e ~ ln m/L for tiny α.
		if got := AprioriExcess(50, -1e7, 1, nil, nonneg); math.Abs(got*1e7/math.Log(50)-1) > 1e-2 {
			t.Errorf("at L=1e7: %v", got)
		}
	}
}

func solveAlpha(t *testing.T, p Problem, logAlpha float64, start *Result) *AlphaResult {
	t.Helper()
	res, err := L1AtAlpha(context.Background(), p, logAlpha, start, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// n = 1, A = 1ᵀ: x = b/m for every α. A = (1,2), b = 1: the roots of a
// quadratic. A = (1,1,½), b = 1: tends to (½,½,0), the point of maximum entropy
// of the optimal face.
func TestAlphaClosedForms(t *testing.T) {
	ones := Problem{A: linop.NewDense(1, 4, []float64{1, 1, 1, 1}), B: []float64{6}, Nonneg: true}
	for _, la := range []float64{5, 0, -10, -1000} {
		res := solveAlpha(t, ones, la, nil)
		for _, v := range res.X {
			if math.Abs(v-1.5) > 1e-12 {
				t.Errorf("ln α = %g: x = %v, want 1.5", la, res.X)
			}
		}
		if res.Status != Certified || !res.AlphaIrrelevant {
			t.Errorf("ln α = %g: %s, irrelevant %v", la, res.Status, res.AlphaIrrelevant)
		}
	}
	pair := Problem{A: linop.NewDense(1, 2, []float64{1, 2}), B: []float64{1}, Nonneg: true}
	for _, alpha := range []float64{100, 1, 1e-2, 1e-6, 1e-12} {
		res := solveAlpha(t, pair, math.Log(alpha), nil)
		// (−α+√(α²+8α))/4 without cancellation for large α.
		x1 := 2 * alpha / (alpha + math.Sqrt(alpha*alpha+8*alpha))
		if math.Abs(res.X[0]/x1-1) > 1e-9 || math.Abs(res.X[1]-(1-x1)/2) > 1e-12 || res.Status != Certified {
			t.Errorf("α=%g: x = %v, want %v, %v (%s)", alpha, res.X, x1, (1-x1)/2, res.Status)
		}
		if math.Abs(res.L1-(res.X[0]+res.X[1])) > 1e-15 || res.AlphaIrrelevant {
			t.Errorf("α=%g: L1 = %v", alpha, res.L1)
		}
		if alpha < 0.4 && !(2*res.L1-1 <= res.Excess && res.Excess <= res.Apriori && res.Apriori <= *res.ClosedForm) {
			t.Errorf("α=%g: true excess %v, proven %v, a priori %v, closed form %v", alpha, 2*res.L1-1, res.Excess, res.Apriori, *res.ClosedForm)
		}
	}
	tie := Problem{A: linop.NewDense(1, 3, []float64{1, 1, 0.5}), B: []float64{1}, Nonneg: true}
	res := solveAlpha(t, tie, math.Log(1e-2), nil)
	for j, want := range []float64{0.48263207, 0.48263207, 0.06947173} {
		if math.Abs(res.X[j]-want) > 0.5e-8 {
			t.Errorf("tie: x = %v", res.X)
		}
	}
}

// A row of ones: Σx is fixed and α has no influence.
func TestAlphaIrrelevant(t *testing.T) {
	p := Problem{A: linop.NewDense(2, 4, []float64{1, 1, 1, 1, 1, 2, 3, 4}), B: []float64{1, 2.2}, Nonneg: true}
	for _, la := range []float64{2, -5, -40} {
		res := solveAlpha(t, p, la, nil)
		for j, want := range []float64{0.34743961, 0.27220765, 0.21326586, 0.16708688} {
			if math.Abs(res.X[j]-want) > 0.5e-8 {
				t.Errorf("ln α = %g: x = %v", la, res.X)
			}
		}
		if !res.AlphaIrrelevant {
			t.Errorf("ln α = %g: not recognised", la)
		}
	}
	// With weights the question is whether w is in the range.
	p.Weights = []float64{3, 5, 7, 9}
	if res := solveAlpha(t, p, -5, nil); !res.AlphaIrrelevant {
		t.Error("weights in the range not recognised")
	}
	p.Weights = []float64{3, 5, 7, 10}
	if res := solveAlpha(t, p, -5, nil); res.AlphaIrrelevant {
		t.Error("weights outside of the range taken for inside")
	}
}

// The twin: Newton's method in 300 bits on the dual of a tiny problem, from
// the answer of the fast code.
func TestAlphaAgainstBigFloat(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	for _, nonneg := range []bool{true, false} {
		for _, weighted := range []bool{true, false} {
			for _, la := range []float64{3, 0, -4, -15, -30} {
				const n, m = 2, 5
				a := gaussian(rng, n, m)
				x := make([]float64, m)
				for j := range x {
					x[j] = rng.NormFloat64()
					if nonneg {
						x[j] = math.Abs(x[j]) + 0.05
					}
				}
				p := Problem{A: linop.NewDense(n, m, a), B: mulVec(a, n, m, x), Nonneg: nonneg}
				if weighted {
					p.Weights = []float64{1, 0.5, 2, 1.5, 0.8}
				}
				res := solveAlpha(t, p, la, nil)
				want := bigLimit(p, a, la, res.Y)
				scale := safeNorm(want)
				for j, v := range want {
					if math.Abs(res.X[j]-v) > 1e-10*scale {
						t.Errorf("nonneg %v, weights %v, ln α = %g: x = %v, want %v", nonneg, p.Weights, la, res.X, want)
						break
					}
				}
				if res.Status != Certified {
					t.Errorf("status %s, %+v", res.Status, res.Reason)
				}
			}
		}
	}
}

// bigLimit solves A x(ν) = b for n = 2 by Newton's method in 300 bits from nu.
func bigLimit(p Problem, a []float64, la float64, nu []float64) []float64 {
	_, m := p.A.Dims()
	num := func(v float64) *big.Float { return new(big.Float).SetPrec(300).SetFloat64(v) }
	mul := func(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(300).Mul(x, y) }
	add := func(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(300).Add(x, y) }
	sub := func(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(300).Sub(x, y) }
	v := []*big.Float{num(nu[0]), num(nu[1])}
	x, d := make([]*big.Float, m), make([]*big.Float, m)
	for range 12 {
		for j := range m {
			w := 1.0
			if p.Weights != nil {
				w = p.Weights[j]
			}
			u := add(mul(num(a[j]), v[0]), mul(num(a[m+j]), v[1]))
			base := mul(num(la), num(w))
			up := bigExp(add(base, u))
			if p.Nonneg {
				x[j], d[j] = up, up
				continue
			}
			down := bigExp(sub(base, u))
			x[j], d[j] = mul(sub(up, down), num(0.5)), mul(add(up, down), num(0.5))
		}
		var h [3]*big.Float // A D Aᵀ
		r := []*big.Float{num(p.B[0]), num(p.B[1])}
		for k := range h {
			h[k] = num(0)
		}
		for j := range m {
			a0, a1 := num(a[j]), num(a[m+j])
			r[0], r[1] = sub(r[0], mul(a0, x[j])), sub(r[1], mul(a1, x[j]))
			h[0] = add(h[0], mul(mul(a0, a0), d[j]))
			h[1] = add(h[1], mul(mul(a0, a1), d[j]))
			h[2] = add(h[2], mul(mul(a1, a1), d[j]))
		}
		det := sub(mul(h[0], h[2]), mul(h[1], h[1]))
		quo := func(x *big.Float) *big.Float { return new(big.Float).SetPrec(300).Quo(x, det) }
		p0 := quo(sub(mul(h[2], r[0]), mul(h[1], r[1])))
		p1 := quo(sub(mul(h[0], r[1]), mul(h[1], r[0])))
		v[0], v[1] = add(v[0], p0), add(v[1], p1)
	}
	out := make([]float64, m)
	for j := range out {
		out[j], _ = x[j].Float64()
	}
	return out
}

// bigExp is e^x: the Taylor series of x/2^k, squared k times.
func bigExp(x *big.Float) *big.Float {
	const k = 40
	y := new(big.Float).SetPrec(400).SetMantExp(x, -k)
	sum := new(big.Float).SetPrec(400).SetInt64(1)
	term := new(big.Float).SetPrec(400).SetInt64(1)
	for i := int64(1); i < 20; i++ {
		term.Mul(term, y)
		term.Quo(term, new(big.Float).SetInt64(i))
		sum.Add(sum, term)
	}
	for range k {
		sum.Mul(sum, sum)
	}
	return sum
}

func sparseInstance(rng *rand.Rand, n, m, k int, nonneg bool) (Problem, []float64) {
	a := gaussian(rng, n, m)
	x := make([]float64, m)
	for j := range k {
		x[j] = 0.3 + rng.Float64()
		if !nonneg && rng.IntN(2) == 0 {
			x[j] = -x[j]
		}
	}
	return Problem{A: linop.NewDense(n, m, a), B: mulVec(a, n, m, x), Nonneg: nonneg}, x
}

// As α falls, ‖x(α)‖₁ falls to the optimum; the proven and the a-priori excess
// bound the true one all along; 1e-3000 and 1e-300000 are as good as any.
func TestAlphaConverges(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	for _, nonneg := range []bool{true, false} {
		p, want := sparseInstance(rng, 20, 60, 4, nonneg)
		optimum := 0.0
		for _, v := range want {
			optimum += math.Abs(v)
		}
		last := math.Inf(1)
		for _, la := range []float64{5, 2, 0, -3, -8, -20, -50, -200, -3000 * math.Ln10, -300000 * math.Ln10, -1e7} {
			res := solveAlpha(t, p, la, nil)
			if res.Status != Certified {
				t.Fatalf("nonneg %v, ln α = %g: %s %+v, %+v", nonneg, la, res.Status, res.Reason, res.Stats)
			}
			if res.L1 > last*(1+1e-12) {
				t.Errorf("nonneg %v, ln α = %g: ‖x‖₁ rose to %v from %v", nonneg, la, res.L1, last)
			}
			last = res.L1
			excess := res.L1/optimum - 1
			if excess > res.Excess+1e-11 || excess > res.Apriori+1e-11 || excess < -1e-11 {
				t.Errorf("nonneg %v, ln α = %g: excess %g, proven %g, a priori %g", nonneg, la, excess, res.Excess, res.Apriori)
			}
			if la < -100 {
				if e := distance(res.X, want); e > 1e-11 {
					t.Errorf("nonneg %v, ln α = %g: distance %g from the ℓ1 solution", nonneg, la, e)
				}
				if res.Excess > 1e-9 {
					t.Errorf("proven excess %g at ln α = %g", res.Excess, la)
				}
			}
		}
	}
}

// From a start far below and by continuation alone, the answers agree.
func TestAlphaStartDoesNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(41, 42))
	for _, nonneg := range []bool{true, false} {
		p, _ := sparseInstance(rng, 15, 40, 5, nonneg)
		start, err := L1(context.Background(), p, Options{})
		if err != nil || start.Status != Certified {
			t.Fatal(err, start.Status)
		}
		from := newAlphaSolve(context.Background(), p, -70, Options{})
		if err := from.run(start); err != nil {
			t.Fatal(err)
		}
		path := newAlphaSolve(context.Background(), p, -70, Options{})
		path.continuation()
		path.finish()
		if path.res.Status != Certified || from.res.Status != Certified {
			t.Errorf("status %s and %s", from.res.Status, path.res.Status)
		}
		if e := distance(from.res.X, path.res.X); e > 1e-10 {
			t.Errorf("nonneg %v: answers differ by %g", nonneg, e)
		}
	}
}

// x₂ is forced to 0: ν has no limit, and still the answer is proven.
func TestAlphaForcedZero(t *testing.T) {
	p := Problem{A: linop.NewDense(2, 2, []float64{1, 1, 1, 0}), B: []float64{1, 1}, Nonneg: true}
	for _, la := range []float64{0, -5, -30, -1000} {
		res := solveAlpha(t, p, la, nil)
		if res.Status != Certified || math.Abs(res.X[0]-1) > 1e-9 || !(res.X[1] >= 0 && res.X[1] < 1e-9) {
			t.Errorf("ln α = %g: %s, x = %v, gap %g, residual %g", la, res.Status, res.X, res.Gap, res.Residual)
		}
	}
	zero := Problem{A: linop.NewDense(1, 2, []float64{1, 1}), B: []float64{0}, Nonneg: true}
	if res := solveAlpha(t, zero, -3, nil); res.Residual > 1e-9 || res.X[0] > 1e-9 {
		t.Errorf("b = 0: %s, x = %v", res.Status, res.X)
	}
	zero.Nonneg = false
	if res := solveAlpha(t, zero, -3, nil); res.Status != Certified || res.L1 != 0 || res.Excess != 0 {
		t.Errorf("b = 0, signed: %s, x = %v", res.Status, res.X)
	}
}

func TestAlphaInfeasible(t *testing.T) {
	for _, p := range []Problem{
		{A: linop.NewDense(1, 2, []float64{1, 1}), B: []float64{-1}, Nonneg: true},
		{A: linop.NewDense(2, 2, []float64{1, 1, 1, 1}), B: []float64{1, 2}},
		{A: linop.NewDense(2, 2, []float64{1, 1, 1, 1}), B: []float64{1, 2}, Nonneg: true},
	} {
		for _, la := range []float64{0, -5, -1e4} {
			res := solveAlpha(t, p, la, nil)
			if res.Status != Infeasible {
				t.Errorf("nonneg %v, ln α = %g: status %s, %+v", p.Nonneg, la, res.Status, res.Reason)
			}
		}
	}
}

func TestAlphaBadInput(t *testing.T) {
	p := Problem{A: linop.NewDense(1, 1, []float64{1}), B: []float64{1}}
	for _, la := range []float64{math.NaN(), math.Inf(-1)} {
		if _, err := L1AtAlpha(context.Background(), p, la, nil, Options{}); err == nil {
			t.Errorf("ln α = %v accepted", la)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	res, err := L1AtAlpha(ctx, p, -3, nil, Options{})
	if err != nil || res.Status != Interrupted {
		t.Errorf("cancelled: %v, %s", err, res.Status)
	}
	if res, err = L1AtAlpha(context.Background(), p, -30, nil, Options{MaxSteps: 1}); err != nil || res.Status != Budget {
		t.Errorf("one step: %v, %s", err, res.Status)
	}
}
