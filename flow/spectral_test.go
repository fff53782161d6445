package flow

import (
	"context"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// completion is entries of an 8×8 matrix of rank 2 that do not commute.
func completion() (a linop.Operator, b []float64) {
	var rows, cols []int
	l := make([]float64, 16)
	for i := range l {
		l[i] = math.Cos(1 + 2.3*float64(i*i))
	}
	for i := range 8 {
		for j := range 8 {
			if (i*j+i+j)%5 < 3 {
				rows, cols = append(rows, i), append(cols, j)
				b = append(b, blas.Dot(l[2*i:2*i+2], l[2*j:2*j+2]))
			}
		}
	}
	return linop.Entries(8, 8, rows, cols), b
}

// TestSpectralIsTheFactoredFlow: where doubles hold the factors, both end with the
// same eigenvalues, small ones with their digits.
func TestSpectralIsTheFactoredFlow(t *testing.T) {
	a, b := completion()
	for _, alpha := range []float64{1e-6, 1e-12} {
		y := make([]float64, 64)
		for i := range 8 {
			y[i*9] = alpha
		}
		f, err := NewSymmetric(a, b, 8, y)
		if err != nil {
			t.Fatal(err)
		}
		want, err := f.Follow(context.Background(), FactoredOptions{UntilLoss: 1e-14, RelTol: 1e-8})
		if err != nil {
			t.Fatal(err)
		}
		s, err := NewSpectral(a, b, 8, math.Log(alpha))
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Follow(context.Background(), 1e-14, 1e-5, 3000)
		if err != nil || !got.Status.Definite() {
			t.Fatal(got, err)
		}
		last := len(got.Times) - 1
		if math.Abs(got.Times[last]/want.T-1) > 5e-3 {
			t.Errorf("α = %v: the loss is reached at t = %v, by the factors at %v", alpha, got.Times[last], want.T)
		}
		for i, v := range f.Singular(want.State) {
			if math.Abs(got.Log[last][i]-math.Log(v)) > 1e-4 {
				t.Errorf("α = %v: ln λ_%d is %v, by the factors %v", alpha, i, got.Log[last][i], math.Log(v))
			}
		}
	}
}

// TestSpectralFromAnyScale: in the counterexample of Li, Luo and Lyu the second
// eigenvalue of the limit falls like α^(2(1−λ₂/λ₁)), λ the eigenvalues of 𝒜*(b),
// and the steps do not grow with ln(1/α).
func TestSpectralFromAnyScale(t *testing.T) {
	a := linop.Entries(4, 4, []int{0, 0, 1, 2, 3, 2}, []int{2, 3, 2, 0, 0, 1})
	b := []float64{1, 2, 2, 1, 2, 2}
	at := func(exponent float64) *SpectralResult {
		s, err := NewSpectral(a, b, 4, exponent*math.Ln10)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Follow(context.Background(), 1e-18, 1e-6, 1000)
		if err != nil || !r.Status.Definite() {
			t.Fatal(r, err)
		}
		return r
	}
	small, tiny := at(-140), at(-3000)
	last := func(r *SpectralResult, i int) float64 { return r.Log[len(r.Log)-1][i] }
	root := math.Sqrt(17)
	want := 2 * (1 - (root-1)/(root+1))
	if got := (last(tiny, 1) - last(small, 1)) / (-2860 * math.Ln10); math.Abs(got-want) > 1e-5 {
		t.Errorf("σ₂ falls like α^%v, predicted α^%v", got, want)
	}
	if trace := math.Exp(last(tiny, 0)); math.Abs(trace-10) > 1e-6 {
		t.Errorf("from 1e-3000 the trace is %v, that of rank 1 is 10", trace)
	}
	if tiny.Steps > 2*small.Steps {
		t.Errorf("%d steps from 1e-3000, %d from 1e-140", tiny.Steps, small.Steps)
	}
	if tiny.Times[0] != 0 || math.Abs(tiny.Log[0][3]/(2*-3000*math.Ln10)-1) > 1e-9 {
		t.Errorf("it begins at t = %v with ln λ = %v", tiny.Times[0], tiny.Log[0])
	}
}

func TestSpectralStopsWhenCancelled(t *testing.T) {
	a, b := completion()
	s, err := NewSpectral(a, b, 8, -100)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if r, err := s.Follow(ctx, 1e-14, 1e-5, 3000); err == nil && r.Status.Definite() {
		t.Error("it went on")
	}
}

func TestNewSpectralRefuses(t *testing.T) {
	a := linop.Entries(2, 2, []int{0, 1}, []int{0, 1})
	for name, c := range map[string]struct {
		b        []float64
		d        int
		logAlpha float64
	}{
		"a start that is not small": {[]float64{1, 2}, 2, 0},
		"nothing that grows":        {[]float64{-1, -2}, 2, -50},
		"another shape":             {[]float64{1, 2}, 3, -50},
		"b too short":               {[]float64{1}, 2, -50},
		"no number":                 {[]float64{1, 2}, 2, math.NaN()},
		"an infinite measurement":   {[]float64{1, math.Inf(1)}, 2, -50},
	} {
		if _, err := NewSpectral(a, c.b, c.d, c.logAlpha); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
