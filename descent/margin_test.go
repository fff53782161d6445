package descent

import (
	"math"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// triangle are the points z = (2,0), (0,1), (3,3), the last with the label −1.
func triangle() (linop.Operator, []float64) {
	return linop.NewDense(3, 2, []float64{2, 0, 0, 1, -3, -3}), []float64{1, 1, -1}
}

// TestMarginDescentGeometries: each method turns to the separator of largest
// margin in its own norm.
func TestMarginDescentGeometries(t *testing.T) {
	norm := map[MarginRule]func(w []float64) float64{
		Coordinate: func(w []float64) float64 { return math.Abs(w[0]) + math.Abs(w[1]) },
		Signs:      func(w []float64) float64 { return max(math.Abs(w[0]), math.Abs(w[1])) },
	}
	for _, c := range []struct {
		rule   MarginRule
		margin float64
		tol    float64
		steps  int
	}{
		{GradientDescent, 2 / math.Sqrt(5), 0.05, 20000}, // like 1/ln k
		{Normalised, 2 / math.Sqrt(5), 1e-3, 20000},
		{Accelerated, 2 / math.Sqrt(5), 1e-5, 20000},
		{Coordinate, 2.0 / 3, 1e-2, 20000},
		{Signs, 1, 1e-2, 20000},
	} {
		x, y := triangle()
		m, err := NewMarginDescent(x, y, c.rule, 0)
		if err != nil {
			t.Fatal(err)
		}
		size := norm[c.rule]
		if size == nil {
			size = func(w []float64) float64 { return math.Hypot(w[0], w[1]) }
		}
		for range c.steps {
			m.Step()
		}
		if got := m.Least / size(m.W); got > c.margin*(1+1e-12) || got < c.margin-c.tol {
			t.Errorf("%s: margin %v after %d steps, want %v to %v", c.rule, got, c.steps, c.margin, c.tol)
		}
		if math.Abs(m.LogLoss+m.Least) > math.Log(3) {
			t.Errorf("%s: ln L = %v, least exponent %v", c.rule, m.LogLoss, m.Least)
		}
	}
}

// TestMarginDescentPlain compares gradient descent with the definition.
func TestMarginDescentPlain(t *testing.T) {
	z := [][2]float64{{2, 0}, {0, 1}, {3, 3}}
	x, y := triangle()
	m, err := NewMarginDescent(x, y, GradientDescent, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	var w [2]float64
	for range 50 {
		m.Step()
		var g [2]float64
		for _, p := range z {
			e := math.Exp(-p[0]*w[0] - p[1]*w[1])
			g[0] += e * p[0]
			g[1] += e * p[1]
		}
		w[0] += 0.1 * g[0]
		w[1] += 0.1 * g[1]
	}
	if math.Abs(w[0]-m.W[0])+math.Abs(w[1]-m.W[1]) > 1e-12 {
		t.Errorf("w = %v, want %v", m.W, w)
	}
}

func TestMarginDescentRefuses(t *testing.T) {
	x, y := triangle()
	for _, c := range []struct {
		y    []float64
		rule MarginRule
		eta  float64
	}{{y[:2], Normalised, 1}, {[]float64{1, 2, 1}, Normalised, 1}, {y, "newton", 1}, {y, Normalised, -1}, {y, Normalised, math.NaN()}} {
		if _, err := NewMarginDescent(x, c.y, c.rule, c.eta); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
	if _, err := NewMarginDescent(linop.NewDense(1, 1, []float64{0}), []float64{1}, Normalised, 0); err == nil {
		t.Error("points that are 0: no error")
	}
}
