package flow

import (
	"context"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/loss"
)

// TestVonNeumannOfDiagonalMatricesIsTheEntropy: with diagonal A_k the eigenvalues
// follow the entropic mirror flow, at any scale.
func TestVonNeumannOfDiagonalMatricesIsTheEntropy(t *testing.T) {
	const d, n = 3, 2
	values := []float64{1, 0.5, 0.7, 0.2, 0.3, 1}
	full := make([]float64, n*d*d)
	for k := range n {
		for i := range d {
			full[k*d*d+i*d+i] = values[k*d+i]
		}
	}
	b := []float64{1, 0.8}
	for _, logAlpha := range []float64{-2, -40, -3000 * math.Ln10} {
		times := []float64{-logAlpha / 4, -logAlpha, -2 * logAlpha, -6 * logAlpha}
		f, err := NewVonNeumann(linop.NewDense(n, d*d, full), b, d, logAlpha)
		if err != nil {
			t.Fatal(err)
		}
		run, err := Run(context.Background(), f, Options{Times: times, RelTol: 1e-9})
		if err != nil || !run.Status.Definite() {
			t.Fatal(run, err)
		}
		m := NewMirror(dual.NewChart(geometry.Entropy{}, linop.NewDense(n, d, values), []float64{logAlpha, logAlpha, logAlpha}), loss.Squared{B: b})
		want, err := Run(context.Background(), m, Options{Times: times, RelTol: 1e-9})
		if err != nil {
			t.Fatal(err)
		}
		x, lambda := make([]float64, d*d), make([]float64, d)
		for k := range times {
			f.Primal(x, run.States[k])
			m.Primal(lambda, want.States[k])
			for i := range d {
				for j := range d {
					v := x[i*d+j]
					if i == j {
						v -= lambda[i]
					}
					if math.Abs(v) > 1e-6 {
						t.Errorf("ln α = %v, t = %v: entry (%d, %d) is off by %v", logAlpha, times[k], i, j, v)
					}
				}
			}
		}
	}
}

// TestVonNeumannLinearization: the Jacobian against differences, at a point whose
// eigenvalues are far apart and one where two are equal.
func TestVonNeumannLinearization(t *testing.T) {
	a := linop.Entries(3, 3, []int{0, 1, 2, 2}, []int{0, 0, 1, 2})
	f, err := NewVonNeumann(a, []float64{1, 0.5, -0.3, 2}, 3, -1)
	if err != nil {
		t.Fatal(err)
	}
	for _, nu := range [][]float64{{0, 0, 0, 0}, {1, 0.3, -0.7, 2}, {0.5, 0, 0, 0}} {
		for k := range nu {
			// (I − cJ)v by differences, solved back.
			const h, c = 1e-6, 0.7
			v, plus, minus := make([]float64, 4), make([]float64, 4), make([]float64, 4)
			at := append([]float64(nil), nu...)
			at[k] = nu[k] + h
			f.Deriv(plus, 0, at)
			at[k] = nu[k] - h
			f.Deriv(minus, 0, at)
			for i := range v {
				v[i] = -c * (plus[i] - minus[i]) / (2 * h)
			}
			v[k]++
			j := f.Linearize(0, nu)
			if !j.Factor(c) {
				t.Fatal("no factorization")
			}
			j.Solve(v)
			v[k]--
			for i := range v {
				if math.Abs(v[i]) > 1e-7 {
					t.Errorf("ν = %v: column %d of the Jacobian is off by %v", nu, k, v)
				}
			}
		}
	}
}

// TestVonNeumannLimitIsOfLeastTrace: of the measurements of Li, Luo and Lyu it is
// that of least trace, 4R, to which the flow of the factors does not tend.
func TestVonNeumannLimitIsOfLeastTrace(t *testing.T) {
	a := linop.Entries(4, 4, []int{2, 3, 2}, []int{0, 0, 1})
	for _, c := range []struct{ logAlpha, tol float64 }{{-30 * math.Ln10, 1e-3}, {-3000 * math.Ln10, 1e-6}} {
		f, err := NewVonNeumann(a, []float64{1, 2, 2}, 4, c.logAlpha)
		if err != nil {
			t.Fatal(err)
		}
		run, err := Run(context.Background(), f, Options{UntilLoss: 1e-20})
		if err != nil || !run.Status.Definite() {
			t.Fatal(run, err)
		}
		trace := 0.0
		for _, l := range f.LogEigenvalues(run.State) {
			trace += math.Exp(l)
		}
		if math.Abs(trace-8) > c.tol {
			t.Errorf("ln α = %v: trace %v, the least is 8", c.logAlpha, trace)
		}
	}
}

func TestNewVonNeumannRefuses(t *testing.T) {
	a := linop.Entries(2, 2, []int{0}, []int{1})
	for name, f := range map[string]func() (*VonNeumann, error){
		"no square":     func() (*VonNeumann, error) { return NewVonNeumann(a, []float64{1}, 3, 0) },
		"b too long":    func() (*VonNeumann, error) { return NewVonNeumann(a, []float64{1, 2}, 2, 0) },
		"ln α infinite": func() (*VonNeumann, error) { return NewVonNeumann(a, []float64{1}, 2, math.Inf(-1)) },
	} {
		if _, err := f(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
