package page

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/plot"
)

// ExactPath is the limit of the whole trajectory.
var ExactPath = Page{
	ID:       "path",
	Title:    "One coordinate after the other",
	Sentence: "From a tiny start the flow waits, jumps, and waits again: coordinates come in one after the other, and as the start vanishes the steps become perfectly sharp.",
	Formula:  "t = τ·ln(1/α):   ν(t)/ln(1/α) → y(τ),  x(t) → x(τ) = argmin ½‖Ax − b‖² over the coordinates with |aᵢᵀy| = 1,   ẏ = b − Ax;   (1/τ)∫₀^τ x = lasso at λ = 1/τ",
	Text: []string{
		"Measure time in units of ln(1/α). Then the flow from a small α looks like a staircase: for long stretches nothing moves, then suddenly a coordinate rises from nothing to its full size and the others make room. What happens in between is a race of invisible powers of α: a coordinate can be seen as soon as its dual slack is used up.",
		"As α → 0 the staircase has a limit that needs no integration at all: from event to event it is a least-squares problem on the active coordinates, and y moves in a straight line. After finitely many events it ends at the solution of least ℓ1 norm, and bᵀy, which has been a lower bound of that norm all along, meets it.",
		"Statisticians know two relatives. The lasso (LARS) shrinks what the path selects: it is the average of the path up to τ = 1/λ, exactly as long as no coordinate turns back. Orthogonal matching pursuit also fits by least squares, but never lets a coordinate go.",
	},
	Exercise: "In the example with 4 unknowns one coordinate comes in first and is dropped later. Which of the three methods make that mistake, and which undo it?",
	Data:     true,
	Controls: pathControls,
	Compute:  computePath,
}

var pathControls = slices.Concat([]Control{
	{Key: "a", Label: "start α of the flow", Kind: Decimal, Default: "1e-8", Min: -60, Max: -1, Step: 0.5, Help: "the thin curves; the staircase is the limit α → 0"},
	{Key: "s", Label: "time τ", Kind: Number, Default: "2", Min: 0, Max: 10, Step: 0.05, Help: "t / ln(1/α), and 1/λ of the lasso"},
}, problemControls("path", "0"))

// staircase is all of a problem that does not depend on α.
type staircase struct {
	path    *tacit.Answer
	proof   []Check // none where nothing is claimed
	lasso   []lassoPoint
	pursuit []pursuitStep
}

var staircases memo[*staircase]

// mostEvents bounds a path that is followed while somebody waits.
const mostEvents = 400

func followPath(ctx context.Context, p *linearProblem) (*staircase, error) {
	return staircases.get(p.key(), func() (*staircase, error) {
		ans, err := tacit.Path(ctx, p.Problem, tacit.PathOptions{Options: tacit.Options{MaxSteps: mostEvents}})
		if err != nil {
			return nil, err
		}
		s := &staircase{path: held(ans)}
		s.proof = proofOf("an independent verifier accepts the certificate at the end", p.A, p.B, ans)
		if s.timed() {
			s.pursuit = p.pursuit()
			s.lasso = lassoPath(ctx, p, ans.Path, s.lassoTimes())
		}
		return s, ctx.Err()
	})
}

// end is the last time that is drawn.
func (s *staircase) end() float64 {
	events := s.path.Path.Events
	return 1.2 * events[len(events)-1].Tau
}

// timed reports whether there are events, at times that doubles hold with all
// their digits.
func (s *staircase) timed() bool {
	events := s.path.Path.Events
	return len(events) > 0 && events[0].Tau > 1e-290 && s.end() < 1e290
}

// far is the last time that is drawn beside the other methods: matching pursuit
// may take longer.
func (s *staircase) far() float64 {
	far := s.end()
	for _, q := range s.pursuit {
		far = math.Max(far, math.Min(1.05*q.tau, 2*s.end()))
	}
	return far
}

// lassoTimes are evenly spread, with the events among them.
func (s *staircase) lassoTimes() []float64 {
	const count = 48
	var taus []float64
	for k := range count {
		taus = append(taus, s.far()*float64(k+1)/count)
	}
	for _, e := range s.path.Path.Events {
		taus = append(taus, e.Tau)
	}
	slices.Sort(taus)
	return slices.Compact(taus)
}

// at returns the index of the event before τ, or −1.
func (s *staircase) at(tau float64) int {
	k := -1
	for j, e := range s.path.Path.Events {
		if e.Tau <= tau {
			k = j
		}
	}
	return k
}

// dense returns x on the plateau after an event.
func (s *staircase) dense(k, m int) []float64 {
	x := make([]float64, m)
	if k >= 0 {
		e := s.path.Path.Events[k].X
		for j, i := range e.Index {
			x[i] = e.Value[j]
		}
	}
	return x
}

func computePath(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, pathControls, DataKey)
	p, err := v.problem(in)
	if err != nil {
		return nil, err
	}
	logAlpha := v.logDecimalIn("a", "1e-10000", "0.5")
	s, err := followPath(ctx, p)
	if err != nil {
		return nil, err
	}
	view := &View{
		Command: append(p.made, "tacit path "+p.files+p.sign()+" --json --values"),
		Arrays:  p.arrays(), Checks: slices.Clone(s.proof),
	}
	if len(s.path.Path.Events) == 0 {
		view.Summary = "b = 0 or nothing is correlated with it: x stays 0, and there are no events."
		if s.path.Status != limit.Certified {
			view.Summary = noLeastNorm(s.path)
		}
		view.Figures = []Figure{dataFigure(p)}
		return v.onto(view), ctx.Err()
	}
	if !s.timed() {
		view.Summary = "The flow could not be followed: its events are at times that double precision does not hold. Scale A and b."
		view.Figures = []Figure{dataFigure(p)}
		return v.onto(view), ctx.Err()
	}
	tau := v.numberIn("s", 0, 1e9)
	run, err := s.follow(ctx, view, p, logAlpha)
	if err != nil {
		return nil, err
	}
	s.fill(view, p, tau, run)
	view.Figures = []Figure{s.figure(p, tau, logAlpha, run), s.compare(p, tau)}
	return v.onto(view), ctx.Err()
}

// flowRun is the flow at a finite α over τ.
type flowRun struct {
	tau []float64
	x   [][]float64
}

// follow integrates the flow from α over the times of the picture.
func (s *staircase) follow(ctx context.Context, view *View, p *linearProblem, logAlpha float64) (*flowRun, error) {
	n, m := p.A.Dims()
	if n*m > 20000 {
		view.Notes = append(view.Notes, "the flow at a finite α is left out for problems of more than 20000 entries: its integration would take longer than a slider may")
		return &flowRun{}, nil
	}
	chart := dual.NewChart(geometry.Hypentropy{LogBeta: []float64{logAlpha}}, p.A, make([]float64, m))
	if p.Nonneg {
		chart = dual.NewChart(geometry.Entropy{}, p.A, slices.Repeat([]float64{logAlpha}, m))
	}
	f := flow.NewMirror(chart, loss.Squared{B: p.B})
	const points = 240
	opt := flow.Options{RelTol: 1e-3, MaxSteps: 3000}
	for k := range points + 1 {
		opt.Times = append(opt.Times, -logAlpha*s.end()*float64(k)/points)
	}
	run, err := flow.Run(ctx, f, opt)
	if err != nil {
		return &flowRun{}, unfollowed(ctx, view, err)
	}
	out := &flowRun{}
	for k, state := range run.States {
		if run.Times[k] != opt.Times[k] {
			break // where the run was stopped
		}
		x := make([]float64, m)
		f.Primal(x, state)
		out.tau, out.x = append(out.tau, s.end()*float64(k)/points), append(out.x, x)
	}
	if len(out.tau) < points+1 {
		view.Notes = append(view.Notes, "the integration of the flow at this α was stopped after 3000 steps")
	}
	return out, nil
}

// fill says what was found and checks it.
func (s *staircase) fill(view *View, p *linearProblem, tau float64, run *flowRun) {
	_, m := p.A.Dims()
	events := s.path.Path.Events
	last := events[len(events)-1]
	k := s.at(tau)
	x := s.dense(k, m)
	view.Summary = fmt.Sprintf("%s, the first at τ = %s and the last at τ = %s. At τ = %s, x has %s and the proven bound of the least norm is %s.",
		many(len(events), "event"), plot.NumDigits(events[0].Tau, 6), plot.NumDigits(last.Tau, 6), plot.Num(tau), many(countNonzero(x), "nonzero"), plot.Num(s.bound(tau)))
	view.Facts = []Fact{{"events at τ", eventList(events)}, {"nonzeros at the end", fmt.Sprint(len(last.X.Index))}}
	if s.path.Status == limit.Certified {
		view.Facts = append(view.Facts, Fact{"least ‖x‖₁", plot.NumDigits(s.path.Objective, digits)})
	} else {
		view.Summary += " " + noLeastNorm(s.path)
	}
	first := 0.0
	for _, c := range p.correlations(p.B) {
		if !p.Nonneg {
			c = math.Abs(c)
		}
		first = math.Max(first, c)
	}
	view.Checks = append(view.Checks, relative("first event: τ = 1/max |Aᵀb|", 1/first, events[0].Tau, 1e-12))
	if s.path.Status == limit.Certified {
		view.Checks = append(view.Checks, relative("bᵀy at the end meets ‖x‖₁", s.path.Objective, last.Bound, 1e-9))
	}
	if p.files == "path.npz" && !p.Nonneg && len(events) == 3 {
		view.Checks = append(view.Checks, relative("third event of this example, by hand: τ = 276/49", 276.0/49, last.Tau, 1e-12))
	}
	if tau > 1e-12 {
		average, gap := s.path.Path.Lasso(1 / tau)
		size := square(norm2(p.B)) / 2
		view.Facts = append(view.Facts, Fact{"duality gap of the averaged path as a lasso at λ = 1/τ", plot.NumDigits(gap/size, 3) + " of ½‖b‖²"})
		view.Checks = append(view.Checks, compared("that gap, from its formula and from the definition", gap, p.lassoGap(average, 1/tau), math.Abs(gap-p.lassoGap(average, 1/tau))/size, 1e-9))
	}
	if d, ok := s.offset(run, m); ok {
		view.Facts = append(view.Facts, Fact{"distance of the flow at α from the staircase, in the middle of its longest step, relative", plot.NumDigits(d, 3)})
	}
	worst := 0.0
	size := square(norm2(p.B)) / 2
	for _, l := range s.lasso {
		average, gap := s.path.Path.Lasso(1 / l.tau)
		over := p.lassoValue(average, 1/l.tau) - p.lassoValue(l.x, 1/l.tau)
		worst = math.Max(worst, (over-gap)/size)
	}
	view.Checks = append(view.Checks, compared("the averaged path is above the lasso by at most its gap, for all λ", 0, worst, worst, 1e-9))
	s.addArrays(view, m, run)
}

// offset is how far the flow at α is from the limit in the middle of the longest
// step, relative to the size of x.
func (s *staircase) offset(run *flowRun, m int) (float64, bool) {
	events := s.path.Path.Events
	longest, middle := 0.0, 0.0
	for k := range events[1:] {
		if d := events[k+1].Tau - events[k].Tau; d > longest {
			longest, middle = d, (events[k+1].Tau+events[k].Tau)/2
		}
	}
	j, _ := slices.BinarySearch(run.tau, middle)
	if longest == 0 || j >= len(run.tau) {
		return 0, false
	}
	x := s.dense(s.at(middle), m)
	return apart(x, run.x[j]) / norm2(x), true
}

// bound is bᵀy(τ), which grows by τ‖Ax−b‖²+… between events: linearly.
func (s *staircase) bound(tau float64) float64 {
	events := s.path.Path.Events
	k := s.at(tau)
	if k < 0 {
		return events[0].Bound * tau / events[0].Tau
	}
	if k+1 == len(events) {
		return events[k].Bound
	}
	return events[k].Bound + (events[k+1].Bound-events[k].Bound)*(tau-events[k].Tau)/(events[k+1].Tau-events[k].Tau)
}

// eventList writes the first times.
func eventList(events []limit.PathEvent) string {
	text := ""
	for k, e := range events {
		if k == 8 {
			return text + ", …"
		}
		if k > 0 {
			text += ", "
		}
		text += plot.NumDigits(e.Tau, 7)
	}
	return text
}

func (s *staircase) addArrays(view *View, m int, run *flowRun) {
	events := s.path.Path.Events
	tau := Array{Name: "tau", Shape: []int{len(events)}}
	x := Array{Name: "x", Shape: []int{len(events), m}}
	for k, e := range events {
		tau.Data, x.Data = append(tau.Data, e.Tau), append(x.Data, s.dense(k, m)...)
	}
	ft := Array{Name: "tau_flow", Shape: []int{len(run.tau)}, Data: run.tau}
	fx := Array{Name: "x_flow", Shape: []int{len(run.x), m}}
	for _, v := range run.x {
		fx.Data = append(fx.Data, v...)
	}
	view.Arrays = append(view.Arrays, tau, x, ft, fx)
}
