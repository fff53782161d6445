package plot

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// closedForm is the flow on one point z with ‖z‖ = γ and e^(−zᵀw) as loss:
// ‖w‖ = ln(1 + γ²t)/γ, and the margin is γ from the start. A direction that falls
// like 2/ln t is put beside it.
func closedForm(lnT []float64) MarginRun {
	const gamma = 2.0
	m := MarginRun{LogTime: lnT, Gamma: gamma, Points: 3, Exponential: true}
	for _, v := range lnT {
		norm := math.Max(v+2*math.Log(gamma), 1e-3) / gamma
		m.Norm = append(m.Norm, norm)
		m.Margin = append(m.Margin, gamma-0.5/math.Max(v, 1))
		m.Bound = append(m.Bound, gamma+0.5/math.Max(v, 1))
		m.Direction = append(m.Direction, 2/math.Max(v, 1))
	}
	return m
}

func TestMarginFigure(t *testing.T) {
	f := MarginFigure(closedForm([]float64{-3, 0, 1, 10, 100, 1e4}))
	if len(f.Panels) != 3 || f.Panels[0].X.Scale != Log || len(f.Notes) != 1 || !strings.HasPrefix(f.Notes[0], "2 times") {
		t.Fatalf("%d panels, %v", len(f.Panels), f.Notes)
	}
	if r := f.Panels[0].Rules; len(r) != 1 || r[0].At != 2 {
		t.Errorf("γ is not drawn: %v", r)
	}
	for _, s := range f.Panels[1].Series {
		switch {
		case strings.HasPrefix(s.Name, "c / ln t"), strings.HasPrefix(s.Name, "direction"):
			for k, x := range []float64{1, 10, 100, 1e4} {
				if want := math.Log(2 / x); math.Abs(s.Y[k]-want) > 1e-12 || math.Abs(s.X[k]-math.Log(x)) > 1e-12 {
					t.Errorf("%s: (%g, %g), want (%g, %g)", s.Name, s.X[k], s.Y[k], math.Log(x), want)
				}
			}
		case strings.HasPrefix(s.Name, "proven"):
			if want := math.Log(math.Log(3) / (1e4 + 2*math.Ln2)); math.Abs(s.Y[3]-want) > 1e-12 {
				t.Errorf("%s: %g, want %g", s.Name, s.Y[3], want)
			}
		}
	}
	for _, v := range f.Panels[2].Series[0].Y { // ln γ²/γ
		if math.Abs(v-math.Ln2) > 1e-9 {
			t.Errorf("‖w‖ − ln t/γ = %g, want ln 2", v)
		}
	}
	if !strings.Contains(f.Alt, "2/ln t") {
		t.Error(f.Alt)
	}
	elements(t, svgOf(t, f, SVGOptions{}))
}

func TestMarginFigureOfOddRuns(t *testing.T) {
	short := MarginFigure(closedForm([]float64{-3, 0, 5}))
	if short.Panels[0].X.Scale != Linear || len(short.Panels[0].Series[0].X) != 3 || len(short.Notes) != 0 {
		t.Errorf("%+v", short.Panels[0].X)
	}
	none := closedForm([]float64{1, 100})
	none.Gamma, none.Direction = math.NaN(), nil
	if f := MarginFigure(none); len(f.Panels) != 2 || !strings.Contains(f.Title, "nothing separates") {
		t.Errorf("%s", f.Title)
	}
	// A margin that is reached has no logarithm of what is missing.
	exact := closedForm([]float64{1, 100})
	exact.Margin = []float64{2, 2}
	for _, f := range []*Figure{MarginFigure(exact), MarginFigure(none), MarginFigure(MarginRun{})} {
		elements(t, svgOf(t, f, SVGOptions{}))
	}
}

// fourPoints are four points with the separator x[0] = 0 of margin 1, turned by angle.
func fourPoints(angle float64) SeparatedPoints {
	c, s := math.Cos(angle), math.Sin(angle)
	var x []float64
	for _, p := range [][2]float64{{1, 1}, {3, -1}, {-1, -1}, {-2, 1}} {
		x = append(x, c*p[0]-s*p[1], s*p[0]+c*p[1])
	}
	return SeparatedPoints{
		X: linop.NewDense(4, 2, x), Labels: []float64{7, 7, 2, 2}, Classes: [2]float64{2, 7},
		W: []float64{c, s}, Margin: 1, Support: []int{0, 2},
	}
}

func TestSeparatorFigure(t *testing.T) {
	for _, angle := range []float64{0, 0.3, math.Pi / 2, 3, 1e-9} {
		s := fourPoints(angle)
		f, err := SeparatorFigure(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		named := map[string]Series{}
		for _, q := range f.Panels[0].Series {
			named[q.Name] = q
		}
		line := named["separator"]
		for k := range line.X {
			if v := s.W[0]*line.X[k] + s.W[1]*line.Y[k]; math.Abs(v) > 1e-6 {
				t.Errorf("angle %g: wᵀx = %g on the line", angle, v)
			}
		}
		strip := named["margin"]
		for k := range strip.X {
			a, b := s.W[0]*strip.X[k]+s.W[1]*strip.Y[k], s.W[0]*strip.X[k]+s.W[1]*strip.Y2[k]
			upright := math.Abs(s.W[1]) < 1e-6
			if !upright && (math.Abs(math.Abs(a)-1) > 1e-9 || math.Abs(a+b) > 1e-9) || upright && math.Abs(math.Abs(a)-1) > 1e-6 {
				t.Errorf("angle %g: the edges of the strip have wᵀx = %g and %g", angle, a, b)
			}
		}
		if q := named["label 7, support"]; len(q.X) != 1 || q.Names[0] != "point 0" || len(named["label 2"].X) != 1 {
			t.Errorf("%+v", q)
		}
		if !strings.HasPrefix(f.Alt, "2 points of label 2 and 2 of label 7 are separated with margin 1. It is held by 2 support vectors.") {
			t.Error(f.Alt)
		}
		elements(t, svgOf(t, f, SVGOptions{}))
	}
}

// TestSeparatorIsProjected: in R⁴ with w = e₁ the points vary most along e₃, with a
// share of 9/(9+1) of the variance beside w.
func TestSeparatorIsProjected(t *testing.T) {
	var x []float64
	var y []float64
	for k := range 8 {
		sign := func(bit int) float64 { return 1 - 2*float64(k>>bit&1) }
		x = append(x, 2*sign(0)+5, sign(1), 3*sign(2)+100, 0)
		y = append(y, sign(0))
	}
	s := SeparatedPoints{
		X: linop.NewDense(8, 4, x), Labels: y, Classes: [2]float64{-1, 1}, W: []float64{0.5, 0, 0, 0}, Intercept: -2.5,
		Margin: 2, Support: []int{0, 1},
	}
	across, along, explained, err := s.coordinates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(explained-0.9) > 1e-6 {
		t.Errorf("share %g, want 0.9", explained)
	}
	for k := range 8 {
		want := 3 * (1 - 2*float64(k>>2&1))
		if math.Abs(across[k]-2*y[k]) > 1e-12 || math.Abs(math.Abs(along[k])-3) > 1e-3 || along[k]*along[0]*want < 0 {
			t.Errorf("point %d is at (%g, %g), want (%g, ±%g)", k, across[k], along[k], 2*y[k], want)
		}
	}
	f, err := SeparatorFigure(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(f.Caption, "Shown of the 4 coordinates") || !strings.Contains(f.Caption, "of 90 %") {
		t.Error(f.Caption)
	}
	elements(t, svgOf(t, f, SVGOptions{}))

	// Points that differ along w alone lie on a line.
	s.X = linop.NewDense(2, 3, []float64{1, 0, 0, -1, 0, 0})
	s.Labels, s.W, s.Intercept, s.Support = []float64{1, -1}, []float64{1, 0, 0}, 0, nil
	if _, along, explained, err := s.coordinates(t.Context()); err != nil || explained != 0 || slices.Max(along) != 0 {
		t.Errorf("%v %g %v", along, explained, err)
	}
	f, err = SeparatorFigure(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	elements(t, svgOf(t, f, SVGOptions{}))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := SeparatorFigure(ctx, s); err == nil {
		t.Error("the figure is made after an interruption")
	}
}

// TestManySeparatedPoints: a sample is drawn, with every support vector.
func TestManySeparatedPoints(t *testing.T) {
	const n = 50000
	s := SeparatedPoints{Classes: [2]float64{-1, 1}, W: []float64{1, 0}, Margin: 1, Support: []int{1, 49999}}
	x := make([]float64, 0, 2*n)
	for k := range n {
		sign := 1 - 2*float64(k%2)
		x = append(x, sign*(1+float64(k%97)), math.Sin(float64(k)))
		s.Labels = append(s.Labels, sign)
	}
	s.X = linop.NewDense(n, 2, x)
	f, err := SeparatorFigure(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	drawn, support := 0, 0
	for _, q := range f.Panels[0].Series {
		if q.Shape == Points {
			drawn += len(q.X)
		}
		if strings.HasSuffix(q.Name, "support") {
			support += len(q.X)
		}
	}
	if drawn > mostPointsShown+2 || drawn < mostPointsShown/2 || support != 2 || len(f.Notes) != 1 {
		t.Errorf("%d points, %d support vectors, %v", drawn, support, f.Notes)
	}
}

// TestEndTime: time is a number, or the unit of the times.
func TestEndTime(t *testing.T) {
	for text, want := range map[string]float64{`{"time":12.5}`: 12.5, `{"time":"ln t"}`: -1, `{"time":null}`: -1, `{}`: -1} {
		var d Document
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if (d.Time.At == nil) != (want < 0) || d.Time.At != nil && *d.Time.At != want {
			t.Errorf("%s: %v", text, d.Time.At)
		}
	}
}
