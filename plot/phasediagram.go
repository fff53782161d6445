package plot

import (
	"context"
	"fmt"
	"math"
	"path/filepath"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/phase"
)

// successesName is the table that the kind phase reads where it is there.
const successesName = "phase.csv"

var phaseKind = Kind{
	Name:    "phase",
	Summary: "recovery against (n/m, k/n) with the exact transition for Gaussian A",
	Fits: func(r *Result) error {
		if !isAbsent(r.Dir, successesName) {
			return nil
		}
		if (r.Command != "sparse" && r.Command != "path") || r.Support == nil || r.Rows <= 0 || r.Cols <= r.Rows {
			return fmt.Errorf("it is not a solution of least ℓ1 norm of fewer measurements than unknowns, and there is no %s", successesName)
		}
		return nil
	},
	Draw: func(_ context.Context, r *Result, _ Options) (*Figure, error) {
		d := PhaseDiagram{Sign: phase.Signed}
		if r.Geometry == "entropy" {
			d.Sign = phase.Nonneg
		}
		if !isAbsent(r.Dir, successesName) {
			cells, err := readSuccesses(filepath.Join(r.Dir, successesName))
			if err != nil {
				return nil, err
			}
			d.Cells = cells
			return PhaseFigure(d), nil
		}
		d.Rows, d.Cols, d.Support = r.Rows, r.Cols, *r.Support
		return PhaseFigure(d), nil
	},
}

// Success is a cell of an experiment: of so many trials at δ = n/m and ρ = k/n,
// so many recovered x.
type Success struct {
	Delta, Rho        float64
	Successes, Trials float64
}

// PhaseDiagram is an experiment, or a single instance, before the exact curve.
type PhaseDiagram struct {
	Sign                phase.Sign
	Cells               []Success
	Rows, Cols, Support int // of the single instance; 0: none
}

// readSuccesses reads a table with the columns delta, rho, successes, trials.
func readSuccesses(path string) ([]Success, error) {
	f, err := dataio.Load(path, dataio.LoadOptions{})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	a, err := f.Array("")
	if err != nil {
		return nil, err
	}
	var at [4]int
	for k, name := range []string{"delta", "rho", "successes", "trials"} {
		if at[k], err = f.Column(name); err != nil {
			return nil, err
		}
	}
	rows, cols := a.Shape[0], a.Shape[1]
	entry := func(i, j int) float64 {
		if a.ColMajor {
			return a.Data[j*rows+i]
		}
		return a.Data[i*cols+j]
	}
	cells := make([]Success, rows)
	for i := range cells {
		c := Success{entry(i, at[0]), entry(i, at[1]), entry(i, at[2]), entry(i, at[3])}
		if c.Trials < 0 || c.Successes < 0 || c.Successes > c.Trials {
			return nil, fmt.Errorf("%s: row %d has %g successes of %g trials", path, i+1, c.Successes, c.Trials)
		}
		cells[i] = c
	}
	return cells, nil
}

// PhaseFigure shows the share of successes of each cell, and the curve below
// which recovery succeeds with probability 1 as m grows.
func PhaseFigure(d PhaseDiagram) *Figure {
	const points = 200
	curve := Series{Name: "exact transition, any sign", Plain: true, Width: 2.4}
	other := Series{Name: "exact transition, x ≥ 0", Ink: Reference, Style: 1, Width: 1}
	if d.Sign == phase.Nonneg {
		curve.Name, other.Name = other.Name, curve.Name
	}
	for k := 1; k < points; k++ {
		delta := float64(k) / points
		curve.X, curve.Y = append(curve.X, delta), append(curve.Y, phase.Rho(delta, d.Sign))
		other.X, other.Y = append(other.X, delta), append(other.Y, phase.Rho(delta, phase.Nonneg-d.Sign))
	}
	p := Panel{
		X: Axis{Label: "δ = n/m, measurements for each unknown", Min: 0, Max: 1},
		Y: Axis{Label: "ρ = k/n, nonzero entries for each measurement", Min: 0, Max: 1}, Height: 1.5,
		Series: []Series{curve, other},
	}
	f := &Figure{
		Title: "Where least ℓ1 norm recovers a sparse x",
		Caption: "Below the curve a k-sparse x is recovered from n Gaussian measurements with probability tending to 1, above it with probability tending to 0 " +
			"(Donoho and Tanner; Amelunxen, Lotz, McCoy and Tropp 2014).",
	}
	if len(d.Cells) > 0 {
		p.Cells = heatMap(d.Cells)
		f.Alt = describeSuccesses(d)
	}
	if d.Rows > 0 && d.Cols > 0 {
		delta, rho := float64(d.Rows)/float64(d.Cols), float64(d.Support)/float64(d.Rows)
		limit := phase.Rho(delta, d.Sign)
		side := "below"
		if rho > limit {
			side = "above"
		}
		p.Labels = []Label{{X: delta, Y: rho, Text: fmt.Sprintf("this result, k = %d", d.Support), Dot: true}}
		f.Alt += fmt.Sprintf("The result has n/m = %s and k/n = %s, %s the transition at k/n = %s, that is k = %d.",
			Num(delta), Num(rho), side, Num(limit), int(limit*float64(d.Rows)))
	}
	f.Panels = []Panel{p}
	return f
}

// heatMap spreads cells until they touch.
func heatMap(cells []Success) *Cells {
	c := &Cells{Name: "share of successes", Low: "never", High: "always"}
	for _, s := range cells {
		c.X, c.Y = append(c.X, s.Delta), append(c.Y, s.Rho)
		v := math.NaN()
		if s.Trials > 0 {
			v = s.Successes / s.Trials
		}
		c.Value = append(c.Value, v)
	}
	c.Width, c.Height = apart(c.X), apart(c.Y)
	return c
}

// apart is the least distance of two different numbers.
func apart(v []float64) float64 {
	least := math.Inf(1)
	for i, a := range v {
		for _, b := range v[:i] {
			if d := math.Abs(a - b); d > 1e-9 {
				least = math.Min(least, d)
			}
		}
	}
	if math.IsInf(least, 1) {
		return 0.05
	}
	return least
}

func describeSuccesses(d PhaseDiagram) string {
	total, agree := 0.0, 0.0
	for _, c := range d.Cells {
		total += c.Trials
		below := c.Rho < phase.Rho(c.Delta, d.Sign)
		if below {
			agree += c.Successes
		} else {
			agree += c.Trials - c.Successes
		}
	}
	return fmt.Sprintf("%d cells with %s trials; %s of them end as the side of the curve says. ", len(d.Cells), Num(total), percent(agree, total))
}

func percent(part, whole float64) string {
	if whole == 0 {
		return "none"
	}
	return fmt.Sprintf("%.1f %%", 100*part/whole)
}
