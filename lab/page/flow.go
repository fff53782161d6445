package page

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/plot"
)

// Flow is the flow in the plane: one equation, two unknowns.
var Flow = Page{
	ID:       "flow",
	Title:    "Where the flow stops",
	Sentence: "Many points solve one equation; the flow stops at the one that its geometry calls nearest to the start.",
	Formula:  "d∇φ(x)/dt = −Aᵀ(Ax − b)  ⇒  x(t) → argmin { D_φ(x, x₀) : Ax = b },   x = ∇φ*(∇φ(x₀) + Aᵀν),  ν′ = −∇Ψ(ν)",
	Text: []string{
		"One equation for two unknowns is solved by every point of a line. Gradient flow in a geometry φ starts at x₀ and ends on that line, but where? " +
			"Measure how far a point is from the start by the divergence D_φ(x, x₀). Its level sets grow from the start like a balloon, and the place where the balloon first touches the line is where the flow ends. " +
			"With Euclid's geometry the balloon is round and the flow goes straight to the foot of the perpendicular. With the entropy it is squeezed towards the axes: small coordinates stay small, and the limit is sparser.",
		"The flow has a shadow with one number ν for each equation, here a single one. There it is a ball that rolls down a convex curve Ψ, and it comes to rest where Ψ is least. " +
			"So the limit can be computed without following the flow: by Newton's method on Ψ.",
		"At every moment the level set through the moving point touches the parallel of the line there: the flow solves all the easier problems on its way.",
	},
	Exercise: "Before you move κ from 0 to 1: will the limit move towards an axis or away from it? Then put the start close to one axis and predict again.",
	Controls: flowControls,
	Compute:  computeFlow,
}

var flowControls = slices.Concat(geometryControls(), []Control{
	{Key: "r", Label: "reach", Kind: Number, Default: "1", Min: 0, Max: 1, Step: 0.01, Help: "how far the balloon has grown and the ball has rolled: ν as a part of its limit"},
	{Key: "x", Label: "start x₀[0]", Kind: Number, Default: "0.25", Min: -0.5, Max: 2.5, Step: 0.01},
	{Key: "y", Label: "start x₀[1]", Kind: Number, Default: "0.1", Min: -0.5, Max: 2, Step: 0.01},
	{Key: "p1", Label: "line, first point [0]", Kind: Number, Default: "0", Min: -0.5, Max: 2.5, Step: 0.01},
	{Key: "p2", Label: "line, first point [1]", Kind: Number, Default: "1", Min: -0.5, Max: 2, Step: 0.01},
	{Key: "q1", Label: "line, second point [0]", Kind: Number, Default: "2", Min: -0.5, Max: 2.5, Step: 0.01},
	{Key: "q2", Label: "line, second point [1]", Kind: Number, Default: "0", Min: -0.5, Max: 2, Step: 0.01},
})

func computeFlow(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, flowControls)
	geo, err := v.geometry()
	if err != nil {
		return nil, err
	}
	a, b := v.line(1e4)
	x0 := v.start(geo, "x", "y")
	p, err := newPlane(ctx, geo, a, b, x0)
	if err != nil {
		return nil, err
	}
	reach := v.numberIn("r", 0, 1)
	view := &View{
		Command: []string{fmt.Sprintf("printf '%s,%s\\n' > A.csv; printf '%s\\n' > b.csv; printf '%s\\n%s\\n' > x0.csv",
			formatNumber(a[0]), formatNumber(a[1]), formatNumber(b), formatNumber(x0[0]), formatNumber(x0[1])),
			"tacit nearest A.csv b.csv --from x0.csv --geometry " + geo.name + " --json --values"},
		Arrays: []Array{{"A", []int{1, 2}, p.a}, {"b", []int{1}, []float64{b}}, {"x0", []int{2}, x0}},
	}
	if err := p.fill(ctx, view, reach); err != nil {
		return nil, err
	}
	w := p.window(v)
	view.Figures = append(view.Figures, p.planeFigure(w, reach, v))
	if p.reached() {
		view.Figures = append(view.Figures, p.dualFigure(reach))
	}
	return v.onto(view), ctx.Err()
}

// line is the equation of the line through the points of the state, whose
// coordinates may be as large as far.
func (v *values) line(far float64) (a [2]float64, b float64) {
	px, py, qx, qy := v.numberIn("p1", -far, far), v.numberIn("p2", -far, far), v.numberIn("q1", -far, far), v.numberIn("q2", -far, far)
	if math.Hypot(px-qx, py-qy) < 1e-6*(1+math.Hypot(px, py)) {
		qx = px + 1
		v.replace("q1", v.text("q1"), formatNumber(qx), "is no second point")
	}
	a = [2]float64{py - qy, qx - px}
	b = a[0]*px + a[1]*py
	if b < 0 || b == 0 && a[0] < 0 {
		a[0], a[1], b = 0-a[0], 0-a[1], -b
	}
	return a, b
}

// start is a point of the state, brought into the domain of the geometry.
func (v *values) start(geo chosenGeometry, keys ...string) []float64 {
	const inside = 1e-3 // of the size of the domain, or of 1
	x := make([]float64, len(keys))
	for i, key := range keys {
		lower, upper := geometry.Bounds(geo.phi, i)
		air := inside * math.Min(1, upper-lower)
		x[i] = v.numberIn(key, math.Max(lower+air, -1e4), math.Min(upper-air, 1e4))
		if geo.name == "exponential" {
			x[i] = v.numberIn(key, -30, 30)
		}
	}
	return x
}

// fill adds what was found and what was checked.
func (p *plane) fill(ctx context.Context, view *View, reach float64) error {
	ans := p.answer
	proof := proofOf("an independent verifier accepts the certificate", p.operator(), []float64{p.b}, ans)
	if !p.reached() {
		view.Summary = fmt.Sprintf("In the geometry %s the flow from (%s, %s) has no limit: %s.", p.geo.show, plot.Num(p.x0[0]), plot.Num(p.x0[1]), unreached(ans))
		view.Facts = []Fact{{"status", string(ans.Status)}}
		view.Checks = proof
		return nil
	}
	x := ans.X
	view.Summary = fmt.Sprintf("In the geometry %s the flow from (%s, %s) stops at (%s, %s), at divergence %s.",
		p.geo.show, plot.Num(p.x0[0]), plot.Num(p.x0[1]), plot.Num(x[0]), plot.Num(x[1]), plot.Num(ans.Objective))
	view.Facts = []Fact{
		{"limit", plot.NumDigits(x[0], digits) + ", " + plot.NumDigits(x[1], digits)},
		{"ν at the limit", plot.NumDigits(p.nu, digits)},
		{"divergence D(x, x₀)", plot.NumDigits(ans.Objective, digits)},
		{"duality gap", plot.Num(ans.Gap)},
	}
	view.Arrays = append(view.Arrays, Array{"x", []int{2}, x}, Array{"nu", []int{1}, []float64{p.nu}})
	if q, ok := p.at(p.theta0, reach*p.nu); ok {
		view.Facts = append(view.Facts, Fact{"point at the reach", plot.Num(q[0]) + ", " + plot.Num(q[1])})
	}
	checks, err := p.checks(ctx, view)
	view.Checks = append(checks, proof...)
	return err
}

// unreached says why there is no limit.
func unreached(ans *tacit.Answer) string {
	switch {
	case ans.Status == limit.Infeasible && ans.Boundary:
		return "the line meets the domain at its boundary alone, and the flow goes on for ever"
	case ans.Status == limit.Infeasible:
		return "no point of the line is in the domain, which a certificate proves"
	}
	return "it was not computed (" + ans.Reason.Hint + ")"
}

// blur is how far ∇φ moves when x is rounded the other way: near a bound of the
// domain, and where x underflows, it may be all that is seen of ∇φ(x) − ∇φ(x₀).
func (p *plane) blur(x []float64) float64 {
	here, there := make([]float64, 2), make([]float64, 2)
	p.geo.phi.Grad(here, x)
	p.geo.phi.Grad(there, []float64{math.Nextafter(x[0], p.x0[0]), math.Nextafter(x[1], p.x0[1])})
	return apart(here, there)
}

// checks compare the touching point with the flow and with the geometry.
func (p *plane) checks(ctx context.Context, view *View) ([]Check, error) {
	x := p.answer.X
	theta := make([]float64, 2)
	p.geo.phi.Grad(theta, x)
	size := math.Hypot(x[0], x[1])
	if far := math.Hypot(p.x0[0], p.x0[1]); size < 1e-9*far {
		for i := range 2 {
			if lower, upper := geometry.Bounds(p.geo.phi, i); !(lower < 0 && 0 < upper) {
				return nil, nil // x is only as near to 0 as the tolerance asks
			}
		}
		size = far // the limit is 0, inside the domain
	}
	f := flow.NewMirror(p.chart, loss.Squared{B: []float64{p.b}})
	start := f.Loss(f.Start())
	if !(start > 1e-24*(1+p.b*p.b)) {
		return nil, nil // the start is on the line
	}
	goal := 1e-20 * math.Min(start, square(norm2(p.a)*size)/2)
	var checks []Check
	end := make([]float64, 2)
	arrived, integral := false, 0.0
	run, err := flow.Run(ctx, f, flow.Options{UntilLoss: goal, RelTol: 1e-9, MaxSteps: 2000, XHat: x})
	if err == nil {
		f.Primal(end, run.State)
		arrived, integral = run.Loss <= 2*goal, run.State[len(run.State)-1]
	} else if err := unfollowed(ctx, view, err); err != nil {
		return nil, err
	}
	if arrived {
		checks = append(checks, compared("the flow, integrated, ends at the touching point (distance)", 0, apart(end, x)/size, apart(end, x)/size, 1e-6))
	}

	along := (-p.a[1]*(theta[0]-p.theta0[0]) + p.a[0]*(theta[1]-p.theta0[1])) / math.Hypot(p.a[0], p.a[1])
	scale := math.Hypot(theta[0]-p.theta0[0], theta[1]-p.theta0[1])
	if isFinite(scale) && scale > 0 && p.blur(x) < 1e-9*scale {
		checks = append(checks, compared("∇φ(x) − ∇φ(x₀) is perpendicular to the line (cosine)", 0, along/scale, math.Abs(along)/scale, 1e-8))
	}
	if !arrived {
		return checks, nil // the flow is too slow here to be followed to its end
	}
	// D(x̂, x₀) − D(x̂, x(t)) = ∫‖Ax−b‖² for every solution x̂; with x̂ the limit the
	// second term vanishes.
	checks = append(checks, relative("∫‖Ax−b‖² dt = D(x, x₀): what the flow has spent is how far it got", p.answer.Objective, integral, 1e-5))
	return checks, nil
}
