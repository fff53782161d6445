package sweep

import (
	"context"
	"math"
	"strings"
	"testing"
)

const followed = `
trials = 4
tol = 1e-6
[fixed]
m = 40
n = 24
k = 3
`

func one(t *testing.T, src string, index int) Row {
	t.Helper()
	s := parse(t, src)
	row := s.Run(context.Background(), s.Cell(index))
	if !s.Answers(row) {
		t.Errorf("the row does not answer its cell: %+v", row)
	}
	return row
}

// At its end a trajectory is at the projection of its start, or of its start in
// effect.
func TestTrajectoriesEndAtTheProjection(t *testing.T) {
	for name, extra := range map[string]string{
		"flow, entropy":        "nonneg = true\nalgorithm = \"flow\"\nalpha = \"1e-30\"",
		"flow, hypentropy":     "algorithm = \"flow\"\nalpha = \"1e-3000\"",
		"flow, euclidean":      "algorithm = \"flow\"\ngeometry = \"euclidean\"\nalpha = 0.1",
		"descend, euclidean":   "algorithm = \"descend\"\ngeometry = \"euclidean\"\nalpha = 1e-3",
		"descend, square-diff": "algorithm = \"descend\"\nparam = \"square-diff\"\nalpha = 0.3\nstep = 0.05",
		"descend, batches":     "algorithm = \"descend\"\nparam = \"square-diff\"\nalpha = 0.3\nstep = 0.05\nbatch = 6",
	} {
		for index := range 4 {
			row := one(t, followed+extra, index)
			if row.Status != Reached || row.Off == nil || !(*row.Off <= 1e-4) {
				off := math.NaN()
				if row.Off != nil {
					off = *row.Off
				}
				t.Errorf("%s, cell %d: %s (%s), off %g", name, index, row.Status, row.Why, off)
			}
			if row.Residual == nil || !(*row.Residual <= 1.001e-6) || row.LogTime == nil {
				t.Errorf("%s, cell %d: %+v", name, index, row)
			}
		}
	}
}

// Larger and noisier steps have a smaller start in effect.
func TestStepsShrinkTheEffectiveStart(t *testing.T) {
	const base = followed + "algorithm = \"descend\"\nparam = \"square-diff\"\nalpha = 1e-2\n"
	small := one(t, base+"step = 1e-3", 1)
	large := one(t, base+"step = 5e-2", 1)
	noisy := one(t, base+"step = 5e-2\nbatch = 1", 1)
	if small.LogAlphaEffective == nil || large.LogAlphaEffective == nil || noisy.LogAlphaEffective == nil {
		t.Fatalf("%+v\n%+v\n%+v", small, large, noisy)
	}
	a, b, c := *small.LogAlphaEffective, *large.LogAlphaEffective, *noisy.LogAlphaEffective
	if !(math.Log(1e-2) > a && a > b && b > c) {
		t.Errorf("ln α in effect: %v, %v, %v", a, b, c)
	}
}

// A flow that ends at a clock has followed so many units of ln(1/α), at any α.
func TestFlowEndsAtItsClock(t *testing.T) {
	src := followed + "nonneg = true\nalgorithm = \"flow\"\nalpha = \"1e-300\"\nclock = 2.5"
	row := one(t, src, 0)
	want := math.Log(2.5 * 300 * math.Ln10)
	if row.Status != Reached || row.LogUntil == nil || math.Abs(*row.LogTime-want) > 1e-12 || math.Abs(*row.LogUntil-want) > 1e-12 {
		t.Errorf("%+v", row)
	}
	early := one(t, strings.Replace(src, "2.5", "1e-3", 1), 0)
	if early.Error == nil || *early.Error < 0.5 {
		t.Errorf("recovered before anything can have happened: %+v", early)
	}
}

// What makes no trajectory is recorded with its reason.
func TestImpossibleTrajectories(t *testing.T) {
	for _, in := range []struct{ extra, why string }{
		{"algorithm = \"flow\"", "needs the parameter alpha"},
		{"algorithm = \"flow\"\nalpha = 1e-3\ngeometry = \"marzipan\"", "marzipan"},
		{"algorithm = \"flow\"\nalpha = \"1e-3000\"\nparam = \"square\"", "beyond float64"},
		{"algorithm = \"flow\"\nalpha = 1e-3\ntime = \"1e400\"", "beyond float64"},
		{"algorithm = \"flow\"\nalpha = 2\nclock = 3", "clock"},
		{"algorithm = \"flow\"\nalpha = 1e-3\nclock = -3", "clock"},
		{"algorithm = \"descend\"\nalpha = 1e-3\nstep = -1", "step"},
		{"algorithm = \"descend\"\nalpha = 1e-3\nbatch = 25", "batch"},
	} {
		row := one(t, followed+in.extra, 0)
		if row.Status != Impossible || !strings.Contains(row.Why, in.why) {
			t.Errorf("%s: %s, %q", in.extra, row.Status, row.Why)
		}
	}
	for _, in := range []string{"alpha = 1e-3\ntime = 3\nclock = 1", "param = \"square\"\ngeometry = \"burg\"", "param = \"cube\""} {
		if _, err := Parse([]byte(followed + in)); err == nil {
			t.Errorf("taken: %s", in)
		}
	}
	row := one(t, followed+"algorithm = \"descend\"\nalpha = 1e-3\nparam = \"square-diff\"\nstep = 5", 0)
	if row.Status != "diverged" || !strings.Contains(row.Why, "a stable one is about") {
		t.Errorf("%s, %q", row.Status, row.Why)
	}
}
