package plot

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"
)

// rgb reads #rrggbb.
func rgb(hex string) color.NRGBA {
	v, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil {
		panic("plot: a theme has the colour " + hex)
	}
	return color.NRGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255}
}

// blend mixes two colours, t of the second.
func blend(a, b string, t float64) string {
	p, q := rgb(a), rgb(b)
	mix := func(x, y uint8) int { return int(float64(x)*(1-t) + float64(y)*t + 0.5) }
	return fmt.Sprintf("#%02x%02x%02x", mix(p.R, q.R), mix(p.G, q.G), mix(p.B, q.B))
}

// ThemeCSS returns the rules that give the classes of an SVG without a theme
// their colours, under a selector such as ":root".
func ThemeCSS(t Theme, selector string) string {
	var b strings.Builder
	inks := []Ink{Context, Reference, Good, Bad, ink, muted, grid, surface}
	for k := range Ink(dataInks) {
		inks = append(inks, k)
	}
	for _, k := range inks {
		fmt.Fprintf(&b, "%s .stroke-%[2]s{stroke:%[3]s}%[1]s .fill-%[2]s{fill:%[3]s}\n", selector, className(k), t.colour(k))
	}
	fmt.Fprintf(&b, "%s .heat-high{fill:%s}%[1]s .heat-low{fill:%[3]s}\n", selector, t.High, t.Low)
	return b.String()
}
