package theorem

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/limit/lowrank"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/ode"
)

// matrices are the statements about factored matrices.
func matrices() []Experiment {
	return []Experiment{{
		ID:        "matrix-commuting",
		Title:     "commuting measurements: the factored flow is von Neumann's mirror flow",
		Statement: "If the A_k commute and Y(0) = √α·I, gradient flow Ẏ = −2GY on ½Σ(⟨A_k, YYᵀ⟩ − b_k)² has X = YYᵀ with the eigenvalues of the entropic mirror flow from α·1, at four times its time, so α → 0 selects the least trace",
		Slip:      "the lecture says that the diagonal case is what was proven; it needs Y(0) = αI (or diagonal), and commuting A_k are enough",
		Source:    "lecture, the matrix case; Gunasekar, Woodworth, Bhojanapalli, Neyshabur and Srebro 2017",
		Run:       commuting,
	}, {
		ID:        "planted-recovery",
		Title:     "from a small start the factored flow recovers a planted matrix of low rank, in a window of time",
		Statement: "If the measurements are nearly isometric on matrices of low rank and b = 𝒜(X*) with X* ⪰ 0 of rank r, the flow from Y(0) = αI passes X* within an error of the order of α√d in ‖X − X*‖_F²",
		Slip:      "what is proven is the recovery of a planted X*, within a window of time, not the least nuclear norm for every b",
		Source:    "lecture, the matrix case; Li, Ma and Zhang 2018, Theorem 1.1",
		Run:       plantedRecovery,
	}, {
		ID:        "matrix-counterexample",
		Title:     "small starts select the lower rank, not the least nuclear norm",
		Statement: "With X₁₃ = 1, X₁₄ = X₂₃ = R observed, the least trace is 4R at rank 2, and the flow from αI tends to the matrix of rank 1 of trace 2(1+R²) as α → 0",
		Slip:      "the conjecture that α → 0 selects the least nuclear norm is false",
		Source:    "lecture, the matrix case; Li, Luo and Lyu 2021",
		Run:       counterexample,
	}, {
		ID:        "greedy-low-rank",
		Title:     "the flow of factors from vanishing starts is greedy low-rank learning",
		Statement: "As α → 0 gradient flow from αI ends where greedy low-rank learning does: the rank grows by one along the leading eigenvector of the negative gradient, followed by least squares at that rank, until the measurements are met",
		Slip:      "the limit is characterised by this search, not by a norm",
		Source:    "Li, Luo and Lyu 2021, Theorem 5.6",
		Run:       greedyFlow,
	}, {
		ID:        "norms-diverge",
		Title:     "no norm need be kept small: w₁₁ grows like (6t)^(1/3)",
		Statement: "With w₁₂ = w₂₁ = 1, w₂₂ = 0 observed of a 2×2 matrix, gradient flow on W = W₂W₁ from W₂ = W₁ᵀ = aI keeps det W > 0, so |w₁₁| → ∞ as the loss vanishes: w₁₁ ≈ (6t)^(1/3), ℓ ≈ ½(6t)^(−2/3)",
		Source:    "Razin and Cohen 2020, Theorem 1",
		Run:       normsDiverge,
	}}
}

// commuting compares the flow of factors with that in dual coordinates, for A_k
// with common eigenvectors.
func commuting(ctx context.Context) ([]Check, error) {
	const d, n = 4, 2
	values := []float64{1, 0.5, 0.7, 0.2, 0.3, 1, 0.1, 0.8} // eigenvalues of A_1, A_2
	b := []float64{1, 0.8}
	// Eigenvectors: the product of three plane rotations.
	q := make([]float64, d*d)
	for i := range d {
		q[i*d+i] = 1
	}
	for k, angle := range []float64{0.7, -0.4, 1.1} {
		s, c := math.Sincos(angle)
		for i := range d {
			x, y := q[i*d+k], q[i*d+k+1]
			q[i*d+k], q[i*d+k+1] = c*x-s*y, s*x+c*y
		}
	}
	full := make([]float64, n*d*d)
	for k := range n {
		for i := range d {
			for j := range d {
				for a := range d {
					full[k*d*d+i*d+j] += q[i*d+a] * values[k*d+a] * q[j*d+a]
				}
			}
		}
	}
	var checks []Check
	for _, alpha := range []float64{1e-3, 1e-12} {
		f, err := flow.NewSymmetric(linop.NewDense(n, d*d, full), b, d, scaledIdentity(d, math.Sqrt(alpha)))
		if err != nil {
			return nil, err
		}
		times := []float64{1, 5, 20, 60}
		r, err := f.Follow(ctx, flow.FactoredOptions{Times: times, RelTol: 1e-11})
		if err != nil {
			return nil, err
		}
		theta := make([]float64, d)
		for i := range theta {
			theta[i] = math.Log(alpha)
		}
		m := flow.NewMirror(dual.NewChart(geometry.Entropy{}, linop.NewDense(n, d, values), theta), loss.Squared{B: b})
		at := make([]float64, len(times))
		for k, t := range times {
			at[k] = 4 * t
		}
		w, err := flow.Run(ctx, m, flow.Options{Times: at, RelTol: 1e-11})
		if err != nil {
			return nil, err
		}
		for k, t := range times {
			x, lambda := make([]float64, d*d), make([]float64, d)
			f.Primal(x, r.States[k])
			m.Primal(lambda, w.States[k])
			var far float64
			for i := range d {
				for j := range d {
					v := x[i*d+j]
					for a := range d {
						v -= q[i*d+a] * lambda[a] * q[j*d+a]
					}
					far = max(far, math.Abs(v))
				}
			}
			checks = append(checks, absolute(fmt.Sprintf("α = %g, t = %g: largest difference of an entry of X", alpha, t), 0, far, 1e-9))
		}
	}
	return checks, nil
}

func scaledIdentity(d int, alpha float64) []float64 {
	y := make([]float64, d*d)
	for i := range d {
		y[i*d+i] = alpha
	}
	return y
}

func plantedRecovery(ctx context.Context) ([]Check, error) {
	const d, n = 10, 140
	s := instance.LowRank{Seed: 3, P: d, Q: d, Rank: 1, PSD: true, N: n}
	m, err := s.Generate()
	if err != nil {
		return nil, err
	}
	// ‖X*‖ = 1, and ‖𝒜(X)‖ ≈ ‖X‖_F.
	var size float64
	for _, v := range m.L {
		size += v * v
	}
	for i := range m.Dense {
		m.Dense[i] /= math.Sqrt(n)
	}
	for k := range m.B {
		m.B[k] /= size * math.Sqrt(n)
	}
	var checks []Check
	for _, alpha := range []float64{1e-3, 1e-6, 1e-9} {
		f, err := flow.NewSymmetric(linop.NewDense(n, d*d, m.Dense), m.B, d, scaledIdentity(d, alpha))
		if err != nil {
			return nil, err
		}
		var times []float64 // the window begins near ln(d/α)
		for k := range 12 {
			times = append(times, math.Log(d/alpha)*(1+float64(k)/8))
		}
		r, err := f.Follow(ctx, flow.FactoredOptions{Times: times, RelTol: 1e-8})
		if err != nil {
			return nil, err
		}
		best := math.Inf(1)
		for _, z := range r.States {
			x := make([]float64, d*d)
			f.Primal(x, z)
			var far float64
			for i := range d {
				for j := range d {
					v := x[i*d+j] - m.L[i]*m.L[j]/size
					far += v * v
				}
			}
			best = min(best, far)
		}
		checks = append(checks, atMost(fmt.Sprintf("α = %g: least ‖X(t) − X*‖_F² in the window, against α√d", alpha), alpha*math.Sqrt(d), best, 0))
	}
	return checks, nil
}

func counterexample(ctx context.Context) ([]Check, error) {
	var checks []Check
	for _, c := range []struct{ radius, alpha, trace float64 }{
		{2, 1e-1, 8.093549}, {2, 1e-2, 8.676713}, {2, 1e-4, 9.806086}, {2, 1e-8, 9.999812}, {2, 1e-12, 10},
		{3, 1e-1, 12.139886}, {3, 1e-2, 12.838482}, {3, 1e-4, 15.084093}, {3, 1e-8, 19.225658}, {3, 1e-12, 19.992135},
	} {
		a := linop.Entries(4, 4, []int{0, 0, 1, 2, 3, 2}, []int{2, 3, 2, 0, 0, 1})
		f, err := flow.NewSymmetric(a, []float64{1, c.radius, c.radius, 1, c.radius, c.radius}, 4, scaledIdentity(4, c.alpha))
		if err != nil {
			return nil, err
		}
		r, err := f.Follow(ctx, flow.FactoredOptions{UntilLoss: 1e-18, RelTol: 1e-9})
		if err != nil {
			return nil, err
		}
		if !r.Status.Definite() {
			return nil, fmt.Errorf("the flow for R = %v from α = %g ended %v", c.radius, c.alpha, r.Status)
		}
		var trace float64
		for _, v := range f.Singular(r.State) {
			trace += v
		}
		checks = append(checks, absolute(fmt.Sprintf("R = %v, α = %g: trace of the limit", c.radius, c.alpha), c.trace, trace, 1e-4))
	}
	for _, radius := range []float64{2, 3} {
		p := lowrank.Problem{A: linop.Entries(4, 4, []int{2, 3, 2}, []int{0, 0, 1}), B: []float64{1, radius, radius}, P: 4, Q: 4, PSD: true}
		r, err := lowrank.Solve(ctx, p, limit.Options{})
		if err != nil {
			return nil, err
		}
		if err := certified("the least trace", &r.Result); err != nil {
			return nil, err
		}
		checks = append(checks, relative(fmt.Sprintf("R = %v: least trace, certified", radius), 4*radius, r.Objective, 1e-9))
	}
	return checks, nil
}

func normsDiverge(ctx context.Context) ([]Check, error) {
	a := linop.Entries(2, 2, []int{0, 1, 1}, []int{1, 0, 1})
	// The symmetric flow Ẏ = −2GY runs twice as fast as the two layers; it keeps
	// the sign of the determinant by construction.
	f, err := flow.NewSymmetric(a, []float64{1, 1, 0}, 2, scaledIdentity(2, 1e-2))
	if err != nil {
		return nil, err
	}
	r, err := f.Follow(ctx, flow.FactoredOptions{Times: []float64{5, 50, 500, 5000, 5e5}, RelTol: 1e-10,
		Method: func() ode.Stepper { return ode.NewRodas5P() }})
	if err != nil {
		return nil, err
	}
	var checks []Check
	last := len(r.Times) - 1
	for k, want := range []float64{2.18882157, 7.78464358, 17.88598454, 39.01896970, 181.68445598} {
		x := make([]float64, 4)
		f.Primal(x, r.States[k])
		checks = append(checks, relative(fmt.Sprintf("t = %g: w₁₁", 2*r.Times[k]), want, x[0], 1e-7))
		if k == last {
			t := 2 * r.Times[k]
			checks = append(checks, relative("t = 1e6: w₁₁ against (6t)^(1/3)", math.Cbrt(6*t), x[0], 1e-3),
				relative("t = 1e6: ℓ against ½(6t)^(−2/3)", math.Pow(6*t, -2.0/3)/2, r.Losses[k], 1e-2))
		}
		bound := math.Sqrt(2 * r.Losses[k])
		checks = append(checks, atLeast(fmt.Sprintf("t = %g: |w₁₁| ≥ (1−√(2ℓ))²/√(2ℓ)", 2*r.Times[k]), (1-bound)*(1-bound)/bound, x[0], 1e-12))
	}
	return checks, nil
}
