package sweep

import (
	"errors"
	"strings"
	"testing"
)

const small = `
name = "small"
trials = 2
[fixed]
m = 40
nonneg = true
[axes]
n = [10, 20]
rho = { from = 0.1, to = 0.5, points = 3 }
`

func parse(t *testing.T, src string) *Spec {
	t.Helper()
	s, err := Parse([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestParse(t *testing.T) {
	s := parse(t, small)
	if s.Points() != 6 || s.Cells() != 12 {
		t.Errorf("%d points, %d cells, want 6 and 12", s.Points(), s.Cells())
	}
	c := s.Cell(11) // the last trial of the last point
	if c.Point != 5 || c.Trial != 1 || c.Instance.N != 20 || c.Instance.K != 10 || !c.Instance.Nonneg {
		t.Errorf("cell 11 is %+v", c)
	}
	c = s.Cell(2) // rho varies fastest
	if c.Point != 1 || c.Trial != 0 || c.Instance.N != 10 || c.Instance.K != 3 {
		t.Errorf("cell 2 is %+v", c)
	}
}

// Comments, order and layout are not part of a specification; everything else is.
func TestHash(t *testing.T) {
	s := parse(t, small)
	same := parse(t, "# a comment\ntrials=2\nname='small'\n[axes]\nrho={points=3,to=0.5,from=0.1}\nn=[ 10,20 ]\n[fixed]\nnonneg=true\nm=40")
	if s.Hash() != same.Hash() {
		t.Errorf("the hash depends on the layout: %s, %s", s.Hash(), same.Hash())
	}
	const golden = "684b4a57853e51735c33e0d1365b9675818770761253aa19849bca180b9262f9"
	if s.Hash() != golden {
		t.Errorf("hash %s, want %s: cells of earlier versions are not reproduced", s.Hash(), golden)
	}
	for _, change := range [][2]string{{"trials = 2", "trials = 3"}, {"m = 40", "m = 41"}, {"[10, 20]", "[10, 21]"}, {`"small"`, `"other"`}, {"trials = 2", "trials = 2\nseed = 1"}} {
		other := parse(t, strings.Replace(small, change[0], change[1], 1))
		if other.Hash() == s.Hash() {
			t.Errorf("%s does not change the hash", change[1])
		}
	}
}

func TestParseFaults(t *testing.T) {
	for _, c := range []struct {
		name, from, to string
		line           int
		want           string
	}{
		{"unknown key", "trials = 2", "trails = 2", 3, `unknown key "trails"; did you mean trials?`},
		{"unknown parameter", "m = 40", "mm = 40", 5, `no parameter "mm"`},
		{"wrong kind", "m = 40", `m = "forty"`, 5, "is not a whole number"},
		{"negative", "m = 40", "m = -1", 5, "is not a whole number"},
		{"empty grid", "n = [10, 20]", "n = []", 8, "the list is empty"},
		{"repeated value", "n = [10, 20]", "n = [10, 10]", 8, "twice"},
		{"single value as an axis", "n = [10, 20]", "n = 10", 8, "belongs to [fixed]"},
		{"range without end", "to = 0.5, ", "", 9, "has no to"},
		{"range without points", ", points = 3", "", 9, "needs points"},
		{"range of too many points", "points = 3", "points = 1000000000000", 9, "from 1 to 1000000"},
		{"list of too many values", "n = [10, 20]", "n = [" + strings.Repeat("1,", 1_000_001) + "]", 8, "at most 1000000"},
		{"range with other keys", "points = 3", "points = 3, step = 1", 9, `no "step"`},
		{"range with repeated points", "points = 3", "points = 300", 0, ""},
		{"whole range with repeated points", "n = [10, 20]", "n = { from = 1, to = 3, points = 9 }", 8, "choose fewer"},
		{"spacing", "points = 3", `points = 3, spacing = "cubic"`, 9, "neither"},
		{"log of 0", "from = 0.1, to = 0.5, points = 3", `from = 0, to = 1, points = 3, spacing = "log"`, 9, "above 0"},
		{"fixed and varies", "m = 40", "m = 40\nn = 3", 9, "fixed and varies"},
		{"both n and delta", "m = 40", "m = 40\ndelta = 0.5", 0, "n and delta are both given"},
		{"no m", "m = 40", "", 0, "m is missing"},
		{"no k", "rho = { from = 0.1, to = 0.5, points = 3 }", "", 0, "k is missing"},
		{"zero trials", "trials = 2", "trials = 0", 3, "from 1 to"},
		{"trials of another kind", "trials = 2", "trials = 2.5", 3, ""},
		{"success", "trials = 2", "trials = 2\nsuccess = 2.0", 4, "between 0 and 1"},
		{"cell time", "trials = 2", "trials = 2\ncell_time = 'soon'", 4, "duration"},
		{"algorithm", "m = 40", "m = 40\nalgorithm = 'magic'", 6, "is not one of l1"},
		{"range of texts", "n = [10, 20]", "n = [10, 20]\nensemble = { from = 'a', to = 'b', points = 2 }", 9, "has no ranges"},
		{"batch of a flow", "m = 40", "m = 40\nalgorithm = 'flow'\nalpha = 0.1\nbatch = 3", 8, "batch means nothing for the algorithm flow; it belongs to descend"},
		{"clock of l1", "n = [10, 20]", "n = [10, 20]\nclock = [1, 2]", 9, "clock means nothing for the algorithm l1; it belongs to flow"},
		{"alpha of l1 and minnorm", "n = [10, 20]", "n = [10, 20]\nalgorithm = ['l1', 'minnorm']\nalpha = [1, 2]", 10, "algorithm l1, minnorm"},
		{"nnz of a dense matrix", "m = 40", "m = 40\nnnz = 3", 6, "nnz means nothing for the ensemble gaussian; it belongs to sparse"},
		{"alpha of zero", "m = 40", "m = 40\nalpha = '0'", 6, "no logarithm"},
		{"too many", "trials = 2", "trials = 1000000000000", 0, "too many"},
		{"broken TOML", "trials = 2", "trials = = 2", 3, ""},
		{"schema", "trials = 2", "schema = 'tacit.sweep/9'", 3, "is not known"},
		{"points of a grid in a random design", "trials = 2", "trials = 2\npoints = 5", 10, "belong to a grid"},
	} {
		src := strings.Replace(small, c.from, c.to, 1)
		if src == small {
			t.Errorf("%s: the text is not there to be replaced", c.name)
			continue
		}
		_, err := Parse([]byte(src))
		if c.name == "range with repeated points" {
			if err != nil {
				t.Errorf("%s: reals may be as many as one likes: %v", c.name, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: accepted", c.name)
			continue
		}
		var fault *SpecError
		if !errors.As(err, &fault) || fault.Line != c.line || !strings.Contains(fault.Msg, c.want) {
			t.Errorf("%s: %v (line wanted: %d)", c.name, err, c.line)
		}
	}
}

func TestRandomDesign(t *testing.T) {
	src := "points = 200\n[fixed]\nm = 100\nalgorithm = 'alpha'\n[axes]\nn = { from = 10, to = 90 }\nk = [1, 2, 3]\nalpha = { from = '1e-3', to = '1e-3000' }"
	s := parse(t, src)
	if s.Cells() != 200 {
		t.Fatalf("%d cells", s.Cells())
	}
	seen := make(map[int]bool)
	kinds := make(map[int]int)
	for i := range s.Cells() {
		c := s.Cell(i)
		if again := s.Cell(i); *again.LogAlpha != *c.LogAlpha || again.Instance != c.Instance {
			t.Fatalf("cell %d is not a function of its index", i)
		}
		if c.Instance.N < 10 || c.Instance.N > 90 {
			t.Errorf("n = %d", c.Instance.N)
		}
		if *c.LogAlpha > -6.9 || *c.LogAlpha < -6908 {
			t.Errorf("ln α = %v", *c.LogAlpha)
		}
		seen[c.Instance.N] = true
		kinds[c.Instance.K]++
	}
	if len(seen) < 60 || len(kinds) != 3 {
		t.Errorf("%d different n, k %v", len(seen), kinds)
	}
}

func TestLogSpacing(t *testing.T) {
	s := parse(t, "[fixed]\nm = 40\nn = 20\nk = 2\n[axes]\nnoise = { from = 1e-4, to = 1e-2, points = 3, spacing = 'log' }")
	for i, want := range []float64{1e-4, 1e-3, 1e-2} {
		if got := s.Cell(i).Instance.Noise; !near15(got, want) {
			t.Errorf("point %d: %v, want %v", i, got, want)
		}
	}
}

func near15(a, b float64) bool { return a > b*(1-1e-14) && a < b*(1+1e-14) }

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("points = 3\n[axes]\nm = [1]\nn=[1]\nk=[1]"))
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := Parse(src)
		if err != nil {
			return
		}
		if s.Cells() < 1 {
			t.Fatalf("%d cells", s.Cells())
		}
		s.Cell(0)
		s.Cell(s.Cells() - 1)
	})
}
