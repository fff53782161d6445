package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/ode"
)

// flowLowrank is one run of the command.
type flowLowrank struct {
	job
	alpha            startScale
	depth, rank      int
	timesText        string
	until, untilTime float64
	untilGiven       bool
	save             int
	rtol             float64
	compareText      string
	resume           bool

	times    []float64
	flow     matrixFlow
	opt      flow.FactoredOptions
	least    *tacit.Answer // the certified minimiser
	commutes bool          // the A_k, so that its limit is known
	run      *flow.FactoredResult
	track    *track
	beside   []*flow.Comparison
}

func newFlowLowrank(env *environment) *cobra.Command {
	l := flowLowrank{job: job{env: env, flags: &solveFlags{indexBase: 1, tol: 1e-9}, command: "flow lowrank", matrix: &matrix{}}}
	l.alpha.logScale = logScale{set: true, log: math.Log(1e-6), text: "1e-6"}
	s := l.flags
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "lowrank DATA [--psd] [--alpha V] [FLAGS]",
		Short:                 "gradient flow on the factors of a matrix: its rank grows step by step",
		Long: `Follow gradient flow on the factors of a matrix with given measurements,

  X = LRᵀ            L̇ = −GR, Ṙ = −GᵀL    from L = R = α·I, min(p, q) columns
  X = YYᵀ (--psd)    Ẏ = −2GY             from Y = α·I

for G = Σ (⟨A_k, X⟩ − b_k) A_k, or on N ≥ 3 factors, X = W_N⋯W₁ with --depth N, from a
balanced start whose factors have singular values between α and 2α and random singular
vectors (symmetric positive definite where X is square). DATA is as for tacit lowrank. From a small α the
singular values of X grow one after the other, each keeping all its digits.

As α → 0 the flow tends to the matrix of least trace if the A_k commute. In general
it need not: it prefers low rank. The text compares the nuclear norm and the rank of
where the run ends with those of the certified minimiser of tacit lowrank.

The run ends at --until-residual, at --until-time, or at the last of --times; what
was asked for together ends it at whatever comes first. Ctrl-C and --max-time end it
earlier, with what there is, and --resume goes on from there to the same bits.`,
		Example: `  tacit flow lowrank entries.mtx --psd --alpha 1e-8 -o run
  tacit flow lowrank sensing.npz --alpha 1e-12 --until-residual 1e-6 --json
  tacit flow lowrank entries.npz --times 1,10,100
  tacit flow lowrank entries.npz --depth 3 --alpha 1e-6 -o deep`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("%s needs one file with the measurements, but got %d arguments", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			s.start = time.Now()
			l.untilGiven = c.Flags().Changed("until-residual")
			if l.depth > 2 && !c.Flags().Changed("rtol") {
				l.rtol = 1e-7
			}
			if err := s.check(c); err != nil {
				return err
			}
			if err := l.check(); err != nil {
				return err
			}
			return l.follow(c.Context(), args)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.BoolVar(&l.matrix.psd, "psd", false, "X = YYᵀ is symmetric and positive semidefinite")
	f.Var(&l.alpha, "alpha", "start with the factors α·I, so X at α²·I")
	f.IntVar(&l.depth, "depth", 2, "number of factors `N`, 2 or more")
	f.IntVar(&l.rank, "rank", 0, "follow factors of `R` columns (default min(p, q))")
	f.Uint64Var(&s.seed, "seed", 0, "of the singular vectors at the start with --depth 3 and more")
	f.StringVar(&l.timesText, "times", "", "record at these times, separated by commas")
	f.Float64Var(&l.until, "until-residual", 1e-8, "stop at this ‖𝒜(X)−b‖/‖b‖ (without --times and --until-time)")
	f.Float64Var(&l.untilTime, "until-time", 0, "stop at this time")
	f.IntVar(&l.save, "save", 0, "record K points: evenly spread over --until-time, else over the steps (default 100, fewer for large matrices)")
	f.Float64Var(&l.rtol, "rtol", 1e-8, "relative error of a column of the factors that a step may make; with --depth 3 and more of angles and of ln σ (default 1e-7)")
	f.StringVar(&l.compareText, "compare", "", "follow the flow once more in other coordinates and say how far X is from it: x (the flow of X alone), layers (the entries of the factors), or both, x,layers")
	f.StringVarP(&s.out, "output", "o", "", "write the files of the run into `DIR`")
	f.BoolVar(&s.force, "force", false, "replace a result that is already in DIR")
	f.Var(&s.maxTime, "max-time", "stop after this long, for example 60s, with what there is")
	f.IntVar(&s.maxSteps, "max-steps", 0, "stop after this many steps (0: no limit)")
	s.addResume(c, &l.resume)
	return c
}

// leastFactor is ln α of the smallest start: X = α²I is a double with all digits.
var leastFactor = math.Log(1e-150)

// check understands the flags before any file is read.
func (l *flowLowrank) check() error {
	switch {
	case l.depth < 2:
		return usagef("--depth %d: a product has 2 factors or more", l.depth)
	case l.rank < 0:
		return usagef("--rank %d: it cannot be negative", l.rank)
	case l.alpha.zero:
		return usagef("--alpha %s: factors of 0 stand still; take a small α, such as 1e-12", l.alpha.text)
	case l.alpha.log < leastFactor || l.alpha.log > -leastFactor:
		return usagef("--alpha %s: it must lie between 1e-150 and 1e150, as X starts at α²·I", l.alpha.text)
	case l.save < 0:
		return usagef("--save %d: it cannot be negative", l.save)
	case l.save > 0 && l.timesText != "":
		return usagef("--times and --save exclude each other: both say what to record")
	case !(l.rtol >= ode.MinRelTol && l.rtol < 1):
		return usagef("--rtol %v: it must lie between %.2g, the least that doubles allow, and 1, for example 1e-8", l.rtol, ode.MinRelTol)
	case !(l.until >= 0) || math.IsInf(l.until, 0) || l.until == 0 && l.untilGiven:
		return usagef("--until-residual %v: it is a relative residual, for example 1e-8", l.until)
	case !(l.untilTime >= 0) || math.IsInf(l.untilTime, 0):
		return usagef("--until-time %v: it is a time after 0, for example 1e4", l.untilTime)
	}
	if err := l.flags.resuming(l.resume); err != nil {
		return err
	}
	for _, space := range l.spaces() {
		if !slices.Contains(flow.BesideSpaces, space) {
			return usagef("--compare %s: it is x, layers or x,layers", l.compareText)
		}
	}
	var err error
	l.times, err = parseTimes(l.timesText)
	return err
}

// follow does the run from the files to the files.
func (l *flowLowrank) follow(ctx context.Context, args []string) error {
	ctx, cancel := l.flags.budget(ctx)
	defer cancel()
	out, err := l.flags.outputDir()
	if err != nil {
		return err
	}
	if out != nil {
		defer out.Discard()
	}
	if err := l.load(ctx, args, nil); err != nil {
		return err
	}
	defer l.in.close()
	p := l.matrix.data
	if l.flow, err = l.factors(); err != nil {
		return invalid(err)
	}
	if l.opt, err = l.options(); err != nil {
		return err
	}
	least := l.flags.options(l.env)
	least.MaxSteps = 0 // --max-steps counts those of the flow
	if l.least, err = tacit.LowRank(ctx, tacit.MatrixProblem{A: p.A, B: p.B, P: p.P, Q: p.Q, PSD: l.matrix.psd}, least); err != nil {
		return invalid(err)
	}
	if l.least.Status == limit.Infeasible && math.IsInf(l.last(), 1) {
		equation, constraint := l.matrix.constraint("")
		if l.matrix.psd {
			equation = constraint
		}
		return &exitError{code: exitNo, err: fmt.Errorf("no X satisfies %s, so the residual cannot reach %g and the run would not end", equation, l.until),
			hints: []string{"say where to stop with --until-time; `tacit lowrank` has the proof"}}
	}
	l.commutes = l.flow.Commuting()
	begin := time.Now()
	if err = l.advance(ctx); err != nil {
		return err
	}
	l.seconds = time.Since(begin).Seconds()
	l.env.term.done()
	l.record()
	if err := l.compare(ctx); err != nil {
		return invalid(err)
	}
	return l.finish(ctx, out)
}

// factors is the flow from α·I.
func (l *flowLowrank) factors() (matrixFlow, error) {
	p, alpha := l.matrix.data, math.Exp(l.alpha.log)
	if size := sizeOf(p.B); math.IsInf(sq(size), 1) {
		return nil, fmt.Errorf("‖b‖ = %.3g: the loss ½‖𝒜(X) − b‖² does not fit in a double; scale b", size)
	}
	r := min(p.P, p.Q)
	switch {
	case l.rank > r:
		return nil, fmt.Errorf("--rank %d: a matrix of %d×%d has rank %d at most", l.rank, p.P, p.Q, r)
	case l.rank > 0:
		r = l.rank
	}
	if l.depth > 2 {
		return l.deepFactors(r)
	}
	scaled := func(rows int) []float64 {
		z := make([]float64, rows*r)
		for i := range r {
			z[i*r+i] = alpha
		}
		return z
	}
	if l.matrix.psd {
		return flow.NewSymmetric(p.A, p.B, p.P, scaled(p.P))
	}
	return flow.NewPair(p.A, p.B, p.P, p.Q, scaled(p.P), scaled(p.Q))
}

// options is what the flow is told.
func (l *flowLowrank) options() (flow.FactoredOptions, error) {
	p := l.matrix.data
	o := flow.FactoredOptions{Times: l.times, UntilTime: l.untilTime, RelTol: l.rtol, MaxSteps: l.flags.maxSteps, Watch: l.progress()}
	if len(l.times) > 0 {
		o.Times, o.UntilTime = endingAt(l.times, l.last()), 0
	} else {
		if o.Save = l.save; o.Save == 0 {
			o.Save = max(5, min(defaultSave, maxTrack/(2*(p.P*p.Q+l.flow.Dim()))))
		}
	}
	if l.untilGiven || math.IsInf(l.last(), 1) {
		var err error
		if o.UntilLoss, err = lossAt(l.until, sizeOf(p.B)); err != nil {
			return o, invalid(err)
		}
	}
	return o, nil
}

// last is the time at which the run ends if nothing else ends it.
func (l *flowLowrank) last() float64 { return lastTime(l.times, l.untilTime) }

// residual is the relative residual of a loss ½‖𝒜(X)−b‖².
func (l *flowLowrank) residual(value float64) float64 {
	return math.Sqrt(2*value) / sizeOf(l.matrix.data.B)
}

// progress shows where the run is.
func (l *flowLowrank) progress() func(flow.Progress) {
	return progressOf(l.env, l.residual)
}

// record turns the points into the columns of trajectory.npz.
func (l *flowLowrank) record() {
	p := l.matrix.data
	t := &track{}
	for _, name := range []string{"t", "residual", "objective"} {
		t.column(name, 0)
	}
	t.column("singular_values", l.flow.Rank())
	deep, _ := l.flow.(*deepFactors)
	if deep != nil {
		t.column("log_singular_values", l.flow.Rank())
	}
	t.column("x", p.P*p.Q)
	x := make([]float64, p.P*p.Q)
	for i, state := range l.run.States {
		l.flow.Primal(x, state)
		row := [][]float64{{l.run.Times[i]}, {l.residual(l.run.Losses[i])}, {l.run.Losses[i]}, l.run.Singular[i]}
		if deep != nil {
			row = append(row, state[:deep.Rank()])
		}
		t.add(append(row, x)...)
	}
	l.track = t
}
