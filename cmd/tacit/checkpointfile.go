package main

import (
	"context"
	"fmt"
	"io"
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

// integration reads what checkpointArrays.integration has written, of a state of the
// given length.
func (f *checkpointFile) integration(method string, t, h float64, dim int) ode.Checkpoint {
	return ode.Checkpoint{
		Method: method, T: t, H: h,
		Y: f.read("state", dim), Control: f.read("control", -1), State: f.read("method", -1),
		Stats: ode.StatsOf(f.read("stats", ode.StatCount)),
	}
}

// points reads what checkpointArrays.points has written.
func (f *checkpointFile) points(dim int) (times []float64, states [][]float64) {
	times = f.read("times", -1)
	all := f.read("states", len(times)*dim)
	for i := range times {
		states = append(states, all[i*dim:(i+1)*dim])
	}
	return times, states
}

// checkpointArrays are the arrays of the checkpoint.npz of a flow.
type checkpointArrays []dataio.Member

func (c *checkpointArrays) add(name string, v []float64, shape ...int) {
	if len(shape) == 0 {
		shape = []int{len(v)}
	}
	*c = append(*c, dataio.Member{Name: name, Values: dataio.Floats(v, shape...)})
}

// integration adds where an integration is, but its time and step.
func (c *checkpointArrays) integration(in ode.Checkpoint) {
	c.add("state", in.Y)
	c.add("control", in.Control)
	c.add("method", in.State)
	c.add("stats", in.Stats.Numbers())
}

// points adds the points that are kept so far.
func (c *checkpointArrays) points(times []float64, states [][]float64, dim int) {
	c.add("times", times)
	c.add("states", slices.Concat(states...), len(states), dim)
}

// inPieces follows a flow to its end or that of ctx. If keeping, it does so in pieces,
// after each of which the arrays of checkpoint are written beside what is in -o: the pieces
// have the bits of the whole. follow goes on from where it was, and reports whether
// the end of its context alone stopped it.
func (j *job) inPieces(ctx context.Context, keeping bool, follow func(piece context.Context) (more bool, err error), checkpoint func() (checkpointArrays, error)) error {
	for {
		piece, cancel := ctx, func() {}
		if keeping {
			piece, cancel = context.WithTimeout(ctx, j.flags.keepEvery.d)
		}
		more, err := follow(piece)
		cancel()
		if err != nil || !more || ctx.Err() != nil {
			return err
		}
		arrays, err := checkpoint()
		if err == nil {
			err = dataio.WriteFile(filepath.Join(j.flags.out, checkpointName), func(w io.Writer) error { return dataio.WriteNPZ(w, arrays...) })
		}
		if err != nil {
			j.env.term.note("the run goes on, but nothing is kept for --resume: %v", err)
			keeping = false
		}
	}
}
