package theorem

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/descent"
	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/param"
)

// xSpace is the statement that stands before mirror descent.
func xSpace() []Experiment {
	return []Experiment{{
		ID:        "x-space",
		Title:     "the square flow in x-space is ẋ = −4 D_x Aᵀ(Ax − b)",
		Statement: "If ẏ = −∇ℓ̂(y) with ℓ̂(y) = ½‖A sq(y) − b‖², then x = sq(y) follows ẋ = −4 diag(x) Aᵀ(Ax − b)",
		Slip:      "the flow is written ẏ = −∇ℓ(y) where the gradient is that of ℓ̂; and D_x is the inverse of the metric ¼ diag(1/x), not the metric",
		Source:    "lecture, \"the trajectory in x-space\"",
		Run:       xSpaceFlow,
	}}
}

// reparameterization are the statements of the lecture's last part before
// Lemma 3.
func reparameterization() []Experiment {
	return []Experiment{{
		ID:        "preconditioning",
		Title:     "D = ½(x−z)ᵀK(x−z) gives steps with K⁻¹",
		Statement: "Mirror descent with D_φ(x, z) = ½(x−z)ᵀK(x−z), K positive definite, is x_{t+1} = x_t − ηK⁻¹∇ℓ(x_t); and in any geometry the step is −η(∇²φ)⁻¹∇ℓ with the averaged Hessian ∫₀¹∇²φ(x_t+τ(x_{t+1}−x_t))dτ, which tends to ∇²φ(x_t) as η → 0",
		Slip:      "the Hessian in the update is not that at the point of Taylor's remainder, but the mean along the step; as it depends on x_{t+1} the update is implicit",
		Source:    "lecture, \"Back to Reparameterization\"",
		Run:       preconditioning,
	}, {
		ID:        "equivalence",
		Title:     "the square flow is the mirror flow of the entropy, at 4 times its time",
		Statement: "Gradient flow under x = sq(y) from y(0) = √α·1 and the mirror flow of φ(x) = Σ xᵢ ln xᵢ − xᵢ from x(0) = α1 follow the same curve, x_sq(t) = x_ent(4t); likewise every parameterization of the catalogue and the geometry that it induces",
		Slip:      "as written the two differ by a factor 4 in time: ∇²φ⁻¹ is D_x, not 4D_x; it is φ/4 that has the same clock. And y(0) = α1 starts at x(0) = α²1",
		Source:    "lecture, \"the following are equivalent\"; Amid and Warmuth 2020",
		Run:       equivalence,
	}, {
		ID:        "positivity",
		Title:     "mirror descent stays positive, because the gradient of φ blows up",
		Statement: "Mirror descent with the entropy stays in x > 0 for steps of any size, since ∇φ(x) = ln x tends to −∞ at the boundary; gradient descent on y crosses yᵢ = 0 where 2η∇ℓ(x)ᵢ > 1, and x = y² bounces",
		Slip:      "the divergence does not blow up: D_φ(x, z) tends to the finite z as x → 0. And the steps need not tend to 0",
		Source:    "lecture, note on the nonnegative orthant",
		Run:       positivity,
	}, {
		ID:        "effective-start",
		Title:     "large and noisy steps on parameters shrink the start in effect",
		Statement: "Gradient descent on x = u∘u − v∘v with any gradients gₖ changes uv by exactly Πₖ(1 − 4ηₖ²gₖ²), coordinate by coordinate; if it reaches Ax = b, then at the Bregman projection from that start in effect, not from α",
		Slip:      "not in the lecture, whose equivalence is one of flows: steps of a finite size leave it by terms of order η²",
		Source:    "Pesme, Pillaud-Vivien and Flammarion 2021; Even, Pesme, Gunasekar and Flammarion 2023; the product is exact algebra",
		Run:       effectiveStart,
	}}
}

// parameterFlow is ẏ = −∂G(y)ᵀAᵀ(A G(y) − b).
func parameterFlow(p param.Param, a linop.Operator, b []float64) func(dst, y []float64) {
	_, m := a.Dims()
	x, g, r := make([]float64, m), make([]float64, m), make([]float64, len(b))
	return func(dst, y []float64) {
		p.Map(x, y)
		pull(g, r, a, b, x)
		p.Pull(dst, y, g)
		for i := range dst {
			dst[i] = -dst[i]
		}
	}
}

func xSpaceFlow(ctx context.Context) ([]Check, error) {
	p, err := gaussian(6, 15, 4, true, 9)
	if err != nil {
		return nil, err
	}
	const m, alpha = 15, 0.1 // of x
	times := []float64{0.1, 1, 5}
	y, err := integrate(ctx, parameterFlow(param.Square(), p.A, p.B), constant(m, math.Sqrt(alpha)), times)
	if err != nil {
		return nil, err
	}
	flow := gradientFlow(p.A, p.B)
	x, err := integrate(ctx, func(dst, x []float64) {
		flow(dst, x)
		for i, v := range x {
			dst[i] *= 4 * v
		}
	}, constant(m, alpha), times)
	if err != nil {
		return nil, err
	}
	var checks []Check
	sq := make([]float64, m)
	for k, t := range times {
		param.Square().Map(sq, y[k])
		checks = append(checks, absolute(fmt.Sprintf("‖sq(y(t)) − x(t)‖/‖x(t)‖ at t = %g", t), 0, distance(sq, x[k])/norm2(x[k]), 1e-10))
	}
	// One unknown, where the flow is logistic: x = K/(1 + (K/x₀ − 1)e^(−4abt)).
	one, err := integrate(ctx, func(dst, y []float64) { dst[0] = -2 * y[0] * 1.5 * (1.5*y[0]*y[0] - 0.9) }, []float64{0.1}, []float64{0.7})
	if err != nil {
		return nil, err
	}
	const limitX, start = 0.9 / 1.5, 0.1 * 0.1
	want := limitX / (1 + (limitX/start-1)*math.Exp(-4*1.5*0.9*0.7))
	return append(checks, relative("one unknown: the logistic curve", want, one[0][0]*one[0][0], 1e-11)), nil
}

func preconditioning(ctx context.Context) ([]Check, error) {
	a, b := linop.NewDense(2, 3, []float64{1, 2, -1, 0, 1, 1}), []float64{1, 2}
	k := []float64{4, 1, 0, 1, 3, 0.5, 0, 0.5, 2}
	phi, err := geometry.NewMahalanobis(3, k)
	if err != nil {
		return nil, err
	}
	start := []float64{0.5, -1, 2}
	theta0 := make([]float64, 3)
	phi.Grad(theta0, start)
	mirror, err := descent.NewMirror(phi, a, theta0, 0)
	if err != nil {
		return nil, err
	}
	// K⁻¹ by Cramer's rule.
	inverse := []float64{5.75, -2, 0.5, -2, 8, -2, 0.5, -2, 11}
	for i := range inverse {
		inverse[i] /= 21
	}
	const eta = 0.1
	x, g, r := append([]float64(nil), start...), make([]float64, 3), make([]float64, 2)
	for range 25 {
		pull(g, r, a, b, x)
		for i := range x {
			for j := range g {
				x[i] -= eta * inverse[3*i+j] * g[j]
			}
		}
	}
	run := &descent.Run{A: a, B: b, Method: mirror, Rule: descent.Constant(eta), Stop: []descent.Criterion{descent.Steps(25)}}
	if _, err := run.Follow(ctx); err != nil {
		return nil, err
	}
	checks := []Check{absolute("25 steps with K⁻¹ against mirror descent, relative", 0, distance(x, mirror.X())/norm2(x), 1e-13)}
	list, err := catalogue()
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		// One step of length −0.05 in θ, and what it is with the averaged Hessian.
		theta, next := s.gradient(s.x), make([]float64, 1)
		s.phi.GradConj(next, []float64{theta - 0.05})
		d := next[0] - s.x
		mean := integral(func(tau float64) float64 { return s.curvature(s.x + tau*d) })
		checks = append(checks, relative(s.phi.Name()+": step with the averaged Hessian", d, -0.05/mean, 1e-10))
		s.phi.GradConj(next, []float64{theta - 1e-6})
		small := (next[0] - s.x) * s.curvature(s.x) / -1e-6
		checks = append(checks, relative(s.phi.Name()+": step over −η(φ″)⁻¹ℓ′ as η → 0", 1, small, 1e-4))
	}
	return checks, nil
}

func equivalence(ctx context.Context) ([]Check, error) {
	p, err := gaussian(6, 15, 4, true, 10)
	if err != nil {
		return nil, err
	}
	const m, n, alpha = 15, 6, 0.05
	times := []float64{0.2, 1, 4}
	clocked := make([]float64, len(times))
	for k, t := range times {
		clocked[k] = 4 * t
	}
	y, err := integrate(ctx, parameterFlow(param.Square(), p.A, p.B), constant(m, math.Sqrt(alpha)), times)
	if err != nil {
		return nil, err
	}
	nu, chart, err := mirrorFlow(ctx, geometry.Entropy{}, p.A, p.B, constant(m, alpha), clocked)
	if err != nil {
		return nil, err
	}
	var checks []Check
	sq, point := make([]float64, m), chart.NewPoint()
	for k, t := range times {
		param.Square().Map(sq, y[k])
		chart.At(point, nu[k])
		checks = append(checks, absolute(fmt.Sprintf("‖x_sq(t) − x_ent(4t)‖/‖x‖ at t = %g", t), 0, distance(sq, point.X)/norm2(sq), 1e-10))
	}
	same, _, err := mirrorFlow(ctx, geometry.Entropy{}, p.A, p.B, constant(m, alpha), times)
	if err != nil {
		return nil, err
	}
	chart.At(point, same[0])
	param.Square().Map(sq, y[0])
	checks = append(checks, atLeast("‖x_sq(t) − x_ent(t)‖/‖x‖ at t = 0.2, without the factor 4", 0.1, distance(sq, point.X)/norm2(sq), 0))
	both, err := bothIntegrators(ctx, p, alpha, times)
	if err != nil {
		return nil, err
	}
	more, err := catalogueOfFlows(ctx)
	return append(append(checks, both...), more...), err
}

// bothIntegrators follows the two sides by package flow, whose method is implicit
// and knows their structure: the square flow in y, the entropic flow in ν; also
// from a start that y could not hold.
func bothIntegrators(ctx context.Context, p *instance.Problem, alpha float64, times []float64) ([]Check, error) {
	_, m := p.A.Dims()
	clocked := make([]float64, len(times))
	for k, t := range times {
		clocked[k] = 4 * t
	}
	square, err := flow.NewParameterized(param.Square(), p.A, loss.Squared{B: p.B}, constant(m, math.Sqrt(alpha)))
	if err != nil {
		return nil, err
	}
	inY, err := flow.Run(ctx, square, flow.Options{Times: times, RelTol: 1e-10})
	if err != nil {
		return nil, err
	}
	entropic := flow.NewMirror(dual.NewChart(geometry.Entropy{}, p.A, constant(m, math.Log(alpha))), loss.Squared{B: p.B})
	inNu, err := flow.Run(ctx, entropic, flow.Options{Times: clocked, RelTol: 1e-10})
	if err != nil {
		return nil, err
	}
	if len(inY.States) != len(times) || len(inNu.States) != len(times) {
		return nil, fmt.Errorf("the flows ended %s and %s", inY.Status, inNu.Status)
	}
	var worst float64
	x, z := make([]float64, m), make([]float64, m)
	for k := range times {
		square.Primal(x, inY.States[k])
		entropic.Primal(z, inNu.States[k])
		worst = max(worst, distance(x, z)/norm2(x))
	}
	tiny := flow.NewMirror(dual.NewChart(geometry.Entropy{}, p.A, constant(m, -7000)), loss.Squared{B: p.B})
	far, err := flow.Run(ctx, tiny, flow.Options{UntilLoss: 1e-12, RelTol: 1e-8, XHat: p.X})
	if err != nil {
		return nil, err
	}
	checks := []Check{absolute("package flow, in y and in ν, at the same times: relative difference", 0, worst, 1e-8)}
	for _, d := range far.Invariants {
		checks = append(checks, absolute("entropic flow from α = e^−7000: "+d.Name, 0, d.Drift, 1e-6))
	}
	return checks, nil
}

// mirrorFlow returns ν at the times along ν′ = b − A∇φ*(θ₀ + Aᵀν).
func mirrorFlow(ctx context.Context, phi geometry.Separable, a linop.Operator, b, x0, times []float64) ([][]float64, *dual.Chart, error) {
	theta0 := make([]float64, len(x0))
	phi.Grad(theta0, x0)
	chart := dual.NewChart(phi, a, theta0)
	point := chart.NewPoint()
	nu, err := integrate(ctx, func(dst, nu []float64) {
		chart.At(point, nu)
		for i, v := range point.AX {
			dst[i] = b[i] - v
		}
	}, make([]float64, len(b)), times)
	return nu, chart, err
}

// catalogueOfFlows compares every parameterization with the geometry that it
// induces, in the same time.
func catalogueOfFlows(ctx context.Context) ([]Check, error) {
	s, err := newStepper(5, 12, 11)
	if err != nil {
		return nil, err
	}
	const t = 2.0
	x0 := constant(12, 0.4)
	var checks []Check
	for _, name := range []string{"square", "square-diff", "product", "power:3", "power-diff:4", "exp", "sigmoid", "tanh", "softplus"} {
		p, err := param.Parse(name)
		if err != nil {
			return nil, err
		}
		y0, x := make([]float64, p.Len(12)), make([]float64, 12)
		if err := p.Lift(y0, x0, math.Log(0.3)); err != nil {
			return nil, err
		}
		y, err := integrate(ctx, parameterFlow(p, s.p.A, s.b), y0, []float64{t})
		if err != nil {
			return nil, err
		}
		p.Map(x, y[0])
		induced, err := p.Induced(y0)
		if err != nil {
			return nil, err
		}
		phi, err := induced.Potential()
		if err != nil {
			return nil, err
		}
		nu, chart, err := mirrorFlow(ctx, phi, s.p.A, s.b, x0, []float64{t})
		if err != nil {
			return nil, err
		}
		point := chart.NewPoint()
		chart.At(point, nu[0])
		checks = append(checks, absolute(fmt.Sprintf("%s and its geometry at t = %g, relative", name, t), 0, distance(x, point.X)/norm2(x), 1e-9))
	}
	return checks, nil
}

func positivity(ctx context.Context) ([]Check, error) {
	p, err := gaussian(6, 15, 4, true, 12)
	if err != nil {
		return nil, err
	}
	s, err := newSpectrum(p)
	if err != nil {
		return nil, err
	}
	const m = 15
	mirror, err := descent.NewMirror(geometry.Entropy{}, p.A, make([]float64, m), 0)
	if err != nil {
		return nil, err
	}
	// Steps 20 times too long for convergence: only that they stay positive is
	// asked. θ = ln x tells it where x underflows.
	least, outside := 0.0, 0.0
	observe := func(*descent.Iterate) {
		for _, t := range mirror.Theta() {
			if math.IsNaN(t) || math.IsInf(t, -1) {
				outside++
			}
			least = min(least, t)
		}
	}
	run := &descent.Run{A: p.A, B: p.B, Method: mirror, Rule: descent.Constant(20 / s.top()), Stop: []descent.Criterion{descent.Blowup(1e300), descent.Steps(5)}, Observe: []func(*descent.Iterate){observe}}
	if _, err := run.Follow(ctx); err != nil {
		return nil, err
	}
	crossings, lowest, err := crossings(ctx, p.A, p.B)
	if err != nil {
		return nil, err
	}
	kl := geometry.Entropy{}
	return []Check{
		absolute("mirror descent with steps 20 times too long: coordinates that are not positive", 0, outside, 0),
		atMost("the same: ln of the smallest x, which came close to the boundary", -10, least, 0),
		relative("D(x, 1) as x → 0", 1, kl.Bregman([]float64{1e-300}, []float64{1}), 1e-12),
		atMost("∇φ(x) = ln x at x = 1e-300", -600, gradientAt(kl, 1e-300), 0),
		atLeast("gradient descent on y: coordinates whose sign changed", 1, crossings, 0),
		atLeast("the same: smallest x", 0, lowest, 0),
	}, nil
}

func gradientAt(phi geometry.Potential, x float64) float64 {
	g := make([]float64, 1)
	phi.Grad(g, []float64{x})
	return g[0]
}

// crossings follows gradient descent on y with x = y² for 30 steps, the first
// of which takes the largest gradient to 2ηg = 3/2, and counts the changes of
// sign of y; lowest is the smallest x.
func crossings(ctx context.Context, a linop.Operator, b []float64) (count, lowest float64, err error) {
	n, m := a.Dims()
	g := make([]float64, m)
	pull(g, make([]float64, n), a, b, constant(m, 1))
	eta := 0.75 / slices.Max(g)
	lowest = math.Inf(1)
	d, err := descent.NewParameters(param.Square(), a, constant(m, 1), 0)
	if err != nil {
		return 0, 0, err
	}
	before := constant(m, 1)
	observe := func(*descent.Iterate) {
		for i, v := range d.Y() {
			if v*before[i] < 0 {
				count++
			}
			before[i] = v
			lowest = min(lowest, d.X()[i])
		}
	}
	run := &descent.Run{A: a, B: b, Method: d, Rule: descent.Constant(eta), Stop: []descent.Criterion{descent.Blowup(1e6), descent.Steps(30)}, Observe: []func(*descent.Iterate){observe}}
	_, err = run.Follow(ctx)
	return count, lowest, err
}

func effectiveStart(ctx context.Context) ([]Check, error) {
	p, err := gaussian(5, 20, 3, false, 13)
	if err != nil {
		return nil, err
	}
	var checks []Check
	for _, c := range []struct {
		name     string
		eta      float64
		sampling descent.Sampling
	}{{"large steps", 0.04, descent.Sampling{}}, {"samples of 2 rows", 0.02, descent.Sampling{Batch: 2, Seed: 1}}} {
		y0 := make([]float64, 40)
		const logAlpha = -2
		if err := (param.SquareDiff{}).Lift(y0, make([]float64, 20), logAlpha); err != nil {
			return nil, err
		}
		d, err := descent.NewParameters(param.SquareDiff{}, p.A, y0, 0)
		if err != nil {
			return nil, err
		}
		if err := arrive(ctx, &descent.Run{A: p.A, B: p.B, Method: d, Rule: descent.Constant(c.eta), Sampling: c.sampling}, 1e-12); err != nil {
			return nil, err
		}
		// uv of u and v themselves against the product of the factors.
		var identity, shrunk float64
		product, con := d.Effective().LogAlpha(), make([]float64, 20)
		param.SquareDiff{}.Conserved(con, d.Y())
		for i, v := range con {
			identity = max(identity, math.Abs(math.Log(2*math.Abs(v))-product[i]))
			shrunk = min(shrunk, product[i]-logAlpha)
		}
		phi, theta0 := d.Effective().Start()
		want, err := limit.Projection(ctx, dual.NewChart(phi, p.A, theta0), p.B, limit.Options{Tol: 1e-12})
		if err != nil {
			return nil, err
		}
		plain, err := limit.Projection(ctx, dual.NewChart(geometry.Hypentropy{LogBeta: []float64{logAlpha}}, p.A, make([]float64, 20)), p.B, limit.Options{Tol: 1e-12})
		if err != nil {
			return nil, err
		}
		checks = append(checks,
			absolute(c.name+": distance of the limit from what the start in effect predicts, relative", 0, distance(d.X(), want.X)/norm2(want.X), 1e-9),
			atLeast(c.name+": distance from the limit of the flow, relative", 1e-4, distance(d.X(), plain.X)/norm2(plain.X), 0),
			absolute(c.name+": ln(uv) against Σ ln|1 − 4η²g²|", 0, identity, 1e-12),
			atMost(c.name+": largest change of ln α in effect", -0.01, shrunk, 0))
	}
	return checks, nil
}
