package decimal

import (
	"math"
	"strings"
	"testing"
)

func TestParseLog(t *testing.T) {
	for _, c := range []struct {
		text string
		want float64
	}{
		{"1", 0},
		{"1e-3", -3 * math.Ln10},
		{"0.001", -3 * math.Ln10},
		{".001", -3 * math.Ln10},
		{"+1E-3", -3 * math.Ln10},
		{"100.", 2 * math.Ln10},
		{"1e-300", -300 * math.Ln10},
		{"1e-3000", -3000 * math.Ln10},
		{"2.5e-3000", math.Log(2.5) - 3000*math.Ln10},
		{"0.0025e-3000", math.Log(2.5) - 3003*math.Ln10},
		{"250e-3000", math.Log(2.5) - 2998*math.Ln10},
		{"1e3000", 3000 * math.Ln10},
		{"5e-324", math.Log(5) - 324*math.Ln10}, // the decimal, not the denormal it rounds to
		{"0." + strings.Repeat("0", 400) + "7", math.Log(7) - 401*math.Ln10},
		{"7" + strings.Repeat("0", 400), math.Log(7) + 400*math.Ln10},
		{"1e-100000000000", -1e11 * math.Ln10},
		{"0.99999999", math.Log1p(-1e-8)},
	} {
		got, err := ParseLog(c.text)
		if err != nil {
			t.Errorf("ParseLog(%.20q): %v", c.text, err)
			continue
		}
		if math.Abs(got-c.want) > 1e-14*max(1, math.Abs(c.want)) {
			t.Errorf("ParseLog(%.20q) = %v, want %v", c.text, got, c.want)
		}
	}
}

func TestParseLogRefuses(t *testing.T) {
	for text, why := range map[string]string{
		"0":                              "no logarithm; it must be positive",
		"0.000":                          "no logarithm; it must be positive",
		"0e5":                            "no logarithm; it must be positive",
		"-1e-3":                          "must be positive",
		"":                               "not a decimal",
		".":                              "not a decimal",
		"e5":                             "not a decimal",
		"inf":                            "not a decimal",
		"nan":                            "not a decimal",
		"0x1p-3":                         "not a decimal",
		"1e":                             "not a decimal",
		"1_0":                            "not a decimal",
		"1e-" + strings.Repeat("9", 400): "beyond any use",
	} {
		if l, err := ParseLog(text); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("ParseLog(%.20q) = %v, %v; want an error with %q", text, l, err, why)
		}
	}
}
