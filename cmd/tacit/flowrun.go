package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/ode"
	"github.com/tacit-dev/tacit/param"
)

// follow does the run from the files to the files.
func (l *flowLinear) follow(ctx context.Context, args []string) error {
	ctx, cancel := l.flags.budget(ctx)
	defer cancel()
	if l.resume {
		l.flags.force = true // what is there becomes part of what is written
	}
	out, err := l.flags.begin(l.env)
	if err != nil {
		return err
	}
	if out != nil {
		defer out.Discard()
	}
	if err := l.load(ctx, args, map[string]string{"x0": l.from}); err != nil {
		return err
	}
	defer l.in.close()
	if err := l.make(); err != nil {
		return l.refused(err)
	}
	if err := l.integrate(ctx); err != nil {
		return err
	}
	report, err := l.document(ctx)
	if err != nil {
		return err
	}
	if out != nil {
		if err := l.write(out, report); err != nil {
			return err
		}
	}
	if l.env.json {
		err = l.env.print(report)
	} else {
		err = l.env.term.result([]byte(l.text(ctx)))
	}
	if err != nil {
		return err
	}
	_, code := l.status(ctx)
	return silent(code)
}

// integrate runs the flow, after its limit has been computed.
func (l *flowLinear) integrate(ctx context.Context) error {
	l.goal = l.foresee(ctx)
	var err error
	if l.opt, err = l.options(); err != nil {
		return invalid(err)
	}
	var from *flow.Checkpoint
	if l.resume {
		if from, err = l.restore(); err != nil {
			return err
		}
	}
	begin := time.Now()
	if err := l.advance(ctx, from); err != nil {
		return invalid(err)
	}
	l.seconds = time.Since(begin).Seconds()
	l.env.term.done()
	l.record()
	return nil
}

// advance follows the flow to its end or that of ctx, and keeps in -o where it is.
func (l *flowLinear) advance(ctx context.Context, from *flow.Checkpoint) error {
	keeping := l.flags.out != "" && l.flags.maxSteps == 0 // a bound counts the steps of a piece
	return l.inPieces(ctx, keeping, func(piece context.Context) (more bool, err error) {
		if from == nil {
			l.run, err = flow.Run(piece, l.flow, l.opt)
		} else {
			l.run, err = flow.Resume(piece, l.flow, from, l.opt)
		}
		if err != nil {
			return false, err
		}
		from = l.run.Checkpoint
		return l.run.Status == ode.TimeLimit, nil
	}, l.checkpoint)
}

// refused adds what to use instead of a start that stands still.
func (l *flowLinear) refused(err error) error {
	var stationary *flow.StationaryError
	if errors.As(err, &stationary) || l.paramText != "" && l.from != "" {
		return invalid(err, "start from a small α, such as --alpha 1e-6", "`tacit path A b` follows the limit α → 0 exactly, `tacit sparse A b` computes where it ends")
	}
	return invalid(err)
}

// make puts the flow together.
func (l *flowLinear) make() error {
	n, m := l.in.A.Dims()
	if n == 0 || m == 0 {
		return fmt.Errorf("the matrix A is %d×%d: there is nothing to follow", n, m)
	}
	if math.IsInf(sq(l.size()), 1) {
		return fmt.Errorf("‖b‖ = %.3g: the loss ½‖Ax − b‖² does not fit in a double; scale b, and with it the start", l.size())
	}
	f := loss.Squared{B: l.in.B}
	x0 := l.in.vector["x0"]
	if l.param != nil {
		return l.makeParameterized(f, x0, m)
	}
	if l.near.matrix != "" {
		return fmt.Errorf("flow linear follows separable geometries, and mahalanobis:%s is given by a matrix; its flow is a Euclidean one: factor K = LLᵀ and follow z = Lᵀx with A L⁻ᵀ and --geometry euclidean", l.near.matrix)
	}
	sel := tacit.Selection{Geometry: l.near.geometry, X0: x0}
	if l.alpha.set {
		sel.LogAlpha = &l.alpha.log
	}
	phi, theta0, err := sel.Origin(m)
	if err != nil {
		return err
	}
	separable, ok := phi.(geometry.Separable)
	if !ok {
		return fmt.Errorf("flow linear follows separable geometries, and %s is not", phi.Name())
	}
	l.start = &limitStart{phi: phi, theta0: theta0}
	l.flow = flow.NewMirror(dual.NewChart(separable, l.in.A, theta0), f)
	return nil
}

func (l *flowLinear) makeParameterized(f loss.Loss, x0 []float64, m int) error {
	if x0 == nil {
		x0 = make([]float64, m)
		if _, pair := l.param.(param.Conserver); !pair {
			alpha := math.Exp(l.alpha.log)
			if !(alpha >= 0x1p-1022) || math.IsInf(alpha, 1) {
				return beyondFloat(l.paramText, l.alpha.text)
			}
			fill(x0, alpha)
		}
	}
	y0 := make([]float64, l.param.Len(m))
	if err := l.param.Lift(y0, x0, l.alpha.log); err != nil {
		return err
	}
	p, err := flow.NewParameterized(l.param, l.in.A, f, y0)
	if err != nil {
		return err
	}
	l.flow, l.start = p, &limitStart{}
	mirror, err := l.param.Induced(y0)
	if err != nil {
		return nil // no geometry: the flow runs, and its limit is not foreseen
	}
	phi, err := mirror.Selects()
	if err != nil {
		return nil
	}
	theta0 := make([]float64, m)
	l.param.Map(theta0, y0)
	phi.Grad(theta0, theta0)
	l.start = &limitStart{phi: phi, theta0: theta0}
	return nil
}

// roundingLoss is a loss that rounding explains. A mirror flow adds to θ₀, and a unit
// in its last place moves x by that part of itself where, as for the entropies, ∇²φ* is of
// the size of x; parameters have the rounding of x alone. A few units more are left for
// the products with A.
func (l *flowLinear) roundingLoss() float64 {
	if l.start == nil || l.goal.infeasible {
		return 0
	}
	r := l.rounding() * l.size()
	return r * r / 2
}

// rounding is the relative error of x that the rounding of θ makes.
func (l *flowLinear) rounding() float64 { return 0x1p-50 * l.farthest() }

// farthest is the largest |θ₀| from where a mirror flow has to come, 1 at least.
func (l *flowLinear) farthest() float64 {
	most := 1.0
	if l.param == nil {
		for _, v := range l.start.theta0 {
			most = math.Max(most, math.Abs(v))
		}
	}
	return most
}

// resolved is the relative error allowed in a step: what was asked for, or that of x by
// the rounding of θ, below which steps would shrink without end.
func (l *flowLinear) resolved() float64 {
	if l.start == nil {
		return l.rtol
	}
	return max(l.rtol, min(l.rounding(), 1e-2))
}

// drowned reports whether the rounding of θ₀ alone is of the size of the solution: of a
// sum such as −1e30 + 1e30 that has to end at 1 a double keeps no digit.
func (l *flowLinear) drowned() bool {
	return l.param == nil && l.start != nil && 0x1p-53*l.farthest() > 1e-3
}

// options is what the flow is told.
func (l *flowLinear) options() (flow.Options, error) {
	n, m := l.in.A.Dims()
	method, err := stepperOf(l.methodText)
	if err != nil {
		return flow.Options{}, err
	}
	o := flow.Options{
		Times: l.times, UntilTime: l.untilTime, RelTol: l.resolved(), Method: method,
		MaxSteps: l.flags.maxSteps, Watch: l.progress(), XHat: l.goal.xhat(), StopStalled: l.goal.infeasible, Floor: l.roundingLoss(),
	}
	if len(l.times) > 0 {
		o.Times, o.UntilTime = endingAt(l.times, l.last()), 0
	} else {
		if o.Save = l.save; o.Save == 0 {
			o.Save = max(5, min(defaultSave, maxTrack/(n+m+1)))
		}
	}
	if l.untilGiven || len(l.times) == 0 && l.untilTime == 0 {
		if o.UntilLoss, err = lossAt(l.until, l.size()); err != nil {
			return o, err
		}
	}
	return o, nil
}

// endingAt is those of the times that come before end, and end.
func endingAt(times []float64, end float64) []float64 {
	kept := 0
	for kept < len(times) && times[kept] < end {
		kept++
	}
	return append(times[:kept:kept], end)
}

// lossAt is the loss of a relative residual for a b of the given length.
func lossAt(residual, size float64) (float64, error) {
	value := sq(residual*size) / 2
	if !(value >= 0x1p-1022) || math.IsInf(value, 1) {
		return 0, fmt.Errorf("‖b‖ = %.3g: the square of %v of it does not fit in a double; scale b, and with it the start, or change --until-residual", size, residual)
	}
	return value, nil
}

func sq(x float64) float64 { return x * x }

// size is what residuals are relative to: ‖b‖, or 1 if b = 0.
func (l *flowLinear) size() float64 { return sizeOf(l.in.B) }

func sizeOf(b []float64) float64 {
	var s float64
	for _, v := range b {
		s = math.Hypot(s, v)
	}
	if s == 0 {
		return 1
	}
	return s
}

// residual is the relative residual of a loss ½‖Ax−b‖².
func (l *flowLinear) residual(value float64) float64 { return math.Sqrt(2*value) / l.size() }

// progress shows where the run is.
// manySteps are more than a method takes that suits the problem.
const manySteps = 200000

// progress shows where the run is, and says once when a method that was asked for
// does not suit it.
func (l *flowLinear) progress() func(flow.Progress) {
	shown, said := progressOf(l.env, l.residual), false
	if l.methodText == "auto" {
		return shown
	}
	return func(p flow.Progress) {
		if p.Stats.Steps >= manySteps && !said {
			said = true
			l.env.term.note("%s has taken %d steps and is at t = %.3g; the flow is stiff there, and --method auto would take far fewer", l.methodText, p.Stats.Steps, p.T)
		}
		if shown != nil {
			shown(p)
		}
	}
}

// progressOf shows where a run is: with -v a line for each doubling of the
// steps, on a terminal a status line.
func progressOf(env *environment, residual func(loss float64) float64) func(flow.Progress) {
	if env.term.quiet || !env.verbose && !env.term.display {
		return nil
	}
	begin, shown, next := time.Now(), time.Time{}, 1
	return func(p flow.Progress) {
		line := func() string {
			return fmt.Sprintf("step %d, t = %.5g, residual %.1e", p.Stats.Steps, p.T, residual(p.Loss))
		}
		if env.verbose {
			if p.Stats.Steps >= next {
				next = p.Stats.Steps + p.Stats.Steps/4 + 1
				env.term.line(line())
			}
			return
		}
		if now := time.Now(); now.Sub(begin) > quietStart && now.Sub(shown) > quietStart/5 {
			shown = now
			env.term.status(line())
		}
	}
}

// record turns the points into the columns of trajectory.npz.
func (l *flowLinear) record() {
	n, m := l.in.A.Dims()
	t := &track{}
	for _, name := range []string{"t", "residual", "objective"} {
		t.column(name, 0)
	}
	t.column("x", m)
	_, charted := l.flow.(flow.Charted)
	if charted {
		t.column("nu", n)
	}
	x := make([]float64, m)
	for i, state := range l.run.States {
		value := l.flow.Loss(state)
		l.flow.Primal(x, state)
		row := [][]float64{{l.run.Times[i]}, {l.residual(value)}, {value}, x}
		if charted {
			row = append(row, state[:n])
		}
		t.add(row...)
	}
	l.track = t
}

// x is the end of the run.
func (l *flowLinear) x() []float64 {
	_, m := l.in.A.Dims()
	x := make([]float64, m)
	l.flow.Primal(x, l.run.State)
	return x
}

func parseFinite(text string) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
		err = errors.New("not finite")
	}
	return v, err
}
