package plot

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// SVGOptions say what kind of SVG is wanted.
type SVGOptions struct {
	Size
	// Theme has the colours. The zero value writes classes instead, for a page
	// that brings its own style sheet (see ThemeCSS).
	Theme Theme
	// ID is the prefix of the ids of the title and the description, unique on a
	// page; "" means the kind.
	ID string
}

// WriteSVG writes f as an SVG document: a picture with title and description for
// assistive technology. Nothing in it depends on anything outside.
func (f *Figure) WriteSVG(w io.Writer, opt SVGOptions) error {
	_, err := w.Write(f.svg(newLayout(f, opt.Size), opt))
	return err
}

// svg returns f as SVG.
func (f *Figure) svg(l *layout, opt SVGOptions) []byte {
	s := &svgPen{theme: opt.Theme}
	id := opt.ID
	if id == "" {
		id = f.Kind
	}
	title, desc := escape(id)+"-title", escape(id)+"-desc"
	fmt.Fprintf(&s.b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s"`, num(l.width), num(l.height))
	if opt.Theme != (Theme{}) {
		fmt.Fprintf(&s.b, ` width="%s" height="%s"`, num(l.width), num(l.height))
	}
	fmt.Fprintf(&s.b, ` role="img" aria-labelledby="%s %s" font-family="%s">`+"\n", title, desc, fontStack)
	fmt.Fprintf(&s.b, "<title id=%q>%s</title>\n<desc id=%q>%s</desc>\n", title, escape(f.Title), desc, escape(f.description()))
	if opt.Theme != (Theme{}) {
		fmt.Fprintf(&s.b, `<rect width="%s" height="%s" fill="%s"/>`+"\n", num(l.width), num(l.height), opt.Theme.Surface)
	}
	l.drawTo(s)
	s.b.WriteString("</svg>\n")
	return s.b.Bytes()
}

const fontStack = "'DejaVu Sans', Verdana, 'Segoe UI', system-ui, sans-serif"

// description is the text for those who do not see the picture.
func (f *Figure) description() string {
	parts := []string{f.Alt}
	parts = append(parts, f.Notes...)
	return strings.Join(parts, " ")
}

// svgPen writes SVG.
type svgPen struct {
	b     bytes.Buffer
	theme Theme
}

func num(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

// escape makes s the content of an element or a quoted attribute.
func escape(s string) string {
	return escapes.Replace(printable(s))
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// paint is the attribute that colours: a class for a page's style sheet, or the
// colour itself.
func (s *svgPen) paint(k Ink, what string) string {
	if s.theme == (Theme{}) {
		return fmt.Sprintf(`class="%s-%s"`, what, className(k))
	}
	return fmt.Sprintf(`%s="%s"`, what, s.theme.colour(k))
}

func className(k Ink) string {
	switch k {
	case Context:
		return "context"
	case Reference:
		return "reference"
	case Good:
		return "good"
	case Bad:
		return "bad"
	case ink:
		return "ink"
	case muted:
		return "muted"
	case grid:
		return "grid"
	case surface:
		return "surface"
	}
	return strconv.Itoa(int(k) % dataInks)
}

func (s *svgPen) open(g group) {
	fmt.Fprintf(&s.b, `<g class="%s"`, g.class)
	for _, a := range g.attr {
		fmt.Fprintf(&s.b, ` %s="%s"`, a[0], escape(a[1]))
	}
	s.b.WriteString(">\n")
}

func (s *svgPen) shut() { s.b.WriteString("</g>\n") }

func (s *svgPen) lines(p [][]point, ink Ink, width float64, dash []float64) {
	fmt.Fprintf(&s.b, `<path fill="none" %s stroke-width="%s" stroke-linejoin="round"`, s.paint(ink, "stroke"), num(width))
	if len(dash) > 0 {
		list := make([]string, len(dash))
		for k, d := range dash {
			list[k] = num(d)
		}
		fmt.Fprintf(&s.b, ` stroke-dasharray="%s"`, strings.Join(list, " "))
	}
	s.b.WriteString(` d="`)
	for _, line := range p {
		s.path(line)
	}
	s.b.WriteString("\"/>\n")
}

// path appends the commands of a polyline.
func (s *svgPen) path(p []point) {
	for k, q := range p {
		c := byte('L')
		if k == 0 {
			c = 'M'
		}
		s.b.WriteByte(c)
		s.b.WriteString(num(q.x))
		s.b.WriteByte(' ')
		s.b.WriteString(num(q.y))
	}
}

func (s *svgPen) fill(p []point, ink Ink, opacity float64) {
	fmt.Fprintf(&s.b, `<path stroke="none" %s fill-opacity="%s" d="`, s.paint(ink, "fill"), num(opacity))
	s.path(p)
	s.b.WriteString("Z\"/>\n")
}

func (s *svgPen) shade(r rect, value float64) {
	box := fmt.Sprintf(`<rect x="%s" y="%s" width="%s" height="%s" `, num(r.left), num(r.top), num(r.width()), num(r.height()))
	if s.theme == (Theme{}) {
		fmt.Fprintf(&s.b, "%[1]sclass=\"heat-low\"/>\n%[1]sclass=\"heat-high\" fill-opacity=\"%[2]s\"/>\n", box, num(value))
		return
	}
	fmt.Fprintf(&s.b, "%sfill=\"%s\"/>\n", box, blend(s.theme.Low, s.theme.High, value))
}

func (s *svgPen) grey(list []rect, value float64) {
	level := uint8(255*value + 0.5)
	fmt.Fprintf(&s.b, `<path stroke="none" shape-rendering="crispEdges" fill="#%02[1]x%02[1]x%02[1]x" d="`, level)
	for _, r := range list {
		fmt.Fprintf(&s.b, "M%s %sh%[3]sv%[4]sh-%[3]sz", num(r.left), num(r.top), num(r.width()), num(r.height()))
	}
	s.b.WriteString("\"/>\n")
}

func (s *svgPen) marks(at []point, m marker, radius float64, ink Ink, filled bool) {
	switch {
	case m == cross || m == plus || m == bar:
		fmt.Fprintf(&s.b, `<path fill="none" %s stroke-width="1.6" d="`, s.paint(ink, "stroke"))
	case filled:
		fmt.Fprintf(&s.b, `<path %s d="`, s.paint(ink, "fill"))
	default:
		fmt.Fprintf(&s.b, `<path fill="none" %s stroke-width="1.1" d="`, s.paint(ink, "stroke"))
	}
	for _, p := range at {
		if m == circle {
			fmt.Fprintf(&s.b, "M%s %sa%[3]s %[3]s 0 1 0 %[4]s 0a%[3]s %[3]s 0 1 0 -%[4]s 0z", num(p.x-radius), num(p.y), num(radius), num(2*radius))
			continue
		}
		for _, piece := range outline(p, m, radius) {
			s.path(piece)
			if !(m == cross || m == plus || m == bar) {
				s.b.WriteByte('z')
			}
		}
	}
	s.b.WriteString("\"/>\n")
}

func (s *svgPen) text(p point, text string, size float64, a anchor, ink Ink) {
	if text == "" {
		return
	}
	where := ""
	if a != start {
		where = ` text-anchor="` + [...]string{"start", "middle", "end"}[a] + `"`
	}
	fmt.Fprintf(&s.b, `<text x="%s" y="%s" font-size="%s"%s %s>%s</text>`+"\n",
		num(p.x), num(p.y), num(size), where, s.paint(ink, "fill"), escape(text))
}
