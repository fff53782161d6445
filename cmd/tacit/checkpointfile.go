package main

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/ode"
)

// checkpointFile is the checkpoint.npz of a flow while it is read.
type checkpointFile struct {
	*dataio.File
	path  string
	fault error // the last array that is not as it should be
}

// readCheckpoint opens what a flow has kept in dir; nil without an error where that is
// nothing yet.
func readCheckpoint(env *environment, dir string) (*checkpointFile, error) {
	f, err := openCheckpoint(env, dir)
	if f == nil {
		return nil, err
	}
	return &checkpointFile{File: f, path: filepath.Join(dir, checkpointName)}, nil
}

// read returns an array of a length, or of any if that is negative.
func (f *checkpointFile) read(name string, length int) []float64 {
	a, err := f.Array(name)
	switch {
	case err != nil:
		f.fault = err
	case length >= 0 && len(a.Data) != length:
		f.fault = fmt.Errorf("%s: the array %q has %d numbers, want %d", f.path, name, len(a.Data), length)
	default:
		return slices.Clone(a.Data)
	}
	return make([]float64, max(length, 0))
}

// isOf refuses a checkpoint of a run on other data or with other flags.
func (f *checkpointFile) isOf(p *problem, fingerprint func(inBlocks bool) ([]float64, error)) error {
	same, err := p.sameRun(f.read("run", 8), fingerprint)
	if err != nil {
		return err
	}
	if f.fault == nil && !same {
		return invalid(fmt.Errorf("%s is of a run with other data or flags; only --max-time, --max-steps and --threads may change", f.path))
	}
	return nil
}

// statCount is the length of statNumbers, which are the counts of an integration as a
// checkpoint holds them; statsOf reads them.
const statCount = 7

func statNumbers(s ode.Stats) []float64 {
	return []float64{
		float64(s.Steps), float64(s.Rejected), float64(s.Evaluations), float64(s.Jacobians),
		float64(s.Factorizations), float64(s.Solves), float64(s.Switches),
	}
}

func statsOf(v []float64) ode.Stats {
	return ode.Stats{
		Steps: int(v[0]), Rejected: int(v[1]), Evaluations: int(v[2]), Jacobians: int(v[3]),
		Factorizations: int(v[4]), Solves: int(v[5]), Switches: int(v[6]),
	}
}
