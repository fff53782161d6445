package page

import (
	"math"
	"strconv"

	"github.com/tacit-dev/tacit/plot"
)

// shownMatrix is a matrix among those of a picture.
type shownMatrix struct {
	name string
	p, q int
	x    []float64 // by rows
	mark []bool    // entries with a dot: those that are observed; nil for none
}

// matrixPanel shows matrices side by side as heat maps of |x| with a common scale.
// Entry (i, j) of matrix k is the box from (left(k)+j, −i−1) to (left(k)+j+1, −i).
func matrixPanel(list []shownMatrix) plot.Panel {
	const gap = 1
	c := &plot.Cells{Name: "|entry| / largest", Low: "0", High: "largest"}
	largest, tallest, left := 0.0, 0, 0.0
	for _, m := range list {
		for _, v := range m.x {
			largest = math.Max(largest, math.Abs(v))
		}
		tallest = max(tallest, m.p)
	}
	c.High = plot.NumDigits(largest, 3)
	panel := plot.Panel{Bare: true, Equal: true, Cells: c}
	dots := plot.Series{Name: "observed", Shape: plot.Points, Ink: plot.Reference, Width: 2.5}
	for k, m := range list {
		panel.Labels = append(panel.Labels, plot.Label{X: left + float64(m.q)/2, Y: 0, Text: m.name, Side: plot.Above})
		for i := range m.p {
			for j := range m.q {
				v := m.x[i*m.q+j]
				x, y := left+float64(j), float64(-i)
				share := 0.0
				if largest > 0 {
					share = math.Abs(v) / largest
				}
				c.X, c.Y, c.Value = append(c.X, x+0.5), append(c.Y, y-0.5), append(c.Value, share)
				c.Left, c.Right = append(c.Left, x), append(c.Right, x+1)
				c.Bottom, c.Top = append(c.Bottom, y-1), append(c.Top, y)
				if m.mark != nil && m.mark[i*m.q+j] {
					dots.X, dots.Y = append(dots.X, x+0.5), append(dots.Y, y-0.5)
				}
			}
		}
		left += float64(m.q)
		if k < len(list)-1 {
			left += gap
		}
	}
	if len(dots.X) > 0 {
		panel.Series = []plot.Series{dots, {}} // two, so that the legend names the dots
	}
	panel.X = plot.Axis{Min: 0, Max: left}
	panel.Y = plot.Axis{Min: -float64(tallest), Max: 0.9}
	return panel
}

// matrixTable lists the entries of matrices of the same shape.
func matrixTable(list []shownMatrix) plot.Table {
	t := plot.Table{Caption: "the entries", Columns: []string{"row", "column"}}
	for _, m := range list {
		t.Columns = append(t.Columns, m.name)
	}
	for i := range list[0].p {
		for j := range list[0].q {
			row := []string{strconv.Itoa(i), strconv.Itoa(j)}
			for _, m := range list {
				row = append(row, plot.NumDigits(m.x[i*m.q+j], 6))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}
