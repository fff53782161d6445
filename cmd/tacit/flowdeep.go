package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/internal/decimal"
	"github.com/tacit-dev/tacit/landscape"
)

// flowDeep is one run of the command.
type flowDeep struct {
	deep
	alpha    logScale
	times    string
	until    logScale
	residual float64
	save     int
	steps    int
	spectral *flow.DeepSpectral
	result   *flow.DeepResult
	best     float64
	seconds  float64
}

func newFlowDeep(env *environment) *cobra.Command {
	d := &flowDeep{}
	d.env = env
	d.alpha = logScale{set: true, log: math.Log(1e-2), text: "1e-2"}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "deep DATA --widths D1,D2,... [FLAGS]",
		Short:                 "gradient flow on a deep linear network: plateaus and stairs",
		Long: `Follow gradient flow on ½‖W_k⋯W₁X − Y‖² from a balanced start whose layers have
singular values between α and 2α, with random singular vectors. The state is the
singular value decomposition of the product with the logarithms of the singular
values, and time is kept as its logarithm: from α = 1e-300 too every plateau has its
true length. Where the product is square and of full rank the flow conserves the
sign of its determinant; the start has that of YXᵀ.

DATA is as for tacit deep. The run ends at --until-residual,
√((L − L*)/(L(0) − L*)) with L* the least loss of the network, at --until-time, or at
the last of --times; times are decimals of any exponent. Each stair, the rise of
one mode, is listed with its time and, for whitened X, with the time that the mode
would take on its own (Saxe, McClelland and Ganguli 2014).`,
		Example: `  tacit flow deep data.npz --widths 8,8 --alpha 1e-300 -o run
  tacit flow deep X.npy Y.npy --widths 64 --alpha 1e-6 --until-residual 1e-6 --json`,
		Args: networkData,
		RunE: func(c *cobra.Command, args []string) error {
			d.start = time.Now()
			if d.out == "" && c.Flags().Changed("output") {
				return usagef("-o is empty: name the directory to write")
			}
			return d.follow(c.Context(), args)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&d.widths, "widths", "", "hidden widths `D1,D2,...`")
	f.Var(&d.alpha, "alpha", "scale of the layers at the start")
	f.StringVar(&d.times, "times", "", "record at these `T1,T2,...`; the run ends at the last")
	f.Float64Var(&d.residual, "until-residual", 1e-6, "end at this residual (0: not by residual)")
	f.Var(&d.until, "until-time", "end at this time")
	f.IntVar(&d.save, "save", 200, "points to record without --times, evenly spread over the steps")
	f.Float64Var(&d.tol, "rtol", 1e-7, "local error of angles and of logarithms of singular values")
	f.IntVar(&d.steps, "max-steps", 1000000, "stop after this many steps")
	f.Uint64Var(&d.seed, "seed", 0, "of the singular vectors of the start")
	f.Var(&d.maxTime, "max-time", "stop after this long, for example 60s, with what was found")
	f.StringVarP(&d.out, "output", "o", "", "write result.json and trajectory.npz into `DIR`")
	f.BoolVar(&d.force, "force", false, "replace a result that is already in DIR")
	return c
}

// follow does the command.
func (d *flowDeep) follow(ctx context.Context, args []string) error {
	hidden, logTimes, err := d.understand()
	if err != nil {
		return err
	}
	if d.maxTime.d > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, d.start.Add(d.maxTime.d))
		defer cancel()
	}
	out, err := outputDir(d.out, d.force)
	if err != nil {
		return err
	}
	if out != nil {
		defer out.Discard()
	}
	data, err := await(ctx, func() (*landscape.Data, error) { return d.load(args) })
	defer d.close()
	if err != nil {
		return loadError(err)
	}
	d.data = data
	if d.net, err = data.Net(hidden); err != nil {
		return usagef("--widths %s: %v", d.widths, err)
	}
	rank := min(d.net.Narrowest(), data.DX, data.DY)
	start, err := flow.BalancedStart(data, float64(d.net.Layers()), rank, d.alpha.log, d.seed)
	if err != nil {
		return invalid(err)
	}
	if d.spectral, err = flow.NewDeepSpectral(data, start, d.tol); err != nil {
		return invalid(err)
	}
	if d.data.MaxRank(d.net) < len(data.Lambda) {
		for _, l := range data.Lambda[d.data.MaxRank(d.net):] {
			d.best += l / 2
		}
	}
	opt := flow.DeepOptions{LogTimes: logTimes, UntilLogTime: math.Inf(1), UntilResidual: d.residual, Save: d.save, MaxSteps: d.steps}
	if d.until.set {
		opt.UntilLogTime = d.until.log
	}
	if d.env.term.display {
		opt.Watch = func(s *flow.DeepSpectral, residual float64) {
			if s.Steps%200 == 0 {
				d.env.term.status(fmt.Sprintf("step %d, t = %s, residual %.2e", s.Steps, exponential(s.LogTime), residual))
			}
		}
	}
	begin := time.Now()
	d.result, err = d.spectral.Run(ctx, d.best, opt)
	d.env.term.done()
	if err != nil {
		return &exitError{code: exitTrouble, err: err}
	}
	d.seconds = time.Since(begin).Seconds()
	return d.report(ctx, out)
}

// understand reads the flags.
func (d *flowDeep) understand() (hidden []int, logTimes []float64, err error) {
	switch {
	case d.widths == "" || d.widths == "none":
		return nil, nil, usagef("flow deep needs --widths with at least one hidden layer, for example --widths 8,8")
	case !(d.residual >= 0 && d.residual < 1):
		return nil, nil, usagef("--until-residual %v: it must lie between 0 and 1", d.residual)
	case d.save < 0 || d.steps < 1:
		return nil, nil, usagef("--save and --max-steps cannot be negative")
	case !(d.tol > 0 && d.tol < 1):
		return nil, nil, usagef("--rtol %v: it must lie between 0 and 1, for example 1e-7", d.tol)
	}
	if hidden, err = parseWidths(d.widths); err != nil {
		return nil, nil, err
	}
	if d.times != "" {
		for _, part := range strings.Split(d.times, ",") {
			l, err := decimal.ParseLog(strings.TrimSpace(part))
			if err != nil {
				return nil, nil, usagef("--times: %v", err)
			}
			if n := len(logTimes); n > 0 && l <= logTimes[n-1] {
				return nil, nil, usagef("--times %s: times increase", d.times)
			}
			logTimes = append(logTimes, l)
		}
	}
	return hidden, logTimes, nil
}

// exponential writes e^x as a decimal of any exponent.
func exponential(x float64) string {
	if math.IsInf(x, -1) {
		return "0"
	}
	e := math.Floor(x / math.Ln10)
	if e > -3 && e < 6 {
		return fmt.Sprintf("%.6g", math.Exp(x))
	}
	return fmt.Sprintf("%.5fe%+.0f", math.Exp(x-e*math.Ln10), e)
}

// ending is the word and the exit code for how the run ended.
func (d *flowDeep) ending(ctx context.Context) (string, int) {
	switch d.result.End {
	case "interrupted":
		s := endStatus(ctx)
		return string(s), statusCode(s)
	case "steps":
		return "budget", exitBudget
	case "floor":
		return statusFinished, exitOK
	}
	return statusFinished, exitOK
}

// report writes the files and stdout.
func (d *flowDeep) report(ctx context.Context, out *dataio.OutputDir) error {
	status, code := d.ending(ctx)
	o := d.object(status)
	document, err := o.document()
	if err != nil {
		return err
	}
	if out != nil {
		if err := out.Write("trajectory.npz", d.trajectory); err != nil {
			return err
		}
		if err := out.Write(dataio.ResultName, put(document)); err != nil {
			return err
		}
		if err := out.Commit(); err != nil {
			return err
		}
	}
	if d.env.json {
		err = d.env.print(o)
	} else {
		err = d.env.term.result([]byte(d.text(status)))
	}
	if err != nil {
		return err
	}
	return silent(code)
}

// object is the run in JSON, schema tacit.trajectory/1.
func (d *flowDeep) object(status string) *object {
	o := &object{}
	o.set("schema", "tacit.trajectory/1")
	o.set("command", "flow deep")
	o.set("status", status)
	o.set("end", d.result.End)
	o.num("residual", d.result.Residual)
	o.num("objective", d.spectral.Loss())
	o.num("least_objective", d.data.Rest+d.best)
	o.set("steps", d.spectral.Steps)
	o.set("rejected", d.spectral.Rejected)
	o.num("time", math.Exp(d.spectral.LogTime))
	o.num("log_time", d.spectral.LogTime)
	o.set("points", len(d.result.Points))
	o.set("widths", d.net.Dims)
	o.num("log_alpha", d.alpha.log)
	o.set("seed", d.seed)
	stairs := []*object{}
	for _, s := range d.result.Stairs {
		q := &object{}
		q.set("mode", s.Mode)
		q.num("singular_value", s.Final)
		q.num("log_time", s.LogTime)
		if math.IsNaN(s.LogRise) {
			q.absent("log_rise", "the mode began above a tenth of it")
		} else {
			q.num("log_rise", s.LogRise)
		}
		if math.IsNaN(s.LogPredict) {
			q.absent("predicted_log_time", "X is not whitened")
		} else {
			q.num("predicted_log_time", s.LogPredict)
		}
		stairs = append(stairs, q)
	}
	o.set("stairs", stairs)
	invariant := func(name string, drift float64) *object {
		q := &object{}
		q.set("name", name)
		q.num("drift", drift)
		return q
	}
	o.set("invariants", []*object{invariant("orthogonal frames", d.result.Orthogonality), invariant("the loss does not rise", math.Max(0, d.result.Rise))})
	stats := &object{}
	stats.set("seconds", math.Round(d.seconds*1e6)/1e6)
	stats.set("threads", threads())
	o.set("stats", stats)
	files := &object{}
	if d.out != "" {
		files.set("trajectory", "trajectory.npz")
	}
	o.set("files", files)
	o.set("input", d.provenance())
	o.set("version", tacit.Version)
	o.set("command_line", append([]string{"tacit"}, d.env.args...))
	return o
}

// trajectory writes the recorded points.
func (d *flowDeep) trajectory(w io.Writer) error {
	n, p := len(d.result.Points), len(d.spectral.LogZ)
	var t, logT, lapse, loss, residual, logs, x []float64
	for _, q := range d.result.Points {
		// Only finite numbers can be read again.
		t = append(t, math.Min(math.Exp(q.LogTime), math.MaxFloat64))
		logT = append(logT, math.Max(q.LogTime, math.Log(math.SmallestNonzeroFloat64)))
		lapse = append(lapse, math.Max(q.LogLapse, math.Log(math.SmallestNonzeroFloat64)))
		loss, residual = append(loss, q.Loss), append(residual, q.Residual)
		logs, x = append(logs, q.LogSingular...), append(x, q.Product...)
	}
	values := make([]float64, len(logs))
	for i, l := range logs {
		values[i] = math.Exp(l)
	}
	return dataio.WriteNPZ(w,
		dataio.Member{Name: "t", Values: dataio.Floats(t, n)},
		dataio.Member{Name: "log_t", Values: dataio.Floats(logT, n)},
		dataio.Member{Name: "log_lapse", Values: dataio.Floats(lapse, n)},
		dataio.Member{Name: "objective", Values: dataio.Floats(loss, n)},
		dataio.Member{Name: "residual", Values: dataio.Floats(residual, n)},
		dataio.Member{Name: "singular_values", Values: dataio.Floats(values, n, p)},
		dataio.Member{Name: "log_singular_values", Values: dataio.Floats(logs, n, p)},
		dataio.Member{Name: "x", Values: dataio.Floats(x, n, d.data.DY, d.data.DX)})
}

// text is the run for people.
func (d *flowDeep) text(status string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s by %s at t = %s: the loss is %.8g, %.8g at best\n\n", status, d.result.End, exponential(d.spectral.LogTime), d.spectral.Loss(), d.data.Rest+d.best)
	fmt.Fprintf(&b, "  residual    %.3g\n", d.result.Residual)
	fmt.Fprintf(&b, "  work        %d steps, %d tried again, %s\n", d.spectral.Steps, d.spectral.Rejected, seconds(d.seconds))
	fmt.Fprintf(&b, "  invariants  frames orthogonal within %.1e; the loss rose by %.1e at most\n", d.result.Orthogonality, math.Max(0, d.result.Rise))
	if len(d.result.Stairs) > 0 {
		fmt.Fprintf(&b, "\n  %-5s %14s %18s %15s  %s\n", "stair", "singular value", "time", "10 % to 90 % in", "alone it would take")
	}
	for i, s := range d.result.Stairs {
		if i == shownPoints {
			fmt.Fprintf(&b, "  … %d more; --json lists them\n", len(d.result.Stairs)-i)
			break
		}
		predict := "unknown: X is not whitened"
		if !math.IsNaN(s.LogPredict) {
			predict = exponential(s.LogPredict)
		}
		rise := "-"
		if !math.IsNaN(s.LogRise) {
			rise = exponential(s.LogRise)
		}
		fmt.Fprintf(&b, "  %-5d %14.6g %18s %15s  %s\n", s.Mode, s.Final, exponential(s.LogTime), rise, predict)
	}
	next := "keep the trajectory with -o DIR"
	if d.out != "" {
		next = "look at the singular values in " + d.out + "/trajectory.npz"
	}
	fmt.Fprintf(&b, "\nnext: %s\n", next)
	return b.String()
}
