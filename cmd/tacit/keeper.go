package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/limit"
)

// keeper keeps where a run is in DIR/checkpoint.npz, for another run to go on
// from. nil keeps nothing.
type keeper struct {
	resume bool
	failed bool // to write: said once
	next   time.Time
}

// writingShare bounds the part of the time that a run spends on its checkpoints,
// where they are so large, or the disk so slow, that a minute is not long.
const writingShare = 20

// addResume declares --resume on a command that keeps where it is, and how often it does.
func (s *solveFlags) addResume(c *cobra.Command, resume *bool) {
	s.keepEvery = duration{time.Minute, "1m"}
	c.Flags().BoolVar(resume, "resume", false, "go on from what a run that was stopped or killed has kept in DIR")
	c.Flags().Var(&s.keepEvery, "keep-every", "keep in DIR where a long run is, after so long a `TIME`")
}

// keeping gives a job its keeper.
func (j *job) keeping(resume bool) error {
	if j.env.box != nil { // the lab has no disk to keep anything on
		if resume {
			return usagef("--resume is for the command line")
		}
		return nil
	}
	if err := j.flags.resuming(resume); err != nil {
		return err
	}
	j.keep = &keeper{resume: resume}
	return nil
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
		var err error
		if opt.Resume, err = k.read(j); err != nil {
			return err
		}
	}
	if j.flags.out == "" {
		return nil
	}
	every := j.flags.keepEvery.d
	k.next = time.Now().Add(every)
	opt.Save = func(at func() *limit.Checkpoint) {
		begin := time.Now()
		if k.failed || begin.Before(k.next) {
			return
		}
		if err := dataio.WriteFile(k.path(j), k.writer(j, at())); err != nil {
			k.failed = true
			j.env.term.note("the run goes on, but nothing is kept for --resume: %v", err)
		}
		took := time.Since(begin)
		k.next = begin.Add(took + max(every, writingShare*took))
	}
	return nil
}

func (k *keeper) path(j *job) string { return filepath.Join(j.flags.out, checkpointName) }

// mark is what a checkpoint must share with the run that goes on from it. The
// tolerance may change.
func (j *job) mark(inBlocks bool) ([]float64, error) {
	digests, err := j.in.digests(inBlocks, "A", "b", "x0", "weights", "K")
	if err != nil {
		return nil, err
	}
	relative := j.near != nil && j.near.relative
	return fingerprint(j.command, digests, j.flags.transpose, j.flags.label, j.flags.indexBase,
		j.geometry, j.nonneg, j.logAlpha, j.sigma, relative)
}

// The arrays of a checkpoint besides the values of its stage.
const (
	markArray  = "run"
	stageArray = "stage" // its name, a number for each byte
)

// writer writes a checkpoint.
func (k *keeper) writer(j *job, c *limit.Checkpoint) func(w io.Writer) error {
	return func(w io.Writer) error {
		mark, err := j.mark(j.in.inBlocks())
		if err != nil {
			return err
		}
		stage := make([]float64, len(c.Stage))
		for i := range stage {
			stage[i] = float64(c.Stage[i])
		}
		members := []dataio.Member{
			{Name: markArray, Values: dataio.Floats(mark, len(mark))},
			{Name: stageArray, Values: dataio.Floats(stage, len(stage))},
		}
		for _, name := range slices.Sorted(maps.Keys(c.Values)) {
			v := c.Values[name]
			members = append(members, dataio.Member{Name: name, Values: dataio.Floats(v, len(v))})
		}
		return dataio.WriteNPZ(w, members...)
	}
}

// read returns what an earlier run has kept, nil where it has ended before the first
// minute.
func (k *keeper) read(j *job) (*limit.Checkpoint, error) {
	f, err := openCheckpoint(j.env, j.flags.out)
	if f == nil {
		return nil, err
	}
	defer f.Close()
	c := &limit.Checkpoint{Values: map[string][]float64{}}
	var mark []float64
	for _, name := range f.Keys() {
		v, err := f.Vector(name)
		if err != nil {
			return nil, invalid(err)
		}
		switch name {
		case markArray:
			mark = v
		case stageArray:
			for _, b := range v {
				c.Stage += string(rune(b))
			}
		default:
			c.Values[name] = slices.Clone(v)
		}
	}
	same, err := j.in.sameRun(mark, j.mark)
	if err != nil {
		return nil, err
	}
	if !same {
		return nil, invalid(fmt.Errorf("%s is of a run with other data or flags; only --tol, --max-time, --max-steps, --threads and the number of ranks may change", k.path(j)))
	}
	return c, nil
}

// openCheckpoint opens what is kept in a directory. It is nil without an error where
// a run has ended before it kept anything, and there is no result: a job that is
// started again with --resume after anything begins then.
func openCheckpoint(env *environment, dir string) (*dataio.File, error) {
	f, err := dataio.Load(filepath.Join(dir, checkpointName), dataio.LoadOptions{})
	switch {
	case err == nil:
		return f, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, invalid(err)
	}
	if _, err := os.Stat(filepath.Join(dir, dataio.ResultName)); err == nil {
		return nil, invalid(fmt.Errorf("%s: the run that is there has ended, and nothing is left to go on from", dir), "leave out --resume, or name another directory with -o")
	}
	env.term.note("nothing is kept in %s yet: the run begins at its start", dir)
	return nil, nil
}

// unfinished reports whether there is something to go on from.
func (k *keeper) unfinished(j *job) bool {
	return k != nil && j.answer.Checkpoint != nil
}

// done removes what was kept, once it is of no use.
func (k *keeper) done(j *job) {
	if k != nil && !k.unfinished(j) {
		_ = os.Remove(k.path(j)) // it is not there, or does no harm
	}
}
