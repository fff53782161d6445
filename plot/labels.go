package plot

import (
	"math"
	"slices"
)

// sideLabel is a rule's text at the right of the panel.
type sideLabel struct {
	text string
	at   float64 // of the rule
	y    float64 // of the text, moved so that none covers another
}

// sideLabelWidth is the room that the labels of horizontal rules need.
func (p *Panel) sideLabelWidth(width float64) float64 {
	widest := 0.0
	for _, r := range p.Rules {
		if !r.Vertical && r.Label != "" {
			widest = math.Max(widest, textWidth(printable(r.Label), textSize)+8)
		}
	}
	return math.Min(widest, width/3)
}

// placeSideLabels spreads the labels of horizontal rules.
func (p *panelLayout) placeSideLabels() {
	for _, r := range p.Rules {
		if r.Vertical || r.Label == "" || !finite(r.At) || r.At < p.y.lo || r.At > p.y.hi {
			continue
		}
		y := p.y.at(r.At)
		p.labelsOnSide = append(p.labelsOnSide, sideLabel{shorten(printable(r.Label), textSize, p.rightMargin-6), y, y})
	}
	l := p.labelsOnSide
	slices.SortStableFunc(l, func(a, b sideLabel) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		}
		return 0
	})
	const apart = textSize * 1.15
	for k := 1; k < len(l); k++ {
		l[k].y = math.Max(l[k].y, l[k-1].y+apart)
	}
	bottom := p.area.bottom
	for k := len(l) - 1; k >= 0; k-- {
		l[k].y = math.Min(l[k].y, bottom)
		bottom = l[k].y - apart
	}
}

// drawRules draws the straight lines and what they mean.
func (p *panelLayout) drawRules(pen pen) {
	var lines [][]point
	var ends []float64 // of the last label in each row of labels of vertical rules
	for _, r := range p.Rules {
		switch {
		case !finite(r.At):
		case r.Vertical && r.At >= p.x.lo && r.At <= p.x.hi:
			x := p.x.at(r.At)
			lines = append(lines, []point{{x, p.area.top}, {x, p.area.bottom}})
			if r.Label != "" {
				ends = p.drawUpright(pen, printable(r.Label), x, ends)
			}
		case !r.Vertical && r.At >= p.y.lo && r.At <= p.y.hi:
			y := p.y.at(r.At)
			lines = append(lines, []point{{p.area.left, y}, {p.area.right, y}})
		}
	}
	if len(lines) > 0 {
		pen.lines(lines, Reference, 1, dashes[1])
	}
	for _, s := range p.labelsOnSide {
		pen.text(point{p.area.right + 6, s.y + textSize*0.36}, s.text, textSize, start, ink)
	}
}

// drawUpright writes the label of a vertical rule beside it, in the highest row in
// which it covers no label before; ends says where these end, and is returned for the next.
func (p *panelLayout) drawUpright(pen pen, text string, x float64, ends []float64) []float64 {
	width := textWidth(text, textSize)
	at, anchor, left := x+5, start, x+5
	if at+width > p.area.right {
		at, anchor, left = x-5, end, x-5-width
	}
	row := slices.IndexFunc(ends, func(e float64) bool { return e < left })
	if row < 0 {
		row, ends = len(ends), append(ends, 0)
	}
	ends[row] = left + width + 5
	pen.text(point{at, p.area.top + textSize*(1.1+1.3*float64(row%8))}, text, textSize, anchor, ink)
	return ends
}

// inward moves the middle of a text of width w into the panel.
func (p *panelLayout) inward(x, w float64) float64 {
	return math.Max(p.area.left+w/2+4, math.Min(p.area.right-w/2, x))
}

// drawLabels writes words at points.
func (p *panelLayout) drawLabels(pen pen) {
	for _, l := range p.placeLabels() {
		if l.dot {
			pen.marks([]point{l.at}, circle, 4.5, ink, true)
		}
		if l.text != "" {
			pen.text(l.base, l.text, textSize, l.anchor, ink)
		}
	}
}
