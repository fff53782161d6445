package plot

import "math"

// dashed cuts a polyline into the pieces that a pattern leaves.
func dashed(line []point, pattern []float64) [][]point {
	if len(pattern) == 0 {
		return [][]point{line}
	}
	var pieces [][]point
	k, left, on := 0, pattern[0], true
	piece := []point{line[0]}
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		length := math.Hypot(b.x-a.x, b.y-a.y)
		for done := 0.0; done < length; {
			step := math.Min(left, length-done)
			done += step
			left -= step
			q := point{a.x + done/length*(b.x-a.x), a.y + done/length*(b.y-a.y)}
			if on {
				piece = append(piece, q)
			}
			if left > 0 {
				continue
			}
			if on {
				pieces = append(pieces, piece)
			}
			on = !on
			piece = []point{q}
			k = (k + 1) % len(pattern)
			left = pattern[k]
		}
	}
	if on && len(piece) > 1 {
		pieces = append(pieces, piece)
	}
	return pieces
}

// bends reports whether the turn at b leaves a gap that is seen: more than about
// ten degrees.
func bends(a, b, c point) bool {
	ux, uy, vx, vy := b.x-a.x, b.y-a.y, c.x-b.x, c.y-b.y
	return ux*vx+uy*vy < 0.985*math.Hypot(ux, uy)*math.Hypot(vx, vy)
}

// stroke returns polygons, all turning the same way, that cover a polyline of the
// given width: a rectangle for each segment, a disc for each bend.
func stroke(line []point, width float64) [][]point {
	var polys [][]point
	h := width / 2
	for k := 1; k < len(line); k++ {
		a, b := line[k-1], line[k]
		length := math.Hypot(b.x-a.x, b.y-a.y)
		if length == 0 {
			continue
		}
		nx, ny := -(b.y-a.y)/length*h, (b.x-a.x)/length*h
		polys = append(polys, []point{{a.x - nx, a.y - ny}, {b.x - nx, b.y - ny}, {b.x + nx, b.y + ny}, {a.x + nx, a.y + ny}})
		if k > 1 && width > 1.5 && bends(line[k-2], a, b) {
			polys = append(polys, outline(a, circle, h)...)
		}
	}
	return polys
}
