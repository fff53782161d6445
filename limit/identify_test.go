package limit

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/linop"
)

// A vertex with an entry far smaller than the others, and a face with ties on
// which more columns are active than A has rows: the central path alone goes on
// until rounding stops it (352 and 64 factorizations), without the vertex.
func TestCompletionEndsTheCentralPath(t *testing.T) {
	for _, c := range []struct {
		family    string
		seed      uint64
		n, m, k   int
		unique    bool
		factoring int // bound on the factorizations
	}{
		{"B4h", 23, 200, 800, 74, true, 60},
		{"B4h", 49, 100, 400, 60, true, 60},
		{"B8", 2, 300, 1200, 1200, true, 60},
		{"B13", 2, 100, 700, 20, false, 60},
	} {
		spec, err := instance.Family(c.family, c.seed)
		if err != nil {
			t.Fatal(err)
		}
		spec.N, spec.M, spec.K = c.n, c.m, c.k
		p, err := spec.Generate()
		if err != nil {
			t.Fatal(err)
		}
		problem := Problem{A: p.A, B: p.B, Nonneg: p.Nonneg}
		r := mustL1(t, problem)
		checkL1(t, problem, r)
		if r.Status != Certified || r.Unique == nil || *r.Unique != c.unique {
			t.Errorf("%s, seed %d: %s, unique %v", c.family, c.seed, r.Status, r.Unique)
		}
		if c.unique && r.Support > c.n {
			t.Errorf("%s, seed %d: %d nonzeros are no vertex", c.family, c.seed, r.Support)
		}
		if strings.Contains(r.Stats.Route, "careful") || r.Stats.Factorizations > c.factoring {
			t.Errorf("%s, seed %d: %d factorizations, route %s", c.family, c.seed, r.Stats.Factorizations, r.Stats.Route)
		}
	}
}

// The columns that independent keeps span all the given ones, and the first ones
// come first.
func TestIndependentColumnsSpanTheSupport(t *testing.T) {
	a := linop.NewDense(3, 6, []float64{
		1, 2, 0, 1, 0, 1,
		0, 0, 1, 1, 0, 2,
		0, 0, 0, 0, 0, 3,
	})
	s := newSearch(context.Background(), Problem{A: a, B: []float64{1, 1, 1}}, Options{})
	sys := newSupportSystem(s.a, 3)
	s.independent(sys, []int{2, 1, 0, 3, 5})
	if want := []int{2, 1, 5}; !slices.Equal(sys.idx, want) {
		t.Errorf("got %v, want %v", sys.idx, want)
	}
}
