package plot

import (
	"bytes"
	"fmt"
	"math"
	"testing"
)

// TestDrawTellsWherePointsAre compares the frames with the place where the one
// marker of each panel was drawn.
func TestDrawTellsWherePointsAre(t *testing.T) {
	point := func(x, y float64) []Series {
		return []Series{{X: []float64{x}, Y: []float64{y}, Shape: Points}}
	}
	f := &Figure{Kind: "k", Title: "t", Panels: []Panel{
		{X: Axis{Min: -1, Max: 3}, Y: Axis{Min: 0, Max: 10}, Series: point(0.5, 7)},
		{X: Axis{Scale: Log, Min: -20, Max: 0}, Y: Axis{Scale: Log, Min: -7000, Max: -1}, Series: point(-12, -3500)},
		{X: Axis{Min: 0, Max: 2}, Y: Axis{Min: 0, Max: 1}, Series: point(1.2, 0.3), Equal: true},
	}}
	d := f.Draw(SVGOptions{Size: Size{Width: 500}})
	var plain bytes.Buffer
	if err := f.WriteSVG(&plain, SVGOptions{Size: Size{Width: 500}}); err != nil || !bytes.Equal(plain.Bytes(), d.SVG) {
		t.Fatalf("Draw and WriteSVG differ (%v)", err)
	}
	if len(d.Frames) != 3 || d.Width != 500 || !(d.Height > 500) {
		t.Fatalf("%d frames on %g×%g", len(d.Frames), d.Width, d.Height)
	}
	for k, r := range d.Frames {
		s := f.Panels[k].Series[0]
		x := r.Left + (s.X[0]-r.X.Min)/(r.X.Max-r.X.Min)*r.Width
		y := r.Top + r.Height - (s.Y[0]-r.Y.Min)/(r.Y.Max-r.Y.Min)*r.Height
		if r.X.Log != (k == 1) || r.Y.Log != (k == 1) {
			t.Errorf("panel %d: log %v %v", k, r.X.Log, r.Y.Log)
		}
		if !near(d.SVG, x, y) {
			t.Errorf("panel %d: no marker near (%.2f, %.2f)", k, x, y)
		}
	}
}

// near reports whether svg has a round marker around (x, y).
func near(svg []byte, x, y float64) bool {
	for _, line := range bytes.Split(svg, []byte("M")) {
		var cx, cy, r float64
		if _, err := fmt.Sscanf(string(line), "%g %ga%g", &cx, &cy, &r); err == nil &&
			math.Abs(cx+r-x) < 0.02 && math.Abs(cy-y) < 0.02 {
			return true
		}
	}
	return false
}
