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
	if p.NoLegend {
		return nil
	}
	var rows []legendRow
	x := width // full: the first entry opens a line
	add := func(series int, name string) {
		name = shorten(printable(name), textSize, width-legendSwash-6)
		need := legendSwash + 6 + textWidth(name, textSize)
		if x+need > width {
			rows = append(rows, legendRow{})
			x = 0
		}
		last := &rows[len(rows)-1]
		last.entries = append(last.entries, legendEntry{series, name, margin + x})
		x += need + 16
	}
	if p.Cells != nil && p.Cells.Low+p.Cells.High != "" {
		add(heatLow, p.Cells.Low)
		add(heatHigh, p.Cells.High)
	}
	named := 0
	for k := range p.Series {
		if p.Series[k].Name != "" && p.Series[k].Shape != Bars {
			named++
		}
	}
	if named == 0 || named == 1 && len(p.Series) == 1 {
		return rows
	}
	for k := range p.Series {
		if p.Series[k].Name == "" || p.Series[k].Shape == Bars {
			continue
		}
		add(k, p.Series[k].Name)
	}
	return rows
}

// drawLegend draws the names with samples of line and marker.
func (p *panelLayout) drawLegend(pen pen) {
	for r, row := range p.legend {
		y := p.legendTop + (float64(r)+0.75)*textSize*1.5
		for _, e := range row.entries {
			if e.series < 0 {
				p.drawHeatEntry(pen, e, y)
				continue
			}
			s := &p.Series[e.series]
			pen.open(group{"legend", [][2]string{{"data-series", itoa(e.series)}}})
			sample(pen, s, point{e.x, y - textSize*0.35})
			pen.text(point{e.x + legendSwash + 6, y}, e.name, textSize, start, ink)
			pen.shut()
		}
	}
}

// The ends of a heat map in the legend, instead of a series.
const (
	heatLow  = -1
	heatHigh = -2
)

func (p *panelLayout) drawHeatEntry(pen pen, e legendEntry, y float64) {
	value := 0.0
	if e.series == heatHigh {
		value = 1
	}
	pen.shade(rect{e.x, y - 9, e.x + legendSwash, y + 1}, value)
	pen.text(point{e.x + legendSwash + 6, y}, e.name, textSize, start, ink)
}

// sample draws what s looks like from p to the right.
func sample(pen pen, s *Series, p point) {
	mid := point{p.x + legendSwash/2, p.y}
	switch s.Shape {
	case Band, Region:
		pen.fill([]point{{p.x, p.y - 5}, {p.x + legendSwash, p.y - 5}, {p.x + legendSwash, p.y + 5}, {p.x, p.y + 5}}, s.Ink, bandOpacity)
	case Points:
		pen.marks([]point{mid}, markerOf(s.Style), 4, s.Ink, s.filled(0))
	case Stems:
		pen.lines([][]point{{{mid.x, p.y + 5}, {mid.x, p.y - 3}}}, s.Ink, 1.2, nil)
		pen.marks([]point{{mid.x, p.y - 3}}, markerOf(s.Style), 3.2, s.Ink, s.filled(0))
	case Arrows:
		pen.lines(arrow(p, point{p.x + legendSwash, p.y}), s.Ink, strokeWidth(s), nil)
	default:
		pen.lines([][]point{{p, {p.x + legendSwash, p.y}}}, s.Ink, strokeWidth(s), s.dashes())
		if s.marked() {
			pen.marks([]point{mid}, markerOf(s.Style), 3, s.Ink, true)
		}
	}
}
