package tacit_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/limit"
)

// What the façade calls Certified or Infeasible its own Verify accepts: here for
// rows that depend on each other up to 1e-5 … 1e-15, in units that differ.
func TestAnswersThatAreClaimedAreValid(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 28))
	refused := 0
	for k := range 400 {
		n, m := 2+rng.IntN(4), 3+rng.IntN(5)
		a, x, b := make([]float64, n*m), make([]float64, m), make([]float64, n)
		for i := range a {
			a[i] = rng.NormFloat64()
		}
		near := math.Pow(10, -float64(5+rng.IntN(11)))
		for j := range m {
			a[j] = a[m+j] * (1 + near*rng.NormFloat64())
			x[j] = float64(rng.IntN(4))
		}
		unit := math.Pow(10, float64(rng.IntN(9)-4))
		for j := range m {
			a[(n-1)*m+j] *= unit
		}
		for i := range b {
			for j, v := range x {
				b[i] += a[i*m+j] * v
			}
		}
		op, err := tacit.Dense(n, m, a)
		if err != nil {
			t.Fatal(err)
		}
		p := tacit.Problem{A: op, B: b, Nonneg: k%2 == 0}
		ctx := context.Background()
		for name, solve := range map[string]func(tacit.Options) (*tacit.Answer, error){
			"MinNorm": func(o tacit.Options) (*tacit.Answer, error) { return tacit.MinNorm(ctx, op, b, nil, o) },
			"Solve":   func(o tacit.Options) (*tacit.Answer, error) { return tacit.Solve(ctx, p, o) },
			"Path": func(o tacit.Options) (*tacit.Answer, error) {
				return tacit.Path(ctx, p, tacit.PathOptions{Options: o})
			},
			"Denoise": func(o tacit.Options) (*tacit.Answer, error) { return tacit.Denoise(ctx, p, 1e-3, o) },
			"Nearest": func(o tacit.Options) (*tacit.Answer, error) {
				return tacit.Nearest(ctx, op, b, tacit.Selection{Geometry: "entropy"}, o)
			},
		} {
			ans, err := solve(tacit.Options{})
			if err != nil {
				t.Fatalf("instance %d, %s: %v", k, name, err)
			}
			if ans.Status != limit.Certified && ans.Status != limit.Infeasible {
				refused++
				continue
			}
			if v, err := tacit.Verify(op, b, ans); err != nil || !v.Valid {
				t.Errorf("instance %d, %s is %s: %v, %+v", k, name, ans.Status, err, v.Failed())
			}
		}
	}
	t.Logf("%d of 2000 answers are not claimed", refused)
}

// Options that make no sense are an error, not a claim.
func TestOptionsAreChecked(t *testing.T) {
	ctx := context.Background()
	a, err := tacit.Dense(1, 2, []float64{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	b := []float64{1}
	p := tacit.Problem{A: a, B: b}
	for _, o := range []tacit.Options{{Tol: 2}, {Tol: 1}, {Tol: math.NaN()}, {Tol: math.Inf(1)}, {Tol: -1}, {MaxSteps: -1}, {MaxTime: -1}} {
		for name, solve := range map[string]func() (*tacit.Answer, error){
			"Solve":   func() (*tacit.Answer, error) { return tacit.Solve(ctx, p, o) },
			"SolveAt": func() (*tacit.Answer, error) { return tacit.SolveAt(ctx, p, -3, o) },
			"Denoise": func() (*tacit.Answer, error) { return tacit.Denoise(ctx, p, .1, o) },
			"Path":    func() (*tacit.Answer, error) { return tacit.Path(ctx, p, tacit.PathOptions{Options: o}) },
			"MinNorm": func() (*tacit.Answer, error) { return tacit.MinNorm(ctx, a, b, nil, o) },
			"Nearest": func() (*tacit.Answer, error) {
				return tacit.Nearest(ctx, a, b, tacit.Selection{Geometry: "entropy"}, o)
			},
			"Margin": func() (*tacit.Answer, error) {
				return tacit.Margin(ctx, tacit.MarginProblem{X: a, Y: b}, o)
			},
			"MarginSplit": func() (*tacit.Answer, error) {
				return tacit.MarginSplit(ctx, tacit.MarginProblem{X: a, Y: b}, o)
			},
			"LowRank": func() (*tacit.Answer, error) {
				return tacit.LowRank(ctx, tacit.MatrixProblem{A: a, B: b, P: 1, Q: 2}, o)
			},
			"NearestMatrix": func() (*tacit.Answer, error) {
				return tacit.NearestMatrix(ctx, tacit.MatrixProblem{A: a, B: b, P: 1, Q: 2}, tacit.MatrixSelection{Geometry: "schatten:1.5"}, o)
			},
		} {
			if _, err := solve(); err == nil {
				t.Errorf("%s takes %+v", name, o)
			}
		}
	}
}

// Solutions in a corner, or on the boundary, of the box [−1, 1] are those of hellinger.
func TestNearestOnTheBoundaryOfHellinger(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 8))
	for k := range 60 {
		m := 2 + rng.IntN(3)
		n := 1 + rng.IntN(m-1)
		a, x, b := make([]float64, n*m), make([]float64, m), make([]float64, n)
		for j := range x {
			x[j] = 0.25 * float64(rng.IntN(7)-3)
			if j == 0 || rng.IntN(3) == 0 {
				x[j] = 1
			}
		}
		for i := range n {
			for j := range m {
				a[i*m+j] = float64(rng.IntN(3) + 1)
				if i == 0 && x[j] != 1 { // Σ aⱼxⱼ at its largest over the box forces xⱼ = 1
					a[j] = 0
				}
			}
		}
		for i := range b {
			for j, v := range x {
				b[i] += a[i*m+j] * v
			}
		}
		op, err := tacit.Dense(n, m, a)
		if err != nil {
			t.Fatal(err)
		}
		ans, err := tacit.Nearest(context.Background(), op, b, tacit.Selection{Geometry: "hellinger"}, tacit.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if ans.Status != limit.Certified || ans.X[0] != 1 {
			t.Errorf("instance %d: %s (%+v), x = %v for A = %v, b = %v", k, ans.Status, ans.Reason, ans.X, a, b)
		}
	}
}

// A noise level next to ‖b‖ leaves x = 0, to the tolerance of the residual.
func TestDenoiseNextToTheNormOfB(t *testing.T) {
	a, err := tacit.Dense(2, 3, []float64{1, 2, 3, 0, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	b := []float64{3, 1}
	size := math.Hypot(3, 1)
	for _, share := range []float64{0, 1e-16, 3e-16, 1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 9e-10, 1e-8, 1e-6, 1e-3} {
		for _, unit := range []float64{1, 1e-200, 1e200} {
			scaled := []float64{b[0] * unit, b[1] * unit}
			ans, err := tacit.Denoise(context.Background(), tacit.Problem{A: a, B: scaled}, size*unit*(1-share), tacit.Options{})
			if err != nil {
				t.Fatal(err)
			}
			// Of x of the size of ‖b‖ − σ a relative gap is known to 10⁻¹⁶‖b‖/(‖b‖ − σ).
			if ans.Status != limit.Certified && (share < 1e-9 || share > 1e-4 || ans.Status != limit.Approximate) {
				t.Errorf("σ = ‖b‖(1 − %g), in units of %g: %s, %+v", share, unit, ans.Status, ans.Reason)
			}
			if v, err := tacit.Verify(a, scaled, ans); ans.Status == limit.Certified && (err != nil || !v.Valid) {
				t.Errorf("σ = ‖b‖(1 − %g), in units of %g: %s, %v, %+v", share, unit, ans.Status, err, v.Failed())
			}
		}
	}
}
