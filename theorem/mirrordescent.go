package theorem

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/descent"
	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// mirrorDescent are the statements about the steps of mirror descent.
func mirrorDescent() []Experiment {
	return []Experiment{{
		ID:        "md-euclidean",
		Title:     "mirror descent with the Euclidean distance is gradient descent",
		Statement: "The minimiser of ℓ(x_t) + ⟨∇ℓ(x_t), x − x_t⟩ + ‖x − x_t‖²/(2η) is x_t − η∇ℓ(x_t)",
		Source:    "lecture, \"MD with Euclidean Distance\"",
		Run:       mdEuclidean,
	}, {
		ID:        "lemma-2",
		Title:     "a step of mirror descent moves ∇φ(x) by −η∇ℓ(x)",
		Statement: "∇φ(x_{t+1}) − ∇φ(x_t) = −η∇ℓ(x_t) at every step, in every geometry; and x_{t+1} minimises ⟨∇ℓ(x_t), x − x_t⟩ + D_φ(x, x_t)/η. In the dual coordinates θ = θ₀ + Aᵀν that is gradient descent on the convex Ψ(ν) = φ*(θ₀+Aᵀν) − ⟨b, ν⟩",
		Source:    "lecture, Lemma 2; the dual form from Alvarez, Bolte and Brahic 2004",
		Run:       lemma2,
	}, {
		ID:        "key-lemma",
		Title:     "mirror descent tends to the Bregman projection of its start",
		Statement: "If mirror descent from x₁ reaches the solutions of Ax = b, it reaches argmin {D_φ(x, x₁) : Ax = b}, with any steps, samples of the rows or momentum",
		Slip:      "the conditions (2) of the proof alone do not suffice: Ax* = b and x* inside of the domain belong to them. Where the constraints force x to the boundary the lemma still holds, by the identity of Pythagoras, but ∇φ(x*) does not exist",
		Source:    "lecture, Key Lemma; boundary case from Bauschke, Bolte and Teboulle 2017",
		Run:       keyLemma,
	}, {
		ID:        "key-lemma-vanishing",
		Title:     "the same with steps that vanish, if their sum is infinite",
		Statement: "With η_t → 0 the limit is the same, if Σ η_t = ∞; if Σ η_t is finite, mirror descent stops short of the solutions",
		Slip:      "the note leaves open how fast the steps may vanish",
		Source:    "lecture, note after the Key Lemma",
		Run:       keyLemmaVanishing,
	}, {
		ID:        "key-lemma-convergence",
		Title:     "convergence need not be supposed: D_φ(x̂, x) falls by ∫‖r‖²",
		Statement: "Along the mirror flow D_φ(x̂, x(t)) + ∫₀ᵗ‖Ax−b‖² is constant for every solution x̂ with D_φ(x̂, x₀) finite. So ‖Ax−b‖² ≤ D_φ(x̂, x₀)/t; and ‖Ax−b‖ ≤ ‖ν*‖/t if the projection is inside of the domain",
		Slip:      "\"provided the step sizes are chosen so that MD converges\" is no condition for the flow: it follows from the existence of x̂",
		Source:    "lecture, Key Lemma; Alvarez, Bolte and Brahic 2004",
		Run:       keyLemmaConvergence,
	}}
}

// mdEuclidean compares the iterates, and tests that each is the minimiser of
// its model: in any direction the model rises by ‖h‖²/(2η), to first order by 0.
func mdEuclidean(ctx context.Context) ([]Check, error) {
	p, err := gaussian(6, 15, 15, false, 4)
	if err != nil {
		return nil, err
	}
	const m, eta = 15, 0.05
	x, g, r := wave(m), make([]float64, m), make([]float64, 6)
	mirror, err := descent.NewMirror(geometry.Euclidean{}, p.A, x, 0)
	if err != nil {
		return nil, err
	}
	run := &descent.Run{A: p.A, B: p.B, Method: mirror, Rule: descent.Constant(eta), Stop: []descent.Criterion{descent.Steps(0)}}
	var worst, tilt float64
	for t := 1; t <= 50; t++ {
		pull(g, r, p.A, p.B, x)
		model := func(z []float64) float64 {
			var v float64
			for i := range z {
				d := z[i] - x[i]
				v += g[i]*d + d*d/(2*eta)
			}
			return v
		}
		run.Stop[0] = descent.Steps(t)
		if _, err := run.Follow(ctx); err != nil {
			return nil, err
		}
		next := append([]float64(nil), mirror.X()...)
		const h = 1e-3
		for i := range next {
			up, down := append([]float64(nil), next...), append([]float64(nil), next...)
			up[i] += h
			down[i] -= h
			tilt = max(tilt, math.Abs(model(up)-model(down))/(2*h)/(1+norm2(g)))
		}
		for i := range x {
			x[i] -= eta * g[i]
		}
		worst = max(worst, distance(x, next)/norm2(x))
	}
	return []Check{
		absolute("‖x_t − gradient descent‖/‖x_t‖ over 50 steps", 0, worst, 1e-14),
		absolute("slope of the model at its minimiser, over 50 steps", 0, tilt, 1e-11),
	}, nil
}

// stepper takes single steps of mirror descent, from a point inside of every
// domain of the catalogue.
type stepper struct {
	p    *instance.Problem
	b    []float64
	x0   []float64
	g, r []float64
}

func newStepper(n, m int, seed uint64) (*stepper, error) {
	p, err := gaussian(n, m, m, true, seed)
	if err != nil {
		return nil, err
	}
	s := &stepper{p: p, b: make([]float64, n), x0: constant(m, 0.6), g: make([]float64, m), r: make([]float64, n)}
	planted := wave(m) // a solution inside of the box [0, 1]
	for i, v := range planted {
		planted[i] = 0.5 + 0.3*v
	}
	p.A.Apply(s.b, planted)
	p.X = planted
	return s, nil
}

// mirror returns mirror descent from x₀.
func (s *stepper) mirror(phi geometry.Potential, x0 []float64) (*descent.Mirror, error) {
	theta0 := make([]float64, len(x0))
	phi.Grad(theta0, x0)
	return descent.NewMirror(phi, s.p.A, theta0, 0)
}

func lemma2(ctx context.Context) ([]Check, error) {
	s, err := newStepper(6, 15, 5)
	if err != nil {
		return nil, err
	}
	list, err := catalogue()
	if err != nil {
		return nil, err
	}
	var checks []Check
	for _, c := range list {
		mirror, err := s.mirror(c.phi, s.x0)
		if err != nil {
			return nil, err
		}
		chart := dual.NewChart(c.phi, s.p.A, append([]float64(nil), mirror.Theta()...))
		identity, dualError, slope, err := s.steps(ctx, c.phi, mirror, chart)
		if err != nil {
			return nil, err
		}
		checks = append(checks,
			absolute(c.phi.Name()+": ∇φ(x⁺) − ∇φ(x) + η∇ℓ(x), relative", 0, identity, 1e-13),
			absolute(c.phi.Name()+": slope of the model at x⁺, relative", 0, slope, 1e-6),
			absolute(c.phi.Name()+": distance from gradient descent on Ψ, relative", 0, dualError, 1e-12))
	}
	return checks, nil
}

// steps takes 40 of Armijo's steps and returns the largest error of the
// identity, of the chart, and of the model's stationarity by differences.
func (s *stepper) steps(ctx context.Context, phi geometry.Separable, mirror *descent.Mirror, chart *dual.Chart) (identity, chartError, slope float64, err error) {
	m, n := len(s.x0), len(s.b)
	before, after, x := make([]float64, m), make([]float64, m), make([]float64, m)
	point, grad := chart.NewPoint(), make([]float64, n)
	chart.At(point, make([]float64, n))
	run := &descent.Run{A: s.p.A, B: s.b, Method: mirror, Rule: descent.Armijo{}, Stop: []descent.Criterion{descent.Steps(0)}}
	for t := 1; t <= 40; t++ {
		copy(x, mirror.X())
		phi.Grad(before, x)
		pull(s.g, s.r, s.p.A, s.b, x)
		run.Stop[0] = descent.Steps(t)
		res, err := run.Follow(ctx)
		if err != nil || res.Status == descent.Stalled {
			return identity, chartError, slope, err
		}
		phi.Grad(after, mirror.X())
		chart.Grad(grad, point, s.b)
		next := append([]float64(nil), point.Nu...)
		for i, v := range grad {
			next[i] -= res.Eta * v
		}
		chart.At(point, next)
		chartError = max(chartError, distance(point.X, mirror.X())/norm2(mirror.X()))
		for i := range after {
			size := math.Abs(before[i]) + math.Abs(after[i]) + res.Eta*math.Abs(s.g[i])
			identity = max(identity, math.Abs(after[i]-before[i]+res.Eta*s.g[i])/size)
		}
		slope = max(slope, s.modelSlope(phi, x, mirror.X(), res.Eta))
	}
	return identity, chartError, slope, nil
}

// modelSlope is the largest slope of η⟨g, z − x⟩ + D_φ(z, x) at z = x⁺ by
// central differences, against the size of its parts.
func (s *stepper) modelSlope(phi geometry.Separable, x, next []float64, eta float64) float64 {
	var worst float64
	gx, gn := make([]float64, 1), make([]float64, 1)
	for i := range x {
		h := 1e-5 * min(math.Abs(next[i]), math.Abs(1-next[i])) // stays inside of the domain
		d := (phi.Bregman([]float64{next[i] + h}, x[i:i+1]) - phi.Bregman([]float64{next[i] - h}, x[i:i+1])) / (2 * h)
		phi.Grad(gx, x[i:i+1])
		phi.Grad(gn, next[i:i+1])
		worst = max(worst, math.Abs(d+eta*s.g[i])/(1+math.Abs(gx[0])+math.Abs(gn[0])))
	}
	return worst
}

func keyLemma(ctx context.Context) ([]Check, error) {
	s, err := newStepper(6, 15, 6)
	if err != nil {
		return nil, err
	}
	list, err := catalogue()
	if err != nil {
		return nil, err
	}
	var checks []Check
	for _, c := range list {
		want, err := limit.Nearest(ctx, s.p.A, s.b, c.phi, limit.Start{X0: s.x0}, limit.Options{Tol: 1e-12})
		if err != nil {
			return nil, err
		}
		if err := certified(c.phi.Name()+": the Bregman projection", want); err != nil {
			return nil, err
		}
		for _, w := range []struct {
			name     string
			rule     descent.Rule
			sampling descent.Sampling
		}{{"Armijo's steps", descent.Armijo{}, descent.Sampling{}}, {"single rows, Polyak's steps", descent.Polyak{}, descent.Sampling{Batch: 1, Seed: 3}}} {
			mirror, err := s.mirror(c.phi, s.x0)
			if err != nil {
				return nil, err
			}
			if err := arrive(ctx, &descent.Run{A: s.p.A, B: s.b, Method: mirror, Rule: w.rule, Sampling: w.sampling}, 1e-10); err != nil {
				return nil, err
			}
			checks = append(checks, absolute(c.phi.Name()+", "+w.name+": distance of the limit from the Bregman projection, relative", 0, distance(mirror.X(), want.X)/norm2(want.X), 1e-8))
		}
	}
	edge, err := onTheBoundary(ctx)
	return append(checks, edge...), err
}

// onTheBoundary is x₁ + x₂ = 1, x₁ = 1 with the entropy, where x₂ = 0 is forced:
// ν diverges, and x₂ falls like 1/t.
func onTheBoundary(ctx context.Context) ([]Check, error) {
	a, b := linop.NewDense(2, 2, []float64{1, 1, 1, 0}), []float64{1, 1}
	mirror, err := descent.NewMirror(geometry.Entropy{}, a, []float64{0, 0}, 0)
	if err != nil {
		return nil, err
	}
	run := &descent.Run{A: a, B: b, Method: mirror, Rule: descent.Constant(0.25), Stop: []descent.Criterion{descent.Steps(100000)}}
	res, err := run.Follow(ctx)
	if err != nil {
		return nil, err
	}
	// For x₁ = 1 − x₂/2, where both residuals pull alike, x₂′ = −x₂²/2.
	return []Check{
		absolute("forced to the boundary: x₁ → 1", 1, mirror.X()[0], 1e-4),
		relative("forced to the boundary: t x₂ → 2", 2, res.T*mirror.X()[1], 1e-2),
	}, nil
}

func keyLemmaVanishing(ctx context.Context) ([]Check, error) {
	s, err := newStepper(5, 12, 7)
	if err != nil {
		return nil, err
	}
	phi := geometry.Entropy{}
	want, err := limit.Nearest(ctx, s.p.A, s.b, phi, limit.Start{X0: s.x0}, limit.Options{Tol: 1e-12})
	if err != nil {
		return nil, err
	}
	var checks []Check
	for _, power := range []float64{0.25, 0.5} {
		mirror, err := s.mirror(phi, s.x0)
		if err != nil {
			return nil, err
		}
		if err := arrive(ctx, &descent.Run{A: s.p.A, B: s.b, Method: mirror, Rule: descent.Decay{Eta0: 0.5, Power: power}}, 1e-10); err != nil {
			return nil, err
		}
		checks = append(checks, absolute(fmt.Sprintf("η_t = ½ t^−%g: distance of the limit from the Bregman projection, relative", power), 0, distance(mirror.X(), want.X)/norm2(want.X), 1e-8))
	}
	mirror, err := s.mirror(phi, s.x0)
	if err != nil {
		return nil, err
	}
	run := &descent.Run{A: s.p.A, B: s.b, Method: mirror, Rule: descent.Decay{Eta0: 0.2, Power: 2}, Stop: []descent.Criterion{descent.Steps(200000)}}
	res, err := run.Follow(ctx)
	if err != nil {
		return nil, err
	}
	return append(checks,
		relative("η_t = 0.2 t^−2: Σ η_t = 0.2 π²/6", 0.2*math.Pi*math.Pi/6, res.T, 1e-4),
		atLeast("η_t = 0.2 t^−2: the residual that is left, relative", 1e-3, res.Residual, 0)), nil
}

func keyLemmaConvergence(ctx context.Context) ([]Check, error) {
	s, err := newStepper(6, 15, 8)
	if err != nil {
		return nil, err
	}
	m, n := len(s.x0), len(s.b)
	var checks []Check
	for _, phi := range []geometry.Separable{geometry.Euclidean{}, geometry.Entropy{}, geometry.Hypentropy{LogBeta: []float64{math.Log(0.1)}}} {
		theta0 := make([]float64, m)
		phi.Grad(theta0, s.x0)
		chart := dual.NewChart(phi, s.p.A, theta0)
		point := chart.NewPoint()
		// The state is (ν, ∫‖r‖²).
		times := []float64{0.1, 1, 10, 100}
		state, err := integrate(ctx, func(dst, y []float64) {
			chart.At(point, y[:n])
			dst[n] = 0
			for i, v := range point.AX {
				dst[i] = s.b[i] - v
				dst[n] += dst[i] * dst[i]
			}
		}, make([]float64, n+1), times)
		if err != nil {
			return nil, err
		}
		end, err := limit.Projection(ctx, chart, s.b, limit.Options{Tol: 1e-12})
		if err != nil {
			return nil, err
		}
		d0 := phi.Bregman(s.p.X, s.x0)
		for k, t := range times {
			chart.At(point, state[k][:n])
			residual := distance(point.AX, s.b)
			checks = append(checks,
				relative(fmt.Sprintf("%s: D(x̂, x(t)) + ∫‖r‖² at t = %g", phi.Name(), t), d0, phi.Bregman(s.p.X, point.X)+state[k][n], 1e-10),
				atMost(fmt.Sprintf("%s: ‖r‖² ≤ D(x̂, x₀)/t at t = %g", phi.Name(), t), d0/t, residual*residual, 0),
				atMost(fmt.Sprintf("%s: ‖r‖ ≤ ‖ν*‖/t at t = %g", phi.Name(), t), norm2(end.Y)/t, residual, 0))
		}
	}
	return checks, nil
}
