package main

import (
	"io"
	"slices"

	"github.com/tacit-dev/tacit/dataio"
)

// tables lists the CSV files of a result whose A came from one: x under the
// names of its columns, or, if the file holds one unknown per row, x as a column
// and y under the names of the constraints.
func (j *job) tables() []savedFile {
	in := j.in.Inputs["A"]
	if in.Format != dataio.Table {
		return nil
	}
	names := slices.DeleteFunc(slices.Clone(in.Columns()), func(name string) bool {
		return j.flags.label != "" && name == j.flags.label && j.in.Inputs["b"] == nil
	})
	x, y := j.answer.X, j.answer.Y
	if !j.flags.transpose {
		return row(nil, "x_table", "x.csv", names, x)
	}
	files := []savedFile{{role: "x_table", name: "x.csv", table: func(w io.Writer) error {
		return dataio.WriteCSV(w, []string{j.columnName()}, len(x), 1, x)
	}}}
	return row(files, "y_table", "y.csv", names, y)
}

// columnName is that of the start if it has one.
func (j *job) columnName() string {
	if in := j.in.extra["x0"]; in != nil && in.Format == dataio.Table && len(in.Columns()) == 1 {
		return in.Columns()[0]
	}
	return "x"
}

// row appends the table of one row with the given names, if there are names.
func row(files []savedFile, role, name string, names []string, v []float64) []savedFile {
	if len(names) == 0 || len(names) != len(v) {
		return files
	}
	return append(files, savedFile{role: role, name: name, table: func(w io.Writer) error {
		return dataio.WriteCSV(w, names, 1, len(v), v)
	}})
}
