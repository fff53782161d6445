package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/plot"
	"github.com/tacit-dev/tacit/sweep"
)

// isSweep reports whether dir is that of a whole sweep and of no other result.
func isSweep(dir string) bool {
	_, table := os.Stat(sweep.TablePath(dir))
	_, result := os.Stat(filepath.Join(dir, dataio.ResultName))
	return table == nil && result != nil
}

// openSweep counts the successes of a sweep by n/m and k/n, over all its other
// axes.
func openSweep(dir string) (*plot.Result, error) {
	t, err := sweep.OpenTable(sweep.TablePath(dir))
	if err != nil {
		return nil, invalid(err)
	}
	defer func() { _ = t.Close() }()
	r := &plot.Result{Dir: dir, Document: plot.Document{Command: "sweep", Status: "finished", Geometry: "entropy"}}
	at := map[[2]float64]int{}
	for {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, invalid(fmt.Errorf("%s: %w", sweep.TablePath(dir), err))
		}
		if !row.Nonneg {
			r.Geometry = "hypentropy"
		}
		if row.Success == nil || row.M <= 0 || row.N <= 0 {
			continue
		}
		key := [2]float64{row.Delta, row.Rho}
		k, found := at[key]
		if !found {
			k = len(r.Successes)
			at[key] = k
			r.Successes = append(r.Successes, plot.Success{Delta: row.Delta, Rho: row.Rho})
		}
		r.Successes[k].Trials++
		if *row.Success {
			r.Successes[k].Successes++
		}
	}
	if r.Successes == nil {
		return nil, invalid(fmt.Errorf("%s: no cell of the sweep has a success or a failure", dir))
	}
	return r, nil
}
