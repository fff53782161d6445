package sweep

import (
	"math"
	"testing"
)

// The measured half stands where Donoho and Tanner predict it: at n = m/2 and
// m = 200 within 4 nonzeros of k = 55.8.
func TestDiagram(t *testing.T) {
	const src = "trials = 12\n[fixed]\nm = 200\nnonneg = true\ndelta = 0.5\n[axes]\nrho = { from = 0.4, to = 0.72, points = 9 }"
	dir := t.TempDir()
	execute(t, src, dir, Options{})
	d, err := ReadDiagram(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Points) != 9 || len(d.Half) != 1 || !d.Nonneg || d.M != 200 {
		t.Fatalf("%+v", d)
	}
	if k := d.Half[0].Rho * 100; math.Abs(k-55.8) > 4 {
		t.Errorf("half of the trials recover k = %v", k)
	}
	// Without a phase: m varies.
	const other = "[fixed]\nn = 10\nk = 2\n[axes]\nm = [20, 30]"
	dir = t.TempDir()
	execute(t, other, dir, Options{})
	if _, err := ReadDiagram(dir); err == nil {
		t.Error("a diagram over m")
	}
}

// Curves along the longest axis add up the trials of each of its values.
func TestReadCurves(t *testing.T) {
	const src = `
trials = 6
[fixed]
algorithm = "alpha"
m = 30
n = 15
nonneg = true
[axes]
k = [1, 5]
alpha = { from = "1e-40", to = "1", points = 5 }
`
	dir := t.TempDir()
	execute(t, src, dir, Options{})
	c, err := ReadCurves(dir)
	if err != nil {
		t.Fatal(err)
	}
	if c.Axis != "alpha" || !c.Log || len(c.Lines) != 2 || c.Lines[0].Label != "k = 1" || len(c.Lines[1].Points) != 5 {
		t.Fatalf("%+v", c)
	}
	table := rows(t, TablePath(dir))
	for l, line := range c.Lines {
		for i, p := range line.Points {
			successes := 0
			for _, r := range table {
				if r.K == int32(1+4*l) && *r.LogAlpha == p.X && *r.Success {
					successes++
				}
			}
			if p.Trials != 6 || p.Successes != successes || !(p.Low <= float64(successes)/6 && float64(successes)/6 <= p.High) {
				t.Errorf("line %d, point %d: %+v, counted %d", l, i, p, successes)
			}
			if i > 0 && !(p.X > line.Points[i-1].X) {
				t.Errorf("line %d is not sorted", l)
			}
			if !(p.LogError[0] <= p.LogError[1] && p.LogError[1] <= p.LogError[2]) {
				t.Errorf("quartiles %v", p.LogError)
			}
		}
	}
	other := t.TempDir()
	execute(t, grid, other, Options{})
	if _, err := ReadCurves(other); err != nil {
		t.Errorf("a grid over delta and rho has curves too: %v", err)
	}
	if got := decimalOf(math.Log(3.2) - 3000*math.Ln10); got != "3.2e-3000" {
		t.Errorf("label %s", got)
	}
}
