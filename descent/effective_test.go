package descent

import (
	"context"
	"math"
	"testing"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/param"
)

// What the flow conserves changes at every step by the factor of the identity,
// to 1e-15, for any gradient, steps that change signs included.
func TestEffectiveIdentity(t *testing.T) {
	a, b, _ := system(6, 14)
	for _, name := range []string{"square-diff", "product"} {
		for _, eta := range []float64{1e-3, 0.05, 0.4} {
			d := parameters(t, name, a, constantVector(14, 0.2), math.Log(0.3), 0)
			con := d.Param().(param.Conserver)
			c0, before, after := make([]float64, 14), make([]float64, 14), make([]float64, 14)
			con.Conserved(c0, d.Y())
			src := newSource(a, b, Sampling{Batch: 2, LabelNoise: 1, Seed: 5})
			const steps = 40
			for k := range steps {
				con.Conserved(before, d.Y())
				sizes := make([]float64, 14)
				for i := range sizes {
					sizes[i] = d.Y()[i]*d.Y()[i] + d.Y()[14+i]*d.Y()[14+i]
				}
				g := src.at(k, d.X(), nil)
				if err := d.Move(eta, g); err != nil {
					t.Fatal(err)
				}
				con.Conserved(after, d.Y())
				for i, v := range g.X {
					s := 2 * eta * v
					if name == "product" {
						s = eta * v
					}
					// u⁺ and v⁺ have a rounding each, which 1 ∓ s may magnify.
					scale := math.Abs(before[i]) * (1 + s*s)
					if name == "product" {
						scale = sizes[i] * (1 + math.Abs(s)) * (1 + math.Abs(s))
					}
					if want := before[i] * (1 - s) * (1 + s); math.Abs(after[i]-want) > 1e-15*max(scale, math.Abs(want)) {
						t.Fatalf("%s, η = %g, step %d: the conserved of coordinate %d is %v, want %v", name, eta, k, i, after[i], want)
					}
				}
			}
			for i, want := range after {
				// u² − v² has an error of its own where it is much smaller than u².
				own := 0.0
				if name == "product" {
					own = (d.Y()[i]*d.Y()[i] + d.Y()[14+i]*d.Y()[14+i]) / math.Abs(want)
				}
				if got := math.Log(math.Abs(want / c0[i])); math.Abs(got-d.Effective().LogScale[i]) > 1e-14*steps*(1+math.Abs(got)+own) {
					t.Errorf("%s, η = %g: ln of the factor of coordinate %d is %v, gathered %v", name, eta, i, got, d.Effective().LogScale[i])
				}
			}
		}
	}
}

// Where steps on parameters arrive, however large, noisy and few they are, is
// the Bregman projection of the start in effect, and not that of the start.
func TestEffectiveStartPredictsTheLimit(t *testing.T) {
	a, b, _ := system(5, 20)
	for _, c := range []struct {
		name     string
		x0, eta  float64
		sampling Sampling
	}{
		{"square-diff", 0, 0.11, Sampling{}},
		{"square-diff", 0.05, 0.06, Sampling{Batch: 2, Seed: 1}},
		{"product", 0.02, 0.15, Sampling{Batch: 1, Seed: 4}},
		{"square", 0.1, 0.08, Sampling{}},
		{"square", 0.1, 0.05, Sampling{Batch: 2, Seed: 9}},
	} {
		d := parameters(t, c.name, a, constantVector(20, c.x0), math.Log(0.1), 0)
		start := append([]float64(nil), d.Y()...)
		r := &Run{A: a, B: b, Method: d, Rule: Constant(c.eta), Sampling: c.sampling, Stop: []Criterion{ResidualBelow(1e-13), Steps(200000), Blowup(1e6)}}
		if res := follow(t, r); res.Status != Converged {
			t.Fatalf("%s, η = %v: %s: %+v", c.name, c.eta, res.Status, res.Reason)
		}
		phi, theta0 := d.Effective().Start()
		want, err := limit.Projection(context.Background(), dual.NewChart(phi, a, theta0), b, limit.Options{Tol: 1e-12})
		if err != nil {
			t.Fatal(err)
		}
		if e := apart(want.X, d.X()); e > 1e-10 {
			t.Errorf("%s, η = %v, %+v: the limit is %v away from what the start in effect predicts (%s)", c.name, c.eta, c.sampling, e, want.Status)
		}
		plain, err := d.Param().Induced(start)
		if err != nil {
			t.Fatal(err)
		}
		plain.Phi.Grad(theta0, constantVector(20, c.x0))
		flow, err := limit.Projection(context.Background(), dual.NewChart(plain.Phi, a, theta0), b, limit.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if e := apart(flow.X, d.X()); e < 1e-4 {
			t.Errorf("%s, η = %v: the steps are so small (%v from the limit of the flow) that the test tests nothing", c.name, c.eta, e)
		}
	}
}

// Steps that a rule chooses do not jump from a small start: the start in effect
// stays near the start, and so does the limit near that of the flow.
func TestRulesKeepTheStart(t *testing.T) {
	a, b, _ := system(5, 20)
	for _, rule := range []Rule{Armijo{}, Polyak{}} {
		for _, name := range []string{"square", "square-diff", "product"} {
			x0 := 0.0
			if name == "square" {
				x0 = 1e-6
			}
			d := parameters(t, name, a, constantVector(20, x0), math.Log(1e-6), 0)
			if res := follow(t, &Run{A: a, B: b, Method: d, Rule: rule, Stop: []Criterion{ResidualBelow(1e-8), Steps(100000)}}); res.Status != Converged {
				t.Errorf("%s, %s: %s after %d steps", name, rule.Name(), res.Status, res.K)
			}
			_, theta0 := d.Effective().Start()
			start := d.Effective().theta0
			for i, l := range d.Effective().LogScale {
				if math.Abs(l) > 2 || math.Abs(theta0[i]-start[i]) > 2 {
					t.Errorf("%s, %s: the start in effect of coordinate %d is e^%.3g of the start, shifted by %.3g", name, rule.Name(), i, l, theta0[i]-start[i])
				}
			}
		}
	}
}

// Label noise keeps shrinking the start in effect, at zero loss too.
func TestLabelNoiseShrinksTheStart(t *testing.T) {
	a, b, _ := system(5, 20)
	d := parameters(t, "square-diff", a, constantVector(20, 0), math.Log(0.1), 0)
	r := &Run{A: a, B: b, Method: d, Rule: Constant(0.02), Sampling: Sampling{Batch: 2, LabelNoise: 0.5, Seed: 2}, Stop: []Criterion{Steps(5000), Blowup(1e6)}}
	follow(t, r)
	at5000 := d.Effective().LogAlpha()
	r.Stop[0] = Steps(10000)
	follow(t, r)
	for i, l := range d.Effective().LogAlpha() {
		if !(l < at5000[i] && at5000[i] < math.Log(0.1)) {
			t.Errorf("coordinate %d: ln α in effect is %v after 10000 steps, %v after 5000", i, l, at5000[i])
		}
	}
}

// The remainders agree with their definitions where those do not cancel, and
// with the first terms of their series where they do.
func TestLogRemainders(t *testing.T) {
	for _, a := range []float64{-3, -0.99, -0.3, -0.24, -0.11, -0.09, 0.09, 0.2, 0.26, 0.69, 0.71, 1.5} {
		if got, want := logOneMinusSquare(a), math.Log(math.Abs(1-a*a)); !close(got, want, 1e-13) {
			t.Errorf("ln|1−a²| at %v is %v, want %v", a, got, want)
		}
		if got, want := artanhRemainder(a), math.Log(math.Abs((1-a)/(1+a)))+2*a; !close(got, want, 1e-12) {
			t.Errorf("ln|(1−a)/(1+a)| + 2a at %v is %v, want %v", a, got, want)
		}
		if got, want := logRemainder(a), math.Log(math.Abs(1-a))+a; !close(got, want, 1e-12) {
			t.Errorf("ln|1−a| + a at %v is %v, want %v", a, got, want)
		}
	}
	for _, a := range []float64{-1e-5, 1e-7, 1e-3} {
		if got, want := artanhRemainder(a), -2*a*a*a/3*(1+0.6*a*a); !close(got, want, 1e-11) {
			t.Errorf("ln|(1−a)/(1+a)| + 2a at %v is %v, want %v", a, got, want)
		}
		if got, want := logRemainder(a), -a*a*(0.5+a/3+a*a/4); !close(got, want, 1e-8) {
			t.Errorf("ln|1−a| + a at %v is %v, want %v", a, got, want)
		}
	}
}
