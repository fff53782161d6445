package limit

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

// farStart draws m numbers of size 10^e, of one sign, of both, or of sizes from
// 1 to 10^e, and brings them inside the domain of φ: by their modulus where it
// is x > 0, to that distance from an end, relative to its width, where it is a
// box.
func farStart(rng *rand.Rand, phi geometry.Potential, m int, e float64, kind string) []float64 {
	lower, upper := geometry.Bounds(phi, 0)
	x := make([]float64, m)
	for j := range x {
		v := math.Pow(10, e) * (0.5 + rng.Float64())
		if kind == "wide" {
			v = math.Pow(10, e*rng.Float64())
		}
		if kind == "negative" || kind != "positive" && rng.IntN(2) == 0 {
			v = -v
		}
		switch {
		case lower == 0 && math.IsInf(upper, 1):
			v = math.Abs(v)
		case !math.IsInf(upper, 1):
			part := math.Min(math.Abs(v), 1/math.Abs(v)) / 3
			if v > 0 {
				v = lower + (upper-lower)*part
			} else {
				v = upper - (upper-lower)*part
			}
		}
		x[j] = v
	}
	return x
}

// From starts over 24 decades, of either sign, Ax = b to 1e-12 of ‖b‖, or to
// what rounding x to doubles leaves: where the solutions are not bounded, the
// nearest one may be as large as the start.
func TestNearestFromFarAway(t *testing.T) {
	const n, m = 5, 30
	for _, in := range catalogue(m) {
		if _, ok := in.phi.(geometry.Exponential); ok {
			continue // θ₀ = e^x₀: TestNearestExponentialFromFarAway
		}
		for seed := range uint64(2) {
			for _, bounded := range []bool{true, false} {
				rng := rand.New(rand.NewPCG(95, seed))
				data := gaussian(rng, n, m)
				for j := 0; bounded && j < m; j++ {
					data[j] = 1 // the sum of x: x ≥ 0 is bounded
				}
				a := linop.NewDense(n, m, data)
				x, b := make([]float64, m), make([]float64, n)
				for j := range x {
					x[j] = in.lo + (in.hi-in.lo)*rng.Float64()
				}
				a.Apply(b, x)
				for _, e := range []float64{-12, -9, -6, -3, 3, 6, 9, 12} {
					for _, kind := range []string{"positive", "negative", "mixed", "wide"} {
						checkFar(t, a, data, b, in.phi, farStart(rng, in.phi, m, e, kind),
							fmt.Sprintf("%s from %s 1e%v, seed %d, bounded %v", in.phi.Name(), kind, e, seed, bounded))
					}
				}
			}
		}
	}
}

func checkFar(t *testing.T, a *linop.Dense, data, b []float64, phi geometry.Potential, x0 []float64, name string) *Result {
	t.Helper()
	res, err := Nearest(context.Background(), a, b, phi, Start{X0: x0}, Options{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	n, m := a.Dims()
	floor := make([]float64, n)
	for i := range n {
		for j, v := range res.X {
			floor[i] += roundoff * math.Abs(data[i*m+j]*v)
		}
	}
	limit := norm2(floor) / norm2(b)
	if !(res.Residual <= math.Max(1e-12, 2*limit)) {
		t.Errorf("%s: residual %g, rounding of x leaves %g, %s %+v", name, res.Residual, limit, res.Status, res.Stats)
	}
	if limit < 1e-11 && res.Status != Certified {
		t.Errorf("%s: %s %+v, %+v", name, res.Status, res.Reason, res.Stats)
	}
	return res
}

// The geometry of e^x, whose θ₀ = e^x₀ spread over 600 decades.
func TestNearestExponentialFromFarAway(t *testing.T) {
	const n, m = 5, 30
	for seed := range uint64(4) {
		for _, bounded := range []bool{true, false} {
			rng := rand.New(rand.NewPCG(95, seed))
			data := gaussian(rng, n, m)
			for j := 0; bounded && j < m; j++ {
				data[j] = 1
			}
			a := linop.NewDense(n, m, data)
			b := gaussian(rng, n, 1)
			for _, size := range []float64{1e-12, 1e-6, 0.1, 1, 3, 5, 8, 12, 15, 20, 40, 100, 200, 466} {
				for _, kind := range []string{"positive", "negative", "mixed"} {
					x0 := make([]float64, m)
					for j := range x0 {
						x0[j] = size * (0.5 + rng.Float64())
						if kind == "negative" || kind == "mixed" && rng.IntN(2) == 0 {
							x0[j] = -x0[j]
						}
					}
					name := fmt.Sprintf("from %s %v, seed %d, bounded %v", kind, size, seed, bounded)
					res := checkFar(t, a, data, b, geometry.Exponential{}, x0, name)
					if e := offRange(t, data, n, x0, res.X); !(e <= 1e-9) {
						t.Errorf("%s: e^x − e^x₀ is off the range of Aᵀ by %g", name, e)
					}
				}
			}
		}
	}
}

// offRange measures how far c = e^x − e^x₀ is from the range of Aᵀ, where it is at
// the minimiser: by the vectors z of the null space that have one entry 1 beside
// those of the n smallest x, as |⟨c,z⟩| over Σ|z|(e^x + e^x₀).
func offRange(t *testing.T, data []float64, n int, x0, x []float64) float64 {
	t.Helper()
	m := len(x)
	order := make([]int, m)
	for j := range order {
		order[j] = j
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(x[i], x[j]) })
	sorted := mat.NewDense(n, m, nil)
	for k, j := range order {
		for i := range n {
			sorted.Set(i, k, data[i*m+j])
		}
	}
	var z mat.Dense
	if err := z.Solve(sorted.Slice(0, n, 0, n), sorted.Slice(0, n, n, m)); err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for k := n; k < m; k++ {
		e, e0 := math.Exp(x[order[k]]), math.Exp(x0[order[k]])
		sum, size := e-e0, e+e0
		for i := range n {
			e, e0, v := math.Exp(x[order[i]]), math.Exp(x0[order[i]]), z.At(i, k-n)
			sum -= v * (e - e0)
			size += math.Abs(v) * (e + e0)
		}
		worst = math.Max(worst, math.Abs(sum)/size)
	}
	return worst
}

// A moderate answer from a θ₀ that Aᵀν has to cancel to twelve digits: x is the
// projection of a start that differs from x₀ in its last digits.
func TestNearestCancelsFarStart(t *testing.T) {
	const n, m = 5, 30
	for _, in := range catalogue(m) {
		phi, ok := in.phi.(geometry.Separable)
		if !ok {
			continue
		}
		for _, e := range []float64{0, 2, 6, 9, 12} {
			rng := rand.New(rand.NewPCG(98, uint64(e)))
			data := gaussian(rng, n, m)
			for j := range m {
				data[j] = 1
			}
			a := linop.NewDense(n, m, data)
			x, b, theta0 := make([]float64, m), make([]float64, n), make([]float64, m)
			for j := range x {
				x[j] = in.lo + (in.hi-in.lo)*rng.Float64()
			}
			a.Apply(b, x)
			phi.Grad(theta0, x)
			for j := range theta0 {
				theta0[j] -= math.Pow(10, e)
			}
			x0 := make([]float64, m)
			if phi.GradConj(x0, theta0); !geometry.InDualDomain(phi, theta0) || geometry.CheckInterior(phi, "x0", x0) != nil {
				continue // no double is so far
			}
			res, err := Nearest(context.Background(), a, b, phi, Start{Theta0: theta0}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if res.Status != Certified || !(res.Residual <= 1e-12) {
				t.Errorf("%s, θ₀ of size 1e%v: %s %+v, residual %g, %+v", phi.Name(), e, res.Status, res.Reason, res.Residual, res.Stats)
			}
			if d := distance(res.X, x) / safeNorm(x); d > 1e-9+1e-14*math.Pow(10, e) {
				t.Errorf("%s, θ₀ of size 1e%v: distance %g", phi.Name(), e, d)
			}
		}
	}
}
