package plot

import (
	"fmt"
	"strconv"
)

func itoa(k int) string { return strconv.Itoa(k) }

// drawTo draws f at the given size.
func (l *layout) drawTo(pen pen) {
	y := float64(margin)
	pen.open(group{class: "title"})
	for _, line := range l.title {
		y += titleSize * lineHeight
		pen.text(point{margin, y - 5}, line, titleSize, start, ink)
	}
	pen.shut()
	for k := range l.panels {
		l.panels[k].draw(pen)
	}
	y = l.height - margin - float64(len(l.notes))*(textSize-1)*lineHeight
	pen.open(group{class: "notes"})
	for _, line := range l.notes {
		y += (textSize - 1) * lineHeight
		pen.text(point{margin, y - 3}, line, textSize-1, start, muted)
	}
	pen.shut()
}

// draw draws one panel. The attributes of its group let a script know where its
// axes are.
func (p *panelLayout) draw(pen pen) {
	num := func(v float64) string { return strconv.FormatFloat(v, 'g', 17, 64) }
	box := fmt.Sprintf("%.2f %.2f %.2f %.2f", p.area.left, p.area.top, p.area.right, p.area.bottom)
	pen.open(group{"panel", [][2]string{
		{"data-panel", itoa(p.index)}, {"data-box", box},
		{"data-x", num(p.x.lo) + " " + num(p.x.hi)}, {"data-y", num(p.y.lo) + " " + num(p.y.hi)},
	}})
	defer pen.shut()
	if p.Title != "" {
		pen.text(point{margin, p.titleAt}, shorten(printable(p.Title), textSize+1, p.area.right-margin), textSize+1, start, ink)
	}
	p.drawLegend(pen)
	if p.Cells != nil {
		p.drawCells(pen)
	}
	if !p.Bare {
		pen.open(group{class: "axes"})
		p.drawAxes(pen)
		pen.shut()
	}
	pen.open(group{class: "data"})
	drawn := false
	for k := range p.Series {
		pen.open(group{"series", [][2]string{{"data-series", itoa(k)}}})
		drawn = p.drawSeries(pen, &p.Series[k]) || drawn
		pen.shut()
	}
	pen.shut()
	if !drawn && p.Cells == nil && len(p.Labels) == 0 {
		mid := point{(p.area.left + p.area.right) / 2, (p.area.top + p.area.bottom) / 2}
		pen.text(mid, "nothing to draw", textSize, middle, muted)
	}
	pen.open(group{class: "labels"})
	p.drawRules(pen)
	p.drawLabels(pen)
	pen.shut()
}

// drawAxes draws the grid, the edges and the numbers.
func (p *panelLayout) drawAxes(pen pen) {
	const tickLength = 4
	var lines [][]point
	for _, t := range p.xTicks.ticks {
		x := p.x.at(t.at)
		if t.text != "" {
			lines = append(lines, []point{{x, p.area.top}, {x, p.area.bottom}})
		}
	}
	for _, t := range p.yTicks.ticks {
		y := p.y.at(t.at)
		if t.text != "" && !p.isBars() {
			lines = append(lines, []point{{p.area.left, y}, {p.area.right, y}})
		}
	}
	if p.Cells == nil && len(lines) > 0 {
		pen.lines(lines, grid, 0.8, nil)
	}
	edges := [][]point{{{p.area.left, p.area.top}, {p.area.left, p.area.bottom}, {p.area.right, p.area.bottom}}}
	for _, t := range p.xTicks.ticks {
		length := float64(tickLength)
		if t.text == "" {
			length /= 2
		}
		edges = append(edges, []point{{p.x.at(t.at), p.area.bottom}, {p.x.at(t.at), p.area.bottom + length}})
	}
	for _, t := range p.yTicks.ticks {
		if p.isBars() {
			break
		}
		length := float64(tickLength)
		if t.text == "" {
			length /= 2
		}
		edges = append(edges, []point{{p.area.left - length, p.y.at(t.at)}, {p.area.left, p.y.at(t.at)}})
	}
	pen.lines(edges, muted, 1, nil)
	p.drawNumbers(pen)
}

// drawNumbers writes the numbers and labels of the axes; numbers that would run
// into each other are left out.
func (p *panelLayout) drawNumbers(pen pen) {
	base := p.area.bottom + textSize + 6
	free := 0.0
	for _, t := range p.xTicks.ticks {
		w := textWidth(t.text, textSize)
		x := min(p.x.at(t.at), p.area.right+p.rightMargin+margin-w/2-2)
		if t.text == "" || x-w/2 < free {
			continue
		}
		pen.text(point{x, base}, t.text, textSize, middle, muted)
		free = x + w/2 + 6
	}
	label := printable(p.X.Label)
	if p.xTicks.common != "" {
		label += " (" + p.xTicks.common + ")"
	}
	pen.text(point{p.area.left, base + textSize*lineHeight}, shorten(label, textSize, p.area.width()+p.rightMargin), textSize, start, ink)
	if p.isBars() {
		p.drawBarNames(pen)
	} else {
		last := p.area.bottom + 2*textSize
		for _, t := range p.yTicks.ticks {
			y := p.y.at(t.at)
			if t.text == "" || last-y < textSize*1.1 {
				continue
			}
			pen.text(point{p.area.left - 7, y + textSize*0.36}, t.text, textSize, end, muted)
			last = y
		}
	}
	label = printable(p.Y.Label)
	if p.yTicks.common != "" {
		label += " (" + p.yTicks.common + ")"
	}
	pen.text(point{margin, p.labelAt}, shorten(label, textSize, p.area.right-margin), textSize, start, ink)
}
