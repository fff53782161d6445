package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// signalWriter cancels a context at the first line of progress, as if Ctrl-C
// came in the middle of the solve.
type signalWriter struct {
	bytes.Buffer
	cancel context.CancelFunc
}

func (w *signalWriter) Write(p []byte) (int, error) {
	if strings.Contains(string(p), ": step ") {
		w.cancel()
	}
	return w.Buffer.Write(p)
}

// TestInterruptedSolve: Ctrl-C in the middle leaves a whole partial result and
// exit code 130.
func TestInterruptedSolve(t *testing.T) {
	for _, command := range [][]string{{"sparse", "--nonneg"}, {"sparse"}} {
		dir := t.TempDir()
		data, out := filepath.Join(dir, "p.npz"), filepath.Join(dir, "out")
		// A dense planted x: no lane finishes within its first step.
		mustRun(t, "gen", "sparse", "--rows", "60", "--cols", "240", "--support", "240", "--nonneg", "-o", data)

		ctx, cancel := context.WithCancel(context.Background())
		stderr := &signalWriter{cancel: cancel}
		var stdout bytes.Buffer
		code := run(ctx, append(command, data, "-v", "--json", "-o", out), nil, &stdout, stderr)
		cancel()
		if code != exitInterrupted {
			t.Fatalf("exit code %d, want %d\n%s%s", code, exitInterrupted, stdout.String(), stderr.String())
		}
		var printed, saved struct{ Status string }
		text, err := os.ReadFile(filepath.Join(out, "result.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &saved); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(stdout.Bytes(), &printed); err != nil {
			t.Fatal(err)
		}
		if saved.Status != "interrupted" || printed.Status != "interrupted" {
			t.Errorf("status %q in the file, %q on stdout, want interrupted", saved.Status, printed.Status)
		}
		left, err := filepath.Glob(filepath.Join(out, ".*"))
		if err != nil || len(left) > 0 {
			t.Errorf("temporary files are left: %v %v", left, err)
		}
	}
}

// TestSignalWhileReading sends a real signal to a process that waits for its
// standard input.
func TestSignalWhileReading(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be interrupted there by a signal")
	}
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		dir := t.TempDir()
		rhs, out := filepath.Join(dir, "b.csv"), filepath.Join(dir, "out")
		if err := os.WriteFile(rhs, []byte("1\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(self, "sparse", "-", rhs, "-o", out)
		cmd.Env = append(os.Environ(), "TACIT_TEST_COMMAND=1")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// More than a pipe holds: when it is written, the process is reading,
		// and its signal handler has long been there.
		if _, err := stdin.Write(bytes.Repeat([]byte("1,"), 1<<20)); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		watchdog := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
		err = cmd.Wait()
		watchdog.Stop()
		if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
			t.Errorf("%v: exit code %d (%v), want %d\n%s", signal, code, err, exitInterrupted, stderr.String())
		}
		if !strings.Contains(stderr.String(), "interrupted before the solve began") {
			t.Errorf("%v: stderr %q", signal, stderr.String())
		}
		if _, err := os.Stat(out); !os.IsNotExist(err) {
			t.Errorf("%v: the output directory is left behind: %v", signal, err)
		}
	}
}

// mustRun runs a command that has to succeed.
func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), args, nil, &stdout, &stderr); code != exitOK {
		t.Fatalf("tacit %s: exit code %d\n%s%s", strings.Join(args, " "), code, stdout.String(), stderr.String())
	}
	return stdout.String()
}
