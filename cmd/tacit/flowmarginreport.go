package main

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/limit"
)

// document is the result of the run, schema tacit.trajectory/1.
func (m *flowMargin) document(ctx context.Context) (*object, error) {
	input, err := m.inputs()
	if err != nil {
		return nil, err
	}
	n, d := m.in.A.Dims()
	status, _ := m.status(ctx)
	o := &object{}
	o.set("schema", "tacit.trajectory/1")
	o.set("command", m.command)
	o.set("status", status)
	why := &object{}
	why.set("criterion", "log time")
	why.num("value", m.lastTime())
	why.num("bound", m.until)
	why.set("hint", m.hint(status))
	o.set("reason", why)
	o.set("loss", m.loss)
	o.set("time", "ln t")
	o.set("geometry", m.power)
	o.set("bias", m.bias)
	o.set("labels", m.sep.labels)
	if k := len(m.run.Points); k > 0 {
		p := m.run.Points[k-1]
		o.num("log_time", p.LogTime)
		o.num("margin", p.Margin)
		o.num("norm", p.Norm)
		o.num("log_loss", p.LogLoss)
		o.num("bound", p.Bound)
		o.num("direction", m.direction(p))
		o.vectorUpTo("w", p.W, listedWeights)
	}
	largest := &object{}
	largest.set("status", string(m.best.Status))
	if m.best.Status == limit.Certified {
		largest.num("margin", m.best.Margin.Margin)
		largest.set("support_vectors", m.best.Margin.SupportVectors)
	}
	o.set("largest_margin", largest)
	o.set("points", len(m.run.Points))
	o.set("rows", n)
	o.set("cols", d)
	list := []*object{}
	for _, v := range m.monitor {
		e := &object{}
		e.set("name", v.name)
		e.num("drift", v.drift)
		list = append(list, e)
	}
	o.set("invariants", list)
	stats := &object{}
	stats.set("seconds", math.Round(m.seconds*1e6)/1e6)
	stats.set("steps", m.run.Stats.Steps)
	stats.set("rejected", m.run.Stats.Rejected)
	stats.set("evaluations", m.run.Stats.Evaluations)
	stats.set("factorizations", m.run.Stats.Factorizations)
	stats.set("threads", threads())
	o.set("stats", stats)
	files := &object{}
	if m.flags.out != "" {
		files.set("trajectory", "trajectory.npz")
		files.set("checkpoint", checkpointName)
	}
	o.set("files", files)
	o.set("input", input)
	o.set("version", tacit.Version)
	o.set("command_line", append([]string{"tacit"}, m.env.args...))
	return o, nil
}

// vectorUpTo adds a vector that is not too long for the document.
func (o *object) vectorUpTo(key string, v []float64, most int) {
	if len(v) <= most {
		o.vector(key, v)
		return
	}
	o.absent(key, fmt.Sprintf("it has %d entries: see trajectory.npz", len(v)))
}

func (m *flowMargin) lastTime() float64 {
	if k := len(m.run.Points); k > 0 {
		return m.run.Points[k-1].LogTime
	}
	return math.Inf(-1)
}

func (m *flowMargin) hint(status string) string {
	switch status {
	case statusFinished:
		return ""
	case string(limit.NumericalTrouble):
		return m.run.Status.Message()
	}
	if m.flags.out != "" {
		return "continue it with --resume and more time, or ask for a smaller --until-log-time"
	}
	return "allow more (with -o DIR the run can be continued), or ask for a smaller --until-log-time"
}

// what names the flow, startText where it starts.
func (m *flowMargin) what() string {
	if m.exponent() == 2 {
		return "gradient flow"
	}
	return "mirror flow of the potential of " + m.power
}

func (m *flowMargin) startText() string {
	if m.from == "" {
		return "w = 0"
	}
	return m.from
}

// text is the run for people.
func (m *flowMargin) text(ctx context.Context) string {
	status, _ := m.status(ctx)
	n, d := m.in.A.Dims()
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s on the %s loss from %s\n\n", status, m.what(), map[string]string{"exp": "exponential", "logistic": "logistic"}[m.loss], m.startText())
	row := func(label, format string, args ...any) {
		fmt.Fprintf(&b, "  %s%s%s\n", label, strings.Repeat(" ", max(1, 12-len([]rune(label)))), fmt.Sprintf(format, args...))
	}
	row("problem", "%d points, %d coordinates (%s)", n, d, m.in.Inputs["A"].Kind)
	if k := len(m.run.Points); k > 0 {
		p := m.run.Points[k-1]
		row("ln t", "%.6g", p.LogTime)
		row("ln L", "%.6g", p.LogLoss)
		row("‖w‖", "%.6g", p.Norm)
		row("margin", "%.6g; the weights prove that none is above %.6g", p.Margin, p.Bound)
		if m.best.Status == limit.Certified {
			row("largest", "%.10g; w/‖w‖ is %.2g away from that separator", m.best.Margin.Margin, m.direction(p))
		} else {
			row("largest", "none: %s", m.best.Status)
		}
	}
	for _, v := range m.monitor {
		verdict := "holds"
		if v.drift > 1e-12 { // less is rounding
			verdict = fmt.Sprintf("missed by %.1e", v.drift)
		}
		row("kept", "%s: %s", v.name, verdict)
	}
	row("work", "%d steps, %d rejected, %s", m.run.Stats.Steps, m.run.Stats.Rejected, seconds(m.seconds))
	next := "`tacit margin " + m.in.paths[0] + "` computes where the direction tends to"
	switch {
	case m.bias:
		next = "`tacit margin " + m.in.paths[0] + " --bias` has the separator whose intercept is not penalised"
	case m.exponent() != 2:
		next = "`tacit margin " + m.in.paths[0] + " --norm " + m.power + "` computes where the direction tends to"
	}
	if m.flags.out == "" {
		next = "keep the trajectory with -o DIR; " + next
	}
	fmt.Fprintf(&b, "\nnext: %s\n", next)
	return b.String()
}
