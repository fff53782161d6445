package plot

import "math"

// headLength and headWidth are the size of the head of an arrow, in points.
const (
	headLength = 4.5
	headWidth  = 4.6
)

// drawArrows draws those arrows whose both ends are inside the panel, all in one
// stroke.
func (p *panelLayout) drawArrows(pen pen, s *Series) bool {
	var lines [][]point
	for k := range s.X {
		if !finite(s.X[k]) || !finite(s.Y[k]) || !finite(s.X2[k]) || !finite(s.Y2[k]) {
			continue
		}
		from, to := p.spot(s.X[k], s.Y[k]), p.spot(s.X2[k], s.Y2[k])
		if p.area.holds(from) && p.area.holds(to) {
			lines = append(lines, arrow(from, to)...)
		}
	}
	if len(lines) > 0 {
		pen.lines(lines, s.Ink, strokeWidth(s), nil)
	}
	return len(lines) > 0
}

// arrow is a shaft with an open head, which shrinks with a short shaft.
func arrow(from, to point) [][]point {
	length := math.Hypot(to.x-from.x, to.y-from.y)
	if length < 0.3 {
		return nil
	}
	ux, uy := (to.x-from.x)/length, (to.y-from.y)/length
	size := math.Min(1, length/(2*headLength))
	neck := point{to.x - ux*headLength*size, to.y - uy*headLength*size}
	half := headWidth / 2 * size
	return [][]point{{from, to}, {{neck.x - uy*half, neck.y + ux*half}, to, {neck.x + uy*half, neck.y - ux*half}}}
}

// drawRegion fills polygons.
func (p *panelLayout) drawRegion(pen pen, s *Series) bool {
	drawn := false
	var poly []point
	shut := func() {
		if in := clipPolygon(straighten(poly), p.area); len(in) > 2 {
			pen.fill(in, s.Ink, bandOpacity)
			drawn = true
		}
		poly = nil
	}
	for k := range s.X {
		if !finite(s.X[k]) || !finite(s.Y[k]) {
			shut()
			continue
		}
		poly = append(poly, p.spot(s.X[k], s.Y[k]))
	}
	shut()
	return drawn
}
