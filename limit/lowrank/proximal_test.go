package lowrank

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/limit"
)

// The derivative of the shrinkage is that of differences, for tall, wide, square and
// symmetric matrices, and its diagonal what it does to single entries, up to the part
// that is left out.
func TestShrinkageDerivativeIsThatOfDifferences(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for _, c := range []struct {
		p, q int
		psd  bool
	}{{9, 6, false}, {6, 9, false}, {7, 7, false}, {8, 8, true}} {
		w, h := normal(rng, c.p*c.q), normal(rng, c.p*c.q)
		if c.psd {
			symmetrise(w, c.p)
			symmetrise(h, c.p)
		}
		sigma := 1.5
		s := shrink(w, c.p, c.q, c.psd, sigma)
		if s.r == 0 || s.r == s.k {
			t.Fatalf("%+v: rank %d shows nothing", c, s.r)
		}
		s.differentiate()
		const e = 1e-5
		shifted := func(e float64) []float64 {
			v := append([]float64(nil), w...)
			for i := range v {
				v[i] += e * h[i]
			}
			return shrink(v, c.p, c.q, c.psd, sigma).dense()
		}
		plus, minus := shifted(e), shifted(-e)
		for i, v := range s.derivative(h) {
			if want := (plus[i] - minus[i]) / (2 * e); math.Abs(v-want) > 1e-7 {
				t.Fatalf("%+v: entry %d of the derivative is %v, differences give %v", c, i, v, want)
			}
		}
		diagonal := s.diagonal()
		for i := range c.p {
			for j := range c.q {
				unit := make([]float64, c.p*c.q)
				unit[i*c.q+j] = 1
				want := s.derivative(unit)[i*c.q+j]
				for a := range s.k { // Σ (Ω⁺−Ω⁻)/2 u_ia v_ib u_ja v_jb
					for b := range s.r {
						x := s.other[a*s.r+b] * s.u[i*s.k+a] * s.v[j*s.k+b] * s.u[i*s.k+b] * s.v[j*s.k+a]
						if want -= x; a >= s.r {
							want -= x
						}
					}
				}
				if v := diagonal[i*c.q+j]; !c.psd && math.Abs(v-want) > 1e-12 || !(v > 0) {
					t.Fatalf("%+v: diagonal (%d, %d) is %v, want %v", c, i, j, v, want)
				}
			}
		}
	}
}

// generic has entries of full rank at random places.
func generic(p, q int, share float64, psd bool, seed uint64) Problem {
	problem := completion(p, q, min(p, q), share, psd, seed)
	rng := rand.New(rand.NewPCG(seed, 7))
	for k := range problem.B {
		problem.B[k] += 0.3 * rng.NormFloat64()
	}
	return problem
}

// Both lanes for matrices of no low rank find the same value, of completions and of
// dense measurements.
func TestProximalStepsAndCentralPathAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 1))
	square := normal(rng, 64)
	symmetrise(square, 8)
	for i := range 8 {
		square[i*9] += 6
	}
	for name, p := range map[string]Problem{
		"tall":           generic(16, 10, 0.6, false, 1),
		"wide":           generic(9, 17, 0.6, false, 2),
		"symmetric":      completion(12, 12, 12, 0.7, true, 3),
		"sensing":        sensing(normal(rng, 8*6), 8, 6, 30, false, 4),
		"sensing, X ⪰ 0": sensing(square, 8, 8, 25, true, 5),
	} {
		run := func(lane func(s *solver)) *solver {
			op := measure(p.A, p.P, p.Q, p.PSD)
			u := unitsOf(op, p.B)
			b := u.scaled(p.B)
			s := newSolver(context.Background(), u.apply(op, nil), scaledBy(b, norm(b)), p.PSD, 0, limit.Options{Tol: 1e-10})
			lane(s)
			return s
		}
		x, y := run((*solver).proximal), run((*solver).centralPath)
		if !x.done() || math.Abs(x.x.sum()-y.x.sum()) > 1e-7*y.x.sum() {
			t.Errorf("%s: proximal %.10g (gap %.1e, residual %.1e), central path %.10g", name, x.x.sum(), x.gap, x.res, y.x.sum())
		}
	}
}

// Entries of no low rank, too many for the central path, are completed with a proof to
// the usual tolerance.
func TestLargeCompletionsOfFullRankAreCertified(t *testing.T) {
	for name, p := range map[string]Problem{
		"square":    generic(100, 100, 0.4, false, 3),
		"tall":      generic(140, 70, 0.5, false, 4),
		"wide":      generic(60, 150, 0.5, false, 5),
		"symmetric": completion(90, 90, 90, 0.7, true, 6),
	} {
		r, err := Solve(context.Background(), p, limit.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Status != limit.Certified || !strings.Contains(r.Stats.Route, "proximal") || strings.Contains(r.Stats.Route, "central") {
			t.Errorf("%s: %s, gap %.2e, residual %.2e, route %s", name, r.Status, r.Gap, r.Residual, r.Stats.Route)
			continue
		}
		if r.Unique != nil || !strings.Contains(r.UniqueWhy, "degrees of freedom") {
			t.Errorf("%s: unique %v, %q", name, r.Unique, r.UniqueWhy)
		}
		prove(t, p, r)
	}
}

// The budget ends the lane between two steps, with what is known by then.
func TestProximalStepsEndWithTheBudget(t *testing.T) {
	p := generic(60, 60, 0.4, false, 8)
	full, err := Solve(context.Background(), p, limit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Solve(context.Background(), p, limit.Options{MaxSteps: full.Stats.Steps - 4})
	if err != nil || r.Status != limit.Budget || !(r.Gap < 0.5) {
		t.Errorf("%v, gap %v, %v", r.Status, r.Gap, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r, err = Solve(ctx, p, limit.Options{Observe: func(p limit.Progress) {
		if p.Lane == "proximal" && p.Step == 3 {
			stop()
		}
	}})
	if err != nil || r.Status != limit.Interrupted {
		t.Errorf("%v, %v", r.Status, err)
	}
	stop()
}
