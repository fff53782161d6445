package plot

import (
	"strconv"
	"strings"
	"testing"
)

// placed lays out one panel and returns where its labels are.
func placed(t *testing.T, p Panel) (*panelLayout, []placedLabel) {
	t.Helper()
	l := newLayout(&Figure{Title: "t", Panels: []Panel{p}}, Size{})
	q := &l.panels[0]
	return q, q.placeLabels()
}

// TestLabelsKeepClear: of lines, of each other, of knobs and of the edge.
func TestLabelsKeepClear(t *testing.T) {
	axes := Panel{X: Axis{Min: 0, Max: 10}, Y: Axis{Min: 0, Max: 10}}
	p := axes
	p.Series = []Series{{Name: "falls", X: []float64{0, 5, 5}, Y: []float64{5.3, 5.3, 0}}, {Name: "rises", X: []float64{5, 5.6}, Y: []float64{5, 10}}}
	p.Labels = []Label{{X: 5, Y: 5, Text: "a name", Dot: true, Side: Above}, {X: 5.2, Y: 4.8, Text: "another name", Dot: true, Side: Right}}
	q, list := placed(t, p)
	if len(list) != 2 {
		t.Fatalf("%d labels", len(list))
	}
	for k, l := range list {
		for i := range q.Series {
			if q.crosses(&q.Series[i], l.box) {
				t.Errorf("%q lies on the line %q", l.text, q.Series[i].Name)
			}
		}
		if o := list[1-k]; l.box.meets(o.box, 0) || l.box.holds(o.at) {
			t.Errorf("%q lies on %q or its dot", l.text, o.text)
		}
	}
	p = axes
	p.Labels = []Label{{X: 5, Y: 5, Text: "x₀", Dot: true, Side: Left, Gap: 17}}
	if _, list = placed(t, p); list[0].at.x-list[0].box.right < 16 {
		t.Errorf("the text begins %.1f points from a knob of 17", list[0].at.x-list[0].box.right)
	}
	p = axes
	p.Labels = []Label{{X: 9.9, Y: 5, Text: "a long name at the edge", Dot: true}}
	if q, list = placed(t, p); list[0].box.right > q.area.right+q.rightMargin {
		t.Error("the text leaves the panel")
	}
}

// TestHeadingsStay: a word over a picture without axes is a heading, which is where it is.
func TestHeadingsStay(t *testing.T) {
	p := Panel{Bare: true, X: Axis{Min: 0, Max: 10}, Y: Axis{Min: -10, Max: 0.2}, Labels: []Label{{X: 5, Y: 0, Text: "hidden", Side: Above}}}
	if _, list := placed(t, p); list[0].base.y >= list[0].at.y {
		t.Errorf("the heading is at %v, below %v", list[0].base, list[0].at)
	}
}

func TestOrdinals(t *testing.T) {
	var got []string
	for _, n := range []int{1, 2, 3, 4, 11, 12, 13, 21, 22, 103, 111} {
		got = append(got, ordinal(n))
	}
	if s, want := strings.Join(got, " "), "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 103rd 111th"; s != want {
		t.Errorf("%s, want %s", s, want)
	}
}

// TestBarValuesStandClearOfRules: a value that would lie across the line of what is
// allowed stands behind it.
func TestBarValuesStandClearOfRules(t *testing.T) {
	f := &Figure{Title: "t", Panels: []Panel{{X: Axis{Scale: Log, Min: -20, Max: 5}, Y: Axis{Min: -0.6, Max: 0.6},
		Series: []Series{{Name: "holds", Shape: Bars, X: []float64{-0.5}, Y: []float64{0}, Names: []string{"gap"}}}, Rules: []Rule{{Vertical: true, At: 0, Label: "allowed"}}}}}
	l := newLayout(f, Size{})
	rule := l.panels[0].x.at(0)
	svg := svgOf(t, f, SVGOptions{})
	value := NumLn(-0.5)
	at := strings.Index(svg, ">"+value+"<")
	if at < 0 {
		t.Fatal("no value")
	}
	open := svg[strings.LastIndex(svg[:at], "<text"):at]
	_, x, _ := strings.Cut(open, ` x="`)
	x, _, _ = strings.Cut(x, `"`)
	if x, err := strconv.ParseFloat(x, 64); err != nil || x < rule {
		t.Errorf("the value begins at %g, before the rule at %g: %v", x, rule, err)
	}
}
