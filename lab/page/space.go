package page

import (
	"math"

	"github.com/tacit-dev/tacit/plot"
)

// view3 is a direction from which space is seen, without perspective: what is
// parallel stays so.
type view3 struct{ sinA, cosA, sinE, cosE float64 }

// newView3 looks from an azimuth, counted from the first axis towards the second,
// and an elevation above their plane, in degrees.
func newView3(azimuth, elevation float64) view3 {
	sa, ca := math.Sincos(azimuth * math.Pi / 180)
	se, ce := math.Sincos(elevation * math.Pi / 180)
	return view3{sa, ca, se, ce}
}

// at is where a point of space is on the page.
func (v view3) at(p [3]float64) (x, y float64) {
	return -p[0]*v.sinA + p[1]*v.cosA, p[2]*v.cosE - (p[0]*v.cosA+p[1]*v.sinA)*v.sinE
}

// draw adds points of space to a series; a NaN in p breaks it.
func (v view3) draw(s *plot.Series, points ...[3]float64) {
	for _, p := range points {
		x, y := v.at(p)
		s.X, s.Y = append(s.X, x), append(s.Y, y)
	}
}

// label is a word at a point of space.
func (v view3) label(p [3]float64, text string, side plot.Side, dot bool) plot.Label {
	x, y := v.at(p)
	return plot.Label{X: x, Y: y, Text: text, Side: side, Dot: dot}
}

// gap breaks a series of points of space.
var gap = [3]float64{math.NaN(), math.NaN(), math.NaN()}

// clip3 cuts a polygon of space to the side ⟨n, x⟩ ≤ c of a plane (Sutherland and
// Hodgman 1974).
func clip3(poly [][3]float64, n [3]float64, c float64) [][3]float64 {
	var out [][3]float64
	for k, q := range poly {
		p := poly[(k+len(poly)-1)%len(poly)]
		dp, dq := dot3(n, p)-c, dot3(n, q)-c
		if (dp <= 0) != (dq <= 0) {
			out = append(out, along3(p, q, dp/(dp-dq)))
		}
		if dq <= 0 {
			out = append(out, q)
		}
	}
	return out
}

// segment3 cuts the line p + t·d to the box [0, size]³; ok reports whether
// anything is left.
func segment3(p, d [3]float64, size float64) (a, b [3]float64, ok bool) {
	lo, hi := math.Inf(-1), math.Inf(1)
	for i := range 3 {
		if d[i] == 0 {
			if p[i] < 0 || p[i] > size {
				return a, b, false
			}
			continue
		}
		t0, t1 := -p[i]/d[i], (size-p[i])/d[i]
		lo, hi = math.Max(lo, math.Min(t0, t1)), math.Min(hi, math.Max(t0, t1))
	}
	if !(lo <= hi) || math.IsInf(lo, 0) || math.IsInf(hi, 0) {
		return a, b, false
	}
	return add3(p, d, lo), add3(p, d, hi), true
}

// plane3 is the part of {x : ⟨a, x⟩ = b} in the box [0, size]³, a polygon.
func plane3(a [3]float64, b, size float64) [][3]float64 {
	norm := dot3(a, a)
	if !(norm > 0) {
		return nil
	}
	foot := [3]float64{a[0] * b / norm, a[1] * b / norm, a[2] * b / norm}
	// Two directions in the plane, from the axis that is furthest from a.
	least := 0
	for i := range 3 {
		if math.Abs(a[i]) < math.Abs(a[least]) {
			least = i
		}
	}
	var e [3]float64
	e[least] = 1
	u := unit3(cross3(a, e))
	w := unit3(cross3(a, u))
	far := 4 * (size + math.Sqrt(dot3(foot, foot)))
	poly := [][3]float64{
		add3(add3(foot, u, far), w, far), add3(add3(foot, u, -far), w, far),
		add3(add3(foot, u, -far), w, -far), add3(add3(foot, u, far), w, -far),
	}
	for i := range 3 {
		var n [3]float64
		n[i] = -1
		poly = clip3(poly, n, 0)
		n[i] = 1
		poly = clip3(poly, n, size)
	}
	return poly
}

func dot3(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func cross3(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

func unit3(a [3]float64) [3]float64 {
	n := math.Sqrt(dot3(a, a))
	return [3]float64{a[0] / n, a[1] / n, a[2] / n}
}

// add3 is p + t·d.
func add3(p, d [3]float64, t float64) [3]float64 {
	return [3]float64{p[0] + t*d[0], p[1] + t*d[1], p[2] + t*d[2]}
}

// along3 is the point at the share t of the way from p to q.
func along3(p, q [3]float64, t float64) [3]float64 {
	return [3]float64{p[0] + t*(q[0]-p[0]), p[1] + t*(q[1]-p[1]), p[2] + t*(q[2]-p[2])}
}
