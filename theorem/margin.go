package theorem

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/descent"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// margins are the statements about separators.
func margins() []Experiment {
	return []Experiment{{
		ID:        "max-margin",
		Title:     "gradient descent on separable data turns to the separator of largest margin",
		Statement: "On the exponential and the logistic loss of separable points, w(t) = â ln t + ρ(t) with â = argmin {‖a‖ : yᵢaᵀxᵢ ≥ 1}, of norm 1/γ, and for almost all data a bounded ρ, whose limit w̃ has exp(−yᵢxᵢᵀw̃) = αᵢ for the support vectors, â = Σαᵢyᵢxᵢ; so the direction converges like 1/ln t only, and t·L(t) → 1/γ²",
		Slip:      "a(t) ~ a* log t + O(log log t) with the unit vector a*: the scale is 1/γ, not 1, and the rest is bounded for almost all data; log log t is the bound for all",
		Source:    "lecture, max margin; Soudry, Hoffer, Nacson, Gunasekar and Srebro 2018",
		Run:       maxMargin,
	}, {
		ID:        "max-margin-anytime",
		Title:     "the margin of w(t) is within ln N/‖w(t)‖ of the largest one, at every t",
		Statement: "Along gradient flow on the exponential loss from 0: −ln L ≥ −ln N + γ‖w‖, hence γ − min yᵢwᵀxᵢ/‖w‖ ≤ ln N/‖w‖, and L(t) ≤ 1/(1/N + γ²t)",
		Source:    "derived: d ln L/dt = −‖∇L‖²/L and ‖∇L‖ ≥ γL",
		Run:       anytime,
	}, {
		ID:        "max-margin-closed-form",
		Title:     "orthogonal points: yᵢxᵢᵀw(t) = ln(1 + ‖xᵢ‖²t)",
		Statement: "For orthogonal points the margins grow apart from each other, yᵢxᵢᵀw(t) = ln(1 + ‖xᵢ‖²t); for the four support vectors of Soudry et al., Fig. 1, w(t) = ½ln(1 + 8t)·(1, 1)",
		Source:    "derived from ẇ = Σ exp(−yᵢxᵢᵀw)yᵢxᵢ",
		Run:       orthogonalPoints,
	}, {
		ID:        "gordan",
		Title:     "points can be separated, or convex weights combine them to 0",
		Statement: "Exactly one holds: some w has yᵢwᵀxᵢ > 0 for all i, or some p ≥ 0, Σpᵢ = 1, has Σpᵢyᵢxᵢ = 0; and the largest margin is min ‖Σpᵢyᵢxᵢ‖ over such p",
		Source:    "Gordan 1873; the second part is duality",
		Run:       gordan,
	}, {
		ID:        "margin-bias",
		Title:     "a column of ones is not an intercept",
		Statement: "Appending 1 to every point keeps separability but changes the separator of largest margin, as the intercept is penalised then: for x₊ = (2,1), x₋ = (1,0) it is ((1/3, 5/3), −4/3) instead of ((1,1), −2)",
		Slip:      "\"we can reduce to b = 0\"",
		Source:    "lecture, max margin; computed by hand",
		Run:       marginBias,
	}, {
		ID:        "steepest-descent",
		Title:     "the norm of the steps is the norm of the margin",
		Statement: "Steepest descent in a norm turns to a separator of largest margin in that norm: coordinate descent to ℓ1, sign descent to ℓ∞; normalised gradient descent closes the Euclidean gap like 1/k, its dual acceleration like 1/k² up to a logarithm",
		Source:    "Gunasekar, Lee, Soudry and Srebro 2018; Ji and Telgarsky 2021; Ji, Srebro and Telgarsky 2021",
		Run:       steepestDescent,
	}, {
		ID:        "diagonal-net-margin",
		Title:     "a diagonal network of L layers separates in ‖·‖_{2/L}",
		Statement: "Gradient flow on the exponential loss of separable points with w = u∘⋯∘u − v∘⋯∘v, L factors each, turns to a stationary point of min {‖w‖_{2/L} : zᵢᵀw ≥ 1}: the ℓ2 separator for one layer, the ℓ1 separator for two, and for more, where the problem is not convex, a point at which the layers are parallel to the force on them, and which need not be the least",
		Source:    "Gunasekar, Lee, Soudry and Srebro 2018; Lyu and Li 2020",
		Run:       diagonalMargin,
	}, {
		ID:        "mirror-margin",
		Title:     "the mirror flow of ‖w‖ₚᵖ turns to the separator of largest ℓp margin",
		Statement: "On the exponential loss of separable points d∇φ(w)/dt = −∇L(w) with φ = ‖w‖ₚᵖ/p turns to argmin {‖w‖ₚ : yᵢwᵀxᵢ ≥ 1}: the margin in ℓp rises to the largest one, and for every t the weights p ∝ exp(−yᵢwᵀxᵢ) bound it by ‖Σpᵢyᵢxᵢ‖_q",
		Source:    "Sun, Ahn, Thrampoulidis and Azizan 2022; the bound is duality",
		Run:       mirrorMargin,
	}, {
		ID:        "margin-split",
		Title:     "points that cannot be separated: the rest turns orthogonally to the core",
		Statement: "With z = (1,0), (−1,0), (0,1) the first two are the core, on whose span the loss has a minimiser, and the third can be separated: w₁ = 0 and w₂ = ln(1 + t)",
		Source:    "Ji and Telgarsky 2018; the example is derived",
		Run:       marginSplit,
	}, {
		ID:        "margin-bounds",
		Title:     "generalization bounds fall with more points and a larger margin",
		Statement: "The margin bounds whose constants are known lie in [0, 1], fall as the sample grows, and the two that see the margins fall with them",
		Source:    "lecture, margin bounds; docs/theory/margin-bounds.md",
		Run:       marginBounds,
	}}
}

// corner are the points z = (2,0), (0,1), (3,3): â = (½, 1), α = (¼, 1, 0).
func corner() (linop.Operator, []float64) {
	return linop.NewDense(3, 2, []float64{2, 0, 0, 1, 3, 3}), []float64{1, 1, 1}
}

// separate follows the separator flow and returns the points at values of ln t.
func separate(ctx context.Context, x linop.Operator, y []float64, logistic bool, logTimes ...float64) ([]flow.SeparatorPoint, error) {
	s, err := flow.NewSeparator(x, y, logistic)
	if err != nil {
		return nil, err
	}
	run, err := s.Follow(ctx, flow.SeparatorOptions{Times: logTimes, RelTol: 1e-10})
	if err != nil {
		return nil, err
	}
	if len(run.Points) != len(logTimes) {
		return nil, fmt.Errorf("the flow ended with %s", run.Status)
	}
	return run.Points, nil
}

func maxMargin(ctx context.Context) ([]Check, error) {
	x, y := corner()
	times := []float64{50, 1e3, 1e6}
	p, err := separate(ctx, x, y, false, times...)
	if err != nil {
		return nil, err
	}
	// The answer needs both labels: turn the third point.
	r, err := limit.Margin(ctx, limit.MarginProblem{X: linop.NewDense(3, 2, []float64{2, 0, 0, 1, -3, -3}), Y: []float64{1, 1, -1}}, limit.Options{})
	if err != nil {
		return nil, err
	}
	checks := []Check{
		absolute("first entry of w(t) − â ln t at ln t = 50, against w̃ = ln 2", math.Ln2, p[0].W[0]-0.5*50, 1e-8),
		absolute("second entry, against 0", 0, p[0].W[1]-50, 1e-8),
		relative("the largest margin, 2/√5", 2/math.Sqrt(5), r.Margin, 1e-14),
		relative("‖w‖/ln t at ln t = 10⁶, against 1/γ", math.Sqrt(5)/2, p[2].Norm/1e6, 1e-6),
		relative("t·L(t) at ln t = 50, against 1/γ²", 1.25, math.Exp(p[0].LogLoss+50), 1e-8),
	}
	// w/‖w‖ − â/‖â‖ → P⊥w̃/(‖â‖ ln t), P⊥ away from â; |P⊥w̃| = ln 2·2/√5.
	for k, at := range times {
		d := math.Hypot(p[k].W[0]/p[k].Norm-r.X[0]*r.Margin, p[k].W[1]/p[k].Norm-r.X[1]*r.Margin)
		want := math.Ln2 * 0.8
		checks = append(checks, relative(fmt.Sprintf("distance of the directions times ln t at ln t = %g", at), want, d*at, 2/at+1e-8))
	}
	q, err := separate(ctx, x, y, true, 50)
	if err != nil {
		return nil, err
	}
	return append(checks, absolute("logistic loss: first entry of w(t) − â ln t at ln t = 50", math.Ln2, q[0].W[0]-25, 1e-8)), nil
}

// planted are labelled points with a margin.
func planted(n, d int, gap float64, seed uint64) (*instance.Points, error) {
	return instance.Separable{Ensemble: instance.Planted, N: n, D: d, Margin: gap, Seed: seed}.Generate()
}

func anytime(ctx context.Context) ([]Check, error) {
	pts, err := planted(40, 6, 0.2, 1)
	if err != nil {
		return nil, err
	}
	r, err := limit.Margin(ctx, limit.MarginProblem{X: pts.X, Y: pts.Y}, limit.Options{})
	if err != nil {
		return nil, err
	}
	times := []float64{-2, 0, 2, 5, 10, 30, 100, 1000}
	p, err := separate(ctx, pts.X, pts.Y, false, times...)
	if err != nil {
		return nil, err
	}
	var checks []Check
	logN := math.Log(40)
	for k, at := range times {
		q := p[k]
		checks = append(checks,
			atMost(fmt.Sprintf("γ − margin at ln t = %g, against ln N/‖w‖", at), logN/q.Norm, r.Margin-q.Margin, 1e-9),
			atLeast(fmt.Sprintf("−ln L at ln t = %g, against −ln N + γ‖w‖", at), r.Margin*q.Norm-logN, -q.LogLoss, 1e-9),
			atLeast(fmt.Sprintf("‖Σpᵢzᵢ‖ at ln t = %g, against γ", at), r.Margin, q.Bound, 1e-12))
	}
	return checks, nil
}

func orthogonalPoints(ctx context.Context) ([]Check, error) {
	x := linop.NewDense(2, 3, []float64{2, 0, 0, 0, 0.3, 0.4})
	p, err := separate(ctx, x, []float64{1, 1}, false, -1, 3, 700)
	if err != nil {
		return nil, err
	}
	logOf := func(square, logTime float64) float64 { // ln(1 + square·t)
		e := math.Log(square) + logTime
		return max(e, 0) + math.Log1p(math.Exp(-math.Abs(e)))
	}
	var checks []Check
	for k, at := range []float64{-1, 3, 700} {
		checks = append(checks,
			absolute(fmt.Sprintf("margin of the point of norm 2 at ln t = %g", at), logOf(4, at), 2*p[k].W[0], 1e-8),
			absolute(fmt.Sprintf("margin of the point of norm ½ at ln t = %g", at), logOf(0.25, at), 0.3*p[k].W[1]+0.4*p[k].W[2], 1e-8))
	}
	x = linop.NewDense(4, 2, []float64{0.5, 1.5, 1.5, 0.5, -0.5, -1.5, -1.5, -0.5})
	if p, err = separate(ctx, x, []float64{1, 1, -1, -1}, false, 2, 1e5); err != nil {
		return nil, err
	}
	for k, at := range []float64{2, 1e5} {
		checks = append(checks, absolute(fmt.Sprintf("Soudry's four points at ln t = %g", at), logOf(8, at)/2, p[k].W[0], 1e-8))
	}
	return checks, nil
}

func gordan(ctx context.Context) ([]Check, error) {
	var separable, not int
	var worst, gap float64
	for seed := range uint64(60) {
		// With 12 points in 6 coordinates labels at random are separable half of the time.
		pts, err := instance.Separable{Ensemble: instance.Noise, N: 12, D: 6, Seed: seed}.Generate()
		if err != nil {
			return nil, err
		}
		r, err := limit.Margin(ctx, limit.MarginProblem{X: pts.X, Y: pts.Y}, limit.Options{})
		if err != nil {
			return nil, err
		}
		v := make([]float64, 6)
		for i, p := range r.Y {
			for j := range v {
				v[j] += p * pts.Y[i] * pts.Dense[i*6+j]
			}
		}
		switch r.Status {
		case limit.NotSeparable:
			not++
			worst = max(worst, norm2(v))
		case limit.Certified:
			separable++
			gap = max(gap, math.Abs(norm2(v)/r.Margin-1))
		default:
			return nil, fmt.Errorf("instance %d ended with %s", seed, r.Status)
		}
	}
	return []Check{
		absolute("instances in which one of the two is proven", 60, float64(separable+not), 0),
		absolute("largest ‖Σpᵢzᵢ‖ where nothing separates", 0, worst, 1e-12),
		absolute("largest relative difference of γ and ‖Σpᵢzᵢ‖ where w does", 0, gap, 1e-9),
		absolute("share of separable ones, against ½", 0.5, float64(separable)/60, 0.2),
	}, nil
}

func marginBias(ctx context.Context) ([]Check, error) {
	y := []float64{1, -1}
	free, err := limit.Margin(ctx, limit.MarginProblem{X: linop.NewDense(2, 2, []float64{2, 1, 1, 0}), Y: y, Bias: true}, limit.Options{})
	if err != nil {
		return nil, err
	}
	ones, err := limit.Margin(ctx, limit.MarginProblem{X: linop.NewDense(2, 3, []float64{2, 1, 1, 1, 0, 1}), Y: y}, limit.Options{})
	if err != nil {
		return nil, err
	}
	return []Check{
		absolute("intercept that is not penalised", -2, free.Intercept, 1e-12),
		absolute("its w₁", 1, free.X[0], 1e-12),
		absolute("its w₂", 1, free.X[1], 1e-12),
		absolute("weight of the column of ones", -4.0/3, ones.X[2], 1e-12),
		absolute("w₁ beside it", 1.0/3, ones.X[0], 1e-12),
		absolute("w₂ beside it", 5.0/3, ones.X[1], 1e-12),
	}, nil
}

func steepestDescent(ctx context.Context) ([]Check, error) {
	x, y := corner()
	size := map[descent.MarginRule]func(w []float64) float64{
		descent.Coordinate: func(w []float64) float64 { return math.Abs(w[0]) + math.Abs(w[1]) },
		descent.Signs:      func(w []float64) float64 { return max(math.Abs(w[0]), math.Abs(w[1])) },
	}
	after := func(rule descent.MarginRule, steps int) (float64, error) {
		m, err := descent.NewMarginDescent(x, y, rule, 0)
		if err != nil {
			return 0, err
		}
		for k := range steps {
			if k%1000 == 0 && ctx.Err() != nil {
				return 0, ctx.Err()
			}
			m.Step()
		}
		if f := size[rule]; f != nil {
			return m.Least / f(m.W), nil
		}
		return m.Least / norm2(m.W), nil
	}
	var checks []Check
	for _, c := range []struct {
		rule descent.MarginRule
		name string
		want float64
	}{{descent.Coordinate, "ℓ1 margin of coordinate descent", 2.0 / 3}, {descent.Signs, "ℓ∞ margin of sign descent", 1}} {
		got, err := after(c.rule, 20000)
		if err != nil {
			return nil, err
		}
		checks = append(checks, relative(c.name, c.want, got, 0.01))
	}
	gamma := 2 / math.Sqrt(5)
	for _, c := range []struct {
		rule  descent.MarginRule
		name  string
		order float64
	}{{descent.Normalised, "normalised gradient descent", 1}, {descent.Accelerated, "dual acceleration", 2}} {
		near, err := after(c.rule, 1000)
		if err != nil {
			return nil, err
		}
		far, err := after(c.rule, 16000)
		if err != nil {
			return nil, err
		}
		slope := math.Log((gamma-near)/(gamma-far)) / math.Log(16)
		checks = append(checks, absolute("exponent of the gap of "+c.name, c.order, slope, 0.25))
	}
	return checks, nil
}

func mirrorMargin(ctx context.Context) ([]Check, error) {
	pts, err := planted(30, 5, 0.3, 2)
	if err != nil {
		return nil, err
	}
	var checks []Check
	for _, p := range []float64{1.2, 1.5, 1.8} {
		norm := limit.MarginNorm(fmt.Sprintf("lp:%g", p))
		r, err := limit.Margin(ctx, limit.MarginProblem{X: pts.X, Y: pts.Y, Norm: norm}, limit.Options{})
		if err != nil {
			return nil, err
		}
		s, err := flow.NewSeparator(pts.X, pts.Y, false)
		if err != nil {
			return nil, err
		}
		if err := s.Mirror(p); err != nil {
			return nil, err
		}
		run, err := s.Follow(ctx, flow.SeparatorOptions{Times: []float64{1, 1e2, 1e4}, RelTol: 1e-5})
		if err != nil {
			return nil, err
		}
		for _, q := range run.Points {
			checks = append(checks, atLeast(fmt.Sprintf("p = %g: ‖Σpᵢzᵢ‖_q at ln t = %.5g, against the largest margin", p, q.LogTime), r.Margin, q.Bound, 1e-9))
		}
		last := run.Points[len(run.Points)-1]
		checks = append(checks, relative(fmt.Sprintf("p = %g: the ℓp margin at ln t = %.5g, against the largest", p, last.LogTime), r.Margin, last.Margin, 1e-3))
	}
	return checks, nil
}

func marginSplit(ctx context.Context) ([]Check, error) {
	x := linop.NewDense(3, 2, []float64{1, 0, -1, 0, 0, 1})
	p, err := separate(ctx, x, []float64{1, 1, 1}, false, 1, 100)
	if err != nil {
		return nil, err
	}
	s, err := limit.MarginSplit(ctx, limit.MarginProblem{X: linop.NewDense(3, 2, []float64{1, 0, 1, 0, 0, 1}), Y: []float64{1, -1, 1}}, limit.Options{})
	if err != nil {
		return nil, err
	}
	if len(s.Separable) != 1 || !s.Proven {
		return nil, fmt.Errorf("the split is %v and %v", s.Separable, s.Core)
	}
	return []Check{
		absolute("w₂ at ln t = 1, against ln(1+t)", math.Log1p(math.E), p[0].W[1], 1e-8),
		absolute("w₂ at ln t = 100", 100, p[1].W[1], 1e-8),
		absolute("w₁ at ln t = 100", 0, p[1].W[0], 1e-12),
		absolute("the point that can be separated", 2, float64(s.Separable[0]), 0),
	}, nil
}

func marginBounds(ctx context.Context) ([]Check, error) {
	at := func(n int, gap float64) (map[string]float64, error) {
		pts, err := planted(n, 5, gap, 2)
		if err != nil {
			return nil, err
		}
		p := limit.MarginProblem{X: pts.X, Y: pts.Y}
		r, err := limit.Margin(ctx, p, limit.Options{})
		if err != nil {
			return nil, err
		}
		list, err := limit.MarginBounds(p, r, 0.05)
		out := map[string]float64{}
		for _, b := range list {
			out[b.Name] = b.Value
		}
		return out, err
	}
	few, err := at(2000, 2)
	if err != nil {
		return nil, err
	}
	many, err := at(8000, 2)
	if err != nil {
		return nil, err
	}
	wide, err := at(2000, 4)
	if err != nil {
		return nil, err
	}
	var checks []Check
	for _, name := range []string{"pac-bayes margin", "rademacher", "sample compression", "stable compression"} {
		checks = append(checks, atMost(name+": 8000 points against 2000", few[name], many[name], 0))
	}
	return append(checks,
		atMost("pac-bayes margin: twice the distance", few["pac-bayes margin"], wide["pac-bayes margin"], 0),
		atMost("rademacher: twice the distance", few["rademacher"], wide["rademacher"], 0)), nil
}
