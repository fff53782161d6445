package tacit_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// Problems so small that one lane after another has nothing to do are certified too: single
// entries, rows, columns, and measurements that repeat.
func TestLowRankOfLittle(t *testing.T) {
	entries := func(p, q int, psd bool, at [][2]int, b ...float64) tacit.MatrixProblem {
		var rows, cols []int
		for _, e := range at {
			rows, cols = append(rows, e[0]), append(cols, e[1])
		}
		return tacit.MatrixProblem{A: linop.Entries(p, q, rows, cols), B: b, P: p, Q: q, PSD: psd}
	}
	rng := rand.New(rand.NewPCG(1, 0))
	dense := make([]float64, 15) // 3 measurements of a row of 5, the last that of the first
	for i := range 10 {
		dense[i] = rng.NormFloat64()
	}
	copy(dense[10:], dense[:5])
	for name, c := range map[string]struct {
		problem   tacit.MatrixProblem
		objective float64 // 0: not known in closed form
	}{
		"one entry of a column": {entries(4, 1, false, [][2]int{{0, 0}}, 2), 2},
		"one entry of a square": {entries(3, 3, false, [][2]int{{1, 2}}, -7), 7},
		"a column":              {entries(5, 1, false, [][2]int{{2, 0}, {3, 0}}, 3, 4), 5},
		"a column and a zero":   {entries(5, 1, false, [][2]int{{2, 0}, {3, 0}}, 1, 0), 1},
		"a diagonal entry":      {entries(3, 3, true, [][2]int{{1, 1}}, 2), 2},
		"a corner":              {entries(3, 3, true, [][2]int{{0, 0}, {0, 2}}, 1, 2), 5}, // x₂₂ = 4
		"a row measured twice":  {tacit.MatrixProblem{A: linop.NewDense(3, 5, dense), B: []float64{1, -2, 1}, P: 1, Q: 5}, 0},
	} {
		ans, err := tacit.LowRank(context.Background(), c.problem, tacit.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if ans.Status != limit.Certified {
			t.Errorf("%s: %s, %v", name, ans.Status, ans.Reason)
		}
		if d := ans.Objective - c.objective; c.objective != 0 && (d > 1e-8 || d < -1e-8) {
			t.Errorf("%s: objective %v, want %v", name, ans.Objective, c.objective)
		}
	}
}
