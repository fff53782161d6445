package lowrank

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// prove holds the result to the verifier: certified answers and proofs that there
// is none have to be valid.
func prove(t *testing.T, p Problem, r *Result) certify.Certificate {
	t.Helper()
	c, w := statement(p, r)
	c, err := certify.Issue(p.A, p.B, c, w)
	if err != nil {
		t.Fatalf("no certificate: %v", err)
	}
	v, err := certify.Verify(p.A, p.B, c, w)
	if err != nil || !v.Valid {
		t.Fatalf("status %s, gap %.2e, residual %.2e: the verifier refuses %v, %v", r.Status, r.Gap, r.Residual, v.Failed(), err)
	}
	return c
}

// statement is what r claims, without its numbers.
func statement(p Problem, r *Result) (certify.Certificate, certify.Witness) {
	left, right := "left.npy", "right.npy"
	c := certify.Certificate{Claim: certify.Nuclear, Tol: 1e-9, Failure: 1e-12, Shape: [2]int{p.P, p.Q}, Unique: r.Unique, Left: &left}
	w := certify.Witness{Y: r.Y, Left: r.Left, Other: r.Other}
	if r.Other != nil {
		name := "other.npy"
		c.Other = &name
	}
	if p.PSD {
		c.Claim = certify.TracePSD
	} else {
		c.Right, w.Right = &right, r.Right
	}
	if r.Status == limit.Infeasible {
		c.Claim, c.Left, c.Right, c.Unique, c.Failure = certify.InfeasiblePSD, nil, nil, nil, 0
		w = certify.Witness{Y: r.Y}
		if r.AnySign {
			c.Claim, c.Shape = certify.Inconsistent, [2]int{}
		}
	}
	return c, w
}

// completion observes entries of a planted matrix of rank r.
func completion(p, q, r int, share float64, psd bool, seed uint64) Problem {
	rng := rand.New(rand.NewPCG(seed, 1))
	l := normal(rng, p*r)
	w := l
	if !psd {
		w = normal(rng, q*r)
	}
	var rows, cols []int
	var b []float64
	for i := range p {
		for j := range q {
			if rng.Float64() < share && (!psd || j <= i) {
				rows, cols = append(rows, i), append(cols, j)
				b = append(b, dot(l[i*r:(i+1)*r], w[j*r:(j+1)*r]))
			}
		}
	}
	return Problem{A: linop.Entries(p, q, rows, cols), B: b, P: p, Q: q, PSD: psd}
}

// sensing measures x by n Gaussian matrices, not symmetric.
func sensing(x []float64, p, q, n int, psd bool, seed uint64) Problem {
	rng := rand.New(rand.NewPCG(seed, 2))
	a := normal(rng, n*p*q)
	b := make([]float64, n)
	for k := range b {
		b[k] = dot(a[k*p*q:(k+1)*p*q], x)
	}
	return Problem{A: linop.NewDense(n, p*q, a), B: b, P: p, Q: q, PSD: psd}
}

func planted(p, q, r int, psd bool, seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 3))
	l := normal(rng, p*r)
	if psd {
		return timesT(l, l, p, r, p)
	}
	return timesT(l, normal(rng, q*r), p, r, q)
}

func normal(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

func solved(t *testing.T, p Problem) *Result {
	t.Helper()
	r, err := Solve(context.Background(), p, limit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Planted matrices of low rank come back, certified and unique.
func TestPlantedMatricesAreRecovered(t *testing.T) {
	for _, c := range []struct {
		name       string
		p, q, r, n int
		psd        bool
	}{
		{"sensing PSD", 20, 20, 2, 120, true},
		{"sensing", 15, 20, 2, 190, false},
		{"sensing tall", 24, 12, 1, 150, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := planted(c.p, c.q, c.r, c.psd, 7)
			p := sensing(x, c.p, c.q, c.n, c.psd, 8)
			r := solved(t, p)
			if r.Status != limit.Certified || r.Rank != c.r {
				t.Fatalf("%s, rank %d, gap %.2e, route %s", r.Status, r.Rank, r.Gap, r.Stats.Route)
			}
			if cert := prove(t, p, r); cert.Unique == nil || !*cert.Unique {
				t.Error("uniqueness is not proven")
			}
			for i, v := range r.Dense() {
				if math.Abs(v-x[i]) > 1e-11*norm(x) {
					t.Fatalf("X[%d] = %v, planted %v", i, v, x[i])
				}
			}
		})
	}
	for _, psd := range []bool{false, true} {
		p := completion(60, 60, 2, 0.5, psd, 9)
		r := solved(t, p)
		if r.Status != limit.Certified || r.Rank != 2 {
			t.Fatalf("completion, psd %v: %s, rank %d, gap %.2e", psd, r.Status, r.Rank, r.Gap)
		}
		prove(t, p, r)
	}
}

// Two blocks without a common row or column: X is 0 between them, and not unique.
func TestDisconnectedCompletion(t *testing.T) {
	var rows, cols []int
	var b []float64
	for block, u := range [][]float64{{1, 2, 3}, {2, -1, 1}} {
		for i := range 3 {
			for j := range 3 {
				rows, cols = append(rows, 3*block+i), append(cols, 3*block+j)
				b = append(b, u[i]*u[j])
			}
		}
	}
	p := Problem{A: linop.Entries(7, 6, rows, cols), B: b, P: 7, Q: 6}
	r := solved(t, p)
	if r.Status != limit.Certified || len(r.Components) != 2 || r.Unique == nil || *r.Unique {
		t.Fatalf("%s, components %v, unique %v", r.Status, r.Components, r.Unique)
	}
	if c := prove(t, p, r); c.Unique == nil || *c.Unique {
		t.Error("the second minimiser is not accepted")
	}
	if math.Abs(r.Objective-20) > 1e-12 || len(r.EmptyRows) != 1 || r.EmptyRows[0] != 6 {
		t.Errorf("‖X‖_* = %v, want 14 + 6; empty rows %v, want 6", r.Objective, r.EmptyRows)
	}
	if x := r.Dense(); x[3] != 0 || x[3*6] != 0 {
		t.Error("X is not 0 between the blocks")
	}
}

// A zero right-hand side has the zero matrix for its answer.
func TestZeroMeasurements(t *testing.T) {
	p := Problem{A: linop.Entries(3, 2, []int{0, 2}, []int{1, 1}), B: []float64{0, 0}, P: 3, Q: 2}
	r := solved(t, p)
	if r.Status != limit.Certified || r.Rank != 0 || r.Objective != 0 {
		t.Fatalf("%s, rank %d, ‖X‖_* %v", r.Status, r.Rank, r.Objective)
	}
	prove(t, p, r)
}

// The units of the measurements and of b change nothing.
func TestScalesOfTheMeasurements(t *testing.T) {
	x := planted(12, 12, 1, true, 3)
	p := sensing(x, 12, 12, 60, true, 4)
	data, _ := p.A.(*linop.Dense).Data()
	for k := range p.B {
		f := math.Ldexp(1, k%40-20)
		p.B[k] *= f * 1e-60
		for i := range 144 {
			data[k*144+i] *= f
		}
	}
	r := solved(t, p)
	if r.Status != limit.Certified || r.Rank != 1 {
		t.Fatalf("%s, rank %d, gap %.2e, residual %.2e", r.Status, r.Rank, r.Gap, r.Residual)
	}
	prove(t, p, r)
}

func TestBadProblemsAreErrors(t *testing.T) {
	a := linop.Entries(3, 2, []int{0, 2}, []int{1, 1})
	for name, p := range map[string]Problem{
		"shape":  {A: a, B: []float64{1, 2}, P: 2, Q: 2},
		"b":      {A: a, B: []float64{1}, P: 3, Q: 2},
		"NaN":    {A: a, B: []float64{1, math.NaN()}, P: 3, Q: 2},
		"square": {A: a, B: []float64{1, 2}, P: 3, Q: 2, PSD: true},
		"rank":   {A: a, B: []float64{1, 2}, P: 3, Q: 2, Rank: 1},
		"nil":    {B: []float64{1}, P: 1, Q: 1},
	} {
		if _, err := Solve(context.Background(), p, limit.Options{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Products of the sparse and the dense form agree, and with the plain sums.
func TestMeasurementsAgree(t *testing.T) {
	for _, psd := range []bool{false, true} {
		p := completion(9, 9, 2, 0.4, psd, 5)
		n, m := p.A.Dims()
		full := make([]float64, n*m)
		for k := range n {
			linop.Row(p.A, k, func(j int, v float64) { full[k*m+j] = v })
		}
		sparse := measure(p.A, 9, 9, psd)
		dense := &denseMeasure{n, 9, 9, full, true}
		if psd {
			for k := range n {
				symmetrise(full[k*m:(k+1)*m], 9)
			}
		}
		if _, ok := sparse.(*sparseMeasure); !ok {
			t.Fatal("a completion is not sparse")
		}
		rng := rand.New(rand.NewPCG(1, 1))
		l, r, y := normal(rng, 27), normal(rng, 27), normal(rng, n)
		if psd {
			r = l
		}
		same(t, "𝒜(LRᵀ)", applied(sparse, l, r), applied(dense, l, r))
		same(t, "𝒜*y", sparse.adjoint(y).dense(), dense.adjoint(y).dense())
		same(t, "𝒜*y V", sparse.adjoint(y).mul(l, 3), dense.adjoint(y).mul(l, 3))
		same(t, "(𝒜*y)ᵀU", sparse.adjoint(y).mulT(l, 3), dense.adjoint(y).mulT(l, 3))
	}
}

func applied(m measurements, l, r []float64) []float64 {
	n, _, _ := m.size()
	out := make([]float64, n)
	m.apply(out, l, r, 3)
	return out
}

func same(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-13*(1+math.Abs(want[i])) {
			t.Fatalf("%s: entry %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

// The same bits for any number of threads are what parallel loops promise; this
// holds the routes to it.
func TestSameBitsTwice(t *testing.T) {
	p := completion(80, 70, 3, 0.4, false, 11)
	a, b := solved(t, p), solved(t, p)
	if fmt.Sprint(a.Left, a.Y) != fmt.Sprint(b.Left, b.Y) {
		t.Error("two runs differ")
	}
}

// Right-hand sides of no structure have answers of higher rank, which the central
// path finds.
func TestGenericRightHandSides(t *testing.T) {
	for _, c := range []struct {
		p, q, n int
		psd     bool
		seed    uint64
	}{
		{8, 8, 12, true, 1}, {12, 12, 30, true, 2}, {6, 9, 20, false, 3}, {10, 5, 30, false, 4}, {3, 3, 6, false, 5},
	} {
		p := sensing(planted(c.p, c.q, min(c.p, c.q), c.psd, c.seed), c.p, c.q, c.n, c.psd, c.seed)
		r := solved(t, p)
		if r.Status != limit.Certified {
			t.Errorf("%+v: %s, rank %d, gap %.2e, residual %.2e, route %s", c, r.Status, r.Rank, r.Gap, r.Residual, r.Stats.Route)
			continue
		}
		prove(t, p, r)
	}
	for _, psd := range []bool{false, true} {
		p := completion(12, 12, 12, 0.5, psd, 9)
		r := solved(t, p)
		if r.Status != limit.Certified {
			t.Errorf("completion, psd %v: %s, rank %d, gap %.2e, residual %.2e, route %s", psd, r.Status, r.Rank, r.Gap, r.Residual, r.Stats.Route)
			continue
		}
		prove(t, p, r)
	}
}

// The counterexample of Li, Luo and Lyu: the least trace is 4R at rank 2, although
// a matrix of rank 1 has the same entries.
func TestLeastTraceOfLiLuoLyu(t *testing.T) {
	for _, radius := range []float64{2, 3} {
		p := Problem{A: linop.Entries(4, 4, []int{2, 3, 2}, []int{0, 0, 1}), B: []float64{1, radius, radius}, P: 4, Q: 4, PSD: true}
		r := solved(t, p)
		if r.Status != limit.Certified || math.Abs(r.Objective-4*radius) > 1e-9*4*radius {
			t.Errorf("R = %v: %s, trace %v, want %v (rank %d, gap %.2e, route %s)", radius, r.Status, r.Objective, 4*radius, r.Rank, r.Gap, r.Stats.Route)
			continue
		}
		prove(t, p, r)
	}
}

// What no matrix has is proven.
func TestInfeasibleProblems(t *testing.T) {
	for name, p := range map[string]Problem{
		"2×2 minor":         {A: linop.Entries(2, 2, []int{0, 1, 1}, []int{0, 1, 0}), B: []float64{1, 1, 2}, P: 2, Q: 2, PSD: true},
		"negative diagonal": {A: linop.Entries(3, 3, []int{0, 1}, []int{0, 1}), B: []float64{1, -1}, P: 3, Q: 3, PSD: true},
		"random negative":   sensing(scaled(planted(6, 6, 6, true, 3), -1), 6, 6, 20, true, 2),
		"contradiction": {A: linop.NewDense(3, 4, []float64{1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1}),
			B: []float64{1, 1, 3}, P: 2, Q: 2},
		// The matrices X with these measurements exist, symmetric ones do not.
		"asymmetric contradiction": {A: linop.NewDense(4, 4, []float64{1, -1, 2, -1, -2, -1, 0, -1, 1, -1, 0, 0, 2, 1, -2, -1}),
			B: []float64{1, -1, 2, -2}, P: 2, Q: 2, PSD: true},
		"antisymmetric": {A: linop.NewDense(2, 4, []float64{1, 0, 0, 1, 0, 1, -1, 0}), B: []float64{1, 1}, P: 2, Q: 2, PSD: true},
		"zero matrix":   {A: linop.NewDense(2, 4, []float64{1, 0, 0, 1, 0, 0, 0, 0}), B: []float64{1, 1}, P: 2, Q: 2},
	} {
		r := solved(t, p)
		if r.Status != limit.Infeasible {
			t.Errorf("%s: %s, gap %.2e, residual %.2e, route %s", name, r.Status, r.Gap, r.Residual, r.Stats.Route)
			continue
		}
		prove(t, p, r)
	}
}

// The measurements are scaled in a copy: the caller's numbers stay as they are.
func TestMeasurementsAreLeftAsTheyAre(t *testing.T) {
	for _, psd := range []bool{false, true} {
		rng := rand.New(rand.NewPCG(9, 9))
		d, n := 6, 20
		data := normal(rng, n*d*d)
		for i := range data {
			data[i] *= 100
		}
		y := normal(rng, d)
		b := make([]float64, n)
		for k := range b {
			for at, v := range data[k*d*d : (k+1)*d*d] {
				b[k] += v * y[at/d] * y[at%d]
			}
		}
		before := slices.Clone(data)
		p := Problem{A: linop.NewDense(n, d*d, data), B: b, P: d, Q: d, PSD: psd}
		if r := solved(t, p); r.Status != limit.Certified || r.Residual > 1e-12 {
			t.Errorf("psd %v: %s, residual %v", psd, r.Status, r.Residual)
		}
		if !slices.Equal(data, before) {
			t.Errorf("psd %v: the measurements were changed", psd)
		}
	}
}

// Greedy low-rank learning of X₁₃ = 1, X₁₄ = X₂₃ = R ends at rank 1 and trace 2(1+R²),
// and the least trace 4R bounds it from below.
func TestGreedyPrefersLowRank(t *testing.T) {
	for _, radius := range []float64{2, 3} {
		p := Problem{A: linop.Entries(4, 4, []int{2, 3, 2}, []int{0, 0, 1}), B: []float64{1, radius, radius}, P: 4, Q: 4, PSD: true, Greedy: true}
		r, err := Solve(context.Background(), p, limit.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want, least := 2*(1+radius*radius), 4*radius
		if r.Rank != 1 || math.Abs(r.Objective-want) > 1e-9*want || math.Abs(r.Bound-least) > 1e-6*least || r.Stop != StopResidual {
			t.Errorf("R = %v: rank %d, trace %v, bound %v, stop %s", radius, r.Rank, r.Objective, r.Bound, r.Stop)
		}
	}
}

// Where no X ⪰ 0 has the measurements the search ends at least squares over X ⪰ 0, its
// stages falling: of X₁₁ = X₂₂ = 1, X₁₂ = 2 at the multiple 4/3 of the matrix of ones.
func TestGreedyStopsAtLeastSquares(t *testing.T) {
	p := Problem{A: linop.Entries(2, 2, []int{0, 1, 1}, []int{0, 1, 0}), B: []float64{1, 1, 2}, P: 2, Q: 2, PSD: true, Greedy: true}
	r, err := Solve(context.Background(), p, limit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != limit.Infeasible || r.Stop != StopGradient || len(r.Stages) != 2 {
		t.Fatalf("%s, stop %s, %d stages", r.Status, r.Stop, len(r.Stages))
	}
	if got, want := r.Stages[1].Residual, math.Sqrt(2.0/3)/math.Sqrt(6); math.Abs(got-want) > 1e-9 {
		t.Errorf("the residual is %v, of (4/3)·11ᵀ it is %v", got, want)
	}
}

// A greedy search of two blocks that are known, and of nothing else, adds up their
// singular values in the order of size, whichever block has them (Eckart and Young); what
// joins the blocks stays 0.
func TestGreedyByParts(t *testing.T) {
	rows, cols := []int{0, 0, 1, 1, 2, 2, 4, 4, 5, 5}, []int{0, 1, 0, 1, 0, 1, 2, 3, 2, 3}
	b := []float64{3, 1, 6, 2.5, 1, -1, 5, 1, -1, 2}
	const d = 6
	r, err := Solve(context.Background(), Problem{A: linop.Entries(d, d, rows, cols), B: b, P: d, Q: d, Greedy: true}, limit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all []float64
	for _, block := range []*mat.Dense{mat.NewDense(3, 2, b[:6]), mat.NewDense(2, 2, b[6:])} {
		var svd mat.SVD
		svd.Factorize(block, mat.SVDNone)
		all = append(all, svd.Values(nil)...)
	}
	slices.Sort(all)
	slices.Reverse(all)
	if len(r.Stages) != 5 || r.Stop != StopResidual || r.Rank != 4 || len(r.Components) != 2 || len(r.EmptyRows) != 1 {
		t.Fatalf("%d stages, stop %q, rank %d, components %v, empty rows %v", len(r.Stages), r.Stop, r.Rank, r.Components, r.EmptyRows)
	}
	norm, rest := 0.0, 0.0
	for _, s := range all {
		rest += s * s
	}
	whole := rest
	for k, s := range r.Stages {
		if s.Rank != k || math.Abs(s.Norm-norm) > 1e-9*norm || math.Abs(s.Residual-math.Sqrt(max(0, rest)/whole)) > 1e-7 {
			t.Errorf("stage %d is %+v, want norm %v and residual %v", k, s, norm, math.Sqrt(rest/whole))
		}
		if k < len(all) {
			if math.Abs(s.Gradient-all[k]/all[0]) > 1e-9 {
				t.Errorf("stage %d has the gradient %v, want %v", k, s.Gradient, all[k]/all[0])
			}
			norm, rest = norm+all[k], rest-all[k]*all[k]
		}
	}
	x := r.Dense()
	for i := range d {
		for j := range 4 {
			if (i < 3) != (j < 2) && x[i*d+j] != 0 {
				t.Errorf("X joins the blocks at (%d, %d): %v", i, j, x[i*d+j])
			}
		}
	}
}
