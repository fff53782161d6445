package plot

import "math"

// placedLabel is a label with the place of its text.
type placedLabel struct {
	text   string
	dot    bool
	at     point // that it names
	base   point // of its text
	anchor anchor
	box    rect
}

// Costs of what a label may cover, in units of the crossing of a line. A label stands
// where it is asked for unless another side costs less by more than reluctance.
const (
	overLabel  = 12.0
	overDot    = 8.0
	overEdge   = 40.0
	overLine   = 1.0
	overFaint  = 0.1
	reluctance = 0.5
)

// placeLabels puts every label on the side that it asks for, or on another one where
// that would cover lines or labels and the other would not.
func (p *panelLayout) placeLabels() []placedLabel {
	var list []placedLabel
	var from []Label
	for _, l := range p.Labels {
		if finite(l.X) && finite(l.Y) && p.area.holds(p.spot(l.X, l.Y)) {
			from = append(from, l)
		}
	}
	for k, l := range from {
		best, least := placedLabel{}, math.Inf(1)
		for i, side := range p.sidesFor(l) {
			q := p.stand(l, side)
			cost := p.covered(q, from, k, list)
			if i > 0 {
				cost += reluctance
			}
			if cost < least {
				best, least = q, cost
			}
		}
		list = append(list, best)
	}
	return list
}

// sidesFor are the sides to be tried, the one that is asked for first. What names no dot
// in a picture without axes is a heading, or the name of an axis, and stays.
func (p *panelLayout) sidesFor(l Label) []Side {
	list := []Side{l.Side}
	if l.Side == Centre || p.Bare && !l.Dot && l.Gap == 0 {
		return list
	}
	for _, s := range []Side{Right, Left, Above, Below} {
		if s != l.Side {
			list = append(list, s)
		}
	}
	return list
}

// stand puts a label on one side of its point.
func (p *panelLayout) stand(l Label, side Side) placedLabel {
	off := math.Max(8, l.Gap)
	q := placedLabel{text: printable(l.Text), dot: l.Dot, at: p.spot(l.X, l.Y)}
	w := textWidth(q.text, textSize)
	q.base, q.anchor = point{q.at.x + off, q.at.y + textSize*0.36}, start
	switch side {
	case Left:
		q.anchor, q.base.x = end, q.at.x-off
	case Above:
		q.anchor, q.base = middle, point{p.inward(q.at.x, w), q.at.y - off}
	case Below:
		q.anchor, q.base = middle, point{p.inward(q.at.x, w), q.at.y + off + textSize*0.8}
	case Centre:
		q.anchor, q.base = middle, point{q.at.x, q.at.y + textSize*0.36}
	}
	left := q.base.x - map[anchor]float64{start: 0, middle: w / 2, end: w}[q.anchor]
	q.box = rect{left, q.base.y - 0.8*textSize, left + w, q.base.y + 0.22*textSize}
	return q
}

// covered is what a label covers where it is placed, among the labels of the panel, of
// which it is the k-th and those before it have their place.
func (p *panelLayout) covered(q placedLabel, all []Label, k int, before []placedLabel) float64 {
	if q.text == "" {
		return 0
	}
	cost := 0.0
	if q.box.left < p.area.left || q.box.right > p.area.right+p.rightMargin || q.box.top < p.area.top || q.box.bottom > p.area.bottom {
		cost += overEdge
	}
	for _, o := range before {
		if q.box.meets(o.box, 2) {
			cost += overLabel
		}
	}
	for i, o := range all {
		r := math.Max(5, o.Gap-3)
		at := p.spot(o.X, o.Y)
		if i != k && (o.Dot || o.Gap > 0) && q.box.meets(rect{at.x - r, at.y - r, at.x + r, at.y + r}, 0) {
			cost += overDot
		}
	}
	for _, r := range p.Rules {
		if at := p.x.at(r.At); r.Vertical && q.box.left < at && at < q.box.right {
			cost += overLine
		} else if at := p.y.at(r.At); !r.Vertical && q.box.top < at && at < q.box.bottom {
			cost += overLine
		}
	}
	for i := range p.Series {
		if s := &p.Series[i]; p.crosses(s, q.box) {
			cost += map[bool]float64{true: overFaint, false: overLine}[s.Ink == Context]
		}
	}
	return cost
}

// crosses reports whether a line or a marker of a series is in a box.
func (p *panelLayout) crosses(s *Series, box rect) bool {
	var last point
	for k := range s.X {
		if !finite(s.X[k]) || k >= len(s.Y) || !finite(s.Y[k]) {
			last = point{math.NaN(), 0}
			continue
		}
		at := p.spot(s.X[k], s.Y[k])
		switch s.Shape {
		case Points:
			if box.meets(rect{at.x - 3, at.y - 3, at.x + 3, at.y + 3}, 0) {
				return true
			}
		case Line, Steps:
			if k > 0 && !math.IsNaN(last.x) && box.cut(last, at) {
				return true
			}
		}
		last = at
	}
	return false
}

// meets reports whether two rectangles overlap, or are nearer than the given distance.
func (r rect) meets(o rect, near float64) bool {
	return r.left < o.right+near && o.left < r.right+near && r.top < o.bottom+near && o.top < r.bottom+near
}

// cut reports whether a segment passes through r.
func (r rect) cut(a, b point) bool {
	from, to := 0.0, 1.0
	for _, side := range [4][2]float64{{a.x - b.x, a.x - r.left}, {b.x - a.x, r.right - a.x}, {a.y - b.y, a.y - r.top}, {b.y - a.y, r.bottom - a.y}} {
		slope, room := side[0], side[1]
		switch t := room / slope; {
		case slope == 0:
			if room < 0 {
				return false
			}
		case slope < 0:
			from = math.Max(from, t)
		default:
			to = math.Min(to, t)
		}
	}
	return from < to
}
