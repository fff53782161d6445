package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/ode"
)

// flowMargin is one run of flow margin.
type flowMargin struct {
	job
	loss  string
	until float64
	times string
	save  int
	rtol  float64
	power string // of the geometry
	bias  bool
	from  string

	resume bool

	run     *flow.SeparatorRun
	x       linop.Operator
	signs   []float64
	best    *tacit.Answer // the separator of largest margin
	monitor []monitored
}

// monitored is an invariant with how far it was missed.
type monitored struct {
	name  string
	drift float64
}

func newFlowMargin(env *environment) *cobra.Command {
	m := flowMargin{job: job{env: env, flags: &solveFlags{indexBase: 1, tol: 1e-9}, command: "flow margin", sep: &separating{norm: "l2"}}}
	s := m.flags
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "margin DATA [y] [--until-log-time 160] [FLAGS]",
		Short:                 "follow gradient flow on the exponential or logistic loss of labelled points",
		Long: `Follow dw/dt = −∇L(w) from w = 0 for L(w) = Σ exp(−yᵢwᵀxᵢ), or Σ ln(1+exp(−yᵢwᵀxᵢ))
with --loss logistic, as far out as you like: the time of the integration is ln t,
and weights and losses are kept as logarithms.

--geometry lp:P, 1 < P ≤ 2, follows the mirror flow of ‖w‖ₚᵖ/P instead, which turns to the
separator of largest ℓp margin. --bias trains an intercept along with w: that is a
column of ones, so the direction turns to the separator that penalises it (tacit
margin --bias does not). --from starts elsewhere.

Where the points can be separated the direction of w turns to the separator of
largest margin, but only like 1/ln t: ` + "`tacit margin`" + ` has it at once. DATA is as for
tacit margin, with two labels.

trajectory.npz holds, for each point, t (here the value of ln t), x (w), margin,
norm, log_loss, bound, direction (the distance of w/‖w‖ from the separator of
largest margin, or nothing if there is none) and p (convex weights).`,
		Example: `  tacit flow margin data.svm --until-log-time 1e4 -o run
  tacit flow margin data.svm --loss logistic --times=-5,0,10,100`,
		Args: matrixAndRHS,
		RunE: func(c *cobra.Command, args []string) error {
			s.start = time.Now()
			if err := s.check(c); err != nil {
				return err
			}
			return m.follow(c.Context(), args)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&m.loss, "loss", "exp", "exp or logistic")
	f.Float64Var(&m.until, "until-log-time", 160, "follow the flow until ln t is this")
	f.StringVar(&m.times, "times", "", "values of ln t to keep, with commas between them (instead of --until-log-time and --save)")
	f.IntVar(&m.save, "save", 200, "points to keep, denser where ln t is small")
	f.Float64Var(&m.rtol, "rtol", 1e-8, "error of an exponent yᵢwᵀxᵢ that a step may make")
	f.StringVar(&m.power, "geometry", "euclidean", "euclidean, or `lp:P` with 1 < P ≤ 2: the potential of a mirror flow")
	f.BoolVar(&m.bias, "bias", false, "train an intercept, the last entry of x, along with w")
	f.StringVar(&m.from, "from", "", "start w from `FILE`; an intercept starts at 0")
	f.StringVarP(&s.out, "output", "o", "", "write the files of the run into `DIR`")
	f.BoolVar(&s.force, "force", false, "replace a result that is already in DIR")
	s.addResume(c, &m.resume)
	f.IntVar(&s.maxSteps, "max-steps", 0, "stop after this many steps (0: no limit)")
	f.Var(&s.maxTime, "max-time", "stop after this long, for example 60s, with what there is")
	f.BoolVar(&s.transpose, "transpose", false, "the file has one point per column")
	f.StringVar(&s.label, "label", "", "the column of a table with this `NAME` has the labels")
	f.IntVar(&s.indexBase, "index-base", 1, "first column index in LIBSVM files: 0 or 1")
	return c
}

// options understands the flags.
func (m *flowMargin) options() (flow.SeparatorOptions, error) {
	opt := flow.SeparatorOptions{Until: m.until, Save: m.save, RelTol: m.rtol, MaxSteps: m.flags.maxSteps}
	if m.loss != "exp" && m.loss != "logistic" {
		return opt, usagef("--loss %q: it is exp or logistic", m.loss)
	}
	if !(m.rtol >= ode.MinRelTol && m.rtol < 1) {
		return opt, usagef("--rtol %v: it must lie between %.2g, the least that doubles allow, and 1, for example 1e-8", m.rtol, ode.MinRelTol)
	}
	switch p := m.exponent(); {
	case p > 2 && !math.IsInf(p, 1):
		return opt, invalid(fmt.Errorf("--geometry %s: this flow cannot be followed: for P > 2 the map from dual to primal coordinates has an infinite slope where an entry of w passes 0, and steps shrink there without end", m.power),
			fmt.Sprintf("`tacit margin --norm %s` computes where it would turn; flows are offered for 1 < P ≤ 2", m.power))
	case !(p > 1 && p <= 2):
		return opt, usagef("--geometry %s: it is euclidean or lp:P with 1 < P ≤ 2, for example lp:1.5", m.power)
	}
	if m.save < 1 {
		return opt, usagef("--save %d: it must be at least 1", m.save)
	}
	if m.times == "" {
		return opt, nil
	}
	for _, word := range strings.Split(m.times, ",") {
		var v float64
		if _, err := fmt.Sscanf(strings.TrimSpace(word), "%g", &v); err != nil {
			return opt, usagef("--times: %q is not a number", word)
		}
		opt.Times = append(opt.Times, v)
		m.until = v
	}
	return opt, nil
}

// exponent is p of the geometry, 0 if it is none.
func (m *flowMargin) exponent() float64 {
	if m.power == "euclidean" {
		return 2
	}
	return limit.MarginNorm(m.power).Exponent()
}

// norm is the norm of the separator that the flow turns to.
func (m *flowMargin) norm() limit.MarginNorm {
	if m.exponent() == 2 {
		return limit.MarginL2
	}
	return limit.MarginNorm(m.power)
}

// points are the points of the flow: with --bias those with a 1 behind.
func (m *flowMargin) points() linop.Operator {
	if !m.bias {
		return m.in.A
	}
	n, d := m.in.A.Dims()
	row, col := make([]float64, n), make([]float64, d)
	var i, j []int
	var v []float64
	for c := range d {
		col[c] = 1
		m.in.A.Apply(row, col)
		col[c] = 0
		for r, x := range row {
			if x != 0 {
				i, j, v = append(i, r), append(j, c), append(v, x)
			}
		}
	}
	for r := range n {
		i, j, v = append(i, r), append(j, d), append(v, 1)
	}
	return linop.FromTriplets(n, d+1, i, j, v)
}

// flow prepares the flow of the flags.
func (m *flowMargin) flow() (*flow.Separator, error) {
	s, err := flow.NewSeparator(m.x, m.signs, m.loss == "logistic")
	if err != nil {
		return nil, err
	}
	if err := s.Mirror(m.exponent()); err != nil {
		return nil, err
	}
	if m.from == "" {
		return s, nil
	}
	start := slices.Clone(m.in.vector["w0"])
	if m.bias {
		start = append(start, 0)
	}
	return s, s.Begin(start)
}

// follow does the run from the files to the files.
func (m *flowMargin) follow(ctx context.Context, args []string) error {
	opt, err := m.options()
	if err != nil {
		return err
	}
	if err := m.flags.resuming(m.resume); err != nil {
		return err
	}
	ctx, cancel := m.flags.budget(ctx)
	defer cancel()
	out, err := m.flags.outputDir()
	if err != nil {
		return err
	}
	if out != nil {
		defer out.Discard()
	}
	var extra map[string]string
	if m.from != "" {
		extra = map[string]string{"w0": m.from}
	}
	if err := m.load(ctx, args, extra); err != nil {
		return err
	}
	defer m.in.close()
	if err := m.sep.read(&m.job); err != nil {
		return err
	}
	if k := len(m.sep.labels); k != 2 {
		return usagef("the labels have %d values; the flow is of two classes", k)
	}
	for _, v := range m.in.B {
		sign := -1.0
		if v == m.sep.labels[1] {
			sign = 1
		}
		m.signs = append(m.signs, sign)
	}
	m.x = m.points()
	if m.best, err = tacit.Margin(ctx, tacit.MarginProblem{X: m.x, Y: m.in.B, Norm: m.norm()}, limit.Options{}); err != nil {
		return invalid(err)
	}
	begin := time.Now()
	s, err := m.flow()
	if err != nil {
		return invalid(err)
	}
	if err := m.integrate(ctx, s, opt); err != nil {
		return err
	}
	m.seconds = time.Since(begin).Seconds()
	m.env.term.done()
	m.guarantees()
	return m.finish(ctx, out)
}

// finish writes and prints.
func (m *flowMargin) finish(ctx context.Context, out *dataio.OutputDir) error {
	report, err := m.document(ctx)
	if err != nil {
		return err
	}
	if out != nil {
		kept, err := m.checkpoint(m.run.Checkpoint)
		if err != nil {
			return err
		}
		for name, members := range map[string][]dataio.Member{"trajectory.npz": m.members(), checkpointName: kept} {
			if err := out.Write(name, func(w io.Writer) error { return dataio.WriteNPZ(w, members...) }); err != nil {
				return err
			}
		}
		text, err := report.document()
		if err != nil {
			return err
		}
		if err := out.Write(dataio.ResultName, put(text)); err != nil {
			return err
		}
		if err := out.Commit(); err != nil {
			return err
		}
	}
	if m.env.json {
		err = m.env.print(report)
	} else {
		err = m.env.term.result([]byte(m.text(ctx)))
	}
	if err != nil {
		return err
	}
	_, code := m.status(ctx)
	return silent(code)
}

// status is the word for how the run ended, and its exit code.
func (m *flowMargin) status(ctx context.Context) (string, int) {
	switch m.run.Status {
	case ode.Finished:
		return statusFinished, exitOK
	case ode.StepLimit:
		return string(limit.Budget), exitBudget
	case ode.Interrupted, ode.TimeLimit:
		s := endStatus(ctx)
		return string(s), statusCode(s)
	}
	return string(limit.NumericalTrouble), exitTrouble
}

// direction is the distance of w/‖w‖ from the separator of largest margin; NaN
// if there is none.
func (m *flowMargin) direction(p flow.SeparatorPoint) float64 {
	if m.best.Status != limit.Certified || p.Norm == 0 {
		return math.NaN()
	}
	var sum float64
	size := m.best.Objective // ‖w‖ in the norm of the geometry
	for j, v := range m.best.X {
		d := p.W[j]/p.Norm - v/size
		sum += d * d
	}
	return math.Sqrt(sum)
}

// guarantees holds the points to what is known of every t: for the exponential
// loss −ln L ≥ −ln N + γ‖w‖, γ − margin ≤ ln N/‖w‖, L ≤ 1/(1/N + γ²t), and for both
// that the loss does not rise and that no margin exceeds γ.
func (m *flowMargin) guarantees() {
	m.monitor = []monitored{{"the loss does not rise", m.run.Rise}}
	if m.best.Status != limit.Certified {
		return
	}
	gamma, logN := m.best.Margin.Margin, math.Log(float64(len(m.signs)))
	var above, lossBound, marginBound, rate float64
	for _, p := range m.run.Points {
		above = max(above, (p.Margin-gamma)/gamma)
		if p.Norm == 0 {
			continue
		}
		lossBound = max(lossBound, (gamma*p.Norm-logN+p.LogLoss)/(1+gamma*p.Norm))
		marginBound = max(marginBound, (gamma-p.Margin-logN/p.Norm)/gamma)
		// −ln(1/N + γ²t), t = exp(LogTime)
		a, b := -logN, 2*math.Log(gamma)+p.LogTime
		log := max(a, b) + math.Log1p(math.Exp(-math.Abs(a-b)))
		rate = max(rate, (p.LogLoss+log)/(1+math.Abs(log)))
	}
	m.monitor = append(m.monitor, monitored{"the margin stays below the largest one", above})
	if m.loss == "exp" && m.exponent() == 2 && m.from == "" {
		m.monitor = append(m.monitor,
			monitored{"-ln L >= -ln N + gamma norm(w)", lossBound},
			monitored{"gamma - margin <= ln N / norm(w)", marginBound},
			monitored{"L <= 1/(1/N + gamma^2 t)", rate})
	}
}

// maxWeights bounds the numbers in the weights of all points.
const maxWeights = 1 << 24

// members are the arrays of trajectory.npz.
func (m *flowMargin) members() []dataio.Member {
	points := m.run.Points
	_, d := m.x.Dims()
	n := len(m.signs)
	var t, x, margin, norm, loss, bound, direction, p []float64
	for _, q := range points {
		t, x = append(t, q.LogTime), append(x, q.W...)
		margin, norm = append(margin, q.Margin), append(norm, q.Norm)
		loss, bound = append(loss, q.LogLoss), append(bound, q.Bound)
		direction = append(direction, m.direction(q))
		if len(points)*n <= maxWeights {
			p = append(p, q.P...)
		}
	}
	list := []dataio.Member{
		{Name: "t", Values: dataio.Floats(t)}, {Name: "x", Values: dataio.Floats(x, len(points), d)},
		{Name: "margin", Values: dataio.Floats(margin)}, {Name: "norm", Values: dataio.Floats(norm)},
		{Name: "log_loss", Values: dataio.Floats(loss)}, {Name: "bound", Values: dataio.Floats(bound)},
	}
	if m.best.Status == limit.Certified {
		list = append(list, dataio.Member{Name: "direction", Values: dataio.Floats(direction)})
	}
	if p != nil {
		list = append(list, dataio.Member{Name: "p", Values: dataio.Floats(p, len(points), n)})
	}
	return list
}
