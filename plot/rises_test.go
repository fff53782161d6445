package plot

import (
	"math"
	"strings"
	"testing"
)

// steep is two modes σ = s/(1 + e^(−4(t−tᵢ))) after plateaus of 1e20, ln t being the
// same for all points of a rise; of each it has the lapses.
func steep() Modes {
	m := Modes{Depth: 3, LogAlpha: math.Log(1e-20)}
	rise := math.Log(2 * math.Log(9) / 4)
	for i, s := range []float64{2, 1} {
		at := math.Log(float64(i+1) * 3e19)
		m.Stairs = append(m.Stairs, Stair{Mode: i, Final: s, LogTime: at, LogRise: &rise, Predict: &at})
		for k := -20; k <= 20; k++ {
			lapse := math.Log(0.25)
			if k == -20 {
				lapse = math.Log(3e19)
			}
			m.LogT, m.LogLapse, m.Residual = append(m.LogT, at), append(m.LogLapse, lapse), append(m.Residual, float64(2-i)/2)
			grown := math.Log(s) - math.Log1p(math.Exp(-float64(k)))
			if i == 0 {
				m.LogSingular = append(m.LogSingular, grown, -100)
			} else {
				m.LogSingular = append(m.LogSingular, math.Log(2), grown)
			}
		}
	}
	m.Residual[len(m.Residual)-1] = 0
	return m
}

// TestRisesFromNear: rises that ln t cannot tell from a jump are drawn over the time
// since each was half grown; both stand inside of the axis above.
func TestRisesFromNear(t *testing.T) {
	f, err := StairsFigure(steep(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Panels) != 4 || len(f.Panels[3].Series) != 2 {
		t.Fatalf("%d panels", len(f.Panels))
	}
	for i, s := range f.Panels[3].Series {
		for _, x := range []float64{-2, -0.5, 0, 0.5, 2} {
			want := []float64{2, 1}[i] / (1 + math.Exp(-4*x))
			if got := at(s, x); math.Abs(got-want) > 0.02 {
				t.Errorf("mode %d is %v at %v after its half, want %v", i, got, x, want)
			}
		}
	}
	top := f.Panels[0]
	if end := top.Series[1].X[len(top.Series[1].X)-1]; !(top.X.Max > 1.02*end) {
		t.Errorf("the last rise is at %v, the axis ends at %v", end, top.X.Max)
	}
	if svg := svgOf(t, f, SVGOptions{}); strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Error("numbers that are not finite in the drawing")
	}
	// Without lapses, or where rises are slow, there is nothing to see from near.
	m := steep()
	m.LogLapse = nil
	if f, err := StairsFigure(m, Options{}); err != nil || len(f.Panels) != 3 {
		t.Errorf("%v, %d panels without lapses", err, len(f.Panels))
	}
	m = steep()
	for i := range m.Stairs {
		slow := m.Stairs[0].LogTime - 1
		m.Stairs[i].LogRise = &slow
	}
	if f, err := StairsFigure(m, Options{}); err != nil || len(f.Panels) != 3 {
		t.Errorf("%v, %d panels of slow rises", err, len(f.Panels))
	}
	m = steep()
	m.LogLapse = m.LogLapse[1:]
	if _, err := StairsFigure(m, Options{}); err == nil {
		t.Error("a lapse is missing")
	}
}
