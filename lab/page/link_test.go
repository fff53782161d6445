package page

import (
	"maps"
	"strings"
	"testing"
)

func TestLinkRoundTrip(t *testing.T) {
	s := State{"g": "entropy", "pts": "1,2,1;-3e5,0.5,-1", "data": "upload:a&b=c#1 +%", "k": "1e-3000", "ü": "ℓ₁\n"}
	text := FormatLink(&Page{ID: "flow"}, s)
	if want := "pts=1,2,1;-3e5,0.5,-1"; !strings.Contains(text, want) {
		t.Errorf("FormatLink = %q, want the readable %q in it", text, want)
	}
	for _, text := range []string{text, "#" + text} {
		id, back, notes := ParseLink(text)
		if id != "flow" || !maps.Equal(back, s) || len(notes) > 0 {
			t.Errorf("ParseLink(%q) = %q, %v, %v, want flow, %v", text, id, back, notes, s)
		}
	}
}

func TestLinkLeavesOutDefaults(t *testing.T) {
	p := &Page{ID: "p", Controls: []Control{{Key: "a", Default: "1"}, {Key: "b", Default: "2"}}}
	if got, want := FormatLink(p, State{"a": "1", "b": "3"}), "v=1&page=p&b=3"; got != want {
		t.Errorf("FormatLink = %q, want %q", got, want)
	}
}

func TestParseLinkNotes(t *testing.T) {
	for text, want := range map[string]string{
		"v=7&page=flow":                        "version 7",
		"v=1&a=%zz":                            "cannot be read",
		"v=1&=3":                               "no name",
		"x=" + strings.Repeat("9", 1<<17):      "longer than",
		strings.Repeat("&", 5) + manyKeys(200): "only the first",
	} {
		if _, _, notes := ParseLink(text); len(notes) != 1 || !strings.Contains(notes[0], want) {
			t.Errorf("ParseLink(%.40q): notes %q, want one with %q", text, notes, want)
		}
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for k := range n {
		b.WriteString("&k" + strings.Repeat("x", k) + "=1")
	}
	return b.String()
}

func FuzzLink(f *testing.F) {
	f.Add("v=1&page=flow&g=entropy&r=0.5")
	f.Add("#page=%zz&;;&=&a=b=c&%00=%ff")
	f.Fuzz(func(t *testing.T, text string) {
		id, s, _ := ParseLink(text)
		id2, s2, notes := ParseLink(FormatLink(&Page{ID: id}, s))
		if id != id2 || !maps.Equal(s, s2) || len(notes) > 0 {
			t.Fatalf("%q reads as %q %v, and what is written of it as %q %v %v", text, id, s, id2, s2, notes)
		}
	})
}
