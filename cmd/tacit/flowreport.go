package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/ode"
)

// status is the word for how the run ended, and its exit code.
func (l *flowLinear) status(ctx context.Context) (word string, code int) {
	switch s := l.run.Status; {
	case l.run.Stalled:
		return string(limit.Infeasible), exitNo
	case l.run.Floored:
		return string(limit.NumericalTrouble), exitTrouble
	case s.Definite():
		return statusFinished, exitOK
	case s == ode.StepLimit:
		return string(limit.Budget), exitBudget
	case s == ode.StepTooSmall || s == ode.NotFinite:
		return string(limit.NumericalTrouble), exitTrouble
	}
	end := endStatus(ctx)
	return string(end), statusCode(end)
}

// hint is the one thing to do next.
func (l *flowLinear) hint(ctx context.Context) string {
	again := "continue it with --resume"
	if l.flags.out == "" {
		again = "keep the run with -o DIR to be able to continue it"
	}
	switch _, code := l.status(ctx); {
	case l.run.Stalled:
		return "`tacit nearest` proves that no x in the domain solves Ax = b; check b, or allow noise with `tacit sparse --sigma`"
	case code == exitTrouble && l.drowned():
		return fmt.Sprintf("∇φ(x₀) is as large as %.1e, of which a double keeps 16 digits, and x needs the later ones: start closer to the solution, follow parameters (--param) or take the limit from `tacit nearest`", l.farthest())
	case l.run.Floored:
		return "rounding keeps the residual from falling further from this start: ask for more than " + fmt.Sprintf("%.1e", 4*l.residual(l.run.Loss)) + ", or take the limit from `tacit nearest`"
	case code == exitBudget:
		return again + " and more time; `tacit nearest` computes the limit without following the flow"
	case code == exitInterrupted:
		return again
	case code == exitTrouble && l.run.Status == ode.StepTooSmall:
		return fmt.Sprintf("loosen --rtol; if that does not help x leaves its domain here, or moves faster than the digits of t = %.3g can tell: start closer to the solution, or take the limit from `tacit nearest`", l.run.T)
	case code == exitTrouble && l.run.T == 0:
		return "the linearized flow is not finite at this start: use --method dopri5, or another start"
	case code == exitTrouble:
		return "x leaves its domain here: start further inside, or use another geometry"
	}
	for _, v := range l.run.Invariants {
		if strings.HasPrefix(v.Name, conservedOf) && v.Drift > 1e-2 {
			return fmt.Sprintf("rounding of the parameters has lost what their flow conserves (by %.1e of it), so coordinates that shrink again may stay too large: --geometry keeps logarithms", v.Drift)
		}
	}
	return ""
}

// conservedOf begins the name of the invariants of parameters.
const conservedOf = "conserved of "

// reason is the number that ended the run, against its bound.
func (l *flowLinear) reason(ctx context.Context) *object {
	why := &object{}
	criterion, value, bound := "time", l.run.T, l.last()
	switch {
	case l.run.Stalled:
		criterion, value, bound = "residual", l.residual(l.run.Loss), l.goal.floor
	case l.run.Floored:
		criterion, value, bound = "residual", l.residual(l.run.Loss), l.until
	case l.run.Status == ode.Stopped || l.opt.UntilLoss > 0 && l.run.Loss <= l.opt.UntilLoss:
		criterion, value, bound = "residual", l.residual(l.run.Loss), l.until
	case l.run.Status == ode.StepLimit:
		criterion, value, bound = "steps", float64(l.run.Stats.Steps+l.run.Stats.Rejected), float64(l.flags.maxSteps)
	case !l.run.Status.Definite():
		criterion = l.run.Status.String()
	}
	why.set("criterion", criterion)
	why.num("value", value)
	why.num("bound", bound)
	why.set("hint", l.hint(ctx))
	return why
}

// last is the time at which the run ends if nothing else ends it.
func (l *flowLinear) last() float64 { return lastTime(l.times, l.untilTime) }

// lastTime is the last of the times, or until if that is given and comes first;
// +Inf if there is neither.
func lastTime(times []float64, until float64) float64 {
	last := math.Inf(1)
	if until > 0 {
		last = until
	}
	if n := len(times); n > 0 {
		last = min(last, times[n-1])
	}
	return last
}

// document is the result of the run, schema tacit.trajectory/1.
func (l *flowLinear) document(ctx context.Context) (*object, error) {
	n, m := l.in.A.Dims()
	input, err := l.inputs()
	if err != nil {
		return nil, err
	}
	status, _ := l.status(ctx)
	o := &object{}
	o.set("schema", "tacit.trajectory/1")
	o.set("command", l.command)
	o.set("status", status)
	o.set("reason", l.reason(ctx))
	o.num("residual", l.residual(l.run.Loss))
	o.num("objective", l.run.Loss)
	o.num("time", l.run.T)
	o.set("steps", l.run.Stats.Steps)
	o.set("points", l.track.rows)
	o.set("rows", n)
	o.set("cols", m)
	o.set("method", l.run.Checkpoint.Integration.Method)
	o.num("rtol", l.rtol)
	o.set("geometry", orNull(l.geometryText))
	o.set("param", orNull(l.paramText))
	if l.alpha.set {
		o.num("log_alpha", l.alpha.log)
	} else {
		o.set("log_alpha", nil)
	}
	list := []*object{}
	for _, d := range l.run.Invariants {
		v := &object{}
		v.set("name", d.Name)
		v.num("drift", d.Drift)
		list = append(list, v)
	}
	o.set("invariants", list)
	o.set("limit", l.limitObject())
	o.set("stats", l.stats())
	o.set("files", l.fileNames())
	o.set("input", input)
	o.set("version", tacit.Version)
	o.set("command_line", append([]string{"tacit"}, l.env.args...))
	return o, nil
}

// limitObject says what the flow approaches, and how far it is.
func (l *flowLinear) limitObject() *object {
	o := &object{}
	g := l.goal
	switch {
	case g.why != "":
		o.absent("of", g.why)
		o.absent("distance", g.why)
	case g.infeasible:
		const why = "no x in the domain solves Ax = b, so the residual cannot vanish"
		o.absent("of", why)
		o.absent("distance", why)
		if g.floor > 0 {
			o.num("residual_bound", g.floor)
		} else {
			o.absent("residual_bound", "rounding hides how far from 0 the residual stays")
		}
	default:
		o.set("of", limitName)
		o.num("distance", relativeDistance(l.x(), g.answer.X))
		o.num("divergence", g.answer.Objective)
	}
	return o
}

const limitName = "the solution nearest to the start"

func (l *flowLinear) stats() *object {
	s := l.run.Stats
	o := &object{}
	o.set("seconds", math.Round(l.seconds*1e6)/1e6)
	o.set("rejected", s.Rejected)
	o.set("evaluations", s.Evaluations)
	o.set("jacobians", s.Jacobians)
	o.set("factorizations", s.Factorizations)
	o.set("threads", threads())
	l.env.ranks.count(o)
	return o
}

func (l *flowLinear) fileNames() *object {
	o := &object{}
	if l.flags.out == "" {
		return o
	}
	o.set("trajectory", trajectoryName)
	o.set("x", "x.npy")
	o.set("checkpoint", checkpointName)
	return o
}

// write puts the run into its directory.
func (l *flowLinear) write(out *dataio.OutputDir, report *object) error {
	check, err := l.checkpoint()
	if err != nil {
		return err
	}
	text, err := report.document()
	if err != nil {
		return err
	}
	members := l.track.members()
	for _, f := range []savedFile{
		{name: trajectoryName, table: func(w io.Writer) error { return dataio.WriteNPZ(w, members...) }},
		{name: "x.npy", table: func(w io.Writer) error { return dataio.WriteNPY(w, dataio.Floats(l.x())) }},
		{name: checkpointName, table: func(w io.Writer) error { return dataio.WriteNPZ(w, check...) }},
		{name: dataio.ResultName, table: put(text)},
	} {
		if err := out.Write(f.name, f.table); err != nil {
			return err
		}
	}
	return out.Commit()
}

// text says how the run went, for people.
func (l *flowLinear) text(ctx context.Context) string {
	var b strings.Builder
	n, m := l.in.A.Dims()
	status, _ := l.status(ctx)
	fmt.Fprintf(&b, "%s: %s\n\n", status, l.headline())
	add := func(label, format string, args ...any) {
		fmt.Fprintf(&b, "  %s%s%s\n", label, strings.Repeat(" ", max(1, 12-len([]rune(label)))), fmt.Sprintf(format, args...))
	}
	add("problem", "%d measurements, %d unknowns (%s)", n, m, l.in.Inputs["A"].Kind)
	if l.paramText != "" {
		add("flow", "gradient flow on the parameters of %s", l.paramText)
	} else {
		add("flow", "mirror flow of %s", l.geometryText)
	}
	add("time", "0 to %.6g, %d points", l.run.T, l.track.rows)
	add("residual", "%.2e of ‖b‖, from %.2e", l.residual(l.run.Loss), l.residual(l.flow.Loss(l.flow.Start())))
	l.limitRows(add)
	for _, d := range l.run.Invariants {
		add("invariant", "%s: %.1e", d.Name, d.Drift)
	}
	s := l.run.Stats
	add("work", "%d steps of %s (%d rejected), %d factorizations, %s", s.Steps, l.run.Checkpoint.Integration.Method, s.Rejected, s.Factorizations, seconds(l.seconds))
	next := l.hint(ctx)
	switch {
	case next != "":
	case l.flags.out != "":
		next = "look at it with `tacit plot " + l.flags.out + " --kind trajectory -o trajectory.svg`"
	default:
		next = "keep the trajectory with -o DIR"
	}
	fmt.Fprintf(&b, "\nnext: %s\n", next)
	return b.String()
}

func (l *flowLinear) limitRows(add func(label, format string, args ...any)) {
	g := l.goal
	switch {
	case g.why != "":
		add("limit", "not computed: %s", g.why)
	case g.infeasible && g.floor > 0:
		add("limit", "none: no x in the domain solves Ax = b; the residual stays above %.6g, which is proven", g.floor)
	case g.infeasible:
		add("limit", "none: no x in the domain solves Ax = b")
	default:
		add("approaches", "%s; ‖x − x∞‖/‖x∞‖ = %.1e", limitName, relativeDistance(l.x(), g.answer.X))
	}
}

func (l *flowLinear) headline() string {
	switch s := l.run.Status; {
	case l.run.Stalled:
		return fmt.Sprintf("the residual cannot vanish; it tends to about %.4g of ‖b‖", l.residual(l.run.Loss))
	case !s.Definite() && l.drowned(), l.run.Floored && l.drowned():
		return "the rounding of the start hides the rest of the flow"
	case l.run.Floored:
		return "the residual is down to rounding errors and falls no further"
	case s == ode.Stopped || l.opt.UntilLoss > 0 && l.run.Loss <= l.opt.UntilLoss:
		return "x(t) solves Ax = b to the residual that was asked for"
	case s == ode.Finished:
		return fmt.Sprintf("the flow was followed to t = %.6g", l.run.T)
	case s == ode.StepLimit:
		return "the steps allowed were taken"
	case s == ode.StepTooSmall || s == ode.NotFinite:
		return s.Message()
	}
	return "the run was stopped and can be continued"
}
