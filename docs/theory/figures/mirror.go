package main

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/descent"
	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/plot"
)

// bregman shows divergences from one point, and that they are not symmetric.
func bregman(context.Context) (*plot.Figure, error) {
	x := grid(0.01, 3, 300)
	kl := geometry.Entropy{}
	d := func(a, b float64) float64 { return kl.Bregman([]float64{a}, []float64{b}) }
	panel := plot.Panel{
		X: plot.Axis{Label: "x"}, Y: plot.Axis{Label: "divergence", Min: 0, Max: 2},
		Series: []plot.Series{
			line("½(x − 1)²", x, each(x, func(v float64) float64 { return (v - 1) * (v - 1) / 2 }), 0),
			dashed("entropy, D(x, 1)", x, each(x, func(v float64) float64 { return d(v, 1) }), 1),
			dashed("entropy, D(1, x)", x, each(x, func(v float64) float64 { return d(1, v) }), 2),
			dashed("Burg, D(x, 1)", x, each(x, func(v float64) float64 { return geometry.Burg{}.Bregman([]float64{v}, []float64{1}) }), 3),
		},
	}
	return &plot.Figure{
		Title:   "The divergences of the table, measured from 1",
		Caption: "All touch 0 at x = 1 with the curvature of φ there. D(x, 1) of the entropy stays finite as x → 0, where it is 1; D(1, x) does not. In the other order the entropy is Burg: D(1, x) of the one is D(x, 1) of the other.",
		Alt:     "Four convex curves that touch 0 at x = 1. At x = 0 half the square is ½ and the entropy's D(x, 1) is 1; D(1, x) and the divergence D(x, 1) of Burg are the same curve, which tends to infinity.",
		Panels:  []plot.Panel{panel},
	}, nil
}

// localQuadratic shows D/((x−z)²φ″(z)) near z.
func localQuadratic(context.Context) (*plot.Figure, error) {
	h := grid(-0.6, 0.6, 240)
	panel := plot.Panel{X: plot.Axis{Label: "x − z, at z = 1"}, Y: plot.Axis{Label: "D(x, z)/((x−z)²φ″(z))", Min: 0.2, Max: 1.1}, Rules: []plot.Rule{{At: 0.5, Label: "½"}, {At: 1, Label: "as written in the lecture"}}}
	power, err := geometry.NewPower(3)
	if err != nil {
		return nil, err
	}
	for i, phi := range []geometry.Separable{geometry.Euclidean{}, geometry.Entropy{}, geometry.Burg{}, power} {
		theta, curvature := make([]float64, 1), make([]float64, 1)
		phi.Grad(theta, []float64{1})
		phi.HessConjDiag(curvature, theta)
		panel.Series = append(panel.Series, dashed(phi.Name(), h, each(h, func(v float64) float64 {
			if v == 0 {
				return math.NaN()
			}
			return phi.Bregman([]float64{1 + v}, []float64{1}) / (v * v) * curvature[0]
		}), plot.Ink(i)))
	}
	return &plot.Figure{
		Title:   "A divergence is locally half of a quadratic form",
		Caption: "As x → z every ratio tends to ½, not to 1.",
		Alt:     "The ratio D(x, z)/((x−z)²φ″(z)) of four potentials passes through ½ at x = z; it is ½ everywhere for the Euclidean one.",
		Panels:  []plot.Panel{panel},
	}, nil
}

// plane is the problem of the pictures in the plane: x₁ + 2x₂ = 2.
var planeRow = [2]float64{1, 2}

const planeRHS = 2.0

// planePanel is the plane with the solutions.
func planePanel(maxX, maxY float64) plot.Panel {
	xs := grid(0, min(maxX, planeRHS/planeRow[0]), 2)
	return plot.Panel{
		X: plot.Axis{Label: "x[0]", Min: 0, Max: maxX}, Y: plot.Axis{Label: "x[1]", Min: 0, Max: maxY}, Equal: true, Height: 1.3,
		Series: []plot.Series{line("Ax = b", xs, each(xs, func(v float64) float64 { return (planeRHS - planeRow[0]*v) / planeRow[1] }), plot.Context)},
	}
}

// path records a run in the plane.
func path(ctx context.Context, m descent.Method, rule descent.Rule, steps int) (x, y []float64, err error) {
	run := &descent.Run{
		A: linop.NewDense(1, 2, planeRow[:]), B: []float64{planeRHS}, Method: m, Rule: rule,
		Stop:    []descent.Criterion{descent.ResidualBelow(1e-6), descent.Steps(steps)},
		Observe: []func(*descent.Iterate){func(it *descent.Iterate) { x, y = append(x, it.X[0]), append(y, it.X[1]) }},
	}
	_, err = run.Follow(ctx)
	return x, y, err
}

// steps is a path with a marker at every step.
func steps(name string, x, y []float64, i int) []plot.Series {
	return []plot.Series{line("", x, y, plot.Ink(i)), {Name: name, X: x, Y: y, Shape: plot.Points, Ink: plot.Ink(i), Style: i}}
}

func mirror(phi geometry.Potential, a linop.Operator, x0 []float64) (*descent.Mirror, error) {
	theta0 := make([]float64, len(x0))
	phi.Grad(theta0, x0)
	return descent.NewMirror(phi, a, theta0, 0)
}

// mirrorDescent shows the steps of three geometries from one start.
func mirrorDescent(ctx context.Context) (*plot.Figure, error) {
	a := linop.NewDense(1, 2, planeRow[:])
	panel := planePanel(1, 1.05)
	fig := &plot.Figure{
		Title:   "Steps of mirror descent from one start, in three geometries",
		Caption: "Each step moves ∇φ(x) along Aᵀ: straight in x for the Euclidean one, bent for the others. Each ends at the solution that is nearest in its own divergence.",
		Alt:     "From (0.1, 0.1) the iterates reach the line x[0] + 2x[1] = 2 at ",
	}
	for i, c := range []struct {
		phi geometry.Potential
		eta float64
	}{{geometry.Euclidean{}, 0.07}, {geometry.Entropy{}, 0.2}, {geometry.Burg{}, 0.3}} {
		m, err := mirror(c.phi, a, []float64{0.1, 0.1})
		if err != nil {
			return nil, err
		}
		x, y, err := path(ctx, m, descent.Constant(c.eta), 400)
		if err != nil {
			return nil, err
		}
		panel.Series = append(panel.Series, steps(c.phi.Name(), x, y, i)...)
		fig.Alt += fmt.Sprintf("(%s, %s) for %s; ", plot.Num(x[len(x)-1]), plot.Num(y[len(y)-1]), c.phi.Name())
	}
	fig.Alt += "the Euclidean path is straight."
	panel.Labels = []plot.Label{{X: 0.1, Y: 0.1, Text: "start", Dot: true, Side: plot.Below}}
	fig.Panels = []plot.Panel{panel}
	return fig, nil
}

// keyLemma shows level sets of the divergence growing until they touch.
func keyLemma(ctx context.Context) (*plot.Figure, error) {
	start := []float64{math.Log(0.15), math.Log(0.15)}
	a := linop.NewDense(1, 2, planeRow[:])
	r, err := limit.Projection(ctx, dual.NewChart(geometry.Entropy{}, a, start), []float64{planeRHS}, limit.Options{})
	if err != nil {
		return nil, err
	}
	fig, err := plot.LevelsFigure(plot.Levels{Phi: geometry.Entropy{}, Theta0: start, A: planeRow, B: planeRHS, X: r.X, Nu: r.Y[0], Name: "entropy"})
	if err != nil {
		return nil, err
	}
	fig.Title = "Key Lemma: mirror descent stops where a level set of D(·, x₁) touches Ax = b"
	return fig, nil
}

// preconditioning shows plain steps and those with K⁻¹.
func preconditioning(ctx context.Context) (*plot.Figure, error) {
	a := linop.NewDense(1, 2, planeRow[:])
	panel := planePanel(2, 1.2)
	fig := &plot.Figure{
		Title:   "D = ½(x−z)ᵀK(x−z): the step goes along −K⁻¹∇ℓ",
		Caption: "Gradient descent leaves the start at a right angle to the line. With K = diag(1, 8) moves of x[1] are dear, with K = diag(4, 1) those of x[0]: the path turns, and so does the solution that is reached.",
		Alt:     "Three straight paths from (0.1, 0.1) to the line: ",
	}
	for i, k := range [][]float64{{1, 1}, {1, 8}, {4, 1}} {
		phi, err := geometry.NewDiagonal(k)
		if err != nil {
			return nil, err
		}
		m, err := mirror(phi, a, []float64{0.1, 0.1})
		if err != nil {
			return nil, err
		}
		x, y, err := path(ctx, m, descent.Polyak{}, 40)
		if err != nil {
			return nil, err
		}
		panel.Series = append(panel.Series, steps(fmt.Sprintf("K = diag(%g, %g)", k[0], k[1]), x, y, i)...)
		fig.Alt += fmt.Sprintf("K = diag(%g, %g) to (%s, %s); ", k[0], k[1], plot.Num(x[len(x)-1]), plot.Num(y[len(y)-1]))
	}
	panel.Labels = []plot.Label{{X: 0.1, Y: 0.1, Text: "start", Dot: true, Side: plot.Below}}
	fig.Panels = []plot.Panel{panel}
	return fig, nil
}
