package plot

import "math"

// isBars reports whether p shows bars, whose names take the place of numbers.
func (p *Panel) isBars() bool { return len(p.Series) > 0 && p.Series[0].Shape == Bars }

// widestBarName is the room that the names of bars need at the left.
func (p *Panel) widestBarName(width float64) float64 {
	if !p.isBars() {
		return 0
	}
	widest := 0.0
	for k := range p.Series {
		for _, n := range p.Series[k].Names {
			widest = math.Max(widest, textWidth(printable(n), textSize))
		}
	}
	return math.Min(widest, 0.45*width)
}

func (p *panelLayout) drawBarNames(pen pen) {
	for i := range p.Series {
		s := &p.Series[i]
		for k, n := range s.Names {
			if s.Shape != Bars || !finite(s.Y[k]) {
				continue
			}
			at := point{p.area.left - 7, p.y.at(s.Y[k]) + textSize*0.36}
			pen.text(at, shorten(printable(n), textSize, p.area.left-margin-8), textSize, end, ink)
		}
	}
}

// drawBars draws bars from the left edge, or from 0, to X, and the value at the
// end. A bar of no length is a tick at the edge.
func (p *panelLayout) drawBars(pen pen, s *Series) bool {
	foot := p.area.left
	if p.X.Scale == Linear {
		foot = p.x.at(math.Max(p.x.lo, math.Min(p.x.hi, 0)))
	}
	half := 0.32 * math.Abs(p.y.at(1)-p.y.at(0))
	half = math.Min(half, 11)
	for k := range s.X {
		if !finite(s.Y[k]) {
			continue
		}
		x := p.area.left
		if finite(s.X[k]) {
			x = math.Max(p.area.left, math.Min(p.area.right, p.x.at(s.X[k])))
		}
		y := p.y.at(s.Y[k])
		pen.fill([]point{{foot, y - half}, {x, y - half}, {x, y + half}, {foot, y + half}}, s.Ink, 0.9)
		value := "0"
		switch {
		case p.X.Scale == Log:
			value = NumLn(s.X[k])
		case finite(s.X[k]):
			value = Num(s.X[k])
		}
		w := textWidth(value, textSize)
		for _, r := range p.Rules { // not across a line
			if at := p.x.at(r.At); r.Vertical && at > x && at < x+12+w {
				x = at
			}
		}
		if x+w+8 > p.area.right && x-foot > w+12 {
			pen.text(point{x - 6, y + textSize*0.36}, value, textSize, end, surface)
			continue
		}
		pen.text(point{x + 6, y + textSize*0.36}, value, textSize, start, ink)
	}
	return len(s.X) > 0
}
