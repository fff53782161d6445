package plot

import "slices"

// mostRows bounds the rows of a table made from series.
const mostRows = 200

// DataTables returns the numbers of the figure: those it was given, else one
// table for each panel, with a column for each series if they share their X.
func (f *Figure) DataTables() []Table {
	if f.Tables != nil {
		return f.Tables
	}
	var tables []Table
	for k := range f.Panels {
		p := &f.Panels[k]
		t := p.table()
		if t.Caption == "" {
			t.Caption = f.Title
		}
		if len(t.Rows) > 0 {
			tables = append(tables, t)
		}
	}
	return tables
}

// table lists the series of p that have a name.
func (p *Panel) table() Table {
	var named []*Series
	shared := true
	for k := range p.Series {
		s := &p.Series[k]
		if s.Name == "" {
			continue
		}
		named = append(named, s)
		shared = shared && slices.Equal(s.X, named[0].X)
	}
	t := Table{Caption: p.Title}
	switch {
	case len(named) > 0 && shared:
		p.wide(&t, named)
	case len(named) > 0:
		p.long(&t, named)
	}
	if p.Cells != nil {
		t = p.cellTable()
	}
	return t
}

// ordinal writes 2nd, 3rd, 4th.
func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return itoa(n) + suffix
}

// every is the stride that leaves at most mostRows of n rows.
func every(n int) int { return max(1, (n+mostRows-1)/mostRows) }

// wide has a row for each X and a column for each series.
func (p *Panel) wide(t *Table, named []*Series) {
	first := named[0]
	if first.Names != nil {
		t.Columns = append(t.Columns, "")
	}
	t.Columns = append(t.Columns, p.X.Label)
	for _, s := range named {
		t.Columns = append(t.Columns, s.Name)
		if s.Y2 != nil {
			t.Columns = append(t.Columns, s.Name+", upper")
		}
	}
	n := len(first.X)
	for k := 0; k < n; k++ {
		if k%every(n) != 0 && k != n-1 {
			continue
		}
		var row []string
		if first.Names != nil {
			row = append(row, first.Names[k])
		}
		row = append(row, cell(first.X[k], p.X.Scale))
		for _, s := range named {
			row = append(row, cell(s.Y[k], p.Y.Scale))
			if s.Y2 != nil {
				row = append(row, cell(s.Y2[k], p.Y.Scale))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	if every(n) > 1 {
		t.Caption = spacedAfter(t.Caption) + "(every " + ordinal(every(n)) + " of " + itoa(n) + " rows)"
	}
}

// long has a row for each point of each series.
func (p *Panel) long(t *Table, named []*Series) {
	t.Columns = []string{"series", p.X.Label, p.Y.Label}
	total := 0
	for _, s := range named {
		total += len(s.X)
	}
	for _, s := range named {
		n := len(s.X)
		for k := 0; k < n; k++ {
			if k%every(total) != 0 && k != n-1 {
				continue
			}
			t.Rows = append(t.Rows, []string{s.Name, cell(s.X[k], p.X.Scale), cell(s.Y[k], p.Y.Scale)})
		}
	}
	if every(total) > 1 {
		t.Caption = spacedAfter(t.Caption) + "(every " + ordinal(every(total)) + " of " + itoa(total) + " points)"
	}
}

func spacedAfter(s string) string {
	if s == "" {
		return ""
	}
	return s + " "
}

func (p *Panel) cellTable() Table {
	c := p.Cells
	t := Table{Caption: c.Name, Columns: []string{p.X.Label, p.Y.Label, c.Name}}
	for k := range c.X {
		t.Rows = append(t.Rows, []string{cell(c.X[k], p.X.Scale), cell(c.Y[k], p.Y.Scale), cell(c.Value[k], Linear)})
	}
	return t
}
