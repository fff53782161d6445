package plot

import "math"

// columnsFor is the number of columns that a line is thinned to: more than any
// page has pixels for it.
const columnsFor = 800

// thin returns the indices of the points of s that are drawn: all if they are
// few, else in each column of the page the first, the least, the greatest and
// the last, in their order. Breaks are kept.
func thin(s *Series, most int) []int {
	n := len(s.X)
	if n <= most {
		all := make([]int, n)
		for k := range all {
			all[k] = k
		}
		return all
	}
	e := noExtent()
	for _, v := range s.X {
		e.add(v)
	}
	columns := most / 4
	column := func(k int) int {
		if !finite(s.X[k]) || !finite(s.Y[k]) {
			return -1
		}
		return int(math.Min(float64(columns-1), (s.X[k]-e.lo)/(e.hi-e.lo)*float64(columns)))
	}
	var kept []int
	for from := 0; from < n; {
		c := column(from)
		to, least, most := from+1, from, from
		for to < n && column(to) == c {
			if s.Y[to] < s.Y[least] {
				least = to
			}
			if s.Y[to] > s.Y[most] {
				most = to
			}
			to++
		}
		kept = appendRising(kept, from, min(least, most), max(least, most), to-1)
		from = to
	}
	return kept
}

// invisible is a distance on the page that no one sees, in points.
const invisible = 0.1

// straighten leaves out the points of a line that are as good as on the straight
// line between their neighbours (Ramer 1972; Douglas and Peucker 1973).
func straighten(pts []point) []point {
	if len(pts) < 3 {
		return pts
	}
	keep := make([]bool, len(pts))
	keep[0], keep[len(pts)-1] = true, true
	type span struct{ from, to int }
	stack := []span{{0, len(pts) - 1}}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		far, at := invisible, -1
		for k := s.from + 1; k < s.to; k++ {
			if d := distance(pts[k], pts[s.from], pts[s.to]); d > far {
				far, at = d, k
			}
		}
		if at >= 0 {
			keep[at] = true
			stack = append(stack, span{s.from, at}, span{at, s.to})
		}
	}
	kept := make([]point, 0, len(pts))
	for k, q := range pts {
		if keep[k] {
			kept = append(kept, q)
		}
	}
	return kept
}

// distance is that of q from the segment a–b.
func distance(q, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	length := dx*dx + dy*dy
	if length == 0 {
		return math.Hypot(q.x-a.x, q.y-a.y)
	}
	t := math.Max(0, math.Min(1, ((q.x-a.x)*dx+(q.y-a.y)*dy)/length))
	return math.Hypot(q.x-a.x-t*dx, q.y-a.y-t*dy)
}

// appendRising appends those of the indices that are larger than the last.
func appendRising(kept []int, idx ...int) []int {
	for _, k := range idx {
		if len(kept) == 0 || k > kept[len(kept)-1] {
			kept = append(kept, k)
		}
	}
	return kept
}
