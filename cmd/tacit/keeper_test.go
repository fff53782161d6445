package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
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
	j := &job{env: &environment{term: newTerminal(io.Discard, io.Discard)}, command: "minnorm", flags: &solveFlags{out: dir, keepEvery: duration{time.Minute, "1m"}},
		in: &problem{Problem: p, extra: map[string]*dataio.Input{}}, keep: k}
	var opt limit.Options
	if err := k.begin(j, &opt); err != nil {
		t.Fatal(err)
	}
	want := &limit.Checkpoint{Stage: "lsqr", Values: map[string][]float64{"nu": {1, 2, 3, 4, 5}, "x+": {7}}}
	opt.Save(func() *limit.Checkpoint { t.Error("kept before it is time"); return want })
	k.next = time.Now()
	opt.Save(func() *limit.Checkpoint { return want })
	k.resume = true
	if err := k.begin(j, &opt); err != nil || !reflect.DeepEqual(opt.Resume, want) {
		t.Errorf("%v was kept, %v", opt.Resume, err)
	}
	j.nonneg = true
	if err := k.begin(j, &opt); err == nil || !strings.Contains(err.Error(), "other data or flags") {
		t.Errorf("a run with other flags goes on: %v", err)
	}
	j.nonneg = false
	j.flags.out = filepath.Join(dir, "none") // a disk that goes away does not end the run
	k.next = time.Now()
	opt.Save(func() *limit.Checkpoint { return want })
	if !k.failed {
		t.Error("a failure to keep is not noticed")
	}
}

// A flow that is kept every few steps writes the files of one that is not; what it
// kept is there to go on from when the process is killed.
func TestFlowInPieces(t *testing.T) {
	dir := t.TempDir()
	tacitOK(t, "gen", "sparse", "--rows", "20", "--cols", "60", "--support", "3", "-o", filepath.Join(dir, "p"))
	flow := func(out, every string) {
		tacitOK(t, "flow", "linear", filepath.Join(dir, "p", "A.npy"), filepath.Join(dir, "p", "b.npy"),
			"--geometry", "hypentropy:1e-2", "--rtol", "1e-6", "-o", filepath.Join(dir, out), "--keep-every", every)
	}
	flow("whole", "1h")
	flow("pieces", "2ms")
	for _, name := range []string{"x.npy", "trajectory.npz", checkpointName} {
		want, err := os.ReadFile(filepath.Join(dir, "whole", name))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(dir, "pieces", name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs, %v", name, err)
		}
	}
}

// The same of the flows of factors, two and three.
func TestFlowLowrankInPieces(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "c.npz")
	tacitOK(t, "gen", "completion", "--shape", "8,6", "--rank", "2", "--density", "0.7", "-o", data)
	for _, depth := range []string{"2", "3"} {
		flow := func(out, every string) {
			tacitOK(t, "flow", "lowrank", data, "--depth", depth, "--alpha", "1e-2", "--rtol", "1e-5", "-o", filepath.Join(dir, out+depth), "--keep-every", every)
		}
		flow("whole", "1h")
		flow("pieces", "10ms")
		for _, name := range []string{"x.npy", "trajectory.npz", checkpointName} {
			want, err := os.ReadFile(filepath.Join(dir, "whole"+depth, name))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(filepath.Join(dir, "pieces"+depth, name)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("depth %s: %s differs, %v", depth, name, err)
			}
		}
	}
}
