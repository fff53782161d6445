package limit

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

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

func checkFar(t *testing.T, a *linop.Dense, data, b []float64, phi geometry.Potential, x0 []float64, name string) {
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
}

// The geometry of e^x ends at θ = 0, where θ₀ = e^x₀ is for x₀ < 0.
func TestNearestExponentialFromFarAway(t *testing.T) {
	const n, m = 5, 30
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(95, seed))
		data := gaussian(rng, n, m)
		a := linop.NewDense(n, m, data)
		b := gaussian(rng, n, 1)
		for _, size := range []float64{-3, -1e-6, 1e-12, 1, 3, 6} {
			x0 := make([]float64, m)
			for j := range x0 {
				x0[j] = size * (0.5 + rng.Float64())
			}
			checkFar(t, a, data, b, geometry.Exponential{}, x0, fmt.Sprintf("from %v, seed %d", size, seed))
		}
	}
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
