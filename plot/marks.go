package plot

import "math"

const (
	bandOpacity = 0.25
	mostPoints  = 4 * columnsFor
	fewForGrey  = mostPoints / 4 // for lines that are only context
	fewPoints   = 24             // lines of at most so many points mark each of them
	alongLine   = 5              // markers along a longer line
)

// marked reports whether the line of s carries markers: data inks do, so that
// colour is not all that tells them apart.
func (s *Series) marked() bool { return s.Ink >= 0 && !s.Plain }

func (s *Series) dashes() []float64 {
	switch {
	case s.Ink == Reference:
		return dashes[1+s.Style%(len(dashes)-1)]
	case s.Plain || s.Ink < 0:
		return nil
	}
	return dash(s.Style)
}

func (s *Series) filled(k int) bool { return s.Filled == nil || k < len(s.Filled) && s.Filled[k] }

// drawSeries draws s and reports whether anything of it was inside the panel.
func (p *panelLayout) drawSeries(pen pen, s *Series) bool {
	switch s.Shape {
	case Points:
		return p.drawPoints(pen, s)
	case Stems:
		return p.drawStems(pen, s)
	case Band:
		return p.drawBand(pen, s)
	case Bars:
		return p.drawBars(pen, s)
	case Arrows:
		return p.drawArrows(pen, s)
	case Region:
		return p.drawRegion(pen, s)
	}
	return p.drawLine(pen, s)
}

// drawLine draws lines and steps.
func (p *panelLayout) drawLine(pen pen, s *Series) bool {
	var pieces [][]point
	var run []point
	cut := func() {
		for _, piece := range clipLine(run, p.area) {
			pieces = append(pieces, straighten(piece))
		}
		run = nil
	}
	most := mostPoints
	if s.Ink == Context {
		most = fewForGrey
	}
	idx := thin(s, most)
	var shown []point
	for _, k := range idx {
		if !finite(s.X[k]) || !finite(s.Y[k]) {
			cut()
			continue
		}
		q := p.spot(s.X[k], s.Y[k])
		if s.Shape == Steps && len(run) > 0 {
			run = append(run, point{q.x, run[len(run)-1].y})
		}
		run = append(run, q)
		if p.area.holds(q) {
			shown = append(shown, q)
		}
	}
	cut()
	if len(pieces) > 0 {
		pen.lines(pieces, s.Ink, strokeWidth(s), s.dashes())
	}
	switch {
	case len(pieces) == 0 && len(shown) > 0: // points that no line joins
		pen.marks(shown, markerOf(s.Style), 3.5, s.Ink, true)
	case s.marked() && len(shown) > 0:
		pen.marks(spread(shown, p.area.width(), s.Style), markerOf(s.Style), 3.2, s.Ink, true)
	}
	return len(pieces) > 0 || len(shown) > 0
}

// spread picks points for markers: all of a few, else some at even distances,
// shifted by the style so that markers of lines that coincide do not.
func spread(pts []point, width float64, style int) []point {
	if len(pts) <= fewPoints {
		return pts
	}
	gap := width / alongLine
	next := pts[0].x + gap*(0.3+0.37*math.Mod(float64(style)*0.618, 1))
	var picked []point
	for _, q := range pts {
		if q.x >= next {
			picked = append(picked, q)
			next = q.x + gap
		}
	}
	return picked
}

func (p *panelLayout) drawPoints(pen pen, s *Series) bool {
	radius := 4.0
	if len(s.X) > 400 {
		radius = 2
	}
	if s.Ink == Context {
		radius = math.Min(radius, 2.5)
	}
	if s.Width > 0 {
		radius = s.Width
	}
	return p.drawMarks(pen, s, radius)
}

// drawMarks draws the markers of s, open ones first.
func (p *panelLayout) drawMarks(pen pen, s *Series, radius float64) bool {
	var open, full []point
	for k := range s.X {
		q := p.spot(s.X[k], s.Y[k])
		if !finite(s.X[k]) || !finite(s.Y[k]) || !p.area.holds(q) {
			continue
		}
		if s.filled(k) {
			full = append(full, q)
		} else {
			open = append(open, q)
		}
	}
	if len(open) > 0 {
		pen.marks(open, markerOf(s.Style), radius, s.Ink, false)
	}
	if len(full) > 0 {
		pen.marks(full, markerOf(s.Style), radius, s.Ink, true)
	}
	return len(open)+len(full) > 0
}

func (p *panelLayout) drawStems(pen pen, s *Series) bool {
	foot := p.area.bottom
	if p.Y.Scale == Linear {
		foot = p.y.at(math.Max(p.y.lo, math.Min(p.y.hi, 0)))
	}
	var stems [][]point
	for k := range s.X {
		if !finite(s.X[k]) || !finite(s.Y[k]) {
			continue
		}
		x := p.x.at(s.X[k])
		stems = append(stems, clipLine([]point{{x, foot}, {x, p.y.at(s.Y[k])}}, p.area)...)
	}
	width := math.Max(0.5, math.Min(1.6, p.area.width()/float64(2*len(s.X)+1)))
	if len(stems) > 0 {
		pen.lines(stems, s.Ink, width, nil)
	}
	radius := 3.4
	if len(s.X) > 150 {
		radius = 1.6
	}
	if s.Ink == Context {
		radius = math.Min(radius, 1.6)
	}
	return p.drawMarks(pen, s, radius)
}

func (p *panelLayout) drawBand(pen pen, s *Series) bool {
	drawn := false
	var lower, upper []point
	cut := func() {
		if len(lower) > 1 {
			for k := len(upper) - 1; k >= 0; k-- {
				lower = append(lower, upper[k])
			}
			if poly := clipPolygon(lower, p.area); len(poly) > 2 {
				pen.fill(poly, s.Ink, bandOpacity)
				drawn = true
			}
		}
		lower, upper = nil, nil
	}
	for k := range s.X {
		if !finite(s.X[k]) || !finite(s.Y[k]) || !finite(s.Y2[k]) {
			cut()
			continue
		}
		lower = append(lower, p.spot(s.X[k], s.Y[k]))
		upper = append(upper, p.spot(s.X[k], s.Y2[k]))
	}
	cut()
	return drawn
}
