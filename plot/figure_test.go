package plot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"
)

// hostile holds what must never reach a page as it is.
const hostile = "<script>alert('x')</script> & \"q\" \x00\x1b[31m \xff end"

// sample has every shape, on linear and log axes, with names that are hostile.
func sampleFigure() *Figure {
	x := Index(50)
	y, up := make([]float64, 50), make([]float64, 50)
	for k := range x {
		y[k] = -100 * x[k]
		up[k] = y[k] + 50
	}
	broken := append([]float64{}, y...)
	broken[10], broken[20] = math.NaN(), math.Inf(1)
	return &Figure{
		Kind: "sample", Title: hostile, Alt: "alt " + hostile, Caption: "caption",
		Panels: []Panel{
			{X: Axis{Label: "t"}, Y: Axis{Label: "|x|", Scale: Log}, Series: []Series{
				{Name: "a", X: x, Y: y, Ink: 0},
				{Name: "b", X: x, Y: broken, Ink: 1, Style: 1, Shape: Steps},
				{Name: "c", X: x, Y: y, Y2: up, Shape: Band, Ink: 2},
			}, Rules: []Rule{{At: -1000, Label: hostile}, {Vertical: true, At: 10, Label: "τ"}}},
			{X: Axis{Label: "i", Integer: true}, Y: Axis{Label: "x"}, Series: []Series{
				{Name: "s", X: x, Y: up, Shape: Stems, Ink: 3, Style: 3},
				{Name: "p", X: x, Y: y, Shape: Points, Ink: 4, Style: 5},
			}, Labels: []Label{{X: 5, Y: -300, Text: hostile, Dot: true}}},
			{X: Axis{Label: "drift", Scale: Log}, Y: Axis{Integer: true}, Series: []Series{
				{Name: "d", X: []float64{-3, math.Inf(-1)}, Y: []float64{1, 0}, Names: []string{hostile, "b"}, Shape: Bars},
			}},
			{Bare: true, Equal: true, Series: []Series{
				{Name: "e", X: []float64{0, 1}, Y: []float64{0, 1}, X2: []float64{1, 1}, Y2: []float64{1, 0}, Shape: Arrows},
				{Name: "r", X: []float64{0, 1, 1, math.NaN(), 2, 3, 3}, Y: []float64{0, 0, 1, 0, 2, 2, 3}, Shape: Region, Ink: 1},
			}},
			{Cells: &Cells{X: []float64{0, 1}, Y: []float64{0, 1}, Value: []float64{0.5, math.NaN()}, Left: []float64{0, 1}, Right: []float64{1, 2}, Bottom: []float64{0, 1}, Top: []float64{1, 2}, Name: "share"}},
		},
		Notes: []string{hostile},
	}
}

func svgOf(t *testing.T, f *Figure, opt SVGOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.WriteSVG(&b, opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// elements parses SVG, which fails if it is not well-formed, and counts its
// elements; it fails on numbers that are not finite.
func elements(t *testing.T, svg string) map[string]int {
	t.Helper()
	count := map[string]int{}
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return count
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		count[e.Name.Local]++
		for _, a := range e.Attr {
			if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
				t.Fatalf("<%s %s=%q>", e.Name.Local, a.Name.Local, a.Value)
			}
		}
	}
}

func TestSVGIsAnAccessiblePicture(t *testing.T) {
	for _, width := range []float64{0, 240, 380, 2000} {
		svg := svgOf(t, sampleFigure(), SVGOptions{Size: Size{width}, Theme: Light()})
		n := elements(t, svg)
		if n["svg"] != 1 || n["title"] != 1 || n["desc"] != 1 || n["script"] != 0 || n["style"] != 0 {
			t.Errorf("elements %v", n)
		}
		for _, want := range []string{`role="img"`, `aria-labelledby="sample-title sample-desc"`, `<title id="sample-title">`, `<desc id="sample-desc">alt &lt;script`} {
			if !strings.Contains(svg, want) {
				t.Errorf("no %s", want)
			}
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	svg := svgOf(t, sampleFigure(), SVGOptions{ID: `"><script>`})
	elements(t, svg)
	if strings.Contains(svg, "<script") || strings.ContainsAny(svg, "\x00\x1b") || !strings.Contains(svg, "&lt;script&gt;") {
		t.Error("hostile text is not escaped")
	}
}

func TestClassesWithoutATheme(t *testing.T) {
	svg := svgOf(t, sampleFigure(), SVGOptions{})
	if strings.Contains(svg, "#") && strings.Contains(svg, `="#`) {
		t.Error("a figure without a theme has colours of its own")
	}
	css := ThemeCSS(Dark(), ".dark")
	for _, class := range []string{"stroke-0", "fill-muted", "stroke-context", "fill-ink"} {
		if !strings.Contains(css, "."+class+"{") {
			t.Errorf("the style sheet lacks %s", class)
		}
	}
}

func TestSameFigureSameBytes(t *testing.T) {
	opt := SVGOptions{Theme: Dark()}
	first := svgOf(t, sampleFigure(), opt)
	if svgOf(t, sampleFigure(), opt) != first {
		t.Error("two SVGs of the same figure differ")
	}
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := sampleFigure().WritePNG(w, PNGOptions{Scale: 1}); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two PNGs of the same figure differ")
	}
}

func TestPNGHasPictureAndText(t *testing.T) {
	var b bytes.Buffer
	if err := sampleFigure().WritePNG(&b, PNGOptions{Scale: 1}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b.Bytes(), []byte("iTXtDescription")) {
		t.Error("no description")
	}
	img, err := png.Decode(&b) // checks the sums of all chunks
	if err != nil {
		t.Fatal(err)
	}
	colours := map[string]bool{}
	for y := 0; y < img.Bounds().Dy(); y += 2 {
		for x := 0; x < img.Bounds().Dx(); x += 2 {
			r, g, bl, _ := img.At(x, y).RGBA()
			colours[blend("#000000", "#ffffff", float64(r+g+bl)/(3*65535))] = true
		}
	}
	if img.Bounds().Dx() != 720 || len(colours) < 20 {
		t.Errorf("%v with %d shades", img.Bounds(), len(colours))
	}
}

// TestOddData: nothing, one point, all zero, equal values, huge values.
func TestOddData(t *testing.T) {
	one := func(x, y []float64) *Figure {
		var panels []Panel
		for _, shape := range []Shape{Line, Steps, Points, Stems, Bars, Band, Arrows, Region} {
			for _, scale := range []Scale{Linear, Log} {
				panels = append(panels, Panel{Y: Axis{Scale: scale}, Series: []Series{{Name: "s", X: x, Y: y, X2: x, Y2: y, Shape: shape, Names: make([]string, len(x))}}})
			}
		}
		return &Figure{Kind: "odd", Title: "odd", Panels: append(panels, Panel{})}
	}
	nan, inf := math.NaN(), math.Inf(1)
	for name, f := range map[string]*Figure{
		"empty":    one(nil, nil),
		"single":   one([]float64{3}, []float64{5}),
		"zero":     one([]float64{0, 1, 2}, []float64{0, 0, 0}),
		"equal":    one([]float64{1, 1}, []float64{7, 7}),
		"huge":     one([]float64{0, 1}, []float64{-1e299, 1e299}),
		"tiny":     one([]float64{0, 1}, []float64{1e-320, 3e-320}),
		"nothing":  one([]float64{nan, inf}, []float64{nan, -inf}),
		"no panel": {Kind: "odd"},
		"offset":   one([]float64{1e9, 1e9 + 1}, []float64{5035442.25, 5035442.5}),
		"small":    one([]float64{0, 1e-13}, []float64{1, 1 + 1e-15}),
	} {
		svg := svgOf(t, f, SVGOptions{Theme: Light()})
		elements(t, svg)
		if name == "empty" && !strings.Contains(svg, "nothing to draw") {
			t.Error("an empty panel does not say so")
		}
		if err := f.WritePNG(io.Discard, PNGOptions{Scale: 0.5}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		f.DataTables()
	}
}

func TestThousandsOfPointsAreThinned(t *testing.T) {
	const n = 200000
	s := Series{X: Index(n), Y: make([]float64, n)}
	for k := range s.Y {
		s.Y[k] = math.Sin(float64(k))
	}
	s.Y[123456] = 40 // an extreme that must survive
	idx := thin(&s, mostPoints)
	if len(idx) > mostPoints || len(idx) < columnsFor {
		t.Errorf("%d of %d points are left", len(idx), n)
	}
	found := false
	for k, i := range idx {
		found = found || i == 123456
		if k > 0 && idx[k-1] >= i {
			t.Fatal("the points are out of order")
		}
	}
	if !found || idx[0] != 0 || idx[len(idx)-1] != n-1 {
		t.Error("an extreme or an end is lost")
	}
	if svg := svgOf(t, &Figure{Panels: []Panel{{Series: []Series{s}}}}, SVGOptions{}); len(svg) > 200_000 {
		t.Errorf("%d bytes of SVG for %d points", len(svg), n)
	}
}

func TestContrastOfThemes(t *testing.T) {
	luminance := func(hex string) float64 {
		c := rgb(hex)
		linear := func(v uint8) float64 {
			x := float64(v) / 255
			if x <= 0.04045 {
				return x / 12.92
			}
			return math.Pow((x+0.055)/1.055, 2.4)
		}
		return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
	}
	for _, theme := range []Theme{Light(), Dark(), Projector()} {
		least := 3.0 // WCAG 2.1, 1.4.11
		if theme.Name == Projector().Name {
			least = 4.5 // a projector takes away from every contrast
		}
		back := luminance(theme.Surface)
		contrast := func(hex string) float64 {
			a, b := luminance(hex)+0.05, back+0.05
			return math.Max(a, b) / math.Min(a, b)
		}
		for k, c := range theme.Data {
			if v := contrast(c); v < least {
				t.Errorf("%s: ink %d has contrast %.2f", theme.Name, k, v)
			}
		}
		for _, c := range []string{theme.Ink, theme.Muted, theme.Good, theme.Bad, theme.Reference} {
			if v := contrast(c); v < 4.5 { // WCAG 2.1, 1.4.3
				t.Errorf("%s: %s has contrast %.2f", theme.Name, c, v)
			}
		}
	}
}
