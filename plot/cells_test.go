package plot

import (
	"bytes"
	"image/png"
	"strings"
	"testing"
)

// photograph is a picture of 2×2 pixels whose upper ones have the same tone.
func photograph() *Figure {
	return &Figure{Title: "a photograph", Alt: "four pixels", Panels: []Panel{{
		X: Axis{Min: 0, Max: 2}, Y: Axis{Min: 0, Max: 2}, Bare: true,
		Cells: &Cells{Grey: true, X: []float64{0.5, 1.5, 0.5, 1.5}, Y: []float64{1.5, 1.5, 0.5, 0.5}, Value: []float64{1, 1, 0, 2},
			Left: []float64{0, 1, 0, 1}, Right: []float64{1, 2, 1, 2}, Bottom: []float64{1, 1, 0, 0}, Top: []float64{2, 2, 1, 1}},
		Labels: []Label{{X: 1, Y: 1, Text: "mid", Side: Centre}},
	}}}
}

func TestPhotographsAreGreyWithoutAxes(t *testing.T) {
	var b strings.Builder
	if err := photograph().WriteSVG(&b, SVGOptions{}); err != nil {
		t.Fatal(err)
	}
	svg := b.String()
	if strings.Contains(svg, "heat-") || strings.Contains(svg, `class="axes"`) {
		t.Error("a bare photograph has colours of a heat map, or axes")
	}
	for _, tone := range []string{"#ffffff", "#000000"} {
		if strings.Count(svg, tone) != 1 {
			t.Errorf("%d paths have the tone %s; there is one for each tone", strings.Count(svg, tone), tone)
		}
	}
	// The two upper pixels are one rectangle, the lower right one is another.
	if i := strings.Index(svg, "#ffffff"); strings.Count(svg[i:i+strings.Index(svg[i:], "/>")], "z") != 2 {
		t.Errorf("pixels of the same tone are not joined: %s", svg[i:i+200])
	}
	if !strings.Contains(svg, `text-anchor="middle"`) {
		t.Error("the label is not centred")
	}
	var p bytes.Buffer
	if err := photograph().WritePNG(&p, PNGOptions{Scale: 1}); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&p)
	if err != nil {
		t.Fatal(err)
	}
	f := photograph().Draw(SVGOptions{}).Frames[0]
	at := func(x, y float64) uint32 {
		r, _, _, _ := img.At(int(f.Left+x*f.Width), int(f.Top+y*f.Height)).RGBA()
		return r >> 8
	}
	if at(0.25, 0.25) != 255 || at(0.25, 0.75) != 0 || at(0.8, 0.2) != 255 || at(0.9, 0.9) != 255 {
		t.Error("the tones of the pixels are wrong")
	}
}
