package theorem

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/limit/lowrank"
	"github.com/tacit-dev/tacit/linop"
)

// spectral are the statements about mirror flows on matrices.
func spectral() []Experiment {
	return []Experiment{{
		ID:        "von-neumann-limit",
		Title:     "von Neumann's mirror flow selects the least trace, whether the measurements commute or not",
		Statement: "The limit X(α) of the mirror flow of tr(X ln X − X) from αI on d×d matrices with ⟨A_k, X⟩ = b_k has tr X(α) − tr X* ≤ (φ(X*) + d)/ln(1/α), X* a matrix of least trace: Lemma 3 for matrices",
		Slip:      "the conjecture is false for flows of factors, which are no mirror flow of X unless the A_k commute; the mirror flow itself does select the least trace",
		Source:    "as Lemma 3, with von Neumann's entropy φ in the place of the entropy",
		Run:       vonNeumannLimit,
	}}
}

// vonNeumannLimit compares X(α) with the certified least trace, on measurements that
// do not commute: random ones, and those of the counterexample, where flows of factors
// tend elsewhere.
func vonNeumannLimit(ctx context.Context) ([]Check, error) {
	random, err := instance.LowRank{Seed: 5, P: 6, Q: 6, Rank: 2, PSD: true, N: 14}.Generate()
	if err != nil {
		return nil, err
	}
	var checks []Check
	for _, c := range []struct {
		name string
		a    linop.Operator
		b    []float64
		d    int
	}{
		{"random", linop.NewDense(14, 36, random.Dense), random.B, 6},
		{"X₁₃ = 1, X₁₄ = X₂₃ = 2", linop.Entries(4, 4, []int{2, 3, 2}, []int{0, 0, 1}), []float64{1, 2, 2}, 4},
	} {
		least, err := lowrank.Solve(ctx, lowrank.Problem{A: c.a, B: c.b, P: c.d, Q: c.d, PSD: true}, limit.Options{})
		if err != nil {
			return nil, err
		}
		if err := certified("the least trace of "+c.name, &least.Result); err != nil {
			return nil, err
		}
		phi := geometry.NewSpectral(geometry.Entropy{}, c.d)
		value := phi.Value(geometry.SymmetricVector(least.Dense(), c.d))
		for _, exponent := range []float64{10, 40, 160} {
			x0 := scaledIdentity(c.d, math.Pow(10, -exponent))
			r, err := limit.NearestMatrix(ctx, limit.MatrixProblem{A: c.a, B: c.b, P: c.d, Q: c.d, Phi: phi, X0: x0}, limit.Options{})
			if err != nil {
				return nil, err
			}
			if err := certified(fmt.Sprintf("X(α) of %s", c.name), r); err != nil {
				return nil, err
			}
			var trace float64
			for i := range c.d {
				trace += r.X[i*c.d+i]
			}
			bound := (value + float64(c.d)) / (exponent * math.Ln10)
			checks = append(checks, atMost(fmt.Sprintf("%s, α = 1e-%g: tr X(α) − tr X*", c.name, exponent), bound, trace-least.Objective, 1e-9))
		}
	}
	return checks, nil
}
