package plot

import "math"

// Sizes of the page, in points.
const (
	titleSize   = 15
	textSize    = 11.5
	lineHeight  = 1.35
	margin      = 12
	plotHeight  = 230 // of the plot area of a panel of height 1
	legendSwash = 24  // length of the sample of a line
)

// Size is the size of a figure.
type Size struct {
	Width float64 // in points; 0 means 720. The height follows from the figure.
}

func (s Size) width() float64 {
	if s.Width <= 0 {
		return 720
	}
	return math.Max(240, s.Width)
}

// layout is a figure on its way to a page.
type layout struct {
	width, height float64
	title         []string
	panels        []panelLayout
	notes         []string
}

// panelLayout is where the parts of a panel are.
type panelLayout struct {
	*Panel
	index        int
	area         rect // of the data
	x, y         span
	xTicks       scaleTicks
	yTicks       scaleTicks
	legend       []legendRow
	legendTop    float64
	titleAt      float64 // baseline, 0 without a title
	labelAt      float64 // baseline of the label of Y
	leftMargin   float64
	rightMargin  float64
	xRange       extent
	yRange       extent
	labelsOnSide []sideLabel
}

// newLayout places the parts of f on a page.
func newLayout(f *Figure, size Size) *layout {
	l := &layout{width: size.width()}
	y := float64(margin)
	l.title = wrap(printable(f.Title), titleSize, l.width-2*margin)
	y += float64(len(l.title)) * titleSize * lineHeight
	for k := range f.Panels {
		l.panels = append(l.panels, panelLayout{Panel: &f.Panels[k], index: k})
	}
	left, right := 0.0, 0.0
	for k := range l.panels {
		p := &l.panels[k]
		p.measure(l.width)
		left, right = math.Max(left, p.leftMargin), math.Max(right, p.rightMargin)
	}
	for k := range l.panels {
		// Panels are aligned, so that the same X is above itself.
		l.panels[k].leftMargin, l.panels[k].rightMargin = left, right
		y = l.panels[k].place(y+6, l.width)
	}
	for _, n := range f.Notes {
		l.notes = append(l.notes, wrap(printable(n), textSize-1, l.width-2*margin)...)
	}
	if len(l.notes) > 0 {
		y += 6
	}
	l.height = y + float64(len(l.notes))*(textSize-1)*lineHeight + margin
	return l
}

// measure finds the ranges of p and the room that it needs beside its area.
func (p *panelLayout) measure(width float64) {
	p.xRange, p.yRange = p.domains()
	height := p.Height
	if height == 0 {
		height = 1
	}
	p.area.bottom = height * plotHeight
	p.yTicks = ticksFor(p.Y, p.yRange.lo, p.yRange.hi, int(p.area.bottom/38))
	if p.Bare {
		p.leftMargin, p.rightMargin = margin, 0
		return
	}
	for _, t := range p.yTicks.ticks {
		p.leftMargin = math.Max(p.leftMargin, textWidth(t.text, textSize))
	}
	p.leftMargin = margin + 8 + math.Max(p.leftMargin, p.widestBarName(width))
	p.rightMargin = math.Max(6, p.sideLabelWidth(width))
}

// place lays p out below y and returns where it ends.
func (p *panelLayout) place(y, width float64) float64 {
	if p.Title != "" {
		y += textSize * lineHeight
		p.titleAt = y - 3
	}
	p.legendTop = y
	p.legend = p.legendRows(width - 2*margin)
	y += float64(len(p.legend)) * textSize * 1.5
	if p.Y.Label != "" || p.yTicks.common != "" {
		y += textSize * lineHeight
	}
	p.labelAt = y - 3
	y += 10

	ex, ey := p.xRange, p.yRange
	p.area.top, p.area.bottom = y, y+p.area.bottom
	p.area.left, p.area.right = p.leftMargin, width-margin-p.rightMargin
	if p.Equal {
		p.equalise(&ex, &ey)
		p.yTicks = ticksFor(p.Y, ey.lo, ey.hi, int(p.area.height()/38))
	}
	p.x = span{ex.lo, ex.hi, p.area.left, p.area.right}
	p.y = span{ey.lo, ey.hi, p.area.bottom, p.area.top}
	p.xTicks = ticksFor(p.X, ex.lo, ex.hi, int(p.area.width()/78))
	p.placeSideLabels()
	if p.Bare {
		return p.area.bottom + 6
	}
	return p.area.bottom + 2*textSize*lineHeight + 6
}

// equalise widens one of the ranges until a unit is as long on both axes, and
// gives a wide page the height that this needs.
func (p *panelLayout) equalise(x, y *extent) {
	perX := p.area.width() / (x.hi - x.lo)
	wanted := perX * (y.hi - y.lo)
	tallest := math.Min(p.area.width(), 2.1*plotHeight)
	least := float64(plotHeight)
	if p.Bare {
		least = 0
	}
	p.area.bottom = p.area.top + math.Min(math.Max(wanted, least), tallest)
	unit := math.Min(perX, p.area.height()/(y.hi-y.lo))
	grow := func(e *extent, length float64) {
		extra := length/unit - (e.hi - e.lo)
		if extra > 0 {
			e.lo, e.hi = e.lo-extra/2, e.hi+extra/2
		}
	}
	grow(x, p.area.width())
	grow(y, p.area.height())
}

// spot is where a point of the data is on the page.
func (p *panelLayout) spot(x, y float64) point { return point{p.x.at(x), p.y.at(y)} }
