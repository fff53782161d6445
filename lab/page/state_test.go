package page

import (
	"math"
	"slices"
	"strings"
	"testing"
)

var everyKind = []Control{
	{Key: "n", Label: "number", Kind: Number, Default: "0.5"},
	{Key: "d", Label: "decimal", Kind: Decimal, Default: "1e-3"},
	{Key: "i", Label: "integer", Kind: Integer, Default: "7"},
	{Key: "c", Label: "choice", Kind: Choice, Default: "a", Choices: []Option{{"a", "A"}, {"b", "B"}}},
	{Key: "t", Label: "toggle", Kind: Toggle, Default: "0"},
	{Key: "p", Label: "points", Kind: Points, Default: "1,2,1"},
}

func TestReadDefaults(t *testing.T) {
	v := read(nil, everyKind)
	if len(v.notes) > 0 {
		t.Errorf("notes %q of an empty state", v.notes)
	}
	if v.number("n") != 0.5 || v.integerIn("i", 0, 10) != 7 || v.text("c") != "a" || v.on("t") || len(v.points("p")) != 1 {
		t.Errorf("state %v is not that of the defaults", v.state)
	}
	if l := v.logDecimal("d"); math.Abs(l+3*math.Ln10) > 1e-15 {
		t.Errorf("ln 1e-3 = %v", l)
	}
}

func TestReadTypedBeyondTheSlider(t *testing.T) {
	v := read(State{"n": "-1e9", "d": "2e-30000", "i": " 12 "}, everyKind)
	if len(v.notes) > 0 || v.number("n") != -1e9 || v.integerIn("i", 0, 100) != 12 {
		t.Errorf("notes %q, state %v", v.notes, v.state)
	}
	if l, want := v.logDecimal("d"), math.Log(2)-30000*math.Ln10; math.Abs(l-want) > 1e-9 {
		t.Errorf("ln 2e-30000 = %v, want %v", l, want)
	}
}

func TestReadReplacesWhatCannotBeRead(t *testing.T) {
	for _, c := range []struct{ key, text, note string }{
		{"n", "NaN", "not a number"},
		{"n", "inf", "beyond"},
		{"n", "1e400", "beyond"},
		{"n", "1e13", "beyond"},
		{"n", "", "not a number"},
		{"n", "0x10", "not a number"},
		{"n", strings.Repeat("1", 1<<15), "longer than"},
		{"d", "0", "no logarithm"},
		{"d", "-1", "must be positive"},
		{"d", strings.Repeat("1", 5000), "not a decimal"},
		{"i", "1.5", "not a whole number"},
		{"i", "99999999999999999999", "not a whole number"},
		{"c", "z", "not one of"},
		{"t", "yes", "neither"},
		{"p", "1", "point 0"},
		{"p", "1,2;NaN,1", "point 1"},
		{"p", strings.Repeat("1,1;", 300), "more than"},
		{"p", "1,2,x", "point 0"},
		{"zz", "1", "no control"},
		{"data", "x", "no control"},
	} {
		v := read(State{c.key: c.text}, everyKind)
		if len(v.notes) != 1 || !strings.Contains(v.notes[0], c.note) || len(v.notes[0]) > 300 {
			t.Errorf("%s=%.20q: notes %q, want one with %q", c.key, c.text, v.notes, c.note)
		}
		for _, ctl := range everyKind {
			if v.text(ctl.Key) != ctl.Default {
				t.Errorf("%s=%.20q leaves %s at %q", c.key, c.text, ctl.Key, v.text(ctl.Key))
			}
		}
	}
}

func TestInsideRange(t *testing.T) {
	v := read(State{"n": "5", "i": "-4", "d": "1e-50"}, everyKind)
	if x := v.numberIn("n", 0, 1); x != 1 || v.state["n"] != "1" {
		t.Errorf("number %v, state %v", x, v.state)
	}
	if k := v.integerIn("i", 0, 10); k != 0 {
		t.Errorf("integer %v", k)
	}
	if l := v.logDecimalIn("d", "1e-9", "1"); math.Abs(l+9*math.Ln10) > 1e-12 {
		t.Errorf("decimal %v", l)
	}
	if len(v.notes) != 3 {
		t.Errorf("notes %q, want three", v.notes)
	}
}

func TestOtherKeys(t *testing.T) {
	v := read(State{"data": "upload:1"}, everyKind, DataKey)
	if len(v.notes) > 0 || v.state[DataKey] != "upload:1" {
		t.Errorf("notes %q, state %v", v.notes, v.state)
	}
}

func FuzzPoints(f *testing.F) {
	f.Add("1,2,1;3,4,-1")
	f.Add(";;1,2")
	f.Fuzz(func(t *testing.T, text string) {
		points, err := ParsePoints(text)
		if err != nil {
			return
		}
		back, err := ParsePoints(FormatPoints(points))
		if err != nil || !slices.Equal(points, back) {
			t.Fatalf("%q reads as %v and is written as %q: %v", text, points, FormatPoints(points), err)
		}
	})
}
