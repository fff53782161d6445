package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/dataio"
)

// track is a trajectory on its way to trajectory.npz: one row a point, in
// columns of numbers or of vectors.
type track struct {
	cols []trackColumn
	rows int
}

type trackColumn struct {
	name   string
	width  int // 0: a number a row
	values []float64
}

// column adds a column; width 0 is for a number a row.
func (t *track) column(name string, width int) {
	t.cols = append(t.cols, trackColumn{name: name, width: width})
}

// add appends a row: one slice for each column, in their order.
func (t *track) add(row ...[]float64) {
	for i, v := range row {
		t.cols[i].values = append(t.cols[i].values, v...)
	}
	t.rows++
}

// keep drops the rows that keep does not want.
func (t *track) keep(keep func(row int) bool) {
	for i := range t.cols {
		c := &t.cols[i]
		size := max(c.width, 1)
		out := c.values[:0]
		for r := range t.rows {
			if keep(r) {
				out = append(out, c.values[r*size:(r+1)*size]...)
			}
		}
		c.values = out
	}
	t.rows = len(t.cols[0].values) / max(t.cols[0].width, 1)
}

// at returns the numbers of a column.
func (t *track) at(name string) []float64 {
	k := slices.IndexFunc(t.cols, func(c trackColumn) bool { return c.name == name })
	return t.cols[k].values
}

// last returns the last number of a column, NaN if there is none.
func (t *track) last(name string) float64 {
	v := t.at(name)
	if len(v) == 0 {
		return math.NaN()
	}
	return v[len(v)-1]
}

// members are the arrays of trajectory.npz: T numbers, or T×width.
func (t *track) members() []dataio.Member {
	var list []dataio.Member
	for _, c := range t.cols {
		shape := []int{t.rows}
		if c.width > 0 {
			shape = append(shape, c.width)
		}
		list = append(list, dataio.Member{Name: c.name, Values: dataio.Floats(c.values, shape...)})
	}
	return list
}

// load replaces the rows by those of a file that members wrote.
func (t *track) load(path string) error {
	f, err := dataio.Load(path, dataio.LoadOptions{})
	if err != nil {
		return err
	}
	defer f.Close()
	rows := -1
	for i := range t.cols {
		c := &t.cols[i]
		a, err := f.Array(c.name)
		if err != nil {
			return err
		}
		want := 1
		if c.width > 0 {
			want = 2
		}
		if len(a.Shape) != want || want == 2 && a.Shape[1] != c.width || rows >= 0 && a.Shape[0] != rows || a.ColMajor {
			return fmt.Errorf("%s: the array %q has the shape %v, which is not that of this run", path, c.name, a.Shape)
		}
		rows, c.values = a.Shape[0], slices.Clone(a.Data)
	}
	t.rows = rows
	return nil
}
