package tacit_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/limit"
)

// shape changes a problem into a harder one with the same solutions, or with
// new unknowns.
var shapes = map[string]func(rng *rand.Rand, a [][]float64) [][]float64{
	"plain": func(_ *rand.Rand, a [][]float64) [][]float64 { return a },
	"dependent rows": func(_ *rand.Rand, a [][]float64) [][]float64 {
		sum := make([]float64, len(a[0]))
		for j := range sum {
			sum[j] = a[0][j] - 2*a[1][j]
		}
		return append(a, sum)
	},
	"rows of other units": func(_ *rand.Rand, a [][]float64) [][]float64 {
		for j := range a[0] {
			a[0][j] *= 1e9
			a[1][j] *= 1e-9
		}
		return a
	},
	"empty columns": func(_ *rand.Rand, a [][]float64) [][]float64 {
		for i := range a {
			a[i][0], a[i][3] = 0, 0
		}
		return a
	},
	"repeated columns": func(_ *rand.Rand, a [][]float64) [][]float64 {
		for i := range a {
			a[i][1], a[i][2] = a[i][0], -a[i][0]
		}
		return a
	},
}

// TestNearestIsVerified: every geometry, on shapes that users bring, ends in an
// answer that the verifier accepts.
func TestNearestIsVerified(t *testing.T) {
	const n, m = 4, 11
	positive := []string{"entropy", "burg", "inverse", "lp-quasi:0.4", "power:3", "chi-square", "fermi-dirac:0,4", "exponential"}
	signed := []string{"euclidean", "hypentropy:1e-3", "lp:1.5", "power-diff:4", "mahalanobis", "fermi-dirac:-4,4"}
	for name, change := range shapes {
		for k, geometry := range append(positive, signed...) {
			for seed := range uint64(5) {
				rng := rand.New(rand.NewPCG(seed, 5))
				rows := make([][]float64, n)
				for i := range rows {
					rows[i] = make([]float64, m)
					for j := range rows[i] {
						rows[i][j] = rng.NormFloat64()
					}
				}
				x, x0, diagonal := make([]float64, m), make([]float64, m), make([]float64, m)
				for j := range x {
					x[j], x0[j], diagonal[j] = 0.2+3*rng.Float64(), 0.2+3*rng.Float64(), 0.1+rng.Float64()
					if k >= len(positive) {
						x[j] *= rng.NormFloat64() / 4
						x0[j] *= rng.NormFloat64() / 4
					}
				}
				rows = change(rng, rows)
				var entries, b []float64
				for _, row := range rows {
					sum := 0.0
					for j, v := range row {
						sum += v * x[j]
					}
					entries, b = append(entries, row...), append(b, sum)
				}
				a, err := tacit.Dense(len(rows), m, entries)
				if err != nil {
					t.Fatal(err)
				}
				sel := tacit.Selection{Geometry: geometry, X0: x0}
				if geometry == "mahalanobis" {
					sel.K = diagonal
				}
				label := fmt.Sprintf("%s, %s, seed %d", geometry, name, seed)
				ans, err := tacit.Nearest(context.Background(), a, b, sel, tacit.Options{})
				if err != nil {
					t.Fatalf("%s: %v", label, err)
				}
				if ans.Status != limit.Certified {
					t.Errorf("%s: %s %+v, %+v", label, ans.Status, ans.Reason, ans.Stats)
					continue
				}
				v, err := tacit.Verify(a, b, ans)
				if err != nil || !v.Valid {
					t.Errorf("%s: %v %+v", label, err, v.Failed())
				}
			}
		}
	}
}

func TestNearestStarts(t *testing.T) {
	a, err := tacit.Dense(1, 3, []float64{1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	small, tiny := math.Log(0.5), -7000.0
	for _, c := range []struct {
		sel  tacit.Selection
		want string // of the error; "" if there is an answer, which is ⅓ each
	}{
		{tacit.Selection{Geometry: "entropy"}, ""},
		{tacit.Selection{Geometry: "entropy", LogAlpha: &tiny}, ""},
		{tacit.Selection{Geometry: "burg", LogAlpha: &small}, ""},
		{tacit.Selection{Geometry: "power-diff:3", LogAlpha: &small}, ""},
		{tacit.Selection{Geometry: "lp:1.5"}, ""},
		{tacit.Selection{Geometry: "fermi-dirac"}, ""},
		{tacit.Selection{Geometry: "mahalanobis", K: []float64{2, 0, 0, 0, 2, 0, 0, 0, 2}}, ""},
		{tacit.Selection{Geometry: "burg"}, "no least value"},
		{tacit.Selection{Geometry: "burg", LogAlpha: &tiny}, "beyond float64"},
		{tacit.Selection{Geometry: "brug", LogAlpha: &small}, "burg"},
		{tacit.Selection{Geometry: "mahalanobis", K: []float64{1, 2}}, "2 entries"},
		{tacit.Selection{Geometry: "entropy", X0: []float64{1, 1}}, "2 entries"},
		{tacit.Selection{Geometry: "entropy", X0: []float64{1, 1, 1}, LogAlpha: &small}, "both given"},
		{tacit.Selection{Geometry: "burg", X0: []float64{1, 1, 1}, Relative: true}, "fermi-dirac"},
		{tacit.Selection{Geometry: "chi-square"}, "x0"},
	} {
		ans, err := tacit.Nearest(context.Background(), a, []float64{1}, c.sel, tacit.Options{})
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%+v: %v, want %q", c.sel, err, c.want)
			}
			continue
		}
		if err != nil || ans.Status != limit.Certified {
			t.Errorf("%+v: %v %+v", c.sel, err, ans)
			continue
		}
		for _, v := range ans.X {
			if math.Abs(v-1./3) > 1e-12 {
				t.Errorf("%+v: x = %v", c.sel, ans.X)
				break
			}
		}
		if v, err := tacit.Verify(a, []float64{1}, ans); err != nil || !v.Valid {
			t.Errorf("%+v: %v %+v", c.sel, err, v.Failed())
		}
	}
}

func TestDenoiseAndPathAreVerified(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	const n, m = 8, 24
	entries, b := make([]float64, n*m), make([]float64, n)
	for k := range entries {
		entries[k] = rng.NormFloat64()
	}
	a, err := tacit.Dense(n, m, entries)
	if err != nil {
		t.Fatal(err)
	}
	for i := range b {
		b[i] = entries[i*m+2] + 2*entries[i*m+7] + 0.1*rng.NormFloat64()
	}
	for _, nonneg := range []bool{false, true} {
		p := tacit.Problem{A: a, B: b, Nonneg: nonneg}
		for _, sigma := range []float64{0.2, 1, 100} {
			ans, err := tacit.Denoise(context.Background(), p, sigma, tacit.Options{})
			if err != nil || ans.Status != limit.Certified && ans.Status != limit.Infeasible {
				t.Fatalf("σ = %v: %v %+v", sigma, err, ans)
			}
			if v, err := tacit.Verify(a, b, ans); err != nil || !v.Valid {
				t.Errorf("σ = %v, nonneg %v: %v %+v", sigma, nonneg, err, v.Failed())
			}
		}
		ans, err := tacit.Path(context.Background(), p, tacit.PathOptions{})
		if err != nil || ans.Status != limit.Certified && ans.Status != limit.Infeasible || len(ans.Path.Events) == 0 {
			t.Fatalf("path: %v %+v", err, ans)
		}
		if v, err := tacit.Verify(a, b, ans); err != nil || !v.Valid {
			t.Errorf("path, nonneg %v: %v %+v", nonneg, err, v.Failed())
		}
	}
}
