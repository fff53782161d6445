package plot

import (
	"math"
	"strings"
	"testing"
)

func labels(s scaleTicks) string {
	var words []string
	for _, t := range s.ticks {
		if t.text != "" {
			words = append(words, t.text)
		}
	}
	return strings.Join(words, " ")
}

func TestTicks(t *testing.T) {
	const ln10 = math.Ln10
	for _, c := range []struct {
		name         string
		axis         Axis
		lo, hi       float64
		count        int
		want, common string
	}{
		{"plain", Axis{}, 0, 10, 5, "0 2 4 6 8 10", ""},
		{"sign", Axis{}, -1, 1, 4, "−1.0 −0.5 0 0.5 1.0", ""},
		{"small", Axis{}, 0, 3e-7, 3, "0 1 2 3", "×10⁻⁷"},
		{"large", Axis{}, 0, 4e9, 4, "0 1 2 3 4", "×10⁹"},
		{"offset", Axis{}, 5035442, 5035442.4, 4, "2.0 2.1 2.2 2.3 2.4", "+5035440"},
		{"integers", Axis{Integer: true}, 0, 3, 10, "0 1 2 3", ""},
		{"decades", Axis{Scale: Log}, -3 * ln10, 1 * ln10, 6, "10⁻³ 10⁻² 10⁻¹ 1 10", ""},
		{"few decades", Axis{Scale: Log}, 0, ln10, 6, "1 10 2 5", ""},
		{"far down", Axis{Scale: Log}, -3000 * ln10, 0, 3, "10⁻³⁰⁰⁰ 10⁻²⁰⁰⁰ 10⁻¹⁰⁰⁰ 1", ""},
		{"further", Axis{Scale: Log}, -3e6 * ln10, 0, 3, "10⁻³⁰⁰⁰⁰⁰⁰ 10⁻²⁰⁰⁰⁰⁰⁰ 10⁻¹⁰⁰⁰⁰⁰⁰ 1", ""},
		{"within a decade", Axis{Scale: Log}, -3000*ln10 + math.Log(2), -3000*ln10 + math.Log(8), 3, "2 4 6 8", "×10⁻³⁰⁰⁰"},
	} {
		got := ticksFor(c.axis, c.lo, c.hi, c.count)
		if labels(got) != c.want || got.common != c.common {
			t.Errorf("%s: %q %q, want %q %q", c.name, labels(got), got.common, c.want, c.common)
		}
		for _, k := range got.ticks {
			slack := 1e-9 * (c.hi - c.lo)
			if k.at < c.lo-slack || k.at > c.hi+slack {
				t.Errorf("%s: a tick at %g outside of %g..%g", c.name, k.at, c.lo, c.hi)
			}
		}
	}
}

// TestTicksOfAnyRange: whatever the range, ticks are finite, few and not none.
func TestTicksOfAnyRange(t *testing.T) {
	for e := -270; e <= 290; e += 7 {
		for _, shift := range []float64{0, 1, -3, 1e6} {
			for _, scale := range []Scale{Linear, Log} {
				width := math.Pow(10, float64(e))
				lo := shift * width
				hi := lo + 1.7*width
				if scale == Log && (width < 1e-9 || width > 1e12 || math.Abs(lo) > 1e12) {
					continue
				}
				n := 0
				for _, k := range ticksFor(Axis{Scale: scale}, lo, hi, 6).ticks {
					if math.IsNaN(k.at) || math.IsInf(k.at, 0) {
						t.Fatalf("%g..%g: a tick at %g", lo, hi, k.at)
					}
					n++
				}
				if n > 100 || n == 0 && scale == Linear {
					t.Errorf("scale %d, %g..%g: %d ticks", scale, lo, hi, n)
				}
			}
		}
	}
}

func TestNumbersForPeople(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 1: "1", -2.5: "−2.5", 1e-9: "10⁻⁹", 1.25e-9: "1.25×10⁻⁹", 123456: "1.235×10⁵", math.Inf(1): "unbounded",
	} {
		if got := Num(v); got != want {
			t.Errorf("Num(%g) = %q, want %q", v, got, want)
		}
	}
	for ln, want := range map[float64]string{
		-3000 * math.Ln10: "10⁻³⁰⁰⁰", -3000*math.Ln10 + math.Log(2.5): "2.5×10⁻³⁰⁰⁰", 0: "1", math.Inf(-1): "0",
		5000*math.Ln10 - 1e-9: "10⁵⁰⁰⁰",
	} {
		if got := NumLn(ln); got != want {
			t.Errorf("NumLn(%g) = %q, want %q", ln, got, want)
		}
	}
	if got := cell(-3000*math.Ln10+math.Log(2.5), Log); got != "2.5e-3000" {
		t.Errorf("a table has %q", got)
	}
}
