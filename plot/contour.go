package plot

import "math"

// field is a function on a grid over a window.
type field struct {
	x, y  []float64
	value [][]float64 // by rows of constant y
}

func newField(x, y []float64, f func(x, y float64) float64) field {
	g := field{x: x, y: y, value: make([][]float64, len(y))}
	for i := range g.value {
		g.value[i] = make([]float64, len(x))
		for j := range g.value[i] {
			g.value[i][j] = f(g.x[j], g.y[i])
		}
	}
	return g
}

// LevelSets returns {f = level} for each level as a line, its pieces separated by
// NaN. f is evaluated at every pair of the increasing x and y and taken to be
// linear in between; where it is infinite there is no line.
func LevelSets(x, y []float64, f func(x, y float64) float64, levels ...float64) []Series {
	g := newField(x, y, f)
	out := make([]Series, len(levels))
	for k, level := range levels {
		out[k] = g.contour(level)
	}
	return out
}

// contour returns the level set as a line, its pieces separated by NaN: marching
// squares (Lorensen and Cline 1987 in two dimensions), joined end to end. Cells
// with a corner outside of the domain are left out.
func (g field) contour(level float64) Series {
	type edge struct{ i, j, side int } // side 0: from (i, j) to the right, 1: upwards
	next := map[edge][]edge{}
	place := func(e edge) (float64, float64) {
		a := g.value[e.i][e.j]
		if e.side == 0 {
			t := (level - a) / (g.value[e.i][e.j+1] - a)
			return g.x[e.j] + t*(g.x[e.j+1]-g.x[e.j]), g.y[e.i]
		}
		t := (level - a) / (g.value[e.i+1][e.j] - a)
		return g.x[e.j], g.y[e.i] + t*(g.y[e.i+1]-g.y[e.i])
	}
	var order []edge
	join := func(a, b edge) {
		for _, p := range [2][2]edge{{a, b}, {b, a}} {
			if next[p[0]] == nil {
				order = append(order, p[0])
			}
			next[p[0]] = append(next[p[0]], p[1])
		}
	}
	for i := 0; i+1 < len(g.y); i++ {
		for j := 0; j+1 < len(g.x); j++ {
			corner := [4]float64{g.value[i][j], g.value[i][j+1], g.value[i+1][j+1], g.value[i+1][j]}
			sides := [4]edge{{i, j, 0}, {i, j + 1, 1}, {i + 1, j, 0}, {i, j, 1}}
			var crossed []edge
			whole := true
			for k := range corner {
				whole = whole && !math.IsInf(corner[k], 0)
				if (corner[k] < level) != (corner[(k+1)%4] < level) {
					crossed = append(crossed, sides[k])
				}
			}
			if !whole {
				continue
			}
			for k := 0; k+1 < len(crossed); k += 2 {
				join(crossed[k], crossed[k+1])
			}
		}
	}
	var s Series
	seen := map[edge]bool{}
	trace := func(from edge) {
		if seen[from] {
			return
		}
		if len(s.X) > 0 {
			s.X, s.Y = append(s.X, math.NaN()), append(s.Y, math.NaN())
		}
		first := from
		for e, more := from, true; more; {
			seen[e] = true
			x, y := place(e)
			s.X, s.Y = append(s.X, x), append(s.Y, y)
			more = false
			for _, n := range next[e] {
				if !seen[n] {
					e, more = n, true
					break
				}
			}
			if !more && len(next[e]) == 2 && (next[e][0] == first || next[e][1] == first) {
				x, y := place(first)
				s.X, s.Y = append(s.X, x), append(s.Y, y)
			}
		}
	}
	for _, e := range order { // open pieces first, from their ends
		if len(next[e]) == 1 {
			trace(e)
		}
	}
	for _, e := range order {
		trace(e)
	}
	return s
}
