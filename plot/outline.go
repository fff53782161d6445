package plot

import "math"

// outline returns the corners of a marker: closed for those that can be filled,
// strokes for the others.
func outline(c point, m marker, r float64) [][]point {
	at := func(dx, dy float64) point { return point{c.x + r*dx, c.y + r*dy} }
	switch m {
	case square:
		return [][]point{{at(-0.9, -0.9), at(0.9, -0.9), at(0.9, 0.9), at(-0.9, 0.9)}}
	case triangle:
		return [][]point{{at(0, -1.2), at(1.1, 0.8), at(-1.1, 0.8)}}
	case diamond:
		return [][]point{{at(0, -1.3), at(1.3, 0), at(0, 1.3), at(-1.3, 0)}}
	case wedge:
		return [][]point{{at(0, 1.2), at(1.1, -0.8), at(-1.1, -0.8)}}
	case cross:
		return [][]point{{at(-1, -1), at(1, 1)}, {at(-1, 1), at(1, -1)}}
	case plus:
		return [][]point{{at(-1.2, 0), at(1.2, 0)}, {at(0, -1.2), at(0, 1.2)}}
	case bar:
		return [][]point{{at(0, -1.4), at(0, 1.4)}}
	}
	ring := make([]point, 20)
	for k := range ring {
		s, co := math.Sincos(2 * math.Pi * float64(k) / float64(len(ring)))
		ring[k] = at(co, s)
	}
	return [][]point{ring}
}
