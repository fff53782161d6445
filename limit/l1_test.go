package limit

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/linop"
)

// planted returns a Gaussian instance with a planted k-sparse x.
func planted(seed uint64, n, m, k int, nonneg bool) (Problem, []float64) {
	rng := rand.New(rand.NewPCG(seed, 11))
	a := make([]float64, n*m)
	for i := range a {
		a[i] = rng.NormFloat64() / math.Sqrt(float64(n))
	}
	x := make([]float64, m)
	for _, j := range rng.Perm(m)[:k] {
		x[j] = math.Abs(rng.NormFloat64()) + 0.1
		if !nonneg && rng.IntN(2) == 0 {
			x[j] = -x[j]
		}
	}
	op := linop.NewDense(n, m, a)
	b := make([]float64, n)
	op.Apply(b, x)
	return Problem{A: op, B: b, Nonneg: nonneg}, x
}

func mustL1(t *testing.T, p Problem) *Result {
	t.Helper()
	r, err := L1(context.Background(), p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// checkL1 recomputes what a certified answer claims, by plain loops in the
// units of the problem.
func checkL1(t *testing.T, p Problem, r *Result) {
	t.Helper()
	if r.Status != Certified {
		t.Fatalf("status %s (%+v), gap %g, residual %g, route %s", r.Status, r.Reason, r.Gap, r.Residual, r.Stats.Route)
	}
	n, m := p.A.Dims()
	weight := func(j int) float64 {
		if p.Weights == nil {
			return 1
		}
		return p.Weights[j]
	}
	objective, bound := 0.0, 0.0
	for j, v := range r.X {
		if p.Nonneg && v < 0 {
			t.Errorf("x[%d] = %g < 0", j, v)
		}
		objective += weight(j) * math.Abs(v)
	}
	aty := make([]float64, m)
	res, scale := 0.0, 0.0
	for i := range n {
		sum := 0.0
		linop.Row(p.A, i, func(j int, v float64) {
			sum += v * r.X[j]
			aty[j] += v * r.Y[i]
		})
		res = math.Max(res, math.Abs(sum-p.B[i]))
		scale = math.Max(scale, math.Abs(p.B[i]))
		bound += p.B[i] * r.Y[i]
	}
	if res > 1e-9*scale {
		t.Errorf("residual %g of %g", res, scale)
	}
	for j, v := range aty {
		if !p.Nonneg {
			v = math.Abs(v)
		}
		if v > weight(j)*(1+1e-12) {
			t.Errorf("dual constraint %d: %g > %g", j, v, weight(j))
		}
	}
	if math.Abs(objective-bound) > 1e-9*objective {
		t.Errorf("objective %g, bound %g", objective, bound)
	}
	if math.Abs(r.Objective-objective) > 1e-12*objective || math.Abs(r.Bound-bound) > 1e-12*objective {
		t.Errorf("reported objective %.17g and bound %.17g, recomputed %.17g and %.17g", r.Objective, r.Bound, objective, bound)
	}
}

func TestL1RecoversPlantedSupport(t *testing.T) {
	for seed := range uint64(12) {
		p, x := planted(seed, 60, 200, 10, seed%2 == 0)
		r := mustL1(t, p)
		checkL1(t, p, r)
		if r.Unique == nil || !*r.Unique {
			t.Errorf("seed %d: uniqueness not established, route %s", seed, r.Stats.Route)
		}
		for j := range x {
			if math.Abs(x[j]-r.X[j]) > 1e-10 {
				t.Fatalf("seed %d: x[%d] = %g, planted %g", seed, j, r.X[j], x[j])
			}
		}
	}
}

// Every lane alone must certify the instances that it is for, and all must
// agree on the optimum.
func TestLanesAgree(t *testing.T) {
	lanes := map[string]func(*search){
		"pursuit":      (*search).pursuit,
		"ascent":       (*search).ascent,
		"continuation": (*search).continuation,
		"central-path": (*search).centralPath,
	}
	for name, lane := range lanes {
		for _, nonneg := range []bool{true, false} {
			p, _ := planted(5, 60, 200, 8, nonneg)
			want := mustL1(t, p).Objective
			s := newSearch(context.Background(), p, Options{})
			lane(s)
			if !s.certified() {
				t.Errorf("%s, nonneg %v: not certified, gap %g", name, nonneg, s.gap())
			} else if got := s.result(p).Objective; math.Abs(got-want) > 1e-9*want {
				t.Errorf("%s, nonneg %v: %.12g, want %.12g", name, nonneg, got, want)
			}
		}
	}
}

// Dense planted vectors are not recovered: the optimum is a generic vertex,
// and only the central path gets there.
func TestL1GenericVertex(t *testing.T) {
	for seed := range uint64(8) {
		p, _ := planted(seed, 40, 120, 120, seed%2 == 0)
		r := mustL1(t, p)
		checkL1(t, p, r)
		if r.Support > 40 {
			t.Errorf("a vertex has at most 40 nonzero entries, got %d", r.Support)
		}
	}
}

func TestL1Weights(t *testing.T) {
	for seed := range uint64(6) {
		p, _ := planted(seed, 50, 150, 30, seed%2 == 0)
		rng := rand.New(rand.NewPCG(seed, 3))
		p.Weights = make([]float64, 150)
		for j := range p.Weights {
			p.Weights[j] = math.Exp(4 * rng.Float64())
		}
		checkL1(t, p, mustL1(t, p))
	}
}

// The answer follows the units of A, b and the rows.
func TestL1Units(t *testing.T) {
	p, _ := planted(3, 50, 160, 12, false)
	want := mustL1(t, p)
	data, _ := p.A.(*linop.Dense).Data()
	for _, tc := range []struct {
		name string
		row  func(i int) float64
		b    float64
	}{
		{"A tiny", func(int) float64 { return 1e-300 }, 1e-300},
		{"A huge", func(int) float64 { return 1e300 }, 1e300},
		{"b huge", func(int) float64 { return 1 }, 1e290},
		{"b tiny", func(int) float64 { return 1 }, 1e-290},
		{"rows of all sizes", func(i int) float64 { return math.Pow(10, float64(i%40)-20) }, 0},
	} {
		scaled := slices.Clone(data)
		b := slices.Clone(p.B)
		for i := range b {
			f := tc.b
			if f == 0 {
				f = tc.row(i)
			}
			b[i] *= f
			for j := range 160 {
				scaled[i*160+j] *= tc.row(i)
			}
		}
		factor := 1.0
		if tc.b != 0 {
			factor = tc.b / tc.row(0)
		}
		r := mustL1(t, Problem{A: linop.NewDense(50, 160, scaled), B: b})
		if r.Status != Certified {
			t.Errorf("%s: status %s, %+v", tc.name, r.Status, r.Reason)
			continue
		}
		for j := range r.X {
			if math.Abs(r.X[j]/factor-want.X[j]) > 1e-9 {
				t.Errorf("%s: x[%d] = %g, want %g", tc.name, j, r.X[j]/factor, want.X[j])
				break
			}
		}
	}
}

// Rows that repeat or combine others, columns that repeat or vanish.
func TestL1Degenerate(t *testing.T) {
	p, x := planted(9, 40, 120, 6, true)
	data, _ := p.A.(*linop.Dense).Data()
	const n, m = 44, 124
	a := make([]float64, n*m)
	b := make([]float64, n)
	for i := range 40 {
		copy(a[i*m:], data[i*120:(i+1)*120])
		b[i] = p.B[i]
		a[i*m+121] = data[i*120+5] // 120: zero column, 121: a repeated one, 122, 123: combinations
		a[i*m+122] = (data[i*120+1] + data[i*120+2]) / 2
		a[i*m+123] = -data[i*120+7]
	}
	for j := range m {
		a[40*m+j] = a[3*m+j]            // repeated row
		a[41*m+j] = a[1*m+j] - a[2*m+j] // combination
		a[43*m+j] = 1e-30 * a[5*m+j]    // tiny row; 42: zero row
	}
	b[40], b[41], b[43] = b[3], b[1]-b[2], 1e-30*b[5]
	for _, nonneg := range []bool{true, false} {
		q := Problem{A: linop.NewDense(n, m, a), B: b, Nonneg: nonneg}
		r := mustL1(t, q)
		checkL1(t, q, r)
		want := 0.0
		for _, v := range x {
			want += v
		}
		if math.Abs(r.Objective-want) > 1e-9 {
			t.Errorf("nonneg %v: objective %.12g, want %.12g", nonneg, r.Objective, want)
		}
	}
	b[40] += 1e-3 // the repeated row now contradicts the first
	r := mustL1(t, Problem{A: linop.NewDense(n, m, a), B: b})
	checkFarkas(t, linop.NewDense(n, m, a), b, r, true)
}

// checkFarkas has the proof of an infeasible answer verified.
func checkFarkas(t *testing.T, a linop.Operator, b []float64, r *Result, anySign bool) {
	t.Helper()
	if r.Status != Infeasible || r.AnySign != anySign {
		t.Fatalf("status %s (%+v), any sign %v, route %s", r.Status, r.Reason, r.AnySign, r.Stats.Route)
	}
	claim := certify.InfeasibleNonneg
	if anySign {
		claim = certify.Inconsistent
	}
	w := certify.Witness{Y: r.Y}
	c, err := certify.Issue(a, b, certify.Certificate{Claim: claim, Tol: 1e-9}, w)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := certify.Verify(a, b, c, w); err != nil || !v.Valid {
		t.Errorf("the Farkas vector is rejected: %v %+v", err, v.Failed())
	}
}

func TestL1Infeasible(t *testing.T) {
	t.Run("x ≥ 0, one row", func(t *testing.T) {
		a := linop.NewDense(1, 3, []float64{1, 2, 3})
		checkFarkas(t, a, []float64{-1}, mustL1(t, Problem{A: a, B: []float64{-1}, Nonneg: true}), false)
	})
	t.Run("x ≥ 0, cone", func(t *testing.T) {
		for seed := range uint64(5) {
			rng := rand.New(rand.NewPCG(seed, 1))
			const n, m = 20, 60
			data := make([]float64, n*m)
			for i := range data {
				data[i] = rng.Float64() + 0.1 // a pointed cone in the positive orthant
			}
			b := make([]float64, n)
			for i := range b {
				b[i] = rng.Float64()
			}
			b[rng.IntN(n)] = -0.5
			a := linop.NewDense(n, m, data)
			checkFarkas(t, a, b, mustL1(t, Problem{A: a, B: b, Nonneg: true}), false)
		}
	})
	t.Run("zero row", func(t *testing.T) {
		a := linop.NewDense(2, 3, []float64{1, 2, 3, 0, 0, 0})
		checkFarkas(t, a, []float64{1, 1}, mustL1(t, Problem{A: a, B: []float64{1, 1}}), true)
	})
	t.Run("more rows than columns", func(t *testing.T) {
		p, _ := planted(2, 30, 20, 5, false)
		p.B[0] += 0.1
		checkFarkas(t, p.A, p.B, mustL1(t, p), true)
	})
}

func TestL1Shapes(t *testing.T) {
	for _, d := range [][3]int{{1, 1, 1}, {1, 5, 1}, {5, 1, 1}, {5, 5, 2}, {30, 20, 3}, {2, 3, 1}} {
		for _, nonneg := range []bool{true, false} {
			p, _ := planted(uint64(d[0]), d[0], d[1], d[2], nonneg)
			checkL1(t, p, mustL1(t, p))
		}
	}
	zero := Problem{A: linop.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6}), B: []float64{0, 0}}
	r := mustL1(t, zero)
	if r.Status != Certified || r.Support != 0 || r.Gap != 0 {
		t.Errorf("b = 0: %+v", r)
	}
}

func TestL1BadInput(t *testing.T) {
	a := linop.NewDense(1, 2, []float64{1, 2})
	for _, p := range []Problem{
		{},
		{A: a, B: []float64{1, 2}},
		{A: a, B: []float64{math.NaN()}},
		{A: a, B: []float64{1}, Weights: []float64{1}},
		{A: a, B: []float64{1}, Weights: []float64{1, 0}},
		{A: linop.NewDense(0, 2, nil), B: nil},
	} {
		if _, err := L1(context.Background(), p, Options{}); err == nil {
			t.Errorf("%+v: no error", p)
		}
	}
}

func TestL1Budgets(t *testing.T) {
	p, _ := planted(1, 60, 200, 40, false)
	r, err := L1(context.Background(), p, Options{MaxSteps: 3})
	if err != nil || r.Status != Budget || r.Stats.Steps > 3 {
		t.Errorf("MaxSteps: %v, %+v", err, r)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if r, err := L1(ctx, p, Options{}); err != nil || r.Status != Interrupted {
		t.Errorf("cancelled: %v, %v", err, r.Status)
	}
	if r, err := L1(context.Background(), p, Options{MaxTime: time.Nanosecond}); err != nil || r.Status != Budget {
		t.Errorf("MaxTime: %v, %v", err, r.Status)
	}
	ctx, cancel = context.WithCancel(context.Background())
	_, err = L1(ctx, p, Options{Observe: func(Progress) { cancel() }})
	if err != nil {
		t.Error(err)
	}
}

// The bits of the answer do not depend on the number of threads.
func TestL1ThreadsDoNotMatter(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, k := range []int{30, 300} { // pursuit; central path
		p, _ := planted(4, 150, 600, k, true)
		var first *Result
		for _, threads := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(threads)
			r := mustL1(t, p)
			if first == nil {
				first = r
			}
			if !slices.Equal(first.X, r.X) || !slices.Equal(first.Y, r.Y) {
				t.Errorf("k = %d: another answer with %d threads", k, threads)
			}
		}
	}
}
