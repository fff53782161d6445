package sweep

import (
	"errors"
	"io"
	"sort"

	"github.com/tacit-dev/tacit/phase"
)

// Diagram is a phase diagram: how often x was recovered over δ = n/m and
// ρ = k/n.
type Diagram struct {
	Name   string
	Nonneg bool
	M      int // the number of unknowns, 0 if it varies
	Points []DiagramPoint
	Half   []Half // by increasing δ
}

// DiagramPoint is a point of the grid at its nominal place.
type DiagramPoint struct {
	Delta, Rho         float64
	Successes, Trials  int
	Low, High          float64 // Wilson's interval of the probability, at 95 %
	meanDelta, meanRho float64 // of the cells, after rounding
}

// Half is where, at one δ, half of the trials recover x: the zero of a logistic
// regression on ρ, with its interval at 95 % by the delta method.
type Half struct{ Delta, Rho, Low, High float64 }

// MisfitError is a sweep that a figure of some kind cannot show.
type MisfitError struct{ Dir, Msg string }

// Error names the directory.
func (e *MisfitError) Error() string { return e.Dir + " " + e.Msg }

// noDiagram says what a diagram needs.
const noDiagram = "is not over delta (or n) and rho (or k), with one sign and one m"

// ReadDiagram makes the phase diagram of the finished sweep in dir. Points at the
// same (δ, ρ), of other parameters that vary, are added up.
func ReadDiagram(dir string) (*Diagram, error) {
	s, t, err := openFinished(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.Close() }()
	d := &Diagram{Name: s.Name}
	at := make(map[[2]float64]*DiagramPoint)
	for first := true; ; first = false {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if first {
			d.Nonneg, d.M = row.Nonneg, int(row.M)
		}
		if row.Nonneg != d.Nonneg || int(row.M) != d.M {
			return nil, &MisfitError{dir, noDiagram}
		}
		d.add(at, s, row)
	}
	for _, p := range at {
		p.Low, p.High = phase.Wilson(p.Successes, p.Trials)
		d.Points = append(d.Points, *p)
	}
	sort.Slice(d.Points, func(i, k int) bool {
		a, b := d.Points[i], d.Points[k]
		return a.Delta < b.Delta || a.Delta == b.Delta && a.Rho < b.Rho
	})
	if len(d.Points) < 2 {
		return nil, &MisfitError{dir, noDiagram}
	}
	d.fit()
	return d, nil
}

// add counts a row at the nominal place of its point. Cells that made no problem
// are not trials.
func (d *Diagram) add(at map[[2]float64]*DiagramPoint, s *Spec, row Row) {
	if row.Success == nil {
		return
	}
	place := [2]float64{row.Delta, row.Rho}
	set := s.point(int(row.Point))
	for i, name := range []string{"delta", "rho"} {
		if v, ok := set[name]; ok {
			place[i] = v.num
		}
	}
	p := at[place]
	if p == nil {
		p = &DiagramPoint{Delta: place[0], Rho: place[1]}
		at[place] = p
	}
	p.Trials++
	if *row.Success {
		p.Successes++
	}
	p.meanDelta += (row.Delta - p.meanDelta) / float64(p.Trials)
	p.meanRho += (row.Rho - p.meanRho) / float64(p.Trials)
}

// fit finds the half of each δ that has trials on both sides. It uses the sizes
// after rounding: at m = 200 the nominal ones are off by more than the interval.
func (d *Diagram) fit() {
	for i := 0; i < len(d.Points); {
		j := i
		for j < len(d.Points) && d.Points[j].Delta == d.Points[i].Delta {
			j++
		}
		trials := make([]phase.Trials, j-i)
		for k, p := range d.Points[i:j] {
			trials[k] = phase.Trials{Rho: p.meanRho, Successes: p.Successes, Trials: p.Trials}
		}
		if h, ok := phase.FitHalf(trials); ok {
			d.Half = append(d.Half, Half{Delta: d.Points[i].meanDelta, Rho: h.Rho, Low: h.Low, High: h.High})
		}
		i = j
	}
}
