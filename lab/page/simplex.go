package page

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/plot"
)

// Simplex is the flow in the positive octant of space.
var Simplex = Page{
	ID:       "simplex",
	Title:    "Into a corner of the simplex",
	Sentence: "From a tiny start the flow ends where a growing simplex first touches the solutions: in a corner, where coordinates are zero.",
	Formula:  "x*(α) = argmin { D(x, α·1) : Ax = b }  →  argmin { ‖x‖₁ : Ax = b, x ≥ 0 }  as α → 0,   D(x, α·1) = ln(1/α)·‖x‖₁ + O(1)",
	Text: []string{
		"All x ≥ 0 with the same sum ‖x‖₁ form a triangle, the simplex. Blow it up from the origin until it first touches the plane Ax = b. A flat thing that grows against a flat thing touches it at a corner, and in a corner of the octant coordinates are zero: the solution of least ℓ1 norm is sparse.",
		"The entropic flow, that of x = y∘y, starts at α·1 and knows nothing of simplices. But its divergence from so small a start is ln(1/α) times the sum of x, and the rest fades. So the smaller α is, the closer to the corner it ends. " +
			"The thin curve is its limit for every α, from large to small.",
		"Where the simplex touches along a whole edge there are many solutions of least norm. The rest that fades decides between them: the flow goes to the one of largest entropy.",
	},
	Exercise: "Set a = (1, 1, ½): the simplex touches along an edge. Which point of the edge does the flow choose? And what if the middle coefficient is 1.01 instead, at α = 1e-3 and at α = 1e-300?",
	Controls: simplexControls,
	Compute:  computeSimplex,
}

var simplexControls = []Control{
	{Key: "a", Label: "start α", Kind: Decimal, Default: "1e-3", Min: -12, Max: 0, Step: 0.25, Help: "the flow starts at α·1; any exponent may be typed"},
	{Key: "r", Label: "size of the simplex", Kind: Number, Default: "1", Min: 0, Max: 1.5, Step: 0.01, Help: "as a part of the least norm, at which it touches"},
	{Key: "az", Label: "azimuth", Kind: Number, Default: "38", Min: -180, Max: 180, Step: 1},
	{Key: "el", Label: "elevation", Kind: Number, Default: "24", Min: -90, Max: 90, Step: 1},
	{Key: "n", Label: "equations", Kind: Choice, Default: "1", Choices: []Option{{"1", "one: a plane"}, {"2", "two: a line"}}},
	{Key: "a1", Label: "a[0]", Kind: Number, Default: "1", Min: -2, Max: 3, Step: 0.01},
	{Key: "a2", Label: "a[1]", Kind: Number, Default: "2", Min: -2, Max: 3, Step: 0.01},
	{Key: "a3", Label: "a[2]", Kind: Number, Default: "1.5", Min: -2, Max: 3, Step: 0.01},
	{Key: "b", Label: "b", Kind: Number, Default: "1", Min: -1, Max: 3, Step: 0.01},
	{Key: "c1", Label: "second a[0]", Kind: Number, Default: "1", Min: -2, Max: 3, Step: 0.01},
	{Key: "c2", Label: "second a[1]", Kind: Number, Default: "0.5", Min: -2, Max: 3, Step: 0.01},
	{Key: "c3", Label: "second a[2]", Kind: Number, Default: "2", Min: -2, Max: 3, Step: 0.01},
	{Key: "d", Label: "second b", Kind: Number, Default: "0.7", Min: -1, Max: 3, Step: 0.01},
}

// octant is a problem in three unknowns x ≥ 0 with what was found for it.
type octant struct {
	rows     [][3]float64
	b        []float64
	problem  tacit.Problem
	logAlpha float64
	best     *tacit.Answer // of least ℓ1 norm
	at       *tacit.Answer // the limit from α·1; nil where there is none
	limits   [][3]float64  // for falling α
	way      [][3]float64  // of the flow from α·1
	arrived  bool          // the flow was followed to its end
}

func computeSimplex(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, simplexControls)
	o := v.octant()
	said := &View{}
	if err := o.solve(ctx, said); err != nil {
		return nil, err
	}
	view := &View{
		Notes: said.Notes,
		Command: []string{
			o.write(),
			"tacit sparse A.csv b.csv --nonneg --alpha " + v.text("a") + " --json --values",
			"tacit flow linear A.csv b.csv --geometry entropy --alpha " + v.text("a") + " --until-residual 1e-8 -o run --force",
		},
		Arrays: []Array{{"A", []int{len(o.rows), 3}, o.entries()}, {"b", []int{len(o.b)}, o.b}},
	}
	if err := o.fill(ctx, view); err != nil {
		return nil, err
	}
	eye := newView3(v.numberIn("az", -360, 360), v.numberIn("el", -90, 90))
	view.Figures = []Figure{o.figure(eye, v.numberIn("r", 0, 3)), orbit(v)}
	return v.onto(view), ctx.Err()
}

// octant reads the problem of the state.
func (v *values) octant() *octant {
	o := &octant{logAlpha: v.logDecimalIn("a", "1e-100000", "1e3")}
	number := func(key string) float64 {
		x := v.numberIn(key, -1e3, 1e3)
		if math.Abs(x) < 1e-6 {
			return 0 // as good as that in a picture, and no trouble to anybody
		}
		return x
	}
	o.rows = [][3]float64{{number("a1"), number("a2"), number("a3")}}
	o.b = []float64{number("b")}
	if v.text("n") == "2" {
		o.rows = append(o.rows, [3]float64{number("c1"), number("c2"), number("c3")})
		o.b = append(o.b, number("d"))
	}
	for k, a := range o.rows {
		if a == [3]float64{} {
			v.note("an equation of zeros says nothing; its first coefficient is taken to be 1")
			o.rows[k][0] = 1
			v.state[[]string{"a1", "c1"}[k]] = "1"
		}
	}
	o.problem = tacit.Problem{A: linop.NewDense(len(o.b), 3, o.entries()), B: o.b, Nonneg: true}
	return o
}

func (o *octant) entries() []float64 {
	var e []float64
	for _, a := range o.rows {
		e = append(e, a[:]...)
	}
	return e
}

// write is the command line that makes the files of the problem.
func (o *octant) write() string {
	var rows, b []string
	for k, a := range o.rows {
		rows = append(rows, formatNumber(a[0])+","+formatNumber(a[1])+","+formatNumber(a[2]))
		b = append(b, formatNumber(o.b[k]))
	}
	return fmt.Sprintf("printf '%s\\n' > A.csv; printf '%s\\n' > b.csv", strings.Join(rows, "\\n"), strings.Join(b, "\\n"))
}

// solve finds both answers and the two curves.
func (o *octant) solve(ctx context.Context, view *View) error {
	var err error
	if o.best, err = tacit.Solve(ctx, o.problem, tacit.Options{}); err != nil || !o.solved() {
		return err
	}
	at, err := tacit.SolveAt(ctx, o.problem, o.logAlpha, tacit.Options{})
	if err != nil {
		return err
	}
	if at.Status != limit.Certified {
		return nil
	}
	o.at = at
	const points = 40
	from, to := math.Log(10), math.Max(o.logAlpha, -60)
	for k := range points {
		r, err := limit.L1AtAlpha(ctx, o.problem, from+(to-from)*float64(k)/(points-1), o.best.Result, tacit.Options{})
		if err != nil {
			return err
		}
		if r.Status == limit.Certified {
			o.limits = append(o.limits, [3]float64(r.X))
		}
	}
	o.limits = append(o.limits, [3]float64(at.X))
	return o.follow(ctx, view)
}

// solved reports whether there is a solution of least norm.
func (o *octant) solved() bool { return o.best.Status == limit.Certified }

// follow integrates the flow from α·1.
func (o *octant) follow(ctx context.Context, view *View) error {
	theta0 := []float64{o.logAlpha, o.logAlpha, o.logAlpha}
	f := flow.NewMirror(dual.NewChart(geometry.Entropy{}, o.problem.A, theta0), loss.Squared{B: o.b})
	start := f.Loss(f.Start())
	if !(start > 0) {
		return nil
	}
	goal := 1e-10 * start
	run, err := flow.Run(ctx, f, flow.Options{UntilLoss: goal, Save: 150, RelTol: 1e-4, MaxSteps: 1000})
	if err != nil {
		return unfollowed(ctx, view, err)
	}
	o.arrived = run.Loss <= 2*goal
	x := make([]float64, 3)
	for _, s := range run.States {
		f.Primal(x, s)
		o.way = append(o.way, [3]float64(x))
	}
	return nil
}

// fill says what was found and checks it.
func (o *octant) fill(ctx context.Context, view *View) error {
	proof := proofOf("an independent verifier accepts the certificate of the corner", o.problem.A, o.b, o.best)
	if !o.solved() {
		view.Summary = "No x ≥ 0 meets the equations; the flow has no limit there."
		if o.best.Status != limit.Infeasible {
			view.Summary = "The problem was not solved: " + o.best.Reason.Hint + "."
		}
		view.Facts = []Fact{{"status", string(o.best.Status)}}
		view.Checks = proof
		return nil
	}
	q := o.best.Objective
	view.Summary = fmt.Sprintf("The simplex touches at %s, of norm %s.", coordinates3(o.best.X), plot.Num(q))
	view.Facts = []Fact{{"least ‖x‖₁", plot.NumDigits(q, digits)}, {"corner", coordinates3(o.best.X)}, {"dual y", coordinates3(o.best.Y)}}
	view.Checks = []Check{
		relative("the dual bound bᵀy meets ‖x‖₁", q, o.best.Bound, 1e-9),
	}
	view.Checks = append(view.Checks, proof...)
	view.Arrays = append(view.Arrays, Array{"x_l1", []int{3}, o.best.X}, Array{"y", []int{len(o.best.Y)}, o.best.Y})
	if o.at == nil {
		view.Summary += " From α·1 the flow runs to the boundary of the octant for ever."
		return nil
	}
	a := o.at.Alpha
	view.Summary += fmt.Sprintf(" From α = %s the flow ends at %s, %s above the least norm.",
		plot.NumLn(o.logAlpha), coordinates3(o.at.X), plot.Num(math.Max(0, a.L1-q)))
	view.Facts = append(view.Facts, Fact{"x*(α)", coordinates3(o.at.X)}, Fact{"excess of ‖x*(α)‖₁", plot.Num(a.L1/q - 1)})
	view.Arrays = append(view.Arrays, Array{"x_alpha", []int{3}, o.at.X})
	if q > 0 && isFinite(a.Apriori) {
		view.Checks = append(view.Checks, atMost("excess ‖x*(α)‖₁/Q − 1 against the bound known beforehand", a.Apriori, math.Max(0, a.L1/q-1), 1e-9))
	}
	if n := len(o.way); n > 0 && o.arrived {
		d := apart(o.way[n-1][:], o.at.X)
		size := math.Max(norm2(o.at.X), norm2(o.way[0][:]))
		view.Checks = append(view.Checks, compared("the flow, integrated, ends at x*(α) (distance)", 0, d, d/math.Max(size, 1e-300), 1e-3))
	}
	if o.at.Slack != nil && o.best.Unique != nil && *o.best.Unique && *o.at.Slack > 0.02 && q > 0 {
		slope, err := o.slope(ctx, *o.at.Slack)
		if err != nil {
			return err
		}
		if !isFinite(slope) {
			return nil // the excess is lost in rounding
		}
		view.Checks = append(view.Checks, atLeast("slope of ‖x*(α)‖₁ − Q over α: at least s̄, from the slacks of the dual", *o.at.Slack, slope, 0.01))
	}
	return nil
}

// slope measures the exponent of the excess where it is small but not yet lost in
// rounding; NaN where there is no such place.
func (o *octant) slope(ctx context.Context, expected float64) (float64, error) {
	slope := math.NaN()
	lastL, lastLn := 0.0, 0.0
	for _, depth := range []float64{3, 5, 7, 9, 11, 14, 17} {
		l := -depth / expected
		r, err := limit.L1AtAlpha(ctx, o.problem, l, o.best.Result, tacit.Options{Tol: 1e-12})
		if err != nil {
			return 0, err
		}
		excess := r.L1 - o.best.Objective
		if !(excess > 1e-8*o.best.Objective) {
			break
		}
		ln := math.Log(excess)
		if lastLn != 0 && excess < 1e-2*o.best.Objective {
			slope = (lastLn - ln) / (lastL - l)
		}
		lastL, lastLn = l, ln
	}
	return slope, nil
}

// coordinates3 writes a short vector.
func coordinates3(x []float64) string {
	parts := make([]string, len(x))
	for i, v := range x {
		parts[i] = plot.Num(v)
	}
	return "(" + strings.Join(parts, ", ") + ")"
}
