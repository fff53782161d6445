package plot

import (
	"math"
	"strings"
	"testing"
)

// logistic is a network of two layers, X = I, whose modes are alone from the start:
// σ′ = 2σ(s − σ), which Saxe, McClelland and Ganguli 2014 solve.
func logistic(alpha float64, strength ...float64) Modes {
	m := Modes{Depth: 2, LogAlpha: math.Log(alpha), LogT: []float64{logTimeZero}}
	start := 2 * m.LogAlpha
	end := 2 * -start / strength[len(strength)-1]
	for k := 1; k <= 400; k++ {
		m.LogT = append(m.LogT, math.Log(end*float64(k)/400))
	}
	first := 0.0
	for k, l := range m.LogT {
		t, left := math.Exp(l), 0.0
		for _, s := range strength {
			// ln σ = ln s − ln(1 + (s/σ₀ − 1) e^(−2st)).
			log := math.Log(s) - math.Log1p(math.Expm1(math.Log(s)-start)*math.Exp(-2*s*t))
			m.LogSingular = append(m.LogSingular, log)
			left += math.Pow(s-math.Exp(log), 2)
		}
		if k == 0 {
			first = left
		}
		m.Residual = append(m.Residual, math.Sqrt(left/first))
	}
	for i, s := range strength {
		half := math.Log((math.Log(s) - start) / (2 * s))
		m.Stairs = append(m.Stairs, Stair{Mode: i, Final: s, LogTime: half, Predict: &half})
	}
	return m
}

// TestStairsStandAtPredictedTimes: each rule is where its curve is half grown, and
// the loss lies on its stairs between them.
func TestStairsStandAtPredictedTimes(t *testing.T) {
	m := logistic(1e-20, 4, 2, 1)
	f, err := StairsFigure(m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	top, loss := f.Panels[0], f.Panels[2]
	if len(top.Rules) != 3 || top.X.Label != "t / ln(1/α)" {
		t.Fatalf("%d rules over %q", len(top.Rules), top.X.Label)
	}
	for i, r := range top.Rules {
		s := top.Series[i]
		if got, want := at(s, r.At), m.Stairs[i].Final/2; math.Abs(got-want) > 0.1*want {
			t.Errorf("mode %d is %g at the rule, want %g", i, got, want)
		}
	}
	if len(loss.Series) != 2 {
		t.Fatalf("the loss has %d curves", len(loss.Series))
	}
	for k, want := range []float64{1, 5.0 / 21, 1.0 / 21} {
		middle := top.Rules[k].At * 0.8
		if got := at(loss.Series[0], middle); math.Abs(got-want) > 1e-3 || math.Abs(loss.Series[1].Y[k]-want) > 1e-3 {
			t.Errorf("before stair %d the loss is %g, its stairs %g, want %g", k, got, loss.Series[1].Y[k], want)
		}
	}
	if !strings.Contains(f.Alt, "3 of 3 modes rise") || !strings.Contains(f.Caption, "Predicted") || len(f.Tables[0].Rows) != 3 {
		t.Errorf("%s\n%s\n%v", f.Alt, f.Caption, f.Tables[0])
	}
	elements(t, svgOf(t, f, SVGOptions{}))
}

// TestStairsTurning: the caption says how far the times are from the predicted ones.
func TestStairsTurning(t *testing.T) {
	predict := []float64{1, 2}
	m := Modes{Stairs: []Stair{{LogTime: 1 + math.Log(1.5), Predict: &predict[0]}, {LogTime: 2 + math.Log(4), Predict: &predict[1]}}}
	if got := m.turning(); !strings.Contains(got, "1.5 to 4 times") {
		t.Error(got)
	}
	m.Stairs[0].LogTime, m.Stairs[1].LogTime = 1.01, 2
	if got := m.turning(); !strings.Contains(got, "within 5 %") {
		t.Error(got)
	}
}

// at is a series at x, linear between its points.
func at(s Series, x float64) float64 {
	for k := 1; k < len(s.X); k++ {
		if s.X[k] >= x {
			share := (x - s.X[k-1]) / (s.X[k] - s.X[k-1])
			return s.Y[k-1] + share*(s.Y[k]-s.Y[k-1])
		}
	}
	return math.NaN()
}

// TestStairsShareRules: modes that rise together share a rule; without predictions
// there is neither rule nor predicted loss, and the caption says why.
func TestStairsShareRules(t *testing.T) {
	f, err := StairsFigure(logistic(1e-20, 4, 1.001, 1), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if rules := f.Panels[0].Rules; len(rules) != 2 || rules[1].Label != "σ₁, σ₂" {
		t.Errorf("%v", rules)
	}
	m := logistic(1e-20, 4, 2)
	for i := range m.Stairs {
		m.Stairs[i].Predict = nil
	}
	if f, err = StairsFigure(m, Options{}); err != nil {
		t.Fatal(err)
	}
	if len(f.Panels[0].Rules) != 0 || len(f.Panels[2].Series) != 1 || !strings.Contains(f.Caption, "not whitened") {
		t.Errorf("%v %s", f.Panels[0].Rules, f.Caption)
	}
	// The predicted stairs add up only if all have risen.
	m = logistic(1e-20, 4, 2)
	m.Residual[len(m.Residual)-1] = 0.5
	if f, err = StairsFigure(m, Options{}); err != nil || len(f.Panels[2].Series) != 1 {
		t.Errorf("%v, %d curves of the loss", err, len(f.Panels[2].Series))
	}
}

// TestStairsTime: the axis is in the unit in which stairs have places that do not
// depend on α; t = 0 has no place on a log axis.
func TestStairsTime(t *testing.T) {
	for _, c := range []struct {
		depth int
		alpha float64
		scale TimeScale
		label string
		at    Scale
	}{
		{2, 1e-20, AutoTime, "t / ln(1/α)", Linear}, {3, 1e-20, AutoTime, "t · α", Linear}, {5, 1e-20, ScaledTime, "t · α³", Linear},
		{2, 0.5, AutoTime, "time t", Log}, {2, 0.5, ScaledTime, "t / ln(1/α)", Linear}, {3, 1e-20, LogTime, "time t", Log},
		{3, 1e-20, LinearTime, "time t", Linear}, {2, 2, ScaledTime, "time t", Log},
	} {
		m := logistic(1e-20, 2, 1)
		m.Depth, m.LogAlpha = c.depth, math.Log(c.alpha)
		f, err := StairsFigure(m, Options{Time: c.scale})
		if err != nil {
			t.Fatal(err)
		}
		p := f.Panels[0]
		if p.X.Label != c.label || p.X.Scale != c.at {
			t.Errorf("%+v: %q, scale %d", c, p.X.Label, p.X.Scale)
		}
		first := p.Series[0].X[0]
		if c.at == Log && !math.IsInf(first, -1) || c.at == Linear && first != 0 {
			t.Errorf("%+v: t = 0 is at %g", c, first)
		}
	}
}

func TestStairsRefuse(t *testing.T) {
	m := logistic(1e-20, 2, 1)
	for _, bad := range []func(*Modes){
		func(m *Modes) { m.LogT = nil },
		func(m *Modes) { m.Residual = m.Residual[1:] },
		func(m *Modes) { m.LogSingular = m.LogSingular[1:] },
		func(m *Modes) { m.Stairs = []Stair{{Mode: 7}} },
	} {
		b := m
		bad(&b)
		if _, err := StairsFigure(b, Options{}); err == nil {
			t.Error("a figure of numbers that do not fit together")
		}
	}
	if _, err := StairsFigure(m, Options{Coordinates: []int{9}}); err == nil {
		t.Error("a mode that is not there")
	}
}

// TestLevelSets: circles of the radii that the levels say.
func TestLevelSets(t *testing.T) {
	var x []float64
	for k := range 201 {
		x = append(x, float64(k)/100-1)
	}
	for k, s := range LevelSets(x, x, func(x, y float64) float64 { return x*x + y*y }, 0.25, 0.64) {
		if len(s.X) < 100 {
			t.Fatalf("%d points", len(s.X))
		}
		for i := range s.X {
			if r := math.Hypot(s.X[i], s.Y[i]); math.Abs(r-[]float64{0.5, 0.8}[k]) > 1e-4 {
				t.Fatalf("a point at radius %g", r)
			}
		}
	}
}
