package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/descent"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/param"
)

// follow does the run from the files to the files.
func (d *descending) follow(ctx context.Context, args []string) error {
	ctx, cancel := d.flags.budget(ctx)
	defer cancel()
	if d.resume {
		d.flags.force = true // what is there becomes part of what is written
	}
	out, err := d.flags.outputDir()
	if err != nil {
		return err
	}
	if out != nil {
		defer out.Discard()
	}
	if err := d.load(ctx, args, map[string]string{"x0": d.from}); err != nil {
		return err
	}
	defer d.in.close()
	if d.near != nil && d.near.matrix != "" {
		if err := d.loadMatrix(ctx); err != nil {
			return err
		}
	}
	method, err := d.method()
	if err != nil {
		return d.refused(err)
	}
	d.prepare(method)
	if d.resume {
		if err := d.restore(); err != nil {
			return err
		}
	}
	d.begin = time.Now()
	if d.result, err = d.run.Follow(ctx); err != nil {
		return invalid(err)
	}
	d.seconds = time.Since(d.begin).Seconds()
	d.env.term.done()
	d.predict(ctx)

	report, err := d.document(ctx)
	if err != nil {
		return err
	}
	if out != nil {
		if err := d.write(out, report); err != nil {
			return err
		}
	}
	if d.env.json {
		err = d.env.print(report)
	} else {
		err = d.env.term.result([]byte(d.text(ctx)))
	}
	if err != nil {
		return err
	}
	return silent(d.code(ctx))
}

// refused adds what to use instead of a start that stands still.
func (d *descending) refused(err error) error {
	var stationary *descent.StationaryError
	if errors.As(err, &stationary) || d.paramText != "" && d.from != "" {
		return invalid(err, "start from a small α, such as --alpha 1e-6", "`tacit path A b` follows the limit α → 0 exactly, `tacit sparse A b` computes where it ends")
	}
	return invalid(err)
}

// method makes the method at its start.
func (d *descending) method() (descent.Method, error) {
	_, m := d.in.A.Dims()
	x0 := d.in.vector["x0"]
	switch {
	case d.methodText != "":
		if x0 == nil {
			x0 = make([]float64, m)
			if d.alpha.set {
				fill(x0, math.Exp(d.alpha.log))
			}
		}
		d.start = &limitStart{x0: x0}
		if d.methodText == "sign" {
			return descent.NewSign(d.in.A, x0)
		}
		return descent.NewAdam(d.in.A, x0)
	case d.param != nil:
		return d.parameters(x0, m)
	}
	sel := tacit.Selection{Geometry: d.near.geometry, X0: x0, K: d.in.vector["K"]}
	if d.alpha.set {
		sel.LogAlpha = &d.alpha.log
	}
	phi, theta0, err := sel.Origin(m)
	if err != nil {
		return nil, err
	}
	d.start = &limitStart{phi: phi, theta0: theta0}
	return descent.NewMirror(phi, d.in.A, theta0, d.momentum)
}

// parameters makes descent on parameters.
func (d *descending) parameters(x0 []float64, m int) (descent.Method, error) {
	if x0 == nil {
		x0 = make([]float64, m)
		if _, pair := d.param.(param.Conserver); !pair {
			alpha := math.Exp(d.alpha.log)
			if !(alpha >= 0x1p-1022) || math.IsInf(alpha, 1) {
				return nil, beyondFloat(d.paramText, d.alpha.text)
			}
			fill(x0, alpha)
		}
	}
	y0 := make([]float64, d.param.Len(m))
	if err := d.param.Lift(y0, x0, d.alpha.log); err != nil {
		return nil, err
	}
	return descent.NewParameters(d.param, d.in.A, y0, d.momentum)
}

func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}

// blowup is how far the residual may grow before a run counts as diverged.
const blowup = 1e6

// prepare puts the run together.
func (d *descending) prepare(method descent.Method) {
	n, m := d.in.A.Dims()
	d.run = &descent.Run{
		A: d.in.A, B: d.in.B, Method: method, Rule: d.rule,
		Sampling: descent.Sampling{Batch: d.batch, LabelNoise: d.noise, Seed: d.flags.seed},
		Stop:     []descent.Criterion{descent.ResidualBelow(d.until), descent.Blowup(blowup), descent.Steps(d.steps)},
	}
	d.track = newDescentTrack(d.save, d.run.Every(), n, m, method)
	d.run.Observe = []func(*descent.Iterate){d.track.observe}
	if d.env.verbose && !d.env.term.quiet || d.env.term.display {
		d.run.Observe = append(d.run.Observe, d.progress())
	}
}

// progress shows where the run is: with -v a line for about every tenth
// of a decade of steps, on a terminal a status line.
func (d *descending) progress() func(*descent.Iterate) {
	next, begin, shown := 1.0, time.Now(), time.Time{}
	return func(it *descent.Iterate) {
		line := func() string { return fmt.Sprintf("step %d, residual %.1e, η %.2e", it.K, it.Residual, it.Eta) }
		if d.env.verbose {
			if float64(it.K) >= next {
				next = max(next+1, 1.25*float64(it.K))
				d.env.term.line(line())
			}
			return
		}
		if now := time.Now(); now.Sub(begin) > quietStart && now.Sub(shown) > quietStart/5 {
			shown = now
			d.env.term.status(line())
		}
	}
}

// limitStart is the start that a limit is the projection of.
type limitStart struct {
	phi    geometry.Potential
	theta0 []float64
	x0     []float64 // instead, for methods on x
}

// forecast is how far x is from the limit that the theory predicts.
type forecast struct {
	of         string
	distance   float64
	why        string // why it is not there
	infeasible bool   // no x in the domain solves Ax = b
}

// maxForecast bounds n²m of the projections that predict.
const maxForecast = 2e10

// predict computes the limit that start and geometry determine, and compares.
func (d *descending) predict(ctx context.Context) {
	n, m := d.in.A.Dims()
	f := &forecast{of: "the solution nearest to the start"}
	d.forecast = f
	switch {
	case d.result.Status == descent.Diverged || d.result.Status == descent.Interrupted:
		f.why = "the run did not reach its residual"
		return
	case float64(n)*float64(n)*float64(m) > maxForecast:
		f.why = "it would take longer than the run is worth"
		return
	}
	start := limit.Start{}
	var phi geometry.Potential
	switch method := d.run.Method.(type) {
	case *descent.Parameters:
		eff := method.Effective()
		if eff == nil {
			f.why = "no identity is known for these steps on these parameters"
			return
		}
		f.of = "the solution nearest to the start in effect"
		phi, start.Theta0 = eff.Start()
	case *descent.Mirror:
		phi, start.Theta0 = d.start.phi, d.start.theta0
	default:
		f.of = "the solution of least distance ‖x − x₀‖₂, which this method need not reach"
		phi, start.X0 = geometry.Euclidean{}, d.start.x0
	}
	r, err := limit.Nearest(ctx, d.in.A, d.in.B, phi, start, limit.Options{Tol: 1e-10})
	switch {
	case err != nil:
		f.why = err.Error()
	case r.Status == limit.Infeasible && !r.Boundary:
		f.infeasible, f.why = true, "no x in the domain solves Ax = b"
	case d.result.Status != descent.Converged:
		f.why = "the run did not reach its residual"
	case r.Status != limit.Certified:
		f.why = unforeseen(r)
	default:
		f.distance = relativeDistance(d.run.Method.X(), r.X)
	}
}

// relativeDistance is ‖x−y‖₂/‖y‖₂.
func relativeDistance(x, y []float64) float64 {
	var diff, size float64
	for i, v := range y {
		diff, size = math.Hypot(diff, x[i]-v), math.Hypot(size, v)
	}
	if size == 0 {
		return diff
	}
	return diff / size
}
