package page

import (
	"context"
	"math"
	"testing"
)

// TestBallsAreLevelSets: the curves that are drawn are level sets of the divergence,
// and the one through the limit touches the line from the side of the start.
func TestBallsAreLevelSets(t *testing.T) {
	for _, s := range []State{
		{"k": "0"}, {"k": "0.5"}, {"k": "1"}, {"k": "1.5"}, {"k": "2"}, {"x": "0.01", "y": "0.02"},
		{"g": "hypentropy", "be": "0.1", "x": "-0.2"}, {"g": "fermi-dirac", "be": "1.5"}, {"g": "hellinger", "x": "0.1", "p1": "0.4"},
		{"g": "exponential"}, {"g": "inverse"},
	} {
		v := read(s, flowControls)
		geo, err := v.geometry()
		if err != nil {
			t.Fatal(err)
		}
		a, b := v.line(1e4)
		p, err := newPlane(context.Background(), geo, a, b, v.start(geo, "x", "y"))
		if err != nil || !p.reached() {
			t.Fatalf("%v: %v, %s", s, err, p.answer.Status)
		}
		level := p.answer.Objective
		x, y, inside := p.newBalls(12).ball(level, 600)
		most, theta := math.Inf(-1), make([]float64, 2)
		for k := range x {
			if !inside[k] {
				continue
			}
			at := []float64{x[k], y[k]}
			// How far the point is off, from D and its gradient ∇φ(x) − ∇φ(x₀).
			p.geo.phi.Grad(theta, at)
			slope := apart(theta, p.theta0)
			if off := math.Abs(p.geo.phi.Bregman(at, p.x0)-level) / slope; off > 1e-3 { // a quarter of a pixel of a wide page
				t.Fatalf("%s: the point %v is %v off the level set %v", geo.show, at, off, level)
			}
			side := p.misfit(at)
			if p.misfit(p.x0) > 0 {
				side = -side
			}
			most = math.Max(most, side)
		}
		if size := math.Abs(p.misfit(p.x0)); math.Abs(most) > 4e-3*size {
			t.Errorf("%s: the level set through the limit misses the line by %v of the distance of the start", geo.show, most/size)
		}
	}
}
