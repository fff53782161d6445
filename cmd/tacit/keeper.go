package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/limit"
)

// keepEvery is how often a long run keeps where it is; tests are less patient.
var keepEvery = time.Minute

// keeper keeps the ν of a run in DIR/checkpoint.npz, for another run to go on
// from. nil keeps nothing.
type keeper struct {
	resume bool
	failed bool // to write: said once
	last   time.Time
}

// resuming checks --resume, which replaces what is in DIR.
func (s *solveFlags) resuming(resume bool) error {
	switch {
	case !resume:
		return nil
	case s.out == "":
		return usagef("--resume continues the run in a directory: name it with -o DIR")
	case s.force:
		return usagef("--resume keeps what is in DIR and --force replaces it; give one of them")
	}
	s.force = true
	return nil
}

// begin tells the solver where to go on and what to keep.
func (k *keeper) begin(j *job, opt *limit.Options) error {
	if k == nil {
		return nil
	}
	if k.resume {
		nu, err := k.read(j)
		if err != nil {
			return err
		}
		opt.Resume = nu
	}
	if j.flags.out == "" {
		return nil
	}
	k.last = time.Now()
	opt.Save = func(nu func() []float64) {
		if k.failed || time.Since(k.last) < keepEvery {
			return
		}
		if err := dataio.WriteFile(k.path(j), k.writer(j, nu())); err != nil {
			k.failed = true
			j.env.term.note("the run goes on, but nothing is kept for --resume: %v", err)
		}
		k.last = time.Now()
	}
	return nil
}

func (k *keeper) path(j *job) string { return filepath.Join(j.flags.out, checkpointName) }

// mark is what a checkpoint must share with the run that goes on from it.
func (j *job) mark(inBlocks bool) ([]float64, error) {
	digests, err := j.in.digests(inBlocks, "A", "b", "x0")
	if err != nil {
		return nil, err
	}
	return fingerprint(j.command, digests, j.flags.transpose, j.flags.label, j.flags.indexBase)
}

// writer writes a checkpoint.
func (k *keeper) writer(j *job, nu []float64) func(w io.Writer) error {
	return func(w io.Writer) error {
		mark, err := j.mark(j.in.inBlocks())
		if err != nil {
			return err
		}
		return dataio.WriteNPZ(w, dataio.Member{Name: "run", Values: dataio.Floats(mark, len(mark))}, dataio.Member{Name: "nu", Values: dataio.Floats(nu, len(nu))})
	}
}

// read returns the ν that an earlier run has kept.
func (k *keeper) read(j *job) ([]float64, error) {
	f, err := dataio.Load(k.path(j), dataio.LoadOptions{})
	if err != nil {
		return nil, invalid(err, "--resume continues a run with the same -o that was stopped, and kept where it was; leave it out to begin one")
	}
	defer f.Close()
	mark, err := f.Vector("run")
	if err != nil {
		return nil, invalid(err)
	}
	nu, err := f.Vector("nu")
	if err != nil {
		return nil, invalid(err)
	}
	same, err := j.in.sameRun(mark, j.mark)
	if err != nil {
		return nil, err
	}
	if !same || len(nu) != len(j.in.B) {
		return nil, invalid(fmt.Errorf("%s is of a run with other data or flags", k.path(j)))
	}
	return slices.Clone(nu), nil
}

// unfinished reports whether there is something to go on from.
func (k *keeper) unfinished(j *job) bool {
	return k != nil && j.answer.Nu != nil && (j.answer.Status == limit.Budget || j.answer.Status == limit.Interrupted)
}

// done removes what was kept, once it is of no use.
func (k *keeper) done(j *job) {
	if k != nil && !k.unfinished(j) {
		_ = os.Remove(k.path(j)) // it is not there, or does no harm
	}
}
