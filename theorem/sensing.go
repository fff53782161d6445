package theorem

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/limit"
)

// sensing is the lecture's side remark on compressed sensing.
func sensing() []Experiment {
	return []Experiment{{
		ID:        "compressed-sensing",
		Title:     "O(k log(m/k)) random measurements recover a k-sparse x by least ℓ1 norm",
		Statement: "Minimising ‖x‖₁ subject to Ax = b recovers a k-sparse x of length m from n Gaussian measurements with high probability if n exceeds ψ(k/m)·m, and fails if n is below, in a window of width O(√m); ψ(k/m)·m ≤ 2k ln(m/k) + (5/4)k",
		Slip:      "the remark counts the unknowns as n; in the lecture's own notation they are m: O(k log(m/k))",
		Source:    "lecture, side remark; ψ from Amelunxen, Lotz, McCoy and Tropp 2014, the bound from Chandrasekaran, Recht, Parrilo and Willsky 2012",
		Run:       compressedSensing,
	}}
}

// dimension is ψ(ε), the statistical dimension of the descent cone of the ℓ1
// norm at a vector with εm nonzero entries, divided by m: the minimum over τ of
// ε(1+τ²) + (1−ε)κG(τ), G(τ) = (1+τ²)Φ(−τ) − τφ(τ); κ = 2, or 1 for x ≥ 0.
func dimension(eps, kappa float64) float64 {
	value := func(tau float64) float64 {
		tail := math.Erfc(tau/math.Sqrt2) / 2
		density := math.Exp(-tau*tau/2) / math.Sqrt(2*math.Pi)
		return eps*(1+tau*tau) + (1-eps)*kappa*((1+tau*tau)*tail-tau*density)
	}
	low, high := 0.0, 10.0
	for range 200 { // ternary search: convex in τ
		a, b := low+(high-low)/3, high-(high-low)/3
		if value(a) < value(b) {
			high = b
		} else {
			low = a
		}
	}
	return value((low + high) / 2)
}

// transition is the k at which ψ(k/m) = n/m.
func transition(n, m int, kappa float64) float64 {
	low, high := 0.0, 1.0
	for range 60 {
		if mid := (low + high) / 2; dimension(mid, kappa) < float64(n)/float64(m) {
			low = mid
		} else {
			high = mid
		}
	}
	return low * float64(m)
}

func compressedSensing(ctx context.Context) ([]Check, error) {
	var checks []Check
	for _, c := range []struct {
		name   string
		nonneg bool
		kappa  float64
		from   int
	}{{"x ≥ 0", true, 1, 47}, {"signed", false, 2, 30}} {
		predicted := transition(100, 200, c.kappa)
		measured, err := halfway(ctx, c.nonneg, c.from)
		if err != nil {
			return nil, err
		}
		checks = append(checks, absolute(c.name+", m = 200, n = 100: k that half of the instances recover", predicted, measured, 4))
	}
	for _, c := range []struct{ eps, kappa, want float64 }{
		{0.01, 1, 0.0522186296}, {0.01, 2, 0.0612439594}, {0.1, 2, 0.3287935055}, {0.5, 1, 0.6956312936},
	} {
		checks = append(checks, relative(fmt.Sprintf("ψ(%g), κ = %g", c.eps, c.kappa), c.want, dimension(c.eps, c.kappa), 1e-9))
	}
	for _, eps := range []float64{1e-6, 1e-3, 0.1} {
		checks = append(checks, atMost(fmt.Sprintf("ψ(ε)/ε ≤ 2 ln(1/ε) + 5/4 at ε = %g", eps), 2*math.Log(1/eps)+1.25, dimension(eps, 2)/eps, 0))
	}
	return checks, nil
}

// halfway is the k at which half of 20 instances with m = 200, n = 100 are
// recovered: the number of successes summed over k, as if they fell from all to
// none at one k. from is where nearly all succeed.
func halfway(ctx context.Context, nonneg bool, from int) (float64, error) {
	const trials, width, step = 20, 21, 3
	at := float64(from) - step/2.
	for k := from; k < from+width; k += step {
		successes := 0
		for seed := range trials {
			p, err := gaussian(100, 200, k, nonneg, uint64(1000*k+seed))
			if err != nil {
				return 0, err
			}
			r, err := limit.L1(ctx, limit.Problem{A: p.A, B: p.B, Nonneg: nonneg}, limit.Options{})
			if err != nil {
				return 0, err
			}
			if err := certified("the ℓ1 solution", r); err != nil {
				return 0, err
			}
			if distance(r.X, p.X) <= 1e-6*norm2(p.X) {
				successes++
			}
		}
		at += step * float64(successes) / trials
	}
	return at, nil
}
