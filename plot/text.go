package plot

import (
	"strings"
	"sync"

	"codeberg.org/go-fonts/dejavu/dejavusans"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// typeface is the font that PNG uses and that widths are measured by. It has the
// letters of the field; what a browser uses for SVG is hardly ever wider.
var typeface = sync.OnceValue(func() *sfnt.Font {
	f, err := sfnt.Parse(dejavusans.TTF)
	if err != nil {
		panic("plot: the embedded font does not parse: " + err.Error())
	}
	return f
})

// measured is the size at which advances are taken; they scale.
const measured = 100

// textWidth is the width of s in points at the given size.
func textWidth(s string, size float64) float64 {
	f := typeface()
	var buf sfnt.Buffer
	total := fixed.Int26_6(0)
	for _, r := range s {
		g, err := f.GlyphIndex(&buf, r)
		if err != nil {
			continue
		}
		adv, err := f.GlyphAdvance(&buf, g, fixed.I(measured), font.HintingNone)
		if err != nil {
			continue
		}
		total += adv
	}
	return float64(total) / 64 / measured * size
}

// wrap breaks s into lines of at most the given width, at spaces.
func wrap(s string, size, width float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && textWidth(line+" "+word, size) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// shorten cuts s to the given width, with an ellipsis.
func shorten(s string, size, width float64) string {
	if textWidth(s, size) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 0 && textWidth(string(runes)+"…", size) > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// printable replaces what has no place on a page: control characters, and bytes
// that are not text.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\ufffd' || r == '\ufffe' || r == '\uffff' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
}
