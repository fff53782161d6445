package theorem

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// holds runs the experiment of a test and lists what disagrees.
func holds(t *testing.T, id string) Result {
	t.Helper()
	e, ok := Find(id)
	if !ok {
		t.Fatalf("there is no experiment %q", id)
	}
	r, err := Run(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Checks {
		if !c.Pass() {
			t.Errorf("%s: %s: predicted %v, measured %v: error %.3g > %.3g", id, c.Name, c.Predicted, c.Measured, c.Error, c.Tolerance)
		}
	}
	for _, c := range r.Checks {
		t.Logf("%s: %.9g, %.9g: error %.2g of %.2g", c.Name, c.Predicted, c.Measured, c.Error, c.Tolerance)
	}
	return r
}

func TestTheoremNoSpuriousMinima(t *testing.T)    { holds(t, "no-spurious-minima") }
func TestTheoremBadSaddles(t *testing.T)          { holds(t, "bad-saddles") }
func TestTheoremBalancedness(t *testing.T)        { holds(t, "balancedness") }
func TestTheoremSaxe(t *testing.T)                { holds(t, "saxe") }
func TestTheoremLargeSteps(t *testing.T)          { holds(t, "large-steps") }
func TestTheoremMirrorMargin(t *testing.T)        { holds(t, "mirror-margin") }
func TestTheoremDiagonalNetMargin(t *testing.T)   { holds(t, "diagonal-net-margin") }
func TestTheoremLemma1(t *testing.T)              { holds(t, "lemma-1") }
func TestTheoremSpan(t *testing.T)                { holds(t, "span") }
func TestTheoremRidge(t *testing.T)               { holds(t, "ridge") }
func TestTheoremMainTheorem(t *testing.T)         { holds(t, "main-theorem") }
func TestTheoremMainTheoremTies(t *testing.T)     { holds(t, "main-theorem-ties") }
func TestTheoremBregmanTable(t *testing.T)        { holds(t, "bregman-table") }
func TestTheoremLocalQuadratic(t *testing.T)      { holds(t, "local-quadratic") }
func TestTheoremMdEuclidean(t *testing.T)         { holds(t, "md-euclidean") }
func TestTheoremLemma2(t *testing.T)              { holds(t, "lemma-2") }
func TestTheoremKeyLemma(t *testing.T)            { holds(t, "key-lemma") }
func TestTheoremKeyLemmaVanishing(t *testing.T)   { holds(t, "key-lemma-vanishing") }
func TestTheoremKeyLemmaConvergence(t *testing.T) { holds(t, "key-lemma-convergence") }
func TestTheoremLemma3(t *testing.T)              { holds(t, "lemma-3") }

func TestTheoremMatrixCommuting(t *testing.T)      { holds(t, "matrix-commuting") }
func TestTheoremPlantedRecovery(t *testing.T)      { holds(t, "planted-recovery") }
func TestTheoremMatrixCounterexample(t *testing.T) { holds(t, "matrix-counterexample") }
func TestTheoremNormsDiverge(t *testing.T)         { holds(t, "norms-diverge") }
func TestTheoremGreedyLowRank(t *testing.T)        { holds(t, "greedy-low-rank") }
func TestTheoremVonNeumannLimit(t *testing.T)      { holds(t, "von-neumann-limit") }

func TestTheoremCompressedSensing(t *testing.T) { holds(t, "compressed-sensing") }
func TestTheoremXSpace(t *testing.T)            { holds(t, "x-space") }
func TestTheoremPreconditioning(t *testing.T)   { holds(t, "preconditioning") }
func TestTheoremEquivalence(t *testing.T)       { holds(t, "equivalence") }
func TestTheoremPositivity(t *testing.T)        { holds(t, "positivity") }
func TestTheoremEffectiveStart(t *testing.T)    { holds(t, "effective-start") }

func TestTheoremMaxMargin(t *testing.T)           { holds(t, "max-margin") }
func TestTheoremMaxMarginAnytime(t *testing.T)    { holds(t, "max-margin-anytime") }
func TestTheoremMaxMarginClosedForm(t *testing.T) { holds(t, "max-margin-closed-form") }
func TestTheoremGordan(t *testing.T)              { holds(t, "gordan") }
func TestTheoremMarginBias(t *testing.T)          { holds(t, "margin-bias") }
func TestTheoremSteepestDescent(t *testing.T)     { holds(t, "steepest-descent") }
func TestTheoremMarginSplit(t *testing.T)         { holds(t, "margin-split") }
func TestTheoremMarginBounds(t *testing.T)        { holds(t, "margin-bounds") }

// Every experiment is complete, and has the test that its ID names.
func TestExperimentsAreComplete(t *testing.T) {
	tests := testNames(t)
	form := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, e := range All() {
		if !form.MatchString(e.ID) || seen[e.ID] {
			t.Errorf("ID %q is not lower case with hyphens, or there twice", e.ID)
		}
		seen[e.ID] = true
		if e.Title == "" || e.Statement == "" || e.Source == "" || e.Run == nil {
			t.Errorf("%s: title, statement, source or computation is missing", e.ID)
		}
		for _, text := range []string{e.Title, e.Statement, e.Slip, e.Source} {
			if strings.HasSuffix(text, ".") || strings.Contains(text, "\n") {
				t.Errorf("%s: %q has a line break or a final period", e.ID, text)
			}
		}
		name := "TestTheorem"
		for _, word := range strings.Split(e.ID, "-") {
			name += strings.ToUpper(word[:1]) + word[1:]
		}
		if !tests[name] {
			t.Errorf("%s: there is no %s", e.ID, name)
		}
	}
}

// testNames are the names of the tests of this package.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				names[fn.Name.Name] = true
			}
		}
	}
	return names
}

// A comparison can fail, and what is not a number does.
func TestChecksCanFail(t *testing.T) {
	for _, c := range []struct {
		check Check
		want  bool
	}{
		{relative("", 2, 2.02, 0.0101), true},
		{relative("", 2, 2.02, 0.0099), false},
		{relative("", 2, math.NaN(), 1), false},
		{relative("", 0, 0, 1), false},
		{absolute("", 0, 1e-9, 1e-8), true},
		{absolute("", 0, 1e-7, 1e-8), false},
		{absolute("", 0, math.Inf(1), 1e300), false},
		{atMost("", 1, 0.5, 0), true},
		{atMost("", 1, 1.1, 0.05), false},
		{atMost("", 0, 1e-12, 0), false},
		{atMost("", 1, math.NaN(), 1), false},
		{atLeast("", 1, 1.5, 0), true},
		{atLeast("", 1, 0.9, 0.05), false},
	} {
		if got := c.check.Pass(); got != c.want {
			t.Errorf("%+v passes: %v, want %v", c.check, got, c.want)
		}
	}
	r := Result{Checks: []Check{absolute("a", 0, 1, 2), absolute("b", 0, 3, 2), absolute("c", 0, math.NaN(), 2)}}
	if r.Pass() || r.Headline().Name != "c" {
		t.Errorf("of %+v the headline is %+v", r.Checks, r.Headline())
	}
	if r.Checks = r.Checks[:1]; !r.Pass() || r.Headline().Name != "a" {
		t.Errorf("of %+v the headline is %+v", r.Checks, r.Headline())
	}
}

// An experiment that compares nothing, or is interrupted, has no result.
func TestRunRefuses(t *testing.T) {
	empty := Experiment{ID: "empty", Run: func(context.Context) ([]Check, error) { return nil, nil }}
	if _, err := Run(context.Background(), empty); err == nil {
		t.Error("an experiment without a comparison has a result")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, All()[0]); err == nil {
		t.Error("an interrupted experiment has a result")
	}
}
