package sweep

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/tacit-dev/tacit/descent"
	"github.com/tacit-dev/tacit/phase"
)

// Curves is a sweep along its longest axis: what became of the cells at each of its
// values, a line for each value of the other axes.
type Curves struct {
	Name  string
	Axis  string // the parameter
	Log   bool   // its values are logarithms, or spread like them
	Lines []Curve
}

// Curve is one line, with the values of the other axes as its name.
type Curve struct {
	Label  string
	Points []CurvePoint
}

// CurvePoint sums up the trials of one point. Quartiles are NaN where no trial has
// the number.
type CurvePoint struct {
	X                 float64 // natural logarithm where Log
	Successes, Trials int
	Low, High         float64    // Wilson's interval of the probability, at 95 %
	LogError          [3]float64 // quartiles of ln ‖x̂−x‖₂/‖x‖₂
	LogEffective      [3]float64 // of ln α in effect
	errors, effective []float64
}

// most bounds the lines that a figure can tell apart.
const mostCurves = 8

const noCurves = "is not a grid along a number with at least 3 values, and at most 8 combinations of the other axes"

// ReadCurves reads the curves of the finished sweep in dir.
func ReadCurves(dir string) (*Curves, error) {
	s, t, err := openFinished(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.Close() }()
	along := s.longest()
	if along < 0 || s.points > 0 || s.Points()/len(s.axes[along].values) > mostCurves {
		return nil, &MisfitError{dir, noCurves}
	}
	c := &Curves{Name: s.Name, Axis: s.axes[along].name, Log: s.axes[along].kind == scale || s.axes[along].log}
	at := make(map[string]int)
	for {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		label, x := s.place(int(row.Point), along)
		if s.axes[along].log {
			x = math.Log(x)
		}
		line, ok := at[label]
		if !ok {
			line = len(c.Lines)
			at[label] = line
			c.Lines = append(c.Lines, Curve{Label: label})
		}
		c.Lines[line].add(x, row)
	}
	for _, line := range c.Lines {
		for i := range line.Points {
			line.Points[i].sum()
		}
	}
	return c, nil
}

// openFinished opens the specification and the table of a sweep that is done.
func openFinished(dir string) (*Spec, *Table, error) {
	src, err := os.ReadFile(filepath.Join(dir, SpecName))
	if err != nil {
		return nil, nil, err
	}
	s, err := Parse(src)
	if err != nil {
		return nil, nil, err
	}
	if !exists(TablePath(dir)) {
		return nil, nil, &ForeignError{dir, "is not finished: there is no " + Whole.TableName() + " yet"}
	}
	t, err := OpenTable(TablePath(dir))
	return s, t, err
}

// longest returns the axis of numbers with the most values, −1 if none has three.
func (s *Spec) longest() int {
	best := -1
	for i, a := range s.axes {
		if a.kind != text && a.kind != flag && len(a.values) >= 3 && (best < 0 || len(a.values) > len(s.axes[best].values)) {
			best = i
		}
	}
	return best
}

// place returns where a point of the grid lies along an axis, and the values of the
// other axes in words.
func (s *Spec) place(point, along int) (label string, x float64) {
	set := s.point(point)
	var words []string
	for i, a := range s.axes {
		v := set[a.name]
		switch {
		case i == along:
			x = v.num
		case a.kind == text:
			words = append(words, v.text)
		case a.kind == flag:
			words = append(words, map[float64]string{0: "any sign", 1: "x ≥ 0"}[v.num])
		case a.kind == scale:
			words = append(words, a.name+" = "+decimalOf(v.num))
		default:
			words = append(words, a.name+" = "+strconv.FormatFloat(v.num, 'g', 4, 64))
		}
	}
	return strings.Join(words, ", "), x
}

// decimalOf writes e^l for a label: 3.2e-100.
func decimalOf(l float64) string {
	e := math.Floor(l/math.Ln10 + 1e-9)
	mantissa := strconv.FormatFloat(math.Exp(l-e*math.Ln10), 'g', 2, 64)
	return fmt.Sprintf("%se%d", mantissa, int(e))
}

// add files a row under its x. Rows come by points, whose x need not be sorted.
func (c *Curve) add(x float64, row Row) {
	i, ok := slices.BinarySearchFunc(c.Points, x, func(p CurvePoint, x float64) int {
		switch {
		case p.X < x:
			return -1
		case p.X > x:
			return 1
		}
		return 0
	})
	if !ok {
		c.Points = slices.Insert(c.Points, i, CurvePoint{X: x})
	}
	p := &c.Points[i]
	if row.Success != nil {
		p.Trials++
		if *row.Success {
			p.Successes++
		}
	}
	if row.Status == string(descent.Diverged) {
		return // its x says nothing
	}
	if row.Error != nil {
		p.errors = append(p.errors, math.Log(*row.Error))
	}
	if row.LogAlphaEffective != nil {
		p.effective = append(p.effective, *row.LogAlphaEffective)
	}
}

func (p *CurvePoint) sum() {
	p.Low, p.High = phase.Wilson(p.Successes, p.Trials)
	p.LogError, p.LogEffective = quartiles(p.errors), quartiles(p.effective)
}

// quartiles returns those of a sample, by linear interpolation.
func quartiles(v []float64) (q [3]float64) {
	slices.Sort(v)
	for i := range q {
		if len(v) == 0 {
			q[i] = math.NaN()
			continue
		}
		at := float64(i+1) / 4 * float64(len(v)-1)
		k := int(at)
		q[i] = v[k]
		if k+1 < len(v) {
			q[i] += (at - float64(k)) * (v[k+1] - v[k])
		}
	}
	return q
}
