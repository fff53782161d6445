package plot

// point is a place on the page, in points from its upper left corner.
type point struct{ x, y float64 }

// rect is a part of the page.
type rect struct{ left, top, right, bottom float64 }

func (r rect) width() float64  { return r.right - r.left }
func (r rect) height() float64 { return r.bottom - r.top }

func (r rect) holds(p point) bool {
	const slack = 1e-6
	return p.x >= r.left-slack && p.x <= r.right+slack && p.y >= r.top-slack && p.y <= r.bottom+slack
}

// anchor says which end of a text stands at its point.
type anchor uint8

const (
	start anchor = iota
	middle
	end
)

// pen draws on a page. A layout calls it with geometry that is already clipped;
// what it does not know is colours, which are the theme's.
type pen interface {
	// open begins a part of the page that has a meaning; shut ends it.
	open(g group)
	shut()
	// lines strokes polylines that belong together.
	lines(p [][]point, ink Ink, width float64, dash []float64)
	// fill fills a polygon with an ink of the given opacity.
	fill(p []point, ink Ink, opacity float64)
	// shade fills a rectangle with a colour of the heat scale, 0 to 1.
	shade(r rect, value float64)
	// grey fills rectangles with one tone of grey, 0 is black and 1 white.
	grey(list []rect, value float64)
	// marks draws the same marker at several points, filled or open.
	marks(at []point, m marker, radius float64, ink Ink, filled bool)
	// text writes s with its baseline at p.
	text(p point, s string, size float64, a anchor, ink Ink)
}

// group names a part of the page for what reads it: style sheets, scripts.
type group struct {
	class string
	attr  [][2]string // further attributes by name, in order
}
