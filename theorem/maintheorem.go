package theorem

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// sparseLimit are the statements about the limit α → 0.
func sparseLimit() []Experiment {
	return []Experiment{{
		ID:        "main-theorem",
		Title:     "the limit of the square flow tends to the ℓ1 solution, at the rate α^s̄",
		Statement: "x*(α) tends to the x ≥ 0 with Ax = b of least ‖x‖₁ as α → 0, if that is unique; and then ‖x*(α)‖₁ − Q = Θ(α^s̄), with s̄ the largest slack min_{i∉S} 1 − (Aᵀy)ᵢ that a dual solution y can have off the support S",
		Slip:      "x ∈ Rⁿ should read x ∈ Rᵐ (A is n×m); some x ≥ 0 with Ax = b must exist; convergence need not be supposed, it follows",
		Source:    "lecture, Main Theorem; the rate from Cominetti and San Martín 1994, for the flow Matt and Stöger 2025, arXiv 2506.01143",
		Run:       mainTheorem,
	}, {
		ID:        "main-theorem-ties",
		Title:     "among several ℓ1 solutions the flow selects the one of maximum entropy",
		Statement: "If several x ≥ 0 with Ax = b have the least ‖x‖₁, x*(α) tends to the one of them that minimises Σ xᵢ ln xᵢ; and if all x ≥ 0 with Ax = b have the same ‖x‖₁, x*(α) is the same for every α",
		Slip:      "the arg min is written as if it were one point; small α does not make x sparse where ‖x‖₁ is constant on the solutions",
		Source:    "lecture, Main Theorem; Cominetti and San Martín 1994",
		Run:       mainTheoremTies,
	}}
}

func mainTheorem(ctx context.Context) ([]Check, error) {
	var checks []Check
	for seed := uint64(1); seed <= 4; seed++ {
		p, err := gaussian(20, 60, 5, true, seed)
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
		slack, ok := limit.SlackExponent(ctx, problem, start, limit.Options{})
		if !ok || slack >= 1 {
			return nil, fmt.Errorf("instance %d has no slack exponent below 1", seed)
		}
		// At an excess of e^−16 to e^−20 the next term of the expansion still
		// changes the slope by some per mille; below, the residual of the limits
		// begins to show.
		rate, err := excessRate(ctx, problem, start, -16/slack, -20/slack)
		if err != nil {
			return nil, err
		}
		far, err := atAlpha(ctx, problem, -30/slack, start)
		if err != nil {
			return nil, err
		}
		checks = append(checks,
			relative(fmt.Sprintf("instance %d: exponent of the excess", seed), slack, rate, 1e-2),
			absolute(fmt.Sprintf("instance %d: ‖x*(α) − x‖/‖x‖ at ln α = %.0f", seed, -30/slack), 0, distance(far.X, start.X)/norm2(start.X), 1e-10))
	}
	one, err := oneRow(ctx)
	return append(checks, one...), err
}

// excessRate is d ln(‖x*(α)‖₁ − Q)/d ln α between two scales.
func excessRate(ctx context.Context, p limit.Problem, start *limit.Result, from, to float64) (float64, error) {
	var logs [2]float64
	for k, l := range []float64{from, to} {
		r, err := atAlpha(ctx, p, l, start)
		if err != nil {
			return 0, err
		}
		// ‖x‖₁ − Q = Σ xᵢ (1 − (Aᵀy)ᵢ) for the dual solution y, without
		// cancellation: off the support only. And there xᵢ = αe^(Aᵀν)ᵢ, to all
		// digits, however small.
		slack, theta := make([]float64, len(r.X)), make([]float64, len(r.X))
		p.A.ApplyT(slack, start.Y)
		p.A.ApplyT(theta, r.Y)
		var sum float64
		for i := range r.X {
			if start.X[i] == 0 {
				sum += math.Exp(l+theta[i]) * (1 - slack[i])
			}
		}
		logs[k] = math.Log(sum)
	}
	return (logs[1] - logs[0]) / (to - from), nil
}

// oneRow is x₁ + 2x₂ = 1, where the limit is known for every α:
// x₁ = (−α + √(α² + 8α))/4.
func oneRow(ctx context.Context) ([]Check, error) {
	p := limit.Problem{A: row(1, 2), B: []float64{1}, Nonneg: true}
	var checks []Check
	for _, alpha := range []float64{1e-2, 1e-6, 1e-12} {
		r, err := atAlpha(ctx, p, math.Log(alpha), nil)
		if err != nil {
			return nil, err
		}
		want := (math.Sqrt(alpha*alpha+8*alpha) - alpha) / 4
		checks = append(checks, relative(fmt.Sprintf("A = (1, 2), b = 1, α = %g: x₁", alpha), want, r.X[0], 1e-9))
	}
	return checks, nil
}

func mainTheoremTies(ctx context.Context) ([]Check, error) {
	p := limit.Problem{A: row(1, 1, 0.5), B: []float64{1}, Nonneg: true}
	near, err := atAlpha(ctx, p, math.Log(1e-2), nil)
	if err != nil {
		return nil, err
	}
	far, err := atAlpha(ctx, p, math.Log(1e-30), nil)
	if err != nil {
		return nil, err
	}
	// At α the multiplier μ solves 2αe^μ + αe^(μ/2)/2 = 1.
	const alpha = 1e-2
	root := (-alpha/2 + math.Sqrt(alpha*alpha/4+8*alpha)) / (4 * alpha)
	checks := []Check{
		relative("A = (1, 1, ½), b = 1, α = 1e-30: x₁ → ½", 0.5, far.X[0], 1e-12),
		absolute("the same: x₁ − x₂", 0, far.X[0]-far.X[1], 1e-15),
		relative("α = 0.01: x₁", alpha*root*root, near.X[0], 1e-9),
		relative("α = 0.01: x₃", alpha*root, near.X[2], 1e-9),
	}
	// With a row of ones ‖x‖₁ = b₁ for all solutions; the x of maximum entropy
	// is geometric, xᵢ ∝ qⁱ, with q the root of Σ(i − 2.2) qⁱ = 0.
	simplex := limit.Problem{A: linop.NewDense(2, 4, []float64{1, 1, 1, 1, 1, 2, 3, 4}), B: []float64{1, 2.2}, Nonneg: true}
	low, high := 0.5, 1.0
	for range 100 {
		q := (low + high) / 2
		if -1.2-0.2*q+0.8*q*q+1.8*q*q*q < 0 {
			low = q
		} else {
			high = q
		}
	}
	for _, l := range []float64{0, math.Log(1e-3), math.Log(1e-9)} {
		r, err := atAlpha(ctx, simplex, l, nil)
		if err != nil {
			return nil, err
		}
		checks = append(checks, relative(fmt.Sprintf("row of ones, ln α = %.3g: x₁", l), 1/(1+low+low*low+low*low*low), r.X[0], 1e-9))
	}
	return checks, nil
}
