package limit_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// resumable is a problem whose solve takes a while in one stage.
type resumable struct {
	stage string
	solve func(ctx context.Context, opt limit.Options) (*limit.Result, error)
}

// gaussian is an n×m matrix of normal numbers.
func gaussian(n, m int, seed uint64) ([]float64, *rand.Rand) {
	rng := rand.New(rand.NewPCG(seed, 9))
	data := make([]float64, n*m)
	for i := range data {
		data[i] = rng.NormFloat64()
	}
	return data, rng
}

// resumables has a problem for each stage that keeps where it is.
func resumables() map[string]resumable {
	l1 := func(p limit.Problem) func(context.Context, limit.Options) (*limit.Result, error) {
		return func(ctx context.Context, opt limit.Options) (*limit.Result, error) { return limit.L1(ctx, p, opt) }
	}
	data, rng := gaussian(60, 150, 1)
	b, positive := make([]float64, 60), make([]float64, 60)
	for i := range b {
		b[i] = rng.NormFloat64()
		for j := range 150 {
			positive[i] += data[i*150+j] * math.Exp(2*math.Sin(float64(j*j)))
		}
	}
	dense := linop.NewDense(60, 150, data)
	rows := rng.Perm(512)[:128]
	dct := linop.PartialDCT(rows, 512)
	spikes, image := make([]float64, 512), make([]float64, 128)
	for k := range 42 {
		spikes[(k*k*7+k)%512] = math.Cos(float64(k))
	}
	dct.Apply(image, spikes)
	for i := range image {
		image[i] += 0.05 * rng.NormFloat64()
	}
	mixed := linop.Compose(dct, linop.Diagonal(slices.Repeat([]float64{1, 3, 0.5, 2}, 128)))
	shifted, few := make([]float64, 60*150), make([]float64, 60) // every column is much like the others
	for i := range few {
		for j := range 150 {
			shifted[i*150+j] = 3 + data[i*150+j]
		}
		for k := range 12 {
			few[i] += shifted[i*150+7*k] * math.Exp(2*math.Sin(float64(k*k)))
		}
	}
	tiny, huge, weights := make([]float64, len(data)), make([]float64, 60), make([]float64, 150)
	for i := range huge {
		for j := range 150 {
			tiny[i*150+j] = data[i*150+j] * math.Ldexp(1e-40, 3*i)
			weights[j] = 1 + float64(j%5)
		}
		huge[i] = b[i] * math.Ldexp(1e20, 3*i)
	}
	alpha := func(logAlpha float64, p limit.Problem) func(context.Context, limit.Options) (*limit.Result, error) {
		return func(ctx context.Context, opt limit.Options) (*limit.Result, error) {
			r, err := limit.L1AtAlpha(ctx, p, logAlpha, nil, opt)
			if err != nil {
				return nil, err
			}
			return &r.Result, nil
		}
	}
	near := func(phi geometry.Potential, rhs []float64, x0 func(j int) float64) func(context.Context, limit.Options) (*limit.Result, error) {
		start := make([]float64, 150)
		for j := range start {
			start[j] = x0(j)
		}
		return func(ctx context.Context, opt limit.Options) (*limit.Result, error) {
			return limit.Nearest(ctx, dense, rhs, phi, limit.Start{X0: start}, opt)
		}
	}
	one := func(int) float64 { return 1 }
	return map[string]resumable{
		"central path":        {"central-path", l1(limit.Problem{A: dense, B: b})},
		"central path, x ≥ 0": {"central-path", l1(limit.Problem{A: dense, B: positive, Nonneg: true})},
		"in other units":      {"central-path", l1(limit.Problem{A: linop.NewDense(60, 150, tiny), B: huge, Weights: weights})},
		"continuation":        {"continuation", l1(limit.Problem{A: dct, B: image})},
		"ascent":              {"ascent", l1(limit.Problem{A: linop.NewDense(60, 150, shifted), B: few, Nonneg: true})},
		"anneal":              {"anneal", near(geometry.Entropy{}, positive, func(j int) float64 { return math.Exp(-650 * math.Abs(math.Sin(float64(j)))) })},
		"moderate alpha":      {"alpha-path", alpha(-12, limit.Problem{A: dense, B: b})},
		"tiny alpha":          {"alpha-limit", alpha(-70, limit.Problem{A: dense, B: b})},
		"tiny alpha, before":  {"central-path", alpha(-3000, limit.Problem{A: dense, B: b})},
		"entropy":             {"newton", near(geometry.Entropy{}, positive, one)},
		"entropy, far":        {"lead", near(geometry.Entropy{}, positive, func(int) float64 { return 1e-40 })},
		"burg":                {"primal-dual", near(geometry.Burg{}, positive, one)},
		"noise": {"augmented-lagrangian", func(ctx context.Context, opt limit.Options) (*limit.Result, error) {
			return limit.Denoise(ctx, limit.Problem{A: mixed, B: image}, 0.5, opt)
		}},
		"noise, splitting": {"splitting", func(ctx context.Context, opt limit.Options) (*limit.Result, error) {
			return limit.Denoise(ctx, limit.Problem{A: dct, B: image}, 0.5, opt)
		}},
	}
}

// stopAt runs until the stage has been kept that often, and returns what was kept
// last and what the run returned.
func stopAt(t *testing.T, c resumable, times int) (kept *limit.Checkpoint, res *limit.Result) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	seen := 0
	res, err := c.solve(ctx, limit.Options{Save: func(at func() *limit.Checkpoint) {
		now := at()
		if now.Stage == c.stage {
			seen++
		}
		if seen == times && kept == nil {
			kept = now
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	return kept, res
}

// From where a stage was stopped, or from what it has kept when it was killed, another
// run comes to the answer of one that was not stopped.
func TestResumes(t *testing.T) {
	for name, c := range resumables() {
		t.Run(name, func(t *testing.T) {
			stages := map[string]int{}
			whole, err := c.solve(context.Background(), limit.Options{Save: func(at func() *limit.Checkpoint) { stages[at().Stage]++ }})
			if err != nil || whole.Status != limit.Certified {
				t.Fatalf("%v, %+v", err, whole.Reason)
			}
			if stages[c.stage] < 2 {
				t.Fatalf("the stages were %v: there is nothing to stop", stages)
			}
			if whole.Checkpoint != nil {
				t.Error("a whole answer has a checkpoint")
			}
			size := 0.0
			for _, v := range whole.X {
				size = math.Max(size, math.Abs(v))
			}
			kept, part := stopAt(t, c, stages[c.stage]/2+1)
			if part.Status != limit.Interrupted || part.Checkpoint == nil || part.Checkpoint.Stage != c.stage {
				t.Fatalf("the stopped run is %s with the checkpoint %+v", part.Status, part.Checkpoint)
			}
			for from, at := range map[string]*limit.Checkpoint{"killed": kept, "stopped": part.Checkpoint} {
				rest, err := c.solve(context.Background(), limit.Options{Resume: at})
				if err != nil || rest.Status != limit.Certified {
					t.Fatalf("%s: %v, %s %+v", from, err, rest.Status, rest.Reason)
				}
				if rest.Stats.Steps >= whole.Stats.Steps {
					t.Errorf("%s: %d steps to the end, %d from the beginning", from, rest.Stats.Steps, whole.Stats.Steps)
				}
				for j, v := range rest.X {
					if !(math.Abs(v-whole.X[j]) <= 1e-7*size) {
						t.Fatalf("%s: x[%d] is %v, want %v", from, j, v, whole.X[j])
					}
				}
				if (rest.Unique == nil) != (whole.Unique == nil) || rest.Unique != nil && *rest.Unique != *whole.Unique {
					t.Errorf("%s: uniqueness is %v, want %v", from, rest.Unique, whole.Unique)
				}
			}
		})
	}
}

// Whenever a run is killed, what it has kept leads to the same answer.
func TestResumesFromEveryStep(t *testing.T) {
	for name, c := range resumables() {
		var all []*limit.Checkpoint
		whole, err := c.solve(context.Background(), limit.Options{Save: func(at func() *limit.Checkpoint) { all = append(all, at()) }})
		if err != nil {
			t.Fatal(err)
		}
		size := slices.Max(whole.X)
		for k := 0; k < len(all); k += 1 + len(all)/20 {
			rest, err := c.solve(context.Background(), limit.Options{Resume: all[k]})
			if err != nil || rest.Status != limit.Certified {
				t.Errorf("%s: from step %d of %d (%s): %v, %s", name, k, len(all), all[k].Stage, err, rest.Status)
				continue
			}
			for j, v := range rest.X {
				if !(math.Abs(v-whole.X[j]) <= 1e-7*size) {
					t.Errorf("%s: from step %d of %d (%s): x[%d] is %v, want %v", name, k, len(all), all[k].Stage, j, v, whole.X[j])
					break
				}
			}
		}
	}
}

// A checkpoint of another problem, or a damaged one, is refused or does no harm.
func TestResumeRefuses(t *testing.T) {
	for name, c := range resumables() {
		kept, _ := stopAt(t, c, 1)
		for key, v := range kept.Values {
			bad := &limit.Checkpoint{Stage: kept.Stage, Values: map[string][]float64{}}
			for k, w := range kept.Values {
				bad.Values[k] = w
			}
			bad.Values[key] = append(slices.Clone(v), 1)
			if _, err := c.solve(context.Background(), limit.Options{Resume: bad}); err == nil || !strings.Contains(err.Error(), "another problem") {
				t.Errorf("%s: %q that is too long: %v", name, key, err)
			}
			bad.Values[key] = slices.Clone(v)
			bad.Values[key][0] = math.NaN()
			if _, err := c.solve(context.Background(), limit.Options{Resume: bad}); err == nil || !strings.Contains(err.Error(), "damaged") {
				t.Errorf("%s: %q that is not finite: %v", name, key, err)
			}
			delete(bad.Values, key) // as good as none
			if r, err := c.solve(context.Background(), limit.Options{Resume: bad}); err != nil || r.Status != limit.Certified {
				t.Errorf("%s: without %q: %v", name, key, err)
			}
		}
	}
}
