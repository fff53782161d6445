package main

import (
	"io"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/limit"
)

// While a run lasts its ν is kept every minute, whole, and given to the run that
// goes on.
func TestKeeper(t *testing.T) {
	dir := t.TempDir()
	tacitOK(t, "gen", "sparse", "--rows", "5", "--cols", "9", "--support", "2", "-o", filepath.Join(dir, "p"))
	p, err := dataio.LoadProblem(filepath.Join(dir, "p", "A.npy"), filepath.Join(dir, "p", "b.npy"), dataio.ProblemOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	k := &keeper{}
	j := &job{env: &environment{term: newTerminal(io.Discard, io.Discard)}, command: "minnorm", flags: &solveFlags{out: dir},
		in: &problem{Problem: p, extra: map[string]*dataio.Input{}}, keep: k}
	var opt limit.Options
	if err := k.begin(j, &opt); err != nil {
		t.Fatal(err)
	}
	want := []float64{1, 2, 3, 4, 5}
	opt.Save(func() []float64 { t.Error("kept before it is time"); return want })
	k.last = time.Now().Add(-keepEvery)
	opt.Save(func() []float64 { return want })
	k.resume = true
	if err := k.begin(j, &opt); err != nil || !slices.Equal(opt.Resume, want) {
		t.Errorf("%v was kept, %v", opt.Resume, err)
	}
	j.flags.out = filepath.Join(dir, "none") // a disk that goes away does not end the run
	k.last = time.Now().Add(-keepEvery)
	opt.Save(func() []float64 { return want })
	if !k.failed {
		t.Error("a failure to keep is not noticed")
	}
}
