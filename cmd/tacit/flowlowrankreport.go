package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/ode"
)

// finish writes and prints.
func (l *flowLowrank) finish(ctx context.Context, out *dataio.OutputDir) error {
	e := l.end()
	report, err := l.document(ctx, e)
	if err != nil {
		return err
	}
	if out != nil {
		text, err := report.document()
		if err != nil {
			return err
		}
		check, err := l.checkpoint()
		if err != nil {
			return err
		}
		members, p := l.members(), l.matrix.data
		for _, f := range []savedFile{
			{name: trajectoryName, table: func(w io.Writer) error { return dataio.WriteNPZ(w, members...) }},
			{name: "x.npy", table: func(w io.Writer) error { return dataio.WriteNPY(w, dataio.Floats(e.x, p.P, p.Q)) }},
			{name: checkpointName, table: func(w io.Writer) error { return dataio.WriteNPZ(w, check...) }},
			{name: dataio.ResultName, table: put(text)},
		} {
			if err := out.Write(f.name, f.table); err != nil {
				return err
			}
		}
		if err := out.Commit(); err != nil {
			return err
		}
	}
	if l.env.json {
		err = l.env.print(report)
	} else {
		err = l.env.term.result([]byte(l.text(ctx, e)))
	}
	if err != nil {
		return err
	}
	_, code := l.status(ctx)
	return silent(code)
}

// members are the arrays of trajectory.npz, x being T×p×q.
func (l *flowLowrank) members() []dataio.Member {
	list, p := l.track.members(), l.matrix.data
	for i := range list {
		if list[i].Name == "x" {
			list[i].Values = dataio.Floats(l.track.at("x"), l.track.rows, p.P, p.Q)
		}
	}
	return list
}

// status is the word for how the run ended, and its exit code.
func (l *flowLowrank) status(ctx context.Context) (string, int) {
	switch s := l.run.Status; {
	case s.Definite():
		return statusFinished, exitOK
	case s == ode.StepLimit:
		return string(limit.Budget), exitBudget
	case s == ode.Interrupted || s == ode.TimeLimit:
		end := endStatus(ctx)
		return string(end), statusCode(end)
	}
	return string(limit.NumericalTrouble), exitTrouble
}

func (l *flowLowrank) hint(ctx context.Context) string {
	switch _, code := l.status(ctx); code {
	case exitOK:
		return ""
	case exitTrouble:
		return l.run.Status.Message()
	}
	return "allow more, or ask for a larger --until-residual"
}

// reason is the number that ended the run, against its bound.
func (l *flowLowrank) reason(ctx context.Context) *object {
	criterion, value, bound := "time", l.run.T, l.last()
	switch {
	case l.run.Status == ode.Stopped || l.opt.UntilLoss > 0 && l.run.Loss <= l.opt.UntilLoss:
		criterion, value, bound = "residual", l.residual(l.run.Loss), l.until
	case l.run.Status == ode.StepLimit:
		criterion, value, bound = "steps", float64(l.run.Stats.Steps), float64(l.flags.maxSteps)
	case !l.run.Status.Definite():
		criterion = l.run.Status.String()
	}
	why := &object{}
	why.set("criterion", criterion)
	why.num("value", value)
	why.num("bound", bound)
	why.set("hint", l.hint(ctx))
	return why
}

// document is the result of the run, schema tacit.trajectory/1.
func (l *flowLowrank) document(ctx context.Context, e ending) (*object, error) {
	input, err := l.inputs()
	if err != nil {
		return nil, err
	}
	p, r := l.matrix.data, l.run
	status, _ := l.status(ctx)
	o := &object{}
	o.set("schema", "tacit.trajectory/1")
	o.set("command", l.command)
	o.set("status", status)
	o.set("reason", l.reason(ctx))
	o.num("residual", l.residual(r.Loss))
	o.num("objective", r.Loss)
	o.num("time", r.T)
	o.set("steps", r.Stats.Steps)
	o.set("points", l.track.rows)
	o.set("rows", len(p.B))
	o.set("cols", p.P*p.Q)
	o.set("shape", []int{p.P, p.Q})
	o.set("kind", p.Kind)
	o.set("psd", l.matrix.psd)
	o.set("depth", l.depth)
	o.set("method", r.Method)
	o.num("rtol", l.rtol)
	o.num("log_alpha", l.alpha.log)
	o.num(l.normName(), e.norm)
	o.set("rank", e.rank)
	o.vectorUpTo("singular_values", e.singular, listedWeights)
	o.set("minimiser", l.minimiser(e))
	o.set("limit", l.limit(e))
	list := []*object{}
	for _, d := range l.invariants() {
		v := &object{}
		v.set("name", d.name)
		v.num("drift", d.drift)
		list = append(list, v)
	}
	o.set("invariants", list)
	o.set("comparison", l.comparisons())
	o.set("stats", l.stats())
	files := &object{}
	if l.flags.out != "" {
		files.set("trajectory", trajectoryName)
		files.set("x", "x.npy")
		files.set("checkpoint", checkpointName)
	}
	o.set("files", files)
	o.set("input", input)
	o.set("version", tacit.Version)
	o.set("command_line", append([]string{"tacit"}, l.env.args...))
	return o, nil
}

func (l *flowLowrank) normName() string {
	if l.matrix.psd {
		return "trace"
	}
	return "nuclear_norm"
}

// minimiser is the certified answer of tacit lowrank.
func (l *flowLowrank) minimiser(e ending) *object {
	o := &object{}
	o.set("status", string(l.least.Status))
	if l.least.Status != limit.Certified {
		return o
	}
	o.num(l.normName(), e.least)
	o.set("rank", e.lower)
	o.set("unique", l.least.Unique)
	if math.IsNaN(e.distance) {
		o.absent("distance", "it is not known to be the only one")
	} else {
		o.num("distance", e.distance)
	}
	return o
}

// limit says where the flow tends to as α → 0, if that is known.
func (l *flowLowrank) limit(e ending) *object {
	o := &object{}
	why := "the limit as alpha vanishes is known only where X is positive semidefinite and the A_k commute"
	if l.commutes {
		o.set("of", "a matrix of least trace")
		why = "it is not known to be the only one"
	} else {
		o.absent("of", why)
	}
	if l.commutes && !math.IsNaN(e.distance) {
		o.num("distance", e.distance)
	} else {
		o.absent("distance", why)
	}
	return o
}

// invariants is what the exact flow keeps, and how far the run strayed.
func (l *flowLowrank) invariants() []monitored {
	var list []monitored
	for _, d := range l.run.Invariants {
		if d.Name == "loss" {
			d.Name = "the loss does not rise"
		}
		list = append(list, monitored{d.Name, d.Drift})
	}
	if l.matrix.psd {
		return list
	}
	if two, ok := l.flow.(*flow.Factored); ok {
		if first, err := two.Sign(two.Start()); err == nil {
			var strays float64
			for _, z := range l.run.States {
				if sign, _ := two.Sign(z); sign != first {
					strays++
				}
			}
			list = append(list, monitored{"the sign of det X", strays})
		}
	}
	if p := l.matrix.data; p.P == p.Q && flow.KeepsSymmetric(p.A, p.B, p.P) {
		list = append(list, monitored{symmetryName, l.skew()})
	}
	return list
}

const symmetryName = "the symmetry of X"

// skew is the largest ‖X − Xᵀ‖_F/‖X‖_F of the points.
func (l *flowLowrank) skew() float64 {
	d, x := l.matrix.data.P, l.track.at("x")
	var worst float64
	for ; len(x) > 0; x = x[d*d:] {
		var skew, size float64
		for i := range d {
			for j := range d {
				skew, size = math.Hypot(skew, x[i*d+j]-x[j*d+i]), math.Hypot(size, x[i*d+j])
			}
		}
		worst = max(worst, skew/size)
	}
	return worst
}

func (l *flowLowrank) stats() *object {
	s := l.run.Stats
	o := &object{}
	o.set("seconds", math.Round(l.seconds*1e6)/1e6)
	o.set("rejected", s.Rejected)
	o.set("evaluations", s.Evaluations)
	o.set("jacobians", s.Jacobians)
	o.set("factorizations", s.Factorizations)
	o.set("rotations", l.run.Rotations)
	o.set("threads", threads())
	return o
}

// text says how the run went, for people.
func (l *flowLowrank) text(ctx context.Context, e ending) string {
	var b strings.Builder
	p, r := l.matrix.data, l.run
	status, _ := l.status(ctx)
	fmt.Fprintf(&b, "%s: at t = %.6g the residual is %.2e of ‖b‖, and X has rank %d to three digits\n\n", status, r.T, l.residual(r.Loss), e.rank)
	add := func(label, format string, args ...any) {
		fmt.Fprintf(&b, "  %s%s%s\n", label, strings.Repeat(" ", max(1, 12-len([]rune(label)))), fmt.Sprintf(format, args...))
	}
	add("problem", "%d measurements of a %d×%d matrix (%s)", len(p.B), p.P, p.Q, p.Kind)
	switch {
	case l.depth > 2:
		add("flow", "X = W_%d⋯W₁ from balanced factors with singular values %s to twice that", l.depth, l.alpha.text)
	case l.matrix.psd:
		add("flow", "Ẏ = −2GY of X = YYᵀ, from Y = %s·I", l.alpha.text)
	default:
		add("flow", "L̇ = −GR, Ṙ = −GᵀL of X = LRᵀ, from L = R = %s·I", l.alpha.text)
	}
	add("time", "0 to %.6g, %d points", r.T, l.track.rows)
	l.endRows(add, e)
	for _, d := range l.invariants() {
		add("invariant", "%s: %.1e", d.name, d.drift)
	}
	l.besideRows(add)
	add("work", "%d steps of %s (%d rejected), %d factorizations, %s", r.Stats.Steps, r.Method, r.Stats.Rejected, r.Stats.Factorizations, seconds(l.seconds))
	next := l.hint(ctx)
	switch {
	case next != "":
	case l.flags.out != "":
		next = "look at it with `tacit plot " + l.flags.out + " --kind singular-values -o stairs.svg`"
	default:
		next = "keep the trajectory with -o DIR"
	}
	fmt.Fprintf(&b, "\nnext: %s\n", next)
	return b.String()
}

// endRows compares where the run ended with the minimiser.
func (l *flowLowrank) endRows(add func(label, format string, args ...any), e ending) {
	name := l.matrix.objective()
	add("X(t)", "%s = %.8g, rank %d; singular values %s", name, e.norm, e.rank, shortValues(e.singular))
	switch l.least.Status {
	case limit.Certified:
		add("least", "%s = %.8g, rank %d, certified", name, e.least, e.lower)
	case limit.Infeasible:
		add("least", "there is no X that satisfies the measurements, which is proven")
	default:
		add("least", "not certified: %s", l.least.Status)
	}
	if l.commutes {
		add("approaches", "a matrix of least trace as α → 0, as the A_k commute")
		return
	}
	why := "X is not symmetric"
	if l.depth > 2 {
		why = "X has more than two factors"
	} else if l.matrix.psd {
		why = "the A_k do not commute"
	}
	add("approaches", "no theorem says what as α → 0: %s", why)
	if math.IsNaN(e.least) || l.opt.UntilLoss == 0 || l.run.Loss > l.opt.UntilLoss*1.001 {
		return
	}
	const same = 1e-4
	switch excess := e.norm/e.least - 1; {
	case excess <= same:
		add("", "here it is the least %s, within %.1e", name, math.Max(excess, 0))
	case e.rank < e.lower:
		add("", "here not the least %s but %.3g %% above it, at the lower rank %d", name, 100*excess, e.rank)
	default:
		add("", "here %.3g %% above the least %s; try a smaller --alpha to see where it tends to", 100*excess, name)
	}
}

// shortValues prints the first numbers of a list.
func shortValues(v []float64) string {
	const most = 5
	text := ""
	for k, s := range v[:min(most, len(v))] {
		if k > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%.4g", s)
	}
	if len(v) > most {
		text += ", …"
	}
	return text
}
