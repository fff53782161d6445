package main

import (
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

// openSweep makes the phase diagram of a sweep.
func openSweep(dir string) (*plot.Result, error) {
	d, err := sweep.ReadDiagram(dir)
	if err != nil {
		return nil, invalid(err)
	}
	r := &plot.Result{Dir: dir, Name: d.Name, Document: plot.Document{Command: "sweep", Status: "finished", Geometry: "hypentropy"}}
	if d.Nonneg {
		r.Geometry = "entropy"
	}
	for _, p := range d.Points {
		r.Successes = append(r.Successes, plot.Success{Delta: p.Delta, Rho: p.Rho, Successes: float64(p.Successes), Trials: float64(p.Trials)})
	}
	for _, h := range d.Half {
		r.Half = append(r.Half, plot.Half(h))
	}
	return r, nil
}
