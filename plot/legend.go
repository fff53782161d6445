package plot

// legendRow is a line of the legend.
type legendRow struct{ entries []legendEntry }

// legendEntry is a name with a sample of its style.
type legendEntry struct {
	series int
	name   string
	x      float64
}

// legendRows arranges the names of the series of p in lines of the given width.
// A panel of one unnamed or one named series has none: its axis says it.
func (p *Panel) legendRows(width float64) []legendRow {
	named := 0
	if p.NoLegend {
		return nil
	}
	for k := range p.Series {
		if p.Series[k].Name != "" && p.Series[k].Shape != Bars {
			named++
		}
	}
	if named == 0 || named == 1 && len(p.Series) == 1 {
		return nil
	}
	var rows []legendRow
	x := width // full: the first entry opens a line
	for k := range p.Series {
		if p.Series[k].Name == "" || p.Series[k].Shape == Bars {
			continue
		}
		name := shorten(printable(p.Series[k].Name), textSize, width-legendSwash-6)
		need := legendSwash + 6 + textWidth(name, textSize)
		if x+need > width {
			rows = append(rows, legendRow{})
			x = 0
		}
		last := &rows[len(rows)-1]
		last.entries = append(last.entries, legendEntry{k, name, margin + x})
		x += need + 16
	}
	return rows
}

// drawLegend draws the names with samples of line and marker.
func (p *panelLayout) drawLegend(pen pen) {
	for r, row := range p.legend {
		y := p.legendTop + (float64(r)+0.75)*textSize*1.5
		for _, e := range row.entries {
			s := &p.Series[e.series]
			pen.open(group{"legend", [][2]string{{"data-series", itoa(e.series)}}})
			sample(pen, s, point{e.x, y - textSize*0.35})
			pen.text(point{e.x + legendSwash + 6, y}, e.name, textSize, start, ink)
			pen.shut()
		}
	}
}

// sample draws what s looks like from p to the right.
func sample(pen pen, s *Series, p point) {
	mid := point{p.x + legendSwash/2, p.y}
	switch s.Shape {
	case Band:
		pen.fill([]point{{p.x, p.y - 5}, {p.x + legendSwash, p.y - 5}, {p.x + legendSwash, p.y + 5}, {p.x, p.y + 5}}, s.Ink, bandOpacity)
	case Points:
		pen.marks([]point{mid}, markerOf(s.Style), 4, s.Ink, s.filled(0))
	case Stems:
		pen.lines([][]point{{{mid.x, p.y + 5}, {mid.x, p.y - 3}}}, s.Ink, 1.2, nil)
		pen.marks([]point{{mid.x, p.y - 3}}, markerOf(s.Style), 3.2, s.Ink, s.filled(0))
	default:
		pen.lines([][]point{{p, {p.x + legendSwash, p.y}}}, s.Ink, strokeWidth(s), s.dashes())
		if s.marked() {
			pen.marks([]point{mid}, markerOf(s.Style), 3, s.Ink, true)
		}
	}
}
