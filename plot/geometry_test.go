package plot

import (
	"math"
	"testing"
)

func TestClipLine(t *testing.T) {
	r := rect{0, 0, 10, 10}
	got := clipLine([]point{{-5, 5}, {5, 5}, {5, 20}, {7, 20}, {7, 5}, {8, 6}}, r)
	want := [][]point{{{0, 5}, {5, 5}, {5, 10}}, {{7, 10}, {7, 5}, {8, 6}}}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for k := range want {
		for i := range want[k] {
			if got[k][i] != want[k][i] {
				t.Errorf("piece %d: %v, want %v", k, got[k], want[k])
			}
		}
	}
	if clipLine([]point{{-1, -1}, {-5, 20}}, r) != nil || clipLine(nil, r) != nil {
		t.Error("a line outside is drawn")
	}
}

// area of a polygon by the shoelace formula.
func area(p []point) float64 {
	sum := 0.0
	for k, a := range p {
		b := p[(k+1)%len(p)]
		sum += a.x*b.y - a.y*b.x
	}
	return sum / 2
}

func TestClipPolygon(t *testing.T) {
	r := rect{0, 0, 10, 10}
	for _, c := range []struct {
		poly []point
		want float64
	}{
		{[]point{{-5, -5}, {15, -5}, {15, 15}, {-5, 15}}, 100},
		{[]point{{5, 5}, {15, 5}, {15, 15}, {5, 15}}, 25},
		{[]point{{0, -10}, {20, 10}, {0, 30}}, 100},
		{[]point{{20, 20}, {30, 20}, {30, 30}}, 0},
	} {
		if got := area(clipPolygon(c.poly, r)); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("area %g of %v, want %g", got, c.poly, c.want)
		}
	}
}

// TestStrokesTurnTheSameWay: polygons that overlap would else cancel.
func TestStrokesTurnTheSameWay(t *testing.T) {
	for _, p := range stroke([]point{{0, 0}, {10, 0}, {10, 10}, {0, 0}, {-3, 8}}, 3) {
		if area(p) <= 0 {
			t.Errorf("%v turns the other way", p)
		}
	}
	for m := range markers {
		if m == cross || m == plus || m == bar {
			continue
		}
		for _, p := range outline(point{}, m, 1) {
			if math.Abs(area(p)) < 0.5 {
				t.Errorf("marker %d has the area %g", m, area(p))
			}
		}
	}
}

func TestDashesCoverTheirShare(t *testing.T) {
	total := 0.0
	for _, p := range dashed([]point{{0, 0}, {50, 0}, {50, 50}}, []float64{6, 4}) {
		for k := 1; k < len(p); k++ {
			total += math.Hypot(p[k].x-p[k-1].x, p[k].y-p[k-1].y)
		}
	}
	if math.Abs(total-60) > 1e-9 {
		t.Errorf("dashes of 60 in 100 cover %g", total)
	}
}

// TestContourOfACircle: every point of the level set of x² + y² is on the circle,
// to the square of the width of a cell, and the set is one closed curve.
func TestContourOfACircle(t *testing.T) {
	var lines []float64
	for k := -50; k <= 50; k++ {
		lines = append(lines, float64(k)/25)
	}
	f := newField(lines, lines, func(x, y float64) float64 { return x*x + y*y })
	s := f.contour(1)
	for k := range s.X {
		if r := math.Hypot(s.X[k], s.Y[k]); !(math.Abs(r-1) < 1e-3) {
			t.Fatalf("a point at radius %g", r)
		}
	}
	n := len(s.X) - 1
	if s.X[0] != s.X[n] || s.Y[0] != s.Y[n] || n < 100 {
		t.Errorf("%d points from (%g, %g) to (%g, %g)", n, s.X[0], s.Y[0], s.X[n], s.Y[n])
	}
	if empty := f.contour(100); len(empty.X) != 0 {
		t.Error("a level that is not reached has points")
	}
}
