package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// vocabulary is what random command lines are made of.
var vocabulary = []string{
	"sparse", "minnorm", "verify", "gen", "inspect", "version", "help", "spars", "completion", "bash",
	"A.csv", "b.csv", "bad.csv", "missing", ".", "-", "--", "", "out", "op:dct2:b.csv:3", "op::",
	"--json", "--nonneg", "--weights", "--alpha", "1e-5", "-1", "0", "--tol", "1e-3", "--threads", "1", "--max-time",
	"1s", "--max-steps", "2", "-o", "--force", "--quiet", "-v", "--values", "--transpose", "--label", "--exact",
	"--rows", "3", "--cols", "5", "--support", "--ensemble", "dct", "--nope", "-z", "--help", "formats", "--from",
}

// TestRandomCommandLines: whatever is typed, the exit code is one of the
// contract, nothing panics, stderr keeps its form, and a usage error leaves
// stdout empty.
func TestRandomCommandLines(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"A.csv": "1,2,3\n4,5,6\n", "b.csv": "1\n2\n", "bad.csv": "1,nan\n,,\n"} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		args := rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 8).Draw(t, "args")
		if rapid.Bool().Draw(t, "sensible") {
			start := rapid.SampledFrom([]string{"sparse A.csv b.csv", "minnorm A.csv b.csv", "gen sparse", "verify out"}).Draw(t, "start")
			args = append(strings.Fields(start), args...)
		}
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), args, strings.NewReader("1,2\n"), &stdout, &stderr)
		switch code {
		case exitOK, exitApproximate, exitNo, exitBudget, exitTrouble:
		case exitUsage:
			if stdout.Len() > 0 {
				t.Fatalf("%q: a usage error prints %q", args, stdout.String())
			}
			if stderr.Len() == 0 {
				t.Fatalf("%q: a usage error says nothing", args)
			}
		case exitInternal:
			// Only a failure to write may end like this: an empty DIR, or A.csv
			// where a directory is needed.
			if !strings.Contains(stderr.String(), "cannot be written") {
				t.Fatalf("%q: exit code 1\n%s", args, stderr.String())
			}
		default:
			t.Fatalf("%q: exit code %d", args, code)
		}
		for _, line := range strings.Split(strings.TrimSuffix(stderr.String(), "\n"), "\n") {
			if line != "" && !strings.HasPrefix(line, "tacit: ") {
				t.Fatalf("%q: a line of stderr lacks the prefix: %q", args, line)
			}
		}
	})
}
