package limit

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
)

// With one row, x(ν) = ∇φ*(θ₀+νa) has a⋅x(ν) increasing in ν: bisection finds
// the projection without any derivative.
func TestNearestOneRowAgainstBisection(t *testing.T) {
	for _, in := range catalogue(7) {
		phi, ok := in.phi.(geometry.Separable)
		if !ok {
			continue
		}
		for seed := range uint64(40) {
			rng := rand.New(rand.NewPCG(301, seed))
			m := 1 + rng.IntN(7)
			if _, ok := in.phi.(geometry.Diagonal); ok {
				m = 7 // its parameters
			}
			a, x0, x := gaussian(rng, m, 1), make([]float64, m), make([]float64, m)
			for j := range a {
				a[j] *= math.Pow(10, float64(rng.IntN(5)-2))
				if rng.IntN(6) == 0 && j > 0 {
					a[j] = 0
				}
				x0[j] = in.lo + (in.hi-in.lo)*rng.Float64()
				x[j] = in.lo + (in.hi-in.lo)*rng.Float64()
			}
			b := dot(a, x)
			res, err := Nearest(context.Background(), linop.NewDense(1, m, a), []float64{b}, phi, Start{X0: x0}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if res.Status != Certified || res.Residual > 1e-12 {
				t.Errorf("%s, seed %d: %s %+v, residual %g, a = %v", phi.Name(), seed, res.Status, res.Reason, res.Residual, a)
				continue
			}
			if want := bisected(phi, a, x0, b); distance(want, res.X) > 1e-7*safeNorm(want) {
				t.Errorf("%s, seed %d: x = %v, by bisection %v", phi.Name(), seed, res.X, want)
			}
		}
	}
}

// bisected returns x(ν) with aᵀx(ν) = b.
func bisected(phi geometry.Separable, a, x0 []float64, b float64) []float64 {
	m := len(a)
	theta0, theta, back := make([]float64, m), make([]float64, m), make([]float64, m)
	phi.Grad(theta0, x0)
	for j, v := range a {
		back[j] = -v
	}
	most, least := geometry.MaxStep(phi, theta0, a), -geometry.MaxStep(phi, theta0, back)
	at := func(nu float64) float64 {
		for j, v := range a {
			theta[j] = theta0[j] + nu*v
		}
		phi.GradConj(theta, theta)
		return dot(a, theta) - b
	}
	lo, hi := math.Max(least, -1e-3), math.Min(most, 1e-3)
	for least < lo && at(lo) > 0 {
		lo = math.Max(4*lo, (lo+3*least)/4)
	}
	for hi < most && at(hi) < 0 {
		hi = math.Min(4*hi, (hi+3*most)/4)
	}
	for range 300 {
		if mid := lo + (hi-lo)/2; at(mid) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	at(lo + (hi-lo)/2)
	return theta
}

// Shapes that break solvers: as many rows as columns, repeated and empty rows,
// empty and repeated columns, a solution next to the boundary, rows that are
// nearly dependent. The answer meets the constraints, and moving along the null
// space of A from it does not lower the divergence.
func TestNearestHostileShapes(t *testing.T) {
	const m = 9
	for _, in := range catalogue(m) {
		for seed := range uint64(36) {
			rng := rand.New(rand.NewPCG(302, seed))
			n := 4
			kind := seed % 6
			if kind == 0 {
				n = m
			}
			data, x, x0 := gaussian(rng, n, m), make([]float64, m), make([]float64, m)
			for j := range x {
				x[j] = in.lo + (in.hi-in.lo)*rng.Float64()
				x0[j] = in.lo + (in.hi-in.lo)*rng.Float64()
			}
			row := func(i int) []float64 { return data[i*m : (i+1)*m] }
			switch kind {
			case 1: // repeated and empty rows
				copy(row(2), row(0))
				clear(row(3))
			case 2: // empty and repeated columns
				for i := range n {
					row(i)[0], row(i)[1] = 0, row(i)[2]
				}
			case 3: // next to the boundary
				lower, upper := geometry.Bounds(in.phi, 0)
				for j := range x {
					if !math.IsInf(lower, -1) && j%2 == 0 {
						x[j] = lower + (x[j]-lower)*1e-7
					} else if !math.IsInf(upper, 1) && j%3 == 0 {
						x[j] = upper - (upper-x[j])*1e-7
					}
				}
			case 4: // nearly dependent rows
				for j := range m {
					row(3)[j] = row(0)[j] - row(1)[j] + 1e-5*row(3)[j]
				}
			case 5: // units of 1e±6
				for j := range m {
					row(0)[j] *= 1e6
					row(1)[j] *= 1e-6
				}
			}
			a, b := linop.NewDense(n, m, data), make([]float64, n)
			a.Apply(b, x)
			res, err := Nearest(context.Background(), a, b, in.phi, Start{X0: x0}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if res.Status != Certified || res.Residual > 1e-11 {
				t.Errorf("%s, kind %d, seed %d: %s %+v, residual %g, %+v", in.phi.Name(), kind, seed, res.Status, res.Reason, res.Residual, res.Stats)
				continue
			}
			if other := in.phi.Bregman(x, x0); res.Objective > other*(1+1e-9) {
				t.Errorf("%s, kind %d, seed %d: divergence %v, of another solution %v", in.phi.Name(), kind, seed, res.Objective, other)
			}
		}
	}
}
