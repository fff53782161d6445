package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/lab/page"
	"github.com/tacit-dev/tacit/plot"
)

// TestCommandsOfPagesParse: the command lines that the pages of the lab show exist,
// with the flags that they use.
func TestCommandsOfPagesParse(t *testing.T) {
	for _, p := range page.Pages() {
		if p.Long && testing.Short() {
			continue // computed without -short
		}
		for _, line := range commandsOf(t, p, nil) {
			args, ok := strings.CutPrefix(line, "tacit ")
			if !ok {
				continue
			}
			root := newRoot(&environment{term: newTerminal(&bytes.Buffer{}, &bytes.Buffer{})})
			c, rest, err := root.Find(commandFirst(root, strings.Fields(args)))
			if err != nil || c == root {
				t.Errorf("%s: %s: no such command (%v)", p.ID, line, err)
				continue
			}
			if err := c.ParseFlags(rest); err != nil {
				t.Errorf("%s: %s: %v", p.ID, line, err)
			}
		}
	}
}

func commandsOf(t *testing.T, p *page.Page, s page.State) []string {
	t.Helper()
	v, err := p.Compute(context.Background(), page.Input{State: s})
	if err != nil {
		t.Fatalf("%s: %v", p.ID, err)
	}
	var list []string
	for _, line := range v.Command {
		line, _, _ = strings.Cut(line, " # ")
		for part := range strings.SplitSeq(strings.ReplaceAll(line, " && ", "; "), "; ") {
			list = append(list, strings.TrimSpace(part))
		}
	}
	return list
}

// TestCommandsOfPagesReproduceThem runs the command lines that a page shows, and
// compares their numbers with those of the page.
func TestCommandsOfPagesReproduceThem(t *testing.T) {
	for _, c := range []struct {
		id      string
		state   page.State
		command string            // a part of the command that is compared
		fields  map[string]string // of its JSON document: arrays of the page
	}{
		{"flow", page.State{"k": "1.4"}, "tacit nearest", map[string]string{"x": "x", "y": "nu"}},
		{"flow", page.State{"g": "fermi-dirac", "p1": "0.3"}, "tacit nearest", map[string]string{"x": "x"}},
		{"simplex", page.State{"a": "1e-20", "n": "2"}, "tacit sparse", map[string]string{"x": "x_alpha"}},
		{"alpha", page.State{"a": "1e-3000", "n": "10", "m": "30"}, "tacit sparse", map[string]string{"x": "x_alpha"}},
		{"alpha", page.State{"ex": "ties"}, "tacit sparse", map[string]string{"x": "x_alpha"}},
		{"l1-l2", page.State{"nn": "1"}, "tacit sparse", map[string]string{"x": "x_l1", "y": "y_l1"}},
		{"l1-l2", nil, "tacit minnorm", map[string]string{"x": "x_l2"}},
		{"reparam", page.State{"t": "0.3"}, "tacit flow linear", map[string]string{"trajectory": "x_t"}},
		{"simplex", nil, "tacit flow linear", map[string]string{"trajectory": "x_alpha"}},
		{"path", nil, "tacit path", map[string]string{"tau": "tau"}},
		{"margin", nil, "tacit margin", map[string]string{"w": "w"}},
		{"margin", page.State{"t": "1e100"}, "tacit flow margin", map[string]string{"w": "w_flow"}},
		{"margin", page.State{"pts": "1,0,1;-1,0,1;0,1,-1"}, "tacit margin", map[string]string{"y": "p"}},
	} {
		t.Run(c.id+" "+c.command, func(t *testing.T) {
			p := page.ByID(c.id)
			v, err := p.Compute(context.Background(), page.Input{State: c.state})
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			out := runLines(t, commandsOf(t, p, c.state), c.command)
			for field, name := range c.fields {
				want := arrayOf(t, v, name)
				var got []float64
				if field == "trajectory" {
					got = lastOfRun(t, "run", len(want))
				} else {
					got = numbersOf(t, out, field)
				}
				if !near(got, want) {
					t.Errorf("%s of %s is %v, the page has %v", field, c.command, got, want)
				}
			}
		})
	}
}

var printsFile = regexp.MustCompile(`^printf '([^']*)' > (\S+)$`)

// runLines runs command lines up to the one that contains a text, and returns its
// standard output.
func runLines(t *testing.T, lines []string, until string) []byte {
	t.Helper()
	for _, line := range lines {
		if file := printsFile.FindStringSubmatch(line); file != nil {
			text := strings.ReplaceAll(file[1], `\n`, "\n")
			if err := os.WriteFile(file[2], []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		args, ok := strings.CutPrefix(line, "tacit ")
		if !ok {
			t.Fatalf("%q is neither a file nor a command", line)
		}
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), strings.Fields(args), nil, &stdout, &stderr)
		if code != exitOK && code != exitNo {
			t.Fatalf("%s: exit code %d: %s", line, code, stderr.String())
		}
		if strings.Contains(line, until) {
			return stdout.Bytes()
		}
	}
	t.Fatalf("no command contains %q: %q", until, lines)
	return nil
}

func arrayOf(t *testing.T, v *page.View, name string) []float64 {
	t.Helper()
	for _, a := range v.Arrays {
		if a.Name == name {
			return a.Data
		}
	}
	t.Fatalf("the page has no array %s", name)
	return nil
}

// numbersOf reads a field of a document; "tau" is that of each event.
func numbersOf(t *testing.T, document []byte, field string) []float64 {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal(document, &all); err != nil {
		t.Fatalf("%v in %s", err, document)
	}
	if field == "tau" {
		var events []struct{ Tau float64 }
		if err := json.Unmarshal(all["events"], &events); err != nil {
			t.Fatal(err)
		}
		var list []float64
		for _, e := range events {
			list = append(list, e.Tau)
		}
		return list
	}
	var list []float64
	if err := json.Unmarshal(all[field], &list); err != nil {
		t.Fatalf("field %s: %v", field, err)
	}
	return list
}

// lastOfRun is the last x that a trajectory in a directory has.
func lastOfRun(t *testing.T, dir string, m int) []float64 {
	t.Helper()
	r, err := plot.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	x, err := r.Array("x")
	if err != nil || len(x.Data) < m {
		t.Fatalf("x of the trajectory: %d numbers, %v", len(x.Data), err)
	}
	return x.Data[len(x.Data)-m:]
}

// near reports whether two vectors agree to the accuracy that pages integrate to.
func near(x, y []float64) bool {
	if len(x) != len(y) {
		return false
	}
	var apart, size float64
	for i, v := range y {
		apart, size = math.Hypot(apart, x[i]-v), math.Hypot(size, v)
	}
	return apart <= 1e-6*size
}
