package page

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/plot"
)

// Margin is gradient flow on separable points.
var Margin = Page{
	ID:       "margin",
	Title:    "The widest street",
	Sentence: "Gradient descent on a loss that has no minimum runs to infinity, and on its way it turns to the separator with the widest margin, as slowly as one over the logarithm of time.",
	Formula:  "ẇ = −∇Σ e^{−yᵢwᵀxᵢ}:  w(t) = â ln t + ρ(t),  â = argmin { ‖a‖ : yᵢaᵀxᵢ ≥ 1 },  ‖â‖ = 1/γ;   γ − minᵢ yᵢwᵀxᵢ/‖w‖ ≤ ln N / ‖w‖",
	Text: []string{
		"The points of two kinds can be separated by a line through the origin, so the loss can be made as small as you like by a longer w. Gradient flow therefore never stops; but the direction of w has a limit. It is the separator that keeps the largest distance from all points. No one asked for that: neither the loss nor the method mentions a margin.",
		"Only the support vectors, filled, hold the street. Drag any other point and nothing happens to the limit; drag a support vector and it turns. The flow knows that as well, but it needs patience: the distance of the direction from its limit falls like 1/ln t. Here time is integrated as ln t, with weights and losses kept as logarithms, so t may be 10¹⁰⁰ or 10¹⁰⁰⁰⁰⁰.",
		"At any time the weights that the loss gives to the points prove a bound: no separator has a margin above ‖Σpᵢyᵢxᵢ‖. If the points cannot be separated at all, some convex weights combine them to zero, and that is the proof.",
	},
	Exercise: "Drag one point so that the separator turns by a right angle. Which point has to move least? Then make the points inseparable, and predict which of them carry the proof.",
	Data:     true,
	Controls: marginControls,
	Compute:  computeMargin,
}

var marginControls = []Control{
	{Key: "pts", Label: "points", Kind: Points, Default: "0.3,1.2,1;1.9,0.4,1;2,2,1;1,2.3,1;2.6,1.3,1;-0.7,-1.7,-1;-1.8,-0.9,-1;-2.4,-1.8,-1;-0.2,-2.3,-1", Help: "x,y,label with labels 1 and −1"},
	{Key: "t", Label: "time t", Kind: Decimal, Default: "1e4", Min: -1, Max: 100, Step: 1, Help: "any exponent may be typed: 1e100000"},
	{Key: "l", Label: "loss", Kind: Choice, Default: "exp", Choices: []Option{{"exp", "exponential"}, {"logistic", "logistic"}}},
}

// street is a set of labelled points with its separator and the flow.
type street struct {
	x        *linop.Dense
	entries  []float64
	y        []float64
	logistic bool
	own      bool // the points are data of the user, not of the control
	answer   *tacit.Answer
	proof    Check
	run      []flow.SeparatorPoint
	now      flow.SeparatorPoint
}

func (s *street) dims() (n, d int) { return s.x.Dims() }

func computeMargin(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, marginControls, DataKey)
	s := v.street(in)
	logTime := v.logDecimalIn("t", "1e-3", "1e100000")
	view := &View{Command: s.command(v.text("l"), logTime), Arrays: s.arrays()}
	if err := s.solve(ctx); err != nil {
		return nil, err
	}
	if err := s.follow(ctx, logTime); err != nil {
		return nil, err
	}
	if len(s.run) == 0 {
		view.Notes = append(view.Notes, "the flow was not followed: its integration stopped at the start")
	}
	s.fill(view, logTime)
	view.Figures = []Figure{s.pointsFigure(ctx)}
	if len(s.run) > 0 {
		view.Figures = append(view.Figures, s.timeFigure(logTime))
	}
	return v.onto(view), ctx.Err()
}

// street reads the points of the state.
func (v *values) street(in Input) *street {
	s := &street{logistic: v.text("l") == "logistic"}
	if s.read(v, in) {
		return s
	}
	const far, near = 1e6, 1e-6
	points := v.points("pts")
	has := func(is func(p Point) bool) bool { return slices.ContainsFunc(points, is) }
	switch {
	case !has(func(p Point) bool { return math.Abs(p.X)+math.Abs(p.Y) > near }):
		v.replace("pts", v.text("pts"), marginControls[0].Default, "has no point away from the origin")
	case !has(func(p Point) bool { return p.Label > 0 }) || !has(func(p Point) bool { return p.Label <= 0 }):
		v.replace("pts", v.text("pts"), marginControls[0].Default, "has no points of both labels, 1 and −1")
	}
	points = v.points("pts")
	inside := func(x float64) float64 {
		if math.Abs(x) < near {
			return 0
		}
		return math.Max(-far, math.Min(far, x))
	}
	for k := range points {
		p := &points[k]
		p.X, p.Y = inside(p.X), inside(p.Y)
		if p.Label > 0 {
			p.Label = 1
		} else {
			p.Label = -1
		}
		s.entries = append(s.entries, p.X, p.Y)
		s.y = append(s.y, float64(p.Label))
	}
	v.state["pts"] = FormatPoints(points)
	s.x = linop.NewDense(len(points), 2, s.entries)
	return s
}

// read takes the data that the state names, if they are labelled points.
func (s *street) read(v *values, in Input) bool {
	name := v.state[DataKey]
	if name == "" {
		return false
	}
	if in.Data == nil {
		v.unused("there are no data of yours here")
		return false
	}
	d, err := in.Data(name)
	fits, why := false, ""
	if err == nil {
		fits, why = pointsFit(d.Rows, d.Cols)
	}
	switch {
	case err != nil:
		v.unused("data %s: %v", clip(name), err)
		return false
	case !slices.Contains(d.Labels, 1) || !slices.Contains(d.Labels, -1):
		v.unused("data %s do not have both labels 1 and −1", clip(name))
		return false
	case d.Rows == 0 || d.Cols == 0:
		v.unused("data %s are empty", clip(name))
		return false
	case !fits:
		v.unused("data %s %s", clip(name), why)
		return false
	case len(d.A) != d.Rows*d.Cols || len(d.Labels) != d.Rows || !isFinite(d.A...) || !(largestOf(d.A) > 0):
		v.unused("data %s are no finite points", clip(name))
		return false
	}
	s.entries, s.y, s.own = d.A, d.Labels, true
	s.x = linop.NewDense(d.Rows, d.Cols, d.A)
	return true
}

// command reproduces the answer and the flow.
func (s *street) command(loss string, logTime float64) []string {
	var list []string
	files := "X.npy y.npy"
	if !s.own {
		var rows []string
		for i, y := range s.y {
			rows = append(rows, formatNumber(s.entries[2*i])+","+formatNumber(s.entries[2*i+1])+","+formatNumber(y))
		}
		list = append(list, "printf 'x0,x1,label\\n"+strings.Join(rows, "\\n")+"\\n' > points.csv")
		files = "points.csv --label label"
	}
	return append(list, "tacit margin "+files+" --json --values",
		"tacit flow margin "+files+" --loss "+loss+" --times="+formatNumber(logTime)+" --json")
}

func (s *street) arrays() []Array {
	n, d := s.dims()
	return []Array{{"X", []int{n, d}, s.entries}, {"y", []int{n}, s.y}}
}

// solve finds the separator of largest margin, or the proof that there is none.
func (s *street) solve(ctx context.Context) error {
	p := tacit.MarginProblem{X: s.x, Y: s.y}
	var err error
	if s.answer, err = tacit.MarginSplit(ctx, p, tacit.Options{}); err != nil {
		return err
	}
	verdict, err := tacit.Verify(s.x, s.y, s.answer)
	name := "an independent verifier accepts the certificate of the margin"
	if !s.separable() {
		name = "an independent verifier accepts the proof that nothing separates the points"
	}
	s.proof = verified(name, verdict, err)
	return nil
}

func (s *street) separable() bool { return s.answer.Status == limit.Certified }

// lateTimes are where the asymptotics of the flow are compared with theory.
var lateTimes = [2]float64{1000, 2000}

// follow integrates the flow past t, and to the times of the checks.
func (s *street) follow(ctx context.Context, logTime float64) error {
	f, err := flow.NewSeparator(s.x, s.y, s.logistic)
	if err != nil {
		return err
	}
	times := []float64{logTime, lateTimes[0], lateTimes[1]}
	const points = 140
	far := math.Log1p(math.Max(1.5*logTime, 250))
	for k := range points {
		times = append(times, math.Expm1(far*float64(k+1)/points))
	}
	slices.Sort(times)
	run, err := f.Follow(ctx, flow.SeparatorOptions{Times: slices.Compact(times), RelTol: 1e-7, MaxSteps: 4000})
	if err != nil {
		return err
	}
	s.run = run.Points
	for _, p := range s.run {
		if p.LogTime <= logTime*(1+1e-9)+1e-9 {
			s.now = p
		}
	}
	return nil
}

// late returns the points of the checks, if the flow came so far.
func (s *street) late() (a, b flow.SeparatorPoint, ok bool) {
	for _, p := range s.run {
		switch {
		case math.Abs(p.LogTime-lateTimes[0]) < 1e-6:
			a = p
		case math.Abs(p.LogTime-lateTimes[1]) < 1e-6:
			b = p
		}
	}
	return a, b, a.W != nil && b.W != nil
}

// fill says what was found and checks it.
func (s *street) fill(view *View, logTime float64) {
	n, _ := s.dims()
	view.Checks = []Check{s.proof}
	if !s.separable() {
		s.deny(view)
		return
	}
	m := s.answer.Margin
	gamma := m.Margin
	view.Summary = fmt.Sprintf("The largest margin is %s, held by %s.", plot.NumDigits(gamma, 6), many(len(m.SupportVectors), "support vector"))
	view.Facts = []Fact{
		{"largest margin γ", plot.NumDigits(gamma, digits)},
		{"support vectors", indices(m.SupportVectors)},
		{"duality gap", plot.Num(math.Abs(s.answer.Gap))},
	}
	view.Arrays = append(view.Arrays, Array{"w", []int{len(s.answer.X)}, s.answer.X}, Array{"p", []int{n}, s.answer.Y})
	if s.now.W == nil {
		return
	}
	view.Summary += fmt.Sprintf(" At t = %s the flow has margin %s, with ‖w‖ = %s.", plot.NumLn(logTime), plot.NumDigits(s.now.Margin, 6), plot.Num(s.now.Norm))
	view.Facts = append(view.Facts, Fact{"margin of the flow at t", plot.NumDigits(s.now.Margin, digits)}, Fact{"bound that its weights prove", plot.NumDigits(s.now.Bound, digits)},
		Fact{"loss at t", plot.NumLn(s.now.LogLoss)}, Fact{"direction, distance from the limit", plot.Num(s.turn(s.now))})
	view.Arrays = append(view.Arrays, Array{"w_flow", []int{len(s.now.W)}, s.now.W})
	view.Checks = append(view.Checks,
		atLeast("the bound ‖Σpᵢyᵢxᵢ‖ of the weights at t is above γ", gamma, s.now.Bound, 1e-7))
	if !s.logistic && s.now.Norm > 0 {
		view.Checks = append(view.Checks, atMost("γ − margin at t, against ln N / ‖w‖", math.Log(float64(n))/s.now.Norm, math.Max(0, gamma-s.now.Margin), 1e-6))
	}
	if a, b, ok := s.late(); ok {
		slope := (b.Norm - a.Norm) / (b.LogTime - a.LogTime)
		view.Checks = append(view.Checks, relative("slope of ‖w‖ over ln t, at ln t = 1000 to 2000: 1/γ", 1/gamma, slope, 5e-3))
	}
}

// turn is the distance of the direction of the flow from its limit.
func (s *street) turn(p flow.SeparatorPoint) float64 {
	if p.Norm == 0 {
		return math.NaN()
	}
	size := norm2(s.answer.X)
	sum := 0.0
	for i, v := range p.W {
		sum = math.Hypot(sum, v/p.Norm-s.answer.X[i]/size)
	}
	return sum
}

// deny is fill where nothing separates the points.
func (s *street) deny(view *View) {
	if s.answer.Status != limit.NotSeparable {
		view.Summary = "Whether the points can be separated was not established: " + s.answer.Reason.Hint + "."
		view.Facts = []Fact{{"status", string(s.answer.Status)}}
		return
	}
	n, _ := s.dims()
	sum, size := make([]float64, len(s.entries)/n), 0.0
	for i, p := range s.answer.Y {
		for j := range sum {
			z := p * s.y[i] * s.entries[i*len(sum)+j]
			sum[j] += z
			size += math.Abs(z)
		}
	}
	view.Summary = fmt.Sprintf("No line through the origin separates the points: convex weights on the points %s combine them to zero.", indices(s.answer.Margin.SupportVectors))
	view.Checks = append(view.Checks, compared("‖Σpᵢyᵢxᵢ‖, of convex weights p", 0, norm2(sum), norm2(sum)/math.Max(size, 1e-300), 1e-9))
	view.Facts = []Fact{{"points that carry the proof", indices(s.answer.Margin.SupportVectors)}}
	view.Arrays = append(view.Arrays, Array{"p", []int{n}, s.answer.Y})
	if s.answer.Split != nil && s.answer.Split.Proven {
		if len(s.answer.Split.Separable) > 0 {
			view.Summary += " The points " + indices(s.answer.Split.Separable) + " can still be separated, at right angles to the others, and the flow does so."
		}
		view.Facts = append(view.Facts, Fact{"core", indices(s.answer.Split.Core)}, Fact{"separable part", indices(s.answer.Split.Separable)})
	}
	if s.now.W != nil {
		view.Facts = append(view.Facts, Fact{"‖w‖ at t", plot.NumDigits(s.now.Norm, digits)}, Fact{"loss at t", plot.NumLn(s.now.LogLoss)})
	}
}

// indices writes a list of points.
func indices(list []int) string {
	if len(list) == 0 {
		return "none"
	}
	parts := make([]string, 0, 12)
	for k, i := range list {
		if k == 12 {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, fmt.Sprint(i))
	}
	return strings.Join(parts, ", ")
}
