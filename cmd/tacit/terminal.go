package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
)

// terminal is where the command speaks: results to stdout and nothing else,
// everything else to stderr, each line prefixed, lower case, without a final
// period.
type terminal struct {
	stdout io.Writer
	quiet  bool

	mu       sync.Mutex // the observer of a solve may speak from its goroutine
	stderr   io.Writer
	display  bool // stderr is a terminal, so that a status line can be redrawn
	statusOn bool
}

func newTerminal(stdout, stderr io.Writer) *terminal {
	return &terminal{stdout: stdout, stderr: stderr, display: isTerminal(stderr)}
}

// isTerminal reports whether w is a character device other than the null one.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// result writes the one thing that stdout is for, in one piece.
func (t *terminal) result(b []byte) error {
	if _, err := t.stdout.Write(b); err != nil {
		return fmt.Errorf("cannot write the result to standard output: %w", err)
	}
	return nil
}

// note says something that --quiet silences.
func (t *terminal) note(format string, args ...any) {
	if !t.quiet {
		t.line(fmt.Sprintf(format, args...))
	}
}

// failure says why the command could not do its work, and what to do.
func (t *terminal) failure(err error) {
	t.line("error: " + err.Error())
	var coded *exitError
	if errors.As(err, &coded) && !t.quiet {
		for _, h := range coded.hints {
			t.line("hint: " + h)
		}
	}
}

// panicked turns a defect of the program into a message that helps to mend it.
func (t *terminal) panicked(p any, stack []byte, args []string) {
	t.line(fmt.Sprintf("internal error: %v", p))
	t.line("this is a defect of tacit, not of your data; please report it with the lines below and, if you can, the input")
	t.line("command line: tacit " + strings.Join(args, " "))
	t.line("version: " + versionLine())
	for _, l := range strings.Split(strings.TrimSpace(string(stack)), "\n") {
		t.line(l)
	}
}

// line writes the lines of s to stderr, each with the prefix.
func (t *terminal) line(s string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clear()
	for _, l := range strings.Split(strings.TrimRight(s, "\n"), "\n") {
		fmt.Fprintf(t.stderr, "tacit: %s\n", strings.TrimSuffix(l, "."))
	}
}

// status redraws the one status line, where there is a terminal to draw on.
func (t *terminal) status(s string) {
	if t.quiet || !t.display {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.stderr, "\r\x1b[Ktacit: %s", s)
	t.statusOn = true
}

// clear removes the status line; t.mu is held.
func (t *terminal) clear() {
	if t.statusOn {
		fmt.Fprint(t.stderr, "\r\x1b[K")
		t.statusOn = false
	}
}

// done removes the status line.
func (t *terminal) done() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clear()
}
