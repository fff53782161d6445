package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/descent"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
)

// The statuses of a trajectory besides those of answers.
const (
	statusFinished = "finished" // what was asked: the residual, or so many steps
	statusDiverged = "diverged"
)

// status is the word for how the run ended, and code its exit code.
func (d *descending) status(ctx context.Context) (string, int) {
	switch d.result.Status {
	case descent.Converged:
		return statusFinished, exitOK
	case descent.StepLimit:
		switch {
		case d.stepsGiven && !d.untilGiven:
			return statusFinished, exitOK
		case d.forecast.infeasible:
			return string(limit.Infeasible), exitNo
		}
		return string(limit.Budget), exitBudget
	case descent.Diverged:
		return statusDiverged, exitTrouble
	case descent.Stalled:
		if d.forecast.infeasible {
			return string(limit.Infeasible), exitNo
		}
		return string(limit.Approximate), exitApproximate
	}
	s := endStatus(ctx)
	return string(s), statusCode(s)
}

func (d *descending) code(ctx context.Context) int {
	_, code := d.status(ctx)
	return code
}

// hint is the one thing to do next.
func (d *descending) hint(ctx context.Context) string {
	again := "continue it with --resume"
	if d.flags.out == "" {
		again = "keep the run with -o DIR to be able to continue it"
	}
	switch _, code := d.status(ctx); {
	case d.forecast.infeasible:
		return "`tacit nearest` proves that no x in the domain solves Ax = b; check b, or allow noise with `tacit sparse --sigma`"
	case d.result.Status == descent.Diverged && d.result.StableStep > 0 && !math.IsInf(d.result.StableStep, 1):
		return fmt.Sprintf("the largest stable step near a solution is about 2/λ_max = %.3g; use --step constant:%.2g, or --step armijo, which finds it", d.result.StableStep, d.result.StableStep/2)
	case d.result.Status == descent.Diverged:
		return "use --step armijo, which finds the steps"
	case code == exitBudget:
		return again + " and more --steps or --max-time; `tacit nearest` computes the limit without steps"
	case code == exitInterrupted:
		return again
	case d.result.Status == descent.Stalled:
		return "rounding leaves no descent from here: accept a larger --until-residual"
	}
	return ""
}

// document is the result of the run, schema tacit.trajectory/1.
func (d *descending) document(ctx context.Context) (*object, error) {
	n, m := d.in.A.Dims()
	input, err := d.inputs()
	if err != nil {
		return nil, err
	}
	status, _ := d.status(ctx)
	r := d.result
	why := &object{}
	why.set("criterion", r.Reason.Criterion)
	why.num("value", r.Reason.Value)
	why.num("bound", r.Reason.Bound)
	why.set("hint", d.hint(ctx))

	o := &object{}
	o.set("schema", "tacit.trajectory/1")
	o.set("command", d.command)
	o.set("status", status)
	o.set("reason", why)
	o.num("residual", r.Residual)
	o.num("objective", d.track.last("objective"))
	o.set("steps", r.K)
	o.num("time", r.T)
	o.set("points", d.track.rows)
	o.set("rows", n)
	o.set("cols", m)
	o.set("method", d.run.Method.Name())
	o.set("geometry", orNull(d.geometryText))
	o.set("param", orNull(d.paramText))
	o.set("step", d.rule.Name())
	o.set("batch", d.batch)
	o.num("momentum", d.momentum)
	o.num("label_noise", d.noise)
	o.set("seed", d.flags.seed)
	if d.alpha.set {
		o.num("log_alpha", d.alpha.log)
	} else {
		o.set("log_alpha", nil)
	}
	o.set("breaks_bias", orNull(d.run.Method.BreaksBias()))
	if r.StableStep > 0 {
		o.num("largest_stable_step", r.StableStep)
	}
	o.set("invariants", d.invariants())
	d.effective(o)
	d.limitNumbers(o)
	stats := &object{}
	stats.set("seconds", math.Round(d.seconds*1e6)/1e6)
	stats.set("passes", r.Passes)
	stats.set("threads", threads())
	o.set("stats", stats)
	o.set("files", d.fileNames())
	o.set("input", input)
	o.set("version", tacit.Version)
	o.set("command_line", append([]string{"tacit"}, d.env.args...))
	return o, nil
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// invariants are what the method keeps, and by how much it was missed.
func (d *descending) invariants() []*object {
	list := []*object{}
	add := func(name string, drift float64) {
		o := &object{}
		o.set("name", name)
		o.num("drift", drift)
		list = append(list, o)
	}
	n, m := d.in.A.Dims()
	moved := make([]float64, m)
	whole := d.run.Every() == 1 && d.noise == 0 && d.batch == 0
	switch method := d.run.Method.(type) {
	case *descent.Mirror:
		d.in.A.ApplyT(moved, method.Nu())
		phi, theta0 := method.Potential()
		add("theta - theta0 in the range of A^T", offChart(method.Theta(), theta0, moved))
		if _, constant := d.rule.(descent.Constant); whole && !constant && d.momentum == 0 {
			add("Psi does not rise", d.rise(n, phi, theta0))
		}
	case *descent.Parameters:
		if _, ok := d.rule.(descent.Armijo); whole && ok {
			add("the loss does not rise", largestRise(d.track.at("objective")))
		}
		eff := method.Effective()
		if eff == nil {
			break
		}
		d.in.A.ApplyT(moved, method.Nu())
		phi, theta0 := eff.Start()
		for i := range theta0 {
			theta0[i] += eff.Clock() * moved[i]
		}
		phi.GradConj(theta0, theta0)
		add("x on the chart of the start in effect", relativeDistance(method.X(), theta0))
	}
	return list
}

// rise is the largest rise of Ψ = φ*(θ₀+Aᵀν) − ⟨b, ν⟩ from one point of the
// trajectory to the next, relative to how far Ψ falls in all.
func (d *descending) rise(n int, phi geometry.Potential, theta0 []float64) float64 {
	nu := d.track.at("nu")
	psi := make([]float64, d.track.rows)
	theta := make([]float64, len(theta0))
	for r := range psi {
		row := nu[r*n : (r+1)*n]
		d.in.A.ApplyT(theta, row)
		for i, v := range theta0 {
			theta[i] += v
		}
		psi[r] = phi.Conj(theta)
		for i, v := range row {
			psi[r] -= d.in.B[i] * v
		}
	}
	low := slices.Min(psi)
	for r := range psi { // from the lowest point up: only the fall counts
		psi[r] -= low
	}
	return largestRise(psi)
}

// largestRise is the largest vᵢ₊₁ − vᵢ ≥ 0 relative to the largest v ≥ 0.
func largestRise(v []float64) float64 {
	var rise float64
	for i := 1; i < len(v); i++ {
		rise = max(rise, v[i]-v[i-1])
	}
	if top := slices.Max(v); top > 0 {
		rise /= top
	}
	return rise
}

// offChart is the largest |θ − θ₀ − Aᵀν| relative to the largest of the terms.
func offChart(theta, theta0, moved []float64) float64 {
	var off, size float64
	for i, v := range theta {
		off = max(off, math.Abs(v-theta0[i]-moved[i]))
		size = max(size, math.Abs(v), math.Abs(theta0[i]))
	}
	if size == 0 {
		return off
	}
	return off / size
}

// effective adds the start that the steps have had in effect.
func (d *descending) effective(o *object) {
	method, ok := d.run.Method.(*descent.Parameters)
	if !ok || method.Effective() == nil {
		return
	}
	sorted := slices.Sorted(slices.Values(method.Effective().LogAlpha()))
	e := &object{}
	e.num("least", sorted[0])
	e.num("median", sorted[len(sorted)/2])
	e.num("largest", sorted[len(sorted)-1])
	o.set("effective_log_alpha", e)
}

// limitNumbers adds how far x is from what theory predicts.
func (d *descending) limitNumbers(o *object) {
	l := &object{}
	l.set("of", d.forecast.of)
	if d.forecast.why != "" {
		l.absent("distance", d.forecast.why)
	} else {
		l.num("distance", d.forecast.distance)
	}
	o.set("limit", l)
}

// resumable reports whether the state is that of the last step.
func (d *descending) resumable() bool { return d.result.Status != descent.Diverged }

func (d *descending) fileNames() *object {
	o := &object{}
	if d.flags.out == "" {
		return o
	}
	o.set("trajectory", trajectoryName)
	o.set("x", "x.npy")
	if d.resumable() {
		o.set("checkpoint", checkpointName)
	} else {
		o.absent("checkpoint", "a run that diverged cannot be continued")
	}
	return o
}

// write puts the run into its directory.
func (d *descending) write(out *dataio.OutputDir, report *object) error {
	members := d.track.members()
	if method, ok := d.run.Method.(*descent.Parameters); ok && method.Effective() != nil {
		members = append(members, dataio.Member{Name: "effective_log_alpha", Values: dataio.Floats(method.Effective().LogAlpha())})
	}
	files := []savedFile{
		{name: trajectoryName, table: func(w io.Writer) error { return dataio.WriteNPZ(w, members...) }},
		{name: "x.npy", table: func(w io.Writer) error { return dataio.WriteNPY(w, dataio.Floats(d.run.Method.X())) }},
	}
	if d.resumable() {
		check, err := d.checkpoint()
		if err != nil {
			return err
		}
		files = append(files, savedFile{name: checkpointName, table: func(w io.Writer) error { return dataio.WriteNPZ(w, check...) }})
	}
	text, err := report.document()
	if err != nil {
		return err
	}
	files = append(files, savedFile{name: dataio.ResultName, table: put(text)})
	for _, f := range files {
		if err := out.Write(f.name, f.table); err != nil {
			return err
		}
	}
	return out.Commit()
}

// text says how the run went, for people.
func (d *descending) text(ctx context.Context) string {
	var b strings.Builder
	r := d.result
	status, _ := d.status(ctx)
	n, m := d.in.A.Dims()
	fmt.Fprintf(&b, "%s: %s\n\n", status, d.headline())
	add := func(label, format string, args ...any) {
		fmt.Fprintf(&b, "  %s%s%s\n", label, strings.Repeat(" ", max(1, 14-len([]rune(label)))), fmt.Sprintf(format, args...))
	}
	add("problem", "%d measurements, %d unknowns (%s)", n, m, d.in.Inputs["A"].Kind)
	add("method", "%s, %s", d.run.Method.Name(), d.manner())
	add("steps", "%d, the last η = %.3g, Σ η = %.6g", r.K, r.Eta, r.T)
	add("residual", "%.1e of ‖b‖, asked for %.0e", r.Residual, d.until)
	if method, ok := d.run.Method.(*descent.Parameters); ok && method.Effective() != nil {
		sorted := slices.Sorted(slices.Values(method.Effective().LogAlpha()))
		add("ln α in effect", "from %.4g to %.4g, median %.4g; at the start %s", sorted[0], sorted[len(sorted)-1], sorted[len(sorted)/2], d.atStart())
	}
	for _, v := range d.invariants() {
		add("invariant", "%s: %.1e", v.fields[0].value, v.fields[1].value)
	}
	if d.forecast.why == "" {
		add("limit", "%.1e from %s", d.forecast.distance, d.forecast.of)
	}
	add("work", "%.6g passes over A, %s", r.Passes, seconds(d.seconds))
	if why := d.run.Method.BreaksBias(); why != "" {
		fmt.Fprintf(&b, "\nnote: %s\n", why)
	}
	next := d.hint(ctx)
	switch {
	case next != "":
	case d.flags.out != "":
		next = "look at it with `tacit plot " + d.flags.out + " --kind trajectory -o trajectory.svg`"
	default:
		next = "keep the trajectory with -o DIR"
	}
	fmt.Fprintf(&b, "\nnext: %s\n", next)
	return b.String()
}

func (d *descending) headline() string {
	if d.forecast.infeasible {
		return "no x in the domain solves Ax = b, so the residual cannot vanish"
	}
	switch d.result.Status {
	case descent.Converged:
		return "x solves Ax = b to the residual that was asked for"
	case descent.StepLimit:
		return fmt.Sprintf("the %d steps were taken", d.result.K)
	case descent.Diverged:
		if h := d.result.Reason.Hint; strings.HasPrefix(h, "step ") {
			return h
		}
		return "the steps are too large; x is the best point that was seen"
	case descent.Stalled:
		return "no step lowers the loss any further in floating point"
	}
	return "the run was stopped and can be continued"
}

// manner lists what is special about the steps.
func (d *descending) manner() string {
	parts := []string{d.rule.Name()}
	if d.batch > 0 {
		parts = append(parts, fmt.Sprintf("batches of %d rows", d.batch))
	}
	if d.noise > 0 {
		parts = append(parts, fmt.Sprintf("label noise ±%g", d.noise))
	}
	if d.momentum > 0 {
		parts = append(parts, fmt.Sprintf("momentum %g", d.momentum))
	}
	return strings.Join(parts, ", ")
}

// atStart is ln α as it was given.
func (d *descending) atStart() string {
	if d.alpha.set {
		return fmt.Sprintf("%.4g", d.alpha.log)
	}
	return "that of x₀"
}
