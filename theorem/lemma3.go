package theorem

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
)

// smallStart are the statements about what a start α·1 with α → 0 selects.
func smallStart() []Experiment {
	return []Experiment{{
		ID:        "lemma-3",
		Title:     "from α·1 the divergence becomes the ℓ1 norm, with constants",
		Statement: "With L = ln(1/α) the divergence from the start is D_φ(x, α1) = Σxᵢ ln xᵢ + (L−1)‖x‖₁ + αm for the entropy, so the limit x*(α) of the flow minimises ‖x‖₁ among the x ≥ 0 with Ax = b up to ‖x*(α)‖₁ ≤ Q/(1 − ln m/ln(Q/α)), Q the least value, for α < Q/m",
		Slip:      "D_φ(x, α1) → C_α‖x‖₁ diverges; it is D_φ(x, α1)/(L−1) that tends to ‖x‖₁. And α is here the scale of x: from y(0) = α1 the square parameterization starts at x(0) = α²1",
		Source:    "lecture, Lemma 3; the bound from D_φ(x*(α), α1) ≤ D_φ(x̂, α1) for an ℓ1 solution x̂ and from Σxᵢ ln xᵢ ≥ S ln(S/m)",
		Run:       lemma3,
	}}
}

func lemma3(ctx context.Context) ([]Check, error) {
	var checks []Check
	const m = 80
	for seed := uint64(1); seed <= 3; seed++ {
		p, err := gaussian(20, m, 6, true, seed)
		if err != nil {
			return nil, err
		}
		problem := limit.Problem{A: p.A, B: p.B, Nonneg: true}
		start, err := limit.L1(ctx, problem, limit.Options{})
		if err != nil {
			return nil, err
		}
		if err := certified("the ℓ1 solution", start); err != nil {
			return nil, err
		}
		q := start.Objective
		for _, alpha := range []float64{1e-4, 1e-8, 1e-16, 1e-32, 1e-64} {
			r, err := atAlpha(ctx, problem, math.Log(alpha), start)
			if err != nil {
				return nil, err
			}
			bound := q / (1 - math.Log(m)/math.Log(q/alpha))
			checks = append(checks,
				atMost(fmt.Sprintf("instance %d, α = %g: ‖x*(α)‖₁", seed, alpha), bound, r.L1, 0),
				atLeast(fmt.Sprintf("instance %d, α = %g: ‖x*(α)‖₁ ≥ Q", seed, alpha), q, r.L1, 1e-8))
		}
	}
	return append(append(checks, expansion()), apriori()...), nil
}

// expansion compares the divergence from α·1 with its expansion.
func expansion() Check {
	x := []float64{0.3, 2, 0, 1e-5, 0.7}
	const alpha = 1e-6
	start := make([]float64, len(x))
	want := alpha * float64(len(x))
	for i, v := range x {
		start[i] = alpha
		if v > 0 {
			want += v * math.Log(v)
		}
		want += (math.Log(1/alpha) - 1) * v
	}
	return relative("D(x, α1) = Σ x ln x + (L−1)‖x‖₁ + αm", want, geometry.Entropy{}.Bregman(x, start), 1e-14)
}

// apriori compares what limit.AprioriExcess says about the excess, for any A,
// with the equation m f(S/m) = f(Q) + (m−1) f(0) solved by bisection.
func apriori() []Check {
	var checks []Check
	for _, m := range []int{10, 100, 1000} {
		for _, alpha := range []float64{1e-4, 1e-16, 1e-64} {
			divergence := func(x float64) float64 {
				if x == 0 {
					return alpha
				}
				return x*math.Log(x/alpha) - x + alpha
			}
			right := divergence(1) + float64(m-1)*divergence(0)
			low, high := 1.0, 1e3
			for range 200 {
				if mid := (low + high) / 2; float64(m)*divergence(mid/float64(m)) <= right {
					low = mid
				} else {
					high = mid
				}
			}
			got := limit.AprioriExcess(m, math.Log(alpha), 1, nil, true)
			checks = append(checks, relative(fmt.Sprintf("m = %d, α = %g: excess that no A exceeds", m, alpha), low-1, got, 1e-9))
		}
	}
	return checks
}
