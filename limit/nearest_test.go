package limit

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

// inside is a geometry with a range of starts inside its domain.
type inside struct {
	phi    geometry.Potential
	lo, hi float64
}

func must[P geometry.Potential](phi P, err error) geometry.Potential {
	if err != nil {
		panic(err)
	}
	return phi
}

// catalogue has every geometry that Nearest takes.
func catalogue(m int) []inside {
	ones := make([]float64, m)
	for j := range ones {
		ones[j] = 0.5 + float64(j%7)
	}
	k := make([]float64, m*m)
	for i := range m {
		for j := range m {
			k[i*m+j] = math.Exp(-math.Abs(float64(i-j)) / 3)
		}
	}
	return []inside{
		{geometry.Euclidean{}, -2, 2},
		{geometry.Entropy{}, 0.2, 3},
		{geometry.Hypentropy{LogBeta: []float64{-3}}, -2, 2},
		{must(geometry.NewFermiDirac([]float64{-1}, []float64{4})), -0.5, 3},
		{geometry.Burg{}, 0.2, 3},
		{geometry.Hellinger{}, -0.8, 0.8},
		{must(geometry.NewLP(1.3)), -2, 2},
		{must(geometry.NewLP(4)), 0.3, 2},
		{must(geometry.NewLPQuasi(0.5)), 0.2, 3},
		{geometry.Exponential{}, -2, 2},
		{geometry.Inverse{}, 0.2, 3},
		{must(geometry.NewPower(3)), 0.2, 3},
		{must(geometry.NewPowerDiff(4, -2)), -2, 2},
		{must(geometry.NewDiagonal(ones)), -2, 2},
		{must(geometry.NewMahalanobis(m, k)), -2, 2},
	}
}

// A chart point that meets the constraints is the projection, so that every
// instance has a known answer.
func TestNearestFindsTheChartPoint(t *testing.T) {
	const n, m = 6, 25
	for _, in := range catalogue(m) {
		for seed := range uint64(20) {
			rng := rand.New(rand.NewPCG(91, seed))
			uniform := func() []float64 {
				x := make([]float64, m)
				for j := range x {
					x[j] = in.lo + (in.hi-in.lo)*rng.Float64()
				}
				return x
			}
			a := linop.NewDense(n, m, gaussian(rng, n, m))
			x0 := uniform()
			theta0, step, nu := make([]float64, m), make([]float64, m), gaussian(rng, n, 1)
			in.phi.Grad(theta0, x0)
			a.ApplyT(step, nu)
			for j := range step {
				step[j] *= 0.5
			}
			// A step of half the way to the boundary of dom φ*, or of moderate size.
			t0 := min(1, 0.5*geometry.MaxStep(in.phi, theta0, step))
			want := make([]float64, m)
			for j := range want {
				want[j] = theta0[j] + t0*step[j]
			}
			in.phi.GradConj(want, want)
			b := make([]float64, n)
			a.Apply(b, want)
			res, err := Nearest(context.Background(), a, b, in.phi, Start{X0: x0}, Options{})
			if err != nil {
				t.Fatalf("%s: %v", in.phi.Name(), err)
			}
			if res.Status != Certified {
				t.Errorf("%s, seed %d: %s %+v, stats %+v", in.phi.Name(), seed, res.Status, res.Reason, res.Stats)
				continue
			}
			if res.Residual > 1e-12 {
				t.Errorf("%s, seed %d: residual %g", in.phi.Name(), seed, res.Residual)
			}
			if e := distance(res.X, want) / safeNorm(want); e > 1e-9 {
				t.Errorf("%s, seed %d: distance %g to the projection", in.phi.Name(), seed, e)
			}
			if d := in.phi.Bregman(res.X, x0); math.Abs(d-res.Objective) > 1e-9*d {
				t.Errorf("%s: objective %v, want %v", in.phi.Name(), res.Objective, d)
			}
			if res.Stats.Steps > 60 {
				t.Errorf("%s, seed %d: %d steps", in.phi.Name(), seed, res.Stats.Steps)
			}
		}
	}
}

// No point of the optimal set is nearer, whatever the start.
func TestNearestBeatsOtherSolutions(t *testing.T) {
	const n, m = 4, 12
	for _, in := range catalogue(m) {
		rng := rand.New(rand.NewPCG(92, 1))
		a := linop.NewDense(n, m, gaussian(rng, n, m))
		x0, other := make([]float64, m), make([]float64, m)
		for j := range x0 {
			x0[j] = in.lo + (in.hi-in.lo)*rng.Float64()
			other[j] = in.lo + (in.hi-in.lo)*rng.Float64()
		}
		b := make([]float64, n)
		a.Apply(b, other)
		res, err := Nearest(context.Background(), a, b, in.phi, Start{X0: x0}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if res.Status != Certified {
			t.Errorf("%s: %s %+v, residual %g, %+v", in.phi.Name(), res.Status, res.Reason, res.Residual, res.Stats)
			continue
		}
		if d := in.phi.Bregman(other, x0); !(res.Objective < d) {
			t.Errorf("%s: objective %v, another solution has %v", in.phi.Name(), res.Objective, d)
		}
		if err := geometry.CheckInterior(in.phi, "x", res.X); err != nil {
			t.Error(err)
		}
	}
}

// The start itself, if it meets the constraints.
func TestNearestStartIsFeasible(t *testing.T) {
	const n, m = 4, 12
	for _, in := range catalogue(m) {
		for _, off := range []float64{0, 1e-10, 1e-14} {
			rng := rand.New(rand.NewPCG(93, 1))
			a := linop.NewDense(n, m, gaussian(rng, n, m))
			x0 := make([]float64, m)
			for j := range x0 {
				x0[j] = in.lo + (in.hi-in.lo)*rng.Float64()
			}
			b := make([]float64, n)
			a.Apply(b, x0)
			b[0] *= 1 + off
			res, err := Nearest(context.Background(), a, b, in.phi, Start{X0: x0}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if res.Status != Certified || distance(res.X, x0) > (1e-12+10*off)*safeNorm(x0) {
				t.Errorf("%s off by %g: %s %+v, distance %g", in.phi.Name(), off, res.Status, res.Reason, distance(res.X, x0))
			}
		}
	}
}

// x₁ + … + x_m beyond what the domain allows.
func TestNearestInfeasible(t *testing.T) {
	const m = 5
	ones := make([]float64, m)
	x0 := make([]float64, m)
	for j := range ones {
		ones[j], x0[j] = 1, 0.5
	}
	box := must(geometry.NewFermiDirac(nil, nil))
	sum := linop.NewDense(1, m, ones)
	twice := linop.NewDense(2, m, append(append([]float64{}, ones...), ones...))
	for _, c := range []struct {
		phi     geometry.Potential
		a       linop.Operator
		b       []float64
		anySign bool
	}{
		{box, sum, []float64{5.001}, false},
		{box, sum, []float64{-1}, false},
		{box, sum, []float64{1e9}, false},
		{geometry.Hellinger{}, sum, []float64{6}, false},
		{geometry.Entropy{}, sum, []float64{-1}, false},
		{geometry.Burg{}, sum, []float64{-1}, false},
		{geometry.Inverse{}, sum, []float64{-1}, false},
		{must(geometry.NewLPQuasi(0.5)), sum, []float64{-1}, false},
		{box, twice, []float64{2, 3}, true},
		{geometry.Euclidean{}, twice, []float64{2, 3}, true},
		{geometry.Burg{}, twice, []float64{2, 3}, true},
		{geometry.Exponential{}, twice, []float64{2, 3}, true},
		{must(geometry.NewLP(1.5)), twice, []float64{2, 3}, true},
		{must(geometry.NewMahalanobis(m, identity(m))), twice, []float64{2, 3}, true},
	} {
		res, err := Nearest(context.Background(), c.a, c.b, c.phi, Start{X0: x0}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%s, b = %v", c.phi.Name(), c.b)
		if res.Status != Infeasible || res.AnySign != c.anySign {
			t.Errorf("%s: %s, any sign %v, %+v", name, res.Status, res.AnySign, res.Reason)
			continue
		}
		z := make([]float64, m)
		c.a.ApplyT(z, res.Y)
		reach := 0.0
		for j, v := range z {
			lower, upper := geometry.Bounds(c.phi, j)
			if math.Abs(v) > 1e-12*safeNorm(res.Y) {
				reach += math.Max(v*lower, v*upper)
			}
		}
		if by := dot(c.b, res.Y); !(by > reach) {
			t.Errorf("%s: bᵀy = %v, but yᵀAx may be %v", name, by, reach)
		}
	}
}

func identity(m int) []float64 {
	k := make([]float64, m*m)
	for j := range m {
		k[j*m+j] = 1
	}
	return k
}

// A box problem whose infeasibility no single row shows.
func TestNearestInfeasibleBoxRandom(t *testing.T) {
	const n, m = 5, 8
	rng := rand.New(rand.NewPCG(94, 1))
	box := must(geometry.NewFermiDirac(nil, nil))
	x0 := make([]float64, m)
	for j := range x0 {
		x0[j] = 0.3
	}
	met, step := map[Status]int{}, make([]float64, n)
	for range 60 {
		a := linop.NewDense(n, m, gaussian(rng, n, m))
		b, x := gaussian(rng, n, 1), make([]float64, m)
		for j := range x {
			x[j] = rng.Float64()
		}
		noise := 0.5 * rng.Float64()
		a.Apply(step, x)
		for i, v := range step {
			b[i] = v + noise*b[i]
		}
		res, err := Nearest(context.Background(), a, b, box, Start{X0: x0}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		met[res.Status]++
		if res.Status != Infeasible && res.Status != Certified {
			t.Errorf("%s %+v", res.Status, res.Reason)
		}
	}
	if met[Infeasible] < 5 || met[Certified] < 5 {
		t.Errorf("the instances are one-sided: %v", met)
	}
}

// Quadratic geometries bear ill-conditioned and dependent rows.
func TestNearestIllConditioned(t *testing.T) {
	const n, m = 8, 20
	rng := rand.New(rand.NewPCG(96, 1))
	data := gaussian(rng, n, m)
	for j := range m {
		data[(n-1)*m+j] = data[j] + 1e-9*data[(n-1)*m+j]
	}
	a := linop.NewDense(n, m, data)
	x, x0 := gaussian(rng, m, 1), gaussian(rng, m, 1)
	b := make([]float64, n)
	a.Apply(b, x)
	k := make([]float64, m)
	for j := range k {
		k[j] = math.Pow(10, float64(j%9)-4)
	}
	for _, phi := range []geometry.Potential{geometry.Euclidean{}, must(geometry.NewDiagonal(k))} {
		res, err := Nearest(context.Background(), a, b, phi, Start{X0: x0}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if res.Status != Certified || res.Residual > 1e-12 {
			t.Errorf("%s: %s %+v residual %g %+v", phi.Name(), res.Status, res.Reason, res.Residual, res.Stats)
		}
		if d := phi.Bregman(res.X, x0); math.Abs(d-res.Objective) > 1e-9*d || math.Abs(d-res.Bound) > 1e-8*d {
			t.Errorf("%s: D = %v, objective %v, bound %v", phi.Name(), d, res.Objective, res.Bound)
		}
	}
}

func TestNearestRefuses(t *testing.T) {
	a := linop.NewDense(1, 3, []float64{1, 1, 1})
	b := []float64{1}
	for _, c := range []struct {
		phi   geometry.Potential
		start Start
		want  string
	}{
		{geometry.Entropy{}, Start{X0: []float64{1, -1, 1}}, "x0[1] = -1"},
		{geometry.Entropy{}, Start{X0: []float64{1, 1, 0}}, "x0[2] = 0"},
		{geometry.Burg{}, Start{X0: []float64{1, math.NaN(), 1}}, "x0[1]"},
		{must(geometry.NewFermiDirac(nil, nil)), Start{X0: []float64{0.5, 0.5, 1}}, "x0[2] = 1"},
		{geometry.Entropy{}, Start{X0: []float64{1}}, "length 1"},
		{geometry.Entropy{}, Start{}, "one of them"},
		{geometry.Burg{}, Start{Theta0: []float64{-1, 1, -1}}, "inside of its domain"},
		{geometry.Inverse{}, Start{X0: []float64{1, 1e-200, 1}}, "x0[1]"},
		{coupled{geometry.Entropy{}}, Start{X0: []float64{1, 1, 1}}, "not separable"},
	} {
		_, err := Nearest(context.Background(), a, b, c.phi, c.start, Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s from %v: %v, want %q", c.phi.Name(), c.start, err, c.want)
		}
	}
}

// coupled hides that its potential is separable.
type coupled struct{ geometry.Potential }

// The same bits for any number of threads.
func TestNearestThreads(t *testing.T) {
	const n, m = 7, 9000
	rng := rand.New(rand.NewPCG(97, 1))
	a := linop.NewDense(n, m, gaussian(rng, n, m))
	x0 := make([]float64, m)
	for j := range x0 {
		x0[j] = 0.5 + rng.Float64()
	}
	b := make([]float64, n)
	a.Apply(b, x0)
	for i := range b {
		b[i] += 10 * rng.NormFloat64()
	}
	box := must(geometry.NewFermiDirac([]float64{0}, []float64{3}))
	for _, phi := range []geometry.Potential{geometry.Entropy{}, box, geometry.Burg{}} {
		var first []float64
		for _, threads := range []int{1, 2, 8} {
			old := runtime.GOMAXPROCS(threads)
			res, err := Nearest(context.Background(), a, b, phi, Start{X0: x0}, Options{})
			runtime.GOMAXPROCS(old)
			if err != nil || res.Status != Certified {
				t.Fatalf("%v %+v", err, res)
			}
			if first == nil {
				first = res.X
			}
			for j, v := range res.X {
				if math.Float64bits(v) != math.Float64bits(first[j]) {
					t.Fatalf("%s: x[%d] differs with %d threads", phi.Name(), j, threads)
				}
			}
		}
	}
}

// Scales far below the range of doubles: the limits of L1AtAlpha.
func TestNearestTinyScales(t *testing.T) {
	const n, m = 4, 12
	rng := rand.New(rand.NewPCG(99, 1))
	a := linop.NewDense(n, m, gaussian(rng, n, m))
	x := make([]float64, m)
	for j := range x {
		x[j] = rng.Float64()
	}
	b := make([]float64, n)
	a.Apply(b, x)
	for _, logAlpha := range []float64{-2, -50, -7000} {
		low := make([]float64, m)
		for j := range low {
			low[j] = logAlpha
		}
		for _, c := range []struct {
			phi    geometry.Separable
			theta0 []float64
			nonneg bool
		}{
			{geometry.Hypentropy{LogBeta: []float64{logAlpha}}, make([]float64, m), false},
			{geometry.Entropy{}, low, true},
		} {
			res, err := Nearest(context.Background(), a, b, c.phi, Start{Theta0: c.theta0}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			want, err := L1AtAlpha(context.Background(), Problem{A: a, B: b, Nonneg: c.nonneg}, logAlpha, nil, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if e := distance(res.X, want.X) / safeNorm(want.X); res.Status != Certified || e > 1e-8 {
				t.Errorf("%s, ln α = %v: %s %+v, distance %g", c.phi.Name(), logAlpha, res.Status, res.Reason, e)
			}
		}
	}
}
