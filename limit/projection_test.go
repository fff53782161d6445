package limit

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

func project(t *testing.T, phi geometry.Separable, a linop.Operator, theta0, b []float64) *Result {
	t.Helper()
	res, err := Projection(context.Background(), dual.NewChart(phi, a, theta0), b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// checkProjection recomputes the claims: Ax = b, X on the chart at Y, and the
// bound of the dual.
func checkProjection(t *testing.T, phi geometry.Separable, a linop.Operator, theta0, b []float64, res *Result) {
	t.Helper()
	if res.Status != Certified {
		t.Fatalf("%s %+v, stats %+v", res.Status, res.Reason, res.Stats)
	}
	chart := dual.NewChart(phi, a, theta0)
	pt := chart.NewPoint()
	chart.At(pt, res.Y)
	if e := distance(pt.X, res.X); e > 1e-9*safeNorm(res.X) {
		t.Errorf("X is off the chart by %g", e)
	}
	r := make([]float64, len(b))
	subtractProduct(a, r, b, res.X)
	if safeNorm(r) > 1e-9*safeNorm(b) {
		t.Errorf("residual %g", safeNorm(r)/safeNorm(b))
	}
	if d := phi.Fenchel(res.X, theta0); math.Abs(d-res.Objective) > 1e-9*d {
		t.Errorf("objective %v, recomputed %v", res.Objective, d)
	}
	if d := chart.DualValue(pt, b); math.Abs(d-res.Bound) > 1e-9*math.Max(1, math.Abs(d)) {
		t.Errorf("bound %v, recomputed %v", res.Bound, d)
	}
}

// The Euclidean projection is the least norm problem.
func TestProjectionEuclidean(t *testing.T) {
	rng := rand.New(rand.NewPCG(51, 52))
	const n, m = 15, 40
	op := linop.NewDense(n, m, gaussian(rng, n, m))
	b, x0 := gaussian(rng, n, 1), gaussian(rng, m, 1)
	res := project(t, geometry.Euclidean{}, op, x0, b)
	checkProjection(t, geometry.Euclidean{}, op, x0, b, res)
	want, err := MinNorm(context.Background(), op, b, x0, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if e := distance(res.X, want.X) / safeNorm(want.X); e > 1e-12 {
		t.Errorf("distance to the least norm answer %g", e)
	}
	if d := want.Objective * want.Objective / 2; math.Abs(res.Objective-d) > 1e-12*d {
		t.Errorf("divergence %v, want %v", res.Objective, d)
	}
}

// Raking: a table with given margins next to a given table in Kullback–Leibler
// divergence. The twin is iterative proportional fitting.
func TestProjectionRaking(t *testing.T) {
	rng := rand.New(rand.NewPCG(53, 54))
	const p, q = 4, 6
	table, theta0 := make([]float64, p*q), make([]float64, p*q)
	for j := range table {
		table[j] = rng.Float64() + 0.01
		theta0[j] = math.Log(table[j])
	}
	a, b := make([]float64, (p+q)*p*q), make([]float64, p+q)
	for i := range p {
		for k := range q {
			a[i*p*q+i*q+k] = 1
			a[(p+k)*p*q+i*q+k] = 1
			v := rng.Float64()
			b[i] += v
			b[p+k] += v
		}
	}
	op := linop.NewDense(p+q, p*q, a)
	res := project(t, geometry.Entropy{}, op, theta0, b)
	checkProjection(t, geometry.Entropy{}, op, theta0, b, res)
	for range 2000 {
		for i := range p + q {
			sum := 0.0
			for j := range table {
				sum += a[i*p*q+j] * table[j]
			}
			for j := range table {
				if a[i*p*q+j] != 0 {
					table[j] *= b[i] / sum
				}
			}
		}
	}
	if e := distance(res.X, table); e > 1e-12 {
		t.Errorf("distance to the fitted table %g", e)
	}
}

// From starts over many decades, and far from the answer.
func TestProjectionStarts(t *testing.T) {
	rng := rand.New(rand.NewPCG(55, 56))
	const n, m = 12, 50
	op := linop.NewDense(n, m, gaussian(rng, n, m))
	b := make([]float64, n)
	x := make([]float64, m)
	for j := range x {
		x[j] = rng.Float64() * 3
	}
	op.Apply(b, x)
	for _, level := range []float64{8, 0, -8, -30, -300} {
		theta0 := make([]float64, m)
		for j := range theta0 {
			theta0[j] = level + 5*rng.NormFloat64()
		}
		res := project(t, geometry.Entropy{}, op, theta0, b)
		checkProjection(t, geometry.Entropy{}, op, theta0, b, res)
		for _, v := range res.X {
			if v < 0 {
				t.Errorf("level %g: x has the negative entry %g", level, v)
			}
		}
		hyp := geometry.Hypentropy{LogBeta: []float64{level}}
		start := gaussian(rng, m, 1)
		checkProjection(t, hyp, op, start, b, project(t, hyp, op, start, b))
	}
}

// The answers of L1AtAlpha are projections.
func TestProjectionIsAlpha(t *testing.T) {
	rng := rand.New(rand.NewPCG(57, 58))
	for _, nonneg := range []bool{true, false} {
		p, _ := sparseInstance(rng, 15, 40, 5, nonneg)
		for _, la := range []float64{2, -2, -10} {
			want := solveAlpha(t, p, la, nil)
			theta0 := make([]float64, 40)
			var phi geometry.Separable = geometry.Hypentropy{LogBeta: []float64{la}}
			if nonneg {
				phi = geometry.Entropy{}
				for j := range theta0 {
					theta0[j] = la
				}
			}
			res := project(t, phi, p.A, theta0, p.B)
			if e := distance(res.X, want.X) / safeNorm(want.X); e > 1e-10 {
				t.Errorf("nonneg %v, ln α = %g: answers differ by %g", nonneg, la, e)
			}
			if math.Abs(res.Objective-want.Objective) > 1e-9*want.Objective || math.Abs(res.Bound-want.Bound) > 1e-9*want.Objective {
				t.Errorf("divergence %v and %v", res.Objective, want.Objective)
			}
		}
	}
}

// Without a matrix, by conjugate gradients.
func TestProjectionMatrixFree(t *testing.T) {
	rng := rand.New(rand.NewPCG(59, 60))
	a := sparseColumns(rng, 60, 300, 6)
	x, theta0, b := make([]float64, 300), make([]float64, 300), make([]float64, 60)
	for j := range x {
		x[j] = rng.Float64()
	}
	a.Apply(b, x)
	want := project(t, geometry.Entropy{}, a, theta0, b)
	got := project(t, geometry.Entropy{}, matrixFree{a}, theta0, b)
	checkProjection(t, geometry.Entropy{}, a, theta0, b, got)
	if e := distance(want.X, got.X) / safeNorm(want.X); e > 1e-9 {
		t.Errorf("answers differ by %g", e)
	}
	if got.Stats.Factorizations != 0 {
		t.Error("a factorization without a matrix")
	}
}

func TestProjectionDegenerate(t *testing.T) {
	// x₂ is forced to 0.
	op := linop.NewDense(2, 2, []float64{1, 1, 1, 0})
	res := project(t, geometry.Entropy{}, op, []float64{0, 0}, []float64{1, 1})
	if res.Status != Certified || math.Abs(res.X[0]-1) > 1e-9 || !(res.X[1] >= 0 && res.X[1] < 1e-9) {
		t.Errorf("forced zero: %s, x = %v", res.Status, res.X)
	}
	// Dependent rows, extreme rows.
	op = linop.NewDense(3, 3, []float64{1, 2, 3, 1, 2, 3, 1e200, 0, 1e200})
	b := []float64{6, 6, 2e200}
	checkX := project(t, geometry.Entropy{}, op, []float64{1, 0, -1}, b)
	if checkX.Status != Certified {
		t.Errorf("dependent and extreme rows: %s, %+v", checkX.Status, checkX.Reason)
	}
	// No solution of any sign; none in the domain.
	op = linop.NewDense(2, 2, []float64{1, 1, 1, 1})
	for _, phi := range []geometry.Separable{geometry.Entropy{}, geometry.Euclidean{}} {
		if res = project(t, phi, op, []float64{0, 0}, []float64{1, 2}); res.Status != Infeasible {
			t.Errorf("%s, contradicting rows: %s", phi.Name(), res.Status)
		}
	}
	op = linop.NewDense(1, 2, []float64{1, 1})
	if res = project(t, geometry.Entropy{}, op, []float64{0, 0}, []float64{-1}); res.Status != Infeasible || res.AnySign {
		t.Errorf("negative b: %s", res.Status)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	chart := dual.NewChart(geometry.Entropy{}, op, []float64{0, 0})
	if res, err := Projection(ctx, chart, []float64{1}, Options{}); err != nil || res.Status != Interrupted {
		t.Errorf("cancelled: %v, %s", err, res.Status)
	}
	chart.Theta0 = []float64{0, math.Inf(-1)}
	if _, err := Projection(context.Background(), chart, []float64{1}, Options{}); err == nil {
		t.Error("x₀ on the boundary accepted")
	}
}
