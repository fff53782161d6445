package tacit_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/limit"
)

func TestDenseRefuses(t *testing.T) {
	for _, c := range []struct {
		n, m    int
		entries []float64
		want    string
	}{
		{0, 3, nil, "at least one row"},
		{2, -1, nil, "at least one row"},
		{2, 2, []float64{1, 2, 3}, "4 entries, but 3"},
		{2, 2, []float64{1, 2, math.NaN(), 4}, "entry (1, 0)"},
		{1, 2, []float64{1, math.Inf(-1)}, "entry (0, 1)"},
		{math.MaxInt, 4, nil, "more entries"},
	} {
		if _, err := tacit.Dense(c.n, c.m, c.entries); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Dense(%d, %d, %v): %v, want an error with %q", c.n, c.m, c.entries, err, c.want)
		}
	}
}

func TestSparseRefuses(t *testing.T) {
	for _, c := range []struct {
		n, m       int
		rows, cols []int
		vals       []float64
		want       string
	}{
		{0, 3, nil, nil, nil, "at least one row"},
		{2, 2, []int{0}, []int{0, 1}, []float64{1}, "as many"},
		{2, 2, []int{2}, []int{0}, []float64{1}, "outside"},
		{2, 2, []int{0}, []int{-1}, []float64{1}, "outside"},
		{2, 2, []int{1}, []int{1}, []float64{math.NaN()}, "entry (1, 1)"},
		{1 << 40, 2, nil, nil, nil, "too large"},
	} {
		if _, err := tacit.Sparse(c.n, c.m, c.rows, c.cols, c.vals); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Sparse(%d, %d, …): %v, want an error with %q", c.n, c.m, err, c.want)
		}
	}
}

// questions are the functions that ask about a problem.
var questions = map[string]func(tacit.Problem) (*tacit.Answer, error){
	"Solve": func(p tacit.Problem) (*tacit.Answer, error) {
		return tacit.Solve(context.Background(), p, tacit.Options{})
	},
	"SolveAt": func(p tacit.Problem) (*tacit.Answer, error) {
		return tacit.SolveAt(context.Background(), p, -10, tacit.Options{})
	},
	"MinNorm": func(p tacit.Problem) (*tacit.Answer, error) {
		return tacit.MinNorm(context.Background(), p.A, p.B, nil, tacit.Options{})
	},
}

func TestWrongProblemsAreErrors(t *testing.T) {
	a, err := tacit.Dense(1, 2, []float64{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	for name, ask := range questions {
		for _, p := range []tacit.Problem{
			{},
			{A: a},
			{A: a, B: []float64{1, 2}},
			{A: a, B: []float64{math.NaN()}},
		} {
			if ans, err := ask(p); err == nil {
				t.Errorf("%s(%+v) = %+v, want an error", name, p, ans)
			}
		}
	}
	for _, w := range [][]float64{{1}, {1, 0}, {1, -1}, {1, math.Inf(1)}} {
		p := tacit.Problem{A: a, B: []float64{1}, Weights: w}
		if _, err := tacit.Solve(context.Background(), p, tacit.Options{}); err == nil {
			t.Errorf("weights %v are accepted", w)
		}
	}
}

// broken is an operator with a defect.
type broken struct{}

func (broken) Dims() (n, m int)        { return 2, 3 }
func (broken) Apply(dst, x []float64)  { panic("broken") }
func (broken) ApplyT(dst, y []float64) { panic("broken") }

func TestPanicsBecomeErrors(t *testing.T) {
	p := tacit.Problem{A: broken{}, B: []float64{1, 2}}
	for name, ask := range questions {
		if _, err := ask(p); err == nil || !strings.Contains(err.Error(), "internal error: broken") {
			t.Errorf("%s: %v, want an internal error", name, err)
		}
	}
	ans, err := tacit.Solve(context.Background(), solvable(t), tacit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tacit.Verify(broken{}, p.B, ans); err == nil {
		t.Error("Verify with a broken operator succeeds")
	}
}

func solvable(t *testing.T) tacit.Problem {
	t.Helper()
	a, err := tacit.Dense(2, 3, []float64{1, 2, 3, 0, 1, 5})
	if err != nil {
		t.Fatal(err)
	}
	return tacit.Problem{A: a, B: []float64{1, 2}}
}

// TestEveryAnswerVerifies: what the façade returns proves itself.
func TestEveryAnswerVerifies(t *testing.T) {
	p := solvable(t)
	weighted, nonneg := p, p
	weighted.Weights = []float64{3, 1, 2}
	nonneg.Nonneg = true
	for name, ask := range questions {
		for _, q := range []tacit.Problem{p, weighted, nonneg} {
			ans, err := ask(q)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			v, err := tacit.Verify(q.A, q.B, ans)
			if err != nil || !v.Valid {
				t.Errorf("%s(%+v): status %s, verdict %v, %+v", name, q, ans.Status, err, v.Failed())
			}
		}
	}
	from := []float64{1, -1, 2}
	ans, err := tacit.MinNorm(context.Background(), p.A, p.B, from, tacit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := tacit.Verify(p.A, p.B, ans); err != nil || !v.Valid {
		t.Errorf("from a start: %v, %+v", err, v.Failed())
	}
}

// TestCancelled: a context that has ended gives a status, not an error.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	late, stop := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer stop()
	for _, c := range []struct {
		ctx  context.Context
		want limit.Status
	}{{ctx, limit.Interrupted}, {late, limit.Budget}} {
		ans, err := tacit.Solve(c.ctx, solvable(t), tacit.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if ans.Status != c.want && ans.Status != limit.Certified {
			t.Errorf("status %s, want %s", ans.Status, c.want)
		}
	}
}
