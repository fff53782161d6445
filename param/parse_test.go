package param_test

import (
	"math"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/param"
)

func TestParse(t *testing.T) {
	for _, form := range param.Names() {
		text := strings.Replace(form, "L", "3", 1)
		p, err := param.Parse(text)
		if err != nil {
			t.Errorf("Parse(%q): %v", text, err)
			continue
		}
		if name, _, _ := strings.Cut(form, ":"); p.Name() != name {
			t.Errorf("Parse(%q) is called %q", text, p.Name())
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, why := range map[string]string{
		"sqare":        "did you mean square?",
		"relu-max":     "there are square, square-diff",
		"":             "there is no parameterization",
		"square:2":     "takes nothing after its name",
		"power":        "write power:L",
		"power:":       "write power:L",
		"power:2":      "L = 2 is square",
		"power:1":      "3 ≤ L",
		"power:x":      "not a finite number",
		"power-diff:2": "L = 2 is square-diff",
	} {
		if p, err := param.Parse(text); err == nil || p != nil || !strings.Contains(err.Error(), why) {
			t.Errorf("Parse(%q) = %v, %v; want an error with %q", text, p, err, why)
		}
	}
}

func TestLiftRefuses(t *testing.T) {
	for _, c := range []struct {
		name     string
		x        float64
		logAlpha float64
		why      string
	}{
		{"square", 0, 0, "the flow stands still"},
		{"square", -1, 0, "x0[1] = -1"},
		{"power:3", 0, 0, "the flow stands still"},
		{"exp", 0, 0, "x0 > 0"},
		{"sigmoid", 1, 0, "0 < x0 < 1"},
		{"tanh", -1, 0, "-1 < x0 < 1"},
		{"softplus", math.Inf(1), 0, "x0 > 0"},
		{"square-diff", math.NaN(), 0, "not a finite number"},
		{"square-diff", 0.5, -7000, "use the geometry instead"},
		{"product", 0.5, -7000, "use the geometry instead"},
		{"power-diff:3", 0.5, -7000, "use the geometry instead"},
	} {
		p := parse(t, c.name)
		err := p.Lift(make([]float64, p.Len(2)), []float64{0.5, c.x}, c.logAlpha)
		if err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: Lift(%v) at e^%v: %v; want an error with %q", c.name, c.x, c.logAlpha, err, c.why)
		}
	}
}

// Where a coordinate cannot change its sign there is no potential on R.
func TestInducedRefuses(t *testing.T) {
	for name, y := range map[string][]float64{
		"square-diff":  {1, 0.5, 1, 0},
		"product":      {1, 0.5, 2, -0.5},
		"power-diff:3": {1, 0.5, 1, 0},
	} {
		if _, err := parse(t, name).Induced(y); err == nil || !strings.Contains(err.Error(), "coordinate 1") {
			t.Errorf("%s: Induced(%v): %v; want an error about coordinate 1", name, y, err)
		}
	}
}
