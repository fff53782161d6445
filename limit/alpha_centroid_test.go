package limit

import (
	"context"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

func centroid(t *testing.T, p Problem) (y, slack []float64) {
	t.Helper()
	y, slack, ok := DualCentroid(context.Background(), p, mustL1(t, p), Options{})
	if !ok {
		t.Fatal("no centroid")
	}
	return y, slack
}

func TestDualCentroidClosedForms(t *testing.T) {
	for name, c := range map[string]struct {
		p    Problem
		want []float64
	}{
		"line":       {Problem{A: linop.NewDense(1, 2, []float64{1, 2}), B: []float64{1}, Nonneg: true}, []float64{0.5, 0}},
		"ties":       {Problem{A: linop.NewDense(1, 3, []float64{1, 1, .5}), B: []float64{1}, Nonneg: true}, []float64{0, 0, 0.5}},
		"path":       {Problem{A: linop.NewDense(2, 4, []float64{1, .5, .7, 0, .5, 1, .1, .7}), B: []float64{1, 0}}, []float64{4.0 / 49, 19.0 / 49, 0, 0}},
		"orthogonal": {Problem{A: linop.NewDense(2, 2, []float64{1, 0, 0, 1}), B: []float64{1, 0}}, []float64{0, 1}},
		// y₁ = 1; the smallest slack is greatest at y₂ = 0, and the columns bind y₃ only after that.
		"two stages": {Problem{A: linop.NewDense(3, 5, []float64{1, .5, .5, 0, 0, 0, .25, -.25, 0, 0, 0, 0, 0, .5, -1}), B: []float64{1, 0, 0}},
			[]float64{0, .5, .5, 1, 1}},
		// For x ≥ 0 a slack may exceed 1.
		"beyond 1": {Problem{A: linop.NewDense(1, 2, []float64{1, -2}), B: []float64{1}, Nonneg: true}, []float64{0, 3}},
	} {
		_, slack := centroid(t, c.p)
		for j, s := range slack {
			if math.Abs(s-c.want[j]) > 1e-9 {
				t.Errorf("%s: slacks %v, want %v", name, slack, c.want)
				break
			}
		}
	}
}

// TestPowersOfAlphaAreSlacksOfTheCentroid: two limits at small α give the power of each
// coordinate, without anything of the linear programs.
func TestPowersOfAlphaAreSlacksOfTheCentroid(t *testing.T) {
	tested := 0
	for seed := range 90 {
		p, _ := planted(uint64(60+seed), 12, 30, 3, seed%2 == 0)
		start := mustL1(t, p)
		exponent, unique := SlackExponent(context.Background(), p, start, Options{})
		y, slack, ok := DualCentroid(context.Background(), p, start, Options{})
		if !unique {
			t.Errorf("seed %d: no slack exponent", seed)
		}
		if !ok && p.Nonneg && exponent == 1 {
			continue // x is the only point x ≥ 0, whose slacks have no bound
		}
		if !ok {
			t.Errorf("seed %d: no centroid", seed)
			continue
		}
		least, next := math.Inf(1), math.Inf(1)
		for j, s := range slack {
			switch {
			case start.X[j] != 0:
			case s < least-1e-9:
				least, next = s, least
			case s > least+1e-9:
				next = math.Min(next, s)
			}
		}
		if math.Abs(math.Min(1, least)-exponent) > 1e-9 {
			t.Errorf("seed %d: the smallest slack is %.12f, s̄ is %.12f", seed, least, exponent)
		}
		if least > 1 || next < 1.6*least {
			continue // what is left of the other coordinates is seen as long as these are
		}
		tested++
		nu := func(logAlpha float64) []float64 {
			r, err := L1AtAlpha(context.Background(), p, logAlpha, start, Options{Tol: 1e-12})
			if err != nil {
				t.Fatal(err)
			}
			return r.Y
		}
		from, to := -12/least, -16/least
		a, b := nu(from), nu(to)
		for i := range y {
			if v := (b[i] - a[i]) / (from - to); math.Abs(v-y[i]) > 5e-3*math.Max(1, norm2(y)) {
				t.Errorf("seed %d: dν/d ln(1/α) is %.6f in entry %d, y_c is %.6f", seed, v, i, y[i])
			}
		}
	}
	if tested < 3 {
		t.Errorf("%d problems were tested", tested)
	}
}

func TestDualCentroidNotDefined(t *testing.T) {
	weighted := Problem{A: linop.NewDense(1, 2, []float64{1, 2}), B: []float64{1}, Weights: []float64{1, 1}}
	if _, _, ok := DualCentroid(context.Background(), weighted, mustL1(t, weighted), Options{}); ok {
		t.Error("defined with weights")
	}
	// x[1] is forced to 0: the slack of an optimal y has no bound.
	forced := Problem{A: linop.NewDense(2, 2, []float64{1, 0, 0, 1}), B: []float64{1, 0}, Nonneg: true}
	if y, slack, ok := DualCentroid(context.Background(), forced, mustL1(t, forced), Options{}); ok {
		t.Errorf("defined where a coordinate is forced to 0: y %v, slacks %v", y, slack)
	}
}
