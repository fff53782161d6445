package limit

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/internal/instance"
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
		w := certify.Witness{X: r.X, Y: r.Y, Weights: p.Weights}
		var err error
		c, err = certify.Issue(p.A, p.B, c, w)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := certify.Verify(p.A, p.B, c, w); err != nil || !v.Valid {
			t.Fatal(err, v)
		}
		if !certify.Unique(p.A, r.X, r.Y, p.Weights, p.Nonneg) {
			t.Fatal("the certificate does not prove uniqueness")
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
