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

// appendRising appends those of the indices that are larger than the last.
func appendRising(kept []int, idx ...int) []int {
	for _, k := range idx {
		if len(kept) == 0 || k > kept[len(kept)-1] {
			kept = append(kept, k)
		}
	}
	return kept
}
