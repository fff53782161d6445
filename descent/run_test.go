package descent

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/param"
)

// makers are methods of every kind with a rule and a sampling that suit them.
var makers = []struct {
	name     string
	method   func(t *testing.T, a linop.Operator) Method
	rule     Rule
	sampling Sampling
}{
	{"mirror armijo", func(t *testing.T, a linop.Operator) Method {
		return mirror(t, geometry.Entropy{}, a, constantVector(30, 1e-3), 0)
	}, Armijo{}, Sampling{}},
	{"mirror polyak", func(t *testing.T, a linop.Operator) Method {
		return mirror(t, geometry.Hypentropy{LogBeta: []float64{-5}}, a, make([]float64, 30), 0)
	}, Polyak{}, Sampling{}},
	{"mirror polyak batch", func(t *testing.T, a linop.Operator) Method {
		return mirror(t, geometry.Entropy{}, a, constantVector(30, 1e-2), 0)
	}, Polyak{}, Sampling{Batch: 3, Seed: 11}},
	{"mirror armijo batch", func(t *testing.T, a linop.Operator) Method {
		return mirror(t, geometry.Euclidean{}, a, make([]float64, 30), 0)
	}, Armijo{}, Sampling{Batch: 1, Seed: 11}},
	{"mirror momentum", func(t *testing.T, a linop.Operator) Method {
		return mirror(t, geometry.Entropy{}, a, constantVector(30, 0.1), 0.8)
	}, Constant(0.1), Sampling{}},
	{"parameters armijo", func(t *testing.T, a linop.Operator) Method {
		return parameters(t, "square", a, constantVector(30, 0.01), 0, 0)
	}, Armijo{}, Sampling{}},
	{"parameters polyak", func(t *testing.T, a linop.Operator) Method {
		return parameters(t, "power:3", a, constantVector(30, 0.01), 0, 0)
	}, Polyak{}, Sampling{}},
	{"parameters constant batch", func(t *testing.T, a linop.Operator) Method {
		return parameters(t, "square-diff", a, make([]float64, 30), math.Log(0.1), 0)
	}, Constant(0.03), Sampling{Batch: 4, Seed: 5}},
	{"parameters momentum", func(t *testing.T, a linop.Operator) Method {
		return parameters(t, "product", a, constantVector(30, 0.01), math.Log(0.1), 0.7)
	}, Constant(0.05), Sampling{}},
	{"scaled", func(t *testing.T, a linop.Operator) Method {
		d, err := NewScaled(a, make([]float64, 30), positiveOf(30))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}, Armijo{}, Sampling{}},
}

// Every method arrives, with every rule and sampling that suits it, and those
// that keep the bias at the Bregman projection of their start.
func TestMethodsArrive(t *testing.T) {
	a, b, _ := system(8, 30)
	for _, c := range makers {
		m := c.method(t, a)
		r := &Run{A: a, B: b, Method: m, Rule: c.rule, Sampling: c.sampling, Stop: []Criterion{ResidualBelow(1e-11), Steps(300000), Blowup(1e6)}}
		res := follow(t, r)
		if res.Status != Converged || res.Residual > 1e-11 {
			t.Errorf("%s: %s after %d steps: %+v", c.name, res.Status, res.K, res.Reason)
			continue
		}
		t.Logf("%s: %d steps, %.0f passes", c.name, res.K, res.Passes)
		d, ok := m.(*Mirror)
		if !ok {
			continue
		}
		phi, theta0 := d.Potential()
		want, err := limit.Projection(context.Background(), dual.NewChart(phi.(geometry.Separable), a, theta0), b, limit.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if e := apart(want.X, m.X()); e > 1e-8 {
			t.Errorf("%s: the limit is %v away from the Bregman projection", c.name, e)
		}
	}
}

// A run that is stopped anywhere and resumed from its checkpoint has the bits
// of one that was not, for any number of threads.
func TestResumeToTheSameBits(t *testing.T) {
	a, b, _ := system(8, 30)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	list := append(slices.Clone(makers), makers[0])
	list[len(list)-1].name, list[len(list)-1].rule = "adam", Constant(1e-3)
	list[len(list)-1].method = func(t *testing.T, a linop.Operator) Method {
		d, err := NewAdam(a, make([]float64, 30))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range list {
		run := func(stop int) *Run {
			return &Run{A: a, B: b, Method: c.method(t, a), Rule: c.rule, Sampling: c.sampling, Stop: []Criterion{Steps(stop)}}
		}
		runtime.GOMAXPROCS(1)
		whole := run(57)
		res := follow(t, whole)
		runtime.GOMAXPROCS(4)
		first := run(23)
		follow(t, first)
		second := run(57)
		if err := second.Resume(first.Checkpoint()); err != nil {
			t.Fatal(err)
		}
		again := follow(t, second)
		if again.K != res.K || again.T != res.T || again.Residual != res.Residual {
			t.Errorf("%s: resumed %+v, whole %+v", c.name, again, res)
		}
		if !slices.Equal(whole.Method.X(), second.Method.X()) {
			t.Errorf("%s: resumed x differs by %v", c.name, apart(whole.Method.X(), second.Method.X()))
		}
		for i, v := range whole.Method.Vectors() {
			if !slices.Equal(v.Values, second.Method.Vectors()[i].Values) {
				t.Errorf("%s: resumed %s differs", c.name, v.Name)
			}
		}
	}
	r := &Run{A: a, B: b, Method: makers[0].method(t, a), Rule: Armijo{}}
	other := &Run{A: a, B: b, Method: makers[5].method(t, a), Rule: Armijo{}}
	if err := r.Resume(other.Checkpoint()); err == nil {
		t.Error("the checkpoint of another method is accepted")
	}
}

// Gradient descent converges for η < 2/σ_max² and diverges above; a run that
// diverges says how large the step may be.
func TestLargestStableStep(t *testing.T) {
	a, b, _ := system(6, 15)
	top := largestCurvature(a, mirror(t, geometry.Euclidean{}, a, make([]float64, 15), 0))
	for _, c := range []struct {
		factor float64
		want   Status
	}{{1.98, Converged}, {2.02, Diverged}, {50, Diverged}} {
		d := mirror(t, geometry.Euclidean{}, a, make([]float64, 15), 0)
		r := &Run{A: a, B: b, Method: d, Rule: Constant(c.factor / top), Stop: []Criterion{ResidualBelow(1e-10), Blowup(1e6), Steps(100000)}}
		res := follow(t, r)
		if res.Status != c.want {
			t.Fatalf("η = %v/λ: %s, want %s: %+v", c.factor, res.Status, c.want, res.Reason)
		}
		if c.want == Diverged && !close(res.StableStep, 2/top, 0.01) {
			t.Errorf("η = %v/λ: the largest stable step is said to be %v, it is %v", c.factor, res.StableStep, 2/top)
		}
		if c.want == Diverged && !(maxAbs(d.X()) < 100) {
			t.Errorf("after divergence x is not the best point that was seen: %v", maxAbs(d.X()))
		}
	}
	// From a small start the curvature there says nothing about the solution.
	small := parameters(t, "square", a, constantVector(15, 1e-6), 0, 0)
	res := follow(t, &Run{A: a, B: b, Method: small, Rule: Constant(3), Stop: []Criterion{Blowup(1e6), Steps(1000)}})
	if !(res.Status == Diverged && res.StableStep < 1) {
		t.Errorf("x = y² from 1e-6: %s, largest stable step %v", res.Status, res.StableStep)
	}
	again := parameters(t, "square", a, constantVector(15, 1e-6), 0, 0)
	if got := follow(t, &Run{A: a, B: b, Method: again, Rule: Constant(0.9 * res.StableStep), Stop: []Criterion{ResidualBelow(1e-8), Blowup(1e6), Steps(20000)}}); got.Status != Converged {
		t.Errorf("x = y², 0.9 of the largest stable step: %s, residual %v", got.Status, got.Residual)
	}
	// The entropy: the stable step depends on x, and near the solution it is 2/λ_max(A diag(x) Aᵀ).
	end := mirror(t, geometry.Entropy{}, a, constantVector(15, 0.5), 0)
	follow(t, &Run{A: a, B: b, Method: end, Rule: Armijo{}, Stop: []Criterion{ResidualBelow(1e-12)}})
	stable := 2 / largestCurvature(a, end)
	for _, factor := range []float64{0.95, 1.1} {
		d := mirror(t, geometry.Entropy{}, a, end.X(), 0)
		d.theta[0] += 1e-3 // next to the solution
		d.Restored()
		r := &Run{A: a, B: b, Method: d, Rule: Constant(factor * stable), Stop: []Criterion{ResidualBelow(1e-10), Blowup(1e6), Steps(20000)}}
		res := follow(t, r)
		if (res.Status == Converged) != (factor < 1) {
			t.Errorf("entropy, η = %v of the largest stable step: %s, residual %v", factor, res.Status, res.Residual)
		}
	}
}

// Along Armijo's and Polyak's steps of mirror descent Ψ, and the divergence of
// every solution, never rise.
func TestMonotone(t *testing.T) {
	a, b, planted := system(8, 30)
	for _, rule := range []Rule{Armijo{}, Polyak{}} {
		for _, phi := range geometries(t) {
			d := mirror(t, phi, a, constantVector(30, 0.3), 0)
			chart := dual.NewChart(phi, a, d.theta0)
			p := chart.NewPoint()
			psi, div := math.Inf(1), math.Inf(1)
			each(t, a, b, d, rule, 100, func(int, float64, *Gradient, []float64) {}, func(k int) {
				chart.At(p, d.Nu())
				if next := chart.Psi(p, b); !(next <= psi+1e-13*math.Abs(psi)) {
					t.Fatalf("%s, %s: Ψ rises at step %d from %v to %v", rule.Name(), phi.Name(), k, psi, next)
				} else {
					psi = next
				}
				if next := phi.Bregman(planted, d.X()); !(next <= div*(1+1e-12)) {
					t.Fatalf("%s, %s: D(x̂, x) rises at step %d from %v to %v", rule.Name(), phi.Name(), k, div, next)
				} else {
					div = next
				}
			})
		}
	}
}

// Starts far below floating point are no harder than others.
func TestTinyStarts(t *testing.T) {
	a, b, _ := system(4, 12)
	for _, logAlpha := range []float64{-20, -690, -7000} {
		for _, rule := range []Rule{Armijo{}, Polyak{}} {
			d, err := NewMirror(geometry.Entropy{}, a, constantVector(12, logAlpha), 0)
			if err != nil {
				t.Fatal(err)
			}
			res := follow(t, &Run{A: a, B: b, Method: d, Rule: rule, Stop: []Criterion{ResidualBelow(1e-3), Steps(100000)}})
			if res.Status != Converged {
				t.Errorf("%s from e^%v: %s after %d steps, residual %v", rule.Name(), logAlpha, res.Status, res.K, res.Residual)
			}
			t.Logf("%s from e^%v: %d steps", rule.Name(), logAlpha, res.K)
		}
	}
}

// Methods that scale coordinates reach another solution, and say so; with fixed
// scales it is the nearest one in that metric.
func TestBiasBreakers(t *testing.T) {
	a, b, _ := system(8, 30)
	zero := make([]float64, 30)
	least, err := limit.MinNorm(context.Background(), a, b, nil, limit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	adam, err := NewAdam(a, zero)
	if err != nil {
		t.Fatal(err)
	}
	sign, err := NewSign(a, zero)
	if err != nil {
		t.Fatal(err)
	}
	scaled, err := NewScaled(a, zero, positiveOf(30))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		m    Method
		rule Rule
		tol  float64
	}{{adam, Constant(1e-3), 1e-6}, {sign, Decay{0.02, 0.8}, 1e-4}, {scaled, Polyak{}, 1e-10}} {
		r := &Run{A: a, B: b, Method: c.m, Rule: c.rule, Stop: []Criterion{ResidualBelow(c.tol), Steps(400000), Blowup(1e6)}}
		if res := follow(t, r); res.Status != Converged {
			t.Errorf("%s: %s: %+v", c.m.Name(), res.Status, res.Reason)
		}
		if e := apart(least.X, c.m.X()); e < 0.01 {
			t.Errorf("%s: it arrives at the least-norm solution, %v away", c.m.Name(), e)
		}
		if c.m.BreaksBias() == "" {
			t.Errorf("%s does not say that it breaks the bias", c.m.Name())
		}
	}
	weights := positiveOf(30)
	for i, v := range weights {
		weights[i] = 1 / v
	}
	phi, err := geometry.NewDiagonal(weights)
	if err != nil {
		t.Fatal(err)
	}
	want, err := limit.Nearest(context.Background(), a, b, phi, limit.Start{X0: zero}, limit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if e := apart(want.X, scaled.X()); e > 1e-8 {
		t.Errorf("scaled steps end %v away from the nearest solution in their metric", e)
	}
}

// What cannot be run is refused with a reason.
func TestRefusals(t *testing.T) {
	a, b, _ := system(8, 30)
	plain := func() Method { return mirror(t, geometry.Entropy{}, a, constantVector(30, 1), 0) }
	adam, err := NewAdam(a, make([]float64, 30))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		run  Run
		want string
	}{
		{Run{A: a, B: b[:3], Method: plain(), Rule: Armijo{}}, "b has length 3"},
		{Run{A: a, B: b, Method: plain(), Rule: Armijo{}, Sampling: Sampling{Batch: 9}}, "larger than the 8 rows"},
		{Run{A: a, B: b, Method: plain(), Rule: Armijo{}, Sampling: Sampling{Batch: -1}}, "at least one"},
		{Run{A: a, B: b, Method: plain(), Rule: Armijo{}, Sampling: Sampling{LabelNoise: 1}}, "label noise prevents"},
		{Run{A: a, B: b, Method: plain(), Rule: Constant(1), Sampling: Sampling{LabelNoise: math.NaN()}}, "label noise NaN"},
		{Run{A: a, B: b, Method: adam, Rule: Polyak{}}, "means nothing for adam"},
		{Run{A: a, B: b, Method: mirror(t, geometry.Entropy{}, a, constantVector(30, 1), 0.5), Rule: Armijo{}}, "momentum takes"},
		{Run{A: a, B: b, Method: plain()}, "a rule"},
		{Run{A: a, B: constantVector(len(b), 1e-200), Method: plain(), Rule: Armijo{}}, "scale b"},
		{Run{A: a, B: constantVector(len(b), 1e200), Method: plain(), Rule: Armijo{}}, "scale b"},
	} {
		if _, err := c.run.Follow(context.Background()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one that says %q", err, c.want)
		}
	}
	if _, err := NewMirror(geometry.Entropy{}, a, make([]float64, 3), 0); err == nil {
		t.Error("a start of the wrong length is accepted")
	}
	if _, err := NewMirror(geometry.Burg{}, a, make([]float64, 30), 0); err == nil {
		t.Error("a start outside of the dual domain is accepted")
	}
	if _, err := NewMirror(geometry.Entropy{}, a, make([]float64, 30), 1); err == nil {
		t.Error("momentum 1 is accepted")
	}
	var stationary *StationaryError
	if _, err := NewParameters(param.Square(), a, make([]float64, 30), 0); !errors.As(err, &stationary) {
		t.Errorf("a stationary start gives %v", err)
	}
	// A step out of the domain of φ* is divergence, not a point.
	burg := mirror(t, geometry.Burg{}, a, constantVector(30, 1), 0)
	res := follow(t, &Run{A: a, B: b, Method: burg, Rule: Constant(1e6), Stop: []Criterion{Steps(10)}})
	if res.Status != Diverged || !strings.Contains(res.Reason.Hint, "domain of the conjugate of burg") {
		t.Errorf("a step out of the domain: %s: %+v", res.Status, res.Reason)
	}
}

// Observers see the start and the end, and neither they nor the end of the
// context change anything.
func TestObservers(t *testing.T) {
	a, b, _ := system(8, 30)
	ctx, cancel := context.WithCancel(context.Background())
	var seen []int
	m := makers[0].method(t, a)
	r := &Run{A: a, B: b, Method: m, Rule: Armijo{}, Observe: []func(*Iterate){func(it *Iterate) {
		seen = append(seen, it.K)
		if it.K == 5 {
			cancel()
		}
	}}}
	res, err := r.Follow(ctx)
	if err != nil || res.Status != Interrupted {
		t.Fatalf("%v, %+v", err, res)
	}
	if want := []int{0, 1, 2, 3, 4, 5, 6}; !slices.Equal(seen, want) {
		t.Errorf("observers saw %v, want %v", seen, want)
	}
	batch := &Run{A: a, B: b, Method: makers[2].method(t, a), Rule: Polyak{}, Sampling: makers[2].sampling, Stop: []Criterion{Steps(7)}}
	seen = nil
	batch.Observe = []func(*Iterate){func(it *Iterate) { seen = append(seen, it.K) }}
	follow(t, batch)
	if want := []int{0, 3, 6, 7}; !slices.Equal(seen, want) { // 8 rows, 3 a step
		t.Errorf("observers of batches saw %v, want %v", seen, want)
	}
	lone := makers[0].method(t, a)
	follow(t, &Run{A: a, B: b, Method: lone, Rule: Armijo{}, Stop: []Criterion{Steps(res.K)}})
	if !slices.Equal(lone.X(), m.X()) {
		t.Error("watching a run changes it")
	}
}

func TestParseRule(t *testing.T) {
	for text, want := range map[string]Rule{
		"constant:0.5": Constant(0.5), "polyak": Polyak{}, " armijo": Armijo{}, "decay:0.1,0.5": Decay{0.1, 0.5},
	} {
		got, err := ParseRule(text)
		if err != nil || got != want {
			t.Errorf("ParseRule(%q) = %v, %v", text, got, err)
			continue
		}
		if back, err := ParseRule(got.Name()); err != nil || back != want {
			t.Errorf("the name %q is read as %v, %v", got.Name(), back, err)
		}
	}
	for _, text := range []string{"", "constant", "constant:0", "constant:-1", "constant:x", "constant:inf", "decay:1", "decay:1,0", "decay:,", "armijo:1", "newton"} {
		if r, err := ParseRule(text); err == nil {
			t.Errorf("ParseRule(%q) = %v", text, r)
		}
	}
	if got := (Decay{1, 0.5}).Size(3, 0, nil, nil); got != 0.5 {
		t.Errorf("decay:1,0.5 at step 3 is %v, want ½", got)
	}
}
