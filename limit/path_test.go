package limit

import (
	"context"
	"encoding/json"
	"math"
	"math/big"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/linop"
)

func mustPath(t *testing.T, p Problem, opt PathOptions) *PathResult {
	t.Helper()
	r, err := Path(context.Background(), p, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The instance of Zhao, Wang, Yang, Bai and Zhang 2026, whose path drops a
// coordinate. 7/10 and 1/10 are no doubles, so that Exact needs Decimal.
func TestPathDropsACoordinate(t *testing.T) {
	p := Problem{A: linop.NewDense(2, 4, []float64{1, .5, .7, 0, .5, 1, .1, .7}), B: []float64{1, 0}}
	for name, opt := range map[string]PathOptions{"float": {}, "exact": {Exact: true}, "decimal": {Exact: true, Decimal: true}} {
		r := mustPath(t, p, opt)
		checkL1(t, p, &r.Result)
		if len(r.Events) != 3 {
			t.Fatalf("%s: %d events: %+v", name, len(r.Events), r.Events)
		}
		want := []PathEvent{
			{Tau: 1, Entering: []int{0}, X: Sparse{[]int{0}, []float64{.8}}, Residual: math.Sqrt(.2)},
			{Tau: 4, Entering: []int{2}, Leaving: []int{0}, X: Sparse{[]int{2}, []float64{1.4}}, Residual: math.Sqrt(.02)},
			{Tau: 276. / 49, Entering: []int{3}, X: Sparse{[]int{2, 3}, []float64{10. / 7, -10. / 49}}, Bound: 80. / 49},
		}
		for k, e := range r.Events {
			w := want[k]
			if math.Abs(e.Tau-w.Tau) > 1e-12*w.Tau || math.Abs(e.Residual-w.Residual) > 1e-12 ||
				!slices.Equal(e.Entering, w.Entering) || !slices.Equal(e.Leaving, w.Leaving) || !e.Unique {
				t.Errorf("%s: event %d is %+v, want %+v", name, k, e, w)
			}
			if !slices.Equal(e.X.Index, w.X.Index) || maxDifference(e.X.Value, w.X.Value) > 1e-12 {
				t.Errorf("%s: event %d: x = %v, want %v", name, k, e.X, w.X)
			}
		}
		if math.Abs(r.Bound-80./49) > 1e-12 || math.Abs(r.Events[2].Bound-80./49) > 1e-12 || !*r.Unique {
			t.Errorf("%s: bound %v and %v, unique %v", name, r.Bound, r.Events[2].Bound, *r.Unique)
		}
		if opt.Decimal {
			checkFractions(t, r.Rational)
		}
	}
}

func maxDifference(x, y []float64) float64 {
	worst := 0.0
	for i, v := range x {
		worst = math.Max(worst, math.Abs(v-y[i]))
	}
	return worst
}

func TestPathInDegenerateCases(t *testing.T) {
	dense := linop.NewDense
	cases := map[string]struct {
		p       Problem
		opt     PathOptions
		status  Status
		events  int
		anySign bool
	}{
		"b = 0":                  {Problem{A: dense(1, 2, []float64{1, 2}), B: []float64{0}}, PathOptions{}, Certified, 0, false},
		"A = 0":                  {Problem{A: dense(2, 2, make([]float64, 4)), B: []float64{1, 0}}, PathOptions{}, Infeasible, 0, true},
		"no x ≥ 0":               {Problem{A: dense(1, 2, []float64{1, 2}), B: []float64{-1}, Nonneg: true}, PathOptions{}, Infeasible, 0, false},
		"no x ≥ 0, late":         {Problem{A: dense(2, 2, []float64{1, 1, 0, 1}), B: []float64{1, -1}, Nonneg: true}, PathOptions{}, Infeasible, 1, false},
		"inconsistent":           {Problem{A: dense(2, 2, []float64{1, 2, 1, 2}), B: []float64{1, 0}}, PathOptions{}, Infeasible, 1, true},
		"duplicate columns":      {Problem{A: dense(1, 3, []float64{1, 1, .5}), B: []float64{1}}, PathOptions{}, Certified, 1, false},
		"three at once":          {Problem{A: dense(3, 3, []float64{1, 0, 0, 0, 1, 0, 0, 0, 1}), B: []float64{1, 1, -1}}, PathOptions{}, Certified, 1, false},
		"positive is dearer":     {Problem{A: dense(1, 2, []float64{1, -1}), B: []float64{1}, Weights: []float64{3, 3}}, PathOptions{WeightsNeg: []float64{5, 2}}, Certified, 1, false},
		"negative prices, equal": {Problem{A: dense(1, 2, []float64{1, -1}), B: []float64{1}}, PathOptions{WeightsNeg: []float64{1, 1}}, Certified, 1, false},
	}
	for name, c := range cases {
		for _, exact := range []bool{false, true} {
			c.opt.Exact = exact
			r := mustPath(t, c.p, c.opt)
			if r.Status != c.status || len(r.Events) != c.events || r.AnySign != c.anySign {
				t.Errorf("%s, exact %v: %s (%+v), %d events, any sign %v", name, exact, r.Status, r.Reason, len(r.Events), r.AnySign)
			}
			if (r.Rational != nil) != (exact && name != "b = 0") {
				t.Errorf("%s: rational path %v", name, r.Rational)
			}
		}
	}
}

// On ties the end of the path is the answer of L1, whatever fit it passed.
func TestPathSettlesTiesAsL1(t *testing.T) {
	p := Problem{A: linop.NewDense(1, 3, []float64{1, 1, .5}), B: []float64{1}, Nonneg: true}
	for _, exact := range []bool{false, true} {
		r := mustPath(t, p, PathOptions{Exact: exact})
		if r.Unique == nil || *r.Unique || maxDifference(r.X, []float64{.5, .5, 0}) > 1e-8 {
			t.Errorf("exact %v: x = %v, unique %v", exact, r.X, r.Unique)
		}
		if last := r.Events[len(r.Events)-1]; last.Unique || !slices.Equal(last.X.Index, []int{0, 1}) {
			t.Errorf("exact %v: last event %+v", exact, last)
		}
	}
}

func TestPathAsymmetricWeights(t *testing.T) {
	// −2·1 = 1·(−2): the second column is the cheaper one, used negatively.
	p := Problem{A: linop.NewDense(1, 2, []float64{1, -1}), B: []float64{1}, Weights: []float64{3, 3}}
	r := mustPath(t, p, PathOptions{WeightsNeg: []float64{5, 2}})
	split, file := newSplitOperator(p.A), "w.npy"
	w := certify.Witness{X: []float64{0, 0, 0, 1}, Y: r.Y, Weights: []float64{3, 3, 5, 2}}
	c, err := certify.Issue(split, p.B, certify.Certificate{Claim: certify.L1Nonneg, Tol: 1e-9, Weights: &file}, w)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := certify.Verify(split, p.B, c, w); err != nil || !v.Valid {
		t.Errorf("rejected: %v, %+v", err, v.Failed())
	}
	if r.Objective != 2 || r.X[0] != 0 || r.X[1] != -1 || r.Events[0].Tau != 2 {
		t.Errorf("x = %v, objective %v, events %+v", r.X, r.Objective, r.Events)
	}
	// With equal thresholds the split problem has the path of the signed one.
	for seed := range uint64(5) {
		p, _ := planted(seed, 15, 40, 6, false)
		ones := slices.Repeat([]float64{1}, 40)
		comparePaths(t, mustPath(t, p, PathOptions{}), mustPath(t, p, PathOptions{WeightsNeg: ones}))
	}
}

func comparePaths(t *testing.T, got, want *PathResult) {
	t.Helper()
	if got.Status != want.Status || len(got.Events) != len(want.Events) {
		t.Fatalf("%s after %d events, want %s after %d", got.Status, len(got.Events), want.Status, len(want.Events))
	}
	for k, e := range got.Events {
		w := want.Events[k]
		if !slices.Equal(e.Entering, w.Entering) || !slices.Equal(e.Leaving, w.Leaving) || !slices.Equal(e.X.Index, w.X.Index) {
			t.Fatalf("event %d: %+v, want %+v", k, e, w)
		}
		if math.Abs(e.Tau-w.Tau) > 1e-9*w.Tau || maxDifference(e.X.Value, w.X.Value) > 1e-9 || math.Abs(e.Bound-w.Bound) > 1e-9*w.Bound {
			t.Fatalf("event %d: %+v, want %+v", k, e, w)
		}
	}
}

// Scaling A and b as a whole scales the path and does not change it.
func TestPathUnits(t *testing.T) {
	p, _ := planted(3, 12, 30, 5, false)
	want := mustPath(t, p, PathOptions{})
	data := make([]float64, 12*30)
	for _, c := range []struct{ a, b float64 }{{0x1p100, 1}, {1, 0x1p-90}, {0x1p-60, 0x1p80}, {0x1p300, 0x1p300}, {0x1p-300, 0x1p-400}} {
		for i := range 12 {
			linop.Row(p.A, i, func(j int, v float64) { data[i*30+j] = c.a * v })
		}
		b := slices.Clone(p.B)
		for i := range b {
			b[i] *= c.b
		}
		r := mustPath(t, Problem{A: linop.NewDense(12, 30, data), B: b}, PathOptions{})
		if r.Status != Certified || len(r.Events) != len(want.Events) {
			t.Fatalf("%v: %s, %d events, want %d", c, r.Status, len(r.Events), len(want.Events))
		}
		for k, e := range r.Events {
			w := want.Events[k]
			if tau := e.Tau * c.a * c.b; math.Abs(tau-w.Tau) > 1e-9*w.Tau {
				t.Errorf("%v: event %d at %v, want %v", c, k, tau, w.Tau)
			}
			if bound := e.Bound * c.a / c.b; math.Abs(bound-w.Bound) > 1e-9*w.Bound {
				t.Errorf("%v: event %d: bound %v, want %v", c, k, bound, w.Bound)
			}
		}
	}
}

// On random problems of some size the path ends where L1 does, its bounds rise,
// its residuals fall, and every event satisfies the conditions that define it.
func TestPathAgainstL1(t *testing.T) {
	for seed := range uint64(12) {
		nonneg := seed%2 == 0
		p, _ := planted(seed, 40, 120, int(4+3*seed), nonneg)
		if seed%3 == 0 {
			p.Weights = make([]float64, 120)
			for j := range p.Weights {
				p.Weights[j] = 0.5 + float64(j%7)
			}
		}
		r := mustPath(t, p, PathOptions{})
		checkL1(t, p, &r.Result)
		want := mustL1(t, p)
		if math.Abs(r.Objective-want.Objective) > 1e-9*want.Objective {
			t.Errorf("seed %d: objective %v, L1 %v", seed, r.Objective, want.Objective)
		}
		for k, e := range r.Events[1:] {
			before := r.Events[k]
			if e.Tau <= before.Tau || e.Bound < before.Bound || e.Residual > before.Residual*(1+1e-12) {
				t.Errorf("seed %d: event %d after %+v: %+v", seed, k+1, before, e)
			}
		}
		if last := r.Events[len(r.Events)-1]; math.Abs(last.Bound-r.Objective) > 1e-9*r.Objective {
			t.Errorf("seed %d: last bound %v, objective %v", seed, last.Bound, r.Objective)
		}
	}
}

// Where rounding makes the events uncertain the end is proven all the same.
func TestPathHardMatrices(t *testing.T) {
	for name, matrix := range hardMatrices {
		for seed, k := range []int{2, 8, 30, 160} {
			for _, nonneg := range []bool{true, false} {
				rng := rand.New(rand.NewPCG(uint64(seed), 5))
				n, m := 40, 160
				if name == "monomials" {
					n = 12
				}
				op := linop.NewDense(n, m, matrix(rng, n, m))
				x := make([]float64, m)
				for _, j := range rng.Perm(m)[:k] {
					x[j] = math.Abs(rng.NormFloat64()) + .1
					if !nonneg && rng.IntN(2) == 0 {
						x[j] = -x[j]
					}
				}
				p := Problem{A: op, B: make([]float64, n), Nonneg: nonneg}
				op.Apply(p.B, x)
				r, want := mustPath(t, p, PathOptions{}), mustL1(t, p)
				if r.Status != Certified || !r.Complete || math.Abs(r.Objective-want.Objective) > 1e-9*want.Objective {
					t.Errorf("%s, nonneg %v, %d: %s (%+v), objective %v, L1 %v, route %s", name, nonneg, k, r.Status, r.Reason, r.Objective, want.Objective, r.Stats.Route)
				}
				for e, event := range r.Events {
					if event.Bound > want.Objective*(1+1e-12) || e > 0 && event.Tau <= r.Events[e-1].Tau {
						t.Errorf("%s, nonneg %v, %d: event %d after %v: %v, bound %v of %v", name, nonneg, k, e, r.Events[max(e, 1)-1].Tau, event.Tau, event.Bound, want.Objective)
					}
				}
				claim := certify.L1
				if nonneg {
					claim = certify.L1Nonneg
				}
				w := certify.Witness{X: r.X, Y: r.Y}
				c, err := certify.Issue(op, p.B, certify.Certificate{Claim: claim, Tol: 1e-9}, w)
				if err != nil {
					t.Fatal(err)
				}
				if v, err := certify.Verify(op, p.B, c, w); err != nil || !v.Valid {
					t.Errorf("%s, nonneg %v, %d: rejected: %v %+v", name, nonneg, k, err, v.Failed())
				}
			}
		}
	}
}

// The path asks an operator for products and columns only.
func TestPathOfOperators(t *testing.T) {
	var rows []int
	for i := range 24 {
		rows = append(rows, (i*i+3*i)%97)
	}
	slices.Sort(rows)
	op := linop.PartialDCT(slices.Compact(rows), 97)
	n, _ := op.Dims()
	data := make([]float64, n*97)
	var is, js []int
	for i := range n {
		linop.Row(op, i, func(j int, v float64) {
			data[i*97+j] = v
			is, js = append(is, i), append(js, j)
		})
	}
	x := make([]float64, 97)
	x[5], x[40], x[77] = 1, -2, .5
	b := make([]float64, n)
	op.Apply(b, x)
	want := mustPath(t, Problem{A: linop.NewDense(n, 97, data), B: b}, PathOptions{})
	checkL1(t, Problem{A: op, B: b}, &want.Result)
	comparePaths(t, mustPath(t, Problem{A: op, B: b}, PathOptions{}), want)
	comparePaths(t, mustPath(t, Problem{A: linop.FromTriplets(n, 97, is, js, data), B: b}, PathOptions{}), want)
}

// A b that misses the range of A by its rounding is inconsistent in fractions,
// and within the tolerance a right-hand side like any other.
func TestPathExactlyInconsistent(t *testing.T) {
	p := Problem{A: linop.NewDense(2, 2, []float64{.1, .3, .2, .6}), B: []float64{.1 + .3, .2 + .6}}
	p.B[1] = math.Nextafter(p.B[1], 1)
	r := mustPath(t, p, PathOptions{Exact: true})
	if r.Status != Certified || r.Rational.Status != Infeasible || !r.Complete {
		t.Errorf("%s (%+v), in fractions %s", r.Status, r.Reason, r.Rational.Status)
	}
}

func TestPathStopsHonestly(t *testing.T) {
	p, _ := planted(1, 40, 120, 10, false)
	full := mustPath(t, p, PathOptions{})
	seen := 0
	r := mustPath(t, p, PathOptions{Options: Options{MaxSteps: 4, Observe: func(pr Progress) {
		seen++
		if pr.Lane != "path" || pr.Step != seen {
			t.Errorf("progress %+v", pr)
		}
	}}})
	if r.Status != Budget || len(r.Events) != 4 || seen != 4 || r.Residual != r.Events[3].Residual && math.Abs(r.Residual-r.Events[3].Residual) > 1e-12 {
		t.Fatalf("%s after %d events, residual %v, seen %d", r.Status, len(r.Events), r.Residual, seen)
	}
	if math.Abs(r.Bound-r.Events[3].Bound) > 1e-9*r.Bound || r.Bound > full.Objective || !math.IsInf(r.Gap, 1) {
		t.Errorf("bound %v, last event %v, gap %v", r.Bound, r.Events[3].Bound, r.Gap)
	}
	for k := range 4 {
		if r.Events[k].Tau != full.Events[k].Tau {
			t.Errorf("event %d at %v, in the whole path at %v", k, r.Events[k].Tau, full.Events[k].Tau)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, exact := range []bool{false, true} {
		r, err := Path(ctx, p, PathOptions{Exact: exact})
		if err != nil || r.Status != Interrupted || len(r.Events) != 0 {
			t.Errorf("cancelled: %+v, %v", r, err)
		}
		if r := mustPath(t, p, PathOptions{Exact: exact, Options: Options{MaxTime: time.Nanosecond}}); r.Status != Budget {
			t.Errorf("out of time: %s", r.Status)
		}
	}
	if r := mustPath(t, p, PathOptions{Exact: true, Options: Options{MaxSteps: 2}}); r.Status != Budget || len(r.Events) != 2 {
		t.Errorf("exact: %s after %d events", r.Status, len(r.Events))
	}
}

func TestPathRefuses(t *testing.T) {
	a := linop.NewDense(1, 2, []float64{1, 2})
	good := Problem{A: a, B: []float64{1}}
	big := Problem{A: linop.NewDense(300, 300, make([]float64, 90000)), B: make([]float64, 300)}
	nonneg := Problem{A: a, B: []float64{1}, Nonneg: true}
	for name, c := range map[string]struct {
		p   Problem
		opt PathOptions
	}{
		"no A":             {Problem{B: []float64{1}}, PathOptions{}},
		"short b":          {Problem{A: a}, PathOptions{}},
		"negative weight":  {good, PathOptions{WeightsNeg: []float64{1, -1}}},
		"NaN weight":       {good, PathOptions{WeightsNeg: []float64{1, math.NaN()}}},
		"too few weights":  {good, PathOptions{WeightsNeg: []float64{1}}},
		"weights, x ≥ 0":   {nonneg, PathOptions{WeightsNeg: []float64{1, 1}}},
		"decimal, inexact": {good, PathOptions{Decimal: true}},
		"too large":        {big, PathOptions{Exact: true}},
	} {
		if r, err := Path(context.Background(), c.p, c.opt); err == nil {
			t.Errorf("%s: no error, %+v", name, r)
		}
	}
}

func TestPathDoesNotDependOnThreads(t *testing.T) {
	p, _ := planted(5, 60, 300, 12, false)
	var first *PathResult
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, procs := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(procs)
		r := mustPath(t, p, PathOptions{})
		if first == nil {
			first = r
			continue
		}
		for k, e := range r.Events {
			w := first.Events[k]
			if e.Tau != w.Tau || e.Bound != w.Bound || !slices.Equal(e.X.Value, w.X.Value) {
				t.Fatalf("%d threads: event %d is %+v, with one %+v", procs, k, e, w)
			}
		}
	}
}

func TestSparseJSON(t *testing.T) {
	got, err := json.Marshal(sparseOf([]float64{0, .5, 0, -1e-30}))
	if want := `{"1":0.5,"3":-1e-30}`; err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}

// integerInstance returns a small integer problem with every degeneracy there
// is: ties, duplicate, dependent and zero columns, simultaneous events, and
// right-hand sides out of reach.
func integerInstance(seed uint64) (p Problem, r RationalProblem, a, b []int64) {
	rng := rand.New(rand.NewPCG(seed, 7))
	n, m := 1+rng.IntN(4), 1+rng.IntN(6)
	p.Nonneg = rng.IntN(2) == 0
	spread := 2 + rng.IntN(3)
	a, b = make([]int64, n*m), make([]int64, n)
	for i := range a {
		a[i] = int64(rng.IntN(2*spread+1) - spread)
	}
	if m > 1 && rng.IntN(3) == 0 {
		for i := range n {
			a[i*m+m-1] = a[i*m]
		}
	}
	for i := range b {
		b[i] = int64(rng.IntN(7) - 3)
	}
	if rng.IntN(3) > 0 {
		clear(b)
		for j := range m {
			x := int64(rng.IntN(4))
			if !p.Nonneg && rng.IntN(2) == 0 {
				x = -x
			}
			for i := range n {
				b[i] += a[i*m+j] * x
			}
		}
	}
	data := make([]float64, n*m)
	r = RationalProblem{Nonneg: p.Nonneg}
	for i := range n {
		row := make([]*big.Rat, m)
		for j := range m {
			data[i*m+j] = float64(a[i*m+j])
			row[j] = big.NewRat(a[i*m+j], 1)
		}
		r.A = append(r.A, row)
		r.B = append(r.B, big.NewRat(b[i], 1))
		p.B = append(p.B, float64(b[i]))
	}
	p.A = linop.NewDense(n, m, data)
	return p, r, a, b
}

// integerWeights adds weights that depend on the sign to a signed instance.
func integerWeights(seed uint64, p *Problem, r *RationalProblem) PathOptions {
	rng := rand.New(rand.NewPCG(seed, 8))
	_, m := p.A.Dims()
	var opt PathOptions
	if kind := rng.IntN(3); kind > 0 {
		for range m {
			w := 1 + rng.IntN(3)
			p.Weights = append(p.Weights, float64(w))
			r.Weights = append(r.Weights, big.NewRat(int64(w), 1))
		}
		for j := 0; j < m && kind == 2 && !p.Nonneg; j++ {
			w := 1 + rng.IntN(3)
			opt.WeightsNeg = append(opt.WeightsNeg, float64(w))
			r.WeightsNeg = append(r.WeightsNeg, big.NewRat(int64(w), 1))
		}
	}
	return opt
}

func TestPathAgainstFractions(t *testing.T) {
	counts := map[Status]int{}
	for seed := range uint64(1500) {
		p, rp, a, b := integerInstance(seed)
		opt := integerWeights(seed, &p, &rp)
		fail := func(format string, args ...any) {
			t.Helper()
			t.Errorf("seed %d (nonneg %v A=%v b=%v w=%v w⁻=%v): "+format, append([]any{seed, p.Nonneg, a, b, p.Weights, opt.WeightsNeg}, args...)...)
		}
		got := mustPath(t, p, opt)
		want, err := PathRational(context.Background(), rp, 0)
		if err != nil {
			t.Fatal(err)
		}
		counts[want.Status]++
		if got.Status != want.Status || len(got.Events) != len(want.Events) || got.AnySign != want.AnySign {
			fail("%s (%+v) after %d events, any sign %v; want %s, %d, %v", got.Status, got.Reason, len(got.Events), got.AnySign, want.Status, len(want.Events), want.AnySign)
			continue
		}
		size := math.Sqrt(toFloat(dotRational(rp.B, rp.B)))
		for k, e := range got.Events {
			w := want.Events[k]
			if !slices.Equal(e.Entering, w.Entering) || !slices.Equal(e.Leaving, w.Leaving) {
				fail("event %d: entering %v leaving %v, want %v and %v", k, e.Entering, e.Leaving, w.Entering, w.Leaving)
			}
			if math.Abs(e.Tau-toFloat(w.Tau)) > 1e-11*e.Tau || math.Abs(e.Residual*size-math.Sqrt(toFloat(w.ResidualSquared))) > 1e-11*size {
				fail("event %d: %+v, want %+v", k, e, w)
			}
			if new(big.Rat).SetFloat64(e.Bound).Cmp(w.Bound) > 0 || e.Bound < toFloat(w.Bound)*(1-1e-11) {
				fail("event %d: bound %v, exactly %v", k, e.Bound, w.Bound)
			}
			if e.Unique && !w.Unique {
				fail("event %d is not unique", k)
			}
			if w.Unique {
				x := sparseRational(w.X)
				if !slices.Equal(e.X.Index, x.Index) || maxDifference(e.X.Value, x.Value) > 1e-10 {
					fail("event %d: x = %v, want %v", k, e.X, x)
				}
			}
		}
		if want.Status == Certified && (got.Unique == nil || *got.Unique != *want.Unique) {
			fail("unique %v, want %v", got.Unique, *want.Unique)
		}
	}
	t.Log(counts)
	if counts[Certified] < 200 || counts[Infeasible] < 200 {
		t.Errorf("the instances are not mixed: %v", counts)
	}
}

// TestPathInfeasibleUnevenRows: rows of 1e160 beside those of 1 are those of the path, in
// whose norm the contradiction of a small row is no more than rounding. The Farkas vector
// is then found in units of the rows, and excludes every x ≥ 0 there.
func TestPathInfeasibleUnevenRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 160))
	proven := 0
	for trial := range 60 {
		n := 2 + rng.IntN(4)
		m := n + 1 + rng.IntN(7)
		data, b := make([]float64, n*m), make([]float64, n)
		for i := range data {
			data[i] = rng.NormFloat64()
		}
		bad := rng.IntN(n) // a row ≥ 0 with b < 0, or b = 0
		for i := range n {
			scale := []float64{1, 1e160, 1e-160, 1e160}[rng.IntN(4)]
			b[i] = rng.NormFloat64() * scale
			for j := range m {
				if i == bad {
					data[i*m+j] = math.Abs(data[i*m+j])
				}
				data[i*m+j] *= scale
			}
			if i == bad {
				b[i] = -scale * float64(trial%2)
			}
		}
		if !slices.ContainsFunc(b, func(v float64) bool { return v != 0 }) {
			continue
		}
		p := Problem{A: linop.NewDense(n, m, data), B: b, Nonneg: true}
		r, err := Path(context.Background(), p, PathOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Status == Certified {
			continue // to within the rounding of the large rows
		}
		if r.Status != Infeasible {
			t.Errorf("trial %d: %v, %+v", trial, r.Status, r.Reason)
			continue
		}
		proven++
		claim := certify.InfeasibleNonneg
		if r.AnySign {
			claim = certify.Inconsistent
		}
		w := certify.Witness{Y: r.Y}
		c, err := certify.Issue(p.A, b, certify.Certificate{Claim: claim, Tol: 1e-9}, w)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := certify.Verify(p.A, b, c, w); err != nil || !v.Valid {
			t.Errorf("trial %d: %v, %+v", trial, err, v.Failed())
		}
	}
	if proven < 20 {
		t.Errorf("only %d were infeasible", proven)
	}
}

// A row so small beside the others that b is met to the tolerance without it counts
// all the same: the answer is that of L1, and a path that rounding ends is not Complete.
func TestPathDoesNotDropSmallRows(t *testing.T) {
	given := Problem{A: linop.NewDense(2, 3, []float64{3, 2, 1, 3e-10, 1e-10, 2e-10}), B: []float64{4, 5e-10}, Nonneg: true}
	r := mustPath(t, given, PathOptions{})
	checkL1(t, given, &r.Result)
	if math.Abs(r.Objective-2) > 1e-8 || r.Complete && len(r.Events) != 2 {
		t.Errorf("the optimum is 2: objective %v, complete %v with %d events", r.Objective, r.Complete, len(r.Events))
	}
	rng := rand.New(rand.NewPCG(1, 8))
	for k := range 60 {
		unit := math.Pow(10, -float64(k%15))
		a, b := make([]float64, 6), make([]float64, 2)
		for i := range a {
			a[i] = float64(rng.IntN(7) - 3)
		}
		for i := range b {
			b[i] = a[3*i] + 2*a[3*i+1]
			if i == 1 {
				b[i] *= unit
			}
		}
		for i := 3; i < 6; i++ {
			a[i] *= unit
		}
		p := Problem{A: linop.NewDense(2, 3, a), B: b, Nonneg: k%2 == 0}
		path := mustPath(t, p, PathOptions{})
		l1, err := L1(context.Background(), p, Options{})
		if err != nil || l1.Status != Certified {
			t.Fatalf("instance %d: %v, %v", k, l1, err)
		}
		if path.Status != Certified || math.Abs(path.Objective-l1.Objective) > 1e-7*l1.Objective {
			t.Errorf("instance %d, row 2 in units of %g: path %s %v, L1 %v", k, unit, path.Status, path.Objective, l1.Objective)
		}
	}
}
