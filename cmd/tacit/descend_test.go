package main

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"
)

// Ctrl-C in the middle of a run leaves what there is, and --resume goes on to
// the bytes of a run that was not interrupted.
func TestInterruptedDescent(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "p.npz")
	mustRun(t, "gen", "sparse", "--rows", "15", "--cols", "40", "--support", "5", "--nonneg", "-o", data)
	for _, flags := range [][]string{
		{"--geometry", "entropy", "--alpha", "1e-300"},
		{"--param", "square-diff", "--alpha", "0.01", "--step", "constant:0.02", "--batch", "4"},
	} {
		whole, parts := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "parts")
		command := append([]string{"descend", "linear", data, "--steps", "2000", "--save", "20"}, flags...)
		mustRun(t, append(command, "-o", whole)...)

		ctx, cancel := context.WithCancel(context.Background())
		stderr := &signalWriter{cancel: cancel}
		var stdout bytes.Buffer
		code := run(ctx, append(command, "-v", "-o", parts), nil, &stdout, stderr)
		cancel()
		if code != exitInterrupted {
			t.Fatalf("%v: exit code %d, want %d\n%s%s", flags, code, exitInterrupted, stdout.String(), stderr.String())
		}
		mustRun(t, append(command, "-o", parts, "--resume")...)
		sameRun(t, flags, whole, parts, "trajectory.npz", "x.npy", "checkpoint.npz")
	}
}

// The points that are kept are evenly spread and depend on the number of steps
// only; the last one is there.
func TestTrackKeepsEvenly(t *testing.T) {
	for _, steps := range []string{"5", "39", "40", "41", "1000"} {
		dir := t.TempDir()
		data, out := filepath.Join(dir, "p.npz"), filepath.Join(dir, "out")
		mustRun(t, "gen", "sparse", "--rows", "3", "--cols", "6", "--support", "2", "-o", data)
		mustRun(t, "descend", "linear", data, "--geometry", "hypentropy:1e-9", "--step", "constant:1e-4", "--steps", steps, "--save", "10", "-o", out)
		tr := &track{}
		tr.column("step", 0)
		if err := tr.load(filepath.Join(out, trajectoryName)); err != nil {
			t.Fatal(err)
		}
		at := tr.at("step")
		last := len(at) - 1
		if at[0] != 0 || len(at) > 22 || steps == "1000" && (at[last] != 1000 || len(at) < 10) {
			t.Errorf("%s steps: kept %v", steps, at)
		}
		for i := 2; i < last; i++ {
			if at[i]-at[i-1] != at[1] {
				t.Errorf("%s steps: kept %v, not evenly spread", steps, at)
				break
			}
		}
	}
}
