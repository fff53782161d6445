package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

// Ctrl-C in the middle of a flow leaves what there is, and --resume goes on to
// the bytes of a run that was not interrupted.
func TestInterruptedFlow(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "p.npz")
	mustRun(t, "gen", "sparse", "--rows", "15", "--cols", "40", "--support", "5", "--nonneg", "-o", data)
	for _, flags := range [][]string{
		{"--geometry", "entropy", "--alpha", "1e-300"},
		{"--geometry", "hypentropy:1e-5", "--until-time", "30", "--save", "9"},
		{"--param", "square-diff", "--alpha", "0.01", "--times", "0.1,1,10"},
		{"--geometry", "euclidean", "--method", "dopri5", "--until-residual", "1e-3"},
		{"--geometry", "euclidean", "--method", "rkc", "--until-residual", "1e-3", "--rtol", "1e-5"},
	} {
		whole, parts := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "parts")
		command := append([]string{"flow", "linear", data}, flags...)
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
		for _, name := range []string{"trajectory.npz", "x.npy", "checkpoint.npz"} {
			want, err := os.ReadFile(filepath.Join(whole, name))
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(filepath.Join(parts, name))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%v: %s of the run in parts differs", flags, name)
			}
		}
	}
}
