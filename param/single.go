package param

import "math"

// Link is a function x = g(u) of one variable, strictly monotone where the
// flow goes.
type Link struct {
	G, Slope, Inverse func(u float64) float64 // g, g′ and g⁻¹
	Bend              func(u float64) float64 // g″
}

// single is a Param with one parameter per unknown.
type single struct {
	name   string
	link   Link
	domain string // of x, for people
	in     func(x float64) bool
	mirror Mirror
}

// Name returns the name.
func (s single) Name() string { return s.name }

// Len returns m.
func (single) Len(m int) int { return m }

// Map sets dst = g(y).
func (s single) Map(dst, y []float64) {
	fit(1, y, dst)
	for i, u := range y {
		dst[i] = s.link.G(u)
	}
}

// Push sets dst = g′(y)∘v.
func (s single) Push(dst, y, v []float64) {
	fit(1, y, dst)
	fit(1, y, v)
	for i, u := range y {
		dst[i] = s.link.Slope(u) * v[i]
	}
}

// Pull sets dst = g′(y)∘g.
func (s single) Pull(dst, y, g []float64) { s.Push(dst, y, g) }

// Metric sets dst = g′(y)².
func (s single) Metric(dst, y []float64) {
	fit(1, y, dst)
	for i, u := range y {
		d := s.link.Slope(u)
		dst[i] = d * d
	}
}

// Curve sets diag = g″(y)∘g.
func (s single) Curve(diag, _, y, g []float64) {
	fit(1, y, g)
	fit(1, diag, g)
	for i, u := range y {
		diag[i] = s.link.Bend(u) * g[i]
	}
}

// Lift sets dst = g⁻¹(x).
func (s single) Lift(dst, x []float64, _ float64) error {
	fit(1, dst, x)
	for i, v := range x {
		if !s.in(v) {
			return outside(s.name, i, v, s.domain)
		}
		dst[i] = s.link.Inverse(v)
	}
	return nil
}

// Induced returns the mirror flow of the parameterization, the same from
// everywhere.
func (s single) Induced([]float64) (Mirror, error) { return s.mirror, nil }

func positive(x float64) bool { return x > 0 && !math.IsInf(x, 1) }

func inUnit(x float64) bool { return x > 0 && x < 1 }

const startHint = "x0 > 0 (at 0 the flow stands still; start from a small alpha)"
