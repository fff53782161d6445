package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/plot"
	"github.com/tacit-dev/tacit/sweep"
)

// isSweep reports whether dir is that of a sweep and of no other result.
func isSweep(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, dataio.ResultName))
	return err != nil && sweep.Is(dir)
}

// openSweep reads what figures show of a sweep: its phase diagram, its curves, both,
// or neither, and why it has no others.
func openSweep(dir string) (*plot.Result, error) {
	r := &plot.Result{Dir: dir, Document: plot.Document{Command: "sweep", Status: "finished", Geometry: "hypentropy"}}
	d, err := sweep.ReadDiagram(dir)
	if err == nil {
		addDiagram(r, d)
	}
	if err := lacks(r, "phase", err); err != nil {
		return nil, err
	}
	c, err := sweep.ReadCurves(dir)
	if err == nil {
		addCurves(r, c)
	}
	return r, lacks(r, "curves", err)
}

// lacks takes note of why there is no figure of a kind. What is wrong with the
// sweep as a whole stays an error.
func lacks(r *plot.Result, kind string, err error) error {
	var misfit *sweep.MisfitError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &misfit):
		return invalid(err)
	}
	if r.Lacks == nil {
		r.Lacks = make(map[string]string)
	}
	r.Lacks[kind] = "it " + misfit.Msg
	return nil
}

// bare refuses a sweep of which there is no figure at all.
func bare(r *plot.Result) error {
	if len(r.Lacks) < 2 {
		return nil
	}
	return invalid(fmt.Errorf("%s: there is no figure of it: phase: %s; curves: %s", r.Dir, r.Lacks["phase"], r.Lacks["curves"]))
}

func addDiagram(r *plot.Result, d *sweep.Diagram) {
	r.Name = d.Name
	if d.Nonneg {
		r.Geometry = "entropy"
	}
	for _, p := range d.Points {
		r.Successes = append(r.Successes, plot.Success{Delta: p.Delta, Rho: p.Rho, Successes: float64(p.Successes), Trials: float64(p.Trials)})
	}
	for _, h := range d.Half {
		r.Half = append(r.Half, plot.Half(h))
	}
}

func addCurves(r *plot.Result, c *sweep.Curves) {
	r.Name = c.Name
	r.Curves = &plot.Curves{Axis: plot.Axis{Label: c.Axis}}
	if c.Log {
		r.Curves.Axis.Scale = plot.Log
	}
	for _, line := range c.Lines {
		l := plot.Curve{Label: line.Label}
		for _, p := range line.Points {
			share := math.NaN()
			if p.Trials > 0 {
				share = float64(p.Successes) / float64(p.Trials)
			}
			l.X, l.Share = append(l.X, p.X), append(l.Share, share)
			l.Low, l.High = append(l.Low, p.Low), append(l.High, p.High)
			for i := range l.Error {
				l.Error[i], l.Effective[i] = append(l.Error[i], p.LogError[i]), append(l.Effective[i], p.LogEffective[i])
			}
			l.Successes, l.Trials = l.Successes+p.Successes, l.Trials+p.Trials
		}
		r.Curves.Lines = append(r.Curves.Lines, l)
	}
}
