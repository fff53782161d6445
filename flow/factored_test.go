package flow_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/ode"
)

func rodas() ode.Stepper { return ode.NewRodas5P() }

func identity(d int, alpha float64) []float64 {
	y := make([]float64, d*d)
	for i := range d {
		y[i*d+i] = alpha
	}
	return y
}

func sum(v []float64) float64 {
	var s float64
	for _, x := range v {
		s += x
	}
	return s
}

// Li, Luo and Lyu: as α → 0 the trace tends to 10, that of rank 1, away from the
// least one, 8 (R = 2; 20 and 12 for R = 3).
func TestSmallStartsLeaveTheLeastTrace(t *testing.T) {
	for _, c := range []struct{ radius, alpha, trace float64 }{
		{2, 1e-1, 8.093549}, {2, 1e-2, 8.676713}, {2, 1e-4, 9.806086}, {2, 1e-8, 9.999812}, {2, 1e-12, 10.000000},
		{3, 1e-1, 12.139886}, {3, 1e-4, 15.084093}, {3, 1e-8, 19.225658}, {3, 1e-12, 19.992135},
	} {
		a := linop.Entries(4, 4, []int{0, 0, 1, 2, 3, 2}, []int{2, 3, 2, 0, 0, 1})
		b := []float64{1, c.radius, c.radius, 1, c.radius, c.radius}
		f, err := flow.NewSymmetric(a, b, 4, identity(4, c.alpha))
		if err != nil {
			t.Fatal(err)
		}
		r, err := f.Follow(context.Background(), flow.FactoredOptions{UntilLoss: 1e-18, RelTol: 1e-9})
		if err != nil {
			t.Fatal(err)
		}
		if got := sum(f.Singular(r.State)); math.Abs(got-c.trace) > 1e-4 {
			t.Errorf("R = %v, α = %g: trace %.6f, want %.6f (%v, %d steps)", c.radius, c.alpha, got, c.trace, r.Status, r.Stats.Steps)
		}
	}
}

// Razin and Cohen: with w₁₂ = w₂₁ = 1, w₂₂ = 0 observed and a positive determinant
// w₁₁ grows like (6t)^(1/3) without end.
func TestNormsDiverge(t *testing.T) {
	a := linop.Entries(2, 2, []int{0, 1, 1}, []int{1, 0, 1})
	want := []float64{2.18882157, 7.78464358, 17.88598454, 39.01896970, 181.68445598}
	// The symmetric flow runs twice as fast as the layers W₂W₁ with W₁ = W₂ᵀ.
	f, err := flow.NewSymmetric(a, []float64{1, 1, 0}, 2, identity(2, 1e-2))
	if err != nil {
		t.Fatal(err)
	}
	times := []float64{5, 50, 500, 5000, 5e5}
	r, err := f.Follow(context.Background(), flow.FactoredOptions{Times: times, RelTol: 1e-10, Method: rodas})
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range want {
		x := make([]float64, 4)
		f.Primal(x, r.States[k])
		if math.Abs(x[0]-v) > 1e-7*v {
			t.Errorf("t = %g: w₁₁ = %.8f, want %.8f", 2*times[k], x[0], v)
		}
	}
	// Two layers of their own keep the sign of the determinant, although it is
	// 1e-16 of the squared norm long before the end.
	g, err := flow.NewPair(a, []float64{1, 1, 0}, 2, 2, identity(2, 1e-2), identity(2, 1e-2))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	r, err = g.Follow(ctx, flow.FactoredOptions{Times: []float64{10, 100}, RelTol: 1e-10, Method: rodas})
	if err != nil {
		t.Fatal(err)
	}
	for k := range r.Times {
		x := make([]float64, 4)
		g.Primal(x, r.States[k])
		if math.Abs(x[0]-want[k]) > 1e-6*want[k] {
			t.Errorf("layers, t = %g: w₁₁ = %.8f, want %.8f", r.Times[k], x[0], want[k])
		}
		if s, err := g.Sign(r.States[k]); err != nil || s != 1 {
			t.Errorf("layers, t = %g: the determinant has the sign %v, %v", r.Times[k], s, err)
		}
	}
}

// Full observation has a closed form, also where X₀ and M do not commute:
// X(t) = [e^{−2Mt} X₀⁻¹ e^{−2Mt} + M⁻¹(I − e^{−4Mt})]⁻¹.
func TestFactoredClosedForm(t *testing.T) {
	m := []float64{2, 0.5}
	a := linop.Entries(2, 2, []int{0, 0, 1, 1}, []int{0, 1, 0, 1})
	y := []float64{0.3, 0.1, -0.2, 0.4}
	f, err := flow.NewSymmetric(a, []float64{m[0], 0, 0, m[1]}, 2, y)
	if err != nil {
		t.Fatal(err)
	}
	times := []float64{0.1, 0.5, 1, 3}
	r, err := f.Follow(context.Background(), flow.FactoredOptions{Times: times, RelTol: 1e-11})
	if err != nil {
		t.Fatal(err)
	}
	x0 := []float64{y[0]*y[0] + y[1]*y[1], y[0]*y[2] + y[1]*y[3], 0, y[2]*y[2] + y[3]*y[3]}
	det := x0[0]*x0[3] - x0[1]*x0[1]
	for k, at := range times {
		e := []float64{math.Exp(-2 * m[0] * at), math.Exp(-2 * m[1] * at)}
		p := e[0]*e[0]*x0[3]/det + (1-e[0]*e[0])/m[0]
		q := -e[0] * e[1] * x0[1] / det
		s := e[1]*e[1]*x0[0]/det + (1-e[1]*e[1])/m[1]
		d := p*s - q*q
		x := make([]float64, 4)
		f.Primal(x, r.States[k])
		for i, want := range []float64{s / d, -q / d, -q / d, p / d} {
			if math.Abs(x[i]-want) > 1e-9 {
				t.Errorf("t = %v: X[%d] = %.12f, want %.12f", at, i, x[i], want)
			}
		}
	}
}

// The exact Jacobian is that of the velocity.
func TestFactoredJacobian(t *testing.T) {
	a := linop.Entries(2, 3, []int{0, 0, 1, 1}, []int{0, 2, 1, 2})
	f, err := flow.NewPair(a, []float64{1, 2, -1, 3}, 2, 3, []float64{0.3, -0.1, 0.2, 0.5}, []float64{1, 0.2, -0.4, 0.3, 0.6, -0.7})
	if err != nil {
		t.Fatal(err)
	}
	z := f.Start()
	v, got, plus, minus := make([]float64, len(z)), make([]float64, len(z)), make([]float64, len(z)), make([]float64, len(z))
	for i := range v {
		v[i] = math.Sin(float64(i + 1))
	}
	f.JacobianMul(got, 0, z, v)
	const h = 1e-5
	at := func(s float64) []float64 {
		out := append([]float64(nil), z...)
		for i := range out {
			out[i] += s * v[i]
		}
		return out
	}
	f.Deriv(plus, 0, at(h))
	f.Deriv(minus, 0, at(-h))
	for i := range got {
		if want := (plus[i] - minus[i]) / (2 * h); math.Abs(got[i]-want) > 1e-8 {
			t.Errorf("J v [%d] = %v, differences say %v", i, got[i], want)
		}
	}
}

func TestFactoredRefuses(t *testing.T) {
	a := linop.Entries(2, 2, []int{0}, []int{0})
	for name, y := range map[string][]float64{"zero": make([]float64, 4), "NaN": {1, math.NaN(), 0, 1}, "shape": {1, 2, 3}} {
		if _, err := flow.NewSymmetric(a, []float64{1}, 2, y); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	f, err := flow.NewSymmetric(a, []float64{1}, 2, identity(2, 1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Follow(context.Background(), flow.FactoredOptions{}); err == nil {
		t.Error("a run without an end is accepted")
	}
}
