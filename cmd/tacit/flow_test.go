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
		sameRun(t, flags, whole, parts, "trajectory.npz", "x.npy", "checkpoint.npz")
	}
}

// Ctrl-C in the middle of the flow of a separator, and pieces that end at every step
// or so, give the bytes of a run that was not interrupted.
func TestInterruptedSeparator(t *testing.T) {
	dir := t.TempDir()
	data, start := filepath.Join(dir, "p.npz"), filepath.Join(dir, "w0.csv")
	mustRun(t, "gen", "separable", "--points", "40", "--dim", "4", "-o", data)
	if err := os.WriteFile(start, []byte("1\n-1\n0\n2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, flags := range [][]string{
		{"--until-log-time", "1e4"},
		{"--geometry", "lp:1.5", "--times=-3,0,7,200"},
		{"--loss", "logistic", "--from", start, "--bias"},
	} {
		command := append([]string{"flow", "margin", data}, flags...)
		whole, parts := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "parts")
		mustRun(t, append(command, "-o", whole)...)
		var stdout, stderr bytes.Buffer
		if code := run(context.Background(), append(command, "--max-steps", "17", "-o", parts), nil, &stdout, &stderr); code != exitBudget {
			t.Fatalf("%v: exit code %d\n%s%s", flags, code, &stdout, &stderr)
		}
		mustRun(t, append(command, "-o", parts, "--resume", "--keep-every", "5ms")...)
		sameRun(t, flags, whole, parts, "trajectory.npz", "checkpoint.npz")
		again := append(command, "-o", parts, "--resume") // of a run that came to its end
		mustRun(t, again...)
		if code := run(context.Background(), append(again, "--rtol", "1e-6"), nil, &stdout, &stderr); code != exitUsage {
			t.Errorf("%v: resumed with another tolerance: exit code %d", flags, code)
		}
	}
}

// sameRun compares the files of a run in parts with those of the whole, byte by byte.
func sameRun(t *testing.T, flags []string, whole, parts string, names ...string) {
	t.Helper()
	for _, name := range names {
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
