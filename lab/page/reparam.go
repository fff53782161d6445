package page

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/param"
	"github.com/tacit-dev/tacit/plot"
)

// Reparam is one flow seen in two spaces.
var Reparam = Page{
	ID:       "reparam",
	Title:    "A parameterization is a geometry",
	Sentence: "Ordinary gradient flow on parameters, over a landscape with many valleys, is mirror flow on the unknowns, over a convex one: the same curve, to the last digit.",
	Formula:  "x = g(y),  ẏ = −∇ℓ̂(y)  ⇔  d∇φ(x)/dt = −∇ℓ(x)  with  φ″(x) = 1 / g′(g⁻¹(x))²;   for x = y∘y: φ = ¼ Σ(xᵢ ln xᵢ − xᵢ), x_{sq}(t) = x_{ent}(4t)",
	Text: []string{
		"First picture: the parameters y and the loss ℓ̂(y) = ½(Ag(y) − b)², which is not convex; its solutions form a curve. Second picture: the unknowns x = g(y) and the loss ½(Ax − b)², a straight valley. Gradient flow runs in the first. Its image in the second is not gradient flow in x, but mirror flow: gradient flow where lengths are measured by φ″(x) = 1/g′(y)².",
		"For x = y∘y the geometry is the entropy, but watch the clocks: the flow of the parameters is 4 times as fast as the mirror flow of Σ x ln x − x. The third picture shows the distance of the two curves: with the right clock only the error of the integration is left, with the wrong one they part.",
		"The equivalence is one of flows. With steps of a finite size η, gradient descent on y and mirror descent on x are two methods, a distance of order η apart. Raise η: gradient descent on y may even jump over yᵢ = 0, which mirror descent never does.",
	},
	Exercise: "For x = y∘y, a step changes the sign of y[i] if 2η∇ℓ(x)[i] > 1. Read ∇ℓ at the start off the equation, predict the η at which the first step jumps, and try it.",
	Controls: reparamControls,
	Compute:  computeReparam,
}

var reparamControls = []Control{
	{Key: "g", Label: "x = g(y)", Kind: Choice, Default: "square", Choices: []Option{
		{"square", "y²"}, {"power:3", "y³"}, {"power:4", "y⁴"}, {"exp", "e^y"}, {"sigmoid", "1/(1 + e^−y)"}, {"tanh", "tanh y"}, {"softplus", "ln(1 + e^y)"},
	}},
	{Key: "t", Label: "time t", Kind: Number, Default: "0.6", Min: 0, Max: 3, Step: 0.02, Help: "of the flow on the parameters"},
	{Key: "e", Label: "step η", Kind: Number, Default: "0.06", Min: 0, Max: 0.6, Step: 0.01, Help: "of gradient descent on y and of mirror descent on x; 0 for none"},
	{Key: "y1", Label: "start y[0]", Kind: Number, Default: "0.45", Min: -2, Max: 2, Step: 0.01},
	{Key: "y2", Label: "start y[1]", Kind: Number, Default: "0.25", Min: -2, Max: 2, Step: 0.01},
	{Key: "p1", Label: "line, first point [0]", Kind: Number, Default: "0", Min: -0.5, Max: 2.5, Step: 0.01},
	{Key: "p2", Label: "line, first point [1]", Kind: Number, Default: "1", Min: -0.5, Max: 2, Step: 0.01},
	{Key: "q1", Label: "line, second point [0]", Kind: Number, Default: "2", Min: -0.5, Max: 2.5, Step: 0.01},
	{Key: "q2", Label: "line, second point [1]", Kind: Number, Default: "0", Min: -0.5, Max: 2, Step: 0.01},
}

// twoSpaces is one equation with a parameterization of its two unknowns.
type twoSpaces struct {
	name   string
	par    param.Param
	phi    geometry.Separable
	clock  float64 // the mirror flow of phi is at clock·t where the parameters are at t
	a      []float64
	b      float64
	y0, x0 []float64
	theta0 []float64

	times   []float64
	y, x    [][]float64 // of the parameters' flow at times
	mirror  [][]float64 // x of the mirror flow at clock·times
	naive   [][]float64 // and at times: the wrong clock
	yk, xk  [][]float64 // gradient descent on y
	mk      [][]float64 // mirror descent on x
	crossed int         // the first step at which a coordinate of y changes sign, or 0
}

func computeReparam(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, reparamControls)
	s, err := v.twoSpaces()
	if err != nil {
		return nil, err
	}
	t := v.numberIn("t", 0, 1e6)
	step := v.numberIn("e", 0, 100)
	if err := s.follow(ctx, math.Max(3, 1.25*t), t); err != nil {
		return nil, err
	}
	s.descend(step, s.times[len(s.times)-1])
	now := slices.Index(s.times, t)
	if now < 0 {
		now = len(s.times) - 1 // the integration ended before
	}
	view := &View{Arrays: append(s.arrays(step), Array{"x_t", []int{2}, s.x[now]})}
	s.fill(view, now, step)
	if err := s.checks(ctx, view, now); err != nil {
		return nil, err
	}
	until := "--times " + formatNumber(s.times[now])
	if now == 0 {
		until = "--until-time 1" // there is nothing to follow up to t = 0
	}
	view.Command = []string{
		fmt.Sprintf("printf '%s,%s\\n' > A.csv; printf '%s\\n' > b.csv; printf '%s\\n%s\\n' > x0.csv",
			formatNumber(s.a[0]), formatNumber(s.a[1]), formatNumber(s.b), formatNumber(s.x0[0]), formatNumber(s.x0[1])),
		"tacit flow linear A.csv b.csv --param " + s.name + " --from x0.csv " + until + " -o run --force",
	}
	view.Figures = []Figure{s.parameters(v, now), s.unknowns(v, now), s.differences(now, step)}
	return v.onto(view), ctx.Err()
}

// twoSpaces reads the problem of the state.
func (v *values) twoSpaces() (*twoSpaces, error) {
	s := &twoSpaces{name: v.text("g"), x0: make([]float64, 2), theta0: make([]float64, 2)}
	var err error
	if s.par, err = param.Parse(s.name); err != nil {
		return nil, err
	}
	a, b := v.line(100)
	s.a, s.b = a[:], b
	lo, hi := -6.0, 6.0
	if s.name == "square" || s.name == "power:3" || s.name == "power:4" {
		lo = 0.01 // at 0 the flow stands still
	}
	s.y0 = []float64{v.numberIn("y1", lo, hi), v.numberIn("y2", lo, hi)}
	s.par.Map(s.x0, s.y0)
	mirror, err := s.par.Induced(s.y0)
	if err != nil {
		return nil, err
	}
	s.phi, s.clock = mirror.Phi, mirror.Clock[0]
	s.phi.Grad(s.theta0, s.x0)
	return s, nil
}

func (s *twoSpaces) operator() linop.Operator { return linop.NewDense(1, 2, s.a) }

// follow integrates both flows up to a time, with t among the times recorded.
func (s *twoSpaces) follow(ctx context.Context, end, t float64) error {
	const points = 80
	for k := range points + 1 {
		// Denser at the beginning, where the flow is fast.
		u := float64(k) / points
		s.times = append(s.times, end*u*u)
	}
	if !slices.Contains(s.times, t) {
		s.times = append(s.times, t)
		slices.Sort(s.times)
	}
	f, err := flow.NewParameterized(s.par, s.operator(), loss.Squared{B: []float64{s.b}}, s.y0)
	if err != nil {
		return err
	}
	record := func(f flow.Flow, clock float64) ([][]float64, error) {
		opt := flow.Options{RelTol: 1e-12, MaxSteps: 4000}
		for _, t := range s.times {
			opt.Times = append(opt.Times, clock*t)
		}
		run, err := flow.Run(ctx, f, opt)
		if err != nil {
			return nil, err
		}
		var x [][]float64
		for k, state := range run.States {
			if run.Times[k] != opt.Times[k] {
				break // where the run was stopped
			}
			p := make([]float64, 2)
			f.Primal(p, state)
			x = append(x, p)
			if w, ok := f.(*flow.Parameterized); ok {
				s.y = append(s.y, slices.Clone(w.Params(state)))
			}
		}
		return x, nil
	}
	mirror := func(clock float64) ([][]float64, error) {
		m := flow.NewMirror(dual.NewChart(s.phi, s.operator(), s.theta0), loss.Squared{B: []float64{s.b}})
		return record(m, clock)
	}
	if s.x, err = record(f, 1); err != nil {
		return err
	}
	if s.mirror, err = mirror(s.clock); err != nil {
		return err
	}
	s.naive = s.mirror
	if s.clock != 1 {
		if s.naive, err = mirror(1); err != nil {
			return err
		}
	}
	// A flow that was stopped early has fewer points.
	n := min(len(s.x), len(s.mirror), len(s.naive), len(s.times))
	s.times, s.x, s.y, s.mirror, s.naive = s.times[:n], s.x[:n], s.y[:n], s.mirror[:n], s.naive[:n]
	return nil
}

// descend takes steps of gradient descent on y and of mirror descent on x, up to
// the time end, a few hundred at most, or until one of them leaves the numbers.
func (s *twoSpaces) descend(step, end float64) {
	const most = 400
	if step == 0 {
		return
	}
	y, x, g := slices.Clone(s.y0), slices.Clone(s.x0), make([]float64, 2)
	theta, m := slices.Clone(s.theta0), slices.Clone(s.x0)
	for k := 0; k <= most && float64(k)*step <= end; k++ {
		if !isFinite(y...) || !isFinite(x...) || !isFinite(m...) || norm2(x) > 1e6 || norm2(m) > 1e6 {
			return
		}
		s.yk, s.xk, s.mk = append(s.yk, slices.Clone(y)), append(s.xk, slices.Clone(x)), append(s.mk, slices.Clone(m))
		for i := range y {
			if s.crossed == 0 && y[i]*s.y0[i] < 0 && s.keepsSign() {
				s.crossed = k
			}
		}
		r := s.misfit(x)
		s.par.Pull(g, y, []float64{s.a[0] * r, s.a[1] * r})
		rm := s.misfit(m)
		for i := range y {
			y[i] -= step * g[i]
			theta[i] -= step * s.clock * s.a[i] * rm
		}
		s.par.Map(x, y)
		if !geometry.InDualDomain(s.phi, theta) {
			return // the step left the domain of the mirror map
		}
		s.phi.GradConj(m, theta)
	}
}

// keepsSign reports whether the flow never changes the sign of y.
func (s *twoSpaces) keepsSign() bool {
	return s.name == "square" || s.name == "power:3" || s.name == "power:4"
}

func (s *twoSpaces) misfit(x []float64) float64 { return s.a[0]*x[0] + s.a[1]*x[1] - s.b }

// apartOver is the distance of two curves at each time.
func apartOver(x, z [][]float64) []float64 {
	d := make([]float64, min(len(x), len(z)))
	for k := range d {
		d[k] = apart(x[k], z[k])
	}
	return d
}

func (s *twoSpaces) arrays(step float64) []Array {
	flat := func(name string, x [][]float64) Array {
		a := Array{Name: name, Shape: []int{len(x), 2}}
		for _, v := range x {
			a.Data = append(a.Data, v...)
		}
		return a
	}
	list := []Array{{"A", []int{1, 2}, s.a}, {"b", []int{1}, []float64{s.b}}, {"t", []int{len(s.times)}, s.times},
		flat("y", s.y), flat("x", s.x), flat("x_mirror", s.mirror)}
	if step > 0 {
		list = append(list, flat("y_descent", s.yk), flat("x_descent", s.xk), flat("x_mirror_descent", s.mk))
	}
	return list
}

// fill says what was found.
func (s *twoSpaces) fill(view *View, now int, step float64) {
	d := apartOver(s.x, s.mirror)
	view.Summary = fmt.Sprintf("At t = %s the parameters are %s and the unknowns %s; the mirror flow is %s away.",
		plot.Num(s.times[now]), coordinates3(s.y[now]), coordinates3(s.x[now]), plot.NumDigits(d[now], 2))
	view.Facts = []Fact{
		{"x of the parameters' flow", plot.NumDigits(s.x[now][0], 12) + ", " + plot.NumDigits(s.x[now][1], 12)},
		{"x of the mirror flow", plot.NumDigits(s.mirror[now][0], 12) + ", " + plot.NumDigits(s.mirror[now][1], 12)},
		{"clock", "the mirror flow is at " + plot.Num(s.clock*s.times[now])},
	}
	if step == 0 {
		return
	}
	worst := 0.0
	for _, e := range apartOver(s.xk, s.mk) {
		worst = math.Max(worst, e)
	}
	view.Facts = append(view.Facts, Fact{"largest distance of the two descents at step η", plot.NumDigits(worst, 3)})
	if s.crossed > 0 {
		view.Facts = append(view.Facts, Fact{"the equivalence breaks", fmt.Sprintf("at step %d gradient descent jumps over y = 0", s.crossed)})
	}
	if n := len(s.xk); n > 0 && float64(n)*step <= s.times[len(s.times)-1] && n <= 400 {
		view.Notes = append(view.Notes, fmt.Sprintf("the steps are too large: a method leaves its domain or the picture after %s", many(n-1, "step")))
	}
}

// checks compare the curves, the clocks and the limits.
func (s *twoSpaces) checks(ctx context.Context, view *View, now int) error {
	worst, size := 0.0, 0.0
	for k, e := range apartOver(s.x, s.mirror) {
		worst, size = math.Max(worst, e), math.Max(size, norm2(s.x[k]))
	}
	view.Checks = []Check{compared("largest distance of the two curves, relative", 0, worst/size, worst/size, 1e-9)}
	view.Facts = append(view.Facts, Fact{"largest distance of the two curves", plot.NumDigits(worst, 2)})

	// The clock: how long the mirror flow takes to the same loss.
	r := s.misfit(s.x[now])
	start := s.misfit(s.x0)
	if t := s.times[now]; t > 0 && r*r < 0.98*start*start && r*r > 1e-6*start*start {
		m := flow.NewMirror(dual.NewChart(s.phi, s.operator(), s.theta0), loss.Squared{B: []float64{s.b}})
		run, err := flow.Run(ctx, m, flow.Options{UntilLoss: r * r / 2, RelTol: 1e-12, MaxSteps: 4000})
		if err == nil {
			view.Checks = append(view.Checks, relative("clock: time of the mirror flow to the same loss, per unit of t", s.clock, run.T/t, 1e-6))
		} else if err := unfollowed(ctx, view, err); err != nil {
			return err
		}
	}
	res, err := limit.Projection(ctx, dual.NewChart(s.phi, s.operator(), s.theta0), []float64{s.b}, limit.Options{})
	if err != nil {
		return err
	}
	if res.Status != limit.Certified || start == 0 {
		view.Facts = append(view.Facts, Fact{"limit", "none inside the domain of x"})
		return nil
	}
	view.Facts = append(view.Facts, Fact{"limit", coordinates3(res.X)})
	f, err := flow.NewParameterized(s.par, s.operator(), loss.Squared{B: []float64{s.b}}, s.y0)
	if err != nil {
		return err
	}
	goal := 1e-22 * start * start
	run, err := flow.Run(ctx, f, flow.Options{UntilLoss: goal, RelTol: 1e-10, MaxSteps: 4000, StopStalled: true})
	if err != nil {
		return unfollowed(ctx, view, err)
	}
	if run.Loss > 2*goal {
		return ctx.Err() // the flow is too slow here to be followed to its end
	}
	end := make([]float64, 2)
	f.Primal(end, run.State)
	size = math.Max(norm2(res.X), norm2(s.x0))
	view.Checks = append(view.Checks, compared("gradient flow on y ends at the Bregman projection of x₀ (distance)", 0, apart(end, res.X), apart(end, res.X)/size, 1e-7))
	return ctx.Err()
}
