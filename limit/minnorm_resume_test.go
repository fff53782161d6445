package limit_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// slowOperator is known by its products, and LSQR needs many of them.
func slowOperator(n, m int) (linop.Operator, []float64) {
	rng := rand.New(rand.NewPCG(5, 5))
	rows, d, b := rng.Perm(m)[:n], make([]float64, m), make([]float64, n)
	for j := range d {
		d[j] = math.Exp(6 * rng.Float64())
	}
	for i := range b {
		b[i] = rng.NormFloat64()
	}
	return linop.Compose(linop.PartialDCT(rows, m), linop.Diagonal(d)), b
}

// A run that was stopped, by its budget or from outside, goes on from the ν that it
// kept to the answer of a run that was not stopped, with fewer steps than anew.
func TestMinNormResumes(t *testing.T) {
	a, b := slowOperator(200, 512)
	ctx := context.Background()
	for variant, x0 := range [][]float64{nil, make([]float64, 512), nil} {
		for j := range x0 {
			x0[j] = float64(j % 7)
		}
		if variant == 2 { // in units that the solver changes
			for i := range b {
				b[i] *= 1e-40
			}
		}
		whole, err := limit.MinNorm(ctx, a, b, x0, limit.Options{})
		if err != nil || whole.Status != limit.Certified || whole.Stats.Steps < 100 {
			t.Fatalf("%v, %+v", err, whole)
		}
		half, err := limit.MinNorm(ctx, a, b, x0, limit.Options{MaxSteps: whole.Stats.Steps * 2 / 3})
		if err != nil || half.Status != limit.Budget {
			t.Fatalf("%v, %v", err, half.Status)
		}
		stopped, cancel := context.WithCancel(ctx)
		defer cancel()
		var kept *limit.Checkpoint
		steps := 0
		if _, err := limit.MinNorm(stopped, a, b, x0, limit.Options{Save: func(at func() *limit.Checkpoint) {
			if steps++; steps == whole.Stats.Steps*2/3 {
				kept = at()
				cancel()
			}
		}}); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]*limit.Checkpoint{"budget": half.Checkpoint, "save": kept} {
			rest, err := limit.MinNorm(ctx, a, b, x0, limit.Options{Resume: c})
			if err != nil || rest.Status != limit.Certified {
				t.Fatalf("%s: %v, %+v", name, err, rest)
			}
			if rest.Stats.Steps >= whole.Stats.Steps {
				t.Errorf("%s: %d steps to the end, %d from the beginning", name, rest.Stats.Steps, whole.Stats.Steps)
			}
			for j, v := range rest.X {
				if !(math.Abs(v-whole.X[j]) <= 1e-8*whole.Objective) {
					t.Fatalf("%s: x[%d] is %v, want %v", name, j, v, whole.X[j])
				}
			}
			if d := rest.Objective - whole.Objective; !(math.Abs(d) <= 1e-9*whole.Objective) {
				t.Errorf("%s: the objective is %v, want %v", name, rest.Objective, whole.Objective)
			}
		}
	}
	for _, nu := range [][]float64{make([]float64, 3), {199: math.NaN()}} {
		if _, err := limit.MinNorm(ctx, a, b, nil, limit.Options{Resume: lsqrAt(nu)}); err == nil {
			t.Errorf("a ν of %d entries is accepted", len(nu))
		}
	}
}

func lsqrAt(nu []float64) *limit.Checkpoint {
	return &limit.Checkpoint{Stage: "lsqr", Values: map[string][]float64{"nu": nu}}
}

// A ν of another problem does no harm.
func TestMinNormResumesFromAnything(t *testing.T) {
	a, b := slowOperator(200, 512)
	far := make([]float64, len(b))
	for i := range far {
		far[i] = 1e6 * float64(i%3)
	}
	res, err := limit.MinNorm(context.Background(), a, b, nil, limit.Options{Resume: lsqrAt(far)})
	if err != nil || res.Status != limit.Certified {
		t.Errorf("%v, %v", err, res.Status)
	}
}
