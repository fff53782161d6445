package theorem

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/descent"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// leastNorm are the statements about gradient flow on ½‖Ax−b‖².
func leastNorm() []Experiment {
	return []Experiment{{
		ID:        "lemma-1",
		Title:     "gradient flow from 0 tends to the solution of least norm",
		Statement: "The gradient flow ẋ = −Aᵀ(Ax − b) from x(0) = 0 is x(t) = A⁺(I − e^(−tAAᵀ))b and tends to argmin {‖x‖₂ : Ax = b}; from x₀ to the solution that is nearest to x₀",
		Slip:      "x(t) = x(0) − ẋ(0)t is no identity: it is x(t) = x(0) + ∫₀ᵗ ẋ(s)ds with ẋ = −∇ℓ. And convergence need not be taken for granted: the closed form has it, at the rate e^(−σ²t), σ the least singular value that is not 0",
		Source:    "lecture, Lemma 1; the closed form by the singular value decomposition",
		Run:       lemma1,
	}, {
		ID:        "span",
		Title:     "x(t) stays in the range of Aᵀ, and methods that leave it end elsewhere",
		Statement: "x(t) ∈ span(Aᵀ) at all times, for the flow, for gradient descent with any steps, with momentum and on samples of the rows, so that the limit is orthogonal to ker(A); methods that scale the coordinates of the gradient leave the span and reach other solutions",
		Source:    "lecture, proof of Lemma 1",
		Run:       span,
	}, {
		ID:        "ridge",
		Title:     "stopping at t is ridge regression with λ = 1/t, up to 1.2985",
		Statement: "The limit is that of the regularised problem as λ → 0; and x(t) is, direction by direction, between 1 and 1.2984… times the minimiser of ½‖Ax−b‖² + (λ/2)‖x‖² with λ = 1/t, for every A and b",
		Slip:      "the regularised problem is written with λ‖x‖², which filters by σ/(σ²+2λ): then λ = 1/(2t) corresponds to t",
		Source:    "lecture, after Lemma 1; Ali, Kolter and Tibshirani 2019, whose 1.6862 for the risk is the square",
		Run:       ridge,
	}}
}

func lemma1(ctx context.Context) ([]Check, error) {
	p, err := gaussian(8, 20, 20, false, 1)
	if err != nil {
		return nil, err
	}
	s, err := newSpectrum(p)
	if err != nil {
		return nil, err
	}
	want := s.leastNorm()
	answer, err := limit.MinNorm(ctx, p.A, p.B, nil, limit.Options{})
	if err != nil {
		return nil, err
	}
	// e^(−σ²t) ≤ e^(−36) at the end.
	last := 36 / (s.sigma[s.n-1] * s.sigma[s.n-1])
	times := []float64{0.1, 1, 10, last}
	x, err := integrate(ctx, gradientFlow(p.A, p.B), make([]float64, s.m), times)
	if err != nil {
		return nil, err
	}
	checks := []Check{
		absolute(fmt.Sprintf("‖x(t) − A⁺b‖/‖A⁺b‖ at t = %.0f", last), 0, distance(x[3], want)/norm2(want), 1e-10),
		absolute("the least-norm solver against A⁺b", 0, distance(answer.X, want)/norm2(want), 1e-12),
	}
	for k, t := range times[:3] {
		closed := s.fill(func(sigma float64) float64 { return -math.Expm1(-t*sigma*sigma) / sigma })
		checks = append(checks, absolute(fmt.Sprintf("‖x(t) − A⁺(I − e^(−tAAᵀ))b‖ at t = %g, relative", t), 0, distance(x[k], closed)/norm2(closed), 1e-10))
	}
	start := wave(s.m)
	y, err := integrate(ctx, gradientFlow(p.A, p.B), start, []float64{last})
	if err != nil {
		return nil, err
	}
	nearest := s.kernel(start)
	for i, v := range want {
		nearest[i] += v
	}
	return append(checks, absolute("from x₀: distance from P_ker x₀ + A⁺b, relative", 0, distance(y[0], nearest)/norm2(nearest), 1e-10)), nil
}

func span(ctx context.Context) ([]Check, error) {
	p, err := gaussian(8, 20, 20, false, 2)
	if err != nil {
		return nil, err
	}
	s, err := newSpectrum(p)
	if err != nil {
		return nil, err
	}
	x, err := integrate(ctx, gradientFlow(p.A, p.B), make([]float64, s.m), []float64{0.3, 3, 30})
	if err != nil {
		return nil, err
	}
	var checks []Check
	for k, t := range []string{"0.3", "3", "30"} {
		checks = append(checks, absolute("flow: ‖P_ker x(t)‖/‖x(t)‖ at t = "+t, 0, norm2(s.kernel(x[k]))/norm2(x[k]), 1e-12))
	}
	least := s.leastNorm()
	zero := make([]float64, s.m)
	for _, c := range []struct {
		name     string
		momentum float64
		rule     descent.Rule
		sampling descent.Sampling
	}{
		{"gradient descent", 0, descent.Constant(1 / s.top()), descent.Sampling{}},
		{"Armijo's steps", 0, descent.Armijo{}, descent.Sampling{}},
		{"momentum 0.9", 0.9, descent.Constant(1 / s.top()), descent.Sampling{}},
		{"single rows, Polyak's steps", 0, descent.Polyak{}, descent.Sampling{Batch: 1, Seed: 1}},
	} {
		m, err := descent.NewMirror(geometry.Euclidean{}, p.A, zero, c.momentum)
		if err != nil {
			return nil, err
		}
		if err := arrive(ctx, &descent.Run{A: p.A, B: p.B, Method: m, Rule: c.rule, Sampling: c.sampling}, 1e-11); err != nil {
			return nil, err
		}
		checks = append(checks,
			absolute(c.name+": ‖P_ker x‖/‖x‖ at the end", 0, norm2(s.kernel(m.X()))/norm2(m.X()), 1e-12),
			absolute(c.name+": distance from A⁺b, relative", 0, distance(m.X(), least)/norm2(least), 1e-9))
	}
	adam, err := descent.NewAdam(p.A, zero)
	if err != nil {
		return nil, err
	}
	sign, err := descent.NewSign(p.A, zero)
	if err != nil {
		return nil, err
	}
	scaled, err := descent.NewScaled(p.A, zero, alternating(s.m))
	if err != nil {
		return nil, err
	}
	for _, c := range []struct {
		m    descent.Method
		rule descent.Rule
		tol  float64
	}{{adam, descent.Constant(1e-3), 1e-5}, {sign, descent.Decay{Eta0: 0.02, Power: 0.8}, 1e-4}, {scaled, descent.Polyak{}, 1e-10}} {
		if err := arrive(ctx, &descent.Run{A: p.A, B: p.B, Method: c.m, Rule: c.rule}, c.tol); err != nil {
			return nil, err
		}
		checks = append(checks, atLeast(c.m.Name()+" leaves the span: ‖P_ker x‖/‖x‖", 0.02, norm2(s.kernel(c.m.X()))/norm2(c.m.X()), 0))
	}
	return checks, nil
}

// alternating is 1, 3, 1, 3, …
func alternating(m int) []float64 {
	d := make([]float64, m)
	for i := range d {
		d[i] = float64(1 + 2*(i%2))
	}
	return d
}

// arrive follows a run until its relative residual is tol.
func arrive(ctx context.Context, r *descent.Run, tol float64) error {
	r.Stop = append(r.Stop, descent.ResidualBelow(tol), descent.Blowup(1e6), descent.Steps(2000000))
	res, err := r.Follow(ctx)
	if err != nil {
		return err
	}
	if res.Status != descent.Converged {
		return fmt.Errorf("%s with %s ended %s after %d steps: %s %.1e", r.Method.Name(), r.Rule.Name(), res.Status, res.K, res.Reason.Criterion, res.Reason.Value)
	}
	return nil
}

// The largest ratio of flow and ridge, (1−e^−u)(1+u)/u at its maximum u = tσ².
const (
	ridgeRatio = 1.2984256075
	ridgeAt    = 1.7932821591
)

func ridge(ctx context.Context) ([]Check, error) {
	p, err := gaussian(8, 20, 20, false, 3)
	if err != nil {
		return nil, err
	}
	s, err := newSpectrum(p)
	if err != nil {
		return nil, err
	}
	// The time at which the third direction is at the worst ratio, and others.
	worst := ridgeAt / (s.sigma[2] * s.sigma[2])
	times := []float64{0.05 * worst, 0.3 * worst, worst, 3 * worst, 20 * worst}
	x, err := integrate(ctx, gradientFlow(p.A, p.B), make([]float64, s.m), times)
	if err != nil {
		return nil, err
	}
	low, high := math.Inf(1), 0.0
	at := 0.0
	for k, t := range times {
		reg, err := ridgeSolution(s, 1/t)
		if err != nil {
			return nil, err
		}
		for j := range s.sigma {
			ratio := s.component(x[k], j) / s.component(reg, j)
			low, high = min(low, ratio), max(high, ratio)
			if k == 2 && j == 2 {
				at = ratio
			}
		}
	}
	checks := []Check{
		relative("largest ratio of x(t) and the ridge solution in a direction", ridgeRatio, high, 1e-8),
		relative("the ratio where tσ² = 1.79328", ridgeRatio, at, 1e-8),
		atLeast("least ratio", 1, low, 1e-9),
	}
	least := s.leastNorm()
	for _, lambda := range []float64{1e-3, 1e-6} {
		reg, err := ridgeSolution(s, lambda)
		if err != nil {
			return nil, err
		}
		// ‖x_λ − A⁺b‖ ≤ λ/σ_n² ‖A⁺b‖.
		bound := lambda / (s.sigma[s.n-1] * s.sigma[s.n-1])
		checks = append(checks, atMost(fmt.Sprintf("λ = %g: distance from A⁺b, relative", lambda), bound, distance(reg, least)/norm2(least), 1e-9))
	}
	return checks, nil
}

// ridgeSolution is argmin ½‖Ax−b‖² + (λ/2)‖x‖² = Aᵀ(AAᵀ + λI)⁻¹b.
func ridgeSolution(s *spectrum, lambda float64) ([]float64, error) {
	gram := make([]float64, s.n*s.n)
	linop.Gram(s.a, gram, nil)
	for i := range s.n {
		gram[i*s.n+i] += lambda
	}
	if blas.Cholesky(gram, s.n, s.n) >= 0 {
		return nil, fmt.Errorf("AAᵀ + λI is not positive definite at λ = %g", lambda)
	}
	nu := append([]float64(nil), s.b...)
	blas.SolveLower(gram, s.n, s.n, nu)
	blas.SolveLowerT(gram, s.n, s.n, nu)
	x := make([]float64, s.m)
	s.a.ApplyT(x, nu)
	return x, nil
}
