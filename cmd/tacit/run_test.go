package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/internal/suggest"
	"github.com/tacit-dev/tacit/limit"
)

// panicReader stands for a defect of the program.
type panicReader struct{}

func (panicReader) Read([]byte) (int, error) { panic("a defect") }

func TestPanicsDoNotReachTheUser(t *testing.T) {
	var stdout, stderr bytes.Buffer
	code := run(context.Background(), []string{"inspect", "-"}, panicReader{}, &stdout, &stderr)
	if code != exitInternal {
		t.Errorf("exit code %d, want %d", code, exitInternal)
	}
	for _, want := range []string{"internal error: a defect", "please report it", "command line: tacit inspect -"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("stderr lacks %q:\n%s", want, stderr.String())
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(stderr.String()), "\n") {
		if !strings.HasPrefix(line, "tacit: ") {
			t.Errorf("a line of stderr lacks the prefix: %q", line)
		}
	}
}

// fullWriter is a disk without space.
type fullWriter struct{}

func (fullWriter) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestStdoutFull(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"help", "formats"}, {"version", "--json"}} {
		var stderr bytes.Buffer
		if code := run(context.Background(), args, nil, fullWriter{}, &stderr); code != exitInternal {
			t.Errorf("%v: exit code %d, want %d", args, code, exitInternal)
		}
		if !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%v: stderr %q", args, stderr.String())
		}
	}
}

func TestCommandFirst(t *testing.T) {
	root := newRoot(&environment{term: newTerminal(io.Discard, io.Discard)})
	for _, c := range []struct{ in, want string }{
		{"sparse A b --nonneg", "sparse A b --nonneg"},
		{"--nonneg sparse A b", "sparse --nonneg A b"},
		{"-o out sparse A b", "sparse -o out A b"},
		{"-oout --tol=1e-3 sparse - b", "sparse -oout --tol=1e-3 - b"},
		{"--rows 5 gen --nonneg sparse -o p.npz", "gen sparse --rows 5 --nonneg -o p.npz"},
		{"sparse A -- -b", "sparse A -- -b"},
		{"--tol", "--tol"},
	} {
		if got := strings.Join(commandFirst(root, strings.Fields(c.in)), " "); got != c.want {
			t.Errorf("commandFirst(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	for _, c := range []struct {
		word string
		want string
	}{
		{"spars", "sparse"},
		{"sparce", "sparse"},
		{"mn", ""},
		{"min", "minnorm"},
		{"verfy", "verify"},
		{"xyzzy", ""},
	} {
		got := suggest.Nearest(c.word, []string{"sparse", "minnorm", "verify", "gen", "inspect"})
		if first := strings.Join(got[:min(1, len(got))], ""); first != c.want {
			t.Errorf("suggest.Nearest(%q) = %v, want %q", c.word, got, c.want)
		}
	}
}

func TestObjectKeepsNumbersFinite(t *testing.T) {
	var o object
	o.num("a", 1)
	o.num("b", math.NaN())
	o.num("c", math.Inf(-1))
	o.vector("v", []float64{1, math.Inf(1)})
	doc, err := o.document()
	if err != nil {
		t.Fatal(err)
	}
	var back map[string]any
	if err := json.Unmarshal(doc, &back); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"b", "c"} {
		if back[key] != nil || back[key+"_why"] == "" || back[key+"_why"] == nil {
			t.Errorf("%s = %v, why %v", key, back[key], back[key+"_why"])
		}
	}
	if back["a"] != 1.0 || back["a_why"] != nil || back["v_why"] == nil {
		t.Errorf("document %s", doc)
	}
}

func TestStatusCodes(t *testing.T) {
	for status, want := range map[limit.Status]int{
		limit.Certified: 0, limit.Approximate: 3, limit.Infeasible: 4, limit.NotSeparable: 4,
		limit.Budget: 5, limit.NumericalTrouble: 6, limit.Interrupted: 130, "unheard-of": 1,
	} {
		if got := statusCode(status); got != want {
			t.Errorf("statusCode(%q) = %d, want %d", status, got, want)
		}
	}
}

// TestTopicsExist keeps the list of topics and the texts together.
func TestTopicsExist(t *testing.T) {
	files, err := os.ReadDir("topics")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(topics) {
		t.Errorf("%d texts for %d topics", len(files), len(topics))
	}
	for _, name := range topics {
		text, err := topic(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(text, "\n") {
			if len([]rune(line)) > 80 {
				t.Errorf("topic %s, line %d is longer than a terminal", name, i+1)
			}
		}
	}
}

func TestSeconds(t *testing.T) {
	for s, want := range map[float64]string{0.000271: "0.27 ms", 0.0441: "44 ms", 0.2345: "234 ms", 1.26: "1.3 s", 75.2: "75 s", 4000: "4000 s"} {
		if got := seconds(s); got != want {
			t.Errorf("seconds(%v) = %q, want %q", s, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]float64{"60s": 60, "90": 90, "1h30m": 5400, "0.5": 0.5} {
		var d duration
		if err := d.Set(text); err != nil || d.d.Seconds() != want {
			t.Errorf("Set(%q) = %v, %v; want %v s", text, d.d, err, want)
		}
	}
	for _, text := range []string{"", "soon", "-1s", "0", "nan", "inf", "1e300"} {
		var d duration
		if err := d.Set(text); err == nil {
			t.Errorf("Set(%q) = %v, want an error", text, d.d)
		}
	}
}

// A claim that could not be confirmed takes what was said of uniqueness along.
func TestDistrustedAnswersClaimNothing(t *testing.T) {
	yes := true
	j := &job{flags: &solveFlags{tol: 1e-9}, answer: &tacit.Answer{Result: &limit.Result{Status: limit.Certified, Unique: &yes}}}
	j.distrust("a check failed")
	if a := j.answer; a.Unique != nil || a.Status != limit.NumericalTrouble || j.cert != nil {
		t.Errorf("status %s, unique %v, certificate %v", a.Status, a.Unique, j.cert)
	}
}
