package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/limit"
)

// correlations is a correlation matrix with the names of its variables.
type correlations struct {
	names  []string
	matrix []float64 // by rows
}

// readCorrelations computes the weighted correlations of five columns.
func readCorrelations(file string) (*correlations, error) {
	table, err := dataio.Load(file, dataio.LoadOptions{})
	if err != nil {
		return nil, err
	}
	defer table.Close()
	c := &correlations{names: []string{"api00", "api99", "ell", "meals", "sch_wide_yes"}}
	_, weight, err := table.SplitColumn("weight")
	if err != nil {
		return nil, err
	}
	var total float64
	for _, v := range weight {
		total += v
	}
	columns := make([][]float64, len(c.names)) // centred, of unit variance
	for k, name := range c.names {
		if _, columns[k], err = table.SplitColumn(name); err != nil {
			return nil, err
		}
		var mean, variance float64
		for i, v := range columns[k] {
			mean += weight[i] * v / total
		}
		for i, v := range columns[k] {
			variance += weight[i] * (v - mean) * (v - mean) / total
		}
		for i, v := range columns[k] {
			columns[k][i] = (v - mean) / math.Sqrt(variance)
		}
	}
	d := len(c.names)
	c.matrix = make([]float64, d*d)
	for i := range d {
		for j := range i + 1 {
			var sum float64
			for k, v := range columns[i] {
				sum += weight[k] * v * columns[j][k] / total
			}
			c.matrix[i*d+j], c.matrix[j*d+i] = sum, sum
		}
	}
	return c, nil
}

// with returns the correlation matrix nearest to c in which two variables have the
// given correlation, and the proven gap.
func (c *correlations) with(ctx context.Context, geometry, first, second string, value float64) (*correlations, float64, error) {
	d := len(c.names)
	rows, cols, b := make([]int, d), make([]int, d), make([]float64, d)
	for i := range d {
		rows[i], cols[i], b[i] = i, i, 1
	}
	rows, cols, b = append(rows, slices.Index(c.names, first)), append(cols, slices.Index(c.names, second)), append(b, value)
	p := tacit.MatrixProblem{A: tacit.Entries(d, d, rows, cols), B: b, P: d, Q: d}
	ans, err := tacit.NearestMatrix(ctx, p, tacit.MatrixSelection{Geometry: geometry, X0: c.matrix}, tacit.Options{})
	if err != nil {
		return nil, 0, err
	}
	if ans.Status != limit.Certified {
		return nil, 0, fmt.Errorf("%s: %s", geometry, ans.Status)
	}
	if v, err := tacit.Verify(p.A, p.B, ans); err != nil || !v.Valid {
		return nil, 0, fmt.Errorf("%s: the certificate fails: %w", geometry, err)
	}
	return &correlations{c.names, ans.X}, math.Abs(ans.Gap), nil
}

// write prints the lower triangle.
func (c *correlations) write(w io.Writer) {
	d := len(c.names)
	for i, name := range c.names {
		fmt.Fprintf(w, "  %-13s", name)
		for _, v := range c.matrix[i*d : i*d+i+1] {
			fmt.Fprintf(w, " %7.4f", v)
		}
		fmt.Fprintln(w)
	}
}
