package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/linop"
)

// small is min |x₁|+|x₂| with x₁ + 2x₂ = 2: x = (0, 1), y = ½.
func small(nonneg bool) *task {
	p := &instance.Problem{A: linop.NewDense(1, 2, []float64{1, 2}), B: []float64{2}, X: []float64{0, 1}, Nonneg: nonneg}
	return &task{Problem: p, Spec: instance.Sparse{Name: "small", Seed: 1}}
}

func TestJudge(t *testing.T) {
	v := judge(small(false), answer{x: []float64{0, 1}, y: []float64{0.5}})
	if v.Residual != 0 || v.Objective != 1 || *v.Bound != 1 || *v.Gap != 0 || !v.proven(0) {
		t.Errorf("the optimum is judged %+v", v)
	}
	v = judge(small(true), answer{x: []float64{4, -1}, y: []float64{1}})
	if v.Residual != 0 || v.Negative != 0.25 || v.Objective != 5 || *v.Bound != 1 {
		t.Errorf("an infeasible point is judged %+v", v)
	}
	if v.setError(1); v.Error != 4 || v.accuracy() != 4 || v.proven(0.5) {
		t.Errorf("it has error %v, accuracy %v", v.Error, v.accuracy())
	}
	if v = judge(small(false), answer{x: []float64{1, 1}}); v.Residual != 0.5 || v.Gap != nil || v.proven(1) {
		t.Errorf("a wrong point without proof is judged %+v", v)
	}
	if v = judge(small(false), answer{x: []float64{math.NaN(), 1}}); v != nil {
		t.Errorf("NaN is judged %+v", v)
	}
	if v = judge(small(false), answer{x: []float64{0, 1}, y: []float64{math.Inf(1)}}); v.Gap != nil {
		t.Errorf("an infinite y proves %v", *v.Gap)
	}
}

// A y beyond dual feasibility must not bound the optimum from above its value.
func TestLowerBoundIsBelow(t *testing.T) {
	for _, nonneg := range []bool{false, true} {
		p := small(nonneg)
		for y := -3.0; y <= 3; y += 0.25 {
			if b := lowerBound(p.A, p.B, []float64{y}, nonneg); b > 1 {
				t.Errorf("y = %v gives the bound %v > 1", y, b)
			}
		}
	}
}

func TestReferenceIsTheBestProof(t *testing.T) {
	proof := func(solver string, objective, gap float64) *record {
		return &record{Solver: solver, Verdict: &verdict{Objective: objective, Gap: &gap}}
	}
	runs := []*record{proof("loose", 5.1, 1e-7), proof("tight", 5, 1e-13), proof("none", 4, 0.1), {Solver: "failed"}}
	if q, origin := reference(runs, nil); q != 5 || origin != "tight" {
		t.Errorf("reference %v by %s", q, origin)
	}
	if q, origin := reference(runs[2:], []float64{1, -2}); q != 3 || origin != "planted" {
		t.Errorf("reference %v by %s", q, origin)
	}
}

// scripted answers with the same x at set prices.
type scripted struct {
	id    string
	x     []float64
	times []float64
	calls int
}

func (s *scripted) name() string { return s.id }

func (s *scripted) solve(context.Context, *task, time.Duration) (answer, error) {
	s.calls++
	return answer{x: s.x, seconds: s.times[(s.calls-1)%len(s.times)], status: "said so"}, nil
}

func TestRunTakesTheBestAndRests(t *testing.T) {
	good := &scripted{id: "good", x: []float64{0, 1}, times: []float64{3, 1, 2}}
	slow := &scripted{id: "slow", x: []float64{0, 1}, times: []float64{9}}
	dead := &scripted{id: "dead", times: []float64{1}}
	runs, err := run(t.Context(), small(false), []solver{good, slow, dead}, 3, 10*time.Second, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if good.calls != 3 || slow.calls != 2 || dead.calls != 1 {
		t.Errorf("calls %d, %d, %d; want 3, 2 (time used up), 1 (failed)", good.calls, slow.calls, dead.calls)
	}
	if runs[0].Seconds != 1 || runs[0].Verdict == nil || runs[2].Verdict != nil || runs[2].Status != "said so" {
		t.Errorf("records %+v, %+v", runs[0], runs[2])
	}
}

func TestProfileCountsFailures(t *testing.T) {
	at := func(instance, solver string, seconds, accuracy float64) *record {
		return &record{Instance: instance, Solver: solver, Seconds: seconds, Verdict: &verdict{Error: accuracy}}
	}
	runs := []*record{
		at("1", "a", 1, 0), at("1", "b", 4, 0),
		at("2", "a", 6, 0), at("2", "b", 2, 0),
		at("3", "a", 1, 1e-7), at("3", "b", 2, 0),
		at("4", "a", 1, 1), {Instance: "4", Solver: "b"},
	}
	p := newProfile(runs, 1e-9)
	if p.Instances != 3 || len(p.Curves) != 2 {
		t.Fatalf("%d instances, %d curves", p.Instances, len(p.Curves))
	}
	for _, c := range []struct {
		curve          int
		tau, fractions float64
	}{{0, 1, 1. / 3}, {0, 2.9, 1. / 3}, {0, 3, 2. / 3}, {0, math.Inf(1), 2. / 3}, {1, 1, 2. / 3}, {1, 4, 1}} {
		if got := p.fraction(p.Curves[c.curve], c.tau); got != c.fractions {
			t.Errorf("curve %d at %v is %v, want %v", c.curve, c.tau, got, c.fractions)
		}
	}
	if err := xml.Unmarshal(p.svg(), new(struct{})); err != nil {
		t.Errorf("the picture is not XML: %v", err)
	}
}

func TestReadFloats(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(file, []byte("\x00\x00\x00\x00\x00\x00\xf0\x3f\x00\x00\x00\x00\x00\x00\x1a\xc0"), 0o644); err != nil {
		t.Fatal(err)
	}
	if x, err := readFloats(file, 2); err != nil || x[0] != 1 || x[1] != -6.5 {
		t.Errorf("read %v, %v", x, err)
	}
	if _, err := readFloats(file, 3); err == nil {
		t.Error("a short file is read")
	}
}

// The files that the peers read have the arrays of the instance.
func TestWriteTo(t *testing.T) {
	for ensemble, files := range map[string]string{
		instance.Gaussian:  "A.npy b.npy meta.json",
		instance.SparseCol: "b.npy data.npy indices.npy indptr.npy meta.json",
		instance.PartialC:  "",
	} {
		p, err := instance.Sparse{Ensemble: ensemble, N: 3, M: 5, K: 1, NNZ: 2}.Generate()
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		written, err := (&task{Problem: p}).writeTo(dir)
		if err != nil || written != (files != "") {
			t.Errorf("%s: written %v, error %v", ensemble, written, err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if got := strings.Join(names, " "); got != files {
			t.Errorf("%s: files %q, want %q", ensemble, got, files)
		}
	}
}

// fake starts a shell script in place of the interpreter.
func fake(t *testing.T, script string) *python {
	dir := t.TempDir()
	interpreter := filepath.Join(dir, "python")
	if err := os.WriteFile(interpreter, []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	py := &python{interpreter: interpreter, dir: dir}
	t.Cleanup(py.stop)
	return py
}

const hello = `echo '{"versions":{},"peers":{"lars":"","cvxopt":"No module"}}'` + "\n"

func TestHungPeerIsKilled(t *testing.T) {
	py := fake(t, hello+"exec sleep 1000\n")
	if err := py.start(); err != nil {
		t.Fatal(err)
	}
	if py.hello.Peers["cvxopt"] != "No module" {
		t.Errorf("greeting %+v", py.hello)
	}
	if err := py.read(t.Context(), 10*time.Millisecond, new(any)); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("error %v", err)
	}
	if py.cmd != nil {
		t.Error("the process is still there")
	}
}

func TestDeadPeerIsARecord(t *testing.T) {
	py := fake(t, hello+"read line; exit 1\n")
	a, err := peer{"lars", py}.solve(t.Context(), small(false), time.Second)
	if err != nil || a.x != nil || a.status != "the process ended" {
		t.Errorf("answer %+v, error %v", a, err)
	}
}

func TestPeerAnswers(t *testing.T) {
	py := fake(t, hello+`read line
printf '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\360\077' > "$(dirname "$1")/lars.x"
echo "{\"seconds\": 0.25, \"cpu\": 0.125, \"status\": \"\", \"x\": \"$(dirname "$1")/lars.x\"}"
read line
`)
	a, err := peer{"lars", py}.solve(t.Context(), small(false), time.Second)
	if err != nil || a.seconds != 0.25 || a.cpu != 0.125 || len(a.x) != 2 || a.x[1] != 1 || a.y != nil {
		t.Errorf("answer %+v, error %v", a, err)
	}
}

func TestMissingPeersAreNamed(t *testing.T) {
	py := fake(t, hello+"read line\n")
	c := &config{python: "python", peers: []string{"lars", "cvxopt"}}
	peers, skipped, err := c.peersFor(denseTask(t), py)
	if err != nil || len(peers) != 1 || len(skipped) != 1 || skipped[0].Status != "not run: No module" {
		t.Errorf("peers %v, skipped %v, error %v", peers, skipped, err)
	}
	py = &python{interpreter: filepath.Join(t.TempDir(), "absent"), dir: t.TempDir()}
	peers, skipped, err = c.peersFor(denseTask(t), py)
	if err != nil || len(peers) != 0 || len(skipped) != 2 || !strings.Contains(skipped[0].Status, "no such file") {
		t.Errorf("peers %v, skipped %v, error %v", peers, skipped, err)
	}
}

func denseTask(t *testing.T) *task {
	p, err := instance.Sparse{Ensemble: instance.Gaussian, N: 3, M: 5, K: 1}.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return &task{Problem: p}
}

func TestPeerEnvironment(t *testing.T) {
	env := peerEnv([]string{"HOME=/", "OPENBLAS_CORETYPE=Haswell", "OPENBLAS_NUM_THREADS=8", "GOTO_NUM_THREADS=3"})
	if got := strings.Join(env, " "); got != "HOME=/ OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1" {
		t.Error(got)
	}
}

func TestParse(t *testing.T) {
	c, err := parse([]string{"-families", "B1,B13", "-peers", "none"})
	if err != nil || len(c.families) != 2 || c.peers != nil {
		t.Errorf("%+v, %v", c, err)
	}
	for _, args := range [][]string{{"-families", "B99"}, {"-peers", "matlab"}, {"-reps", "0"}, {"-limit", "-1s"}} {
		if _, err := parse(args); err == nil {
			t.Errorf("%v is accepted", args)
		}
	}
}

// Whatever happened in the runs, the report can be written: JSON has no
// infinities.
func TestReport(t *testing.T) {
	c := &config{reps: 1, limit: time.Second, tacit: true, out: t.TempDir(), log: io.Discard}
	r := newReport(c)
	v := judge(small(true), answer{x: []float64{4, -1}})
	r.add([]*record{
		{Instance: "small/1", Solver: "a|b", Seconds: 1, Status: "x | y", Verdict: v},
		{Instance: "small/1", Solver: "b", NotRun: true, Status: "not run: why"},
		{Instance: "small/1", Solver: "c", Seconds: 2, CPU: 1},
	}, &result{Instance: "small/1", Origin: "planted", Optimum: 1})
	v.setError(1)
	var table bytes.Buffer
	r.Profiles = append(r.Profiles, newProfile(r.Runs, 1e-9))
	r.markdown(&table)
	for _, want := range []string{"| fails |", "not run: why", "x / y", "violated by 2e-01", "waited for a processor (1 s", "errors are against the planted x"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, table.String())
		}
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

func TestInterruption(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	runs, err := run(ctx, small(false), []solver{&scripted{id: "a", times: []float64{1}}}, 1, time.Second, io.Discard)
	if !errors.Is(err, context.Canceled) || len(runs) != 0 {
		t.Errorf("error %v, %d records of solvers that did not run", err, len(runs))
	}
}

func TestSummaryComparesLikeWithLike(t *testing.T) {
	tight, loose := 1e-12, 1e-7
	r := newReport(&config{reps: 1, limit: time.Second})
	r.add([]*record{
		{Instance: "i", Solver: "tacit", Seconds: 1, Verdict: &verdict{Gap: &tight}},
		{Instance: "i", Solver: "proves", Seconds: 8, Verdict: &verdict{Gap: &tight}},
		{Instance: "i", Solver: "right", Seconds: 4, Verdict: &verdict{Gap: &loose}},
		{Instance: "i", Solver: "rough", Seconds: 2, Verdict: &verdict{Error: 1e-7}},
		{Instance: "i", Solver: "wrong", Seconds: 1, Verdict: &verdict{Error: 1, Gap: &tight}},
		{Instance: "i", Solver: "dead", Seconds: 1},
	}, &result{Instance: "i"})
	var b bytes.Buffer
	r.summary(&b)
	if want := "| i | 1 | yes | proves 8 | 8 | right 4 | 4 | rough 2 | 2 |"; !strings.Contains(b.String(), want) {
		t.Errorf("want %s in\n%s", want, b.String())
	}
}
