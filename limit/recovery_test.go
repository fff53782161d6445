package limit

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/linop"
)

// A point is recovered if and only if the minimiser that L1 finds is that point:
// on both sides of the phase transition and at it, in either problem, each answer
// with a proof that does not come from the solver.
func TestRecoversAgreesWithL1(t *testing.T) {
	trials := 12
	if testing.Short() {
		trials = 3
	}
	undecided, count := 0, 0
	for _, nonneg := range []bool{true, false} {
		for _, size := range [][2]int{{40, 80}, {10, 80}, {60, 70}, {30, 30}} {
			n, m := size[0], size[1]
			for k := 1; k <= n; k += 1 + n/12 {
				for seed := range uint64(trials) {
					p, err := instance.Sparse{Name: "recovery", Seed: seed, Ensemble: instance.Gaussian,
						N: n, M: m, K: k, Nonneg: nonneg, Ziggurat: true}.Generate()
					if err != nil {
						t.Fatal(err)
					}
					question := Problem{A: p.A, B: p.B, Nonneg: nonneg}
					r, err := Recovers(context.Background(), question, p.X, Options{})
					if err != nil {
						t.Fatal(err)
					}
					count++
					if !r.Decided {
						undecided++
						continue
					}
					checkRecovery(t, question, p.X, r)
					best, err := L1(context.Background(), question, Options{})
					if err != nil || best.Status != Certified {
						t.Fatal(err, best.Status)
					}
					off := 0.0
					for j := range p.X {
						off = math.Hypot(off, best.X[j]-p.X[j])
					}
					if r.Recovered != (off <= 1e-8*norm2(p.X)) || !r.Recovered && off < r.Distance {
						t.Errorf("n=%d m=%d k=%d nonneg=%v seed %d: recovered %v, but the minimiser is %.3g away, at least %.3g", n, m, k, nonneg, seed, r.Recovered, off, r.Distance)
					}
				}
			}
		}
	}
	t.Logf("%d of %d undecided", undecided, count)
	if undecided > count/50 {
		t.Errorf("%d of %d were not decided", undecided, count)
	}
}

// checkRecovery verifies the proof: a certificate that the independent code accepts
// as one of uniqueness, or a point that solves the equations and has a smaller norm.
func checkRecovery(t *testing.T, p Problem, x []float64, r *Recovery) {
	t.Helper()
	if r.Recovered {
		claim := certify.L1
		if p.Nonneg {
			claim = certify.L1Nonneg
		}
		unique := true
		c := certify.Certificate{Claim: claim, Tol: 1e-9, Unique: &unique}
		if p.Weights != nil {
			name := "weights"
			c.Weights = &name
		}
		w := certify.Witness{X: r.X, Y: r.Y, Weights: p.Weights}
		var err error
		c, err = certify.Issue(p.A, p.B, c, w)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := certify.Verify(p.A, p.B, c, w); err != nil || !v.Valid || c.Unique == nil || !*c.Unique {
			t.Fatal(err, v.Failed(), c.Unique)
		}
		return
	}
	n, m := p.A.Dims()
	residual := make([]float64, n)
	p.A.Apply(residual, r.X)
	for i := range residual {
		residual[i] -= p.B[i]
	}
	if rel := norm2(residual) / norm2(p.B); rel > 1e-10 {
		t.Fatalf("the better point has the residual %v", rel)
	}
	var before, after float64
	for j := range m {
		w := 1.0
		if p.Weights != nil {
			w = p.Weights[j]
		}
		before += w * math.Abs(x[j])
		after += w * math.Abs(r.X[j])
		if p.Nonneg && r.X[j] < 0 {
			t.Fatalf("x[%d] = %v in the better point", j, r.X[j])
		}
	}
	if !(after < before) || math.Abs(after-r.Objective) > 1e-12*after || math.Abs(before-r.Norm) > 1e-12*before {
		t.Fatalf("norms %v and %v, said to be %v and %v", before, after, r.Norm, r.Objective)
	}
}

// The units of rows, of b and of the weights change neither the answer nor its
// proof.
func TestRecoversInAnyUnits(t *testing.T) {
	const n, m = 30, 60
	seen := map[bool]int{}
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 7))
		k := 6 + int(seed)%8
		p, err := instance.Sparse{Name: "units", Seed: seed, Ensemble: instance.Gaussian, N: n, M: m, K: k, Nonneg: seed%2 == 0}.Generate()
		if err != nil {
			t.Fatal(err)
		}
		data := slices.Clone(p.Dense)
		weights := make([]float64, m)
		for j := range weights {
			weights[j] = math.Exp(rng.NormFloat64())
		}
		b := slices.Clone(p.B)
		for i := range n {
			row := math.Exp(3 * rng.NormFloat64())
			b[i] *= row
			for j := range m {
				data[i*m+j] *= row
			}
		}
		question := Problem{A: linop.NewDense(n, m, data), B: b, Weights: weights, Nonneg: p.Nonneg}
		r, err := Recovers(context.Background(), question, p.X, Options{})
		if err != nil {
			t.Fatal(err)
		}
		best := mustL1(t, question)
		off := 0.0
		for j := range p.X {
			off = math.Hypot(off, best.X[j]-p.X[j])
		}
		if !r.Decided || r.Recovered != (off <= 1e-8*norm2(p.X)) || !r.Recovered && off < r.Distance {
			t.Errorf("seed %d: decided %v, recovered %v, at least %v away, but the minimiser is %v away", seed, r.Decided, r.Recovered, r.Distance, off)
		}
		checkRecovery(t, question, p.X, r)
		seen[r.Recovered]++
	}
	if seen[true] < 5 || seen[false] < 5 {
		t.Errorf("one answer only: %v", seen)
	}
}

// Where there is no proof either way the answer is not decided; never a wrong one.
func TestRecoversDoesNotDecide(t *testing.T) {
	a := linop.NewDense(2, 4, []float64{1, 0, 1, 1, 0, 1, 1, 1}) // the last two columns repeat
	for name, c := range map[string]struct {
		b, x []float64
	}{
		"x is no solution":       {[]float64{1, 2}, []float64{1, 1, 0, 0}},
		"one of two minimisers":  {[]float64{1, 1}, []float64{0, 0, 1, 0}},
		"a mean of minimisers":   {[]float64{1, 1}, []float64{0, 0, 0.5, 0.5}},
		"more entries than rows": {[]float64{2, 2}, []float64{1, 1, 1, 0}},
		"zero is no solution":    {[]float64{1, 1}, make([]float64, 4)},
	} {
		for _, nonneg := range []bool{true, false} {
			r, err := Recovers(context.Background(), Problem{A: a, B: c.b, Nonneg: nonneg}, c.x, Options{})
			if err != nil || r.Decided {
				t.Errorf("%s: %v, %+v", name, err, r)
			}
		}
	}
	zero, err := Recovers(context.Background(), Problem{A: a, B: make([]float64, 2)}, make([]float64, 4), Options{})
	if err != nil || !zero.Recovered {
		t.Errorf("x = 0 for b = 0: %v, %+v", err, zero)
	}
	// e₁+e₂ has the norm 2, e₃ the norm 1.
	other, err := Recovers(context.Background(), Problem{A: a, B: []float64{1, 1}}, []float64{1, 1, 0, 0}, Options{})
	if err != nil || !other.Decided || other.Recovered || math.Abs(other.Objective-1) > 1e-6 {
		t.Errorf("e₁+e₂: %v, %+v", err, other)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if r, err := Recovers(ctx, Problem{A: a, B: []float64{1, 1}}, []float64{1, 1, 0, 0}, Options{}); err != nil || r.Decided {
		t.Errorf("cancelled: %v, %+v", err, r)
	}
}

func TestRecoversBadInput(t *testing.T) {
	p := Problem{A: linop.NewDense(1, 2, []float64{1, 2}), B: []float64{1}, Nonneg: true}
	for want, x := range map[string][]float64{
		"x has length 1, but A has 2 columns": {1},
		"x[1] is NaN":                         {1, math.NaN()},
		"x[0] is -1; the problem asks for":    {-1, 1},
	} {
		if _, err := Recovers(context.Background(), p, x, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := Recovers(context.Background(), Problem{}, nil, Options{}); err == nil {
		t.Error("a problem without A is accepted")
	}
}

// BenchmarkRecovers asks about the cells of BenchmarkL1Small.
func BenchmarkRecovers(b *testing.B) {
	for k := 5; k <= 95; k += 10 {
		var problems []Problem
		var planted [][]float64
		for seed := range 40 {
			p, err := instance.Sparse{Name: "bench small", Seed: uint64(seed), Ensemble: instance.Gaussian,
				N: 100, M: 200, K: k, Nonneg: true}.Generate()
			if err != nil {
				b.Fatal(err)
			}
			problems = append(problems, Problem{A: p.A, B: p.B, Nonneg: true})
			planted = append(planted, p.X)
		}
		b.Run(fmt.Sprint("k=", k), func(b *testing.B) {
			steps, recovered := 0, 0
			for i := range b.N {
				r, err := Recovers(context.Background(), problems[i%len(problems)], planted[i%len(problems)], Options{})
				if err != nil || !r.Decided {
					b.Fatal(err, i)
				}
				steps += r.Stats.Steps
				if r.Recovered {
					recovered++
				}
			}
			b.ReportMetric(float64(steps)/float64(b.N), "steps")
			b.ReportMetric(float64(recovered)/float64(b.N), "recovered")
		})
	}
}
