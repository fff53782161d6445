package tacit_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/limit"
)

// fromAfar is a problem whose constraint on the sum of x bounds the solutions, if
// bounded, with a start of size 10^e.
func fromAfar(t *testing.T, geometry string, e float64, seed uint64) (a tacit.Operator, b []float64, sel tacit.Selection) {
	t.Helper()
	const n, m = 5, 30
	rng := rand.New(rand.NewPCG(5, seed))
	data := make([]float64, n*m)
	for k := range data {
		data[k] = rng.NormFloat64()
	}
	for j := 0; seed%2 == 0 && j < m; j++ {
		data[j] = 1
	}
	x, b := make([]float64, m), make([]float64, n)
	sel = tacit.Selection{Geometry: geometry, X0: make([]float64, m)}
	for j := range x {
		x[j] = 0.5 + rng.Float64()
		sel.X0[j] = math.Pow(10, e) * (0.5 + rng.Float64())
		if geometry == "exponential" && rng.IntN(2) == 0 {
			sel.X0[j] = -sel.X0[j]
		}
		if geometry == "mahalanobis" {
			sel.K = append(sel.K, 0.5+rng.Float64())
		}
	}
	a, err := tacit.Dense(n, m, data)
	if err != nil {
		t.Fatal(err)
	}
	a.Apply(b, x)
	return a, b, sel
}

// From priors so far away that no y in doubles has its θ₀+Aᵀy at x, answers are
// proven all the same, by a y of two parts. Farther still, or where x is too large
// for doubles to meet Ax = b, nothing is sold as proven.
func TestNearestFromExtremePriorsIsProven(t *testing.T) {
	for _, in := range []struct {
		geometry       string
		proven, beyond []float64 // exponents of x₀
	}{
		{"burg", []float64{-6, -9, -12, -20, 6}, []float64{-40, -80, 9, 12, 40}},
		{"inverse", []float64{-3, -6, -9, 6}, []float64{-20, -40, 9, 12}},
		{"chi-square", []float64{-40, -12, -6, 6}, []float64{9, 12, 15, 20}},
		{"exponential", []float64{0.3, 0.5, 0.7}, []float64{0.85, 1, 1.3, 1.6, 2}},
		{"euclidean", []float64{-12, 6}, []float64{12}},
		{"mahalanobis", []float64{-12, 6}, []float64{12}},
	} {
		check := func(e float64, proven bool) {
			for seed := range uint64(6) {
				name := fmt.Sprintf("%s from 1e%v, seed %d", in.geometry, e, seed)
				a, b, sel := fromAfar(t, in.geometry, e, seed)
				ans, err := tacit.Nearest(context.Background(), a, b, sel, tacit.Options{})
				switch {
				case err != nil:
					t.Errorf("%s: %v", name, err)
				case ans.Status == limit.Certified:
					if v, err := tacit.Verify(a, b, ans); err != nil || !v.Valid {
						t.Errorf("%s: %v %+v", name, err, v.Failed())
					}
				case proven:
					t.Errorf("%s: %s %+v, %+v", name, ans.Status, ans.Reason, ans.Stats)
				case !strings.Contains(ans.Reason.Hint, "start closer"):
					t.Errorf("%s: the hint is %q", name, ans.Reason.Hint)
				}
			}
		}
		for _, e := range in.proven {
			check(e, true)
		}
		for _, e := range in.beyond {
			check(e, false)
		}
	}
}

// Where the second part of y decides, the verifier notices when it is lost or
// changed.
func TestTailOfYIsHeldTo(t *testing.T) {
	a, b, sel := fromAfar(t, "burg", -12, 0)
	ans, err := tacit.Nearest(context.Background(), a, b, sel, tacit.Options{})
	if err != nil || ans.YTail == nil {
		t.Fatalf("%v: no tail", err)
	}
	c, w, err := ans.Certificate(a, b)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(c *certify.Certificate, w *certify.Witness){
		"lost":      func(c *certify.Certificate, w *certify.Witness) { c.Tail, w.Tail = nil, nil },
		"not named": func(c *certify.Certificate, w *certify.Witness) { c.Tail = nil },
		"not given": func(c *certify.Certificate, w *certify.Witness) { w.Tail = nil },
		"halved":    func(c *certify.Certificate, w *certify.Witness) { w.Tail = scaled(w.Tail, 0.5) },
		"infinite":  func(c *certify.Certificate, w *certify.Witness) { w.Tail = scaled(w.Tail, math.Inf(1)) },
		"intact":    func(*certify.Certificate, *certify.Witness) {},
	} {
		bad, witness := c, w
		change(&bad, &witness)
		bad = bad.Sealed(b, witness)
		for _, verify := range []func(tacit.Operator, []float64, certify.Certificate, certify.Witness) (certify.Verdict, error){
			certify.Verify, certify.VerifyExact,
		} {
			v, err := verify(a, b, bad, witness)
			if want := name == "intact"; err != nil || v.Valid != want {
				t.Errorf("%s: valid %v, %v, %+v", name, v.Valid, err, v.Failed())
			}
		}
	}
	bad, witness := c, w
	witness.Tail = w.Tail[1:]
	if _, err := certify.Verify(a, b, bad, witness); err == nil {
		t.Error("a tail of another length taken")
	}
}

func scaled(v []float64, s float64) []float64 {
	w := make([]float64, len(v))
	for i := range v {
		w[i] = v[i] * s
	}
	return w
}

// What does not fit in doubles is not certified.
func TestSolveBeyondDoubles(t *testing.T) {
	for _, size := range []float64{1e-320, 5e-324} {
		a, err := tacit.Dense(2, 2, []float64{size, 0, 0, size})
		if err != nil {
			t.Fatal(err)
		}
		for _, nonneg := range []bool{false, true} {
			ans, err := tacit.Solve(context.Background(), tacit.Problem{A: a, B: []float64{1, 1}, Nonneg: nonneg}, tacit.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if ans.Status == limit.Certified {
				t.Errorf("size %g, nonneg %v: certified x = %v", size, nonneg, ans.X)
			}
		}
	}
}
