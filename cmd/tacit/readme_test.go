package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const moduleRoot = "../.."

// TestReadmeFirstRun runs every console block of the README and compares the
// output, except for the time it took.
func TestReadmeFirstRun(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(moduleRoot, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```console\n\\$ go run ./cmd/tacit ([^\n]*)\n(.*?)```").FindAllSubmatch(readme, -1)
	if len(blocks) == 0 {
		t.Fatal("the README shows no run")
	}
	t.Chdir(moduleRoot)
	for _, block := range blocks {
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), strings.Fields(string(block[1])), nil, &stdout, &stderr)
		if code != exitOK || stderr.Len() > 0 {
			t.Fatalf("exit code %d, stderr %s", code, stderr.String())
		}
		if got, want := timeless(stdout.String()), timeless(string(block[2])); got != want {
			t.Errorf("tacit %s prints\n%s\nthe README shows\n%s", block[1], got, want)
		}
	}
}

// timeless removes what differs between runs and machines: the time, the count
// of steps, and numbers that are nothing but rounding errors.
func timeless(s string) string {
	s = regexp.MustCompile(`[0-9.e+-]+ m?s\b`).ReplaceAllString(s, "TIME")
	s = regexp.MustCompile(`[0-9]+ (passes|factorizations)`).ReplaceAllString(s, "N $1")
	return regexp.MustCompile(`\b([0-9.]+e-1[0-9]|0\.0e\+00)( proven| of ‖b‖)`).ReplaceAllString(s, "TINY$2")
}

// TestReadmeCommands: the commands that the README names exist with the flags
// that it uses.
func TestReadmeCommands(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(moduleRoot, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var shell strings.Builder
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(readme, -1) {
		shell.Write(block[1])
	}
	lines := regexp.MustCompile(`(?m)^(?:tacit|go run ./cmd/tacit) (.*?)(?:\s+#.*)?$`).FindAllStringSubmatch(shell.String(), -1)
	if len(lines) < 5 {
		t.Fatalf("only %d commands found", len(lines))
	}
	for _, line := range lines {
		root := newRoot(&environment{term: newTerminal(&bytes.Buffer{}, &bytes.Buffer{})})
		args := commandFirst(root, strings.Fields(line[1]))
		c, rest, err := root.Find(args)
		if err != nil || c == root {
			t.Errorf("tacit %s: no such command (%v)", line[1], err)
			continue
		}
		if err := c.ParseFlags(rest); err != nil {
			t.Errorf("tacit %s: %v", line[1], err)
		}
	}
}
