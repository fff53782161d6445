package flow_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/ode"
	"github.com/tacit-dev/tacit/param"
)

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// gaussian is an n×m matrix with a right-hand side that x > 0 with entries of
// order scale solves.
func gaussian(n, m int, scale float64) (*linop.Dense, []float64) {
	rng := rand.New(rand.NewPCG(3, 5))
	data := make([]float64, n*m)
	for i := range data {
		data[i] = rng.NormFloat64() / math.Sqrt(float64(n))
	}
	a := linop.NewDense(n, m, data)
	x, b := make([]float64, m), make([]float64, n)
	for j := range x {
		x[j] = scale * (0.2 + rng.Float64())
	}
	a.Apply(b, x)
	return a, b
}

func fill(n int, v float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// separation is max |x − y|/(|y| + floor).
func separation(x, y []float64, floor float64) float64 {
	var worst float64
	for i, v := range y {
		if d := math.Abs(x[i]-v) / (math.Abs(v) + floor); !(d <= worst) {
			worst = d
		}
	}
	return worst
}

func primal(f flow.Flow, m int, state []float64) []float64 {
	x := make([]float64, m)
	f.Primal(x, state)
	return x
}

// TestParameterizedFlowIsTheMirrorFlow integrates every parameterization in y and
// in the dual coordinates of the geometry that it induces, clock included, and
// compares x(t). For square the clock is 4 and the start x = y² (not y).
func TestParameterizedFlowIsTheMirrorFlow(t *testing.T) {
	const n, m = 4, 9
	times := []float64{0.05, 0.3, 1, 4, 20}
	for _, c := range []struct {
		name     string
		x0       float64
		logAlpha float64
		scale    float64
	}{
		{"square", 0.1, 0, 1}, {"power:3", 0.1, 0, 1}, {"power:4.5", 0.1, 0, 1}, {"exp", 0.3, 0, 1},
		{"softplus", 0.3, 0, 1}, {"sigmoid", 0.3, 0, 0.5}, {"tanh", 0, 0, 0.5},
		{"square-diff", 0, -3, 1}, {"square-diff", 0.2, -3, 1}, {"product", 0, -3, 1}, {"product", -0.1, -3, 1},
		{"power-diff:3", 0, -3, 1}, {"power-diff:4", 0.1, -3, 1},
	} {
		name := fmt.Sprintf("%s from %v", c.name, c.x0)
		a, b := gaussian(n, m, c.scale)
		p := must[param.Param](t)(param.Parse(c.name))
		y0 := make([]float64, p.Len(m))
		if err := p.Lift(y0, fill(m, c.x0), c.logAlpha); err != nil {
			t.Fatal(name, err)
		}
		direct := must[*flow.Parameterized](t)(flow.NewParameterized(p, a, loss.Squared{B: b}, y0))
		induced := must[param.Mirror](t)(p.Induced(y0))
		phi := must[geometry.Separable](t)(induced.Potential())
		theta0 := make([]float64, m)
		x0 := make([]float64, m)
		p.Map(x0, y0)
		phi.Grad(theta0, x0)
		mirror := flow.NewMirror(dual.NewChart(phi, a, theta0), loss.Squared{B: b})
		opt := flow.Options{Times: times, RelTol: 1e-11}
		inY := must[*flow.Result](t)(flow.Run(context.Background(), direct, opt))
		inNu := must[*flow.Result](t)(flow.Run(context.Background(), mirror, opt))
		if len(inY.Times) != len(times) || len(inNu.Times) != len(times) {
			t.Fatalf("%s: %d and %d points", name, len(inY.Times), len(inNu.Times))
		}
		for i, at := range times {
			x, z := primal(direct, m, inY.States[i]), primal(mirror, m, inNu.States[i])
			if d := separation(x, z, 1e-2); d > 1e-9 {
				t.Errorf("%s: x(%v) differs by %.1e between y and ν", name, at, d)
			}
		}
		for _, r := range []*flow.Result{inY, inNu} {
			for _, d := range r.Invariants {
				if d.Drift > 1e-8 {
					t.Errorf("%s: %s drifts by %.1e", name, d.Name, d.Drift)
				}
			}
		}
	}
}

// naive is the mirror flow in θ ∈ Rᵐ, as it is written, for an explicit method.
func naive(phi geometry.Potential, a linop.Operator, f loss.Loss) ode.Func {
	n, m := a.Dims()
	x, z := make([]float64, m), make([]float64, n)
	return ode.Func{N: m, F: func(d []float64, _ float64, theta []float64) {
		phi.GradConj(x, theta)
		a.Apply(z, x)
		f.Grad(z, z)
		a.ApplyT(d, z)
		for i := range d {
			d[i] = -d[i]
		}
	}}
}

// TestMirrorFlowInEveryGeometry compares ν with the flow of θ in Rᵐ, for every
// geometry of the catalogue and several losses.
func TestMirrorFlowInEveryGeometry(t *testing.T) {
	const n, m = 3, 7
	a, b := gaussian(n, m, 0.5)
	labels := []float64{1, -1, 1}
	k := fill(m, 2)
	k[0] = 0.5
	for _, c := range []struct {
		phi func() (geometry.Separable, error)
		x0  float64
	}{
		{func() (geometry.Separable, error) { return geometry.Euclidean{}, nil }, 0.1},
		{func() (geometry.Separable, error) { return geometry.Entropy{}, nil }, 0.1},
		{func() (geometry.Separable, error) { return geometry.Hypentropy{LogBeta: []float64{-3}}, nil }, 0},
		{func() (geometry.Separable, error) { return parsed("fermi-dirac:-1,2") }, 0.1},
		{func() (geometry.Separable, error) { return parsed("burg") }, 0.3},
		{func() (geometry.Separable, error) { return parsed("hellinger") }, 0.1},
		{func() (geometry.Separable, error) { return parsed("lp:1.5") }, 0.2},
		{func() (geometry.Separable, error) { return parsed("lp:3") }, 0.4},
		{func() (geometry.Separable, error) { return parsed("lp-quasi:0.5") }, 0.3},
		{func() (geometry.Separable, error) { return parsed("exponential") }, 0.3},
		{func() (geometry.Separable, error) { return parsed("inverse") }, 0.5},
		{func() (geometry.Separable, error) { return parsed("power:3") }, 0.3},
		{func() (geometry.Separable, error) { return parsed("power-diff:4") }, 0},
		{func() (geometry.Separable, error) { return geometry.NewDiagonal(k) }, 0.2},
		{func() (geometry.Separable, error) { return geometry.Sigmoid{}, nil }, 0.3},
		{func() (geometry.Separable, error) { return geometry.Tanh{}, nil }, 0.1},
		{func() (geometry.Separable, error) { return geometry.Softplus{}, nil }, 0.3},
	} {
		phi := must[geometry.Separable](t)(c.phi())
		theta0 := make([]float64, m)
		phi.Grad(theta0, fill(m, c.x0))
		for _, f := range []loss.Loss{loss.Squared{B: b}, loss.Logistic{Y: labels}, loss.Exponential{Y: labels}} {
			const end = 0.4
			want := must[*ode.Solution](t)(ode.Integrate(context.Background(), naive(phi, a, f), 0, theta0, ode.Options{
				Until: end, Method: ode.NewDormandPrince(), RelTol: 1e-12, AbsTol: 1e-13,
			}))
			x := make([]float64, m)
			phi.GradConj(x, want.Y)
			mirror := flow.NewMirror(dual.NewChart(phi, a, theta0), f)
			for _, method := range []ode.Stepper{ode.NewRodas5P(), ode.NewDormandPrince()} {
				got := must[*flow.Result](t)(flow.Run(context.Background(), mirror, flow.Options{UntilTime: end, RelTol: 1e-10, Method: method}))
				if d := separation(primal(mirror, m, got.State), x, 1e-3); d > 1e-8 {
					t.Errorf("%s, %s, %s: x differs by %.1e from the flow of θ", phi.Name(), f.Name(), method.Name(), d)
				}
				for _, d := range got.Invariants {
					if d.Drift > 1e-8 {
						t.Errorf("%s, %s, %s: %s drifts by %.1e", phi.Name(), f.Name(), method.Name(), d.Name, d.Drift)
					}
				}
			}
		}
	}
}

func parsed(text string) (geometry.Separable, error) {
	phi, err := geometry.Parse(text, geometry.Setting{})
	if err != nil {
		return nil, err
	}
	return phi.(geometry.Separable), nil
}

// TestKeyLemma: the flow ends at the Bregman projection of its start.
func TestKeyLemma(t *testing.T) {
	a, b := gaussian(5, 12, 1)
	for _, phi := range []geometry.Separable{geometry.Euclidean{}, geometry.Entropy{}, geometry.Hypentropy{LogBeta: []float64{-2}}} {
		theta0 := fill(12, 0)
		if phi.Name() == "entropy" {
			theta0 = fill(12, -2)
		}
		chart := dual.NewChart(phi, a, theta0)
		want := must[*limit.Result](t)(limit.Projection(context.Background(), chart, b, limit.Options{Tol: 1e-12}))
		f := flow.NewMirror(chart, loss.Squared{B: b})
		got := must[*flow.Result](t)(flow.Run(context.Background(), f, flow.Options{UntilLoss: 1e-24, XHat: want.X}))
		if got.Status != ode.Stopped {
			t.Fatalf("%s: %v at %v, loss %v, %+v", phi.Name(), got.Status, got.T, got.Loss, got.Stats)
		}
		if d := separation(primal(f, 12, got.State), want.X, 1e-3); d > 1e-8 {
			t.Errorf("%s: the flow ends %.1e from the projection", phi.Name(), d)
		}
	}
}

// TestStartsOfAnyScale: only ln α enters.
func TestStartsOfAnyScale(t *testing.T) {
	a, b := gaussian(5, 12, 1)
	ref := []float64(nil)
	for _, logAlpha := range []float64{-300 * math.Ln10, -3000 * math.Ln10, -1e6} {
		f := flow.NewMirror(dual.NewChart(geometry.Entropy{}, a, fill(12, logAlpha)), loss.Squared{B: b})
		res := must[*flow.Result](t)(flow.Run(context.Background(), f, flow.Options{UntilLoss: 1e-20}))
		if res.Status != ode.Stopped {
			t.Fatalf("ln α = %v: %v", logAlpha, res.Status)
		}
		x := primal(f, 12, res.State)
		if ref != nil {
			// In the limit x no longer depends on α: it is the vertex.
			if d := separation(x, ref, 1); d > 1e-8 {
				t.Errorf("ln α = %v: x differs by %.1e from that at 1e-300", logAlpha, d)
			}
		} else {
			ref = x
		}
	}
}

func TestMatrixFreeFlowIsTheDenseOne(t *testing.T) {
	dense, b := gaussian(6, 15, 1)
	// Composed operators are not stored: conjugate gradients take over.
	free := linop.Compose(dense, linop.RandomSigns(15, 1))
	signed := linop.Compose(free, linop.RandomSigns(15, 1)) // the signs cancel
	if linop.Stored(signed) {
		t.Skip("a composition is stored now: find another matrix-free operator")
	}
	theta0 := fill(15, -4)
	opt := flow.Options{Times: []float64{0.5, 5, 50}, RelTol: 1e-9}
	x := flow.NewMirror(dual.NewChart(geometry.Entropy{}, dense, theta0), loss.Squared{B: b})
	y := flow.NewMirror(dual.NewChart(geometry.Entropy{}, signed, theta0), loss.Squared{B: b})
	rx, ry := must[*flow.Result](t)(flow.Run(context.Background(), x, opt)), must[*flow.Result](t)(flow.Run(context.Background(), y, opt))
	for i := range opt.Times {
		if d := separation(primal(y, 15, ry.States[i]), primal(x, 15, rx.States[i]), 1e-3); d > 1e-8 {
			t.Errorf("x(%v) differs by %.1e", opt.Times[i], d)
		}
	}
}
