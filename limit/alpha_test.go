package limit

import (
	"math"
	"testing"
)

// The values were computed independently (root of m·f(S/m) = f(Q)+(m−1)·f(0)
// in 50 digits) for Q = 1.
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
