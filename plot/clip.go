package plot

import "math"

// clipLine cuts a polyline at the edges of r, into the pieces that are inside.
func clipLine(pts []point, r rect) [][]point {
	var pieces [][]point
	var piece []point
	cut := func() {
		if len(piece) > 1 {
			pieces = append(pieces, piece)
		}
		piece = nil
	}
	for k := 1; k < len(pts); k++ {
		a, b, ok := clipSegment(pts[k-1], pts[k], r)
		if !ok {
			cut()
			continue
		}
		if len(piece) == 0 || piece[len(piece)-1] != a {
			cut()
			piece = append(piece, a)
		}
		piece = append(piece, b)
	}
	cut()
	return pieces
}

// clipSegment returns the part of a segment that is inside r (Liang and Barsky
// 1984).
func clipSegment(a, b point, r rect) (from, to point, ok bool) {
	t0, t1 := 0.0, 1.0
	dx, dy := b.x-a.x, b.y-a.y
	for _, e := range [4][2]float64{
		{-dx, a.x - r.left}, {dx, r.right - a.x}, {-dy, a.y - r.top}, {dy, r.bottom - a.y},
	} {
		p, q := e[0], e[1]
		switch {
		case p == 0:
			if q < 0 {
				return a, b, false
			}
		case p < 0:
			t0 = math.Max(t0, q/p)
		default:
			t1 = math.Min(t1, q/p)
		}
	}
	if t0 > t1 {
		return a, b, false
	}
	from, to = a, b
	if t0 > 0 {
		from = point{a.x + t0*dx, a.y + t0*dy}
	}
	if t1 < 1 {
		to = point{a.x + t1*dx, a.y + t1*dy}
	}
	return from, to, true
}

// clipPolygon cuts a polygon to r, side by side (Sutherland and Hodgman 1974).
func clipPolygon(pts []point, r rect) []point {
	type side struct {
		inside func(point) bool
		cut    func(a, b point) point
	}
	atX := func(x float64) func(a, b point) point {
		return func(a, b point) point { return point{x, a.y + (x-a.x)/(b.x-a.x)*(b.y-a.y)} }
	}
	atY := func(y float64) func(a, b point) point {
		return func(a, b point) point { return point{a.x + (y-a.y)/(b.y-a.y)*(b.x-a.x), y} }
	}
	for _, s := range []side{
		{func(p point) bool { return p.x >= r.left }, atX(r.left)},
		{func(p point) bool { return p.x <= r.right }, atX(r.right)},
		{func(p point) bool { return p.y >= r.top }, atY(r.top)},
		{func(p point) bool { return p.y <= r.bottom }, atY(r.bottom)},
	} {
		var out []point
		for k, b := range pts {
			a := pts[(k+len(pts)-1)%len(pts)]
			switch in := s.inside(b); {
			case in && !s.inside(a):
				out = append(out, s.cut(a, b), b)
			case in:
				out = append(out, b)
			case s.inside(a):
				out = append(out, s.cut(a, b))
			}
		}
		pts = out
	}
	return pts
}
